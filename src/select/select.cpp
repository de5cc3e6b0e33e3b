#include "harvester/select/select.hpp"

#include <algorithm>

#include "harvester/core/sop_classes.hpp"
#include "harvester/core/text.hpp"

namespace harvester::select {
namespace {

Verdict skip(Reason reason) { return {Action::skip, reason}; }
Verdict retrieve(Reason reason) { return {Action::retrieve, reason}; }

bool any_pattern(const std::vector<std::string>& patterns, const std::string& text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const auto& pattern) { return contains_pattern(text, pattern); });
}

}  // namespace

bool passes(const TextFilter& filter, const std::string& text) {
  if (text.empty()) return true;
  if (any_pattern(filter.exclude, text)) return false;
  return filter.include.empty() || any_pattern(filter.include, text);
}

Verdict judge_study(const CandidateStudy& study, const Rules& rules) {
  const auto wanted = [&](const std::string& modality) { return rules.modalities.contains(modality); };
  if (!study.modalities.empty() && std::none_of(study.modalities.begin(), study.modalities.end(), wanted))
    return skip(Reason::modality_not_wanted);
  if (!passes(rules.study_description, study.description)) return skip(Reason::description_filtered);
  if (!passes(rules.institution_name, study.institution_name)) return skip(Reason::institution_filtered);
  if (rules.station_at_study_level && !passes(rules.station_name, study.station_name))
    return skip(Reason::station_filtered);
  return {};
}

namespace {

/// What a series can be a source of, before its instances are known.
enum class Family { sr, dose_info, images, unknown };

/// Modalities (PS3.3 C.7.3.1.1.1) whose series hold no reports. Others, such as OT and DOC, are also what some nodes
/// keep reports under (quirk Q16).
bool never_holds_reports(const std::string& modality) {
  static const std::set<std::string> kOthers = {"CT",   "MR",  "PT",  "NM",      "US",     "XA",     "RF",      "DX",
                                                "CR",   "MG",  "PX",  "IO",      "ES",     "PR",     "KO",      "SEG",
                                                "IVUS", "OPT", "REG", "RTIMAGE", "RTDOSE", "RTPLAN", "RTSTRUCT"};
  return kOthers.contains(modality);
}

/// Whether a series is as small as series of reports are; one of which the node says nothing is.
bool is_small(const CandidateSeries& series) {
  constexpr std::size_t kFew = 5;
  const auto told = static_cast<std::size_t>(std::max(0, series.instance_count.value_or(0)));
  return (series.instances.empty() ? told : series.instances.size()) <= kFew;
}

/// Modality SR for structured reports. A series without Modality, or under one that says little, may hold one: if it
/// was looked into and is small it is treated as an SR series (quirks Q12, Q15), larger ones need the class of their
/// instances.
Family family(const CandidateSeries& series) {
  if (series.modality == "SR") return Family::sr;
  if (contains_pattern(series.description, "dose info")) return Family::dose_info;
  if (never_holds_reports(series.modality)) return Family::images;
  return series.asked_at_image_level && is_small(series) ? Family::sr : Family::unknown;
}

bool filtered(const CandidateSeries& series, const Rules& rules) {
  return !rules.station_at_study_level && !passes(rules.station_name, series.station_name);
}

/// The sources of dose, best first, and the reason under which each is fetched.
enum class Source { dose_report, enhanced_sr, patient_dose_report, unverified_sr, dose_info, none };

Reason reason_of(Source source) {
  switch (source) {
    case Source::dose_report:
      return Reason::dose_report;
    case Source::enhanced_sr:
      return Reason::enhanced_sr;
    case Source::patient_dose_report:
      return Reason::patient_dose_report;
    case Source::unverified_sr:
      return Reason::unverified_sr;
    case Source::dose_info:
      return Reason::philips_dose_info;
    case Source::none:
      break;
  }
  return Reason::none;
}

Source source_of_class(const SopClassUid& uid) {
  const std::string_view text = uid.str();
  if (text == sop_class::kXRayRadiationDoseSr || text == sop_class::kEnhancedXRayRadiationDoseSr)
    return Source::dose_report;
  if (text == sop_class::kEnhancedSr) return Source::enhanced_sr;
  if (text == sop_class::kPatientRadiationDoseSr) return Source::patient_dose_report;
  return Source::none;
}

/// An SR instance whose class the node does not tell may be a report: it is decided on arrival (quirk Q15).
Source source_of(const CandidateInstance& instance, Family of_series) {
  if (of_series == Family::dose_info) return Source::dose_info;
  if (of_series == Family::images) return Source::none;
  if (instance.sop_class.empty()) return of_series == Family::sr ? Source::unverified_sr : Source::none;
  return source_of_class(instance.sop_class);
}

/// The best source that a series is known to hold.
Source best_source(const CandidateSeries& series, const Rules& rules) {
  const auto kind = family(series);
  if (filtered(series, rules) || kind == Family::images) return Source::none;
  if (series.instances.empty()) {
    if (kind == Family::dose_info) return Source::dose_info;
    return kind == Family::sr && rules.empty_sr_is_report ? Source::unverified_sr : Source::none;
  }
  Source best = Source::none;
  for (const auto& instance : series.instances) best = std::min(best, source_of(instance, kind));
  return best;
}

Source best_source(const CandidateStudy& study, const Rules& rules) {
  Source best = Source::none;
  for (const auto& series : study.series) best = std::min(best, best_source(series, rules));
  return best;
}

bool has_reports(Source source) { return source < Source::unverified_sr; }

}  // namespace

std::vector<SeriesUid> series_to_look_into(const CandidateStudy& study, const Rules& rules) {
  std::vector<SeriesUid> reports, dose_infos;
  if (!rules.image_level) return {};
  for (const auto& series : study.series) {
    if (series.asked_at_image_level || filtered(series, rules)) continue;
    const auto kind = family(series);
    if (kind == Family::sr || kind == Family::unknown) reports.push_back(series.uid);
    if (kind == Family::dose_info) dose_infos.push_back(series.uid);
  }
  if (!reports.empty()) return reports;
  return has_reports(best_source(study, rules)) ? std::vector<SeriesUid>{} : dose_infos;
}

namespace {

/// ModalitiesInStudy as the series tell it, where the study did not.
void rebuild_modalities(CandidateStudy& study) {
  if (!study.modalities.empty()) return;
  for (const auto& series : study.series) {
    const bool known =
        std::find(study.modalities.begin(), study.modalities.end(), series.modality) != study.modalities.end();
    if (!series.modality.empty() && !known) study.modalities.push_back(series.modality);
  }
}

/// A count is not believed of a series that shows nothing where the node shows the instances of others.
void drop_disproved_counts(CandidateStudy& study) {
  const bool shows_some = std::any_of(study.series.begin(), study.series.end(),
                                      [](const auto& series) { return !series.instances.empty(); });
  for (auto& series : study.series)
    if (shows_some && series.asked_at_image_level && series.instances.empty() && family(series) == Family::unknown)
      series.instance_count.reset();
}

/// Whether an instance of this source is fetched when `best` is the best source of its study. Where nothing better is
/// known, all SRs of unknown kind and a dose-info series are fetched together.
bool is_wanted(Source source, Source best) {
  if (source == Source::none) return false;
  if (best == Source::unverified_sr) return source == Source::unverified_sr || source == Source::dose_info;
  // A report is there: an SR that the node does not show may be a newer one (quirks Q12, Q20).
  return source == best || (source == Source::unverified_sr && has_reports(best));
}

Reason why_not(Source source, Family kind) {
  if (source != Source::none) return Reason::better_source_in_study;
  return kind == Family::sr || kind == Family::unknown ? Reason::not_a_dose_report : Reason::images_not_needed;
}

Verdict judge_instance(const CandidateInstance& instance, Family kind, Source best, const HeldInstances& known) {
  const auto source = source_of(instance, kind);
  if (!is_wanted(source, best)) return skip(why_not(source, kind));
  if (known.held.contains(instance.uid)) return skip(Reason::already_held);
  if (known.set_aside.contains(instance.uid)) return skip(Reason::set_aside);
  return retrieve(reason_of(source));
}

Verdict judge_unlisted(const CandidateSeries& series, const Rules& rules, Source best) {
  const auto kind = family(series);
  const auto source = best_source(series, rules);
  if (is_wanted(source, best)) return retrieve(reason_of(source));
  if (kind == Family::sr && source == Source::none) return skip(Reason::empty_sr_series);
  return skip(why_not(source, kind));
}

/// The verdict on a series whose instances are judged: what the best of them is.
Verdict sum_up(const CandidateSeries& series) {
  const auto any = [&](auto holds) { return std::any_of(series.instances.begin(), series.instances.end(), holds); };
  const auto because = [&](Reason reason) {
    return any([&](const CandidateInstance& instance) { return instance.verdict == skip(reason); });
  };
  for (const auto& instance : series.instances)
    if (instance.verdict.action == Action::retrieve) return instance.verdict;
  for (const auto reason : {Reason::set_aside, Reason::already_held})
    if (because(reason)) return skip(reason);
  return series.instances.front().verdict;
}

void judge_series(CandidateSeries& series, const Rules& rules, Source best, const HeldInstances& known) {
  if (filtered(series, rules)) {
    series.verdict = skip(Reason::station_filtered);
    for (auto& instance : series.instances) instance.verdict = series.verdict;
    return;
  }
  if (series.instances.empty()) {
    series.verdict = judge_unlisted(series, rules, best);
    return;
  }
  const auto kind = family(series);
  for (auto& instance : series.instances)
    instance.verdict = judge_instance(instance, kind, best, rules.refetch ? HeldInstances{} : known);
  series.verdict = sum_up(series);
}

PlannedRequest plan_request(const CandidateSeries& series) {
  PlannedRequest request;
  request.series = series.uid;
  request.contents_known = !series.instances.empty();
  for (const auto& instance : series.instances)
    if (instance.verdict.action == Action::retrieve) request.instances.push_back(instance.uid);
  const bool whole = request.instances.size() == series.instances.size();
  request.level = whole ? MoveLevel::series : MoveLevel::image;
  return request;
}

Verdict judge_decided(const CandidateStudy& study, Source best, const std::vector<PlannedRequest>& requests) {
  if (study.series.empty()) return skip(Reason::empty_study);
  if (!requests.empty()) return retrieve(reason_of(best));
  const auto& all = study.series;
  const auto is = [](Reason reason) {
    return [=](const CandidateSeries& each) { return each.verdict.reason == reason; };
  };
  if (std::any_of(all.begin(), all.end(), is(Reason::set_aside))) return skip(Reason::set_aside);
  if (std::any_of(all.begin(), all.end(), is(Reason::already_held))) return skip(Reason::all_held);
  if (std::all_of(all.begin(), all.end(), is(Reason::station_filtered))) return skip(Reason::station_filtered);
  return skip(Reason::nothing_usable);
}

void skip_all(CandidateStudy& study, Verdict verdict) {
  study.verdict = verdict;
  for (auto& series : study.series) {
    series.verdict = verdict;
    for (auto& instance : series.instances) instance.verdict = verdict;
  }
}

}  // namespace

Decision decide(CandidateStudy study, const Rules& rules, const HeldInstances& known) {
  rebuild_modalities(study);
  if (const auto early = judge_study(study, rules); early.action == Action::skip) {
    skip_all(study, early);
    return {std::move(study), {}};
  }
  drop_disproved_counts(study);
  const auto best = best_source(study, rules);
  Decision decision;
  for (auto& series : study.series) {
    judge_series(series, rules, best, known);
    if (series.verdict.action == Action::retrieve) decision.requests.push_back(plan_request(series));
  }
  study.verdict = judge_decided(study, best, decision.requests);
  decision.study = std::move(study);
  return decision;
}

std::vector<SopInstanceUid> all_instances(const CandidateStudy& study) {
  std::vector<SopInstanceUid> all;
  for (const auto& series : study.series)
    for (const auto& instance : series.instances) all.push_back(instance.uid);
  return all;
}

}  // namespace harvester::select
