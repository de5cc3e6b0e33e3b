#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <thread>

#include "pacs_fixture.hpp"
#include "parsing.hpp"
#include "support/pdus.hpp"
#include "support/process.hpp"
#include "support/sockets.hpp"
#include "support/temp_dir.hpp"

// How a PACS negotiates, moves, sends and ends associations, switch by switch.

namespace harvester::simulation {
namespace {

namespace tag = dicom::tag;
namespace pdu = tests::pdu;
using Kind = PacsEvent::Kind;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kObjects = 7;  ///< of study 0: two series of three images, and the report

bool has_event(const std::vector<PacsEvent>& events, Kind kind) {
  return std::any_of(events.begin(), events.end(), [&](const auto& event) { return event.kind == kind; });
}

/// A query over bare PDUs, with whatever extended negotiation and message ids.
class RawQuery {
 public:
  RawQuery(int port, const pdu::Bytes& extended) : raw_(port) {
    pdu::Request request;
    request.called = "SIMPACS";
    request.contexts = {pdu::context(1, kFind, {pdu::kImplicit})};
    if (!extended.empty()) request.more_user_items = extended_item(extended);
    raw_.send(pdu::associate(request));
    answer_ = raw_.receive_pdu();
  }

  static pdu::Bytes extended_item(const pdu::Bytes& information) {
    pdu::Bytes body;
    pdu::big(body, std::string(kFind).size(), 2);
    pdu::add(body, pdu::of(kFind));
    pdu::add(body, information);
    return pdu::item(0x56, body);
  }

  [[nodiscard]] bool agreed_to(const pdu::Bytes& information) const { return was_told(extended_item(information)); }
  [[nodiscard]] bool was_told(const pdu::Bytes& item) const {
    return std::search(answer_.begin(), answer_.end(), item.begin(), item.end()) != answer_.end();
  }

  struct Found {
    std::uint16_t status = 0xFFFF;
    int answers = 0;
  };
  /// The series of a day, without their studies.
  Found series_of_the_day(std::uint16_t message_id) {
    raw_.send(pdu::data(1, 3,
                        pdu::command({{0x0002, pdu::ui(kFind)},
                                      {0x0100, pdu::us(0x0020)},
                                      {0x0110, pdu::us(message_id)},
                                      {0x0700, pdu::us(0)},
                                      {0x0800, pdu::us(0x0001)}})));
    pdu::Bytes keys;
    add(keys, tag::kStudyDate, dicom_date(kPacsDay));
    add(keys, tag::kQueryRetrieveLevel, "SERIES");
    add(keys, tag::kSeriesInstanceUid, "");
    raw_.send(pdu::data(1, 2, keys));
    Found found;
    for (auto answer = raw_.receive_pdu(); !answer.empty(); answer = raw_.receive_pdu()) {
      found.status = pdu::status_of(answer);
      if (found.status == 0xFF00) ++found.answers;
      if (found.status != 0xFF00 && found.status != 0xFFFF) break;
    }
    return found;
  }

 private:
  static constexpr const char* kFind = "1.2.840.10008.5.1.4.1.2.2.1";

  static void add(pdu::Bytes& keys, dicom::Tag key, std::string value) {
    if (value.size() % 2 != 0) value.push_back(' ');
    pdu::little(keys, key.group, 2);
    pdu::little(keys, key.element, 2);
    pdu::little(keys, value.size(), 4);
    pdu::add(keys, pdu::of(value));
  }

  tests::RawClient raw_;
  pdu::Bytes answer_;
};

/// How many objects of study 0 name another study in their header.
std::ptrdiff_t of_another_study(const PacsFixture& fixture) {
  const auto objects = fixture.receiver.objects();
  return std::count_if(objects.begin(), objects.end(), [&](const auto& object) {
    return object.second.find(fixture.plans[0].uid + ".99") != std::string::npos;
  });
}

}  // namespace

// ── associations ────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("Q26: one information model is accepted, the other is not", "[net]") {
  PacsFixture fixture(quirks_of({"study_root=false"}));
  auto study_root = fixture.open();
  REQUIRE(study_root);
  CHECK(study_root->echo());
  CHECK_FALSE(fixture.find(*study_root, fixture.study_keys()));
  auto patient_root = fixture.open("TESTER", dicom::Model::patient_root);
  REQUIRE(patient_root);
  auto keys = fixture.study_keys();
  keys.set(tag::kPatientId, fixture.plans[0].patient.id);
  const auto found = patient_root->find(dicom::Model::patient_root, keys, [](const auto&) { return true; }, {});
  CHECK(found->answers == 1);

  fixture.pacs->set_quirks(quirks_of({"patient_root=false"}));
  CHECK(fixture.open()->accepted("1.2.840.10008.5.1.4.1.2.2.1"));
  CHECK_FALSE(fixture.open("TESTER", dicom::Model::patient_root)->accepted("1.2.840.10008.5.1.4.1.2.1.1"));
}

TEST_CASE("Q27: relational queries are agreed on by extended negotiation, always or never", "[net]") {
  PacsFixture fixture;
  const int port = fixture.pacs->port();
  RawQuery agreed(port, {1, 1});
  CHECK(agreed.agreed_to({1, 0}));
  const auto found = agreed.series_of_the_day(1);
  CHECK(found.status == 0);
  CHECK(found.answers > 10);
  RawQuery silent(port, {});
  CHECK(silent.series_of_the_day(1).status == 0xA900);
  fixture.pacs->set_quirks(quirks_of({"relational=refused"}));
  RawQuery refused(port, {1});
  CHECK(refused.agreed_to({0}));
  CHECK(refused.series_of_the_day(1).status == 0xA900);
  fixture.pacs->set_quirks(quirks_of({"relational=always"}));
  CHECK(RawQuery(port, {}).series_of_the_day(1).status == 0);
}

TEST_CASE("Q46: verification is not accepted, or aborts an association that has other services", "[net]") {
  PacsFixture fixture(quirks_of({"verification=not_accepted"}));
  auto association = fixture.open();
  REQUIRE(association);
  CHECK_FALSE(association->echo());
  CHECK(fixture.find(*association, fixture.study_keys()));
  association->release();

  fixture.pacs->set_quirks(quirks_of({"verification=alone"}));
  auto again = fixture.open();
  REQUIRE(again);
  CHECK_FALSE(again->echo());
  CHECK(has_event(fixture.pacs->log().events(), Kind::abort));
  CHECK(tests::run({"echoscu", "127.0.0.1", std::to_string(fixture.pacs->port())}).code == 0);
}

TEST_CASE("Q47: an association that is idle for too long is cut", "[net]") {
  PacsFixture fixture(quirks_of({"idle_limit=100"}));
  auto association = fixture.open();
  CHECK(fixture.find(*association, fixture.study_keys()));
  CHECK(fixture.pacs->log().wait_until([](const auto& events) { return has_event(events, Kind::abort); },
                                       std::chrono::seconds(30)));
  CHECK_FALSE(fixture.find(*association, fixture.study_keys()));
}

TEST_CASE("Q48: a cancel changes nothing, or the association is aborted after a while", "[net]") {
  PacsFixture fixture(quirks_of({"ignore_cancel=true", "answer_delay=20"}));
  const auto stop_at_first = [](const dicom::Attributes&) { return false; };
  auto association = fixture.open();
  const auto whole = association->find(dicom::Model::study_root, fixture.study_keys(), stop_at_first, {});
  REQUIRE(whole);
  CHECK(whole->status.success());
  CHECK(fixture.pacs->log().of_kind(Kind::find).at(0).answers == 4);
  CHECK(has_event(fixture.pacs->log().events(), Kind::cancel));

  fixture.pacs->set_quirks(quirks_of({"ignore_cancel=true", "answer_delay=20", "abort_after_cancel=10"}));
  CHECK_FALSE(association->find(dicom::Model::study_root, fixture.study_keys(), stop_at_first, {}));
  CHECK(has_event(fixture.pacs->log().events(), Kind::abort));
}

TEST_CASE("Q53: a message id that came before is refused with 0210, or not minded", "[net]") {
  PacsFixture fixture(quirks_of({"relational=always"}));
  RawQuery careless(fixture.pacs->port(), {});
  CHECK(careless.series_of_the_day(7).status == 0);
  CHECK(careless.series_of_the_day(7).status == 0);
  fixture.pacs->set_quirks(quirks_of({"relational=always", "reject_duplicate_ids=true"}));
  CHECK(careless.series_of_the_day(7).status == 0x0210);
  CHECK(careless.series_of_the_day(8).status == 0);
}

TEST_CASE("Q54: unknown keys abort the association, or make each answer slow", "[net]") {
  PacsFixture fixture(quirks_of({"unknown_keys=abort"}));
  auto keys = fixture.study_keys();
  keys.set({0x0008, 0x0090}, "");
  auto association = fixture.open();
  CHECK(fixture.find(*association, fixture.study_keys()));
  CHECK_FALSE(fixture.find(*association, keys));
  fixture.pacs->set_quirks(quirks_of({"unknown_keys=slow", "slow_by=110"}));
  auto again = fixture.open();
  const auto began = Clock::now();
  CHECK(fixture.find(*again, keys)->answers == 4);
  CHECK(Clock::now() - began >= std::chrono::milliseconds(440));
  again->release();
}

TEST_CASE("Q44: a request with an asynchronous operations window is rejected, others are not", "[net]") {
  PacsFixture fixture(quirks_of({"reject_async=true"}));
  for (const bool asks : {false, true}) {
    pdu::Request request;
    request.called = "SIMPACS";
    request.contexts = {pdu::context(1, pdu::kVerification, {pdu::kImplicit})};
    if (asks) request.more_user_items = pdu::item(0x53, {0, 2, 0, 2});
    tests::RawClient raw(fixture.pacs->port());
    raw.send(pdu::associate(request));
    CHECK(raw.receive_pdu().front() == (asks ? 3 : 2));
  }
}

TEST_CASE("Q60: an implementation class UID is told as it is", "[net]") {
  PacsFixture fixture(quirks_of({"implementation_uid=1.2.3.4 "}));
  CHECK(RawQuery(fixture.pacs->port(), {}).was_told(pdu::item(0x52, pdu::of("1.2.3.4 "))));
}

TEST_CASE("Q60: a PDU size of its own is kept to", "[net]") {
  const auto size = GENERATE(4096, 4098, 16382, 65534);
  PacsFixture fixture(quirks_of({"max_pdu=" + std::to_string(size)}));
  CHECK(fixture.move_study(0)->counts.completed == kObjects);
  pdu::Bytes announced;
  pdu::big(announced, static_cast<std::size_t>(size), 4);
  CHECK(RawQuery(fixture.pacs->port(), {}).was_told(pdu::item(0x51, announced)));
}

TEST_CASE("the first queries and moves are never answered, others are", "[net]") {
  PacsFixture fixture(quirks_of({"hung_finds=1", "hung_moves=1"}));
  const auto hung = [&](Kind kind) {
    return fixture.pacs->log().wait_until(
        [&](const auto& events) {
          return std::any_of(events.begin(), events.end(),
                             [&](const auto& event) { return event.kind == kind && event.status == 0xFFFF; });
        },
        std::chrono::seconds(30));
  };
  auto first = fixture.open();
  auto second = fixture.open();
  auto third = fixture.open();
  std::jthread finding([&] { (void)fixture.find(*first, fixture.study_keys()); });
  REQUIRE(hung(Kind::find));
  CHECK(fixture.find(*third, fixture.study_keys())->answers == 4);
  std::jthread moving([&] { (void)fixture.move(*second, fixture.move_keys(0)); });
  REQUIRE(hung(Kind::move));
  CHECK(fixture.move(*third, fixture.move_keys(0))->counts.completed == kObjects);
  third->release();
  fixture.pacs->stop();
}

TEST_CASE("latency comes before every response", "[net]") {
  PacsFixture fixture(quirks_of({"latency=20"}));
  auto association = fixture.open();
  const auto began = Clock::now();
  CHECK(fixture.find(*association, fixture.study_keys())->answers == 4);
  CHECK(association->echo());
  CHECK(Clock::now() - began >= std::chrono::milliseconds(120));
  association->release();
}

// ── moves ───────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("Q30: the first moves do not reach the store", "[net]") {
  PacsFixture fixture(quirks_of({"unreachable_moves=1"}));
  const auto outcome = fixture.move_study(0);
  CHECK(outcome->status.code == 0xA702);
  CHECK(outcome->counts.failed == kObjects);
  CHECK(fixture.receiver.callers().empty());
  CHECK(fixture.move_study(0)->counts.completed == kObjects);
}

TEST_CASE("Q38: the originator of a move is told wrong or not at all", "[net]") {
  PacsFixture fixture(quirks_of({"originator=wrong"}));
  CHECK(fixture.move_study(0)->status.success());
  CHECK(fixture.receiver.originator() == "SOMEBODY");
  fixture.pacs->set_quirks(quirks_of({"originator=absent"}));
  CHECK(fixture.move_study(0)->status.success());
  CHECK(fixture.receiver.originator().empty());
}

TEST_CASE("Q39, Q40: moves are pending for ever, of some studies or at first, until they are cancelled", "[net]") {
  const auto habit = GENERATE("endless_moves=1", "offline_every=1");
  PacsFixture fixture(quirks_of({habit, "offline_move=endless", "pending_interval=5"}));
  auto association = fixture.open();
  const auto outcome = association->move(dicom::Model::study_root, fixture.move_keys(0), AeTitle::of("HARVESTER"),
                                         {std::chrono::seconds(30), std::chrono::milliseconds(100)},
                                         [] { return Clock::time_point::min(); }, {});
  REQUIRE(outcome);
  CHECK(outcome->status.cancelled());
  CHECK(outcome->counts.remaining == kObjects);
  CHECK(fixture.receiver.count() == 0);
  CHECK(fixture.pacs->log().of_kind(Kind::move).at(0).status == 0xFE00);
}

TEST_CASE("Q40: the move of an offline study ends with A702, that of another succeeds", "[net]") {
  PacsFixture fixture(quirks_of({"offline_every=2"}));
  CHECK(fixture.move_study(0)->status.success());
  CHECK(fixture.move_study(1)->status.code == 0xA702);
  CHECK(fixture.receiver.count() == kObjects);
}

TEST_CASE("Q41: now and then a query or a move ends with C000", "[net]") {
  PacsFixture fixture(quirks_of({"find_fails_every=2", "move_fails_every=2"}));
  auto association = fixture.open();
  CHECK(fixture.find(*association, fixture.study_keys())->status.success());
  CHECK(fixture.find(*association, fixture.study_keys())->status.code == 0xC000);
  CHECK(fixture.find(*association, fixture.study_keys())->status.success());
  CHECK(fixture.move_study(0)->status.success());
  const auto failed = fixture.move_study(0);
  CHECK(failed->status.code == 0xC000);
  CHECK(failed->comment.empty());
  association->release();
}

TEST_CASE("Q49: now and then a move is told done and nothing comes, asked again it does", "[net]") {
  PacsFixture fixture(quirks_of({"drop_every=2"}));
  CHECK(fixture.move_study(0)->counts.completed == kObjects);
  CHECK(fixture.receiver.count() == kObjects);
  CHECK(fixture.move_study(1)->status.success());
  CHECK(fixture.receiver.count() == kObjects);
  CHECK(fixture.move_study(1)->status.success());
  CHECK(fixture.receiver.count() > kObjects);
}

TEST_CASE("a PACS that never sends says that all was sent", "[net]") {
  PacsFixture fixture(quirks_of({"never_sends=true"}));
  for (int n = 0; n < 3; ++n) {
    const auto outcome = fixture.move_study(0);
    CHECK(outcome->status.success());
    CHECK(outcome->counts.completed == kObjects);
  }
  CHECK(fixture.receiver.callers().empty());
}

TEST_CASE("Q52: without role selection all of a C-GET fails", "[net]") {
  PacsFixture fixture;
  const tests::TempDir folder;
  const auto get = [&] {
    return tests::run({"getscu", "-S", "-od", folder.path().string(), "127.0.0.1", std::to_string(fixture.pacs->port()),
                       "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID=" + fixture.plans[0].uid});
  };
  fixture.pacs->set_quirks(quirks_of({"role_selection=false"}));
  (void)get();
  CHECK(std::filesystem::is_empty(folder.path()));
  fixture.pacs->set_quirks({});
  (void)get();
  CHECK_FALSE(std::filesystem::is_empty(folder.path()));
}

// ── objects ─────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("Q51: objects come in another transfer syntax, with the same content", "[net]") {
  const auto [name, uid] =
      GENERATE(std::pair("implicit", "1.2.840.10008.1.2"), std::pair("big_endian", "1.2.840.10008.1.2.2"),
               std::pair("deflated", "1.2.840.10008.1.2.1.99"));
  PacsFixture fixture(quirks_of({std::string("object_syntax=") + name}));
  CHECK(fixture.move_study(0)->counts.completed == kObjects);
  CHECK(fixture.receiver.syntaxes() == std::set<std::string>{uid});
  const auto& report = fixture.plans[0].series[2].instances[0];
  const EncodedObject came{SopClassUid(sop_class_of(report.content)), SopInstanceUid(report.uid),
                           TransferSyntaxUid(uid), fixture.receiver.objects().at(report.uid)};
  const auto data_set = parsed(came);
  REQUIRE(data_set);
  const auto kept = parsed(encode(fixture.plans[0], fixture.plans[0].series[2], report));
  CHECK(dicom::from_dataset(**data_set) == dicom::from_dataset(**kept));
}

TEST_CASE("each object comes twice and counts once", "[net]") {
  PacsFixture fixture(quirks_of({"send_twice=true"}));
  CHECK(fixture.move_study(0)->counts.completed == kObjects);
  const auto times = fixture.receiver.times();
  CHECK(times.size() == kObjects);
  CHECK(std::all_of(times.begin(), times.end(), [](const auto& each) { return each.second == 2; }));
}

TEST_CASE("an object of another study comes unasked and uncounted", "[net]") {
  PacsFixture fixture(quirks_of({"extra_object=true"}));
  CHECK(fixture.move_study(0)->counts.completed == kObjects);
  CHECK(fixture.receiver.count() == kObjects + 1);
  CHECK(fixture.receiver.objects().contains(fixture.plans[1].series.back().instances.back().uid));
}

TEST_CASE("Q56, Q57: some objects name another study or series than was asked for", "[net]") {
  PacsFixture fixture(quirks_of({"other_study_every=2"}));
  CHECK(fixture.move_study(0)->counts.completed == kObjects);
  const auto others = of_another_study(fixture);
  CHECK(others > 0);
  CHECK(others < static_cast<std::ptrdiff_t>(kObjects));
  CHECK(fixture.move_study(0)->counts.completed == kObjects);
  CHECK(of_another_study(fixture) == others);

  fixture.pacs->set_quirks(quirks_of({"other_series_every=1"}));
  CHECK(fixture.move_study(0)->counts.completed == kObjects);
  const auto& report = fixture.plans[0].series[2];
  const auto object = fixture.receiver.objects().at(report.instances[0].uid);
  CHECK(object.find(report.uid + ".99") != std::string::npos);
  CHECK(of_another_study(fixture) == 0);
}

TEST_CASE("Q58: objects come over a slow line, whole all the same", "[net]") {
  PacsFixture fixture(quirks_of({"bandwidth=100"}));
  const auto& report = fixture.plans[0].series[2];
  const auto size = encode(fixture.plans[0], report, report.instances[0]).data_set.size();
  auto keys = fixture.move_keys(0);
  keys.set(tag::kQueryRetrieveLevel, "SERIES");
  keys.set(tag::kSeriesInstanceUid, report.uid);
  auto association = fixture.open();
  const auto began = Clock::now();
  CHECK(fixture.move(*association, keys)->counts.completed == 1);
  CHECK(Clock::now() - began >= std::chrono::milliseconds(size / 100 - 25));
  CHECK(fixture.receiver.objects().at(report.instances[0].uid).size() == size);
  association->release();
}

TEST_CASE("Q58: a line that ends nowhere fails the move", "[net]") {
  PacsFixture fixture(quirks_of({"bandwidth=100"}));
  fixture.pacs->set_destination("GONE", {"127.0.0.1", tests::free_port()});
  CHECK(fixture.move_study(0, "GONE")->status.code == 0xA702);
}

}  // namespace harvester::simulation
