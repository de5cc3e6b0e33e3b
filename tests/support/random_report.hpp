#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harvester/core/dose_fields.hpp"
#include "support/sr_builder.hpp"

/// Dose reports with any part of what the templates of PS3.16 allow, and what must come out of them. The concepts stand
/// here as the standard has them, apart from those of the extractors.
namespace harvester::tests {

/// A report and its dose as it was made up.
struct MadeUp {
  sr::Report report;
  std::vector<CtAccumulated> ct_accumulated;
  std::vector<CtEvent> ct_events;
  std::vector<XrayAccumulated> xray_accumulated;
  std::vector<XrayEvent> xray_events;
  std::vector<NmEvent> nm_events;
  std::optional<PatientCharacteristics> patient_characteristics;
};

/// Where a field of a record stands in a report.
struct Slot {
  const char* code;
  const char* scheme;
  const char* meaning;
  const char* where = "";  ///< name of a container, or the code of the item that it is a modifier of
  const char* unit = "";   ///< other than that of the field
};

using Slots = std::map<std::string_view, Slot>;
using Items = std::map<std::string, std::vector<sr::Node>>;  ///< by container

class ReportMaker {
 public:
  explicit ReportMaker(unsigned seed) : random_(seed) {}

  MadeUp ct();
  MadeUp projection(bool mammography);
  MadeUp nuclear();

  /// A further event of a projection X-ray report.
  sr::Node projection_event() {
    std::vector<sr::Node> content;
    (void)xray_event(content, false);
    return sr::container(sr::dcm("113706", "Irradiation Event X-Ray Data"), std::move(content));
  }

 private:
  bool chance(int percent) { return std::uniform_int_distribution<int>(1, 100)(random_) <= percent; }
  int between(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

  // Up to six digits, so that text and number are the same.
  std::string number() { return fmt::format("{}", between(1, 999999) / std::pow(10.0, between(0, 4))); }
  std::string date_time() {
    return fmt::format("2024{:02}{:02}{:02}{:02}{:02}", between(1, 12), between(1, 28), between(0, 23), between(0, 59),
                       between(0, 59));
  }
  static std::string iso(const std::string& dt) {
    return fmt::format("{}-{}-{}T{}:{}:{}", dt.substr(0, 4), dt.substr(4, 2), dt.substr(6, 2), dt.substr(8, 2),
                       dt.substr(10, 2), dt.substr(12, 2));
  }
  std::string word() {
    static const std::vector<std::string> kWords{"Thorax", "Schädel", "頭部", "a, b; c", "=1+1", "<b>", "Ω", "-"};
    return kWords[static_cast<std::size_t>(between(0, static_cast<int>(kWords.size()) - 1))] +
           std::to_string(between(1, 99));
  }
  std::string uid() { return fmt::format("1.2.{}.{}", ++uids_, between(1, 99999)); }

  // One item for a field, and its value in the record.
  sr::Node item(const Slot& slot, const char* field, const char* unit, MaybeNumber& value) {
    (void)field;
    const auto text = number();
    value = std::stod(text);
    return sr::num(name(slot), text, *slot.unit != '\0' ? slot.unit : unit);
  }
  sr::Node item(const Slot& slot, const char*, const char*, MaybeCount& value) {
    value = between(1, 500);
    return sr::num(name(slot), std::to_string(*value), "1");
  }
  sr::Node item(const Slot& slot, const char*, const char*, MaybeCode& value) {
    value = Code{"C-" + std::to_string(between(100, 999)), chance(50) ? "SRT" : "99MADEUP", word()};
    return sr::code(name(slot), {value->value, value->scheme, value->meaning});
  }
  sr::Node item(const Slot& slot, const char*, const char*, MaybeFlag& value) {
    value = chance(50);
    return sr::code(name(slot), *value ? sr::Coded{"R-0038D", "SRT", "Yes"} : sr::Coded{"R-00339", "SRT", "No"});
  }
  sr::Node item(const Slot& slot, const char* field, const char*, MaybeText& value) {
    const std::string_view which(field);
    if (which.ends_with("uid")) {
      value = uid();
      return sr::uid(name(slot), *value);
    }
    if (which.starts_with("date_time") || which.ends_with("datetime") || which == "calibration_date") {
      const auto text = date_time();
      value = iso(text);
      return sr::datetime(name(slot), text);
    }
    value = word();
    return sr::text(name(slot), *value);
  }

  static sr::Coded name(const Slot& slot) { return {slot.code, slot.scheme, slot.meaning}; }

  static sr::Node* parent_of(Items& items, std::string_view code) {
    for (auto& [where, nodes] : items)
      for (auto& node : nodes)
        if (node.name.value == code) return &node;
    return nullptr;
  }

  /// Gives each field that has a slot a value, or not. A modifier is there only where its item is.
  template <class Record>
  void fill(Record& record, const Slots& slots, Items& items, int percent = 60) {
    fields(record, [&](const char* field, auto& member, const char* unit) {
      const auto slot = slots.find(field);
      if (slot == slots.end() || !chance(percent)) return;
      const std::string where = slot->second.where;
      const bool modifier = !where.empty() && !std::islower(static_cast<unsigned char>(where[0]));
      auto* parent = modifier ? parent_of(items, where) : nullptr;
      if (modifier && parent == nullptr) return;
      auto node = item(slot->second, field, unit, member);
      if (modifier)
        parent->children.push_back(std::move(node));
      else
        items[where].push_back(std::move(node));
    });
  }

  void shuffle(std::vector<sr::Node>& nodes) { std::shuffle(nodes.begin(), nodes.end(), random_); }

  /// The items without container, and one container for each of those that have something in it.
  std::vector<sr::Node> assembled(Items items, const std::map<std::string, sr::Coded>& containers) {
    auto content = std::move(items[""]);
    for (const auto& [where, name] : containers)
      if (!items[where].empty()) content.push_back(sr::container(name, std::move(items[where])));
    shuffle(content);
    return content;
  }

  CtEvent ct_event(std::vector<sr::Node>& content);
  XrayEvent xray_event(std::vector<sr::Node>& content, bool mammography);
  NmEvent nm_event(std::vector<sr::Node>& content);
  XrayAccumulated plane(std::vector<sr::Node>& content);

  std::mt19937 random_;
  int uids_ = 0;
};

// ── projection X-ray and mammography: TID 10001 to 10007 ────────────────────────────────────────────────────────────

inline XrayEvent ReportMaker::xray_event(std::vector<sr::Node>& content, bool mammography) {
  static const Slots kEvent{
      {"irradiation_event_label", {"113605", "DCM", "Irradiation Event Label"}},
      {"date_time_started", {"111526", "DCM", "DateTime Started"}},
      {"irradiation_event_type", {"113721", "DCM", "Irradiation Event Type"}},
      {"acquisition_plane", {"113764", "DCM", "Acquisition Plane"}},
      {"acquisition_protocol", {"125203", "DCM", "Acquisition Protocol"}},
      {"anatomical_structure", {"T-D0005", "SRT", "Anatomical structure"}},
      {"laterality", {"G-C171", "SRT", "Laterality", "T-D0005"}},
      {"image_view", {"111031", "DCM", "Image View"}},
      {"image_view_modifier", {"111032", "DCM", "Image View Modifier", "111031"}},
      {"projection_eponymous_name", {"113946", "DCM", "Projection Eponymous Name", "111031"}},
      {"procedure_context", {"G-C32C", "SRT", "Procedure Context"}},
      {"patient_table_relationship", {"113745", "DCM", "Patient Table Relationship"}},
      {"patient_orientation", {"113743", "DCM", "Patient Orientation"}},
      {"patient_orientation_modifier", {"113744", "DCM", "Patient Orientation Modifier", "113743"}},
      {"comment", {"121106", "DCM", "Comment"}},
      {"dose_area_product", {"122130", "DCM", "Dose Area Product"}},
      {"dose_rp", {"113738", "DCM", "Dose (RP)"}},
      {"reference_point_definition", {"113780", "DCM", "Reference Point Definition"}},
      {"half_value_layer", {"111634", "DCM", "Half Value Layer"}},
      {"entrance_exposure_at_rp", {"111636", "DCM", "Entrance Exposure at RP"}},
      {"exposure_index", {"113845", "DCM", "Exposure Index", "", "1"}},
      {"target_exposure_index", {"113846", "DCM", "Target Exposure Index", "", "1"}},
      {"deviation_index", {"113847", "DCM", "Deviation Index", "", "1"}},
      {"fluoro_mode", {"113732", "DCM", "Fluoro Mode"}},
      {"pulse_rate", {"113791", "DCM", "Pulse Rate"}},
      {"number_of_pulses", {"113768", "DCM", "Number of Pulses"}},
      {"irradiation_duration", {"113742", "DCM", "Irradiation Duration"}},
      {"kvp", {"113733", "DCM", "KVP"}},
      {"average_xray_tube_current", {"113767", "DCM", "Average X-Ray Tube Current"}},
      {"xray_tube_current", {"113734", "DCM", "X-Ray Tube Current"}},
      {"exposure_time", {"113735", "DCM", "Exposure Time"}},
      {"pulse_width", {"113793", "DCM", "Pulse Width"}},
      {"exposure_uas", {"113736", "DCM", "Exposure"}},
      {"focal_spot_size", {"113766", "DCM", "Focal Spot Size"}},
      {"anode_target_material", {"111632", "DCM", "Anode Target Material"}},
      {"collimated_field_area", {"113790", "DCM", "Collimated Field Area"}},
      {"collimated_field_height", {"113788", "DCM", "Collimated Field Height"}},
      {"collimated_field_width", {"113789", "DCM", "Collimated Field Width"}},
      {"crdr_mechanical_configuration", {"113956", "DCM", "CR/DR Mechanical Configuration"}},
      {"positioner_primary_angle", {"112011", "DCM", "Positioner Primary Angle"}},
      {"positioner_secondary_angle", {"112012", "DCM", "Positioner Secondary Angle"}},
      {"positioner_primary_end_angle", {"113739", "DCM", "Positioner Primary End Angle"}},
      {"positioner_secondary_end_angle", {"113740", "DCM", "Positioner Secondary End Angle"}},
      {"column_angulation", {"113770", "DCM", "Column Angulation"}},
      {"table_head_tilt_angle", {"113754", "DCM", "Table Head Tilt Angle"}},
      {"table_horizontal_rotation_angle", {"113755", "DCM", "Table Horizontal Rotation Angle"}},
      {"table_cradle_tilt_angle", {"113756", "DCM", "Table Cradle Tilt Angle"}},
      {"table_longitudinal_position", {"113751", "DCM", "Table Longitudinal Position"}},
      {"table_lateral_position", {"113752", "DCM", "Table Lateral Position"}},
      {"table_height_position", {"113753", "DCM", "Table Height Position"}},
      {"table_longitudinal_end_position", {"113759", "DCM", "Table Longitudinal End Position"}},
      {"table_lateral_end_position", {"113760", "DCM", "Table Lateral End Position"}},
      {"table_height_end_position", {"113761", "DCM", "Table Height End Position"}},
      {"distance_source_to_detector", {"113750", "DCM", "Distance Source to Detector"}},
      {"distance_source_to_isocenter", {"113748", "DCM", "Distance Source to Isocenter"}},
      {"distance_source_to_reference_point", {"113737", "DCM", "Distance Source to Reference Point"}},
      {"distance_source_to_table_plane", {"113792", "DCM", "Distance Source to Table Plane"}}};
  static const Slots kBreast{{"average_glandular_dose", {"111631", "DCM", "Average Glandular Dose"}},
                             {"compression_thickness", {"111633", "DCM", "Compression Thickness"}},
                             {"compression_force", {"111647", "DCM", "Compression Force", "", "N"}},
                             {"compression_pressure", {"111648", "DCM", "Compression Pressure"}},
                             {"compression_contact_area", {"111649", "DCM", "Compression Contact Area"}}};
  static const Slots kFilter{{"xray_filter_type", {"113772", "DCM", "X-Ray Filter Type"}},
                             {"xray_filter_material", {"113757", "DCM", "X-Ray Filter Material"}}};
  XrayEvent event;
  Items items;
  fill(event, kEvent, items);
  if (mammography) fill(event, kBreast, items);
  items[""].push_back(item({"113769", "DCM", "Irradiation Event UID"}, "uid", "", event.irradiation_event_uid));
  for (int n = between(0, 2); n > 0; --n) {
    auto& filter = event.filters.emplace_back();
    Items own;
    fill(filter, kFilter, own);
    own[""].push_back(
        item({"113758", "DCM", "X-Ray Filter Thickness Minimum"}, "", "mm", filter.xray_filter_thickness_minimum));
    own[""].push_back(
        item({"113773", "DCM", "X-Ray Filter Thickness Maximum"}, "", "mm", filter.xray_filter_thickness_maximum));
    if (filter.xray_filter_thickness_minimum > filter.xray_filter_thickness_maximum)
      std::swap(filter.xray_filter_thickness_minimum, filter.xray_filter_thickness_maximum);
    items["filters"].push_back(sr::container(sr::dcm("113771", "X-Ray Filters"), assembled(own, {})));
  }
  // What an event does not say follows from what it does (import-rules: means and products).
  if (!event.average_xray_tube_current) event.average_xray_tube_current = event.xray_tube_current;
  if (!event.exposure_time && event.pulse_width && event.number_of_pulses)
    event.exposure_time = *event.pulse_width * static_cast<double>(*event.number_of_pulses);
  auto filters = std::move(items["filters"]);  // their order is that of the event's filters
  content = assembled(items, {});
  for (auto& filter : filters) content.push_back(std::move(filter));
  return event;
}

inline XrayAccumulated ReportMaker::plane(std::vector<sr::Node>& content) {
  static const Slots kTotals{
      {"acquisition_plane", {"113764", "DCM", "Acquisition Plane"}},
      {"dose_area_product_total", {"113722", "DCM", "Dose Area Product Total"}},
      {"fluoro_dose_area_product_total", {"113726", "DCM", "Fluoro Dose Area Product Total"}},
      {"acquisition_dose_area_product_total", {"113727", "DCM", "Acquisition Dose Area Product Total"}},
      {"dose_rp_total", {"113725", "DCM", "Dose (RP) Total"}},
      {"fluoro_dose_rp_total", {"113728", "DCM", "Fluoro Dose (RP) Total"}},
      {"acquisition_dose_rp_total", {"113729", "DCM", "Acquisition Dose (RP) Total"}},
      {"total_fluoro_time", {"113730", "DCM", "Total Fluoro Time"}},
      {"total_acquisition_time", {"113855", "DCM", "Total Acquisition Time"}},
      {"total_number_of_radiographic_frames", {"113731", "DCM", "Total Number of Radiographic Frames"}},
      {"reference_point_definition", {"113780", "DCM", "Reference Point Definition"}},
      {"distance_source_to_reference_point", {"113737", "DCM", "Distance Source to Reference Point"}},
      {"detector_type", {"113947", "DCM", "Detector Type"}},
      {"comment", {"121106", "DCM", "Comment"}}};
  static const Slots kCalibration{{"dose_measurement_device", {"113794", "DCM", "Dose Measurement Device"}},
                                  {"calibration_date", {"113723", "DCM", "Calibration DateTime"}},
                                  {"calibration_factor", {"122322", "DCM", "Calibration Factor", "", "1"}},
                                  {"calibration_uncertainty", {"113763", "DCM", "Calibration Uncertainty"}},
                                  {"calibration_responsible_party", {"113724", "DCM", "Calibration Responsible Party"}},
                                  {"calibration_protocol", {"113720", "DCM", "Calibration Protocol"}}};
  XrayAccumulated row;
  Items items;
  fill(row, kTotals, items);
  for (int n = between(0, 2); n > 0; --n) {
    Items own;
    fill(row.calibrations.emplace_back(), kCalibration, own, 90);
    items["calibrations"].push_back(sr::container(sr::dcm("122505", "Calibration"), assembled(own, {})));
  }
  auto calibrations = std::move(items["calibrations"]);
  content = assembled(items, {});
  for (auto& calibration : calibrations) content.push_back(std::move(calibration));
  return row;
}

inline MadeUp ReportMaker::projection(bool mammography) {
  MadeUp made;
  made.report = sr::ct_report();
  made.report.set(DCM_SpecificCharacterSet, "ISO_IR 192");
  made.report.template_identifier = "10001";
  made.report.content[0] =
      sr::code(sr::dcm("121058", "Procedure reported"),
               mammography ? sr::Coded{"P5-40010", "SRT", "Mammography"} : sr::dcm("113704", "Projection X-Ray"),
               {sr::code({"G-C0E8", "SRT", "Has Intent"}, {"R-408C3", "SRT", "Diagnostic Intent"})});
  std::vector<sr::Node> content;
  auto row = plane(content);
  if (mammography)
    for (const auto& [code, side] : {std::pair{"T-04030", "Left breast"}, {"T-04020", "Right breast"}}) {
      auto& breast = made.xray_accumulated.emplace_back(row);
      auto node = item({"111637", "DCM", "Accumulated Average Glandular Dose"}, "", "mGy",
                       breast.accumulated_average_glandular_dose);
      breast.laterality = Code{code, "SRT", side};
      node.children.push_back(sr::code({"G-C171", "SRT", "Laterality"}, {code, "SRT", side}));
      content.push_back(std::move(node));
    }
  else
    made.xray_accumulated.push_back(row);
  made.report.add(sr::container(sr::dcm("113702", "Accumulated X-Ray Dose Data"), std::move(content)));
  for (int n = between(1, 4); n > 0; --n) {
    std::vector<sr::Node> own;
    made.xray_events.push_back(xray_event(own, mammography));
    made.report.add(sr::container(sr::dcm("113706", "Irradiation Event X-Ray Data"), std::move(own)));
  }
  return made;
}

// ── nuclear medicine: TID 10021 to 10024 ────────────────────────────────────────────────────────────────────────────

inline NmEvent ReportMaker::nm_event(std::vector<sr::Node>& content) {
  static const Slots kEvent{
      {"radiopharmaceutical_agent", {"349358000", "SCT", "Radiopharmaceutical agent"}},
      {"radionuclide", {"89457008", "SCT", "Radionuclide", "349358000"}},
      {"radionuclide_half_life", {"304283002", "SCT", "Radionuclide Half Life", "349358000"}},
      {"radiopharmaceutical_specific_activity",
       {"123007", "DCM", "Radiopharmaceutical Specific Activity", "349358000"}},
      {"radiopharmaceutical_start_datetime", {"123003", "DCM", "Radiopharmaceutical Start DateTime"}},
      {"radiopharmaceutical_stop_datetime", {"123004", "DCM", "Radiopharmaceutical Stop DateTime"}},
      {"administered_activity", {"113507", "DCM", "Administered activity"}},
      {"radiopharmaceutical_volume", {"123005", "DCM", "Radiopharmaceutical Volume"}},
      {"pre_administration_measured_activity", {"113508", "DCM", "Pre-Administration Measured Activity"}},
      {"pre_activity_measurement_device", {"113540", "DCM", "Activity Measurement Device", "113508"}},
      {"post_administration_measured_activity", {"113509", "DCM", "Post-Administration Measured Activity"}},
      {"post_activity_measurement_device", {"113540", "DCM", "Activity Measurement Device", "113509"}},
      {"estimated_extravasation_activity", {"113506", "DCM", "Estimated Extravasation Activity"}},
      {"intravenous_extravasation_symptoms", {"113505", "DCM", "Intravenous Extravasation Symptoms"}},
      {"effective_dose", {"113839", "DCM", "Effective Dose"}},
      {"route_of_administration", {"410675002", "SCT", "Route of administration"}},
      {"site_of", {"272737002", "SCT", "Site of", "410675002"}},
      {"drug_product_identifier", {"113510", "DCM", "Drug Product Identifier"}},
      {"brand_name", {"111529", "DCM", "Brand Name"}},
      {"radiopharmaceutical_dispense_unit_identifier",
       {"113511", "DCM", "Radiopharmaceutical Dispense Unit Identifier"}},
      {"radiopharmaceutical_lot_identifier", {"113512", "DCM", "Radiopharmaceutical Lot Identifier"}},
      {"reagent_vial_identifier", {"113513", "DCM", "Reagent Vial Identifier"}},
      {"prescription_identifier", {"113516", "DCM", "Prescription Identifier"}},
      {"comment", {"121106", "DCM", "Comment"}}};
  static const Slots kOrgan{{"finding_site", {"363698007", "SCT", "Finding Site"}},
                            {"laterality", {"272741003", "SCT", "Laterality", "363698007"}},
                            {"organ_dose", {"113518", "DCM", "Organ Dose"}},
                            {"measurement_method", {"370129005", "SCT", "Measurement Method", "113518"}}};
  NmEvent event;
  Items items;
  fill(event, kEvent, items);
  items[""].push_back(item({"113503", "DCM", "Radiopharmaceutical Administration Event UID"}, "uid", "",
                           event.radiopharmaceutical_administration_event_uid));
  for (int n = between(0, 3); n > 0; --n) {
    Items own;
    fill(event.organ_doses.emplace_back(), kOrgan, own);
    items["organs"].push_back(sr::container(sr::dcm("113517", "Organ Dose Information"), assembled(own, {})));
  }
  auto organs = std::move(items["organs"]);
  content = assembled(items, {});
  for (auto& organ : organs) content.push_back(std::move(organ));
  return event;
}

inline MadeUp ReportMaker::nuclear() {
  static const Slots kPatient{{"subject_age", {"121033", "DCM", "Subject Age", "", "a"}},
                              {"subject_sex", {"121032", "DCM", "Subject Sex"}},
                              {"patient_height", {"8302-2", "LN", "Patient Height"}},
                              {"patient_weight", {"29463-7", "LN", "Patient Weight"}},
                              {"body_surface_area", {"8277-6", "LN", "Body Surface Area"}},
                              {"body_surface_area_formula", {"8278-4", "LN", "Body Surface Area Formula", "8277-6"}},
                              {"glucose", {"14749-6", "LN", "Glucose"}},
                              {"fasting_duration", {"113550", "DCM", "Fasting Duration"}},
                              {"hydration_volume", {"113551", "DCM", "Hydration Volume"}},
                              {"recent_physical_activity", {"113552", "DCM", "Recent Physical Activity"}},
                              {"serum_creatinine", {"2160-0", "LN", "Serum Creatinine"}},
                              {"patient_state", {"109054", "DCM", "Patient State"}}};
  MadeUp made;
  made.report = sr::ct_report();
  made.report.set(DCM_SpecificCharacterSet, "ISO_IR 192");
  made.report.set(DCM_SOPClassUID, UID_RadiopharmaceuticalRadiationDoseSRStorage);
  made.report.root = sr::dcm("113500", "Radiopharmaceutical Radiation Dose Report");
  made.report.template_identifier = "10021";
  made.report.content[0] =
      sr::code(sr::dcm("121058", "Procedure reported"), {"P0-0009D", "SRT", "PET study"},
               {sr::code({"G-C0E8", "SRT", "Has Intent"}, {"R-408C3", "SRT", "Diagnostic Intent"})});
  for (int n = between(1, 2); n > 0; --n) {
    std::vector<sr::Node> content;
    made.nm_events.push_back(nm_event(content));
    made.report.add(sr::container(sr::dcm("113502", "Radiopharmaceutical Administration"), std::move(content)));
  }
  if (!chance(60)) return made;
  Items items;
  fill(made.patient_characteristics.emplace(), kPatient, items);
  made.report.add(sr::container(sr::dcm("121118", "Patient Characteristics"), assembled(items, {})));
  return made;
}

}  // namespace harvester::tests

#include "support/random_ct_report.hpp"  // the members for CT
