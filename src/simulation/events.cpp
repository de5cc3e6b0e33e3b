#include <cmath>

#include "codes.hpp"
#include "study_maker.hpp"

namespace harvester::simulation {
namespace {

double rounded(double value, double scale) { return std::round(value * scale) / scale; }

CtSourcePlan make_source(Random& random, const std::string& name, bool rotating) {
  static const std::vector<double> kVoltages = {80, 100, 120, 120, 140};
  CtSourcePlan source;
  source.name = name;
  source.kvp = random.pick(kVoltages);
  source.current_ma = random.value(40, 420, 0);
  source.max_current_ma = source.current_ma + random.value(0, 180, 0);
  source.seconds_per_rotation = rotating ? std::optional(random.value(0.25, 1.0)) : std::nullopt;
  return source;
}

CtEventPlan localiser(StudyMaker& maker, const CtProtocol& protocol) {
  auto& random = maker.random();
  CtEventPlan event;
  event.uid = maker.event_uid();
  event.protocol = "Topogram";
  event.region = protocol.region(maker.rt());
  event.acquisition_type = codes::constant_angle();
  event.started = maker.moment(10);
  event.scanning_length_mm = rounded(protocol.length_high_mm + 60, 1);
  event.exposure_time_s = random.value(2, 7);
  event.phantom = protocol.head ? codes::head_phantom() : codes::body_phantom();
  if (random.chance(0.5)) event.ctdi_vol_mgy = random.value(0.04, 0.14);
  if (event.ctdi_vol_mgy) event.dlp_mgy_cm = rounded(*event.ctdi_vol_mgy * event.scanning_length_mm / 10, 100);
  event.sources.push_back(make_source(random, "A", false));
  return event;
}

CtEventPlan monitoring(StudyMaker& maker, const CtProtocol& protocol) {
  auto& random = maker.random();
  auto event = localiser(maker, protocol);
  event.protocol = "Monitoring";
  event.acquisition_type = codes::stationary();
  event.started = maker.moment(60);
  event.scanning_length_mm = 10;
  event.ctdi_vol_mgy = random.value(1.2, 6);
  event.dlp_mgy_cm = *event.ctdi_vol_mgy;
  event.sources = {make_source(random, "A", true)};
  return event;
}

DoseCheckPlan make_dose_check(Random& random, const CtEventPlan& event) {
  DoseCheckPlan check;
  check.alert_ctdi_mgy = 1000;
  check.notification_dlp_mgy_cm = rounded(*event.dlp_mgy_cm * random.value(0.7, 1.3), 1);
  if (*check.notification_dlp_mgy_cm < *event.dlp_mgy_cm) {
    check.forward_dlp_mgy_cm = event.dlp_mgy_cm;
    check.reason = "Large patient";
    check.authorised_by = "Operator^Simulated";
  }
  return check;
}

CtEventPlan main_scan(StudyMaker& maker, const CtProtocol& protocol) {
  auto& random = maker.random();
  auto event = localiser(maker, protocol);
  event.protocol = protocol.name;
  event.started = maker.moment(90);
  event.scanning_length_mm = random.value(protocol.length_low_mm, protocol.length_high_mm, 0);
  const bool spiral = !protocol.head || random.chance(0.5);
  event.acquisition_type = spiral ? codes::spiral(maker.rt()) : codes::sequenced();
  if (spiral) event.pitch = random.value(0.5, 1.4);
  event.ctdi_vol_mgy = random.value(protocol.ctdi_low, protocol.ctdi_high);
  event.dlp_mgy_cm = rounded(*event.ctdi_vol_mgy * event.scanning_length_mm / 10, 100);
  event.sources = {make_source(random, "A", true)};
  if (maker.study().equipment.model == "SOMATOM Force" && random.chance(0.6)) {
    event.sources.push_back(make_source(random, "B", true));
  }
  if (random.chance(0.2)) event.dose_check = make_dose_check(random, event);
  return event;
}

XRayEventPlan x_ray_event(StudyMaker& maker, const Code& type, const Code& region, int seconds) {
  XRayEventPlan event;
  event.uid = maker.event_uid();
  event.started = maker.moment(seconds);
  event.type = type;
  event.region = region;
  event.kvp = maker.random().value(60, 110, 0);
  event.current_ma = maker.random().value(80, 400, 0);
  event.exposure_time_ms = maker.random().value(4, 60, 0);
  event.exposure_uas = rounded(event.current_ma * event.exposure_time_ms, 1);
  event.distance_source_detector_mm = 1100;
  return event;
}

}  // namespace

std::vector<CtEventPlan> make_ct_events(StudyMaker& maker, const CtProtocol& protocol) {
  std::vector<CtEventPlan> events = {localiser(maker, protocol)};
  if (protocol.contrast) events.push_back(monitoring(maker, protocol));
  events.push_back(main_scan(maker, protocol));
  if (maker.random().chance(0.25)) {
    events.push_back(main_scan(maker, protocol));
    events.back().protocol += " 2nd phase";
    events.back().started = maker.moment(150);
  }
  return events;
}

std::vector<XRayEventPlan> make_mammography_events(StudyMaker& maker) {
  std::vector<XRayEventPlan> events;
  const bool rt = maker.rt();
  for (int view = 0; view < 4; ++view) {
    auto event = x_ray_event(maker, codes::stationary_acquisition(), codes::breast(rt), 20 * view);
    const bool right = view % 2 == 0;
    const bool cranio_caudal = view < 2;
    event.laterality = right ? codes::right(rt) : codes::left(rt);
    event.view = cranio_caudal ? codes::cranio_caudal(rt) : codes::medio_lateral_oblique(rt);
    event.protocol = std::string(right ? "R" : "L") + (cranio_caudal ? "CC" : "MLO");
    event.kvp = maker.random().value(26, 32, 0);
    event.average_glandular_dose_mgy = maker.random().value(0.8, 2.6);
    event.compression_thickness_mm = maker.random().value(28, 82, 0);
    event.compression_force_n = maker.random().value(60, 180, 0);
    event.half_value_layer_mm = maker.random().value(0.3, 0.6);
    event.distance_source_detector_mm = 660;
    events.push_back(std::move(event));
  }
  return events;
}

std::vector<XRayEventPlan> make_radiography_events(StudyMaker& maker) {
  std::vector<XRayEventPlan> events;
  const bool chest = maker.random().chance(0.6);
  for (int view = 0; view < 2; ++view) {
    const auto region = chest ? codes::chest(maker.rt()) : codes::hand(maker.rt());
    auto event = x_ray_event(maker, codes::stationary_acquisition(), region, 30 * view);
    event.protocol = std::string(chest ? "Chest" : "Hand") + (view == 0 ? " PA" : " LAT");
    event.dap_gy_m2 = maker.random().value(2e-6, chest ? 3e-5 : 4e-6, 8);
    events.push_back(std::move(event));
  }
  return events;
}

std::vector<XRayEventPlan> make_fluoroscopy_events(StudyMaker& maker) {
  std::vector<XRayEventPlan> events;
  auto& random = maker.random();
  const int count = random.between(4, 12);
  for (int i = 0; i < count; ++i) {
    const bool screening = i % 3 != 2;
    const auto type = screening ? codes::fluoroscopy(maker.rt()) : codes::stationary_acquisition();
    auto event = x_ray_event(maker, type, codes::heart(maker.rt()), 40 * i);
    event.protocol = screening ? "Fluoro Low" : "Cardiac 15 fps";
    event.pulses = random.between(10, 90);
    event.pulse_rate = screening ? 7.5 : 15.0;
    event.exposure_time_ms = 8.0 * event.pulses;
    event.dap_gy_m2 = random.value(1e-5, 3e-4, 7);
    event.dose_rp_gy = random.value(0.0005, 0.02, 5);
    event.primary_angle_deg = random.value(-40, 40, 1);
    event.secondary_angle_deg = random.value(-30, 30, 1);
    events.push_back(std::move(event));
  }
  return events;
}

RadiopharmaceuticalPlan make_administration(StudyMaker& maker, bool pet) {
  RadiopharmaceuticalPlan plan;
  plan.uid = maker.event_uid();
  plan.agent = pet ? Code{"35321007", "SCT", "Fluorodeoxyglucose F^18^"}
                   : Code{"373678007", "SCT", "Technetium Tc^99m^ medronate"};
  plan.radionuclide = pet ? Code{"77004003", "SCT", "^18^Fluorine"} : Code{"72454008", "SCT", "^99m^Technetium"};
  plan.half_life_s = pet ? 6586.2 : 21624.12;
  plan.started = maker.moment(-3600);
  plan.stopped = maker.moment(-3590);
  plan.administered_mbq = maker.random().value(pet ? 180 : 500, pet ? 320 : 720, 1);
  plan.route = {"47625008", "SCT", "Intravenous route"};
  return plan;
}

}  // namespace harvester::simulation
