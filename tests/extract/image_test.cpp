#include <catch2/catch.hpp>

#include "harvester/extract/extractor_table.hpp"
#include "support/images.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

XrayEvent event_of(extract::Extractor extractor, const Attributes& more) {
  const auto data = image(more);
  const auto record = extractor(*data, {});
  REQUIRE(record.has_value());
  REQUIRE(record->xray_events.size() == 1);
  return record->xray_events[0];
}

NmEvent administration(extract::Extractor extractor, const Attributes& more) {
  const auto data = image({{DCM_SeriesDate, "20240229"}});
  put(add_item(*data, DCM_RadiopharmaceuticalInformationSequence), more);
  const auto record = extractor(*data, {});
  REQUIRE(record.has_value());
  REQUIRE(record->nm_events.size() == 1);
  return record->nm_events[0];
}

}  // namespace

TEST_CASE("image: the event is named by the image, and started when it was acquired", "[image]") {
  const auto event = event_of(&extract::extract_dx_image, {{DCM_IrradiationEventUID, "1.2.77"}});
  CHECK(event.irradiation_event_uid == "1.2.3.4");
  CHECK(event.header_event_uid == "1.2.77");
  CHECK(event.date_time_started == "2024-02-29T10:11:12");
}

TEST_CASE("image: dose area product is dGy.cm2 and organ dose dGy in a header", "[image]") {
  const auto event = event_of(&extract::extract_mg_image, {{DCM_ImageAndFluoroscopyAreaDoseProduct, "10.157"},
                                                           {DCM_OrganDose, "0.01373"},
                                                           {DCM_CommentsOnRadiationDose, "31 %"}});
  CHECK(event.dose_area_product == Approx(0.00010157));
  CHECK(event.average_glandular_dose == Approx(1.373));
  CHECK(event.percent_fibroglandular_tissue == 31);
}

TEST_CASE("image: exposure in uAs wins over that in mAs", "[image]") {
  CHECK(event_of(&extract::extract_dx_image, {{DCM_Exposure, "21"}}).exposure_uas == 21000);
  CHECK(event_of(&extract::extract_dx_image, {{DCM_Exposure, "21"}, {DCM_ExposureInuAs, "20800"}}).exposure_uas ==
        20800);
}

TEST_CASE("image: filters in comma lists are paired and put in order", "[image]") {
  const auto event = event_of(&extract::extract_cr_image, {{DCM_FilterMaterial, "ALUMINUM,COPPER"},
                                                           {DCM_FilterThicknessMinimum, "1.06,0.206"},
                                                           {DCM_FilterThicknessMaximum, "0.94,0.194"}});
  REQUIRE(event.filters.size() == 2);
  CHECK(event.filters[0].xray_filter_material->meaning == "Aluminum or Aluminum compound");
  CHECK(event.filters[0].xray_filter_thickness_minimum == 0.94);
  CHECK(event.filters[1].xray_filter_thickness_maximum == 0.206);
}

TEST_CASE("image: a filter that stands in its type is read, and grids by their terms, cut short or not", "[image]") {
  const auto event =
      event_of(&extract::extract_dx_image, {{DCM_FilterType, "CU_0.2_MM"}, {DCM_Grid, "RECIPROCATING\\FO"}});
  REQUIRE(event.filters.size() == 1);
  CHECK(event.filters[0].xray_filter_thickness_maximum == 0.2);
  REQUIRE(event.grids.size() == 2);
  CHECK(event.grids[1].xray_grid->value == "111642");
}

TEST_CASE("image: activity is Bq in PET images and MBq in NM images", "[image]") {
  CHECK(administration(&extract::extract_pet_image, {{DCM_RadionuclideTotalDose, "394000000"}}).administered_activity ==
        394);
  CHECK(administration(&extract::extract_nm_image, {{DCM_RadionuclideTotalDose, "764"}}).administered_activity == 764);
  CHECK(administration(&extract::extract_pet_image, {{DCM_RadiopharmaceuticalStartTime, "104830"}})
            .radiopharmaceutical_start_datetime == "2024-02-29T10:48:30");
}

TEST_CASE("image: without any date it is read all the same, and its study has none", "[image]") {
  DcmDataset data;
  put(data, {{DCM_SOPInstanceUID, "1.2.3.4"}, {DCM_StudyInstanceUID, "1.2.3"}, {DCM_StudyTime, "101112"}});
  const auto record = extract::extract_dx_image(data, {});
  REQUIRE(record.has_value());
  CHECK_FALSE(record->patient_study.study_date);
  CHECK(record->patient_study.study_time == "10:11:12");
  CHECK_FALSE(record->xray_events[0].date_time_started);
}
