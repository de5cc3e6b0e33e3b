#pragma once

#include <string>
#include <vector>

#include "harvester/simulation/generator.hpp"
#include "random.hpp"

/// The equipment, protocols and people that studies are made of.
namespace harvester::simulation {

struct CtProtocol {
  std::string description;  ///< of the study
  std::string name;         ///< acquisition protocol
  Code (*region)(bool rt);
  double ctdi_low;
  double ctdi_high;
  double length_low_mm;
  double length_high_mm;
  bool head;      ///< 16 cm phantom
  bool contrast;  ///< bolus tracking before the spiral
};

[[nodiscard]] const std::vector<CtProtocol>& ct_protocols();
[[nodiscard]] const std::vector<EquipmentPlan>& ct_scanners();
[[nodiscard]] EquipmentPlan ge_scanner_of_old();
[[nodiscard]] EquipmentPlan philips_scanner();
[[nodiscard]] EquipmentPlan toshiba_scanner();
[[nodiscard]] EquipmentPlan pet_ct_scanner();
[[nodiscard]] EquipmentPlan mammography_unit(Random& random);
[[nodiscard]] EquipmentPlan radiography_unit(Random& random);
[[nodiscard]] EquipmentPlan fluoroscopy_unit();
[[nodiscard]] EquipmentPlan gamma_camera();

[[nodiscard]] PatientPlan make_patient(Random& random, const StudyOptions& options);

}  // namespace harvester::simulation
