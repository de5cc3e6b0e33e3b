#include "groups.hpp"

#include <algorithm>

#include "series.hpp"

namespace harvester::select {

const std::vector<Group>& groups() {
  using enum Source;
  static const std::vector<Group> kGroups = {
      {{"CT"},
       {{dose_report}, {enhanced_sr}, {dose_info}, {ct_images}},
       {{patient_dose_report}, {hidden_report}, {small_series}},
       Reason::nothing_usable},
      {{"MG"}, {{dose_report}, {mammograms}}, {{patient_dose_report}, {hidden_report}}, Reason::nothing_usable},
      {{"DX", "CR", "PX"},
       {{dose_report}, {radiographs}},
       {{patient_dose_report}, {hidden_report}},
       Reason::nothing_usable},
      {{"RF", "XA"}, {{dose_report}, {enhanced_sr}}, {{patient_dose_report}, {hidden_report}}, Reason::no_usable_sr},
      {{"NM", "PT"},
       {{radiopharmaceutical_report, pet_images}, {nm_images}},
       {{patient_dose_report}, {hidden_report}},
       Reason::nothing_usable},
      {{"SR"},
       {{dose_report, radiopharmaceutical_report}, {enhanced_sr}},
       {{patient_dose_report}},
       Reason::nothing_usable}};
  return kGroups;
}

const std::vector<std::string>& known_modalities() {
  static const std::vector<std::string> kAll = {"CT", "MG", "DX", "CR", "PX", "RF", "XA", "NM", "PT", "SR"};
  return kAll;
}

bool is_sr_only(const Group& group) { return group.modalities.front() == "SR"; }

std::vector<std::string_view> image_modalities(Source source) {
  switch (source) {
    case Source::ct_images:
      return {"CT"};
    case Source::mammograms:
      return {"MG"};
    case Source::radiographs:
      return {"DX", "CR", "PX"};
    case Source::pet_images:
      return {"PT"};
    case Source::nm_images:
      return {"NM"};
    default:
      return {};
  }
}

ImageRule image_rule(std::string_view modality, const Rules& rules) {
  const auto found = rules.images.find(std::string(modality));
  return found == rules.images.end() ? ImageRule::none : found->second;
}

bool prefers(const Rules& rules, Preference preference) {
  return std::find(rules.prefer.begin(), rules.prefer.end(), preference) != rules.prefer.end();
}

namespace {

bool fetches_images(ImageRule rule) { return rule == ImageRule::all || rule == ImageRule::one_per_series; }

/// What of `prefer` speaks of a source, and whether the image rules allow it.
std::vector<Preference> preferences_of(Source source, const Rules& rules) {
  switch (source) {
    case Source::dose_report:
    case Source::radiopharmaceutical_report:
    case Source::patient_dose_report:
    case Source::hidden_report:
      return {Preference::rdsr};
    case Source::enhanced_sr:
      return {Preference::enhanced_sr};
    case Source::dose_info:
    case Source::small_series:
      if (image_rule("CT", rules) == ImageRule::none) return {};
      return {Preference::philips_dose_info};
    case Source::ct_images:
      if (!fetches_images(image_rule("CT", rules))) return {};
      if (image_rule("CT", rules) == ImageRule::all) return {Preference::images};
      return {Preference::toshiba_dose_screen, Preference::images};
    default:
      break;
  }
  const auto all = image_modalities(source);
  const bool any = std::any_of(all.begin(), all.end(), [&](auto m) { return fetches_images(image_rule(m, rules)); });
  return any ? std::vector{Preference::images} : std::vector<Preference>{};
}

/// The place of a source in the order of preference; past the end if it is not to be used.
std::size_t place_of(Source source, const Rules& rules) {
  std::size_t place = rules.prefer.size();
  for (const auto preference : preferences_of(source, rules)) {
    const auto found = std::find(rules.prefer.begin(), rules.prefer.end(), preference);
    place = std::min(place, static_cast<std::size_t>(found - rules.prefer.begin()));
  }
  return place;
}

std::size_t place_of(const Step& step, const Rules& rules) {
  std::size_t place = rules.prefer.size();
  for (const auto source : step) place = std::min(place, place_of(source, rules));
  return place;
}

std::vector<Step> allowed(std::vector<Step> steps, const Rules& rules) {
  for (auto& step : steps)
    std::erase_if(step, [&](Source source) { return place_of(source, rules) == rules.prefer.size(); });
  std::erase_if(steps, [](const Step& step) { return step.empty(); });
  return steps;
}

/// The modalities of a study by all that is known of it.
std::set<std::string> modalities_of(const CandidateStudy& study) {
  std::set<std::string> all(study.modalities.begin(), study.modalities.end());
  for (const auto& series : study.series) all.insert(modality_of(series));
  all.erase("");
  return all;
}

bool belongs(const Group& group, const std::set<std::string>& present, const Rules& rules) {
  const auto& wanted = rules.modalities;
  if (is_sr_only(group)) return wanted.contains("SR") && (present.empty() || present == std::set<std::string>{"SR"});
  return std::any_of(group.modalities.begin(), group.modalities.end(), [&](auto modality) {
    const std::string name(modality);
    return wanted.contains(name) && (present.empty() || present.contains(name));
  });
}

}  // namespace

std::vector<Step> steps_of(const Group& group, const Rules& rules) {
  auto steps = allowed(group.steps, rules);
  std::stable_sort(steps.begin(), steps.end(),
                   [&](const Step& a, const Step& b) { return place_of(a, rules) < place_of(b, rules); });
  for (auto& step : allowed(group.last_resort, rules)) steps.push_back(std::move(step));
  return steps;
}

std::vector<const Group*> groups_of(const CandidateStudy& study, const Rules& rules) {
  const auto present = modalities_of(study);
  std::vector<const Group*> all;
  for (const auto& group : groups())
    if (belongs(group, present, rules)) all.push_back(&group);
  return all;
}

}  // namespace harvester::select
