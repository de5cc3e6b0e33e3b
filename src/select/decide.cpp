#include <algorithm>

#include "sources.hpp"

namespace harvester::select {
namespace {

Verdict skip(Reason reason) { return {Action::skip, reason}; }
Verdict retrieve(Reason reason) { return {Action::retrieve, reason}; }

Reason reason_of(Source source, const Rules& rules) {
  switch (source) {
    case Source::dose_report:
    case Source::radiopharmaceutical_report:
    case Source::hidden_report:
      return Reason::dose_report;
    case Source::enhanced_sr:
      return Reason::enhanced_sr;
    case Source::patient_dose_report:
      return Reason::patient_dose_report;
    case Source::dose_info:
      return Reason::philips_dose_info;
    case Source::small_series:
      return Reason::small_series;
    case Source::ct_images:
      return image_rule("CT", rules) == ImageRule::all ? Reason::images : Reason::toshiba_dose_screen;
    case Source::mammograms:
    case Source::radiographs:
    case Source::pet_images:
    case Source::nm_images:
      break;
  }
  return Reason::images;
}

/// A study on its way to verdicts: what each of its groups chose.
class Judge {
 public:
  Judge(const CandidateStudy& study, const Rules& rules, const HeldInstances& known)
      : view_(study, rules), known_(known), fetch_all_(rules.refetch || rules.skip_known == SkipKnown::never) {
    for (const auto* group : view_.groups) chosen_.push_back(chosen_step(view_, *group));
  }

  void judge(CandidateSeries& series) const;

  /// Why a study is skipped of which nothing was chosen.
  [[nodiscard]] Reason without() const;

 private:
  template <class... Instance>
  [[nodiscard]] Reason wanted_as(const CandidateSeries& series, const Instance&... instance) const;
  template <class... Instance>
  [[nodiscard]] Reason why_not(const CandidateSeries& series, const Instance&... instance) const;
  [[nodiscard]] bool of_these_groups(const CandidateSeries& series) const;
  [[nodiscard]] Verdict judge_instance(const CandidateSeries& series, const CandidateInstance& instance) const;
  [[nodiscard]] bool is_held(const CandidateSeries& series) const;
  [[nodiscard]] Verdict judge_unlisted(const CandidateSeries& series) const;
  [[nodiscard]] bool is_too_much(std::size_t objects) const {
    return objects > static_cast<std::size_t>(std::max(1, view_.rules.max_objects_per_series));
  }
  void leave_if_too_much(CandidateSeries& series) const;

  View view_;
  const HeldInstances& known_;
  bool fetch_all_;
  std::vector<Step> chosen_;
};

/// The reason under which an instance, or a series of which none is listed, is wanted; none if it is not.
template <class... Instance>
Reason Judge::wanted_as(const CandidateSeries& series, const Instance&... instance) const {
  for (const auto& step : chosen_)
    for (const auto source : step)
      if (is_source(view_, source, series, instance...)) return reason_of(source, view_.rules);
  return is_unverified(view_.rules, series, instance...) ? Reason::unverified_sr : Reason::none;
}

bool Judge::of_these_groups(const CandidateSeries& series) const {
  const auto modality = modality_of(series);
  return modality.empty() || std::any_of(view_.groups.begin(), view_.groups.end(), [&](const Group* group) {
           const auto& all = group->modalities;
           return std::find(all.begin(), all.end(), modality) != all.end();
         });
}

template <class... Instance>
Reason Judge::why_not(const CandidateSeries& series, const Instance&... instance) const {
  for (const auto* group : view_.groups)
    for (const auto& step : steps_of(*group, view_.rules))
      for (const auto source : step)
        if (is_source(view_, source, series, instance...)) return Reason::better_source_in_study;
  const auto kind = family(series);
  if (kind == Family::sr || kind == Family::unknown || (is_report_class(instance.sop_class) || ...))
    return Reason::not_a_dose_report;
  return of_these_groups(series) ? Reason::images_not_needed : Reason::other_modality;
}

Verdict Judge::judge_instance(const CandidateSeries& series, const CandidateInstance& instance) const {
  const auto reason = wanted_as(series, instance);
  if (reason == Reason::none) return skip(why_not(series, instance));
  if (!fetch_all_ && known_.held.contains(instance.uid)) return skip(Reason::already_held);
  if (!fetch_all_ && known_.set_aside.contains(instance.uid)) return skip(Reason::set_aside);
  return retrieve(reason);
}

/// Of a series that the node counts and does not list: as many came before as there are.
bool Judge::is_held(const CandidateSeries& series) const {
  const auto held = known_.in_series.find(series.uid);
  return series.instance_count.value_or(0) > 0 && held != known_.in_series.end() &&
         held->second >= *series.instance_count;
}

/// What of a known study the node does not list cannot be compared; of SRs there may be newer ones.
Verdict Judge::judge_unlisted(const CandidateSeries& series) const {
  const auto kind = family(series);
  const auto reason = wanted_as(series);
  if (reason == Reason::none) {
    if (kind == Family::sr) return skip(Reason::empty_sr_series);
    const bool looked_in_vain = series.asked == Asked::first_image || series.asked == Asked::part;
    return skip(looked_in_vain ? Reason::first_not_listed : why_not(series));
  }
  if (known_.study && kind != Family::sr && !fetch_all_) return skip(Reason::study_known);
  if (is_held(series) && !fetch_all_) return skip(Reason::already_held);
  return is_too_much(size_of(series).value_or(0)) ? skip(Reason::too_many_objects) : retrieve(reason);
}

/// The verdict on a series whose instances are judged: what the best of them is.
Verdict sum_up(const CandidateSeries& series) {
  const auto any = [&](auto holds) { return std::any_of(series.instances.begin(), series.instances.end(), holds); };
  const auto because = [&](Reason reason) {
    return any([&](const CandidateInstance& instance) { return instance.verdict == skip(reason); });
  };
  for (const auto& instance : series.instances)
    if (instance.verdict.action == Action::retrieve) return instance.verdict;
  for (const auto reason : {Reason::too_many_objects, Reason::set_aside, Reason::already_held})
    if (because(reason)) return skip(reason);
  return series.instances.front().verdict;
}

void Judge::leave_if_too_much(CandidateSeries& series) const {
  const auto is_wanted = [](const CandidateInstance& each) { return each.verdict.action == Action::retrieve; };
  const auto wanted = std::count_if(series.instances.begin(), series.instances.end(), is_wanted);
  if (!is_too_much(static_cast<std::size_t>(wanted))) return;
  for (auto& instance : series.instances)
    if (is_wanted(instance)) instance.verdict = skip(Reason::too_many_objects);
}

void Judge::judge(CandidateSeries& series) const {
  if (!passes_station(series, view_.rules)) {
    series.verdict = skip(Reason::station_filtered);
    for (auto& instance : series.instances) instance.verdict = series.verdict;
    return;
  }
  if (series.instances.empty()) {
    series.verdict = judge_unlisted(series);
    return;
  }
  for (auto& instance : series.instances) instance.verdict = judge_instance(series, instance);
  leave_if_too_much(series);
  series.verdict = sum_up(series);
}

Reason Judge::without() const {
  const auto reason = view_.groups.empty() ? Reason::nothing_usable : view_.groups.front()->without;
  const bool all_the_same = std::all_of(view_.groups.begin(), view_.groups.end(),
                                        [&](const Group* group) { return group->without == reason; });
  return all_the_same ? reason : Reason::nothing_usable;
}

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
    if (shows_some && series.asked != Asked::no && series.instances.empty() && family(series) == Family::unknown)
      series.instance_count.reset();
}

PlannedRequest plan_request(const CandidateSeries& series) {
  PlannedRequest request;
  request.series = series.uid;
  request.contents_known = !series.instances.empty();
  request.parked = !series.availability.empty() && series.availability != "ONLINE";
  for (const auto& instance : series.instances)
    if (instance.verdict.action == Action::retrieve) request.instances.push_back(instance.uid);
  const bool listed = series.asked == Asked::all || series.instances.empty();
  const bool whole = listed && request.instances.size() == series.instances.size();
  request.level = whole ? MoveLevel::series : MoveLevel::image;
  return request;
}

/// The best reason under which something of the study is fetched.
Reason best_reason(const CandidateStudy& study) {
  auto best = Reason::none;
  for (const auto& series : study.series)
    if (series.verdict.action == Action::retrieve && (best == Reason::none || series.verdict.reason < best))
      best = series.verdict.reason;
  return best;
}

Verdict judge_decided(const CandidateStudy& study, Reason without) {
  if (study.series.empty()) return skip(Reason::empty_study);
  if (const auto best = best_reason(study); best != Reason::none) return retrieve(best);
  const auto is = [](Reason reason) {
    return [=](const CandidateSeries& each) { return each.verdict.reason == reason; };
  };
  const auto any = [&](Reason reason) { return std::any_of(study.series.begin(), study.series.end(), is(reason)); };
  if (any(Reason::set_aside)) return skip(Reason::set_aside);
  if (any(Reason::too_many_objects)) return skip(Reason::too_many_objects);
  if (any(Reason::already_held)) return skip(Reason::all_held);
  if (any(Reason::study_known)) return skip(Reason::study_known);
  const bool filtered = std::all_of(study.series.begin(), study.series.end(), is(Reason::station_filtered));
  return skip(filtered ? Reason::station_filtered : without);
}

Decision skip_all(CandidateStudy study, Verdict verdict) {
  study.verdict = verdict;
  for (auto& series : study.series) {
    series.verdict = verdict;
    for (auto& instance : series.instances) instance.verdict = verdict;
  }
  return {std::move(study), {}};
}

}  // namespace

Decision decide(CandidateStudy study, const Rules& rules, const HeldInstances& known) {
  rebuild_modalities(study);
  const auto early = judge_study(study, rules);
  if (early.action == Action::skip) return skip_all(std::move(study), early);
  if (leaves_known_study(rules, known)) return skip_all(std::move(study), skip(Reason::study_known));
  drop_disproved_counts(study);
  const Judge judge(study, rules, known);
  Decision decision;
  for (auto& series : study.series) {
    judge.judge(series);
    if (series.verdict.action == Action::retrieve) decision.requests.push_back(plan_request(series));
  }
  study.verdict = judge_decided(study, judge.without());
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
