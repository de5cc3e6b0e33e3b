#include "harvester/core/dose_resolution.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "harvester/core/civil.hpp"

namespace harvester {
namespace {

using KeySet = std::set<std::string>;

std::string base_key(const MaybeText& uid, const MaybeText& started, const MaybeCode& type) {
  if (uid) return *uid;
  const auto code = type.value_or(Code{});
  return "no-uid/" + started.value_or("") + "/" + (code.value.empty() ? code.meaning : code.value);
}

std::string base_key(const CtEvent& event) {
  return base_key(event.irradiation_event_uid, event.date_time_started, event.ct_acquisition_type);
}
std::string base_key(const XrayEvent& event) {
  return base_key(event.irradiation_event_uid, event.date_time_started, event.irradiation_event_type);
}
std::string base_key(const NmEvent& event) {
  return base_key(event.radiopharmaceutical_administration_event_uid, event.radiopharmaceutical_start_datetime,
                  event.radionuclide);
}

template <class Event>
std::vector<std::string> keys_of(const std::vector<Event>& events) {
  std::vector<std::string> keys;
  std::set<std::string> taken;
  std::map<std::string, int> seen;
  for (const auto& event : events) {
    const auto base = base_key(event);
    auto key = base;
    // A hostile report may hold a UID that looks like a numbered one: keys stay different all the same.
    while (!taken.insert(key).second) key = base + "#" + std::to_string(++seen[base] + 1);
    keys.push_back(std::move(key));
  }
  return keys;
}

template <class Event>
std::size_t drop_repeated(std::vector<Event>& events) {
  std::vector<Event> kept;
  for (auto& event : events) {
    const bool repeated = event.irradiation_event_uid && std::find(kept.begin(), kept.end(), event) != kept.end();
    if (!repeated) kept.push_back(std::move(event));
  }
  const auto dropped = events.size() - kept.size();
  events = std::move(kept);
  return dropped;
}

/// CT and NM stand alone, as does what tells of no exposure; all others are projection X-ray: which of them a report is
/// may change as it grows.
std::string family(const ReportForResolution& report) {
  const auto& modality = report.modality_type;
  return modality == "CT" || modality == "NM" || modality.empty() ? modality : "projection";
}

/// Reports before images, and what tells of no exposure last, so that the latest of all is a report where there is one.
auto lateness(const ReportForResolution& report) {
  return std::make_tuple(!report.modality_type.empty(), !report.image, std::cref(report.content_date),
                         std::cref(report.content_time), std::cref(report.sop_instance_uid));
}

bool agree(const std::string& a, const std::string& b) { return a.empty() || b.empty() || a == b; }

bool both_known(const std::string& a, const std::string& b) { return !a.empty() && !b.empty(); }

bool same_device(const ReportForResolution& a, const ReportForResolution& b) {
  return both_known(a.device, b.device) ? a.device == b.device : agree(a.station, b.station);
}

/// Seconds since some day; nothing for what is no date-time.
std::optional<double> seconds_of_iso(const std::string& text) {
  const auto date = parse_date(text.substr(0, 10));
  const auto time = text.size() > 11 ? parse_time(text.substr(11)) : std::nullopt;
  if (!date || !time) return std::nullopt;
  const auto of_day = std::chrono::duration<double>(*time).count();
  return of_day + 86400.0 * static_cast<double>(std::chrono::sys_days(*date).time_since_epoch().count());
}

bool at_one_time(const std::string& a, const std::string& b) {
  const auto first = seconds_of_iso(a), second = seconds_of_iso(b);
  return first && second && std::abs(*first - *second) <= 2.0;
}

// Report indices, the latest first.
std::vector<std::size_t> latest_first(const std::vector<ReportForResolution>& reports) {
  std::vector<std::size_t> order(reports.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return lateness(reports[a]) > lateness(reports[b]); });
  return order;
}

bool is_subset(const KeySet& part, const KeySet& whole) {
  return std::includes(whole.begin(), whole.end(), part.begin(), part.end());
}

class Resolver {
 public:
  explicit Resolver(const std::vector<ReportForResolution>& reports)
      : reports_(reports), order_(latest_first(reports)) {
    for (const auto& report : reports) keys_.emplace_back(report.event_keys.begin(), report.event_keys.end());
    result_.reports.resize(reports.size());
  }

  StudyResolution resolve() {
    if (!order_.empty()) result_.latest = order_.front();
    for (const auto report : order_)
      if (is_superseded(report)) superseded_.insert(report);
    for (const auto report : superseded_) name_successor(report);
    for (const auto report : order_)
      if (!reports_[report].image) count_events(report);
    for (const auto image : images_by_uid()) count_image(image);
    return std::move(result_);
  }

 private:
  bool compare(std::size_t a, std::size_t b) const {
    if (reports_[a].image || reports_[b].image || reports_[a].modality_type.empty()) return false;
    return a != b && family(reports_[a]) == family(reports_[b]);
  }

  // Whether `by` holds all events of `report` and more, or the same ones and is later.
  bool supersedes(std::size_t by, std::size_t report) const {
    if (!compare(by, report)) return false;
    if (reports_[by].stands_in != reports_[report].stands_in) return reports_[report].stands_in && !keys_[by].empty();
    if (!is_subset(keys_[report], keys_[by]) || are_two_examinations(by, report)) return false;
    return keys_[by].size() > keys_[report].size() || lateness(reports_[by]) > lateness(reports_[report]);
  }

  bool are_two_examinations(std::size_t a, std::size_t b) const {
    const auto &first = reports_[a].examination, &second = reports_[b].examination;
    return keys_[a].empty() && keys_[b].empty() && both_known(first, second) && first != second;
  }

  bool is_superseded(std::size_t report) const {
    return std::any_of(order_.begin(), order_.end(), [&](std::size_t by) { return supersedes(by, report); });
  }

  // Following successors ends at a report that counts, since each one is larger or later than the one before.
  void name_successor(std::size_t report) {
    for (const auto by : order_) {
      if (superseded_.contains(by) || !supersedes(by, report)) continue;
      result_.reports[report].superseded_by = reports_[by].sop_instance_uid;
      return;
    }
  }

  // Called for the latest report first.
  void count_events(std::size_t report) {
    auto& resolution = result_.reports[report];
    resolution.counted.assign(reports_[report].event_keys.size(), false);
    if (superseded_.contains(report)) return;
    auto& owners = owners_[family(reports_[report])];
    for (std::size_t i = 0; i < reports_[report].event_keys.size(); ++i) {
      const auto [owner, is_new] = owners.emplace(reports_[report].event_keys[i], report);
      resolution.counted[i] = is_new;
      if (is_new) continue;
      resolution.overlaps = true;
      result_.reports[owner->second].overlaps = true;
    }
  }

  /// Those that tell a dose come first.
  std::vector<std::size_t> images_by_uid() const {
    std::vector<std::size_t> images;
    for (std::size_t i = 0; i < reports_.size(); ++i)
      if (reports_[i].image) images.push_back(i);
    std::sort(images.begin(), images.end(), [&](std::size_t a, std::size_t b) {
      if (reports_[a].has_dose != reports_[b].has_dose) return reports_[a].has_dose;
      return reports_[a].sop_instance_uid < reports_[b].sop_instance_uid;
    });
    return images;
  }

  /// Whether the event of an image is the `n`-th one of a report.
  bool shows(std::size_t image, std::size_t report, std::size_t n) const {
    if (n >= reports_[report].facts.size()) return false;
    const auto& theirs = reports_[report].facts[n];
    const auto& uid = reports_[image].sop_instance_uid;
    if (std::find(theirs.images.begin(), theirs.images.end(), uid) != theirs.images.end()) return true;
    for (const auto& ours : reports_[image].facts) {
      if (!ours.uid.empty() && ours.uid == theirs.uid) return true;
      const bool nuclear = family(reports_[image]) == "NM";  // when an administration was is told differently
      const bool same_time = nuclear || at_one_time(ours.date_time, theirs.date_time);
      const bool one_device = same_device(reports_[image], reports_[report]);
      if (one_device && same_time && agree(ours.what, theirs.what)) return true;
    }
    return false;
  }

  /// Whether a report tells of everything its device did, so also of what images show.
  bool tells_all(std::size_t report) const {
    const auto& facts = reports_[report];
    return facts.event_keys.empty() ? facts.has_dose : family(facts) == "CT";
  }

  bool holds(std::size_t report, std::size_t image) const {
    if (tells_all(report) && same_device(reports_[report], reports_[image])) return true;
    for (std::size_t n = 0; n < reports_[report].event_keys.size(); ++n)
      if (shows(image, report, n)) return true;
    return false;
  }

  /// A report that counts and holds the exposure of an image.
  std::optional<std::size_t> report_of(std::size_t image) const {
    for (const auto report : order_) {
      if (reports_[report].image || superseded_.contains(report)) continue;
      if (family(reports_[report]) == family(reports_[image]) && holds(report, image)) return report;
    }
    return std::nullopt;
  }

  /// Scans are told apart by their event UIDs, else by the numbers of the acquisitions, else by time.
  bool are_one_scan(const EventFacts& first, const EventFacts& second) const {
    if (both_known(first.uid, second.uid)) return first.uid == second.uid;
    if (both_known(first.what, second.what)) return first.what == second.what;
    return !first.date_time.empty() && first.date_time == second.date_time;
  }

  bool are_one_exposure(std::size_t a, std::size_t b) const {
    const auto kind = family(reports_[a]);
    if (kind != family(reports_[b]) || reports_[a].facts.empty() || reports_[b].facts.empty()) return false;
    const auto &first = reports_[a].facts.front(), &second = reports_[b].facts.front();
    if (kind == "NM") return agree(first.what, second.what);
    if (kind == "CT") return same_device(reports_[a], reports_[b]) && are_one_scan(first, second);
    if (!reports_[a].pairs || !reports_[b].pairs) return false;
    if (!first.uid.empty() && first.uid == second.uid) return true;
    const bool same_time = !first.date_time.empty() && first.date_time == second.date_time;
    return same_time && same_device(reports_[a], reports_[b]);
  }

  /// Called for those that tell a dose, then for the lowest SOP Instance UID first.
  void count_image(std::size_t image) {
    auto& resolution = result_.reports[image];
    resolution.counted.assign(reports_[image].event_keys.size(), false);
    if (resolution.counted.empty()) return;
    auto other = report_of(image);
    for (const auto before : counted_images_)
      if (!other && are_one_exposure(before, image)) other = before;
    if (other) {
      resolution.superseded_by = reports_[*other].sop_instance_uid;
      return;
    }
    resolution.counted.assign(reports_[image].event_keys.size(), true);
    resolution.beside_report = std::any_of(order_.begin(), order_.end(), [&](std::size_t report) {
      return !reports_[report].image && !superseded_.contains(report) &&
             family(reports_[report]) == family(reports_[image]);
    });
    counted_images_.push_back(image);
  }

  const std::vector<ReportForResolution>& reports_;
  std::vector<std::size_t> counted_images_;
  std::vector<std::size_t> order_;
  std::vector<KeySet> keys_;
  std::set<std::size_t> superseded_;
  std::map<std::string, std::map<std::string, std::size_t>> owners_;  // per modality: event → report it counts in
  StudyResolution result_;
};

}  // namespace

std::vector<std::string> event_keys(const std::vector<CtEvent>& events) { return keys_of(events); }
std::vector<std::string> event_keys(const std::vector<XrayEvent>& events) { return keys_of(events); }
std::vector<std::string> event_keys(const std::vector<NmEvent>& events) { return keys_of(events); }

std::size_t drop_repeated_events(std::vector<CtEvent>& events) { return drop_repeated(events); }
std::size_t drop_repeated_events(std::vector<XrayEvent>& events) { return drop_repeated(events); }

StudyResolution resolve_reports(const std::vector<ReportForResolution>& reports) { return Resolver(reports).resolve(); }

}  // namespace harvester
