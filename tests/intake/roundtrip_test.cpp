// Made-up reports with any part of what the templates allow: written as DICOM, imported, exported.

#include <catch2/catch.hpp>
#include <sstream>

#include "harvester/core/log.hpp"
#include "harvester/intake/importer.hpp"
#include "harvester/report/export_json.hpp"
#include "support/dose_database.hpp"
#include "support/numbers.hpp"
#include "support/random_report.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

std::string exported(DoseDatabase& store) {
  std::ostringstream out;
  REQUIRE(report::export_json(store.connection(), {}, out));
  return out.str();
}

/// What was read, with the dose replaced by what was made up.
DoseRecord with_dose_of(const MadeUp& made, DoseRecord record) {
  record.ct_accumulated = made.ct_accumulated;
  record.ct_events = made.ct_events;
  record.xray_accumulated = made.xray_accumulated;
  record.xray_events = made.xray_events;
  record.nm_events = made.nm_events;
  record.patient_characteristics = made.patient_characteristics;
  return record;
}

void check_round_trip(const MadeUp& made) {
  const TempDir dir;
  sr::write(made.report, dir / "report.dcm");
  const auto parsed = intake::parse_object(dir / "report.dcm", {});
  INFO(parsed.outcome.message);
  REQUIRE(parsed.record);
  CHECK(parsed.record->ct_accumulated == made.ct_accumulated);
  CHECK(parsed.record->ct_events == made.ct_events);
  CHECK(parsed.record->xray_accumulated == made.xray_accumulated);
  CHECK(parsed.record->xray_events == made.xray_events);
  CHECK(parsed.record->nm_events == made.nm_events);
  CHECK(parsed.record->patient_characteristics == made.patient_characteristics);
  for (const auto& left : parsed.record->unmapped) {
    INFO(left.concept_value.value_or("") << " " << left.concept_meaning.value_or(""));
    CHECK(left.occurrences == 0);
  }
  DoseDatabase imported, expected;
  imported.add(*parsed.record);
  expected.add(with_dose_of(made, *parsed.record));
  CHECK(exported(imported) == exported(expected));
}

template <class Make>
void check_many(Make&& make) {
  const auto first = number_from("HARVESTER_PROPERTY_SEED", 1), runs = number_from("HARVESTER_PROPERTY_RUNS", 40);
  for (unsigned seed = first; seed < first + runs; ++seed) {
    INFO("seed " << seed);
    ReportMaker maker(seed);
    check_round_trip(make(maker));
  }
}

}  // namespace

TEST_CASE("round trip: what a CT report says is what is exported, whatever parts it has", "[roundtrip]") {
  check_many([](ReportMaker& maker) { return maker.ct(); });
}

TEST_CASE("round trip: what a projection X-ray report says is what is exported", "[roundtrip]") {
  check_many([](ReportMaker& maker) { return maker.projection(false); });
}

TEST_CASE("round trip: what a mammography report says is what is exported", "[roundtrip]") {
  check_many([](ReportMaker& maker) { return maker.projection(true); });
}

TEST_CASE("round trip: what a radiopharmaceutical report says is what is exported", "[roundtrip]") {
  check_many([](ReportMaker& maker) { return maker.nuclear(); });
}
