#include "harvester/simulation/generator.hpp"

#include <algorithm>

#include "study_maker.hpp"

namespace harvester::simulation {
namespace {

/// Whether the CT cases of fill_ct hold it.
bool is_ct(Scenario scenario) {
  using enum Scenario;
  return scenario <= ct_broken_sr || scenario == sr_only || scenario == sr_only_findings ||
         (scenario >= ct_sr_under_ct && scenario <= ct_patient_dose);
}

struct DemoStudy {
  Scenario scenario;
  Script script = Script::latin;
  bool study_time = true;
};

/// The demo's studies; each day of it takes every fifth.
const std::vector<DemoStudy>& demo_studies() {
  using enum Scenario;
  static const std::vector<DemoStudy> kStudies = {{ct_rdsr},
                                                  {ct_rdsr, Script::japanese_iso2022},
                                                  {ct_rdsr, Script::arabic_8859},
                                                  {ct_rdsr_and_findings},
                                                  {ct_cumulative},
                                                  {ct_mixed_sr_series},
                                                  {ct_enhanced_sr},
                                                  {ct_philips_dose_info},
                                                  {ct_dose_screen},
                                                  {ct_broken_sr},
                                                  {mg_rdsr},
                                                  {mg_images},
                                                  {dx_images},
                                                  {rf_rdsr},
                                                  {pet_ct},
                                                  {ct_rdsr, Script::japanese_utf8},
                                                  {ct_repeated},
                                                  {ct_rdsr, Script::latin, false},
                                                  {ct_rdsr},
                                                  {ct_findings_only},
                                                  {cr_images},
                                                  {xa_no_dose},
                                                  {nm_rdsr},
                                                  {nm_images},
                                                  {sr_only},
                                                  {ct_rdsr, Script::arabic_utf8},
                                                  {ct_rdsr, Script::undeclared_latin},
                                                  {ct_enhanced_sr},
                                                  {ct_rdsr},
                                                  {ct_rdsr_and_findings},
                                                  {ct_rdsr},
                                                  {ct_cumulative},
                                                  {ct_no_dose},
                                                  {ct_rdsr},
                                                  {dx_rdsr},
                                                  {mg_rdsr, Script::japanese_utf8},
                                                  {rf_rdsr},
                                                  {ct_rdsr},
                                                  {ct_mixed_sr_series},
                                                  {ct_newest_empty},
                                                  {ct_rdsr}};
  return kStudies;
}

/// Mostly reports, some of each other CT case.
Scenario ct_case(std::uint64_t seed, int index) {
  using enum Scenario;
  static const std::vector<Scenario> kRare = {ct_rdsr_and_findings, ct_mixed_sr_series,   ct_cumulative,
                                              ct_enhanced_sr,       ct_philips_dose_info, ct_no_dose,
                                              ct_findings_only,     ct_repeated,          ct_dose_screen};
  Random random(seed ^ 0xCA5EULL, static_cast<std::uint64_t>(index));
  return random.chance(0.65) ? ct_rdsr : random.pick(kRare);
}

Script ct_script(int index) {
  if (index % 23 == 7) return Script::japanese_iso2022;
  return index % 29 == 11 ? Script::arabic_utf8 : Script::latin;
}

bool is_report_of_ct(const InstancePlan& instance) {
  return instance.content == Content::ct_rdsr || instance.content == Content::ct_enhanced_sr ||
         instance.content == Content::philips_dose_info;
}

void add_doses(Truth& truth, const InstancePlan& instance) {
  if (!is_report_of_ct(instance)) return;
  for (const auto& event : instance.report.ct) {
    if (truth.ct_events.insert(event.uid).second) truth.ct_dlp_mgy_cm += event.dlp_mgy_cm.value_or(0);
  }
}

}  // namespace

const char* to_string(Scenario scenario) {
  static constexpr const char* kNames[] = {"ct_rdsr",
                                           "ct_rdsr_and_findings",
                                           "ct_mixed_sr_series",
                                           "ct_cumulative",
                                           "ct_newest_empty",
                                           "ct_repeated",
                                           "ct_enhanced_sr",
                                           "ct_philips_dose_info",
                                           "ct_dose_screen",
                                           "ct_no_dose",
                                           "ct_findings_only",
                                           "ct_broken_sr",
                                           "pet_ct",
                                           "mg_rdsr",
                                           "mg_images",
                                           "dx_rdsr",
                                           "dx_images",
                                           "cr_images",
                                           "rf_rdsr",
                                           "xa_no_dose",
                                           "nm_rdsr",
                                           "nm_images",
                                           "sr_only",
                                           "ct_sr_under_ct",
                                           "ct_sr_under_ot",
                                           "ct_undescribed",
                                           "ct_patient_dose",
                                           "mg_findings",
                                           "px_images",
                                           "rf_enhanced_sr",
                                           "xa_enhanced_rdsr",
                                           "pet_images",
                                           "sr_only_findings"};
  return kNames[static_cast<std::size_t>(scenario)];
}

StudyPlan make_study(Scenario scenario, const StudyOptions& options) {
  StudyMaker maker(options);
  maker.study().story = to_string(scenario);
  is_ct(scenario) ? fill_ct(maker, scenario) : fill_other(maker, scenario);
  return std::move(maker.study());
}

std::vector<StudyPlan> demo_archive(std::uint64_t seed, CivilDate last_day) {
  std::vector<StudyPlan> studies;
  for (const auto& demo : demo_studies()) {
    StudyOptions options;
    options.seed = seed;
    options.index = static_cast<int>(studies.size());
    options.date = plus_days(last_day, -(options.index % 5));
    options.script = demo.script;
    options.study_time = demo.study_time;
    studies.push_back(make_study(demo.scenario, options));
  }
  return studies;
}

CivilDate ct_archive_date(const CtArchiveOptions& options, int index) {
  return plus_days(options.first_day, index % std::max(1, options.days));
}

StudyPlan ct_archive_study(const CtArchiveOptions& options, int index) {
  StudyOptions study;
  study.seed = options.seed;
  study.index = index;
  study.date = ct_archive_date(options, index);
  study.script = ct_script(index);
  study.images_per_series = options.images_per_series;
  study.image = options.image;
  return make_study(options.only_rdsr ? Scenario::ct_rdsr : ct_case(options.seed, index), study);
}

std::vector<StudyPlan> ct_archive(const CtArchiveOptions& options) {
  std::vector<StudyPlan> studies;
  studies.reserve(static_cast<std::size_t>(options.studies));
  for (int i = 0; i < options.studies; ++i) studies.push_back(ct_archive_study(options, i));
  return studies;
}

Truth truth_of(const StudyPlan& study, const std::set<std::string>& modalities) {
  Truth truth{StudyUid(study.uid), {}, {}, 0};
  auto asked_for = modalities;
  if (asked_for.contains("CT") && !asked_for.contains("CT+toshiba")) asked_for.insert("CT-toshiba");
  for (const auto& series : study.series) {
    for (const auto& instance : series.instances) {
      const auto& by = instance.wanted_by;
      const bool wanted = std::any_of(by.begin(), by.end(), [&](const auto& m) { return asked_for.contains(m); });
      if (!wanted) continue;
      truth.wanted.insert(SopInstanceUid(instance.uid));
      add_doses(truth, instance);
    }
  }
  return truth;
}

}  // namespace harvester::simulation
