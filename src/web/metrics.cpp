#include "metrics.hpp"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "harvester/core/clock.hpp"
#include "harvester/core/text.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/database/lists.hpp"
#include "harvester/database/quarantine.hpp"
#include "harvester/database/schedules.hpp"
#include "harvester/database/tallies.hpp"
#include "harvester/dicom/conformance.hpp"

namespace harvester::web {
namespace {

namespace tallies = database::tallies;
using prometheus::Family;
using Counters = Family<prometheus::Counter>;
using Gauges = Family<prometheus::Gauge>;
using Histograms = Family<prometheus::Histogram>;

/// Modalities as a label: what nodes and objects say is theirs to choose, the number of labels is not.
std::string modality_label(const std::string& modalities) {
  static const std::set<std::string> kKnown{"CT", "MG", "DX", "CR", "RF", "XA", "PX", "NM", "PT", "SR"};
  std::set<std::string> found;
  for (const auto& each : split(modalities, '\\')) found.insert(kKnown.contains(each) ? each : "other");
  return join({found.begin(), found.end()}, "+");
}

std::string class_label(const std::string& uid) {
  const auto name = dicom::name_of_uid(uid);
  return name.empty() ? "other" : name;
}

double seconds(Instant instant) { return static_cast<double>(instant.time_since_epoch().count()) / 1000.0; }

/// What an end of a harvest told; the rest stands in the ledger.
struct Ended {
  HarvestId id{};
  std::string node{}, state{};
};

}  // namespace

struct Metrics::State {
  serve::Engine& engine;
  const serve::Profiles& profiles;
  std::mutex mutex{};
  std::vector<Ended> ended{};  // guarded by mutex
  std::map<std::pair<std::int64_t, std::string>, std::int64_t>
      counted{};                                        // guarded by mutex: studies, by harvest and labels
  std::map<std::string, std::uint64_t> store_totals{};  // guarded by mutex: as seen last
  std::int64_t last_object = -1, last_attempt = -1;     // guarded by mutex

  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  Counters& studies = counters("harvest_studies_total", "Studies that harvests decided on");
  Counters& runs = counters("harvest_runs_total", "Harvests that ended");
  Counters& received = counters("harvest_objects_received_total", "Objects that came in");
  Counters& import_errors = counters("harvest_import_errors_total", "Attempts to import an object that failed");
  Counters& store_associations = counters("harvest_store_associations_total", "Associations that a store took");
  Counters& store_refused = counters("harvest_store_associations_refused_total", "Associations that a store refused");
  Counters& store_objects = counters("harvest_store_objects_total", "Objects that a store acknowledged");
  Counters& store_objects_refused = counters("harvest_store_objects_refused_total", "Objects that a store refused");
  Gauges& last_success = gauges("harvest_last_success_timestamp", "When the latest complete harvest ended");
  Gauges& last_data = gauges("harvest_last_data_timestamp", "When the latest harvest began that brought something");
  Histograms& duration = prometheus::BuildHistogram()
                             .Name("harvest_run_duration_seconds")
                             .Help("How long harvests took")
                             .Register(*registry);
  Gauges& queue = gauges("harvest_queue_depth", "Objects that wait for their import");
  Gauges& queue_age = gauges("harvest_queue_oldest_seconds", "How long the oldest of them waits");
  Gauges& quarantine = gauges("harvest_quarantine_objects", "Objects that could not be imported");
  Gauges& disk_free = gauges("harvest_disk_free_bytes", "Room where the data directory lies");
  Gauges& disk_minimum = gauges("harvest_disk_minimum_free_bytes", "Below it harvests pause and stores refuse");
  Gauges& store_open = gauges("harvest_store_open", "1: the store listens");
  Gauges& store_busy = gauges("harvest_store_open_associations", "Associations that are open");
  Gauges& folder_watched = gauges("harvest_folder_watched", "1: the folder is watched");
  Gauges& folder_files = gauges("harvest_folder_files", "Files that were taken from a watched folder");
  Gauges& node_enabled = gauges("harvest_node_enabled", "1: the node's profile is enabled");
  Gauges& paused = gauges("harvest_schedule_paused", "1: the schedule is paused");
  Gauges& verified = gauges("harvest_schedule_verified_timestamp", "Up to when everything has been verified");
  Gauges& schedules_seen = gauges("harvest_schedules_seen_timestamp", "When the schedules were last looked at");
  Gauges& info = gauges("harvest_build_info", "1; the version is a label");
  Gauges& start = gauges("harvest_start_timestamp", "When the process began");

  State(serve::Engine& the_engine, const serve::Profiles& the_profiles) : engine(the_engine), profiles(the_profiles) {}

  Counters& counters(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(*registry);
  }
  Gauges& gauges(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(*registry);
  }

  void count_ended(database::Connection& c);
  void count_studies(database::Connection& c, const Ended& harvest);
  void count_objects(database::Connection& c);
  void look_at_nodes(database::Connection& c);
  void look_at_inbox(database::Connection& c);
  void look_at_stores();
  void look_at_folders();
  void look_at_disk();
  void count_up(Counters& family, const std::string& store, const char* what, std::uint64_t total,
                const prometheus::Labels& labels);
};

void Metrics::State::count_ended(database::Connection& c) {
  for (const auto& harvest : std::exchange(ended, {})) {
    runs.Add({{"node", harvest.node}, {"state", harvest.state}}).Increment();
    if (const auto row = database::ledger::find_harvest(c, harvest.id)) {
      const auto began = parse_utc(row->created_at), over = parse_utc(row->ended_at);
      static const prometheus::Histogram::BucketBoundaries kBounds{1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600};
      if (began && over) duration.Add({{"node", harvest.node}}, kBounds).Observe(seconds(*over) - seconds(*began));
    }
    count_studies(c, harvest);
  }
}

/// A harvest that went on counts only what is new of it.
void Metrics::State::count_studies(database::Connection& c, const Ended& harvest) {
  for (const auto& tally : tallies::studies_of(c, harvest.id)) {
    const auto modality = modality_label(tally.modalities);
    auto& before = counted[{harvest.id.value, modality + "|" + tally.verdict + "|" + tally.modalities}];
    if (tally.studies > before)
      studies.Add({{"node", harvest.node}, {"modality", modality}, {"outcome", tally.verdict}})
          .Increment(static_cast<double>(tally.studies - before));
    before = std::max(before, tally.studies);
  }
  constexpr std::size_t kMostRemembered = 10000;
  while (counted.size() > kMostRemembered) counted.erase(counted.begin());  // the oldest harvests
}

void Metrics::State::count_objects(database::Connection& c) {
  if (last_object < 0) {
    last_object = tallies::newest_object(c);
    last_attempt = tallies::newest_attempt(c);
  }
  const auto came = tallies::received_after(c, last_object);
  for (const auto& [uid, objects] : came.by_sop_class)
    received.Add({{"sop_class", class_label(uid)}}).Increment(static_cast<double>(objects));
  last_object = came.newest;
  const auto attempts =
      tallies::attempts_after(c, last_attempt, utc_text(engine.clock().now() - std::chrono::hours(1)));
  for (const auto& [reason, count] : attempts.failed_by_reason)
    import_errors.Add({{"reason", reason}}).Increment(static_cast<double>(count));
  last_attempt = attempts.newest;
}

void Metrics::State::look_at_nodes(database::Connection& c) {
  const auto successes = tallies::last_success(c);
  for (const auto& profile : profiles.get()) {
    const prometheus::Labels node{{"node", profile.name}};
    node_enabled.Add(node).Set(profile.enabled ? 1 : 0);
    if (const auto found = successes.find(profile.name); found != successes.end())
      if (const auto at = parse_utc(found->second)) last_success.Add(node).Set(seconds(*at));
    if (const auto at = database::ledger::last_data(c, profile.name)) last_data.Add(node).Set(seconds(*at));
    for (const auto& schedule : profile.schedule) {
      const auto state = database::schedules::find(c, {profile.name, schedule.name});
      const prometheus::Labels labels{{"node", profile.name}, {"schedule", schedule.name}};
      paused.Add(labels).Set(state && state->paused ? 1 : 0);
      if (state && state->watermark) verified.Add(labels).Set(seconds(*state->watermark));
    }
  }
}

void Metrics::State::look_at_inbox(database::Connection& c) {
  const auto row = database::lists::waiting(c);
  queue.Add({}).Set(static_cast<double>(std::get<std::int64_t>(database::lists::value_of(row, "waiting"))));
  const auto* oldest = std::get_if<std::string>(&database::lists::value_of(row, "oldest_received_at"));
  const auto since = oldest ? parse_utc(*oldest) : std::nullopt;
  queue_age.Add({}).Set(since ? std::max(0.0, seconds(engine.clock().now()) - seconds(*since)) : 0);
  quarantine.Add({}).Set(static_cast<double>(database::quarantine::count(c)));
}

/// A store that was opened anew counts from 0; the metric goes on.
void Metrics::State::count_up(Counters& family, const std::string& store, const char* what, std::uint64_t total,
                              const prometheus::Labels& labels) {
  auto& before = store_totals[store + "|" + what];
  family.Add(labels).Increment(static_cast<double>(total >= before ? total - before : total));
  before = total;
}

void Metrics::State::look_at_stores() {
  for (const auto& store : engine.stores()) {
    const prometheus::Labels labels{{"store", store.name}};
    store_open.Add(labels).Set(store.open ? 1 : 0);
    store_busy.Add(labels).Set(store.open_associations);
    count_up(store_associations, store.name, "associations", store.associations, labels);
    count_up(store_refused, store.name, "refused", store.associations_refused, labels);
    count_up(store_objects, store.name, "objects", store.objects, labels);
    for (const auto& [status, objects] : store.objects_refused)
      count_up(store_objects_refused, store.name, status.c_str(), objects, {{"store", store.name}, {"status", status}});
  }
}

void Metrics::State::look_at_folders() {
  const auto folders = engine.watched_folders();
  for (std::size_t n = 0; n < folders.size(); ++n) {
    const prometheus::Labels labels{{"folder", fmt::format("watch#{}", n + 1)}};
    folder_watched.Add(labels).Set(folders[n]->fault().empty() ? 1 : 0);
    folder_files.Add(labels).Set(static_cast<double>(folders[n]->counts().taken));
  }
}

void Metrics::State::look_at_disk() {
  struct statvfs disk {};
  if (::statvfs(engine.paths().root.c_str(), &disk) == 0)
    disk_free.Add({}).Set(static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize));
  disk_minimum.Add({}).Set(static_cast<double>(engine.site().disk.minimum_free.bytes));
  schedules_seen.Add({}).Set(seconds(engine.schedules_seen_at()));
}

Metrics::Metrics(serve::Engine& engine, const serve::Profiles& profiles, const std::string& version)
    : state_(std::make_unique<State>(engine, profiles)) {
  state_->info.Add({{"version", version}}).Set(1);
  state_->start.Add({}).Set(seconds(engine.clock().now()));
}

Metrics::~Metrics() = default;

void Metrics::note(const std::string& event) {
  const auto json = nlohmann::json::parse(event, nullptr, false);
  if (!json.is_object() || json.value("event", "") != "finished" || json.value("dry_run", false)) return;
  const std::lock_guard lock(state_->mutex);
  state_->ended.push_back(
      {HarvestId{json.value("harvest", std::int64_t{0})}, json.value("node", ""), json.value("state", "")});
}

Result<std::string> Metrics::text(Reads& reads) {
  const std::lock_guard lock(state_->mutex);
  const auto read = reads.run([&](database::Connection& c) {
    state_->count_ended(c);
    state_->count_objects(c);
    state_->look_at_nodes(c);
    state_->look_at_inbox(c);
    return true;
  });
  if (!read) return read.error();
  state_->look_at_stores();
  state_->look_at_folders();
  state_->look_at_disk();
  return prometheus::TextSerializer().Serialize(state_->registry->Collect());
}

}  // namespace harvester::web
