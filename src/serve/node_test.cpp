#include "harvester/serve/node_test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "harvester/core/text.hpp"
#include "harvester/database/jobs.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/dicom/reach.hpp"
#include "harvester/schedule/civil_clock.hpp"
#include "harvester/serve/audit.hpp"
#include "harvester/serve/events.hpp"
#include "harvester/serve/node_setup.hpp"
#include "node_words.hpp"
#include "sample.hpp"

namespace harvester::serve {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kMostStudies = 50;  // taken of one query
constexpr std::size_t kStudiesLookedAt = 4;
constexpr std::size_t kMostInstances = 50;  // of a series whose instances are listed
constexpr milliseconds kLongestStall{120000};
constexpr milliseconds kLongestMove{300000};

/// What is to be fetched.
struct Choice {
  CandidateStudy study;
  SeriesUid series;
  std::optional<SopInstanceUid> instance;  ///< nothing: the series, whose instances the node does not list
  bool held = false;
};

/// One test on its way; ends at the first step without which the next make no sense.
class NodeTest {
 public:
  NodeTest(Engine& engine, const config::Profile& profile, harvest::NodeSetup setup, const OnEvent& on_event,
           std::stop_token stop)
      : engine_(engine), profile_(profile), setup_(std::move(setup)), on_event_(on_event), stop_(std::move(stop)) {}

  int run() {
    if (reach_it() && associate()) {
      echo();
      if (find_studies() && look_into()) fetch();
    }
    if (stop_.stop_requested()) return 130;
    return exit_code(steps_);
  }

 private:
  bool tell(StepReport step) {
    const bool good = step.state != StepState::failed;
    if (on_event_) on_event_(events::step(profile_.name, step));
    steps_.push_back(std::move(step));
    return good && !stop_.stop_requested();
  }

  bool reach_it() {
    const auto& peer = setup_.find_peer;
    const auto addresses = dicom::addresses_of(peer.host);
    if (!tell(told_name({peer.host, addresses}))) return false;
    const milliseconds limit(engine_.site().network.connect_timeout);
    Reached reached;
    for (const auto& address : *addresses) {
      reached.emplace_back(address, dicom::reach(address, peer.port, limit));
      if (reached.back().second == dicom::Reach::open) break;
    }
    return tell(told_connection(peer.port, reached, limit));
  }

  bool associate() {
    const bool get = setup_.method == retrieve::Method::c_get;
    const auto retrieving = [&](dicom::Model model) {
      return get ? dicom::get_services(model, dicom::dose_classes()).front() : dicom::move_service(model);
    };
    return try_opening("find_association", "C-FIND", setup_.find_peer, dicom::find_service) &&
           try_opening("move_association", get ? "C-GET" : "C-MOVE", setup_.move_peer, retrieving);
  }

  /// Both models are proposed, so that the other one can be advised.
  bool try_opening(const char* step, const char* service, const dicom::Peer& peer,
                   const std::function<dicom::Proposal(dicom::Model)>& proposal) {
    const auto model = setup_.style.model;
    const auto other = model == dicom::Model::study_root ? dicom::Model::patient_root : dicom::Model::study_root;
    Opening opening{step, service, peer, model};
    opening.limit = setup_.options.acse_timeout;
    const auto began = SteadyClock::now();
    auto association = dicom::ScuAssociation::open(peer, setup_.options, {proposal(model), proposal(other)});
    opening.took = std::chrono::duration_cast<milliseconds>(SteadyClock::now() - began);
    if (association) {
      opening.service_accepted = association->accepted(proposal(model).abstract_syntax);
      opening.other_model_accepted = association->accepted(proposal(other).abstract_syntax);
      association->release();
    } else {
      opening.error = association.error();
    }
    return tell(told_opening(opening));
  }

  void echo() {
    auto association = dicom::ScuAssociation::open(setup_.find_peer, setup_.options, {dicom::verification()});
    if (!association) return (void)tell(told_echo(association.error()));
    const auto status = association->echo();
    if (status) association->release();
    tell(told_echo(status));
  }

  /// Today and yesterday for each modality of the profile; if there is nothing, further back for all.
  bool find_studies() {
    const auto now = schedule::civil_now(profile_.query.timezone);
    const auto modalities = modalities_for(profile_, {});
    if (!now || !modalities) return tell(told_failed_query("studies", now ? modalities.error() : now.error()));
    std::vector<std::string> counts;
    for (const auto& modality : *modalities) {
      const auto found = ask(last_days(now->date, kLookBackDays[0], modality));
      if (!found) return false;
      if (*found > 0) counts.push_back(fmt::format("{} {}{}", modality, *found, *found >= kMostStudies ? "+" : ""));
      if (setup_.style.modality_key == query::ModalityKey::none) break;
    }
    if (!studies_.empty())
      return tell({"studies", StepState::ok, "yesterday and today: " + join(counts, ", ") + " (studies)"});
    return find_older(now->date);
  }

  bool find_older(CivilDate today) {
    for (const int days : kLookBackDays) {
      const auto found = ask(last_days(today, days));
      if (!found) return false;
      if (*found > 0 && days == kLookBackDays[0])
        return tell({"studies", StepState::note, "yesterday and today: studies, but none where a modality is asked for",
                     "`harvester node probe` finds out which modality key the node takes"});
      if (*found > 0)
        return tell({"studies", StepState::ok,
                     fmt::format("none yesterday and today, {} or more in the last {} days", *found, days)});
    }
    return tell({"studies", StepState::failed, "the query is answered, but with no study at all",
                 "is there a study in it, and may our AE title see it? Ask its administrator"});
  }

  /// How many studies a window brought; nothing if it failed, which is told.
  std::optional<std::size_t> ask(const QueryWindow& window) {
    auto sampled =
        sample_studies(session_, setup_.style.model, query::study_keys(setup_.style, window), kMostStudies, stop_);
    if (!sampled) return (void)tell(told_failed_query("studies", sampled.error())), std::nullopt;
    const auto next = dicom::find_next(sampled->status);
    const bool too_broad = next == dicom::FindNext::split && !studies_.empty();
    if (next != dicom::FindNext::done && !too_broad)
      return (void)tell(told_failed_query("studies", sampled->status)), std::nullopt;
    const auto count = sampled->studies.size();
    for (auto& study : sampled->studies)
      if (studies_.size() < kStudiesLookedAt) studies_.push_back(std::move(study));
    return count;
  }

  /// Series and instances, until there is something small that is not held yet.
  bool look_into() {
    std::size_t described = 0;
    for (const auto& study : studies_) {
      auto series = query::ask_series(session_, setup_.style, study, stop_);
      if (!series) return tell(told_failed_query("series", series.error()));
      if (described == 0 && !series->empty())
        tell({"series", StepState::ok, fmt::format("a study has {} series", series->size())});
      described += series->size();
      if (!consider(study, worth_trying(*std::move(series)))) return false;
      if (choice_ && !choice_->held) break;
    }
    if (described == 0)
      return tell({"series", StepState::failed, "no study has a series, as the node tells it",
                   "is query.model right? `harvester node probe` finds out"});
    if (!choice_)
      return tell({"instances", StepState::failed, "nothing that could be fetched: all of it is offline", "try later"});
    return tell(told_choice());
  }

  StepReport told_choice() const {
    if (!choice_->instance)
      return {"instances", StepState::note, "the node lists no instances of the series that were looked at",
              "reports are told apart only after they are fetched; query.empty_sr says what is done with them"};
    return {"instances", StepState::ok,
            choice_->held ? "instances are listed; all of them are held already, so one of those is asked for"
                          : "instances are listed"};
  }

  bool consider(const CandidateStudy& study, const std::vector<CandidateSeries>& series) {
    constexpr std::size_t kMostSeries = 3;
    for (std::size_t n = 0; n < std::min(kMostSeries, series.size()); ++n) {
      auto found = query::ask_few_instances(session_, setup_.style, study, series[n].uid, kMostInstances, stop_);
      if (!found) return tell(told_failed_query("instances", found.error()));
      if (found->all.empty() && !choice_) choice_ = Choice{study, series[n].uid, std::nullopt};
      if (!found->all.empty() && choose(study, series[n].uid, found->all)) return true;
    }
    return true;
  }

  /// True if it is not held.
  bool choose(const CandidateStudy& study, const SeriesUid& series, const std::vector<CandidateInstance>& instances) {
    std::vector<SopInstanceUid> uids;
    for (const auto& each : instances) uids.push_back(each.uid);
    const auto known =
        engine_.writer().run([&](database::Connection& c) { return database::ledger::held_instances(c, uids); });
    const auto is_new = [&](const auto& uid) { return known && !known->held.contains(uid); };
    const auto found = std::find_if(uids.begin(), uids.end(), is_new);
    const bool held = found == uids.end();
    if (held && choice_ && choice_->instance) return false;
    choice_ = Choice{study, series, held ? uids.front() : *found, held};
    return !held;
  }

  /// What our store counted before and after.
  receive::StoreStatus store_status() const {
    for (auto& status : engine_.stores())
      if (status.name == profile_.local.store) return status;
    return {};
  }

  static std::uint64_t sum(const std::map<std::string, std::uint64_t>& counts) {
    std::uint64_t all = 0;
    for (const auto& [status, count] : counts) all += count;
    return all;
  }

  void fetch() {
    RoundTrip trip;
    trip.by_get = setup_.method == retrieve::Method::c_get;
    trip.destination = setup_.destination.str();
    if (!trip.by_get && !open_store()) return;
    const auto before = store_status();
    trip.store_port = before.port;
    const auto trial = choice_->instance ? std::make_shared<spool::Trial>(*choice_->instance)
                                         : std::make_shared<spool::Trial>(choice_->series);
    engine_.spool().trials().add(trial);
    const auto began = SteadyClock::now();
    request(trip);
    await(trip, *trial);
    const auto after = store_status();
    trip.waited = std::chrono::duration_cast<milliseconds>(SteadyClock::now() - began);
    trip.associations = after.associations - before.associations;
    trip.refused_associations = after.associations_refused - before.associations_refused;
    trip.refused_objects = sum(after.objects_refused) - sum(before.objects_refused);
    trip.store_error = after.last_error;
    for (auto& step : told_round_trip(trip)) tell(std::move(step));
  }

  bool open_store() {
    if (const auto opened = engine_.open_store(profile_.local.store); !opened)
      return tell(
          {"store", StepState::failed, opened.error().message,
           "does another harvester or Store SCP run on this machine? `ss -ltnp` shows who listens; or change the"
           " port in the site file and have it changed at the node, too"});
    const auto store = store_status();
    return tell({"store", StepState::ok, fmt::format("our store {} listens on port {}", store.ae_title, store.port)});
  }

  void request(RoundTrip& trip) {
    retrieve::How how{setup_.style.model,
                      setup_.destination,
                      {std::min<milliseconds>(setup_.move_timers.stall, kLongestStall),
                       std::min<milliseconds>(setup_.move_timers.total, kLongestMove)},
                      [this] { return engine_.activity().last(); }};
    how.method = setup_.method;
    if (trip.by_get) how.take = engine_.tools({}).take_from(setup_.move_peer);
    retrieve::Ask wanted{choice_->study.uid, choice_->series, MoveLevel::series, {}, choice_->study.patient_id};
    if (choice_->instance) {
      wanted.level = MoveLevel::image;
      wanted.instances = {*choice_->instance};
    }
    dicom::Session session(setup_.move_peer, setup_.options,
                           trip.by_get ? dicom::get_services(how.model, dicom::dose_classes())
                                       : std::vector{dicom::move_service(how.model)},
                           setup_.limits, pacer_);
    auto answer = retrieve::send(session, wanted, how, stop_);
    trip.error = answer.error;
    trip.status = answer.status;
    trip.counts = answer.counts;
    session.close();
  }

  /// Late objects count, too (quirk Q36).
  void await(RoundTrip& trip, const spool::Trial& trial) {
    const bool hopeless = trip.error || (trip.status && !trip.status->success() && !trip.status->warning());
    const auto patience = hopeless ? milliseconds(0) : setup_.settle + std::chrono::seconds(5);
    const auto until = SteadyClock::now() + patience;
    for (;;) {
      const auto seen = engine_.activity().count();
      const auto arrivals = trial.arrivals();
      trip.arrived = arrivals.size();
      if (!arrivals.empty()) trip.reason = arrivals.front().reason;
      if (!arrivals.empty() || SteadyClock::now() >= until || stop_.stop_requested()) return;
      engine_.activity().wait_beyond(seen, until, stop_);
    }
  }

  Engine& engine_;
  const config::Profile& profile_;
  const harvest::NodeSetup setup_;
  const OnEvent& on_event_;
  const std::stop_token stop_;
  const std::shared_ptr<dicom::Pacer> pacer_ = std::make_shared<dicom::Pacer>(setup_.limits.requests_per_minute);
  dicom::Session session_{setup_.find_peer, setup_.options, {query::service(setup_.style)}, setup_.limits, pacer_};
  std::vector<StepReport> steps_;
  std::vector<CandidateStudy> studies_;
  std::optional<Choice> choice_;
};

int test_in_turn(Engine& engine, const std::vector<config::Profile>& profiles, const std::string& node,
                 const OnEvent& on_event, const std::stop_token& stop) {
  const auto refuse = [&](const Error& error, int code) {
    if (on_event) on_event(events::failed(node, error, code));
    return code;
  };
  const auto profile =
      std::find_if(profiles.begin(), profiles.end(), [&](const config::Profile& each) { return each.name == node; });
  if (profile == profiles.end())
    return refuse({ErrorKind::config, fmt::format("there is no profile for the node \"{}\" in the process that runs the"
                                                  " test",
                                                  escaped_controls(node))},
                  2);
  auto setup = node_setup(engine.site(), *profile);
  if (!setup) return refuse(setup.error(), 2);
  setup->options.on_end = recording_associations(engine, node, asked_by(), setup->style.model);
  const auto turn = engine.node_turns().wait(node, stop);  // what a harvest of the node fetches is no test
  if (!turn) return refuse({ErrorKind::cancelled, "stopped before it began"}, 130);
  return NodeTest(engine, *profile, *std::move(setup), on_event, stop).run();
}

}  // namespace

int run_node_test(Engine& engine, const std::vector<config::Profile>& profiles, const std::string& node,
                  const OnEvent& on_event, std::stop_token stop) {
  namespace jobs = database::jobs;
  const auto who = asked_by();
  const auto arguments = nlohmann::json{{"node", node}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const auto row = engine.writer().run([&](database::Connection& c) {
    return jobs::begin(c, {"node_test", arguments, engine.owner(), engine.clock().now(), who});
  });
  const int code = test_in_turn(engine, profiles, node, on_event, stop);
  if (on_event) on_event(events::tested(node, code));
  const auto* state = code == 130 ? "cancelled" : code == 0 || code == 3 ? "done" : "failed";
  if (row)
    (void)engine.writer().run(
        [&](database::Connection& c) { jobs::end(c, *row, state, code, "", engine.clock().now()); });
  return code;
}

}  // namespace harvester::serve
