#include "reports.hpp"

#include "codes.hpp"

namespace harvester::simulation {

void add_observer(SrNode& root, const StudyPlan& study) {
  const auto& device = study.equipment;
  root.add(coded(dcm("121005", "Observer Type"), dcm("121007", "Device")).as("HAS OBS CONTEXT"));
  if (!device.device_uid.empty()) {
    root.add(uid_ref(dcm("121012", "Device Observer UID"), device.device_uid).as("HAS OBS CONTEXT"));
  }
  root.add(text(dcm("121013", "Device Observer Name"), device.station).as("HAS OBS CONTEXT"));
  root.add(text(dcm("121014", "Device Observer Manufacturer"), device.manufacturer).as("HAS OBS CONTEXT"));
  root.add(text(dcm("121015", "Device Observer Model Name"), device.model).as("HAS OBS CONTEXT"));
  root.add(text(dcm("121016", "Device Observer Serial Number"), device.serial).as("HAS OBS CONTEXT"));
}

void add_scope_of_study(SrNode& root, const StudyPlan& study, const std::string& relation) {
  auto scope = coded(dcm("113705", "Scope of Accumulation"), dcm("113014", "Study")).as(relation);
  scope.add(uid_ref(dcm("110180", "Study Instance UID"), study.uid).as("HAS PROPERTIES"));
  root.add(std::move(scope));
}

SrNode text_report(const StudyPlan& study, const ReportPlan& report) {
  (void)study;
  auto root = container({"18748-4", "LN", "Diagnostic imaging report"}, {});
  root.relation.clear();
  root.add(coded(dcm("121049", "Language of Content Item and Descendants"), {"en", "RFC5646", "English"})
               .as("HAS CONCEPT MOD"));
  auto& findings = root.add(container({"121070", "DCM", "Findings"}));
  findings.add(text({"121071", "DCM", "Finding"}, report.text.empty() ? "Nothing of note." : report.text));
  return root;
}

SrNode report_tree(const StudyPlan& study, const InstancePlan& instance) {
  switch (instance.content) {
    case Content::ct_rdsr:
    case Content::ct_enhanced_sr:
      return ct_report(study, instance.report);
    case Content::projection_rdsr:
      return projection_report(study, instance.report);
    case Content::mammography_rdsr:
      return mammography_report(study, instance.report);
    case Content::radiopharmaceutical_rdsr:
      return radiopharmaceutical_report(study, instance.report);
    default:
      return text_report(study, instance.report);
  }
}

}  // namespace harvester::simulation
