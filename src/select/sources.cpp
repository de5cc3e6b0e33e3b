#include "sources.hpp"

#include <algorithm>

#include "harvester/core/sop_classes.hpp"

namespace harvester::select {
namespace {

/// The report a class is, if it is one that holds dose.
std::optional<Source> report_of_class(const SopClassUid& uid) {
  const std::string_view text = uid.str();
  if (text == sop_class::kXRayRadiationDoseSr || text == sop_class::kEnhancedXRayRadiationDoseSr)
    return Source::dose_report;
  if (text == sop_class::kRadiopharmaceuticalDoseSr) return Source::radiopharmaceutical_report;
  if (text == sop_class::kEnhancedSr) return Source::enhanced_sr;
  if (text == sop_class::kPatientRadiationDoseSr) return Source::patient_dose_report;
  return std::nullopt;
}

template <class List, class T>
bool contains(const List& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// The modality under which an instance, or a series of which none is listed, is an image of that source.
std::string_view image_modality(Source source, const CandidateSeries& series, const SopClassUid& uid) {
  const auto modalities = image_modalities(source);
  for (const auto modality : modalities)
    if (series.modality == modality) return modality;
  const bool screen_of_unknown = series.modality.empty() && is_secondary_capture(uid);
  if (screen_of_unknown && source == Source::ct_images) return modalities.front();
  const auto by_class = modality_of_class(uid);
  return contains(modalities, by_class) ? by_class : std::string_view();
}

/// NM: the series whose first image stands for the study.
const CandidateSeries* first_with_images(const View& view, Source source) {
  for (const auto* series : view.open)
    if (!series->instances.empty() && !image_modality(source, *series, series->instances.front().sop_class).empty())
      return series;
  return nullptr;
}

/// One image of each series; with the Toshiba option screens whole; of NM one image of the study.
bool is_the_one(const View& view, Source source, const CandidateSeries& series, const CandidateInstance& instance) {
  const bool screens = source == Source::ct_images && prefers(view.rules, Preference::toshiba_dose_screen);
  if (screens && is_secondary_capture(instance.sop_class)) return true;
  if (source == Source::nm_images && first_with_images(view, source) != &series) return false;
  return first_of(series).uid == instance.uid;
}

bool is_image(const View& view, Source source, const CandidateSeries& series, const CandidateInstance& instance) {
  if (is_report_class(instance.sop_class)) return false;
  const auto modality = image_modality(source, series, instance.sop_class);
  if (modality.empty()) return false;
  const auto rule = image_rule(modality, view.rules);
  return rule == ImageRule::all || (rule == ImageRule::one_per_series && is_the_one(view, source, series, instance));
}

/// A small series that the node does not describe, of a study of which it describes nothing.
bool is_small_series(const View& view, const CandidateSeries& series) {
  const auto size = size_of(series);
  const auto modality = modality_of(series);
  return !view.described && (modality.empty() || modality == "CT") && size && *size > 0 && *size <= kFew;
}

/// Images of which the node lists none: the whole series, where that is what is wanted or not much more.
bool is_unlisted_image(const View& view, Source source, const CandidateSeries& series) {
  const auto modality = image_modality(source, series, {});
  if (modality.empty()) return false;
  const auto rule = image_rule(modality, view.rules);
  return rule == ImageRule::all || (rule == ImageRule::one_per_series && size_of(series) && is_small(series));
}

}  // namespace

bool passes_station(const CandidateSeries& series, const Rules& rules) {
  return rules.station_at_study_level || passes(rules.station_name, series.station_name);
}

View::View(const CandidateStudy& study, const Rules& these) : rules(these), groups(groups_of(study, these)) {
  for (const auto& series : study.series) {
    described = described || !series.description.empty();
    if (!passes_station(series, rules)) continue;
    open.push_back(&series);
    const auto is = [&](const auto& instance) { return is_unverified(rules, series, instance); };
    const bool any = series.instances.empty() ? is_unverified(rules, series)
                                              : std::any_of(series.instances.begin(), series.instances.end(), is);
    unverified = unverified || any;
  }
}

bool is_unverified(const Rules& rules, const CandidateSeries& series, const CandidateInstance& instance) {
  const bool used = prefers(rules, Preference::rdsr) || prefers(rules, Preference::enhanced_sr);
  const auto kind = family(series);
  const bool like_sr = kind == Family::sr || (kind == Family::dose_info && may_hold_reports(series));
  return used && instance.sop_class.empty() && like_sr;
}

bool is_unverified(const Rules& rules, const CandidateSeries& series) {
  return rules.empty_sr_is_report && is_unverified(rules, series, {});
}

bool is_report(Source source) { return source <= Source::patient_dose_report; }

bool is_source(const View& view, Source source, const CandidateSeries& series, const CandidateInstance& instance) {
  if (is_report(source)) return report_of_class(instance.sop_class) == source;
  if (source == Source::hidden_report || is_report_class(instance.sop_class)) return false;
  if (source == Source::dose_info) return family(series) == Family::dose_info;
  if (source == Source::small_series)
    return !view.unverified && series.asked == Asked::all && is_small_series(view, series) &&
           modality_of_class(instance.sop_class).empty();  // a dose info is no image of its modality
  return is_image(view, source, series, instance);
}

bool is_source(const View& view, Source source, const CandidateSeries& series) {
  if (is_report(source) || source == Source::hidden_report) return false;
  if (source == Source::dose_info) return family(series) == Family::dose_info;
  if (source == Source::small_series) return !view.unverified && is_small_series(view, series);
  return is_unlisted_image(view, source, series);
}

bool has(const View& view, Source source) {
  return std::any_of(view.open.begin(), view.open.end(), [&](const CandidateSeries* series) {
    if (series->instances.empty()) return is_source(view, source, *series);
    return std::any_of(series->instances.begin(), series->instances.end(),
                       [&](const auto& instance) { return is_source(view, source, *series, instance); });
  });
}

bool has(const View& view, const Step& step) {
  return std::any_of(step.begin(), step.end(), [&](Source source) { return has(view, source); });
}

Step chosen_step(const View& view, const Group& group) {
  for (auto& step : steps_of(group, view.rules))
    if (has(view, step)) return step;
  return {};
}

/// Tolerant: what a class does not rule out may be there.
bool may_be(Source source, const SopClassUid& uid) {
  if (is_report(source)) return report_of_class(uid) == source;
  if (source == Source::hidden_report) return false;  // it would be told by its class
  if (is_report_class(uid) || uid.str().starts_with(sop_class::kPresentationStatePrefix)) return false;
  const bool screens = source == Source::dose_info || source == Source::small_series;
  return !screens || modality_of_class(uid).empty();
}

}  // namespace harvester::select
