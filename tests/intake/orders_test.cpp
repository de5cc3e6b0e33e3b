// Objects that belong together, in every order and more than once: the same study comes out.

#include "support/orders.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "harvester/report/export_json.hpp"
#include "support/dose_database.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

std::string exported(DoseDatabase& store) {
  std::ostringstream out;
  REQUIRE(report::export_json(store.connection(), {}, out));
  return out.str();
}

void check_all_orders(const std::vector<DoseRecord>& records) {
  std::string expected;
  for_each_order(records.size(), 120, [&](const std::vector<std::size_t>& order) {
    DoseDatabase store;
    for (const auto n : order) store.add(records[n]);
    if (expected.empty()) expected = exported(store);
    std::string told;
    for (const auto n : order) told += std::to_string(n) + " ";
    INFO("order " << told);
    REQUIRE(exported(store) == expected);
  });
}

DoseRecord without_ct(DoseRecord record, ObjectKind kind, const std::string& modality) {
  record.ct_accumulated.clear();
  record.ct_events.clear();
  record.report.object_kind = kind;
  record.report.modality_type = modality;
  return record;
}

XrayEvent exposure(const std::string& uid, const std::string& started, double dap) {
  XrayEvent event;
  event.irradiation_event_uid = uid;
  event.date_time_started = started;
  event.dose_area_product = dap;
  event.average_glandular_dose = dap * 1e6;
  event.laterality = Code{"T-04030", "SRT", "Left breast"};
  event.image_view = Code{"R-10242", "SRT", "cranio-caudal"};
  return event;
}

/// An image as its extractor gives it: one event whose UID is the object's.
DoseRecord image(int number, ObjectKind kind, const std::string& modality, const std::string& started, double dap,
                 const std::string& header_event = "") {
  auto record = without_ct(tests::ct_record(number, {}), kind, modality);
  auto event = exposure(record.report.sop_instance_uid, started, dap);
  if (!header_event.empty()) event.header_event_uid = header_event;
  record.xray_events.push_back(event);
  return record;
}

DoseRecord mammography_report(int number, const std::vector<XrayEvent>& events) {
  auto record = without_ct(tests::ct_record(number, {}), ObjectKind::mammography_rdsr, "MG");
  record.xray_accumulated.emplace_back().accumulated_average_glandular_dose = 3;
  record.xray_events = events;
  return record;
}

DoseRecord administration(int number, ObjectKind kind, const std::string& uid, double activity) {
  auto record = without_ct(tests::ct_record(number, {}), kind, "NM");
  record.report.series_instance_uid = "1.2.3.50." + std::to_string(number);
  auto& event = record.nm_events.emplace_back();
  if (!uid.empty()) event.radiopharmaceutical_administration_event_uid = uid;
  event.radionuclide = Code{"C-111A1", "SRT", "^18^Fluorine"};
  event.radiopharmaceutical_start_datetime = "2024-02-29T08:00:00";
  event.administered_activity = activity;
  if (kind != ObjectKind::pet_image) return record;
  record.pet_series.emplace_back().series_instance_uid = record.report.series_instance_uid;
  return record;
}

}  // namespace

TEST_CASE("orders: cumulative reports", "[orders]") {
  check_all_orders({ct_record(1, {"a"}), ct_record(2, {"a", "b"}), ct_record(3, {"a", "b", "c"})});
}

TEST_CASE("orders: continued, partly overlapping and equal reports", "[orders]") {
  check_all_orders({ct_record(1, {"a", "b"}), ct_record(2, {"c"}), ct_record(3, {"b", "d"}), ct_record(4, {"d", "b"})});
}

TEST_CASE("orders: the CT and the PET part of one study", "[orders]") {
  check_all_orders({ct_record(1, {"a", "b"}), ct_record(2, {"a", "b", "c"}),
                    administration(3, ObjectKind::radiopharmaceutical_rdsr, "1.9", 394),
                    administration(4, ObjectKind::pet_image, "", 390),
                    administration(5, ObjectKind::pet_image, "", 390)});
}

TEST_CASE("orders: a mammography report, the images of its exposures, and one that it does not know", "[orders]") {
  const auto first = exposure("1.7", "2024-02-29T10:00:00", 1e-6),
             second = exposure("1.8", "2024-02-29T10:05:00", 2e-6);
  check_all_orders({mammography_report(1, {first, second}),
                    image(2, ObjectKind::mg_image, "MG", "2024-02-29T10:00:00", 1e-6, "1.7"),
                    image(3, ObjectKind::mg_image, "MG", "2024-02-29T10:05:01", 2e-6),
                    image(4, ObjectKind::mg_image, "MG", "2024-02-29T10:09:00", 3e-6)});
}

TEST_CASE("orders: cumulative mammography reports and images", "[orders]") {
  const auto first = exposure("1.7", "2024-02-29T10:00:00", 1e-6),
             second = exposure("1.8", "2024-02-29T10:05:00", 2e-6);
  check_all_orders({mammography_report(1, {first}), mammography_report(2, {first, second}),
                    image(3, ObjectKind::mg_image, "MG", "2024-02-29T10:05:00", 2e-6),
                    image(4, ObjectKind::mg_image, "MG", "2024-02-29T10:05:00", 2e-6, "1.8")});
}

TEST_CASE("orders: images of a radiography, two of them for processing and for presentation", "[orders]") {
  check_all_orders({image(1, ObjectKind::dx_image, "DX", "2024-02-29T10:00:00", 1e-6),
                    image(2, ObjectKind::dx_image, "DX", "2024-02-29T10:00:00", 1e-6),
                    image(3, ObjectKind::dx_image, "DX", "2024-02-29T10:02:00", 2e-6),
                    image(4, ObjectKind::dx_image, "DX", "2024-02-29T10:04:00", 4e-6)});
}

TEST_CASE("orders: a dose info of a CT and the report of the same study", "[orders]") {
  auto info = ct_record(3, {"a"});
  info.report.object_kind = ObjectKind::ct_dose_info;
  info.ct_events[0].irradiation_event_uid.reset();
  check_all_orders({ct_record(1, {"a"}), ct_record(2, {"a", "b"}), info});
}
