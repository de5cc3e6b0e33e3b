#include "catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "codes.hpp"

namespace harvester::simulation {
namespace {

EquipmentPlan device(std::string manufacturer, std::string model, std::string station, int number, bool rt) {
  EquipmentPlan plan;
  plan.manufacturer = std::move(manufacturer);
  plan.model = std::move(model);
  plan.station = std::move(station);
  plan.serial = std::to_string(70000 + number * 131);
  plan.software = fmt::format("VB{}0A", number % 7 + 1);
  plan.device_uid = fmt::format("2.999.9.{}", number);
  plan.snomed_rt = rt;
  return plan;
}

struct Name {
  const char* text;
  const char* sex;
};

const std::vector<Name>& names_of(Script script) {
  static const std::vector<Name> kLatin = {{"Müller^Änne", "F"},   {"Ångström^Björn", "M"}, {"García^José", "M"},
                                           {"Lefèvre^Zoé", "F"},   {"Smith^Alex", "O"},     {"Jones^Mary^Anne^Dr", "F"},
                                           {"O'Brien^Conor", "M"}, {"Weiß^Jörg", "M"}};
  static const std::vector<Name> kJapanese = {{"Yamada^Tarou=山田^太郎=やまだ^たろう", "M"},
                                              {"Suzuki^Hanako=鈴木^花子=すずき^はなこ", "F"}};
  static const std::vector<Name> kArabic = {{"قباني^لنزار", "M"}, {"حسن^ليلى", "F"}};
  if (script == Script::japanese_iso2022 || script == Script::japanese_utf8) return kJapanese;
  return script == Script::arabic_8859 || script == Script::arabic_utf8 ? kArabic : kLatin;
}

std::string charset_of(Script script) {
  switch (script) {
    case Script::japanese_iso2022:
      return "\\ISO 2022 IR 87";
    case Script::japanese_utf8:
    case Script::arabic_utf8:
      return "ISO_IR 192";
    case Script::arabic_8859:
      return "ISO_IR 127";
    case Script::undeclared_latin:
      return "";
    case Script::latin:
      break;
  }
  return "ISO_IR 100";
}

}  // namespace

const std::vector<CtProtocol>& ct_protocols() {
  static const std::vector<CtProtocol> kProtocols = {
      {"CT Head", "Head Routine", codes::head, 42, 62, 140, 190, true, false},
      {"CT Head trauma", "Head Trauma", codes::head, 45, 60, 150, 210, true, false},
      {"CT Chest", "Thorax Routine", codes::chest, 4, 12, 300, 400, false, false},
      {"CT Chest low dose", "Lung LowDose", codes::chest, 0.4, 1.8, 300, 380, false, false},
      {"CT pulmonary angiogram", "CTPA", codes::chest, 4, 14, 250, 350, false, true},
      {"CT Abdomen Pelvis", "Abdomen Pelvis Venous", codes::abdomen_pelvis, 6, 18, 420, 520, false, true},
      {"CT Chest Abdomen Pelvis", "TAP Staging", codes::trunk, 6, 16, 620, 740, false, true},
      {"CT Lumbar Spine", "L-Spine", codes::lumbar_spine, 12, 28, 180, 260, false, false},
      {"CT Coronary angiogram", "Coronary CTA Flash", codes::heart, 2, 30, 120, 160, false, true},
      {"CT Neck", "Neck Contrast", codes::neck, 7, 16, 230, 300, false, false}};
  return kProtocols;
}

const std::vector<EquipmentPlan>& ct_scanners() {
  static const std::vector<EquipmentPlan> kScanners = {
      device("SIEMENS", "SOMATOM Force", "CTFORCE1", 1, false),
      device("SIEMENS", "SOMATOM Definition AS+", "CTAS2", 2, true),
      device("GE MEDICAL SYSTEMS", "Revolution CT", "CTREV1", 3, false),
      device("Canon Medical Systems", "Aquilion ONE", "CTONE1", 4, false),
      device("Philips", "iCT 256", "CTICT1", 5, true)};
  return kScanners;
}

EquipmentPlan ge_scanner_of_old() { return device("GE MEDICAL SYSTEMS", "Optima CT660", "CTOPT1", 11, true); }
EquipmentPlan philips_scanner() { return device("Philips", "Brilliance 16P", "CTBRI1", 12, true); }
EquipmentPlan toshiba_scanner() { return device("TOSHIBA", "Aquilion 16", "CTAQ16", 13, true); }
EquipmentPlan pet_ct_scanner() { return device("SIEMENS", "Biograph mCT", "PETCT1", 14, false); }
EquipmentPlan fluoroscopy_unit() { return device("Philips Medical Systems", "Azurion 7", "XA1", 41, false); }
EquipmentPlan gamma_camera() { return device("SIEMENS", "Symbia T6", "NM1", 51, false); }

EquipmentPlan mammography_unit(Random& random) {
  return random.chance(0.5) ? device("HOLOGIC, Inc.", "Selenia Dimensions", "MG1", 21, true)
                            : device("GE MEDICAL SYSTEMS", "Senographe Pristina", "MG2", 22, false);
}

EquipmentPlan radiography_unit(Random& random) {
  return random.chance(0.5) ? device("Canon Inc.", "CXDI", "DX1", 31, false)
                            : device("CARESTREAM HEALTH", "DRX-Evolution", "DX2", 32, false);
}

PatientPlan make_patient(Random& random, const StudyOptions& options) {
  const auto& name = random.pick(names_of(options.script));
  const int age = random.between(19, 91);
  PatientPlan patient;
  patient.name = name.text;
  patient.sex = name.sex;
  patient.charset = charset_of(options.script);
  patient.id = fmt::format("SIM{:07}", options.seed % 1000 * 10000 + static_cast<std::uint64_t>(options.index));
  const int year = static_cast<int>(options.date.year()) - age - 1;
  patient.birth_date = fmt::format("{:04}{:02}{:02}", year, random.between(1, 12), random.between(1, 28));
  patient.age = fmt::format("{:03}Y", age);
  if (random.chance(0.7)) {
    patient.size_m = fmt::format("{:.2f}", random.value(1.52, 1.96));
    patient.weight_kg = fmt::format("{:.0f}", random.value(48, 118, 0));
  }
  return patient;
}

}  // namespace harvester::simulation
