#include <algorithm>
#include <thread>

#include "pacs_fixture.hpp"
#include "support/process.hpp"

namespace harvester::simulation {
namespace {

namespace tag = dicom::tag;
using Kind = PacsEvent::Kind;

Quirks with(const std::string& assignment, const std::string& another = "") {
  Quirks quirks;
  REQUIRE(set_quirk(quirks, assignment));
  if (!another.empty()) REQUIRE(set_quirk(quirks, another));
  return quirks;
}

constexpr std::size_t kObjects = 7;  ///< of study 0: two series of three images, and the report

}  // namespace

TEST_CASE("a move sends each object once, byte for byte, and tells the counts", "[net]") {
  PacsFixture fixture;
  const auto outcome = fixture.move_study(0);
  REQUIRE(outcome);
  CHECK(outcome->status.success());
  CHECK(outcome->counts.completed == kObjects);
  CHECK(outcome->counts.failed == 0);
  const auto objects = fixture.receiver.objects();
  CHECK(objects.size() == kObjects);
  for (const auto& series : fixture.plans[0].series) {
    for (const auto& instance : series.instances) {
      CHECK(objects.at(instance.uid) == encode(fixture.plans[0], series, instance).data_set);
    }
  }
  CHECK(fixture.receiver.originator() == "TESTER");
  CHECK(fixture.receiver.callers() == std::vector<std::string>{"SIMPACS"});
  CHECK(fixture.pacs->log().acknowledged().size() == kObjects);
}

TEST_CASE("a query tells names of all scripts", "[net]") {
  PacsFixture fixture;
  auto association = fixture.open();
  REQUIRE(association);
  auto keys = fixture.study_keys();
  keys.set(tag::kSpecificCharacterSet, "");
  keys.set(tag::kPatientName, "");
  std::vector<dicom::Attributes> answers;
  REQUIRE(fixture.find(*association, keys, &answers));
  REQUIRE(answers.size() == 4);
  CHECK(answers[1].text(tag::kPatientName) == fixture.plans[1].patient.name);
  association->release();
}

TEST_CASE("Q29: a move to nobody, or for a caller who is not known, is answered A801", "[net]") {
  PacsFixture fixture(with("move_callers=MOVER"));
  CHECK(fixture.move_study(0, "NOBODY", "MOVER")->status.code == 0xA801);
  CHECK(fixture.move_study(0, "HARVESTER", "STRANGER")->status.code == 0xA801);
  CHECK(fixture.move_study(0, "HARVESTER", "MOVER")->status.success());
}

TEST_CASE("Q30: a destination that does not answer ends the move with A702", "[net]") {
  PacsFixture fixture;
  int closed = 0;
  {
    const tests::Receiver gone;
    closed = gone.port();
  }
  fixture.pacs->set_destination("GONE", {"127.0.0.1", closed});
  const auto outcome = fixture.move_study(0, "GONE");
  CHECK(outcome->status.code == 0xA702);
  CHECK(outcome->counts.failed == kObjects);
}

TEST_CASE("Q31: failed sub-operations end with B000, with or without the list of them", "[net]") {
  PacsFixture fixture(with("fail_every=3"));
  const auto listed = fixture.move_study(0);
  CHECK(listed->status.code == 0xB000);
  CHECK(listed->counts.failed == 2);
  CHECK(listed->failed.size() == 2);
  fixture.pacs->set_quirks(with("fail_every=3", "failed_list=false"));
  const auto unlisted = fixture.move_study(0);
  CHECK(unlisted->status.code == 0xB000);
  CHECK(unlisted->failed.empty());
}

TEST_CASE("an object that the receiver refuses is failed and not acknowledged", "[net]") {
  PacsFixture fixture({}, {0xA700});
  const auto outcome = fixture.move_study(0);
  CHECK(outcome->status.code == 0xB000);
  CHECK(outcome->counts.failed == kObjects);
  CHECK(fixture.pacs->log().acknowledged().empty());
  CHECK(fixture.pacs->log().of_kind(Kind::sent).at(0).status == 0xA700);
}

TEST_CASE("Q32 to Q35: success whatever happened, with no counts or wrong ones", "[net]") {
  PacsFixture fixture(with("success_whatever=true", "move_counts=absent"), {0xA700});
  const auto uncounted = fixture.move_study(0);
  CHECK(uncounted->status.success());
  CHECK_FALSE(uncounted->counts.completed);
  CHECK_FALSE(uncounted->counts.failed);
  fixture.pacs->set_quirks(with("success_whatever=true", "move_counts=wrong"));
  const auto wrong = fixture.move_study(0);
  CHECK(wrong->counts.completed == kObjects);
  CHECK(wrong->counts.failed == 0);
  CHECK(fixture.receiver.count() == 0);
}

TEST_CASE("Q33: the first moves end with success and nothing", "[net]") {
  PacsFixture fixture(with("empty_successes=2"));
  for (int i = 0; i < 2; ++i) {
    const auto outcome = fixture.move_study(0);
    CHECK(outcome->status.success());
    CHECK(outcome->counts.completed == 0);
  }
  CHECK(fixture.receiver.count() == 0);
  CHECK(fixture.move_study(0)->counts.completed == kObjects);
}

TEST_CASE("Q36: the last objects come after the final response", "[net]") {
  PacsFixture fixture(with("late_objects=2", "late_by=200"));
  const auto outcome = fixture.move_study(0);
  CHECK(outcome->counts.completed == kObjects);
  CHECK(fixture.receiver.wait_for(kObjects));
  CHECK(fixture.receiver.callers().size() == 2);
  const auto events = fixture.pacs->log().events();
  const auto move = std::find_if(events.begin(), events.end(), [](const auto& e) { return e.kind == Kind::move; });
  CHECK(std::count_if(events.begin(), move, [](const auto& e) { return e.kind == Kind::sent; }) == kObjects - 2);
}

TEST_CASE("Q37: objects come from another title", "[net]") {
  PacsFixture fixture(with("store_calling_ae=OTHERAE"));
  REQUIRE(fixture.move_study(0));
  CHECK(fixture.receiver.callers() == std::vector<std::string>{"OTHERAE"});
}

TEST_CASE("Q42: the association is aborted in mid-query and in mid-move, as often as told", "[net]") {
  PacsFixture fixture(with("abort_after_answers=2"));
  auto association = fixture.open();
  std::vector<dicom::Attributes> answers;
  CHECK_FALSE(fixture.find(*association, fixture.study_keys(), &answers));
  CHECK(answers.size() == 2);
  auto again = fixture.open();
  CHECK(fixture.find(*again, fixture.study_keys())->answers == 4);
  again->release();

  fixture.pacs->set_quirks(with("abort_after_stores=3"));
  CHECK_FALSE(fixture.move_study(0));
  CHECK(fixture.receiver.count() == 3);
  CHECK(fixture.move_study(0)->status.success());
  CHECK(fixture.pacs->log().of_kind(Kind::abort).size() == 2);
}

TEST_CASE("Q43: the connection ends after so many operations", "[net]") {
  PacsFixture fixture(with("operations_per_association=1"));
  auto association = fixture.open();
  CHECK(fixture.find(*association, fixture.study_keys()));
  CHECK_FALSE(fixture.find(*association, fixture.study_keys()));
  CHECK(fixture.move_study(0));
}

TEST_CASE("Q45: beyond its limit of associations it rejects for the time being", "[net]") {
  PacsFixture fixture(with("max_associations=1"));
  auto first = fixture.open();
  REQUIRE(first);
  const auto second = fixture.open();
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::transient);
  first->release();
}

TEST_CASE("Q50: a store association though nothing is to be sent", "[net]") {
  PacsFixture fixture(with("open_store_for_nothing=true"));
  auto association = fixture.open();
  const auto outcome =
      fixture.move(*association, {{tag::kQueryRetrieveLevel, "STUDY"}, {tag::kStudyInstanceUid, "2.999.404"}});
  CHECK(outcome->status.success());
  CHECK(tests::eventually([&] { return fixture.receiver.callers().size() == 1; }));
  CHECK(fixture.receiver.count() == 0);
  association->release();
}

TEST_CASE("a query that is cancelled ends with FE00", "[net]") {
  PacsFixture fixture(with("answer_delay=100"));
  auto association = fixture.open();
  const auto outcome =
      association->find(dicom::Model::study_root, fixture.study_keys(), [](const auto&) { return false; }, {});
  REQUIRE(outcome);
  CHECK(outcome->stopped);
  CHECK(outcome->status.cancelled());
  association->release();
}

TEST_CASE("a move that is cancelled sends no more and ends with FE00", "[net]") {
  PacsFixture fixture(with("store_delay=20"), {0}, 200);
  auto association = fixture.open();
  std::stop_source stop;
  std::jthread canceller([&] {
    fixture.receiver.wait_for(1);
    stop.request_stop();
  });
  const auto outcome = fixture.move(*association, fixture.move_keys(0), "HARVESTER", stop.get_token());
  CHECK((!outcome || outcome->status.cancelled()));
  CHECK(fixture.pacs->log().wait_until(
      [](const auto& events) {
        return std::any_of(events.begin(), events.end(), [](const auto& e) { return e.kind == Kind::move; });
      },
      std::chrono::seconds(30)));
  CHECK(fixture.pacs->log().of_kind(Kind::move).at(0).status == 0xFE00);
  CHECK(fixture.receiver.count() < 401);
}

TEST_CASE("a PACS that stops ends its associations", "[net]") {
  PacsFixture fixture;
  auto association = fixture.open();
  REQUIRE(association->echo());
  fixture.pacs->stop();
  CHECK_FALSE(association->echo());
}

}  // namespace harvester::simulation
