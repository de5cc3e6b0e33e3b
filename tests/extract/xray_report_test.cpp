#include <catch2/catch.hpp>

#include "harvester/extract/extractor_table.hpp"
#include "support/sr_builder.hpp"

using namespace harvester;
using namespace harvester::tests;
using sr::dcm;

namespace {

using Nodes = std::vector<sr::Node>;

sr::Report projection_report() {
  auto report = sr::ct_report();
  report.template_identifier = "10001";
  report.content.clear();
  report.add(sr::code(dcm("121058", "Procedure reported"), dcm("113704", "Projection X-Ray")));
  return report;
}

sr::Node plane(Nodes items, const char* code = "113622") {
  items.push_back(sr::code(dcm("113764", "Acquisition Plane"), dcm(code, "Plane")));
  return sr::container(dcm("113702", "Accumulated X-Ray Dose Data"), std::move(items));
}

sr::Node event(Nodes items, const std::string& uid = "1.2.7") {
  items.push_back(sr::uid(dcm("113769", "Irradiation Event UID"), uid));
  return sr::container(dcm("113706", "Irradiation Event X-Ray Data"), std::move(items));
}

DoseRecord extracted(const sr::Report& report) {
  auto data = sr::dataset(report);
  auto record = extract::extract_projection_report(*data, {});
  REQUIRE(record.has_value());
  return *record;
}

XrayEvent event_with(Nodes items) {
  auto report = projection_report();
  report.add(plane({})).add(event(std::move(items)));
  return extracted(report).xray_events.at(0);
}

DoseRecord with_plane(Nodes items) {
  auto report = projection_report();
  report.add(plane(std::move(items))).add(event({}));
  return extracted(report);
}

}  // namespace

TEST_CASE("xray report: dose comes in the stored unit whatever unit the maker wrote", "[xray]") {
  const auto [unit, value] = GENERATE(table<const char*, const char*>({{"Gy.m2", "0.0002"},
                                                                       {"Gym2", "0.0002"},
                                                                       {"dGy.cm2", "20"},
                                                                       {"cGy.cm2", "200"},
                                                                       {"mGy.cm2", "2000"},
                                                                       {"", "0.0002"}}));
  CHECK(event_with({sr::num(dcm("122130", "Dose Area Product"), value, unit)}).dose_area_product == Approx(0.0002));
  CHECK(event_with({sr::num(dcm("113738", "Dose (RP)"), "5", "mGy")}).dose_rp == Approx(0.005));
  CHECK_FALSE(event_with({sr::num(dcm("113738", "Dose (RP)"), "5", "furlong")}).dose_rp);
}

TEST_CASE("xray report: values of single pulses are kept, and their mean leaves out zeros", "[xray]") {
  const auto pulse = [](const char* kv) { return sr::num(dcm("113733", "KVP"), kv, "kV"); };
  const auto several = event_with({pulse("60"), pulse("0"), pulse("50")});
  REQUIRE(several.pulses.size() == 3);
  CHECK(several.pulses[1].kvp == 0);
  CHECK(several.kvp == 55);
  CHECK(event_with({pulse("60")}).pulses.empty());
  CHECK(event_with({sr::num(dcm("113733", "KVP"), "60\\50", "kV")}).pulses.size() == 2);
}

TEST_CASE("xray report: exposure time of pulses alone is their width times their number", "[xray]") {
  const Nodes pulses{sr::num(dcm("113793", "Pulse Width"), "4", "ms"),
                     sr::num(dcm("113768", "Number of Pulses"), "6", "1")};
  CHECK(event_with(pulses).exposure_time == 24);
  auto told = pulses;
  told.push_back(sr::num(dcm("113824", "Exposure Time"), "30", "ms"));
  CHECK(event_with(told).exposure_time == 30);
}

TEST_CASE("xray report: filters keep their order, and no maximum is below its minimum", "[xray]") {
  const auto filter = [](const char* least, const char* most) {
    return sr::container(dcm("113771", "X-Ray Filters"),
                         {sr::num(dcm("113758", "X-Ray Filter Thickness Minimum"), least, "mm"),
                          sr::num(dcm("113773", "X-Ray Filter Thickness Maximum"), most, "mm")});
  };
  const auto filters = event_with({filter("0.9", "0.1"), filter("0.2", "0.3")}).filters;
  REQUIRE(filters.size() == 2);
  CHECK(filters[0].xray_filter_thickness_minimum == 0.1);
  CHECK(filters[0].xray_filter_thickness_maximum == 0.9);
  CHECK(filters[1].xray_filter_thickness_maximum == 0.3);
}

TEST_CASE("xray report: a side below the structure or the region is that of the event", "[xray]") {
  const auto side = sr::code({"G-C171", "SRT", "Laterality"}, {"G-A101", "SRT", "Left"});
  CHECK(event_with({sr::code({"T-D0005", "SRT", "Anatomical structure"}, {"T-04000", "SRT", "Breast"}, {side})})
            .laterality->meaning == "Left");
  CHECK(event_with({sr::code(dcm("123014", "Target Region"), {"T-04000", "SRT", "Breast"}, {side})})
            .laterality->meaning == "Left");
}

TEST_CASE("xray report: a breast has a row of its own in the accumulated dose", "[xray]") {
  const auto breast = [](const char* dose, const char* name) {
    auto node = sr::num(dcm("111637", "Accumulated Average Glandular Dose"), dose, "mGy");
    node.children.push_back(sr::code({"G-C171", "SRT", "Laterality"}, {"", "", name}));
    return node;
  };
  const auto record = with_plane({breast("1.3", "Left breast"), breast("1.2", "Right breast")});
  REQUIRE(record.xray_accumulated.size() == 2);
  CHECK(record.xray_accumulated[1].accumulated_average_glandular_dose == 1.2);
  CHECK(record.xray_accumulated[1].laterality->meaning == "Right breast");
}

TEST_CASE("xray report: without device type fluoroscopy that gave dose makes it RF, else it is DX", "[xray]") {
  CHECK(with_plane({sr::num(dcm("113730", "Total Fluoro Time"), "3", "s")}).report.modality_type == "RF");
  CHECK(with_plane({sr::num(dcm("113730", "Total Fluoro Time"), "0", "s")}).report.modality_type == "DX");
  auto report = projection_report();
  report.add(sr::code(dcm("122142", "Acquisition Device Type"),
                      dcm("113957", "Fluoroscopy-Guided Projection Radiography System")));
  report.add(plane({})).add(event({}));
  CHECK(extracted(report).report.modality_type == "RF");
}

TEST_CASE("xray report: a wrong code with the right meaning is read by its meaning", "[xray]") {
  auto report = projection_report();
  report.add(sr::code(dcm("113745", "X-Ray Detector Data Available"), {"R-0038D", "SRT", "Yes"}));
  report.add(plane({})).add(event({}));
  CHECK(extracted(report).report.xray_detector_data_available->meaning == "Yes");
}
