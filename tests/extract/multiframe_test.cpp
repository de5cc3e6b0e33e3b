#include <catch2/catch.hpp>
#include <cmath>

#include "harvester/core/result.hpp"
#include "harvester/extract/extractor_table.hpp"
#include "support/images.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

DcmItem& shared(DcmDataset& data) { return add_item(data, DCM_SharedFunctionalGroupsSequence); }
DcmItem& frame(DcmDataset& data) { return add_item(data, DCM_PerFrameFunctionalGroupsSequence); }

CtEvent scan_of(DcmDataset& data) {
  const auto record = extract::extract_enhanced_ct(data, {});
  REQUIRE(record.has_value());
  CHECK(record->report.modality_type == "CT");
  REQUIRE(record->ct_events.size() == 1);
  return record->ct_events[0];
}

XrayEvent exposure_of(DcmDataset& data, extract::Extractor extractor = &extract::extract_enhanced_xa) {
  const auto record = extractor(data, {});
  REQUIRE(record.has_value());
  REQUIRE(record->xray_events.size() == 1);
  return record->xray_events[0];
}

}  // namespace

TEST_CASE("enhanced CT: one scan is read from the groups that all frames share", "[multiframe]") {
  const auto data = image({{DCM_AcquisitionNumber, "3"}, {DCM_ProtocolName, "Thorax"}});
  auto& groups = shared(*data);
  put_group(groups, DCM_IrradiationEventIdentificationSequence, {{DCM_IrradiationEventUID, "1.2.77"}});
  put_group(groups, DCM_CTAcquisitionTypeSequence, {{DCM_AcquisitionType, "SPIRAL"}});
  put_group(groups, DCM_CTAcquisitionDetailsSequence,
            {{DCM_RevolutionTime, "0.5"}, {DCM_SingleCollimationWidth, "0.6"}, {DCM_TotalCollimationWidth, "38.4"}});
  put_group(groups, DCM_CTTableDynamicsSequence, {{DCM_SpiralPitchFactor, "0.9"}});
  put_group(groups, DCM_CTXRayDetailsSequence, {{DCM_KVP, "120"}});
  put_group(groups, DCM_CTExposureSequence,
            {{DCM_XRayTubeCurrentInmA, "210"}, {DCM_CTDIvol, "9.8"}, {DCM_ExposureModulationType, "ANGULAR"}});
  const auto scan = scan_of(*data);
  CHECK(scan.irradiation_event_uid == "1.2.77");
  CHECK(scan.irradiation_event_label == "3");
  CHECK(scan.date_time_started == "2024-02-29T10:11:12");
  CHECK(scan.acquisition_protocol == "Thorax");
  CHECK(scan.ct_acquisition_type->value == "P5-08001");
  CHECK(scan.nominal_total_collimation_width == 38.4);
  CHECK(scan.pitch_factor == 0.9);
  CHECK(scan.mean_ctdivol == 9.8);
  CHECK(scan.xray_modulation_type == "ANGULAR");
  REQUIRE(scan.xray_sources.size() == 1);
  CHECK(scan.xray_sources[0].kvp == 120);
  CHECK(scan.xray_sources[0].xray_tube_current == 210);
  CHECK(scan.xray_sources[0].exposure_time_per_rotation == 0.5);
}

TEST_CASE("enhanced CT: where frames differ CTDIvol and current are means, and what frames share outranks them",
          "[multiframe]") {
  const auto data = image({});
  for (const auto* dose : {"8", "10"})
    put_group(frame(*data), DCM_CTExposureSequence, {{DCM_CTDIvol, dose}, {DCM_XRayTubeCurrentInmA, "200"}});
  CHECK(scan_of(*data).mean_ctdivol == 9);
  put_group(shared(*data), DCM_CTExposureSequence, {{DCM_CTDIvol, "11"}});
  CHECK(scan_of(*data).mean_ctdivol == 11);
}

TEST_CASE("enhanced CT: converted images keep the attributes of the single ones as unassigned", "[multiframe]") {
  const auto data = image({});
  put_group(shared(*data), DCM_UnassignedSharedConvertedAttributesSequence, {{DCM_CTDIvol, "7"}, {DCM_KVP, "100"}});
  const auto scan = scan_of(*data);
  CHECK(scan.mean_ctdivol == 7);
  CHECK(scan.xray_sources.at(0).kvp == 100);
}

TEST_CASE("enhanced CT: a second tube is a source of its own", "[multiframe]") {
  const auto data = image({{DCM_CTDIvol, "7"}, {DCM_KVP, "80"}});
  put_group(*data, DCM_CTAdditionalXRaySourceSequence, {{DCM_KVP, "140"}, {DCM_XRayTubeCurrentInmA, "90"}});
  const auto scan = scan_of(*data);
  CHECK(scan.number_of_xray_sources == 2);
  REQUIRE(scan.xray_sources.size() == 2);
  CHECK(scan.xray_sources[0].kvp == 80);
  CHECK(scan.xray_sources[1].identification_of_the_xray_source == "B");
  CHECK(scan.xray_sources[1].kvp == 140);
}

TEST_CASE("enhanced CT: an image that tells no dose is not taken for a scan", "[multiframe]") {
  const auto data = image({{DCM_KVP, "120"}});
  const auto record = extract::extract_enhanced_ct(*data, {});
  REQUIRE_FALSE(record.has_value());
  CHECK(record.error().kind == ErrorKind::not_found);
}

TEST_CASE("enhanced XA: dose of the image and geometry of its groups make one event", "[multiframe]") {
  const auto data = image({{DCM_ImageAndFluoroscopyAreaDoseProduct, "10"}, {DCM_KVP, "75"}, {DCM_Modality, "XA"}});
  auto& groups = shared(*data);
  put_group(groups, DCM_IrradiationEventIdentificationSequence, {{DCM_IrradiationEventUID, "1.2.77"}});
  put_group(groups, DCM_XRayGeometrySequence, {{DCM_DistanceSourceToDetector, "1100"}});
  put_group(frame(*data), DCM_PositionerPositionSequence, {{DCM_PositionerPrimaryAngle, "-30"}});
  put_group(frame(*data), DCM_PositionerPositionSequence, {{DCM_PositionerPrimaryAngle, "30"}});
  const auto event = exposure_of(*data);
  CHECK(event.irradiation_event_uid == "1.2.3.4");
  CHECK(event.header_event_uid == "1.2.77");
  CHECK(event.dose_area_product == Approx(1e-4));
  CHECK(event.kvp == 75);
  CHECK(event.distance_source_to_detector == 1100);
  CHECK(event.positioner_primary_angle == -30);
}

TEST_CASE("enhanced XA: voltage and current are means of the frames, time and charge their sums", "[multiframe]") {
  const auto data = image({});
  for (const auto* kv : {"70", "80"})
    put_group(
        frame(*data), DCM_FrameAcquisitionSequence,
        {{DCM_KVP, kv}, {DCM_XRayTubeCurrentInmA, "100"}, {DCM_ExposureTimeInms, "8"}, {DCM_ExposureInmAs, "0.8"}});
  const auto event = exposure_of(*data);
  CHECK(event.kvp == 75);
  CHECK(event.average_xray_tube_current == 100);
  CHECK(event.exposure_time == 16);
  CHECK(event.exposure_uas == Approx(1600));
}

TEST_CASE("enhanced XA: an area product of the image alone serves where that with fluoroscopy is not told",
          "[multiframe]") {
  CHECK(exposure_of(*image({{DCM_AcquiredImageAreaDoseProduct, "20"}})).dose_area_product == Approx(2e-4));
  CHECK(exposure_of(*image({{DCM_AcquiredImageAreaDoseProduct, "20"}, {DCM_ImageAndFluoroscopyAreaDoseProduct, "30"}}))
            .dose_area_product == Approx(3e-4));
}

TEST_CASE("enhanced XA: it counts as RF, a craniofacial volume as what its header says", "[multiframe]") {
  const auto modality = [](const char* told) {
    const auto data = image({{DCM_KVP, "75"}, {DCM_Modality, told}});
    return extract::extract_enhanced_xa(*data, {})->report.modality_type;
  };
  CHECK(modality("XA") == "RF");
  CHECK(modality("DX") == "DX");
}

TEST_CASE("enhanced XA: an image that tells of no exposure is no event", "[multiframe]") {
  const auto record = extract::extract_enhanced_xa(*image({{DCM_DistanceSourceToDetector, "1100"}}), {});
  REQUIRE_FALSE(record.has_value());
  CHECK(record.error().kind == ErrorKind::not_found);
}

TEST_CASE("tomosynthesis: dose, side and compression stand in the acquisition and in the groups", "[multiframe]") {
  const auto data = image({});
  auto& acquisition = add_item(*data, DCM_XRay3DAcquisitionSequence);
  put(acquisition, {{DCM_OrganDose, "0.015"}, {DCM_BodyPartThickness, "54"}, {DCM_AnodeTargetMaterial, "TUNGSTEN"}});
  for (const auto* charge : {"4", "5"})
    put_group(acquisition, DCM_PerProjectionAcquisitionSequence, {{DCM_KVP, "31"}, {DCM_ExposureInmAs, charge}});
  put_group(shared(*data), DCM_FrameAnatomySequence, {{DCM_FrameLaterality, "L"}});
  const auto event = exposure_of(*data, &extract::extract_mg_image);
  CHECK(event.average_glandular_dose == Approx(1.5));
  CHECK(event.laterality->meaning == "Left");
  CHECK(event.compression_thickness == 54);
  CHECK(event.anode_target_material->value == "C-164F9");
  CHECK(event.kvp == 31);
  CHECK(event.exposure_uas == Approx(9000));
}

TEST_CASE("multi-frame: numbers that no sum can hold are left out", "[multiframe]") {
  const auto data = image({{DCM_KVP, "70"}});
  for (int n = 0; n < 2; ++n)
    put_group(frame(*data), DCM_FrameAcquisitionSequence,
              {{DCM_ExposureTimeInms, "1e308"}, {DCM_ExposureInmAs, "1e306"}});
  const auto event = exposure_of(*data);
  CHECK_FALSE(event.exposure_uas);
  CHECK((!event.exposure_time || std::isfinite(*event.exposure_time)));
}

TEST_CASE("multi-frame: empty groups are passed over", "[multiframe]") {
  const auto data = image({{DCM_CTDIvol, "7"}});
  auto& groups = shared(*data);
  put_group(groups, DCM_CTExposureSequence, {});
  must(groups.insertEmptyElement(DCM_CTXRayDetailsSequence));
  CHECK(scan_of(*data).mean_ctdivol == 7);
}
