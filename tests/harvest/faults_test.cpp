#include "harvester/core/sop_classes.hpp"
#include "harvester/dicom/scu.hpp"
#include "harvester/simulation/object_builder.hpp"
#include "support/harvest_fixture.hpp"

using namespace harvester;
using namespace harvester::harvest;
using namespace harvester::simulation;
using namespace harvester::tests;
using enum Scenario;

namespace {

using Faults = std::vector<std::string>;

/// A study whose dose reports stand in one series: so many of them.
StudyPlan many_reports(int count, int index = 0) {
  auto plan = studies_of({ct_rdsr}, kHarvestDay, index)[0];
  auto& series = plan.series.back();
  const auto first = series.instances.front();
  while (static_cast<int>(series.instances.size()) < count) {
    auto next = first;
    const auto number = std::to_string(series.instances.size() + 1);
    next.uid = series.uid + "." + number;
    next.instance_number = number;
    series.instances.push_back(next);
  }
  return plan;
}

/// Studies of one kind, spread over the day.
std::vector<StudyPlan> busy_day(int count, Scenario scenario = ct_rdsr) {
  auto plans = studies_of(std::vector<Scenario>(static_cast<std::size_t>(count), scenario));
  for (std::size_t n = 0; n < plans.size(); ++n)
    plans[n].time = std::chrono::seconds(86399 * (static_cast<int>(n) + 1) / (count + 1));
  return plans;
}

/// Asks for a stop when so many events of a kind stand in the log.
std::jthread stop_when(HarvestFixture& fixture, std::stop_source& source, PacsEvent::Kind kind, std::size_t count) {
  return std::jthread([&fixture, &source, kind, count] {
    fixture.pacs->log().wait_until(
        [&](const auto& events) {
          return static_cast<std::size_t>(std::count_if(
                     events.begin(), events.end(), [&](const auto& event) { return event.kind == kind; })) >= count;
        },
        std::chrono::seconds(30));
    source.request_stop();
  });
}

bool all_once(const std::map<std::string, int>& times) {
  return std::all_of(times.begin(), times.end(), [](const auto& each) { return each.second == 1; });
}

}  // namespace

// ── the node as a whole ─────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("harvest: a node that is not there interrupts the harvest, and the next run goes on", "[harvest][net]") {
  HarvestFixture fixture(studies_of({ct_rdsr}));
  const int port = fixture.pacs->port();
  fixture.setup.find_peer.port = fixture.setup.move_peer.port = 1;
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::interrupted);
  CHECK(ran.exit_code == 4);
  REQUIRE(ran.outcome.error);
  CHECK(ran.outcome.error->kind == ErrorKind::transient);

  fixture.setup.find_peer.port = fixture.setup.move_peer.port = port;
  const auto again = fixture.run();
  CHECK(again.begun.continued);
  CHECK(again.begun.id == ran.begun.id);
  CHECK(again.outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
}

TEST_CASE("harvest: a node that rejects us for good is told of at once", "[harvest][net]") {
  HarvestFixture fixture(studies_of({ct_rdsr}));
  receive::StoreOptions options;
  options.port = 0;
  options.bind = "127.0.0.1";
  options.accept.calling_ae_titles = {"NOBODY"};
  auto closed = receive::Store::open(options, *fixture.spool, *fixture.writer, fixture.clock);
  REQUIRE(closed);
  fixture.setup.find_peer.port = fixture.setup.move_peer.port = (*closed)->port();
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::failed);
  CHECK(ran.exit_code == 4);
  REQUIRE(ran.outcome.error);
  CHECK(ran.outcome.error->kind == ErrorKind::refused);
  CHECK((*closed)->status().associations_refused == 1);
}

// ── C-FIND ──────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("harvest: a kind of query that the node does not take ends it with the keys to check", "[harvest][net]") {
  HarvestFixture fixture(studies_of({ct_rdsr}), with({"find_status=A900"}));
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::failed);
  CHECK(ran.exit_code == 4);
  REQUIRE(ran.outcome.error);
  CHECK_THAT(ran.outcome.error->message, Catch::Contains("query.model"));
  CHECK(fixture.finds().size() == 1);
  CHECK(ran.outcome.summary.windows_not_verified == 1);
}

TEST_CASE("harvest: a node that cannot process any query is not hammered, and not shown as an empty day",
          "[harvest][net]") {
  HarvestFixture fixture(studies_of({ct_rdsr}), with({"find_status=C001"}));
  const auto ran = fixture.run();
  CHECK(ran.outcome.state != HarvestState::complete);
  CHECK(ran.exit_code != 0);
  CHECK(ran.outcome.summary.windows_not_verified > 0);
  CHECK(fixture.finds().size() < 100);
}

TEST_CASE("harvest: a node that is out of resources for a whole day is asked for pieces of it", "[harvest][net]") {
  HarvestFixture fixture(busy_day(9), with({"cap=4", "cap_is_silent=false"}));
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
  CHECK(fixture.value("SELECT count(*) FROM query_window WHERE state = 'split'") != "0");
  CHECK(fixture.value("SELECT count(*) FROM query_window WHERE state NOT IN ('split', 'verified')") == "0");
}

TEST_CASE("harvest: too broad a query is split whatever status the node says it with", "[harvest][net]") {
  const auto status = GENERATE("A700", "C001", "0000");
  auto plans = studies_of({ct_rdsr});
  for (int offset = 1; offset < 6; ++offset)
    plans.push_back(studies_of({ct_rdsr}, plus_days(kHarvestDay, offset), offset)[0]);
  HarvestFixture fixture(plans, with({"too_broad_days=2", std::string("too_broad_status=") + status}));
  fixture.request.until = plus_days(kHarvestDay, 5);
  fixture.setup.window_days = 6;
  INFO(status);
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
}

TEST_CASE("harvest: what is capped at the smallest window is said to be capped", "[harvest][net]") {
  auto plans = busy_day(4);
  for (auto& plan : plans) plan.time = std::chrono::minutes(547);
  HarvestFixture fixture(plans, with({"cap=3", "cap_is_silent=false"}));
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::incomplete);
  CHECK(ran.exit_code == 3);
  CHECK(ran.outcome.summary.windows_not_verified == 1);
  CHECK(fixture.value("SELECT count(*) FROM query_window WHERE state = 'capped'") == "1");
  CHECK(ran.outcome.summary.fetched == 3);
}

TEST_CASE("harvest: a limit on answers that the node keeps silent about is found out", "[harvest][net]") {
  const auto cap = GENERATE("cap=10", "cap=20");
  HarvestFixture fixture(busy_day(23), with({cap}));
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
}

TEST_CASE("harvest: a silent limit that is no round number is found out by its second appearance", "[harvest][net]") {
  auto plans = busy_day(13);
  for (auto& plan : busy_day(15)) {
    plan.date = plus_days(kHarvestDay, 1);
    plan.uid += ".1";
    for (auto& series : plan.series) {
      series.uid += ".1";
      for (auto& instance : series.instances) instance.uid += ".1";
    }
    plans.push_back(plan);
  }
  HarvestFixture fixture(plans, with({"cap=11"}));
  fixture.request.until = plus_days(kHarvestDay, 1);
  CHECK(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
}

TEST_CASE("harvest: studies without a time are not lost in silence when a day must be split by time",
          "[harvest][net]") {
  auto plans = busy_day(6);
  plans[0].time.reset();
  HarvestFixture fixture(plans, with({"cap=4", "cap_is_silent=false"}));
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::incomplete);
  CHECK(ran.outcome.summary.windows_not_verified == 1);
  CHECK(fixture.absent().empty());
}

TEST_CASE("harvest: a day with a count that looks like a limit, and studies without a time, is not suspected for ever",
          "[harvest][net]") {
  auto plans = busy_day(10);
  plans[0].time.reset();
  HarvestFixture fixture(plans);
  CHECK(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.finds("STUDY").size() > 1);
  CHECK(fixture.faults() == Faults{});
}

TEST_CASE("harvest: a query that broke off is asked again, and nothing of it is lost", "[harvest][net]") {
  HarvestFixture fixture(busy_day(6), with({"abort_after_answers=3"}));
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
  CHECK(fixture.finds("STUDY").size() == 2);
  CHECK(all_once(fixture.sent()));
}

// ── C-MOVE ──────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("harvest: a destination that the node does not know ends it at once, with the remedy", "[harvest][net]") {
  HarvestFixture fixture(busy_day(5));
  fixture.setup.destination = AeTitle::of("STRANGER");
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::failed);
  CHECK(ran.exit_code == 4);
  REQUIRE(ran.outcome.error);
  CHECK_THAT(ran.outcome.error->message, Catch::Contains("STRANGER") && Catch::Contains("administrator"));
  CHECK(fixture.moves().size() == 1);
  CHECK(ran.outcome.summary.fetched == 0);
  CHECK(ran.outcome.summary.open == 0);
  CHECK(ran.outcome.summary.missing > 0);

  fixture.setup.destination = AeTitle::of("HARVESTER");
  CHECK(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
}

TEST_CASE("harvest: a caller whose moves the node refuses is told of, once", "[harvest][net]") {
  HarvestFixture fixture(busy_day(3), with({"move_callers=SOMEONE"}));
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::failed);
  CHECK(ran.exit_code == 4);
  CHECK(fixture.moves().size() == 1);
}

TEST_CASE("harvest: a move that broke off is asked on for what is missing only", "[harvest][net]") {
  HarvestFixture fixture({many_reports(4)}, with({"abort_after_stores=2"}));
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
  CHECK(all_once(fixture.sent()));
  REQUIRE(fixture.moves().size() == 3);
  CHECK(fixture.moves()[0].level == "SERIES");
  CHECK(fixture.moves()[1].level == "IMAGE");
  CHECK(fixture.moves()[2].level == "IMAGE");
}

TEST_CASE("harvest: of a node that moves whole studies only, each study is moved once, however much of it is wanted",
          "[harvest][net]") {
  const bool listed = GENERATE(true, false);
  HarvestFixture fixture(studies_of({ct_rdsr_and_findings, ct_mixed_sr_series, ct_repeated, pet_ct}),
                         with({"whole_studies_only=true", listed ? "fail_every=0" : "empty_image_level_for_sr=true"}));
  fixture.setup.level = MoveLevel::study;
  fixture.setup.associations = 4;
  fixture.setup.outstanding_moves = 3;
  CHECK(fixture.run().outcome.state == HarvestState::complete);
  if (listed) CHECK(fixture.faults() == Faults{});
  CHECK(fixture.absent().empty());
  CHECK(all_once(fixture.sent()));
  CHECK(fixture.moves().size() == 4);
  for (const auto& move : fixture.moves()) CHECK(move.level == "STUDY");
}

TEST_CASE("harvest: what of a whole study did not come is asked for by the whole study again", "[harvest][net]") {
  HarvestFixture fixture({many_reports(4)}, with({"whole_studies_only=true", "abort_after_stores=2"}));
  fixture.setup.level = MoveLevel::study;
  CHECK(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
  CHECK(fixture.moves().size() == 2);
}

TEST_CASE("harvest: a node that closes after each few operations costs no request an attempt", "[harvest][net]") {
  HarvestFixture fixture(busy_day(5), with({"operations_per_association=2"}));
  CHECK(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
  CHECK(fixture.value("SELECT max(attempts) FROM retrieve_request") == "1");
  CHECK(fixture.value("SELECT max(attempts) FROM candidate_study") == "0");
}

TEST_CASE("harvest: objects that the node failed to send are asked for again", "[harvest][net]") {
  const std::vector<std::string> honest = {"fail_every=2"};
  const std::vector<std::string> silent = {"fail_every=2", "success_whatever=true"};
  const std::vector<std::string> lying = {"fail_every=2", "success_whatever=true", "move_counts=wrong"};
  const std::vector<std::string> countless = {"fail_every=2", "move_counts=absent", "failed_list=false"};
  HarvestFixture fixture({many_reports(4), many_reports(3, 1)},
                         with(GENERATE_COPY(as<std::vector<std::string>>{}, honest, silent, lying, countless)));
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
  CHECK(all_once(fixture.sent()));
}

TEST_CASE("harvest: success with nothing sent is tried again, and at last called missing", "[harvest][net]") {
  HarvestFixture fixture(busy_day(2), with({"empty_successes=2"}));
  SECTION("the node recovers") {
    CHECK(fixture.run().outcome.state == HarvestState::complete);
    CHECK(fixture.faults() == Faults{});
  }
  SECTION("it does not") {
    fixture.pacs->set_quirks(with({"empty_successes=1000"}));
    fixture.setup.attempts = 2;
    fixture.setup.settle = std::chrono::milliseconds(20);
    const auto ran = fixture.run();
    CHECK(ran.outcome.state == HarvestState::incomplete);
    CHECK(ran.exit_code == 3);
    CHECK(ran.outcome.summary.missing == 2);
    CHECK(fixture.moves().size() == 4);
    for (const auto& [uid, state] : fixture.expected()) CHECK_THAT(state, Catch::StartsWith("missing("));
  }
}

TEST_CASE("harvest: objects that come after the final response count", "[harvest][net]") {
  const auto listed = GENERATE(true, false);
  auto quirks = with({"late_objects=2", "late_by=60"});
  quirks.empty_image_level_for_sr = !listed;
  HarvestFixture fixture({many_reports(4)}, quirks);
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
  CHECK(fixture.moves().size() == 1);
  CHECK(all_once(fixture.sent()));
}

TEST_CASE("harvest: what others send to the same store meanwhile does not keep a harvest from its end",
          "[harvest][net]") {
  HarvestFixture fixture(studies_of({ct_rdsr}), with({"empty_successes=20"}));
  fixture.setup.attempts = 2;
  const std::jthread others([&](std::stop_token stop) {
    Signal never;
    while (!stop.stop_requested()) {
      fixture.activity.notify();
      never.wait_beyond(0, std::chrono::steady_clock::now() + fixture.setup.settle / 10, stop);
    }
  });
  const auto ran = fixture.run();
  CHECK(ran.outcome.summary.missing == 1);
  CHECK(ran.exit_code == 3);
}

TEST_CASE("harvest: objects from another title than the node's are credited", "[harvest][net]") {
  HarvestFixture fixture(busy_day(2), with({"store_calling_ae=PACSMOVER"}));
  CHECK(fixture.run().outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
}

TEST_CASE("harvest: what nobody asked for is imported and not credited", "[harvest][net]") {
  auto pushed = studies_of({ct_rdsr}, plus_days(kHarvestDay, 30), 77)[0];
  HarvestFixture fixture(busy_day(2));
  const auto& series = pushed.series.back();
  const auto object = encode(pushed, series, series.instances.front());
  std::istringstream stream(object.data_set);
  REQUIRE(fixture.spool->take(stream, {std::nullopt, "native", "CT1", "HARVESTER", "127.0.0.1", "", std::nullopt}));
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::complete);
  CHECK(ran.outcome.summary.fetched == 2);
  CHECK(fixture.expected().count(series.instances.front().uid) == 0);
  CHECK(fixture.faults() == Faults{});
  CHECK(fixture.in_database().count(series.instances.front().uid) == 1);
}

TEST_CASE("harvest: a series that the node does not list is not called done while some of it failed",
          "[harvest][net]") {
  auto quirks = with({"empty_image_level_for_sr=true", "fail_every=2"});
  quirks.success_whatever = GENERATE(false, true);
  HarvestFixture fixture({many_reports(3)}, quirks);
  fixture.setup.attempts = 2;
  fixture.setup.settle = std::chrono::milliseconds(50);
  const auto ran = fixture.run();
  CHECK(fixture.absent().size() == 1);
  CHECK(ran.outcome.state == HarvestState::incomplete);
  CHECK(ran.outcome.summary.missing == 1);
}

TEST_CASE("harvest: a request that had no more tries left is not taken for done", "[harvest][net]") {
  HarvestFixture fixture({many_reports(2)},
                         with({"empty_image_level_for_sr=true", "fail_every=2", "abort_after_answers=1", "aborts=2"}));
  fixture.setup.attempts = 2;  // the first pass has broken queries only, the second one try at the series
  fixture.setup.settle = std::chrono::milliseconds(50);
  const auto ran = fixture.run();
  CHECK(fixture.absent().size() == 1);
  CHECK(ran.outcome.state == HarvestState::incomplete);
  CHECK(ran.outcome.summary.missing == 1);
  CHECK(ran.outcome.summary.open == 0);
}

TEST_CASE("harvest: our full disk is told to the node, and the rest comes once there is room", "[harvest][net]") {
  HarvestFixture fixture(busy_day(2));
  fixture.setup.attempts = 2;
  fixture.setup.settle = std::chrono::milliseconds(20);
  fixture.disk.full = true;
  const auto ran = fixture.run();
  CHECK(ran.outcome.state == HarvestState::incomplete);
  CHECK(ran.exit_code == 3);
  CHECK(ran.outcome.summary.fetched == 0);
  for (const auto& event : fixture.log_of(PacsEvent::Kind::sent)) CHECK(event.status == 0xA700);

  fixture.disk.full = false;
  SECTION("by going on with the harvest") {
    CHECK(fixture.resume(ran.begun.id).state == HarvestState::complete);
    CHECK(fixture.finds("STUDY").size() == 1);
  }
  SECTION("by a new one") { CHECK(fixture.run().outcome.state == HarvestState::complete); }
  CHECK(fixture.faults() == Faults{});
}

// ── stop and go on ──────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("harvest: a stop in the middle interrupts, and the same harvest goes on to the same end", "[harvest][net]") {
  auto plans = busy_day(4);
  for (int offset = 1; offset < 4; ++offset)
    for (auto& plan : studies_of({ct_rdsr, ct_repeated}, plus_days(kHarvestDay, offset), 10 * offset))
      plans.push_back(plan);
  HarvestFixture fixture(plans, with({"store_delay=3", "answer_delay=2"}));
  fixture.request.until = plus_days(kHarvestDay, 3);
  using Kind = PacsEvent::Kind;
  const auto [kind, count] = GENERATE(std::pair(Kind::find, 1U), std::pair(Kind::find, 4U), std::pair(Kind::sent, 1U),
                                      std::pair(Kind::sent, 3U), std::pair(Kind::move, 2U));
  std::stop_source source;
  const auto watching = stop_when(fixture, source, kind, count);
  const auto stopped = fixture.run(source.get_token());
  CHECK(stopped.outcome.state == HarvestState::interrupted);
  CHECK(stopped.exit_code == 130);

  std::set<std::string> verified;
  for (const auto& row : fixture.rows("SELECT date_from FROM query_window WHERE state = 'verified'"))
    verified.insert(row[0]);
  fixture.pacs->log().clear();
  const auto rest = fixture.run();
  CHECK(rest.begun.continued);
  CHECK(rest.begun.id == stopped.begun.id);
  CHECK(rest.outcome.state == HarvestState::complete);
  CHECK(fixture.faults() == Faults{});
  CHECK(fixture.sent_unwanted().empty());
  for (const auto& find : fixture.finds("STUDY")) CHECK(verified.count(find.keys.text(dicom::tag::kStudyDate)) == 0);
}

// ── whole characters ────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("harvest: the demo's archive on a strict node ends equal to the truth", "[harvest][net]") {
  HarvestFixture fixture(demo_archive(3, kHarvestDay), strict());
  fixture.request.from = plus_days(kHarvestDay, -4);
  const auto ran = fixture.run();
  CHECK(ran.outcome.summary.failed == 1);  // the report without content
  CHECK(ran.outcome.summary.missing == 0);
  CHECK(ran.outcome.summary.windows_not_verified == 0);
  CHECK(fixture.sent_unwanted().empty());
  CHECK(fixture.faults().size() == 1);
}

TEST_CASE("harvest: the demo's archive on an awkward node ends equal to the truth", "[harvest][net]") {
  auto quirks = awkward();
  quirks.late_by = std::chrono::milliseconds(20);
  HarvestFixture fixture(demo_archive(3, kHarvestDay), quirks);
  fixture.request.from = plus_days(kHarvestDay, -4);
  const auto ran = fixture.run();
  CHECK(ran.outcome.summary.failed == 1);
  CHECK(ran.outcome.summary.missing == 0);
  CHECK(ran.outcome.summary.windows_not_verified == 0);
  // Without SOP classes every structured report is fetched, and told apart on arrival.
  std::set<std::string> faults;
  for (const auto& fault : fixture.faults())
    if (!fault.ends_with("not wanted")) faults.insert(fault);
  CHECK(faults.size() == 1);
  CHECK(fixture.absent().size() == 1);
}
