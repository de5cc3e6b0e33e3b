#include "study_maker.hpp"

namespace harvester::simulation {
namespace {

using Modalities = std::vector<std::string>;
const Modalities kNuclear = {"NM", "PT"};

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

void add_radiopharmaceutical_report(StudyMaker& maker, const RadiopharmaceuticalPlan& given) {
  auto& series = maker.add_series("SR", "Radiopharmaceutical Dose Report", 995);
  maker.add_instance(series, Content::radiopharmaceutical_rdsr, kNuclear).report.administration = given;
}

void add_nuclear_images(StudyMaker& maker, Content content, const std::string& modality,
                        const RadiopharmaceuticalPlan& given, bool first_is_wanted) {
  auto& series = maker.add_images(content, modality, "Emission", 10);
  for (auto& instance : series.instances) instance.report.administration = given;
  if (first_is_wanted) series.instances.front().wanted_by = kNuclear;
}

void fill_mammography(StudyMaker& maker, bool report) {
  maker.study().description = "Mammography screening";
  maker.study().equipment = mammography_unit(maker.random());
  const auto events = make_mammography_events(maker);
  const Modalities mg = {"MG"};
  add_x_ray_images(maker, Content::mg_image, "MG", events, report ? Modalities{} : mg);
  if (report) add_x_ray_report(maker, Content::mammography_rdsr, events, mg);
}

void fill_radiography(StudyMaker& maker, Scenario scenario) {
  const bool report = scenario == Scenario::dx_rdsr;
  const bool cr = scenario == Scenario::cr_images;
  maker.study().description = "Radiography";
  maker.study().equipment = radiography_unit(maker.random());
  const auto events = make_radiography_events(maker);
  const Modalities wanted = {"DX", "CR", "PX"};
  add_x_ray_images(maker, cr ? Content::cr_image : Content::dx_image, cr ? "CR" : "DX", events,
                   report ? Modalities{} : wanted);
  if (report) add_x_ray_report(maker, Content::projection_rdsr, events, wanted);
}

void fill_fluoroscopy(StudyMaker& maker, bool report) {
  maker.study().description = "Coronary angiography";
  maker.study().equipment = fluoroscopy_unit();
  const auto events = make_fluoroscopy_events(maker);
  maker.add_images(report ? Content::rf_image : Content::xa_image, report ? "RF" : "XA", "Run", 1);
  if (report) add_x_ray_report(maker, Content::projection_rdsr, events, {"RF", "XA"});
}

void fill_nuclear(StudyMaker& maker, bool report) {
  maker.study().description = "Bone scan";
  maker.study().equipment = gamma_camera();
  const auto given = make_administration(maker, false);
  add_nuclear_images(maker, Content::nm_image, "NM", given, !report);
  if (report) add_radiopharmaceutical_report(maker, given);
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
  add_radiopharmaceutical_report(maker, given);
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
      return fill_radiography(maker, scenario);
    case Scenario::rf_rdsr:
      return fill_fluoroscopy(maker, true);
    case Scenario::xa_no_dose:
      return fill_fluoroscopy(maker, false);
    case Scenario::nm_rdsr:
      return fill_nuclear(maker, true);
    case Scenario::nm_images:
      return fill_nuclear(maker, false);
    default:
      return fill_pet_ct(maker);
  }
}

}  // namespace harvester::simulation
