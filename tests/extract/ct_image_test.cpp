#include <catch2/catch.hpp>

#include "harvester/core/result.hpp"
#include "harvester/core/sop_classes.hpp"
#include "harvester/extract/extractor_table.hpp"
#include "support/images.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

std::unique_ptr<DcmDataset> screen(const Attributes& more) {
  auto data = image({{DCM_SOPClassUID, sop_class::kSecondaryCapture.data()}, {DCM_Manufacturer, "TOSHIBA"}});
  put(*data, more);
  return data;
}

MaybeNumber total_in(const char* comment) {
  const auto record = extract::extract_toshiba_ct(*screen({{DCM_CommentsOnRadiationDose, comment}}), {});
  return record ? record->ct_accumulated.at(0).ct_dose_length_product_total : std::nullopt;
}

}  // namespace

TEST_CASE("toshiba CT: an image is one scan, named by its acquisition", "[ct_image]") {
  const auto data = image({{DCM_Manufacturer, "TOSHIBA"},
                           {DCM_KVP, "120"},
                           {DCM_XRayTubeCurrent, "227"},
                           {DCM_AcquisitionNumber, "6"},
                           {DCM_BodyPartExamined, "ABDOMEN"},
                           {DCM_CTDIvol, "9.8"}});
  const auto record = extract::extract_toshiba_ct(*data, {});
  REQUIRE(record.has_value());
  CHECK(record->report.object_kind == ObjectKind::toshiba_ct);
  REQUIRE(record->ct_events.size() == 1);
  const auto& scan = record->ct_events[0];
  CHECK_FALSE(scan.irradiation_event_uid);
  CHECK(scan.irradiation_event_label == "6");
  CHECK(scan.irradiation_event_label_type->value == "113608");
  CHECK(scan.mean_ctdivol == 9.8);
  CHECK(scan.target_region->meaning == "ABDOMEN");
  CHECK(scan.xray_sources.at(0).xray_tube_current == 227);
}

TEST_CASE("toshiba CT: a localizer is a scan at a constant angle", "[ct_image]") {
  const auto data = image({{DCM_ImageType, "ORIGINAL\\PRIMARY\\LOCALIZER"}, {DCM_CTDIvol, "0.1"}});
  CHECK(extract::extract_toshiba_ct(*data, {})->ct_events.at(0).ct_acquisition_type->value == "113805");
}

TEST_CASE("dose screen: a total in a comment is read if its unit stands there", "[ct_image]") {
  CHECK(total_in("Total DLP: 245.1 mGy.cm") == Approx(245.1));
  CHECK(total_in("Scans 3, TOTAL DLP (mGycm) = 245.1, head") == Approx(245.1));
  CHECK(total_in("total DLP 0.5 Gy.cm") == Approx(500));
  CHECK_FALSE(total_in("Total DLP 245.1"));
  CHECK_FALSE(total_in("Total DLP 245.1 furlong"));
  CHECK_FALSE(total_in("Total DLP as shown on page two below 245.1 mGy.cm"));
  CHECK_FALSE(total_in("Total DLP mGy.cm"));
  CHECK_FALSE(total_in("DLP 245.1 mGy.cm"));
}

TEST_CASE("dose screen: the scans of its sequence are events", "[ct_image]") {
  const auto data = screen({});
  put_group(*data, DCM_RETIRED_ExposureDoseSequence, {{DCM_AcquisitionType, "SPIRAL"}, {DCM_CTDIvol, "9.8"}});
  const auto record = extract::extract_toshiba_ct(*data, {});
  REQUIRE(record.has_value());
  CHECK(record->ct_events.at(0).mean_ctdivol == 9.8);
}

TEST_CASE("dose screen: one that is a picture alone is told apart from a broken object", "[ct_image]") {
  for (const auto extractor : {&extract::extract_toshiba_ct, &extract::extract_ct_dose_info}) {
    const auto record = extractor(*screen({}), {});
    REQUIRE_FALSE(record.has_value());
    CHECK(record.error().kind == ErrorKind::not_found);
    CHECK(record.error().message.find("picture") != std::string::npos);
  }
}
