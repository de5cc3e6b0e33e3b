#include "harvester/core/dose_resolution.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

using namespace harvester;

namespace {

ReportForResolution report(const std::string& uid, std::vector<std::string> keys, const std::string& time = "10:00:00",
                           const std::string& modality = "CT") {
  return {uid, "2024-02-29", time, modality, std::move(keys)};
}

// What came out, by report: order of input must not show in it.
struct Outcome {
  std::map<std::string, std::string> superseded_by;
  std::map<std::string, std::set<std::string>> counted;
  std::map<std::string, bool> overlaps;
  std::string latest;
  bool operator==(const Outcome&) const = default;
};

Outcome outcome_of(const std::vector<ReportForResolution>& reports) {
  const auto resolution = resolve_reports(reports);
  Outcome outcome;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const auto& uid = reports[i].sop_instance_uid;
    outcome.superseded_by[uid] = resolution.reports[i].superseded_by.value_or("");
    outcome.overlaps[uid] = resolution.reports[i].overlaps;
    for (std::size_t e = 0; e < reports[i].event_keys.size(); ++e)
      if (resolution.reports[i].counted[e]) outcome.counted[uid].insert(reports[i].event_keys[e]);
  }
  outcome.latest = reports[resolution.latest].sop_instance_uid;
  return outcome;
}

CtEvent event(const std::string& uid, double dlp, const std::string& type = "P5-08001") {
  CtEvent made;
  if (!uid.empty()) made.irradiation_event_uid = uid;
  made.ct_acquisition_type = Code{type, "SRT", "x"};
  made.dlp = dlp;
  return made;
}

}  // namespace

TEST_CASE("resolution: of cumulative reports only the last one counts, and supersedes all before", "[dose]") {
  const auto outcome = outcome_of({report("r1", {"a"}), report("r2", {"a", "b"}), report("r3", {"a", "b", "c"})});
  CHECK(outcome.superseded_by == std::map<std::string, std::string>{{"r1", "r3"}, {"r2", "r3"}, {"r3", ""}});
  CHECK(outcome.counted == std::map<std::string, std::set<std::string>>{{"r3", {"a", "b", "c"}}});
  CHECK_FALSE(outcome.overlaps.at("r3"));
}

TEST_CASE("resolution: a superset supersedes even where its content time is earlier", "[dose]") {
  const auto outcome = outcome_of({report("r1", {"a"}, "12:00:00"), report("r2", {"a", "b"}, "11:00:00")});
  CHECK(outcome.superseded_by.at("r1") == "r2");
  CHECK(outcome.latest == "r1");
}

TEST_CASE("resolution: of reports with equal events the later one counts", "[dose]") {
  const auto outcome = outcome_of({report("r1", {"a", "b"}, "11:00:00"), report("r2", {"b", "a"}, "10:00:00")});
  CHECK(outcome.superseded_by.at("r2") == "r1");
  CHECK(outcome.superseded_by.at("r1").empty());
}

TEST_CASE("resolution: a continued study counts both reports", "[dose]") {
  const auto outcome = outcome_of({report("r1", {"a"}), report("r2", {"b"})});
  CHECK(outcome.superseded_by == std::map<std::string, std::string>{{"r1", ""}, {"r2", ""}});
  CHECK(outcome.counted.size() == 2);
}

TEST_CASE("resolution: an event of partly overlapping reports counts once, from the latest report", "[dose]") {
  const auto outcome = outcome_of({report("r1", {"a", "b"}, "10:00:00"), report("r2", {"b", "c"}, "11:00:00")});
  CHECK(outcome.counted == std::map<std::string, std::set<std::string>>{{"r1", {"a"}}, {"r2", {"b", "c"}}});
  CHECK(outcome.overlaps.at("r1"));
  CHECK(outcome.overlaps.at("r2"));
}

TEST_CASE("resolution: reports of different modalities do not supersede each other", "[dose]") {
  const auto outcome = outcome_of({report("ct", {"a"}, "10:00:00", "CT"), report("nm", {"a", "b"}, "10:00:00", "NM")});
  CHECK(outcome.superseded_by.at("ct").empty());
  CHECK(outcome.counted.at("ct") == std::set<std::string>{"a"});
}

TEST_CASE("resolution: a report without events is superseded by one with events", "[dose]") {
  const auto outcome = outcome_of({report("r1", {}, "12:00:00"), report("r2", {"a"})});
  CHECK(outcome.superseded_by.at("r1") == "r2");
}

TEST_CASE("resolution: every event counts exactly once, whatever the order of arrival", "[dose]") {
  std::mt19937 random(20240229);
  const auto pick = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  for (int round = 0; round < 300; ++round) {
    std::vector<ReportForResolution> reports;
    std::set<std::string> all;
    const int count = 1 + pick(5);
    for (int r = 0; r < count; ++r) {
      std::vector<std::string> keys;
      for (const auto* key : {"a", "b", "c", "d"})
        if (pick(2) == 0) keys.emplace_back(key);
      all.insert(keys.begin(), keys.end());
      reports.push_back(report("r" + std::to_string(r), keys, pick(2) ? "10:00:00" : "11:00:00"));
    }
    std::sort(reports.begin(), reports.end(),
              [](const auto& a, const auto& b) { return a.sop_instance_uid < b.sop_instance_uid; });
    const auto expected = outcome_of(reports);
    std::multiset<std::string> counted;
    for (const auto& [uid, keys] : expected.counted) counted.insert(keys.begin(), keys.end());
    REQUIRE(std::multiset<std::string>(all.begin(), all.end()) == counted);
    for (const auto& [uid, by] : expected.superseded_by) {
      if (!by.empty()) REQUIRE(expected.superseded_by.at(by).empty());
    }
    std::vector<std::size_t> order(reports.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    do {
      std::vector<ReportForResolution> shuffled;
      for (const auto i : order) shuffled.push_back(reports[i]);
      REQUIRE(outcome_of(shuffled) == expected);
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST_CASE("event keys: events without UID are named by start, type and position among equals", "[dose]") {
  auto first = event("", 1), second = event("", 2), third = event("", 3, "113804");
  for (auto* e : {&first, &second, &third}) e->date_time_started = "2024-02-29T10:00:00";
  const auto keys = event_keys({first, second, third, event("1.2", 4)});
  CHECK(keys[0] != keys[1]);
  CHECK(keys[1] != keys[2]);
  CHECK(keys[3] == "1.2");
  CHECK(event_keys({first, second, third, event("1.2", 4)}) == keys);
  CHECK(event_keys({second}) == std::vector{keys[0]});
}

TEST_CASE("event keys: one UID used for different events keeps both, an exact repetition is dropped", "[dose]") {
  std::vector<CtEvent> events{event("1.2", 1), event("1.2", 2), event("1.2", 1)};
  CHECK(drop_repeated_events(events) == 1);
  REQUIRE(events.size() == 2);
  CHECK(event_keys(events) == std::vector<std::string>{"1.2", "1.2#2"});
}

TEST_CASE("summary: totals are as reported where reports are disjoint, else sums over events and flagged", "[dose]") {
  CtAccumulated total;
  total.ct_dose_length_product_total = 100;
  const ReportTotals first{{total}, {event("a", 40), event("b", 50, "113805")}, {}, {}, {}};
  const ReportTotals second{{total}, {event("c", 9, "113804")}, {}, {}, {}};
  auto disjoint = summarise_study({first, second});
  CHECK(disjoint.total_dlp == 200);
  CHECK(disjoint.totals_from == "reports");
  CHECK(disjoint.number_of_events == 3);
  CHECK(disjoint.number_of_spiral == 1);
  CHECK(disjoint.number_of_const_angle == 1);
  CHECK(disjoint.number_of_axial == 1);
  auto a = first, b = second;
  a.overlaps = b.overlaps = true;
  const auto overlapping = summarise_study({a, b});
  CHECK(overlapping.total_dlp == 99);
  CHECK(overlapping.totals_from == "events");
  a.superseded = true;
  b.overlaps = false;
  CHECK(summarise_study({a, b}).total_dlp == 100);
}

TEST_CASE("summary: without a reported total the events are summed and that is said", "[dose]") {
  const auto summary = summarise_report({{CtAccumulated{}}, {event("a", 40), event("b", 2)}, {}, {}, {}});
  CHECK(summary.total_dlp == 42);
  CHECK(summary.totals_from == "events");
  CHECK_FALSE(summarise_report({}).total_dlp.has_value());
}

TEST_CASE("event keys: they differ even where a report tries to make them equal", "[dose]") {
  const auto keys = event_keys({event("1.2#2", 1), event("1.2", 2), event("1.2", 3), event("1.2#2", 4)});
  CHECK(std::set<std::string>(keys.begin(), keys.end()).size() == 4);
}

namespace {

// A report of one exposure, and an image that may be of it.
ReportForResolution exposure(const std::string& uid, EventFacts facts, bool image, const std::string& modality = "MG") {
  ReportForResolution made{uid, "2024-02-29", "10:00:00", modality, {uid + "/event"}};
  made.facts.push_back(std::move(facts));
  made.image = image;
  made.device = "S1";
  return made;
}

}  // namespace

TEST_CASE("resolution: an image gives way to the report of its exposure, in either order", "[dose]") {
  const EventFacts told{"1.2.7", "2024-02-29T09:00:00", "left", {"1.2.9"}};
  const auto [name, facts, superseded] = GENERATE(table<std::string, EventFacts, bool>({
      {"by event UID", {"1.2.7", "2024-02-29T23:00:00", "right", {}}, true},
      {"by time and breast", {"", "2024-02-29T09:00:02", "left", {}}, true},
      {"another breast", {"", "2024-02-29T09:00:00", "right", {}}, false},
      {"another time", {"", "2024-02-29T09:00:03", "left", {}}, false},
      {"without time", {"", "", "left", {}}, false},
  }));
  INFO(name);
  const std::vector reports{exposure("r", told, false), exposure("i", facts, true)};
  for (const auto& order : {reports, std::vector{reports[1], reports[0]}}) {
    const auto outcome = outcome_of(order);
    CHECK(outcome.superseded_by.at("i") == (superseded ? "r" : ""));
    CHECK(outcome.counted.contains("i") == !superseded);
    CHECK(outcome.counted.contains("r"));
    CHECK(outcome.latest == "r");
  }
}

TEST_CASE("resolution: an image that the report's event names gives way to it", "[dose]") {
  const std::vector reports{exposure("r", {"1.2.7", "", "", {"i"}}, false), exposure("i", {"", "", "", {}}, true)};
  CHECK(outcome_of(reports).superseded_by.at("i") == "r");
}

TEST_CASE("resolution: an image that no report holds counts, and is marked where there is a report of its kind",
          "[dose]") {
  const std::vector reports{exposure("r", {"1.2.7", "2024-02-29T09:00:00", "left", {}}, false),
                            exposure("i", {"", "2024-02-29T11:00:00", "left", {}}, true),
                            exposure("c", {"", "2024-02-29T11:00:00", "", {}}, true, "NM")};
  const auto resolution = resolve_reports(reports);
  CHECK(resolution.reports[1].beside_report);
  CHECK_FALSE(resolution.reports[2].beside_report);
}

TEST_CASE("resolution: of two images of one exposure the one with the lower UID counts, in either order", "[dose]") {
  const EventFacts facts{"", "2024-02-29T09:00:00", "left", {}};
  const std::vector images{exposure("i1", facts, true), exposure("i2", facts, true)};
  for (const auto& order : {images, std::vector{images[1], images[0]}}) {
    CHECK(outcome_of(order).superseded_by.at("i2") == "i1");
    CHECK(outcome_of(order).counted.contains("i1"));
  }
  auto alone = images;
  alone[0].pairs = alone[1].pairs = false;
  CHECK(outcome_of(alone).counted.size() == 2);
}

TEST_CASE("resolution: a dose info gives way to any report of its study, in either order", "[dose]") {
  auto info = report("i", {"no-uid//spiral"}, "12:00:00");
  info.stands_in = true;
  for (const auto& order : {std::vector{info, report("r", {"a"})}, std::vector{report("r", {"a"}), info}}) {
    CHECK(outcome_of(order).superseded_by == std::map<std::string, std::string>{{"i", "r"}, {"r", ""}});
    CHECK(outcome_of(order).counted == std::map<std::string, std::set<std::string>>{{"r", {"a"}}});
  }
  CHECK(outcome_of({info, report("r", {})}).counted.contains("i"));
  auto longer = info;
  longer.sop_instance_uid = "j";
  longer.event_keys.push_back("no-uid//spiral#2");
  CHECK(outcome_of({info, longer}).superseded_by.at("i") == "j");
}

TEST_CASE("resolution: a PET image gives way to the report of its administration, whenever that was", "[dose]") {
  const std::vector reports{exposure("r", {"1.2.7", "2024-02-29T09:00:00", "fluorine", {}}, false, "NM"),
                            exposure("i", {"", "2024-02-29T09:08:00", "fluorine", {}}, true, "NM"),
                            exposure("j", {"", "2024-02-29T09:08:00", "gallium", {}}, true, "NM")};
  const auto outcome = outcome_of(reports);
  CHECK(outcome.superseded_by.at("i") == "r");
  CHECK(outcome.counted.contains("j"));
}

TEST_CASE("summary: planes and breasts are summed apart, as reported, and images by their events", "[dose]") {
  ReportTotals report;
  for (const auto* plane : {"113620", "113621"}) {
    auto& row = report.xray_accumulated.emplace_back();
    row.acquisition_plane = Code{plane, "DCM", ""};
    row.dose_area_product_total = plane == std::string("113620") ? 1.0 : 2.0;
  }
  XrayEvent left;
  left.laterality = Code{"G-A101", "SRT", "Left"};
  left.average_glandular_dose = 1.5;
  left.dose_area_product = 9;
  report.xray_events.push_back(left);
  const auto summary = summarise_report(report);
  CHECK(summary.total_dap_a == 1.0);
  CHECK(summary.total_dap_b == 2.0);
  CHECK(summary.total_dap == 3.0);
  CHECK(summary.number_of_planes == 2);
  CHECK(summary.total_agd_left == 1.5);
  CHECK_FALSE(summary.total_agd_right);
}

namespace {

// Only the totals of an examination of a device, and none of its events.
ReportForResolution totals(const std::string& uid, const std::string& began, const std::string& device = "S1") {
  auto made = report(uid, {}, "12:00:00", "RF");
  made.examination = began;
  made.device = device;
  return made;
}

std::set<std::string> counted_images(const std::vector<ReportForResolution>& reports) {
  std::set<std::string> uids;
  const auto resolution = resolve_reports(reports);
  for (std::size_t i = 0; i < reports.size(); ++i)
    if (reports[i].image && !resolution.reports[i].superseded_by) uids.insert(reports[i].sop_instance_uid);
  return uids;
}

}  // namespace

TEST_CASE("resolution: totals without events hold the images of their device, in either order", "[dose]") {
  auto image = exposure("i", {"", "2024-02-29T09:00:00", "", {}}, true, "RF");
  auto other = exposure("o", {"", "2024-02-29T09:00:00", "", {}}, true, "DX");
  other.device = "S2";
  const auto summary = totals("t", "");
  for (const auto& order : {std::vector{image, other, summary}, std::vector{summary, other, image}})
    CHECK(counted_images(order) == std::set<std::string>{"o"});
  auto empty = summary;
  empty.has_dose = false;
  CHECK(counted_images({image, empty}) == std::set<std::string>{"i"});
}

TEST_CASE("resolution: totals of different examinations all count, of one examination the later ones", "[dose]") {
  const std::string nine = "2024-02-29T09:00:00", ten = "2024-02-29T10:00:00";
  CHECK(outcome_of({totals("a", nine), totals("b", ten)}).superseded_by.at("a").empty());
  CHECK(outcome_of({totals("a", nine), totals("b", nine)}).superseded_by.at("a") == "b");
  CHECK(outcome_of({totals("a", nine), totals("b", "")}).superseded_by.at("a") == "b");
  CHECK(outcome_of({totals("a", nine), report("r", {"e"}, "09:00:00", "RF")}).superseded_by.at("a") == "r");
}

TEST_CASE("resolution: images of one scan count once: by event UID, by acquisition number, by time", "[dose]") {
  const auto scan = [](const std::string& uid, const EventFacts& facts) { return exposure(uid, facts, true, "CT"); };
  const EventFacts told{"1.2.7", "2024-02-29T09:00:00", "3", {}};
  const auto [name, facts, one] = GENERATE(table<std::string, EventFacts, bool>({
      {"one UID", {"1.2.7", "2024-02-29T09:05:00", "4", {}}, true},
      {"another UID", {"1.2.8", "2024-02-29T09:00:00", "3", {}}, false},
      {"one number", {"", "2024-02-29T09:05:00", "3", {}}, true},
      {"another number", {"", "2024-02-29T09:00:00", "4", {}}, false},
      {"one time", {"", "2024-02-29T09:00:00", "", {}}, true},
      {"another time", {"", "2024-02-29T09:00:01", "", {}}, false},
  }));
  INFO(name);
  CHECK(counted_images({scan("a", told), scan("b", facts)}).size() == (one ? 1 : 2));
  CHECK(counted_images({scan("b", facts), scan("a", told)}).size() == (one ? 1 : 2));
}

TEST_CASE("resolution: of images of one exposure one that tells a dose counts", "[dose]") {
  auto first = exposure("a", {"1.2.7", "", "", {}}, true, "CT"),
       second = exposure("b", {"1.2.7", "", "", {}}, true, "CT");
  CHECK(counted_images({first, second}) == std::set<std::string>{"a"});
  first.has_dose = false;
  CHECK(counted_images({first, second}) == std::set<std::string>{"b"});
}

TEST_CASE("resolution: CT images give way to any CT report of their device, told by serial number or station",
          "[dose]") {
  auto image = exposure("i", {"", "2024-02-29T09:00:00", "1", {}}, true, "CT");
  auto told = report("r", {"a"});
  const auto [ours, our_station, theirs, their_station, held] =
      GENERATE(table<std::string, std::string, std::string, std::string, bool>({
          {"S1", "A", "S1", "B", true},
          {"S1", "A", "S2", "A", false},
          {"S1", "A", "", "A", true},
          {"S1", "A", "", "B", false},
          {"", "", "S1", "B", true},
      }));
  image.device = ours, image.station = our_station;
  told.device = theirs, told.station = their_station;
  CHECK(counted_images({image, told}).empty() == held);
  CHECK(counted_images({told, image}).empty() == held);
}

TEST_CASE("resolution: what tells of no exposure supersedes nothing, gives way to nothing, and gives no study values",
          "[dose]") {
  const std::vector reports{report("p", {}, "12:00:00", ""), report("q", {}, "13:00:00", ""), report("r", {"a"}),
                            exposure("i", {"", "2024-02-29T09:00:00", "", {}}, true)};
  const auto outcome = outcome_of(reports);
  for (const auto& [uid, by] : outcome.superseded_by) CHECK(by.empty());
  CHECK(outcome.latest == "r");
  CHECK(outcome_of({reports[0], reports[3]}).latest == "i");
}
