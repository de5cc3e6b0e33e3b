#include "harvester/dicom/scu.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <future>

#include "scripted_scp.hpp"
#include "support/process.hpp"

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

namespace {

const Attributes kStudies{{tag::kQueryRetrieveLevel, "STUDY"}, {tag::kStudyInstanceUid, ""}};

std::unique_ptr<DcmDataset> readable(const std::string& uid) { return to_dataset({{tag::kStudyInstanceUid, uid}}); }

/// Nested deeper than any parser ought to go.
std::unique_ptr<DcmDataset> bottomless() {
  auto dataset = readable("1.2.666");
  DcmItem* item = dataset.get();
  for (int n = 0; n < 80; ++n) {
    DcmItem* inner = nullptr;
    item->findOrCreateSequenceItem(DCM_ReferencedStudySequence, inner, -2);
    item = inner;
  }
  return dataset;
}

std::unique_ptr<DcmDataset> enormous() {
  auto dataset = readable("1.2.667");
  dataset->putAndInsertString(DCM_TextValue, std::string(2 << 20, 'A').c_str());
  return dataset;
}

struct Found {
  Result<FindOutcome> outcome;
  std::vector<std::string> uids;
};

Found find_studies(ScuAssociation& association) {
  std::vector<std::string> uids;
  auto outcome = association.find(Model::study_root, kStudies,
                                  [&](const Attributes& answer) {
                                    uids.push_back(answer.text(tag::kStudyInstanceUid));
                                    return true;
                                  },
                                  {});
  return {std::move(outcome), uids};
}

}  // namespace

TEST_CASE("answers that cannot be read are counted, and the others of the same query are not lost", "[net]") {
  const auto broken = GENERATE(bottomless, enormous);
  const ScriptedScp scp([&](ScpAssociation& association, const Command& command) {
    const auto* find = std::get_if<FindCommand>(&command);
    if (find == nullptr) return true;
    for (const auto& answer : {readable("1.2.3"), broken(), readable("1.2.4")})
      if (!association.respond_raw(*find, {0xFF00}, *answer)) return false;
    return bool(association.respond(*find, {0x0000}));
  });
  auto association = scp.open({find_service(Model::study_root)});
  REQUIRE(association);
  for (int n = 0; n < 2; ++n) {  // the association stays usable
    const auto found = find_studies(*association);
    REQUIRE(found.outcome);
    CHECK(found.outcome->status.success());
    CHECK(found.outcome->answers == 3);
    CHECK(found.outcome->unreadable == 1);
    CHECK(found.uids == std::vector<std::string>{"1.2.3", "1.2.4"});
  }
  association->release();
}

TEST_CASE("answers in odd character sets, with odd UIDs and dates, come as they are", "[net]") {
  const auto* charset = GENERATE("", "NO SUCH SET", "ISO_IR 100\\NO SUCH SET", "\\ISO 2022 IR 87", "UTF-8");
  const ScriptedScp scp([&](ScpAssociation& association, const Command& command) {
    const auto* find = std::get_if<FindCommand>(&command);
    if (find == nullptr) return true;
    auto answer = to_dataset({{tag::kStudyInstanceUid, "1.2.ABC"}, {tag::kStudyDate, "2026.03.05"}});
    answer->putAndInsertString(DCM_SpecificCharacterSet, charset);
    answer->putAndInsertString(DCM_StudyDescription,
                               "Sch\xE4"
                               "del \033$B;3");
    return bool(association.respond_raw(*find, {0xFF00}, *answer)) && bool(association.respond(*find, {0x0000}));
  });
  auto association = scp.open({find_service(Model::study_root)});
  REQUIRE(association);
  const auto found = find_studies(*association);
  REQUIRE(found.outcome);
  CHECK(found.outcome->unreadable == 0);
  CHECK(found.uids == std::vector<std::string>{"1.2.ABC"});
}

TEST_CASE("a stop ends a query with C-CANCEL", "[net]") {
  std::stop_source source;
  const ScriptedScp scp([&](ScpAssociation& association, const Command& command) {
    const auto* find = std::get_if<FindCommand>(&command);
    if (find == nullptr) return true;
    source.request_stop();
    const auto cancelled = eventually([&] {
      const auto asked = association.cancel_requested(*find);
      return asked && *asked;
    });
    return cancelled && bool(association.respond(*find, {0xFE00}));
  });
  auto association = scp.open({find_service(Model::study_root)});
  REQUIRE(association);
  const auto outcome = association->find(
      Model::study_root, kStudies, [](const Attributes&) { return true; }, source.get_token());
  REQUIRE(outcome);
  CHECK(outcome->status.cancelled());
  CHECK(outcome->stopped);
}

TEST_CASE("an association with a peer that hangs is aborted without waiting for it", "[net]") {
  std::promise<void> dropped;
  std::promise<bool> ended;
  std::stop_source source;
  const ScriptedScp scp([&](ScpAssociation& association, const Command&) {
    source.request_stop();
    dropped.get_future().wait();  // neither reads nor closes
    Command next = Idle{};
    while (!std::holds_alternative<Ended>(next) && !std::holds_alternative<Released>(next))
      next = association.next_command(std::chrono::seconds(60), {});
    ended.set_value(std::holds_alternative<Ended>(next));
    return false;
  });
  ScuOptions options;
  options.acse_timeout = std::chrono::hours(1);
  options.cancel_wait = std::chrono::milliseconds(10);
  {
    auto association = ScuAssociation::open(scp.peer(), options, {find_service(Model::study_root)});
    REQUIRE(association);
    const auto found = association->find(
        Model::study_root, kStudies, [](const Attributes&) { return true; }, source.get_token());
    CHECK_FALSE(found);
  }
  dropped.set_value();
  CHECK(ended.get_future().get());
}

TEST_CASE("how a query was cut is told in words", "[net]") {
  const bool aborts = GENERATE(true, false);
  const ScriptedScp scp([&](ScpAssociation& association, const Command& command) {
    if (!std::holds_alternative<FindCommand>(command)) return true;
    aborts ? association.abort() : association.cut();
    return false;
  });
  auto association = scp.open({find_service(Model::study_root)});
  REQUIRE(association);
  const auto found = find_studies(*association);
  REQUIRE_FALSE(found.outcome);
  CHECK(found.outcome.error().kind == ErrorKind::transient);
  CHECK(found.outcome.error().kind == ErrorKind::transient);
  CHECK(found.outcome.error().message.find("aborted the association or closed the connection") != std::string::npos);
}
