#include <future>
#include <random>

#include "support/harvest_fixture.hpp"
#include "support/numbers.hpp"
#include "support/relay.hpp"

using namespace harvester;
using namespace harvester::simulation;
using namespace harvester::tests;
using enum Scenario;

// Faults of all kinds at random moments of one harvest, and its resumption: what it says of itself is true at each end,
// and once the faults are over it becomes complete without fetching anything a second time.
// HARVESTER_FAULT_RUNS: how many schedules; HARVESTER_FAULT_SEED: which ones.

namespace {

using namespace std::chrono_literals;

/// Habits that a node takes on for a while.
const std::vector<std::string>& moods() {
  static const std::vector<std::string> kMoods = {"hung_finds=1",
                                                  "hung_moves=1",
                                                  "endless_moves=1",
                                                  "endless_moves=1 ignore_cancel=true",
                                                  "never_sends=true",
                                                  "drop_every=2",
                                                  "abort_after_answers=1 aborts=2",
                                                  "abort_after_answers=3 aborts=3",
                                                  "abort_after_stores=1 aborts=2",
                                                  "abort_after_stores=2 aborts=4",
                                                  "late_objects=1 late_by=50",
                                                  "late_objects=2 late_by=700",
                                                  "send_twice=true",
                                                  "extra_object=true",
                                                  "other_study_every=2",
                                                  "other_series_every=2",
                                                  "find_fails_every=2",
                                                  "find_status=C001",
                                                  "move_fails_every=2",
                                                  "move_callers=SOMEONE",
                                                  "unreachable_moves=2",
                                                  "empty_successes=2",
                                                  "fail_every=2",
                                                  "fail_every=2 success_whatever=true",
                                                  "fail_every=1 success_whatever=true move_counts=absent",
                                                  "operations_per_association=1",
                                                  "move_uid_list=first",
                                                  "reject_duplicate_ids=true",
                                                  "study_root=false",
                                                  "max_pdu=4096 latency=5"};
  return kMoods;
}

/// A little slow, so that there are moments to disturb it in.
Quirks calm() {
  Quirks quirks;
  quirks.answer_delay = quirks.store_delay = 2ms;
  quirks.pending_interval = 20ms;
  return quirks;
}

std::vector<StudyPlan> archive() {
  auto plans = studies_of({ct_rdsr, ct_cumulative, ct_repeated, ct_enhanced_sr, ct_no_dose, ct_rdsr});
  for (auto& plan : studies_of({ct_mixed_sr_series, ct_rdsr_and_findings, ct_cumulative, pet_ct, ct_newest_empty},
                               next_day(kHarvestDay), 10))
    plans.push_back(plan);
  return plans;
}

class Schedule {
 public:
  explicit Schedule(unsigned seed)
      : engine_(seed), fixture_(archive(), calm()), to_node_(fixture_.pacs->port()), to_store_(fixture_.store->port()) {
    fixture_.setup.find_peer.port = fixture_.setup.move_peer.port = to_node_.port();
    fixture_.request.until = next_day(kHarvestDay);
    fixture_.setup.uids_per_request = pick<int>({1, 1, 10});
    lead_to_store();
    be_impatient();
  }

  /// Disturbed runs, then one in peace.
  void run() {
    const int disturbed = 1 + roll(3);
    for (int n = 0; n < disturbed && state_ != HarvestState::complete; ++n) run_once(1 + roll(5));
    end_all_faults();
    story_ += "peace ";
    for (int n = 0; n < 2 && state_ != HarvestState::complete; ++n) run_once(0);
    INFO(story_);
    CHECK(state_ == HarvestState::complete);
    CHECK(faults() == std::vector<std::string>{});
    CHECK(lost() == std::set<std::string>{});
    CHECK(asked_again() == std::vector<std::string>{});
  }

 private:
  using Clock = std::chrono::steady_clock;
  using Running = std::future<harvest::Outcome>;

  int roll(int sides) { return static_cast<int>(engine_() % static_cast<unsigned>(sides)); }
  template <class T>
  T pick(const std::vector<T>& values) {
    return values[engine_() % values.size()];
  }

  // ── a run ──

  void be_impatient() {
    auto& setup = fixture_.setup;
    setup.options.acse_timeout = setup.options.dimse_timeout = 1s;
    setup.options.cancel_wait = 100ms;
    setup.move_timers = {1s, 3s};
    setup.settle = 100ms;
    setup.attempts = 3;
  }

  void be_patient() {
    auto& setup = fixture_.setup;
    setup.options.acse_timeout = setup.options.dimse_timeout = 60s;
    setup.move_timers = {60s, 120s};
    setup.settle = 2s;
    setup.attempts = 5;
  }

  /// Begins the harvest or goes on with it, as the command line would.
  void begin() {
    auto tools = fixture_.tools();
    const bool again = state_ == HarvestState::interrupted && roll(2) == 0;
    auto begun = id_ && !again ? harvest::reopen(tools, *id_) : harvest::begin_or_continue(tools, fixture_.request);
    REQUIRE(begun);
    if (id_) CHECK(begun->continued);
    if (id_) CHECK(begun->id == *id_);
    id_ = fixture_.latest = begun->id;
  }

  void run_once(int faults) {
    begin();
    std::stop_source stop;
    killed_ = false;
    auto tools = fixture_.tools();
    const auto setup = fixture_.setup;
    auto running = std::async(std::launch::async, [tools, setup, id = *id_, token = stop.get_token()]() mutable {
      return harvest::run(tools, setup, id, token);
    });
    for (int n = 0; n < faults && pass_time(running); ++n) disturb(stop);
    const auto outcome = running.get();
    state_ = outcome.state;
    if (killed_) rise_again();
    judge(outcome);
  }

  /// Until a few more things happened at the node or it is silent; false if the run is over.
  bool pass_time(const Running& running) {
    const auto before = fixture_.pacs->log().events().size();
    const auto more = static_cast<std::size_t>(1 + roll(25));
    (void)fixture_.pacs->log().wait_until([&](const auto& events) { return events.size() >= before + more; }, 150ms);
    return running.wait_for(0s) != std::future_status::ready;
  }

  // ── faults ──

  void disturb(std::stop_source& stop) {
    switch (roll(12)) {
      case 0:
        return fill_or_empty_disk();
      case 1:
        return stop_or_open_node();
      case 2:
      case 3:
        return break_line(to_node_, "node line");
      case 4:
        return break_line(to_store_, "store line");
      case 5:
        if (roll(2) == 0) return end_all_faults();
        story_ += "stop ";
        stop.request_stop();
        return;
      case 6:
        if (std::exchange(killed_, true)) return;
        story_ += "kill ";
        fixture_.kill();
        stop.request_stop();
        return;
      default:
        return change_mood();
    }
  }

  void fill_or_empty_disk() {
    fixture_.disk.full = !fixture_.disk.full;
    story_ += fixture_.disk.full ? "disk full, " : "disk free, ";
  }

  void stop_or_open_node() {
    is_down_ = !is_down_;
    story_ += is_down_ ? "node down, " : "node up, ";
    if (is_down_) return fixture_.pacs->stop();
    open_node();
  }

  void open_node() {
    keep_log();
    fixture_.pacs.reset();
    fixture_.open_pacs(calm());
    to_node_.set_target(fixture_.pacs->port());
    lead_to_store();
  }

  void break_line(Relay& line, const std::string& name) {
    const auto way = pick<Relay::Way>({Relay::Way::there, Relay::Way::back});
    const auto how =
        pick<Relay::Break>({Relay::Break::reset, Relay::Break::reset, Relay::Break::close, Relay::Break::stall});
    const auto bytes = static_cast<std::size_t>(roll(4000));
    static const std::vector<std::string> kHow = {"reset", "closed", "stalled"};
    story_ += name + " " + kHow[static_cast<std::size_t>(how)] + " after " + std::to_string(bytes) +
              (way == Relay::Way::there ? " there, " : " back, ");
    line.break_after(way, bytes, how);
  }

  void change_mood() {
    const auto mood = pick(moods());
    story_ += mood + ", ";
    auto quirks = calm();
    std::istringstream words(mood);
    for (std::string word; words >> word;) REQUIRE(set_quirk(quirks, word));
    if (!is_down_) fixture_.pacs->set_quirks(quirks);
  }

  void end_all_faults() {
    story_ += "all well, ";
    fixture_.disk.full = false;
    if (std::exchange(is_down_, false)) open_node();
    fixture_.pacs->set_quirks(calm());
    to_node_.heal();
    to_store_.heal();
  }

  void rise_again() {
    CHECK(state_ != HarvestState::complete);
    fixture_.restart();
    lead_to_store();
    state_ = HarvestState::interrupted;
  }

  /// The node knows the way to our store.
  void lead_to_store() {
    to_store_.set_target(fixture_.store->port());
    fixture_.pacs->set_destination("HARVESTER", {"127.0.0.1", to_store_.port()});
  }

  // ── what must hold ──

  void judge(const harvest::Outcome& outcome) {
    story_ +=
        std::string("=> ") + to_string(outcome.state) + (outcome.error ? "(" + outcome.error->message + ") " : " ");
    INFO(story_);
    CHECK((harvest::exit_code(outcome) == 0) == (outcome.state == HarvestState::complete));
    if (outcome.state == HarvestState::complete) CHECK(faults() == std::vector<std::string>{});
    const auto kept = fixture_.value("SELECT state FROM harvest WHERE id = " + std::to_string(id_->value));
    CHECK(kept == to_string(state_));
    CHECK(fixture_.value("SELECT count(*) FROM harvest") == "1");
  }

  std::vector<std::string> faults() { return fixture_.faults(story_.find("extra_object") != std::string::npos); }

  void keep_log() {
    for (auto& event : fixture_.pacs->log().events()) past_.push_back(std::move(event));
  }

  std::vector<PacsEvent> all_events() {
    auto all = past_;
    for (auto& event : fixture_.pacs->log().events()) all.push_back(std::move(event));
    return all;
  }

  /// What we said we have and have not.
  std::set<std::string> lost() {
    std::set<std::string> acknowledged;
    for (const auto& event : all_events())
      if (event.kind == PacsEvent::Kind::sent && event.status == 0) acknowledged.insert(event.instance);
    for (const auto& row : fixture_.rows("SELECT sop_instance_uid FROM received_object")) acknowledged.erase(row[0]);
    return acknowledged;
  }

  /// What was asked for after we had acknowledged it. Where a request is still being served that we have given up,
  /// what comes of it crosses our next request.
  std::vector<std::string> asked_again() {
    std::vector<std::string> again;
    std::set<std::string> there;
    int open = 0;
    for (const auto& event : all_events()) {
      if (event.kind == PacsEvent::Kind::sent && event.status == 0 && open <= 1) there.insert(event.instance);
      if (event.kind == PacsEvent::Kind::move) --open;
      if (event.kind != PacsEvent::Kind::asked) continue;
      ++open;
      for (const auto& uid : there)
        if (asks_for(event, uid)) again.push_back(event.level + " " + uid);
    }
    return again;
  }

  [[nodiscard]] bool asks_for(const PacsEvent& request, const std::string& instance) const {
    if (request.level == "IMAGE") {
      const auto uids = request.keys.values(dicom::tag::kSopInstanceUid);
      return std::find(uids.begin(), uids.end(), instance) != uids.end();
    }
    const auto series_uid = request.keys.text(dicom::tag::kSeriesInstanceUid);
    for (const auto& plan : fixture_.plans)
      for (const auto& series : plan.series)
        for (const auto& one : series.instances)
          if (series.uid == series_uid && one.uid == instance) return true;
    return false;
  }

  std::mt19937 engine_;
  HarvestFixture fixture_;
  Relay to_node_;
  Relay to_store_;
  std::optional<HarvestId> id_;
  HarvestState state_ = HarvestState::running;
  bool killed_ = false;
  bool is_down_ = false;
  std::string story_;
  std::vector<PacsEvent> past_;  ///< of nodes that were stopped
};

}  // namespace

TEMPLATE_TEST_CASE_SIG("harvest: whatever breaks and when, a harvest tells the truth, and going on completes it",
                       "[harvest][net][fault]", ((unsigned Part), Part), 0, 1, 2, 3) {
  const auto runs = number_from("HARVESTER_FAULT_RUNS", 12);
  const auto first = number_from("HARVESTER_FAULT_SEED", 7000);
  for (unsigned run = Part; run < runs; run += 4) {
    INFO("seed " << first + run);
    Schedule(first + run).run();
  }
}
