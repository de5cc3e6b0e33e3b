#include <catch2/catch.hpp>

#include "harvester/extract/extractor_table.hpp"
#include "support/images.hpp"
#include "support/sr_builder.hpp"

// One test for each named repair of src/extract/vendor_repairs.cpp, named after it.

using namespace harvester;
using namespace harvester::tests;
using sr::dcm;

namespace {

using Nodes = std::vector<sr::Node>;

sr::Node event(Nodes items, const std::string& uid = "1.2.7") {
  items.push_back(sr::uid(dcm("113769", "Irradiation Event UID"), uid));
  return sr::container(dcm("113706", "Irradiation Event X-Ray Data"), std::move(items));
}

std::vector<XrayEvent> events_of(Nodes content) {
  auto report = sr::ct_report();
  report.template_identifier = "10001";
  report.content = std::move(content);
  const auto record = extract::extract_projection_report(*sr::dataset(report), {});
  REQUIRE(record.has_value());
  return record->xray_events;
}

XrayEvent event_with(Nodes items) { return events_of({event(std::move(items))}).at(0); }

sr::Coded xper(const char* value, const char* meaning) { return {value, "99PHI-IXR-XPER", meaning}; }

sr::Node comment(const char* text) { return sr::text(dcm("121106", "Comment"), text); }

DoseRecord record_of(DcmDataset& data, extract::Extractor extractor) {
  const auto record = extractor(data, {});
  REQUIRE(record.has_value());
  return *record;
}

XrayEvent exposure_of(extract::Extractor extractor, const Attributes& header) {
  return record_of(*image(header), extractor).xray_events.at(0);
}

void put_bytes(DcmItem& item, Uint16 element, const std::vector<Uint8>& bytes) {
  auto made = std::make_unique<DcmOtherByteOtherWord>(DcmTag(0x7005, element, EVR_UN));
  must(made->putUint8Array(bytes.data(), bytes.size()));
  must(item.insert(made.get(), true));
  (void)made.release();
}

/// Private elements as an archive hands them on that does not know them: CTDIvol 9.8, DLP 245.1, pitch 0.870.
std::unique_ptr<DcmDataset> aquilion(const char* creator) {
  auto data = image({{DCM_Manufacturer, "TOSHIBA"}});
  must(data->putAndInsertString(DcmTag(0x7005, 0x0010, EVR_LO), creator));
  put_bytes(*data, 0x1063, {0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0x23, 0x40});
  put_bytes(*data, 0x1040, {0x33, 0x33, 0x33, 0x33, 0x33, 0xa3, 0x6e, 0x40});
  put_bytes(*data, 0x1023, {'0', '.', '8', '7', '0', ' '});
  return data;
}

}  // namespace

TEST_CASE("repair philips-frames-as-pulses: frames are pulses where those are not told", "[repair]") {
  const auto frames = sr::num(xper("003", "Number of Frames"), "27", "1");
  CHECK(event_with({frames}).number_of_pulses == 27);
  CHECK(event_with({frames, sr::num(dcm("113768", "Number of Pulses"), "9", "1")}).number_of_pulses == 9);
}

TEST_CASE("repair philips-private-shutters: shutters seen at one metre give the field at the detector", "[repair]") {
  const auto mm = [](const char* value, const char* meaning, const char* number) {
    return sr::num(xper(value, meaning), number, "mm");
  };
  const auto shutters = sr::container(xper("005", "Wedges and Shutters"),
                                      {mm("006", "Bottom Shutter", "50"), mm("007", "Left Shutter", "60"),
                                       mm("008", "Right Shutter", "70"), mm("009", "Top Shutter", "90")});
  const auto made = event_with({sr::num(dcm("113750", "Distance Source to Detector"), "1200", "mm"), shutters});
  CHECK(made.collimated_field_height == Approx(156));
  CHECK(made.collimated_field_width == Approx(168));
  CHECK(made.collimated_field_area == Approx(0.026208));
  CHECK_FALSE(event_with({shutters}).collimated_field_height);
}

TEST_CASE("repair philips-private-table-height: the private height is taken where the standard one is missing",
          "[repair]") {
  const auto height = sr::num(xper("021", "Table Height Position"), "900", "mm");
  CHECK(event_with({height}).table_height_position == 900);
  CHECK(event_with({height, sr::num(dcm("113753", "Table Height Position"), "800", "mm")}).table_height_position ==
        800);
}

TEST_CASE("repair siemens-comment-xml-ii: the intensifier's diameter stands in the comment", "[repair]") {
  CHECK(event_with({comment("<Root><iiDiameter SRData=\"220.0\"/></Root>")}).ii_field_size == 220);
  CHECK_FALSE(event_with({comment("<Root><iiDiameter SRData=\"wide\"/></Root>")}).ii_field_size);
  CHECK_FALSE(event_with({comment("<Root><iiDiameter SRData=\"2")}).ii_field_size == 220);
  CHECK_FALSE(event_with({comment("a comment")}).ii_field_size);
}

TEST_CASE("repair siemens-comment-xml-position: how the patient lay holds for all events where it is not told",
          "[repair]") {
  const auto lying = comment("<Root><PatientPosition><Position SRData=\"FFP \"/></PatientPosition></Root>");
  const auto made = events_of({lying, event({}, "1.2.7"), event({}, "1.2.8")});
  REQUIRE(made.size() == 2);
  for (const auto& each : made) {
    CHECK(each.patient_table_relationship->value == "F-10480");
    CHECK(each.patient_orientation_modifier->meaning == "prone");
  }
  const auto told = sr::code(dcm("113745", "Patient Table Relationship"), {"F-10470", "SRT", "headfirst"});
  CHECK(events_of({lying, event({told})}).at(0).patient_table_relationship->value == "F-10470");
  const auto on_the_side = comment("<PatientPosition><Position SRData=\"HFDL\"/></PatientPosition>");
  CHECK_FALSE(events_of({on_the_side, event({})}).at(0).patient_orientation);
}

TEST_CASE("repair kodak-dr7500-decimetres: a detector nearer than half a metre is told in dm", "[repair]") {
  const auto distance = [](const char* maker, const char* model, const char* value) {
    return exposure_of(
               &extract::extract_cr_image,
               {{DCM_Manufacturer, maker}, {DCM_ManufacturerModelName, model}, {DCM_DistanceSourceToDetector, value}})
        .distance_source_to_detector;
  };
  CHECK(distance("KODAK", "DR 7500", "11.5") == 1150);
  CHECK(distance("KODAK", "DR 7500", "1150") == 1150);
  CHECK(distance("KODAK", "DR 9500", "11.5") == 11.5);
  CHECK(distance("OTHER", "DR 7500", "11.5") == 11.5);
}

TEST_CASE("repair ge-seno-radiological-thickness: it is read from the block of its creator alone", "[repair]") {
  const auto thickness = [](const char* creator) {
    const auto data = image({});
    must(data->putAndInsertString(DcmTag(0x0045, 0x0010, EVR_LO), creator));
    must(data->putAndInsertString(DcmTag(0x0045, 0x1049, EVR_DS), "42.5"));
    return record_of(*data, &extract::extract_mg_image).xray_events.at(0).radiological_thickness;
  };
  CHECK(thickness("GEMS_SENO_02") == 42.5);
  CHECK_FALSE(thickness("SOMEBODY"));
}

TEST_CASE("repair procedure-from-study-description: two makers' images name the procedure there", "[repair]") {
  const auto [maker, model, requested, meaning] = GENERATE(table<const char*, const char*, const char*, MaybeText>({
      {"Carestream Health", "DRX-Revolution", "", "Chest"},
      {"Canon Inc.", "CXDI", "", "Chest"},
      {"Canon Inc.", "CXDI", "Thorax", "Thorax"},
      {"Canon Inc.", "Other", "", std::nullopt},
      {"Other", "CXDI", "", std::nullopt},
  }));
  const Attributes header{{DCM_Manufacturer, maker},
                          {DCM_ManufacturerModelName, model},
                          {DCM_RequestedProcedureDescription, requested},
                          {DCM_StudyDescription, "Chest"}};
  INFO(maker << ' ' << model << ' ' << requested);
  CHECK(record_of(*image(header), &extract::extract_dx_image).patient_study.requested_procedure_code_meaning ==
        meaning);
  const auto mammogram = record_of(*image(header), &extract::extract_mg_image).patient_study;
  CHECK(mammogram.requested_procedure_code_meaning.value_or("") == requested);
}

TEST_CASE("repair toshiba-private-dose: dose and pitch are read from private bytes, if their creator is there",
          "[repair]") {
  const auto data = aquilion("TOSHIBA_MEC_CT3");
  const auto scan = record_of(*data, &extract::extract_toshiba_ct).ct_events.at(0);
  CHECK(scan.mean_ctdivol == Approx(9.8));
  CHECK(scan.dlp == Approx(245.1));
  CHECK(scan.pitch_factor == 0.87);
  put(*data, {{DCM_CTDIvol, "7"}});
  CHECK(record_of(*data, &extract::extract_toshiba_ct).ct_events.at(0).mean_ctdivol == 7);
  CHECK_FALSE(extract::extract_toshiba_ct(*aquilion("SOMEBODY"), {}).has_value());
}

TEST_CASE("repair toshiba-private-dose: bytes that are no dose are not taken for one", "[repair]") {
  const auto data = image({{DCM_CTDIvol, "7"}});
  must(data->putAndInsertString(DcmTag(0x7005, 0x0011, EVR_LO), "TOSHIBA_MEC_CT3"));
  const auto dlp = [&] { return record_of(*data, &extract::extract_toshiba_ct).ct_events.at(0).dlp; };
  must(data->putAndInsertFloat64(DcmTag(0x7005, 0x1140, EVR_FD), 3.5));
  CHECK(dlp() == 3.5);
  for (const auto& bytes : {std::vector<Uint8>{1, 2, 3, 4}, std::vector<Uint8>(8, 0xff), std::vector<Uint8>{},
                            std::vector<Uint8>{0x9c, 0x75, 0x00, 0x88, 0x3c, 0xe4, 0x37, 0x7e},  // 1e300
                            std::vector<Uint8>{0, 0, 0, 0, 0, 0, 0xf0, 0xbf}}) {                 // -1

    put_bytes(*data, 0x1140, bytes);
    CHECK_FALSE(dlp());
  }
}

TEST_CASE("repair toshiba-scan-options: HELICAL_CT is a spiral scan", "[repair]") {
  const auto type = [](const char* maker, const char* options) {
    const auto data = image({{DCM_Manufacturer, maker}, {DCM_ScanOptions, options}, {DCM_CTDIvol, "7"}});
    return record_of(*data, &extract::extract_toshiba_ct).ct_events.at(0).ct_acquisition_type;
  };
  CHECK(type("TOSHIBA", "HELICAL_CT")->value == "P5-08001");
  CHECK_FALSE(type("TOSHIBA", "OTHER"));
  CHECK_FALSE(type("Other", "HELICAL_CT"));
}

TEST_CASE("repair toshiba-exposure-time: it is the time of one rotation", "[repair]") {
  const auto time = [](const char* maker) {
    const auto data = image({{DCM_Manufacturer, maker}, {DCM_ExposureTime, "500"}, {DCM_CTDIvol, "7"}});
    return record_of(*data, &extract::extract_toshiba_ct).ct_events.at(0).xray_sources.at(0).exposure_time_per_rotation;
  };
  CHECK(time("TOSHIBA") == 0.5);
  CHECK_FALSE(time("Other"));
}
