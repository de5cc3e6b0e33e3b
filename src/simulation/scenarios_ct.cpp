#include "study_maker.hpp"

namespace harvester::simulation {
namespace {

using Modalities = std::vector<std::string>;
const Modalities kCt = {"CT"};
const Modalities kUnlessToshiba = {"CT-toshiba"};

void add_report(StudyMaker& maker, SeriesPlan& series, Content content, const std::vector<CtEventPlan>& events,
                const Modalities& wanted_by) {
  maker.add_instance(series, content, wanted_by).report.ct = events;
}

void add_dose_series(StudyMaker& maker, Content content, const std::vector<CtEventPlan>& events) {
  add_report(maker, maker.add_series("SR", "Dose Report", 997), content, events, kCt);
}

void add_findings(StudyMaker& maker, Content content = Content::basic_text_sr) {
  auto& series = maker.add_series("SR", "Radiology report", 600);
  maker.add_instance(series, content).report.text = "No acute abnormality.";
}

void add_mixed_series(StudyMaker& maker, const std::vector<CtEventPlan>& events) {
  auto& series = maker.add_series("SR", "Reports", 999);
  maker.add_instance(series, Content::basic_text_sr);
  add_report(maker, series, Content::ct_rdsr, events, kCt);
  maker.add_instance(series, Content::comprehensive_sr);
}

/// A report after the first event, one after the second, one after the third.
void add_cumulative_reports(StudyMaker& maker, std::vector<CtEventPlan> events, const CtProtocol& protocol) {
  while (events.size() < 3) events.push_back(make_ct_events(maker, protocol).back());
  events.resize(3);
  for (std::size_t count = 1; count <= 3; ++count) {
    const std::vector<CtEventPlan> so_far(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(count));
    auto& series = maker.add_series("SR", "Dose Report", 500 + static_cast<int>(count));
    add_report(maker, series, Content::ct_rdsr, so_far, kCt);
    series.instances.back().time += std::chrono::minutes(count);
  }
}

/// A full report, and a newer one that a device wrote without having seen the events.
void add_newer_empty_report(StudyMaker& maker, const std::vector<CtEventPlan>& events) {
  add_dose_series(maker, Content::ct_rdsr, events);
  auto& series = maker.add_series("SR", "Dose Report", 998);
  add_report(maker, series, Content::ct_rdsr, {}, kCt);
  series.instances.back().time += std::chrono::minutes(10);
}

void add_dose_info(StudyMaker& maker, const std::vector<CtEventPlan>& events) {
  std::vector<CtEventPlan> irradiating;
  for (const auto& event : events) {
    if (event.dlp_mgy_cm) irradiating.push_back(event);
  }
  add_report(maker, maker.add_series("CT", "Dose Info", 0), Content::philips_dose_info, irradiating, kCt);
}

/// Without a report the Toshiba option takes the first image of each series.
void want_first_images(StudyMaker& maker) {
  for (auto& series : maker.study().series)
    if (series.modality == "CT") series.instances.front().wanted_by = {"CT+toshiba"};
}

void add_dose_screen(StudyMaker& maker) {
  want_first_images(maker);
  auto& screens = maker.add_series("CT", "Exposure summary", 900);
  maker.add_instance(screens, Content::dose_screen, {"CT+toshiba"});
}

/// Nothing is described: what is small, and no CT image by its class, may be the dose info.
void forget_descriptions(StudyMaker& maker) {
  want_first_images(maker);
  maker.study().series.back().instances.front().wanted_by.emplace_back("CT-toshiba");
  for (auto& series : maker.study().series) series.description.clear();
}

EquipmentPlan scanner_for(StudyMaker& maker, Scenario scenario) {
  switch (scenario) {
    case Scenario::ct_enhanced_sr:
      return ge_scanner_of_old();
    case Scenario::ct_philips_dose_info:
      return philips_scanner();
    case Scenario::ct_dose_screen:
    case Scenario::ct_no_dose:
      return toshiba_scanner();
    default:
      return maker.random().pick(ct_scanners());
  }
}

void add_image_series(StudyMaker& maker, const CtProtocol& protocol, const std::vector<CtEventPlan>& events) {
  maker.add_images(Content::ct_image, "CT", "Topogram", 1);
  auto& series = maker.add_images(Content::ct_image, "CT", protocol.name + " 1.0", 2);
  series.protocol = protocol.name;
  for (auto& instance : series.instances) instance.report.ct = {events.back()};
}

void add_dose_objects(StudyMaker& maker, Scenario scenario, const CtProtocol& protocol,
                      const std::vector<CtEventPlan>& events) {
  switch (scenario) {
    case Scenario::ct_enhanced_sr:
      return add_dose_series(maker, Content::ct_enhanced_sr, events);
    case Scenario::ct_mixed_sr_series:
      return add_mixed_series(maker, events);
    case Scenario::ct_cumulative:
      return add_cumulative_reports(maker, events, protocol);
    case Scenario::ct_newest_empty:
      return add_newer_empty_report(maker, events);
    case Scenario::ct_philips_dose_info:
      return add_dose_info(maker, events);
    case Scenario::ct_dose_screen:
      return add_dose_screen(maker);
    case Scenario::ct_no_dose:
      return want_first_images(maker);
    case Scenario::ct_findings_only:
      want_first_images(maker);
      return add_findings(maker, Content::comprehensive_sr);
    case Scenario::ct_sr_under_ct:
    case Scenario::ct_sr_under_ot:
      add_dose_series(maker, Content::ct_rdsr, events);
      maker.study().series.back().modality = scenario == Scenario::ct_sr_under_ct ? "CT" : "OT";
      return;
    case Scenario::ct_undescribed:
      add_dose_info(maker, events);
      return forget_descriptions(maker);
    case Scenario::ct_patient_dose:
      want_first_images(maker);
      add_dose_series(maker, Content::patient_dose_sr, events);
      maker.study().series.back().instances.front().wanted_by = kUnlessToshiba;
      return;
    case Scenario::ct_broken_sr:
      return add_dose_series(maker, Content::broken_sr, {});
    case Scenario::ct_rdsr_and_findings:
      add_findings(maker);
      break;
    default:
      break;
  }
  add_dose_series(maker, Content::ct_rdsr, events);
  if (scenario == Scenario::ct_repeated) {
    add_report(maker, maker.study().series.back(), Content::ct_rdsr, events, kCt);
  }
}

}  // namespace

void fill_ct(StudyMaker& maker, Scenario scenario) {
  const auto& protocol = maker.random().pick(ct_protocols());
  maker.study().description = protocol.description;
  maker.study().requested_procedure = protocol.description;
  maker.study().equipment = scanner_for(maker, scenario);
  const auto events = make_ct_events(maker, protocol);
  if (scenario == Scenario::sr_only_findings) return add_findings(maker);
  if (scenario == Scenario::sr_only) {
    auto& series = maker.add_series("SR", "Dose Report", 997);
    return add_report(maker, series, Content::ct_rdsr, events, {"SR"});
  }
  add_image_series(maker, protocol, events);
  add_dose_objects(maker, scenario, protocol, events);
}

}  // namespace harvester::simulation
