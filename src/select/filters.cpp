#include <algorithm>

#include "harvester/core/text.hpp"
#include "sources.hpp"

namespace harvester::select {
namespace {

Verdict skip(Reason reason) { return {Action::skip, reason}; }

bool any_pattern(const std::vector<std::string>& patterns, const std::string& text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const auto& pattern) { return contains_pattern(text, pattern); });
}

bool may_hold_dose(const SopClassUid& uid, const std::vector<Step>& steps) {
  return std::any_of(steps.begin(), steps.end(), [&](const Step& step) {
    return std::any_of(step.begin(), step.end(), [&](Source source) { return may_be(source, uid); });
  });
}

/// Whether the classes that the node told leave room for a source of any group.
bool classes_may_hold_dose(const CandidateStudy& study, const std::vector<const Group*>& groups, const Rules& rules) {
  if (study.sop_classes.empty()) return true;
  return std::any_of(groups.begin(), groups.end(), [&](const Group* group) {
    const auto steps = steps_of(*group, rules);
    return std::any_of(study.sop_classes.begin(), study.sop_classes.end(),
                       [&](const SopClassUid& uid) { return may_hold_dose(uid, steps); });
  });
}

/// Of studies with reports and other things where reports alone were asked for, it is said so.
Reason outside(const CandidateStudy& study, const Rules& rules) {
  const bool reports_only = rules.modalities == std::set<std::string>{"SR"};
  const auto& told = study.modalities;
  const bool has_reports = std::find(told.begin(), told.end(), "SR") != told.end();
  return reports_only && has_reports ? Reason::not_sr_only : Reason::modality_not_wanted;
}

}  // namespace

bool passes(const TextFilter& filter, const std::string& text) {
  if (text.empty()) return true;
  if (any_pattern(filter.exclude, text)) return false;
  return filter.include.empty() || any_pattern(filter.include, text);
}

Verdict judge_study(const CandidateStudy& study, const Rules& rules) {
  const auto wanted = groups_of(study, rules);
  if (wanted.empty()) return skip(outside(study, rules));
  if (!passes(rules.study_description, study.description)) return skip(Reason::description_filtered);
  if (!passes(rules.institution_name, study.institution_name)) return skip(Reason::institution_filtered);
  if (rules.station_at_study_level && !passes(rules.station_name, study.station_name))
    return skip(Reason::station_filtered);
  return classes_may_hold_dose(study, wanted, rules) ? Verdict{} : skip(Reason::no_dose_classes);
}

bool leaves_known_study(const Rules& rules, const HeldInstances& known) {
  return rules.skip_known == SkipKnown::study && known.study && !rules.refetch;
}

}  // namespace harvester::select
