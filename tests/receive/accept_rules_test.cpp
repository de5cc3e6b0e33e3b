#include "harvester/receive/accept_rules.hpp"

#include <catch2/catch.hpp>

using namespace harvester;
using namespace harvester::receive;

namespace {

dicom::AssociationRequest from(const std::string& calling, const std::string& address,
                               const std::string& called = "HARVESTER") {
  dicom::AssociationRequest request;
  request.calling_ae = calling;
  request.called_ae = called;
  request.peer_address = address;
  return request;
}

/// The reason for which a request is rejected; 0 if it is not.
int reason(const AcceptRules& rules, const dicom::AssociationRequest& request) {
  const auto keeper = Doorkeeper::make(rules, "HARVESTER");
  REQUIRE(keeper);
  const auto objection = keeper->objection(request);
  if (!objection) return 0;
  CHECK(objection->result == 1);
  CHECK(objection->source == 1);
  return objection->reason;
}

}  // namespace

TEST_CASE("accept rules: without lists anyone may come who calls us by our name", "[receive]") {
  CHECK(reason({}, from("ANYONE", "10.1.2.3")) == 0);
  CHECK(reason({}, from("ANYONE", "10.1.2.3", "harvester")) == 7);
  CHECK(reason({}, from("ANYONE", "10.1.2.3", "OTHER")) == 7);
  AcceptRules lenient;
  lenient.called_ae_strict = false;
  CHECK(reason(lenient, from("ANYONE", "10.1.2.3", "OTHER")) == 0);
}

TEST_CASE("accept rules: a list of titles lets in those alone", "[receive]") {
  AcceptRules rules;
  rules.calling_ae_titles = {"PACS", "CT1"};
  CHECK(reason(rules, from("CT1", "10.1.2.3")) == 0);
  CHECK(reason(rules, from("ct1", "10.1.2.3")) == 3);
  CHECK(reason(rules, from("CT", "10.1.2.3")) == 3);
  CHECK(reason(rules, from("%s%n../CT1", "10.1.2.3")) == 3);
}

TEST_CASE("accept rules: addresses are matched by their range", "[receive]") {
  AcceptRules rules;
  rules.addresses = {"10.1.0.0/16", "192.168.7.9"};
  CHECK(reason(rules, from("A", "10.1.255.255")) == 0);
  CHECK(reason(rules, from("A", "10.2.0.0")) == 3);
  CHECK(reason(rules, from("A", "192.168.7.9")) == 0);
  CHECK(reason(rules, from("A", "192.168.7.8")) == 3);
  CHECK(reason(rules, from("A", "::1")) == 3);
  CHECK(reason(rules, from("A", "")) == 3);
  rules.addresses = {"0.0.0.0/0"};
  CHECK(reason(rules, from("A", "203.0.113.1")) == 0);
}

TEST_CASE("accept rules: title and address must both fit where both are given", "[receive]") {
  AcceptRules rules;
  rules.calling_ae_titles = {"PACS"};
  rules.addresses = {"10.0.0.0/8"};
  CHECK(reason(rules, from("PACS", "10.0.0.1")) == 0);
  CHECK(reason(rules, from("PACS", "11.0.0.1")) == 3);
  CHECK(reason(rules, from("OTHER", "10.0.0.1")) == 3);
}

TEST_CASE("accept rules: a range with bits below its mask means its network", "[receive]") {
  const auto range = parse_address_range("10.1.2.3/24");
  REQUIRE(range);
  CHECK(range->network == 0x0A010200);
  CHECK(range->mask == 0xFFFFFF00);
  CHECK(parse_address_range("1.2.3.4")->mask == 0xFFFFFFFF);
  CHECK(parse_address_range("1.2.3.4/0")->mask == 0);
}

TEST_CASE("accept rules: what is no address or range is a configuration fault that names it", "[receive]") {
  const auto* const wrong = GENERATE("", "10.1", "10.1.2.3/33", "10.1.2.3/", "10.1.2.3/-1", "10.1.2.3/8/8",
                                     "pacs.example", "10.1.2.3/8 ", "::1", "300.1.1.1", "10.1.2.3/ 8");
  AcceptRules rules;
  rules.addresses = {wrong};
  const auto keeper = Doorkeeper::make(rules, "HARVESTER");
  REQUIRE_FALSE(keeper);
  CHECK(keeper.error().kind == ErrorKind::config);
  CHECK_THAT(keeper.error().message, Catch::Contains("\"" + std::string(wrong) + "\""));
}
