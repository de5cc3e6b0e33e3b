#include "images.hpp"

#include <cmath>

#include "codes.hpp"
#include "item_writing.hpp"
#include "sr_tree.hpp"

namespace harvester::simulation {
namespace {

std::string whole(double value) { return std::to_string(std::lround(value)); }

void put_code(DcmItem& item, const DcmTagKey& sequence, const Code& code) {
  if (!code.value.empty()) write_code(new_item(item, sequence), code, {});
}

/// A gradient, so that neither a disk nor a network sees only zeros.
void write_pixels(DcmItem& item, const InstancePlan& instance, bool screen) {
  const auto& image = instance.image;
  put_number(item, DCM_SamplesPerPixel, 1);
  put(item, DCM_PhotometricInterpretation, "MONOCHROME2");
  put_number(item, DCM_Rows, image.rows);
  put_number(item, DCM_Columns, image.columns);
  put_number(item, DCM_BitsAllocated, 16);
  put_number(item, DCM_BitsStored, 12);
  put_number(item, DCM_HighBit, 11);
  put_number(item, DCM_PixelRepresentation, 0);
  const auto count = static_cast<std::size_t>(image.rows) * static_cast<std::size_t>(image.columns);
  std::vector<Uint16> pixels(count);
  for (std::size_t i = 0; i < count; ++i) pixels[i] = static_cast<Uint16>((screen ? i * 37 : i * 7 + i / 3) & 0x0FFFU);
  item.putAndInsertUint16Array(DCM_PixelData, pixels.data(), static_cast<unsigned long>(count));
}

void write_ct_geometry(DcmItem& item, const InstancePlan& instance) {
  put(item, DCM_ImageType, "ORIGINAL\\PRIMARY\\AXIAL");
  put(item, DCM_AcquisitionNumber, "1");
  put(item, DCM_SliceThickness, "1");
  put(item, DCM_PixelSpacing, "0.7\\0.7");
  put(item, DCM_ImagePositionPatient,
      "-180\\-180\\" + (instance.instance_number.empty() ? "0" : instance.instance_number));
  put(item, DCM_ImageOrientationPatient, "1\\0\\0\\0\\1\\0");
  put(item, DCM_RescaleIntercept, "-1024");
  put(item, DCM_RescaleSlope, "1");
}

void write_ct(DcmItem& item, const StudyPlan& study, const InstancePlan& instance) {
  put(item, DCM_FrameOfReferenceUID, study.uid + ".0.0");
  put(item, DCM_PositionReferenceIndicator, "");
  put(item, DCM_PatientPosition, "HFS");
  write_ct_geometry(item, instance);
  if (instance.report.ct.empty()) return put(item, DCM_KVP, "120");
  const auto& event = instance.report.ct.front();
  put(item, DCM_KVP, decimal_string(event.sources.empty() ? 120 : event.sources.front().kvp));
  if (event.ctdi_vol_mgy) item.putAndInsertFloat64(DCM_CTDIvol, *event.ctdi_vol_mgy);
}

/// What Philips CT systems write beside the screen: an exposure dose sequence and a comment.
void write_dose_info(DcmItem& item, const InstancePlan& instance) {
  put(item, DCM_ConversionType, "WSD");
  put(item, DCM_ImageType, "DERIVED\\SECONDARY\\DOSE_INFO");
  put_number(item, DCM_RETIRED_TotalNumberOfExposures, static_cast<int>(instance.report.ct.size()));
  double dlp = 0;
  for (const auto& event : instance.report.ct) {
    dlp += event.dlp_mgy_cm.value_or(0);
    DcmItem& exposure = new_item(item, DCM_RETIRED_ExposureDoseSequence);
    put(exposure, DCM_RadiationMode, "CONTINUOUS");
    put(exposure, DCM_KVP, decimal_string(event.sources.front().kvp));
    put(exposure, DCM_XRayTubeCurrentInuA, decimal_string(event.sources.front().current_ma * 1000));
    put(exposure, DCM_ExposureTime, whole(event.exposure_time_s * 1000));
    put(exposure, DCM_AcquisitionType, event.pitch ? "SPIRAL" : "SEQUENCED");
    if (event.ctdi_vol_mgy) exposure.putAndInsertFloat64(DCM_CTDIvol, *event.ctdi_vol_mgy);
    put(exposure, DCM_CommentsOnRadiationDose, "DLP " + decimal_string(event.dlp_mgy_cm.value_or(0)) + " mGy*cm");
  }
  put(item, DCM_CommentsOnRadiationDose, "TotalDLP=" + decimal_string(dlp));
}

void write_dose_screen(DcmItem& item) {
  put(item, DCM_ConversionType, "WSD");
  put(item, DCM_ImageType, "DERIVED\\SECONDARY\\DOSE");
  put(item, DCM_BurnedInAnnotation, "YES");
}

/// What DX, CR, MG, XA and RF images say of tube and dose.
void write_exposure(DcmItem& item, const XRayEventPlan& event) {
  put(item, DCM_KVP, decimal_string(event.kvp));
  put(item, DCM_XRayTubeCurrent, whole(event.current_ma));
  put(item, DCM_ExposureTime, whole(event.exposure_time_ms));
  put(item, DCM_ExposureInuAs, whole(event.exposure_uas));
  if (event.dap_gy_m2) put(item, DCM_ImageAndFluoroscopyAreaDoseProduct, decimal_string(*event.dap_gy_m2 * 1e5));
  if (event.distance_source_detector_mm) {
    put(item, DCM_DistanceSourceToDetector, decimal_string(*event.distance_source_detector_mm));
  }
  if (event.compression_thickness_mm) put(item, DCM_BodyPartThickness, decimal_string(*event.compression_thickness_mm));
  if (event.compression_force_n) put(item, DCM_CompressionForce, decimal_string(*event.compression_force_n));
  if (event.average_glandular_dose_mgy)
    put(item, DCM_OrganDose, decimal_string(*event.average_glandular_dose_mgy / 100));
}

void write_projection(DcmItem& item, const InstancePlan& instance) {
  put(item, DCM_ImageType, instance.content == Content::cr_image ? "DERIVED\\PRIMARY" : "ORIGINAL\\PRIMARY\\");
  put(item, DCM_PatientOrientation, "L\\F");
  if (instance.report.xray.empty()) return;
  const auto& event = instance.report.xray.front();
  write_exposure(item, event);
  if (instance.content == Content::cr_image || instance.content == Content::xa_image) return;
  put(item, DCM_ImageLaterality, event.laterality.meaning.empty() ? "U" : event.laterality.meaning.substr(0, 1));
}

void write_mammogram(DcmItem& item, const InstancePlan& instance) {
  write_projection(item, instance);
  put(item, DCM_PresentationIntentType, "FOR PRESENTATION");
  put(item, DCM_BodyPartExamined, "BREAST");
  if (instance.report.xray.empty()) return;
  const auto& event = instance.report.xray.front();
  put(item, DCM_ViewPosition, event.view.meaning == "cranio-caudal" ? "CC" : "MLO");
  put_code(item, DCM_ViewCodeSequence, event.view);
}

/// PET says the activity in Bq, NM in MBq (both as their vendors do).
void write_nuclear(DcmItem& item, const InstancePlan& instance) {
  put(item, DCM_ImageType, "ORIGINAL\\PRIMARY");
  if (!instance.report.administration) return;
  const auto& given = *instance.report.administration;
  const bool pet = instance.content == Content::pet_image;
  DcmItem& information = new_item(item, DCM_RadiopharmaceuticalInformationSequence);
  put(information, DCM_Radiopharmaceutical, given.agent.meaning);
  put(information, DCM_RadionuclideTotalDose, decimal_string(given.administered_mbq * (pet ? 1e6 : 1)));
  put(information, DCM_RadionuclideHalfLife, decimal_string(given.half_life_s));
  put(information, DCM_RadiopharmaceuticalStartDateTime, given.started);
  put(information, DCM_RadiopharmaceuticalStartTime, given.started.size() > 8 ? given.started.substr(8) : "");
  put_code(information, DCM_RadionuclideCodeSequence, given.radionuclide);
  put_code(information, DCM_RadiopharmaceuticalCodeSequence, given.agent);
}

}  // namespace

void write_image(DcmItem& item, const StudyPlan& study, const InstancePlan& instance) {
  switch (instance.content) {
    case Content::ct_image:
      write_ct(item, study, instance);
      break;
    case Content::philips_dose_info:
      write_dose_info(item, instance);
      break;
    case Content::dose_screen:
      write_dose_screen(item);
      break;
    case Content::mg_image:
      write_mammogram(item, instance);
      break;
    case Content::nm_image:
    case Content::pet_image:
      write_nuclear(item, instance);
      break;
    default:
      write_projection(item, instance);
      break;
  }
  write_pixels(item, instance, instance.content == Content::dose_screen);
}

}  // namespace harvester::simulation
