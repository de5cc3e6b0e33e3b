#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "harvester/core/civil.hpp"
#include "harvester/core/ids.hpp"
#include "harvester/simulation/study_plan.hpp"

/// Synthetic studies, deterministic: the same seed, index and date give the same plan, and so the same bytes. All UIDs
/// stand under the example arc 2.999: 2.999.SEED.STUDY.SERIES.INSTANCE, events 2.999.SEED.STUDY.0.N.
namespace harvester::simulation {

/// The cases that archives are made of.
enum class Scenario {
  ct_rdsr,               ///< images, radiation dose SR
  ct_rdsr_and_findings,  ///< … and a radiologist's report in an SR series of its own
  ct_mixed_sr_series,    ///< one SR series with a dose report, a text report and a comprehensive one
  ct_cumulative,         ///< three dose reports: after the 1st, 2nd and 3rd event
  ct_newest_empty,       ///< a full dose report, and a newer one without events
  ct_repeated,           ///< the dose report twice, under two SOP Instance UIDs
  ct_enhanced_sr,        ///< dose only as Enhanced SR
  ct_philips_dose_info,  ///< dose only as 'Dose Info' secondary capture
  ct_dose_screen,        ///< older CT: dose only on a screen shot
  ct_no_dose,            ///< images alone
  ct_findings_only,      ///< images and a radiologist's report
  ct_broken_sr,          ///< a dose SR without content
  pet_ct,                ///< CT dose SR, radiopharmaceutical SR, PET images
  mg_rdsr,
  mg_images,
  dx_rdsr,
  dx_images,
  cr_images,
  rf_rdsr,
  xa_no_dose,
  nm_rdsr,
  nm_images,
  sr_only,  ///< a study of one CT dose SR and nothing else
  // the cases below are not in the demo
  ct_sr_under_ct,    ///< the dose report lies in a series of modality CT
  ct_sr_under_ot,    ///< … of modality OT
  ct_undescribed,    ///< no series is described; the dose screen is a series of one
  ct_patient_dose,   ///< nothing but a Patient Radiation Dose SR
  mg_findings,       ///< images, a radiologist's report, and an Enhanced SR that nobody can use
  px_images,         ///< panoramic X-ray
  rf_enhanced_sr,    ///< fluoroscopy whose dose is an Enhanced SR
  xa_enhanced_rdsr,  ///< … an Enhanced X-Ray Radiation Dose SR
  pet_images,        ///< PET alone, two series, no report
  sr_only_findings,  ///< a radiologist's report and nothing else
  last = sr_only_findings
};

/// A short name, e.g. "ct_rdsr".
[[nodiscard]] const char* to_string(Scenario scenario);

/// Who the patient is, as to character set.
enum class Script { latin, japanese_iso2022, japanese_utf8, arabic_8859, arabic_utf8, undeclared_latin };

struct StudyOptions {
  std::uint64_t seed = 1;
  int index = 0;  ///< number of the study in its archive; part of its UIDs
  CivilDate date{};
  Script script = Script::latin;
  bool study_date = true;        ///< false: no Study Date, nor the dates of its series and objects
  bool study_time = true;        ///< false: no Study Time
  bool fractional_time = false;  ///< Study Time has a fraction of a second
  int images_per_series = 3;
  ImagePlan image;  ///< of image series; 512 x 512 makes 0.5 MB
};

/// One study of a case.
[[nodiscard]] StudyPlan make_study(Scenario scenario, const StudyOptions& options);

/// About 40 studies of all cases on `last_day` and the four days before it.
[[nodiscard]] std::vector<StudyPlan> demo_archive(std::uint64_t seed, CivilDate last_day);

struct CtArchiveOptions {
  std::uint64_t seed = 1;
  int studies = 200;
  CivilDate first_day{std::chrono::year(2026), std::chrono::month(1), std::chrono::day(5)};
  int days = 10;  ///< studies are spread evenly over so many days
  int images_per_series = 3;
  ImagePlan image;
  bool only_rdsr = false;  ///< every study is ct_rdsr; else all CT cases, mostly ct_rdsr
};

/// Study `index` of such an archive, on its own: archives of any size can be made lazily.
[[nodiscard]] StudyPlan ct_archive_study(const CtArchiveOptions& options, int index);

/// The date of study `index`, without making it.
[[nodiscard]] CivilDate ct_archive_date(const CtArchiveOptions& options, int index);

[[nodiscard]] std::vector<StudyPlan> ct_archive(const CtArchiveOptions& options);

/// What a harvest ought to yield from a study.
struct Truth {
  StudyUid study;
  std::set<SopInstanceUid> wanted;  ///< to be fetched
  std::set<std::string> ct_events;  ///< irradiation event UIDs of readable CT reports among them
  double ct_dlp_mgy_cm = 0;         ///< sum over those events, each counted once
};

/// `modalities`: of the harvest, e.g. {"CT"}; with the Toshiba option also "CT+toshiba".
[[nodiscard]] Truth truth_of(const StudyPlan& study, const std::set<std::string>& modalities);

}  // namespace harvester::simulation
