#include "support/images.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "harvester/core/sop_classes.hpp"
#include "support/import_site.hpp"

// Images and reports of one study: no dose counts twice, in whatever order they come.

using namespace harvester;
using namespace harvester::tests;

namespace {

using DatasetPtr = std::shared_ptr<DcmDataset>;
using Objects = std::vector<DatasetPtr>;

DatasetPtr object(std::string_view sop_class, const std::string& uid, const Attributes& more) {
  DatasetPtr data(image({}).release());
  put(*data, {{DCM_SOPClassUID, std::string(sop_class).c_str()},
              {DCM_SOPInstanceUID, uid.c_str()},
              {DCM_StudyInstanceUID, "1.2.3.4"},
              {DCM_StudyDate, "20240229"},
              {DCM_DeviceSerialNumber, "S1"}});
  put(*data, more);
  return data;
}

DatasetPtr enhanced_ct(const std::string& uid, const char* event, const char* ctdi = "9.8") {
  return object(sop_class::kEnhancedCtImage, uid,
                {{DCM_Modality, "CT"}, {DCM_IrradiationEventUID, event}, {DCM_CTDIvol, ctdi}});
}

DatasetPtr slice(const std::string& uid, const char* acquisition, const char* time) {
  return object(sop_class::kCtImage, uid,
                {{DCM_Manufacturer, "TOSHIBA"},
                 {DCM_Modality, "CT"},
                 {DCM_AcquisitionNumber, acquisition},
                 {DCM_AcquisitionTime, time},
                 {DCM_CTDIvol, "9.8"}});
}

DatasetPtr object_of(sr::Report made) {
  made.set(DCM_DeviceSerialNumber, "S1");
  return DatasetPtr(sr::dataset(made).release());
}

DatasetPtr ct_report() {
  auto made = sr::ct_report();
  made.add(sr::ct_accumulated("1", "250")).add(sr::ct_acquisition("1.2.7", "250", "9.8"));
  return object_of(made);
}

DatasetPtr arcadis(const std::string& uid, const char* began) {
  auto made = sr::ct_report();
  made.set(DCM_SOPClassUID, UID_EnhancedSRStorage).set(DCM_SOPInstanceUID, uid);
  made.root = {"C-10", "99SMS_RADSUM", "Radiation Summary"};
  made.template_identifier.clear();
  made.content = {sr::num({"C-204", "99SMS_RADSUM", "DAP"}, "2", "Gy.cm2"),
                  sr::datetime({"C-206", "99SMS_RADSUM", "Start"}, began)};
  return object_of(made);
}

/// The one study that all orders of these objects make; they must make the same one.
nlohmann::json study_of(Objects objects) {
  std::sort(objects.begin(), objects.end());
  std::string first;
  do {
    ImportSite site;
    for (const auto& each : objects) (void)site.import(*each);
    const auto exported = site.exported();
    if (first.empty()) first = exported;
    REQUIRE(exported == first);
  } while (std::next_permutation(objects.begin(), objects.end()));
  const auto studies = nlohmann::json::parse(first).at("studies");
  REQUIRE(studies.size() == 1);
  return studies[0];
}

}  // namespace

TEST_CASE("images: enhanced CT images of one event count once, and give way to a report of their scanner", "[images]") {
  const auto images = study_of(
      {enhanced_ct("1.2.3.4.1", "1.2.7"), enhanced_ct("1.2.3.4.2", "1.2.7"), enhanced_ct("1.2.3.4.3", "1.2.8")});
  CHECK(images["events"].size() == 2);
  CHECK(images["study"]["modality_type"] == "CT");
  const auto both = study_of({enhanced_ct("1.2.3.4.1", "1.2.7"), enhanced_ct("1.2.3.4.3", "1.2.99"), ct_report()});
  REQUIRE(both["events"].size() == 1);
  CHECK(both["events"][0]["irradiation_event_uid"] == "1.2.7");
  CHECK(both["summary"]["total_dlp"] == 250);
}

TEST_CASE("images: slices of a series are one record for each scan, however many come", "[images]") {
  const Objects slices{slice("1.2.3.4.1", "5", "101112"), slice("1.2.3.4.2", "5", "101113"),
                       slice("1.2.3.4.3", "6", "101212"), slice("1.2.3.4.4", "6", "101213")};
  const auto study = study_of(slices);
  CHECK(study["reports"].size() == 2);
  REQUIRE(study["events"].size() == 2);
  CHECK(study["events"][0]["date_time_started"] == "2024-02-29T10:11:12");
  ImportSite site;
  CHECK(site.import(*slices[0]).reason == IntakeReason::none);
  CHECK(site.import(*slices[1]).reason == IntakeReason::series_known);
  CHECK(site.import(*slices[0]).reason == IntakeReason::duplicate);
}

TEST_CASE("images: a scan that two series show counts once", "[images]") {
  auto other = slice("1.2.3.4.2", "5", "101112");
  put(*other, {{DCM_SeriesInstanceUID, "1.2.3.77"}});
  const auto study = study_of({slice("1.2.3.4.1", "5", "101112"), other});
  CHECK(study["reports"].size() == 2);
  CHECK(study["events"].size() == 1);
}

TEST_CASE("images: a dose screen outranks the slices of its scanner, and a report outranks the screen", "[images]") {
  const auto screen =
      object(sop_class::kSecondaryCapture, "1.2.3.4.9",
             {{DCM_Manufacturer, "TOSHIBA"}, {DCM_Modality, "CT"}, {DCM_ImageComments, "Total DLP: 245.1 mGy.cm"}});
  const auto told = study_of({slice("1.2.3.4.1", "5", "101112"), screen});
  CHECK(told["summary"]["total_dlp"] == 245.1);
  CHECK(told["events"].empty());
  const auto reported = study_of({slice("1.2.3.4.1", "5", "101112"), screen, ct_report()});
  CHECK(reported["summary"]["total_dlp"] == 250);
  CHECK(reported["events"].size() == 1);
}

TEST_CASE("images: the scans of a dose screen have no UIDs, and still give way to a report", "[images]") {
  auto screen =
      object(sop_class::kSecondaryCapture, "1.2.3.4.9", {{DCM_Manufacturer, "TOSHIBA"}, {DCM_Modality, "CT"}});
  put(add_item(*screen, DCM_RETIRED_ExposureDoseSequence), {{DCM_AcquisitionType, "SPIRAL"}, {DCM_CTDIvol, "9.8"}});
  CHECK(study_of({screen})["events"].size() == 1);
  const auto reported = study_of({screen, ct_report()});
  REQUIRE(reported["events"].size() == 1);
  CHECK(reported["events"][0]["irradiation_event_uid"] == "1.2.7");
}

TEST_CASE("images: an Arcadis summary outranks the angiograms of its device, two examinations add up", "[images]") {
  const auto angiogram = object(sop_class::kEnhancedXaImage, "1.2.3.4.1",
                                {{DCM_Modality, "XA"}, {DCM_KVP, "70"}, {DCM_ImageAndFluoroscopyAreaDoseProduct, "5"}});
  CHECK(study_of({angiogram})["summary"]["total_dap"] == Approx(5e-5));
  const auto summary = arcadis("1.2.3.4.8", "20240229101112");
  CHECK(study_of({angiogram, summary})["summary"]["total_dap"] == Approx(2e-4));
  CHECK(study_of({summary, arcadis("1.2.3.4.9", "20240229141112")})["summary"]["total_dap"] == Approx(4e-4));
  CHECK(study_of({summary, arcadis("1.2.3.4.9", "20240229101112")})["summary"]["total_dap"] == Approx(2e-4));
}

TEST_CASE("images: a PET series is one record, whichever of its images come first", "[images]") {
  const auto pet = [](const std::string& uid, const char* series) {
    auto data = object(sop_class::kPetImage, uid, {{DCM_SeriesInstanceUID, series}, {DCM_SeriesDate, "20240229"}});
    put(add_item(*data, DCM_RadiopharmaceuticalInformationSequence),
        {{DCM_RadionuclideTotalDose, "394000000"}, {DCM_RadiopharmaceuticalStartTime, "090000"}});
    return data;
  };
  const auto study = study_of({pet("1.2.3.4.1", "1.5"), pet("1.2.3.4.2", "1.5"), pet("1.2.3.4.3", "1.6")});
  CHECK(study["reports"].size() == 2);
  CHECK(study["pet_series"].size() == 2);
  CHECK(study["summary"]["total_administered_activity"] == 394);
}

TEST_CASE("images: a patient dose report beside a CT report changes no number", "[images]") {
  auto made = sr::ct_report(9);
  made.set(DCM_SOPClassUID, std::string(sop_class::kPatientRadiationDoseSr));
  made.root = sr::dcm("128401", "Patient Radiation Dose Report");
  const auto study = study_of({ct_report(), object_of(made)});
  CHECK(study["study"]["modality_type"] == "CT");
  CHECK(study["summary"]["total_dlp"] == 250);
  CHECK(study["study"]["procedure_reported"] == "Computed Tomography X-Ray");
  CHECK(study["reports"].size() == 2);
}

TEST_CASE("an image in GE's private syntax is imported by its header", "[intake]") {
  ImportSite site;
  const auto image = object(UID_DigitalXRayImageStorageForPresentation, "1.2.3.5",
                            {{DCM_Modality, "DX"}, {DCM_ImageAndFluoroscopyAreaDoseProduct, "1.5"}});
  std::vector<Uint16> pixels(1000, 0x0102);
  must(image->putAndInsertUint16Array(DCM_PixelData, pixels.data(), pixels.size()));
  DcmFileFormat file(image.get());
  must(file.saveFile((site / "ge.dcm").c_str(), EXS_LittleEndianImplicit));
  std::ifstream saved(site / "ge.dcm", std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(saved), {}};
  const std::string plain("1.2.840.10008.1.2\0", 18), theirs("1.2.840.113619.5.2", 18);
  bytes.replace(bytes.find(plain), plain.size(), theirs);
  std::ofstream(site / "ge.dcm", std::ios::binary) << bytes;
  const auto outcome = site.import(site / "ge.dcm");
  INFO(outcome.message);
  CHECK(outcome.state() == IntakeState::imported);
  CHECK(site.exported().find("\"dose_area_product\":1.5") != std::string::npos);  // 1.5 dGy·cm² in Gy·m²
}
