#include "codes.hpp"
#include "reports.hpp"

namespace harvester::simulation {
namespace {

double total_dlp(const ReportPlan& report) {
  double sum = 0;
  for (const auto& event : report.ct) sum += event.dlp_mgy_cm.value_or(0);
  return sum;
}

SrNode accumulated(const ReportPlan& report) {
  auto node = container(dcm("113811", "CT Accumulated Dose Data"), "10012");
  node.add(num(dcm("113812", "Total Number of Irradiation Events"), static_cast<double>(report.ct.size()), "{events}"));
  node.add(num(dcm("113813", "CT Dose Length Product Total"), total_dlp(report), "mGy.cm"));
  return node;
}

SrNode source_parameters(const CtSourcePlan& source) {
  auto node = container(dcm("113831", "CT X-Ray Source Parameters"));
  node.add(text(dcm("113832", "Identification of the X-Ray Source"), source.name));
  node.add(num(dcm("113733", "KVP"), source.kvp, "kV"));
  node.add(num(dcm("113833", "Maximum X-Ray Tube Current"), source.max_current_ma, "mA"));
  node.add(num(dcm("113734", "X-Ray Tube Current"), source.current_ma, "mA"));
  if (source.seconds_per_rotation) {
    node.add(num(dcm("113834", "Exposure Time per Rotation"), *source.seconds_per_rotation, "s"));
  }
  return node;
}

SrNode acquisition_parameters(const CtEventPlan& event) {
  auto node = container(dcm("113822", "CT Acquisition Parameters"));
  node.add(num(dcm("113824", "Exposure Time"), event.exposure_time_s, "s"));
  node.add(num(dcm("113825", "Scanning Length"), event.scanning_length_mm, "mm"));
  node.add(num(dcm("113826", "Nominal Single Collimation Width"), event.single_collimation_mm, "mm"));
  node.add(num(dcm("113827", "Nominal Total Collimation Width"), event.total_collimation_mm, "mm"));
  if (event.pitch) node.add(num(dcm("113828", "Pitch Factor"), *event.pitch, "{ratio}"));
  node.add(num(dcm("113823", "Number of X-Ray Sources"), static_cast<double>(event.sources.size()), "{X-Ray sources}"));
  for (const auto& source : event.sources) node.add(source_parameters(source));
  return node;
}

/// Who let the scan go on (TID 1020).
SrNode authorising_person(const std::string& name) {
  auto node = person(dcm("113870", "Person Name"), name);
  node.add(
      coded(dcm("113875", "Person Role in Procedure"), dcm("113850", "Irradiation Authorizing")).as("HAS PROPERTIES"));
  return node;
}

void add_limit(SrNode& node, const Code& configured, const Code& limit, const std::optional<double>& value,
               const std::string& ucum, bool rt) {
  node.add(coded(configured, value ? codes::yes(rt) : codes::no(rt)));
  if (value) node.add(num(limit, *value, ucum));
}

SrNode alert_details(const DoseCheckPlan& check, bool rt) {
  auto node = container(dcm("113900", "Dose Check Alert Details"), "10015");
  add_limit(node, dcm("113901", "DLP Alert Value Configured"), dcm("113903", "DLP Alert Value"), check.alert_dlp_mgy_cm,
            "mGy.cm", rt);
  add_limit(node, dcm("113902", "CTDIvol Alert Value Configured"), dcm("113904", "CTDIvol Alert Value"),
            check.alert_ctdi_mgy, "mGy", rt);
  return node;
}

SrNode notification_details(const DoseCheckPlan& check, bool rt) {
  auto node = container(dcm("113908", "Dose Check Notification Details"));
  add_limit(node, dcm("113909", "DLP Notification Value Configured"), dcm("113911", "DLP Notification Value"),
            check.notification_dlp_mgy_cm, "mGy.cm", rt);
  add_limit(node, dcm("113910", "CTDIvol Notification Value Configured"), dcm("113912", "CTDIvol Notification Value"),
            check.notification_ctdi_mgy, "mGy", rt);
  if (check.forward_dlp_mgy_cm) {
    node.add(num(dcm("113913", "DLP Forward Estimate"), *check.forward_dlp_mgy_cm, "mGy.cm"));
  }
  if (check.forward_ctdi_mgy) {
    node.add(num(dcm("113914", "CTDIvol Forward Estimate"), *check.forward_ctdi_mgy, "mGy"));
  }
  if (!check.reason.empty()) node.add(text(dcm("113907", "Reason for Proceeding"), check.reason));
  if (!check.authorised_by.empty()) node.add(authorising_person(check.authorised_by));
  return node;
}

SrNode dose(const CtEventPlan& event, bool rt) {
  auto node = container(dcm("113829", "CT Dose"));
  node.add(num(dcm("113830", "Mean CTDIvol"), *event.ctdi_vol_mgy, "mGy"));
  node.add(coded(dcm("113835", "CTDIw Phantom Type"), event.phantom));
  if (event.dlp_mgy_cm) node.add(num(dcm("113838", "DLP"), *event.dlp_mgy_cm, "mGy.cm"));
  if (event.dose_check) {
    node.add(alert_details(*event.dose_check, rt));
    node.add(notification_details(*event.dose_check, rt));
  }
  return node;
}

SrNode acquisition(const CtEventPlan& event, bool rt) {
  auto node = container(dcm("113819", "CT Acquisition"), "10013");
  node.add(text(dcm("125203", "Acquisition Protocol"), event.protocol));
  node.add(coded(dcm("123014", "Target Region"), event.region));
  node.add(coded(dcm("113820", "CT Acquisition Type"), event.acquisition_type));
  node.add(uid_ref(dcm("113769", "Irradiation Event UID"), event.uid));
  if (!event.started.empty()) node.add(date_time(dcm("111526", "DateTime Started"), event.started));
  node.add(acquisition_parameters(event));
  if (event.ctdi_vol_mgy) node.add(dose(event, rt));
  if (!event.comment.empty()) node.add(text(dcm("121106", "Comment"), event.comment));
  return node;
}

void add_irradiation_times(SrNode& root, const ReportPlan& report) {
  if (report.ct.empty() || report.ct.front().started.empty()) return;
  root.add(date_time(dcm("113809", "Start of X-Ray Irradiation"), report.ct.front().started).as("HAS OBS CONTEXT"));
  root.add(date_time(dcm("113810", "End of X-Ray Irradiation"), report.ct.back().started).as("HAS OBS CONTEXT"));
}

}  // namespace

SrNode ct_report(const StudyPlan& study, const ReportPlan& report) {
  const bool rt = study.equipment.snomed_rt;
  auto root = container(dcm("113701", "X-Ray Radiation Dose Report"), "10011");
  root.relation.clear();
  auto procedure = coded(dcm("121058", "Procedure reported"),
                         codes::either(rt, "P5-08000", "77477000", "Computed Tomography X-Ray"));
  procedure.relation = "HAS CONCEPT MOD";
  procedure.add(coded(codes::has_intent(rt), codes::diagnostic_intent(rt)).as("HAS CONCEPT MOD"));
  root.add(std::move(procedure));
  add_observer(root, study);
  add_irradiation_times(root, report);
  add_scope_of_study(root, study, "HAS OBS CONTEXT");
  root.add(accumulated(report));
  for (const auto& event : report.ct) root.add(acquisition(event, rt));
  root.add(coded(dcm("113854", "Source of Dose Information"), dcm("113856", "Automated Data Collection")));
  return root;
}

}  // namespace harvester::simulation
