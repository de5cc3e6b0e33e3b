#include "study_maker.hpp"

namespace harvester::simulation {
namespace {

using Modalities = std::vector<std::string>;

void add_x_ray_report(StudyMaker& maker, Content content, const std::vector<XRayEventPlan>& events,
                      const Modalities& wanted_by) {
  auto& series = maker.add_series("SR", "Radiation Dose Information", 990);
  maker.add_instance(series, content, wanted_by).report.xray = events;
}

/// One image per event.
void add_x_ray_images(StudyMaker& maker, Content content, const std::string& modality,
                      const std::vector<XRayEventPlan>& events, const Modalities& wanted_by) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    auto& series = maker.add_series(modality, events[i].protocol, static_cast<int>(i) + 1);
    auto& image = maker.add_instance(series, content, wanted_by);
    image.report.xray = {events[i]};
    image.time += std::chrono::seconds(30 * static_cast<int>(i));
  }
}

void add_radiopharmaceutical_report(StudyMaker& maker, const RadiopharmaceuticalPlan& given,
                                    const std::string& modality) {
  auto& series = maker.add_series("SR", "Radiopharmaceutical Dose Report", 995);
  maker.add_instance(series, Content::radiopharmaceutical_rdsr, {modality}).report.administration = given;
}

void add_nuclear_images(StudyMaker& maker, Content content, const std::string& modality,
                        const RadiopharmaceuticalPlan& given, bool first_is_wanted) {
  auto& series = maker.add_images(content, modality, "Emission", 10);
  for (auto& instance : series.instances) instance.report.administration = given;
  if (first_is_wanted) series.instances.front().wanted_by = {modality};
}

void fill_mammography(StudyMaker& maker, bool report) {
  maker.study().description = "Mammography screening";
  maker.study().equipment = mammography_unit(maker.random());
  const auto events = make_mammography_events(maker);
  const Modalities mg = {"MG"};
  add_x_ray_images(maker, Content::mg_image, "MG", events, report ? Modalities{} : mg);
  if (report) add_x_ray_report(maker, Content::mammography_rdsr, events, mg);
}

void fill_mammography_with_findings(StudyMaker& maker) {
  fill_mammography(maker, false);
  maker.add_instance(maker.add_series("SR", "Radiology report", 600), Content::basic_text_sr);
  maker.add_instance(maker.add_series("SR", "CAD", 601), Content::enhanced_text_sr);
}

void fill_radiography(StudyMaker& maker, Scenario scenario) {
  const bool report = scenario == Scenario::dx_rdsr;
  const bool cr = scenario == Scenario::cr_images;
  const bool px = scenario == Scenario::px_images;
  const std::string modality = cr ? "CR" : px ? "PX" : "DX";
  maker.study().description = "Radiography";
  maker.study().equipment = radiography_unit(maker.random());
  const auto events = make_radiography_events(maker);
  const Modalities wanted = {modality};
  add_x_ray_images(maker,
                   cr   ? Content::cr_image
                   : px ? Content::px_image
                        : Content::dx_image,
                   modality, events, report ? Modalities{} : wanted);
  if (report) add_x_ray_report(maker, Content::projection_rdsr, events, wanted);
}

std::optional<Content> fluoroscopy_report(Scenario scenario) {
  if (scenario == Scenario::rf_rdsr) return Content::projection_rdsr;
  if (scenario == Scenario::rf_enhanced_sr) return Content::enhanced_text_sr;
  if (scenario == Scenario::xa_enhanced_rdsr) return Content::enhanced_rdsr;
  return std::nullopt;
}

void fill_fluoroscopy(StudyMaker& maker, Scenario scenario) {
  maker.study().description = "Coronary angiography";
  maker.study().equipment = fluoroscopy_unit();
  const auto events = make_fluoroscopy_events(maker);
  const bool rf = scenario == Scenario::rf_rdsr || scenario == Scenario::rf_enhanced_sr;
  const std::string modality = rf ? "RF" : "XA";
  maker.add_images(rf ? Content::rf_image : Content::xa_image, modality, "Run", 1);
  if (const auto report = fluoroscopy_report(scenario)) add_x_ray_report(maker, *report, events, {modality});
}

void fill_nuclear(StudyMaker& maker, bool report) {
  maker.study().description = "Bone scan";
  maker.study().equipment = gamma_camera();
  const auto given = make_administration(maker, false);
  add_nuclear_images(maker, Content::nm_image, "NM", given, !report);
  if (report) add_radiopharmaceutical_report(maker, given, "NM");
}

void fill_pet(StudyMaker& maker) {
  maker.study().description = "PET brain";
  maker.study().equipment = pet_ct_scanner();
  const auto given = make_administration(maker, true);
  add_nuclear_images(maker, Content::pet_image, "PT", given, true);
  add_nuclear_images(maker, Content::pet_image, "PT", given, true);
}

void fill_pet_ct(StudyMaker& maker) {
  maker.study().description = "PET/CT whole body";
  maker.study().equipment = pet_ct_scanner();
  const auto& protocol = ct_protocols()[6];
  const auto events = make_ct_events(maker, protocol);
  const auto given = make_administration(maker, true);
  maker.add_images(Content::ct_image, "CT", "CT WB 3.0", 2);
  add_nuclear_images(maker, Content::pet_image, "PT", given, true);
  auto& series = maker.add_series("SR", "Dose Report", 997);
  maker.add_instance(series, Content::ct_rdsr, {"CT"}).report.ct = events;
  add_radiopharmaceutical_report(maker, given, "PT");
}

}  // namespace

void fill_other(StudyMaker& maker, Scenario scenario) {
  switch (scenario) {
    case Scenario::mg_rdsr:
      return fill_mammography(maker, true);
    case Scenario::mg_images:
      return fill_mammography(maker, false);
    case Scenario::dx_rdsr:
    case Scenario::dx_images:
    case Scenario::cr_images:
    case Scenario::px_images:
      return fill_radiography(maker, scenario);
    case Scenario::rf_rdsr:
    case Scenario::rf_enhanced_sr:
    case Scenario::xa_enhanced_rdsr:
    case Scenario::xa_no_dose:
      return fill_fluoroscopy(maker, scenario);
    case Scenario::mg_findings:
      return fill_mammography_with_findings(maker);
    case Scenario::pet_images:
      return fill_pet(maker);
    case Scenario::nm_rdsr:
      return fill_nuclear(maker, true);
    case Scenario::nm_images:
      return fill_nuclear(maker, false);
    default:
      return fill_pet_ct(maker);
  }
}

}  // namespace harvester::simulation
