#include "codes.hpp"
#include "reports.hpp"

namespace harvester::simulation {
namespace {

SrNode administration(const RadiopharmaceuticalPlan& plan, bool rt) {
  auto node = container(dcm("113502", "Radiopharmaceutical Administration"), "10022");
  auto& agent = node.add(coded(codes::either(rt, "F-61FDB", "349358000", "Radiopharmaceutical agent"), plan.agent));
  auto nuclide = coded(codes::either(rt, "C-10072", "89457008", "Radionuclide"), plan.radionuclide);
  nuclide.relation = "HAS PROPERTIES";
  nuclide.add(num(codes::either(rt, "R-42806", "304283002", "Radionuclide Half Life"), plan.half_life_s, "s")
                  .as("HAS PROPERTIES"));
  agent.add(std::move(nuclide));
  node.add(uid_ref(dcm("113503", "Radiopharmaceutical Administration Event UID"), plan.uid));
  node.add(date_time(dcm("123003", "Radiopharmaceutical Start DateTime"), plan.started));
  node.add(date_time(dcm("123004", "Radiopharmaceutical Stop DateTime"), plan.stopped));
  node.add(num(dcm("113507", "Administered activity"), plan.administered_mbq, "MBq"));
  node.add(coded(codes::either(rt, "G-C340", "410675002", "Route of administration"), plan.route));
  return node;
}

}  // namespace

SrNode radiopharmaceutical_report(const StudyPlan& study, const ReportPlan& report) {
  const bool rt = study.equipment.snomed_rt;
  auto root = container(dcm("113500", "Radiopharmaceutical Radiation Dose Report"), "10021");
  root.relation.clear();
  auto procedure = coded(dcm("121058", "Procedure reported"),
                         codes::either(rt, "P5-07000", "371572003", "Nuclear medicine procedure"));
  procedure.relation = "HAS CONCEPT MOD";
  procedure.add(coded(codes::has_intent(rt), codes::diagnostic_intent(rt)).as("HAS CONCEPT MOD"));
  root.add(std::move(procedure));
  if (report.administration) root.add(administration(*report.administration, rt));
  return root;
}

}  // namespace harvester::simulation
