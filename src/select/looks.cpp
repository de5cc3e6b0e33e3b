#include <algorithm>

#include "harvester/core/sop_classes.hpp"
#include "sources.hpp"

namespace harvester::select {
namespace {

/// So many series at most are looked into for a report that lies among images: beyond it, it is not cheap any more.
constexpr std::size_t kMostHidingPlaces = 8;

using Looks = std::vector<Look>;

bool seen_in_part(const CandidateSeries& series) {
  return series.asked == Asked::first_image || series.asked == Asked::part;
}

bool shows_report(const CandidateSeries& series) {
  return std::any_of(series.instances.begin(), series.instances.end(), [](const auto& instance) {
    return is_report_class(instance.sop_class) && instance.sop_class.str() != sop_class::kKeyObjectSelection;
  });
}

/// SR series, those that may be such, and what turned out to hold a report.
std::optional<Depth> look_for_reports(const CandidateSeries& series) {
  const bool new_one = series.asked == Asked::no && may_hold_reports(series);
  if (new_one || (seen_in_part(series) && shows_report(series))) return Depth::all;
  return std::nullopt;
}

std::optional<Depth> look_for_dose_info(const CandidateSeries& series) {
  if (family(series) != Family::dose_info || series.asked == Asked::all) return std::nullopt;
  return Depth::all;
}

bool shows_screen(const CandidateSeries& series) {
  return !series.instances.empty() && is_secondary_capture(series.instances.front().sop_class);
}

std::optional<Depth> look_for_images(const View& view, Source source, const CandidateSeries& series) {
  const auto modalities = image_modalities(source);
  const auto modality = modality_of(series);
  if (std::find(modalities.begin(), modalities.end(), modality) == modalities.end()) return std::nullopt;
  const bool unseen = series.asked == Asked::no;
  const bool in_part = seen_in_part(series);
  if (image_rule(modality, view.rules) == ImageRule::all)
    return unseen || in_part ? std::optional(Depth::all) : std::nullopt;
  if (image_rule(modality, view.rules) != ImageRule::one_per_series) return std::nullopt;
  if (unseen) return Depth::first_image;
  const bool screens = source == Source::ct_images && prefers(view.rules, Preference::toshiba_dose_screen);
  return screens && in_part && shows_screen(series) ? std::optional(Depth::all) : std::nullopt;
}

std::optional<Depth> look_into(const View& view, Source source, const CandidateSeries& series) {
  if (is_report(source)) return look_for_reports(series);
  if (source == Source::dose_info) return look_for_dose_info(series);
  return look_for_images(view, source, series);
}

/// Series of images that are small enough to be reports in disguise; of others one image tells.
Looks hiding_places(const View& view, const Group& group) {
  Looks looks;
  for (const auto* series : view.open) {
    const auto& all = group.modalities;
    const bool candidate = std::find(all.begin(), all.end(), series->modality) != all.end();
    if (!candidate || series->asked != Asked::no || !is_small(*series)) continue;
    looks.push_back({series->uid, size_of(*series) ? Depth::few : Depth::first_image});
  }
  return looks.size() > kMostHidingPlaces ? Looks{} : looks;
}

/// What is not described is looked at as far as it takes to see whether it is small.
Looks undescribed(const View& view) {
  Looks looks;
  for (const auto* series : view.open) {
    const bool done = series->asked == Asked::all || series->asked == Asked::part;
    if (!view.described && !done && modality_of(*series) == "CT" && is_small(*series))
      looks.push_back({series->uid, Depth::few});
  }
  return looks;
}

/// The first series that shows an image stands for the study.
Looks first_of_study(Looks looks, const View& view, Source source) {
  const bool found = std::any_of(view.open.begin(), view.open.end(), [&](const CandidateSeries* series) {
    return !series->instances.empty() && is_source(view, source, *series, first_of(*series));
  });
  if (found) return {};
  if (looks.size() > 1) looks.resize(1);
  return looks;
}

Looks looks_for(const View& view, const Group& group, Source source) {
  const bool speculative = source == Source::hidden_report || source == Source::small_series;
  if (speculative && view.unverified) return {};
  if (source == Source::hidden_report) return hiding_places(view, group);
  if (source == Source::small_series) return undescribed(view);
  Looks looks;
  for (const auto* series : view.open)
    if (const auto depth = look_into(view, source, *series)) looks.push_back({series->uid, *depth});
  const bool one_of_study = source == Source::nm_images && image_rule("NM", view.rules) == ImageRule::one_per_series;
  return one_of_study ? first_of_study(std::move(looks), view, source) : looks;
}

/// What the first step that is not decided yet needs to know.
Looks looks_for(const View& view, const Group& group) {
  for (const auto& step : steps_of(group, view.rules)) {
    Looks looks;
    for (const auto source : step)
      for (auto& look : looks_for(view, group, source)) looks.push_back(std::move(look));
    if (!looks.empty()) return looks;
    if (has(view, step)) break;
  }
  return {};
}

/// One look a series, the deepest that somebody needs.
void add(Looks& all, Look look) {
  const auto same = std::find_if(all.begin(), all.end(), [&](const Look& each) { return each.series == look.series; });
  if (same == all.end())
    all.push_back(std::move(look));
  else
    same->depth = std::max(same->depth, look.depth);
}

}  // namespace

std::vector<Look> series_to_look_into(const CandidateStudy& study, const Rules& rules) {
  Looks all;
  if (!rules.image_level) return all;
  const View view(study, rules);
  for (const auto* group : view.groups)
    for (auto& look : looks_for(view, *group)) add(all, std::move(look));
  return all;
}

const std::vector<SopClassUid>& report_classes() {
  using namespace sop_class;
  static const std::vector<SopClassUid> kAll = [] {
    std::vector<SopClassUid> all;
    for (const auto uid : {kXRayRadiationDoseSr, kEnhancedXRayRadiationDoseSr, kRadiopharmaceuticalDoseSr, kEnhancedSr,
                           kPatientRadiationDoseSr})
      all.emplace_back(std::string(uid));
    return all;
  }();
  return kAll;
}

namespace {

bool decided_by_reports(const View& view, const Group& group) {
  for (const auto& step : steps_of(group, view.rules)) {
    if (!std::all_of(step.begin(), step.end(), is_report)) return false;
    if (has(view, step)) return true;
  }
  return false;
}

}  // namespace

bool reports_suffice(const CandidateStudy& study, const Rules& rules) {
  const View view(study, rules);
  return !study.modalities.empty() && !view.groups.empty() &&
         std::all_of(view.groups.begin(), view.groups.end(),
                     [&](const Group* group) { return decided_by_reports(view, *group); });
}

}  // namespace harvester::select
