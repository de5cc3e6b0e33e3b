#include <algorithm>
#include <catch2/catch.hpp>

#include "harvester/core/sop_classes.hpp"
#include "harvester/extract/classify.hpp"
#include "harvester/extract/extractor_table.hpp"
#include "support/sr_builder.hpp"

using namespace harvester;
using namespace harvester::tests;
using sr::dcm;

namespace {

using Nodes = std::vector<sr::Node>;

const sr::Coded kCt{"77477000", "SCT", "Computed Tomography"};
const sr::Coded kFluoroscopy{"44491008", "SCT", "Fluoroscopy"};
const sr::Coded kMammography{"71651007", "SCT", "Mammography"};

sr::Report enhanced(const sr::Coded& procedure, Nodes content) {
  auto report = sr::ct_report();
  report.set(DCM_SOPClassUID, std::string(sop_class::kEnhancedXRayRadiationDoseSr));
  report.template_identifier = "10040";
  report.content = {sr::code(dcm("121058", "Procedure reported"), procedure)};
  for (auto& node : content) report.add(std::move(node));
  return report;
}

sr::Node source(const char* name) { return sr::text(dcm("113832", "Identification of the X-Ray Source"), name); }

sr::Node total(const char* from, Nodes items) {
  items.push_back(source(from));
  return sr::container(dcm("130500", "Accumulated Dose Data"), std::move(items));
}

sr::Node summary(const char* uid, const char* from, Nodes items) {
  items.push_back(source(from));
  items.push_back(sr::uid(dcm("113769", "Irradiation Event UID"), uid));
  items.push_back(sr::datetime(dcm("111526", "DateTime Started"), "20240229101112"));
  return sr::container(dcm("130501", "Irradiation Event Summary Data"), std::move(items));
}

sr::Node area_product(const char* code, const char* value) { return sr::num(dcm(code, "DAP"), value, "Gy.m2"); }

/// As intake does it: kind by content, then the extractor of that kind.
DoseRecord record_of(const sr::Report& report) {
  const auto data = sr::dataset(report);
  const auto extractor = extract::extractor_for(extract::classify(extract::object_facts(*data)));
  REQUIRE(extractor != nullptr);
  const auto record = extractor(*data, {});
  REQUIRE(record.has_value());
  return *record;
}

}  // namespace

TEST_CASE("enhanced report: the scans of a CT are CT events with their totals", "[enhanced]") {
  const auto record = record_of(enhanced(
      kCt,
      {total("1 and 2", {sr::num(dcm("113813", "CT Dose Length Product Total"), "300", "mGy.cm")}),
       summary("1.2.7", "1 and 2",
               {sr::num(dcm("113830", "Mean CTDIvol"), "9.8", "mGy"), sr::num(dcm("113838", "DLP"), "300", "mGy.cm"),
                sr::code(dcm("113721", "Irradiation Event Type"), {"P5-08001", "SRT", "Spiral Acquisition"})})}));
  CHECK(record.report.object_kind == ObjectKind::ct_rdsr);
  CHECK(record.report.modality_type == "CT");
  REQUIRE(record.ct_accumulated.size() == 1);
  CHECK(record.ct_accumulated[0].ct_dose_length_product_total == 300);
  REQUIRE(record.ct_events.size() == 1);
  CHECK(record.ct_events[0].irradiation_event_uid == "1.2.7");
  CHECK(record.ct_events[0].date_time_started == "2024-02-29T10:11:12");
  CHECK(record.ct_events[0].mean_ctdivol == 9.8);
  CHECK(record.ct_events[0].dlp == 300);
  CHECK(record.ct_events[0].ct_acquisition_type->value == "P5-08001");
  CHECK(record.ct_events[0].xray_sources.at(0).identification_of_the_xray_source == "1 and 2");
  CHECK(record.xray_accumulated.empty());
}

TEST_CASE("enhanced report: sources A and B are planes, and fluoroscopy that gave dose makes it RF", "[enhanced]") {
  const auto record =
      record_of(enhanced(kFluoroscopy, {total("A", {area_product("113722", "0.001"), area_product("113726", "0.0005")}),
                                        total("B", {area_product("113722", "0.002")}),
                                        summary("1.2.7", "B", {area_product("122130", "0.002")})}));
  CHECK(record.report.object_kind == ObjectKind::projection_rdsr);
  CHECK(record.report.modality_type == "RF");
  REQUIRE(record.xray_accumulated.size() == 2);
  CHECK(record.xray_accumulated[0].acquisition_plane->value == "113620");
  CHECK(record.xray_accumulated[1].acquisition_plane->value == "113621");
  CHECK(record.xray_accumulated[1].dose_area_product_total == 0.002);
  REQUIRE(record.xray_events.size() == 1);
  CHECK(record.xray_events[0].acquisition_plane->value == "113621");
  CHECK(record.xray_events[0].dose_area_product == 0.002);
}

TEST_CASE("enhanced report: a cone-beam scan with an area product is an exposure, its CTDIvol stays unmapped",
          "[enhanced]") {
  const auto record = record_of(enhanced(
      kFluoroscopy,
      {summary("1.2.7", "A", {area_product("122130", "0.002"), sr::num(dcm("113830", "Mean CTDIvol"), "9", "mGy")})}));
  CHECK(record.ct_events.empty());
  CHECK(record.xray_events.size() == 1);
  REQUIRE(record.unmapped.size() == 1);
  CHECK(record.unmapped[0].concept_value == "113830");
}

TEST_CASE("enhanced report: mammography has a row for each breast", "[enhanced]") {
  auto dose = sr::num(dcm("111637", "Accumulated Average Glandular Dose"), "1.3", "mGy");
  dose.children.push_back(sr::code({"272741003", "SCT", "Laterality"}, {"80248007", "SCT", "Left breast"}));
  const auto record = record_of(enhanced(kMammography, {total("A", {dose})}));
  CHECK(record.report.modality_type == "MG");
  CHECK(record.xray_accumulated.at(0).accumulated_average_glandular_dose == 1.3);
  CHECK(record.xray_accumulated.at(0).laterality->meaning == "Left breast");
}

TEST_CASE("enhanced report: technique over time belongs to no event and stays unmapped", "[enhanced]") {
  const auto record = record_of(
      enhanced(kFluoroscopy, {summary("1.2.7", "A", {}), sr::container(dcm("130505", "Irradiation Details"),
                                                                       {sr::num(dcm("113733", "KVP"), "80", "kV")})}));
  CHECK_FALSE(record.xray_events.at(0).kvp);
  CHECK(std::any_of(record.unmapped.begin(), record.unmapped.end(),
                    [](const auto& item) { return item.concept_value == "113733"; }));
}

TEST_CASE("enhanced report: an event told twice is kept once, and a used UID is warned of", "[enhanced]") {
  const auto record = record_of(
      enhanced(kFluoroscopy, {summary("1.2.7", "A", {}), summary("1.2.7", "A", {}), summary("1.2.7", "B", {})}));
  CHECK(record.xray_events.size() == 2);
  for (const auto kind : {DoseWarning::duplicate_event, DoseWarning::event_uid_reused})
    CHECK(std::any_of(record.warnings.begin(), record.warnings.end(), [&](const auto& w) { return w.kind == kind; }));
}

TEST_CASE("patient dose report: it tells of no exposure, and its estimates stay unmapped", "[enhanced]") {
  auto report = sr::ct_report();
  report.set(DCM_SOPClassUID, std::string(sop_class::kPatientRadiationDoseSr));
  report.root = dcm("128401", "Patient Radiation Dose Report");
  report.template_identifier = "10030";
  report.content = {sr::text(dcm("121106", "Comment"), "of the chest"),
                    sr::container(dcm("128402", "Radiation Dose Estimate"),
                                  {sr::text(dcm("128403", "Radiation Dose Estimate Name"), "x")})};
  const auto record = record_of(report);
  CHECK(record.report.object_kind == ObjectKind::patient_dose_sr);
  CHECK(record.report.modality_type.empty());
  CHECK(record.report.comment == "of the chest");
  CHECK(record.ct_events.empty());
  CHECK(record.xray_events.empty());
  CHECK(record.unmapped.size() == 2);
}
