#include "harvester/core/dose_resolution.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

namespace harvester {
namespace {

using KeySet = std::set<std::string>;

std::string base_key(const CtEvent& event) {
  if (event.irradiation_event_uid) return *event.irradiation_event_uid;
  const auto type = event.ct_acquisition_type.value_or(Code{});
  const auto& name = type.value.empty() ? type.meaning : type.value;
  return "no-uid/" + event.date_time_started.value_or("") + "/" + name;
}

auto lateness(const ReportForResolution& report) {
  return std::tie(report.content_date, report.content_time, report.sop_instance_uid);
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
    for (const auto report : order_) count_events(report);
    return std::move(result_);
  }

 private:
  bool compare(std::size_t a, std::size_t b) const {
    return a != b && reports_[a].modality_type == reports_[b].modality_type;
  }

  // Whether `by` holds all events of `report` and more, or the same ones and is later.
  bool supersedes(std::size_t by, std::size_t report) const {
    if (!compare(by, report) || !is_subset(keys_[report], keys_[by])) return false;
    return keys_[by].size() > keys_[report].size() || lateness(reports_[by]) > lateness(reports_[report]);
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
    auto& owners = owners_[reports_[report].modality_type];
    for (std::size_t i = 0; i < reports_[report].event_keys.size(); ++i) {
      const auto [owner, is_new] = owners.emplace(reports_[report].event_keys[i], report);
      resolution.counted[i] = is_new;
      if (is_new) continue;
      resolution.overlaps = true;
      result_.reports[owner->second].overlaps = true;
    }
  }

  const std::vector<ReportForResolution>& reports_;
  std::vector<std::size_t> order_;
  std::vector<KeySet> keys_;
  std::set<std::size_t> superseded_;
  std::map<std::string, std::map<std::string, std::size_t>> owners_;  // per modality: event → report it counts in
  StudyResolution result_;
};

bool is_type(const CtEvent& event, std::initializer_list<std::string_view> codes) {
  return event.ct_acquisition_type &&
         std::find(codes.begin(), codes.end(), event.ct_acquisition_type->value) != codes.end();
}

void count_types(const std::vector<CtEvent>& events, DoseSummary& summary) {
  const auto count = [&](std::initializer_list<std::string_view> codes) {
    return std::count_if(events.begin(), events.end(), [&](const CtEvent& event) { return is_type(event, codes); });
  };
  const auto add = [](MaybeCount& value, std::int64_t more) { value = value.value_or(0) + more; };
  add(summary.number_of_events, static_cast<std::int64_t>(events.size()));
  add(summary.number_of_axial, count({"113804"}));
  add(summary.number_of_spiral, count({"P5-08001", "116152004", "C0860888"}));
  add(summary.number_of_stationary, count({"113806"}));
  add(summary.number_of_const_angle, count({"113805"}));
}

MaybeNumber reported_dlp(const std::vector<CtAccumulated>& rows) {
  MaybeNumber total;
  for (const auto& row : rows)
    if (row.ct_dose_length_product_total) total = total.value_or(0) + *row.ct_dose_length_product_total;
  return total;
}

MaybeNumber dlp_of_events(const std::vector<CtEvent>& events) {
  MaybeNumber total;
  for (const auto& event : events)
    if (event.dlp) total = total.value_or(0) + *event.dlp;
  return total;
}

void add_total(DoseSummary& summary, const std::vector<CtAccumulated>& accumulated, const std::vector<CtEvent>& events,
               bool overlaps) {
  auto total = overlaps ? std::nullopt : reported_dlp(accumulated);
  if (!total) {
    total = dlp_of_events(events);
    if (total) summary.totals_from = "events";
  }
  if (total) summary.total_dlp = summary.total_dlp.value_or(0) + *total;
}

}  // namespace

std::vector<std::string> event_keys(const std::vector<CtEvent>& events) {
  std::vector<std::string> keys;
  std::map<std::string, int> seen;
  for (const auto& event : events) {
    auto key = base_key(event);
    const int before = seen[key]++;
    if (before > 0) key += "#" + std::to_string(before + 1);
    keys.push_back(std::move(key));
  }
  return keys;
}

std::size_t drop_repeated_events(std::vector<CtEvent>& events) {
  std::vector<CtEvent> kept;
  for (auto& event : events) {
    const bool repeated = event.irradiation_event_uid && std::find(kept.begin(), kept.end(), event) != kept.end();
    if (!repeated) kept.push_back(std::move(event));
  }
  const auto dropped = events.size() - kept.size();
  events = std::move(kept);
  return dropped;
}

StudyResolution resolve_reports(const std::vector<ReportForResolution>& reports) { return Resolver(reports).resolve(); }

DoseSummary summarise_report(const std::vector<CtAccumulated>& accumulated, const std::vector<CtEvent>& events) {
  DoseSummary summary;
  summary.totals_from = "reports";
  count_types(events, summary);
  add_total(summary, accumulated, events, false);
  return summary;
}

DoseSummary summarise_study(const std::vector<CtReportTotals>& reports) {
  DoseSummary summary;
  summary.totals_from = "reports";
  const bool overlap = std::any_of(reports.begin(), reports.end(),
                                   [](const auto& report) { return !report.superseded && report.overlaps; });
  for (const auto& report : reports) {
    if (report.superseded) continue;
    count_types(report.events, summary);
    add_total(summary, report.accumulated, report.events, overlap);
  }
  return summary;
}

}  // namespace harvester
