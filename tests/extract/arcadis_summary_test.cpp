#include <algorithm>
#include <catch2/catch.hpp>

#include "harvester/extract/extractor_table.hpp"
#include "support/sr_builder.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

sr::Coded sms(const char* value, const char* meaning) { return {value, "99SMS_RADSUM", meaning}; }

sr::Report summary(std::vector<sr::Node> content) {
  auto report = sr::ct_report();
  report.root = sms("C-10", "Radiation Summary");
  report.template_identifier.clear();
  report.content = std::move(content);
  return report;
}

DoseRecord extracted(std::vector<sr::Node> content) {
  auto data = sr::dataset(summary(std::move(content)));
  auto record = extract::extract_arcadis_summary(*data, {});
  REQUIRE(record.has_value());
  return *record;
}

XrayAccumulated totals(std::vector<sr::Node> content) {
  const auto record = extracted(std::move(content));
  REQUIRE(record.xray_accumulated.size() == 1);
  return record.xray_accumulated[0];
}

}  // namespace

TEST_CASE("arcadis summary: totals and examination are read by the maker's codes, whatever the meanings say",
          "[arcadis]") {
  const auto record =
      extracted({sr::num(sms("C-200", "a"), "12", "1"), sr::num(sms("C-202", "b"), "95", "s"),
                 sr::num(sms("C-204", "c"), "1.5", "Gy.cm2"), sr::datetime(sms("C-206", "d"), "20240229101112"),
                 sr::datetime(sms("C-208", "e"), "20240229111112")});
  CHECK(record.report.modality_type == "RF");
  CHECK(record.report.start_of_examination == "2024-02-29T10:11:12");
  CHECK(record.report.end_of_examination == "2024-02-29T11:11:12");
  REQUIRE(record.xray_accumulated.size() == 1);
  const auto& row = record.xray_accumulated[0];
  CHECK(row.acquisition_plane->value == "113622");
  CHECK(row.total_number_of_radiographic_frames == 12);
  CHECK(row.total_fluoro_time == 95);
  CHECK(row.dose_area_product_total == Approx(1.5e-4));
  CHECK(record.xray_events.empty());
  CHECK(record.unmapped.empty());
}

TEST_CASE("arcadis summary: an area product without unit is in Gy.cm2, one with a unit in that", "[arcadis]") {
  const auto product = [](const char* unit) {
    return totals({sr::num(sms("C-204", "DAP"), "2", unit)}).dose_area_product_total;
  };
  CHECK(product("") == Approx(2e-4));
  CHECK(product("Gy.m2") == Approx(2));
  CHECK(product("uGy.m2") == Approx(2e-6));
  CHECK_FALSE(product("furlong"));
}

TEST_CASE("arcadis summary: the same codes of another scheme are not the maker's, the standard's meanings are taken",
          "[arcadis]") {
  CHECK_FALSE(totals({sr::num({"C-202", "99OTHER", "b"}, "95", "s")}).total_fluoro_time);
  CHECK(totals({sr::num({"", "", "Total fluoro time"}, "2", "min")}).total_fluoro_time == 120);
}

TEST_CASE("arcadis summary: what is not known is kept as unmapped, a total without value is none", "[arcadis]") {
  const auto record = extracted({sr::num_without_value(sms("C-204", "c")), sr::num(sms("C-777", "Other"), "3", "1")});
  CHECK_FALSE(record.xray_accumulated.at(0).dose_area_product_total);
  REQUIRE(record.unmapped.size() == 1);
  CHECK(record.unmapped[0].concept_value == "C-777");
  CHECK(std::any_of(record.warnings.begin(), record.warnings.end(),
                    [](const auto& w) { return w.kind == DoseWarning::accumulated_data_missing; }));
}
