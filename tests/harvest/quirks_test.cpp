#include <algorithm>

#include "support/harvest_fixture.hpp"

// One habit of a node after the other: the ledger equals the truth. Those that faults_test.cpp shows are not repeated.

using namespace harvester;
using namespace harvester::harvest;
using namespace harvester::simulation;
using namespace harvester::tests;
using enum Scenario;

namespace {

using Faults = std::vector<std::string>;
using namespace std::chrono_literals;

/// CT studies of several kinds, and some that a harvest of CT leaves alone.
std::vector<StudyPlan> some_day() {
  return studies_of({ct_rdsr, ct_rdsr_and_findings, ct_enhanced_sr, ct_no_dose, ct_repeated, mg_rdsr, rf_rdsr});
}

/// Studies of one kind, spread over the day.
std::vector<StudyPlan> busy_day(int count, Scenario scenario = ct_rdsr) {
  auto plans = studies_of(std::vector<Scenario>(static_cast<std::size_t>(count), scenario));
  for (std::size_t n = 0; n < plans.size(); ++n)
    plans[n].time = std::chrono::seconds(86399 * (static_cast<int>(n) + 1) / (count + 1));
  return plans;
}

/// Runs to the end, which is complete and true.
void check_truth(HarvestFixture& fixture) {
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(ran.exit_code == 0);
  CHECK(fixture.faults() == Faults{});
  CHECK(ran.outcome.summary.fetched == static_cast<std::int64_t>(fixture.wanted().size()));
}

/// A day of several kinds on a node of these habits.
void check_truth_with(const std::vector<std::string>& assignments) {
  HarvestFixture fixture(some_day(), with(assignments));
  check_truth(fixture);
  CHECK(fixture.sent_unwanted().empty());
}

bool all_once(const std::map<std::string, int>& times) {
  return std::all_of(times.begin(), times.end(), [](const auto& each) { return each.second == 1; });
}

std::set<std::string> wanted_of(const StudyPlan& plan) {
  std::set<std::string> uids;
  for (const auto& uid : truth_of(plan, {"CT"}).wanted) uids.insert(uid.str());
  return uids;
}

}  // namespace

// ── what is found ───────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("Q1: a node that finds nothing by ModalitiesInStudy is harvested without it, if its profile says so",
          "[harvest][net][quirk]") {
  const auto style = GENERATE(query::ModalityKey::none, query::ModalityKey::modality_at_study);
  HarvestFixture fixture(some_day(), with({"modalities=nothing", "modality_at_study=matched"}));
  fixture.setup.style.modality_key = style;
  check_truth(fixture);
}

TEST_CASE("Q1: a node that finds nothing by ModalitiesInStudy is not shown as an empty day", "[harvest][net][quirk]") {
  HarvestFixture fixture(some_day(), with({"modalities=nothing"}));
  const auto ran = fixture.run();
  CHECK((ran.outcome.state != HarvestState::complete || fixture.absent().empty()));
}

TEST_CASE("Q1: a node that filters only by Modality at study level loses nothing", "[harvest][net][quirk]") {
  const auto key = GENERATE(query::ModalityKey::modalities_in_study, query::ModalityKey::modality_at_study,
                            query::ModalityKey::both);
  HarvestFixture fixture(some_day(), with({"modalities=unmatched", "modality_at_study=matched"}));
  fixture.setup.style.modality_key = key;
  check_truth(fixture);
}

TEST_CASE("Q1: a node that refuses or ignores Modality at study level is asked without it by default",
          "[harvest][net][quirk]") {
  check_truth_with({GENERATE("modality_at_study=refused", "modality_at_study=nothing", "modality_at_study=ignored")});
}

TEST_CASE("Q1: a study is not left out because the node tells only one of its modalities", "[harvest][net][quirk]") {
  HarvestFixture fixture(some_day(), with({"modalities_single=true"}));
  check_truth(fixture);
}

TEST_CASE("Q1: a study of which the node tells another than the wanted modality is looked into",
          "[harvest][net][quirk]") {
  auto plans = studies_of({ct_rdsr, ct_enhanced_sr});
  for (auto& plan : plans) std::reverse(plan.series.begin(), plan.series.end());  // the report first
  HarvestFixture fixture(plans, with({"modalities_single=true"}));
  check_truth(fixture);
}

TEST_CASE("Q2, Q3: modalities that are not matched, not told, or both change nothing", "[harvest][net][quirk]") {
  check_truth_with({GENERATE("modalities=unmatched", "modalities=absent", "modalities=absent_but_matched")});
}

TEST_CASE("Q4: a node that takes one modality at a time is harvested for several", "[harvest][net][quirk]") {
  HarvestFixture fixture(some_day(), with({GENERATE("modality_list=nothing", "modality_list=refused")}));
  fixture.request.modalities = {"CT", "PT"};
  check_truth(fixture);
}

TEST_CASE("Q5: studies that come twice are looked into once", "[harvest][net][quirk]") {
  HarvestFixture fixture(some_day(), with({"answer_twice=true"}));
  check_truth(fixture);
  CHECK(all_once(fixture.sent()));
  std::map<std::string, int> asked;
  for (const auto& find : fixture.finds("SERIES")) ++asked[find.keys.text(dicom::tag::kStudyInstanceUid)];
  CHECK(all_once(asked));
}

TEST_CASE("Q8: dates and times that the node takes for one range lose no hours of the days between",
          "[harvest][net][quirk]") {
  auto plans = busy_day(6);
  for (int offset = 1; offset < 3; ++offset)
    for (auto& plan : studies_of({ct_rdsr, ct_rdsr}, plus_days(kHarvestDay, offset), 10 * offset)) {
      plan.time = std::chrono::hours(plan.uid.back() % 2 == 0 ? 1 : 23);
      plans.push_back(plan);
    }
  HarvestFixture fixture(plans, with({"date_and_time_combined=true", "cap=4", "cap_is_silent=false"}));
  fixture.request.until = plus_days(kHarvestDay, 2);
  fixture.setup.window_days = 3;
  check_truth(fixture);
}

TEST_CASE("Q9: studies without a date are no part of a day, and do no harm to it", "[harvest][net][quirk]") {
  auto plans = some_day();
  plans[0].date.reset();
  plans[1].date.reset();
  plans[1].time.reset();
  plans[2].time.reset();
  HarvestFixture fixture(plans);
  check_truth(fixture);
  CHECK(fixture.verdicts().count(plans[0].uid) == 0);
}

TEST_CASE("Q11: no study falls between two slices of a day because its time has a fraction", "[harvest][net][quirk]") {
  auto plans = busy_day(8);
  for (std::size_t n = 0; n < plans.size(); ++n)
    plans[n].time = std::chrono::hours(3 * (n + 1)) - std::chrono::microseconds(500000);
  HarvestFixture fixture(plans, with({"cap=3", "cap_is_silent=false"}));
  check_truth(fixture);
  CHECK(fixture.value("SELECT count(*) FROM query_window WHERE state = 'split'") != "0");
}

TEST_CASE("Q12: reports that the node hides at image level are fetched unseen", "[harvest][net][quirk]") {
  HarvestFixture fixture(studies_of({ct_rdsr, ct_enhanced_sr, ct_no_dose}), with({"empty_image_level_for_sr=true"}));
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(fixture.absent().empty());
  CHECK(fixture.sent_unwanted().empty());
}

TEST_CASE("Q13, Q14: instance numbers that start elsewhere, have gaps, are missing or odd change nothing",
          "[harvest][net][quirk]") {
  check_truth_with({GENERATE("first_instance_number=0", "first_instance_number=1000", "instance_number_step=7",
                             "numbers=missing", "numbers=odd")});
}

TEST_CASE("Q15: without SOP classes at image level the reports are fetched, and told apart on arrival",
          "[harvest][net][quirk]") {
  HarvestFixture fixture(studies_of({ct_rdsr, ct_enhanced_sr, ct_repeated, ct_no_dose}), with({"no_sop_class=true"}));
  check_truth(fixture);
}

TEST_CASE("Q15: SOP classes that are not matched, or not told of the study, change nothing", "[harvest][net][quirk]") {
  check_truth_with({GENERATE("sop_class_matched=false", "sop_classes_in_study=false")});
}

TEST_CASE("Q16: reports of series without modality, or of an odd one, are found", "[harvest][net][quirk]") {
  check_truth_with({GENERATE("no_series_modality=true", "sr_modality=OT", "sr_modality=DOC")});
}

TEST_CASE("Q17: counts that are absent or wrong make nothing missing", "[harvest][net][quirk]") {
  check_truth_with({GENERATE("related_counts=absent", "related_counts=wrong")});
}

TEST_CASE("Q18: a station is looked for at the level that the profile says", "[harvest][net][quirk]") {
  auto plans = studies_of({ct_rdsr, ct_rdsr});
  plans[0].equipment.station = "CTWARD2";
  plans[1].equipment.station = "CTWARD3";
  HarvestFixture fixture(plans, with({"study_station=CONSOLE"}));
  fixture.setup.rules.station_name.include = {"ward3"};
  CHECK(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.verdicts().at(plans[0].uid) == "skip(station_filtered)");
  CHECK(fixture.verdicts().at(plans[1].uid) == "retrieve(dose_report)");
}

TEST_CASE("Q22, Q23: whatever character set an answer says it has, the study is harvested", "[harvest][net][quirk]") {
  const auto term = GENERATE("charset=absent", "charset=only_if_asked", "charset_term=X-UNKNOWN",
                             "charset_term=ISO_IR 100\\ISO 2022 IR 87", "charset_term=\\\\", "charset_term=ISO_IR 192");
  auto plans = studies_of({ct_rdsr, ct_rdsr, ct_enhanced_sr});
  plans[0].description = "Schädel nativ";
  plans[1].description = "Schädel Prüfkörper";
  HarvestFixture fixture(plans, with({term}));
  check_truth(fixture);
}

TEST_CASE("Q24: UIDs with padding are asked back so that the node knows them", "[harvest][net][quirk]") {
  check_truth_with({"uids_padded=true"});
}

TEST_CASE("Q24: UIDs that hold letters are harvested as they are", "[harvest][net][quirk]") {
  auto plans = some_day();
  plans[0].uid += ".A-7";
  for (auto& series : plans[0].series) {
    series.uid += ".s_1";
    for (auto& instance : series.instances) instance.uid += ".x";
  }
  HarvestFixture fixture(plans, {});
  check_truth(fixture);
  CHECK(fixture.sent_unwanted().empty());
}

TEST_CASE("Q25: dates with separators are read", "[harvest][net][quirk]") {
  check_truth_with({GENERATE("dates=dotted", "dates=dashed")});
}

TEST_CASE("Q26: a node of the Patient Root model is harvested, the patient carried down", "[harvest][net][quirk]") {
  HarvestFixture fixture(some_day(), with({"study_root=false", "patient_id=below_study"}));
  fixture.setup.style.model = dicom::Model::patient_root;
  check_truth(fixture);
}

TEST_CASE("Q26: a node that does not have our information model is told of, and no empty day",
          "[harvest][net][quirk]") {
  HarvestFixture fixture(some_day(), with({"study_root=false"}));
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::failed);
  CHECK(ran.exit_code == 4);
  REQUIRE(ran.outcome.error);
  CHECK(ran.outcome.error->kind == ErrorKind::refused);
}

TEST_CASE("Q27: nothing that is asked is a relational query", "[harvest][net][quirk]") {
  check_truth_with({"relational=refused"});
}

TEST_CASE("Q54: no key is asked for that a node might not know", "[harvest][net][quirk]") {
  check_truth_with({"unknown_keys=abort"});
}

// ── what is moved ───────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("Q28: no node is asked to move several UIDs at once", "[harvest][net][quirk]") {
  const auto habit = GENERATE("move_uid_list=refused", "move_uid_list=first");
  HarvestFixture fixture(studies_of({ct_mixed_sr_series, ct_cumulative, ct_repeated}), with({habit, "fail_every=2"}));
  check_truth(fixture);
}

TEST_CASE("Q30: a node that could not reach us for a while is asked again", "[harvest][net][quirk]") {
  check_truth_with({"unreachable_moves=3"});
}

TEST_CASE("Q38: objects whose originator is told wrong or not at all are credited", "[harvest][net][quirk]") {
  check_truth_with({GENERATE("originator=absent", "originator=wrong")});
}

TEST_CASE("Q39: a move that is pending for ever is given up in its time and asked again", "[harvest][net][quirk]") {
  HarvestFixture fixture(some_day(), with({"endless_moves=2", "pending_interval=20"}));
  fixture.setup.move_timers.total = 1s;
  fixture.setup.options.cancel_wait = 500ms;
  check_truth(fixture);
}

TEST_CASE("Q39: a move that is pending for ever and takes no cancel is aborted in its time", "[harvest][net][quirk]") {
  HarvestFixture fixture(some_day(), with({"endless_moves=1", "pending_interval=20", "ignore_cancel=true"}));
  fixture.setup.move_timers.total = 1s;
  fixture.setup.options.cancel_wait = 200ms;
  check_truth(fixture);
}

TEST_CASE("Q40: offline studies keep no others from being fetched, and are said to be missing",
          "[harvest][net][quirk]") {
  HarvestFixture fixture(busy_day(4), with({"offline_every=4"}));
  fixture.setup.attempts = 2;
  fixture.setup.settle = 50ms;
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::incomplete);
  CHECK(ran.outcome.summary.missing == 1);
  CHECK(fixture.absent() == wanted_of(fixture.plans[3]));
}

TEST_CASE("Q40: an offline study is told from one that could not be sent, and costs one move",
          "[harvest][net][quirk]") {
  HarvestFixture fixture(busy_day(2), with({"offline_every=2"}));
  fixture.setup.attempts = 4;
  fixture.setup.settle = 20ms;
  (void)fixture.run();
  const auto offline = *wanted_of(fixture.plans[1]).begin();
  CHECK_THAT(fixture.expected()[offline], Catch::Contains("offline"));
  const auto moves = fixture.moves();
  CHECK(std::count_if(moves.begin(), moves.end(), [&](const auto& move) {
          return move.keys.text(dicom::tag::kStudyInstanceUid) == fixture.plans[1].uid;
        }) <= 1);
}

TEST_CASE("Q41: queries that fail now and then for no reason are asked again", "[harvest][net][quirk]") {
  check_truth_with({GENERATE("find_fails_every=4", "find_fails_every=5", "find_fails_every=7")});
}

TEST_CASE("Q41: of a study whose queries fail one in two or three only the failed one is asked again",
          "[harvest][net][quirk]") {
  check_truth_with({GENERATE("find_fails_every=2", "find_fails_every=3")});
}

TEST_CASE("Q41: moves that fail now and then for no reason are asked again", "[harvest][net][quirk]") {
  check_truth_with({GENERATE("move_fails_every=2", "move_fails_every=3")});
}

TEST_CASE("Q49: moves that the node took and forgot are asked again", "[harvest][net][quirk]") {
  const auto every = GENERATE("drop_every=1", "drop_every=2", "drop_every=3");
  HarvestFixture fixture(some_day(), with({every}));
  fixture.setup.settle = 50ms;
  check_truth(fixture);
  CHECK(all_once(fixture.sent()));
}

TEST_CASE("a node that says it sent everything and never does is called incomplete", "[harvest][net][quirk]") {
  HarvestFixture fixture(busy_day(2), with({"never_sends=true"}));
  fixture.setup.attempts = 2;
  fixture.setup.settle = 30ms;
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::incomplete);
  CHECK(ran.exit_code == 3);
  CHECK(ran.outcome.summary.missing == 2);
  for (const auto& [uid, state] : fixture.expected()) CHECK_THAT(state, Catch::StartsWith("missing("));
}

TEST_CASE("Q50: store associations over which nothing comes are no trouble", "[harvest][net][quirk]") {
  check_truth_with({"open_store_for_nothing=true"});
}

// ── what comes ──────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("objects that come twice are imported once", "[harvest][net][quirk]") {
  HarvestFixture fixture(some_day(), with({"send_twice=true"}));
  check_truth(fixture);
  for (const auto& [uid, times] : fixture.sent()) CHECK(times == 2);
}

TEST_CASE("an object of another study that comes unasked is credited only where it was expected",
          "[harvest][net][quirk]") {
  auto plans = studies_of({ct_rdsr, ct_no_dose, ct_rdsr});
  plans.push_back(studies_of({ct_rdsr}, plus_days(kHarvestDay, 9), 9)[0]);
  HarvestFixture fixture(plans, with({"extra_object=true"}));
  check_truth(fixture);
  CHECK(fixture.expected().count(plans[3].series.back().instances.back().uid) == 0);
}

TEST_CASE("an object that comes unasked before it is asked for is credited when it is", "[harvest][net][quirk]") {
  HarvestFixture fixture(busy_day(4), with({"extra_object=true"}));
  check_truth(fixture);
}

TEST_CASE("Q51: reports come in any transfer syntax", "[harvest][net][quirk]") {
  check_truth_with({GENERATE("object_syntax=implicit", "object_syntax=big_endian", "object_syntax=deflated")});
}

TEST_CASE("Q56, Q57: objects that name another study or series than was asked for are credited by their own UID",
          "[harvest][net][quirk]") {
  const auto habit = GENERATE("other_study_every=1", "other_study_every=2", "other_series_every=1");
  HarvestFixture fixture(some_day(), with({habit}));
  check_truth(fixture);
  CHECK(all_once(fixture.sent()));
}

TEST_CASE("Q58: an object that takes long over a slow line is waited for", "[harvest][net][quirk]") {
  HarvestFixture fixture(studies_of({ct_rdsr}), with({"bandwidth=60"}));
  check_truth(fixture);
  CHECK(fixture.moves().size() == 1);
}

TEST_CASE("Q58: an object that takes longer than silence may is waited for while its bytes come",
          "[harvest][net][quirk]") {
  HarvestFixture fixture(studies_of({ct_rdsr}), with({"bandwidth=4"}));
  fixture.setup.move_timers.stall = 1s;
  check_truth(fixture);
  CHECK(fixture.moves().size() == 1);
  CHECK(fixture.value("SELECT dimse_status FROM retrieve_request") == "0");
}

TEST_CASE("a node that falls silent in a query or a move is left, and asked again on another association",
          "[harvest][net][quirk]") {
  HarvestFixture fixture(studies_of({ct_rdsr}), with({GENERATE("hung_finds=1", "hung_moves=1")}));
  fixture.setup.move_timers.stall = 2s;
  fixture.setup.options.dimse_timeout = 2s;
  fixture.setup.options.acse_timeout = 2s;
  check_truth(fixture);
}

// ── associations ────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("Q44: no association asks for asynchronous operations", "[harvest][net][quirk]") {
  check_truth_with({"reject_async=true"});
}

TEST_CASE("Q45: a node that takes two associations at a time is harvested over two", "[harvest][net][quirk]") {
  check_truth_with({"max_associations=2"});
}

TEST_CASE("Q45: a node that takes one association at a time is harvested all the same", "[harvest][net][quirk]") {
  HarvestFixture fixture(some_day(), with({"max_associations=1"}));
  check_truth(fixture);
}

TEST_CASE("Q46: no echo is sent over an association that is there for something else", "[harvest][net][quirk]") {
  const auto habit = GENERATE("verification=alone", "verification=not_accepted");
  HarvestFixture fixture(some_day(), with({habit}));
  check_truth(fixture);
  CHECK(fixture.log_of(PacsEvent::Kind::abort).empty());
}

TEST_CASE("Q47: associations that the node cut for being idle are opened again, at no cost", "[harvest][net][quirk]") {
  HarvestFixture fixture(studies_of({ct_rdsr, ct_rdsr}), with({"idle_limit=250", "late_objects=1", "late_by=600"}));
  fixture.setup.settle = 5s;
  check_truth(fixture);
  CHECK(fixture.value("SELECT max(attempts) FROM retrieve_request") == "1");
}

TEST_CASE("Q48: a stop in mid-move ends a harvest of a node that takes no cancel, and the next goes on",
          "[harvest][net][quirk]") {
  HarvestFixture fixture(busy_day(3, ct_repeated), with({"ignore_cancel=true", "store_delay=300"}));
  fixture.setup.options.cancel_wait = 50ms;
  fixture.setup.options.acse_timeout = 2s;
  std::stop_source source;
  const std::jthread stopping([&] {
    fixture.pacs->log().wait_until(
        [](const auto& events) {
          return std::any_of(events.begin(), events.end(),
                             [](const auto& event) { return event.kind == PacsEvent::Kind::sent; });
        },
        30s);
    source.request_stop();
  });
  const auto stopped = fixture.run(source.get_token());
  CHECK(stopped.outcome.state == HarvestState::interrupted);
  CHECK(fixture.absent().size() > 1);
  fixture.pacs->set_quirks({});
  const auto rest = fixture.run();
  CHECK(rest.begun.continued);
  CHECK(rest.outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
}

TEST_CASE("Q53: every message has an id of its own", "[harvest][net][quirk]") {
  check_truth_with({"reject_duplicate_ids=true"});
}

TEST_CASE("Q60: small PDUs of any size are kept to", "[harvest][net][quirk]") {
  check_truth_with({GENERATE("max_pdu=4096", "max_pdu=16382")});
}

TEST_CASE("Q60: a padded or odd implementation class UID is no trouble", "[harvest][net][quirk]") {
  check_truth_with(
      {GENERATE("implementation_uid=1.2.3.4 ", "implementation_uid=  1.2.3", "implementation_uid=OLD-PACS")});
}

TEST_CASE("a node that is far away is harvested as one that is near", "[harvest][net][quirk]") {
  check_truth_with({"latency=15", "store_delay=15"});
}
