#include "harvester/dicom/scu.hpp"

#include "scripted_scp.hpp"

using namespace harvester;
using namespace harvester::dicom;
using namespace harvester::tests;

namespace {

const std::string kFind = find_service(Model::patient_root).abstract_syntax;
const std::string kMove = move_service(Model::patient_root).abstract_syntax;

/// Accepts everything and says this to extended negotiation of these classes.
NegotiationPolicy agreeing(std::map<std::string, std::vector<std::uint8_t>> extended) {
  return [extended](const AssociationRequest& request) {
    auto negotiation = negotiate({.storage = true, .query_retrieve = true}, request);
    negotiation.extended = extended;
    return negotiation;
  };
}

std::vector<Proposal> relational_proposals() {
  return {with_relational(find_service(Model::patient_root)), with_relational(move_service(Model::patient_root))};
}

bool ends(ScpAssociation&, const Command&) { return false; }

}  // namespace

TEST_CASE("relational queries are proposed where asked for, and no byte of it otherwise", "[net]") {
  AssociationRequest seen;
  const ScriptedScp scp(ends, [&](const AssociationRequest& request) {
    seen = request;
    return negotiate({.storage = true, .query_retrieve = true}, request);
  });
  auto plain = scp.open({find_service(Model::patient_root)});
  REQUIRE(plain);
  CHECK(seen.extended.empty());
  CHECK_FALSE(plain->relational(kFind));
  auto asked = scp.open(relational_proposals());
  REQUIRE(asked);
  CHECK(seen.extended.at(kFind) == std::vector<std::uint8_t>{1});
  CHECK(seen.extended.at(kMove) == std::vector<std::uint8_t>{1});
  CHECK_FALSE(asked->relational(kFind));
}

TEST_CASE("what a peer agrees to counts service by service, whatever the length of its answer", "[net]") {
  const std::vector<std::uint8_t> answer = GENERATE(std::vector<std::uint8_t>{1}, std::vector<std::uint8_t>{1, 0, 1});
  const ScriptedScp scp(ends, agreeing({{kFind, answer}}));
  auto association = scp.open(relational_proposals());
  REQUIRE(association);
  CHECK(association->relational(kFind));
  CHECK_FALSE(association->relational(kMove));
}

TEST_CASE("a peer that declines relational queries is believed", "[net]") {
  const std::vector<std::uint8_t> answer = GENERATE(std::vector<std::uint8_t>{0}, std::vector<std::uint8_t>{0, 1});
  const ScriptedScp scp(ends, agreeing({{kFind, answer}}));
  auto association = scp.open(relational_proposals());
  REQUIRE(association);
  CHECK_FALSE(association->relational(kFind));
}
