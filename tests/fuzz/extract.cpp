// A Part 10 file as intake takes it: loaded, classified, extracted, identity removed.

#include <dcmtk/config/osconfig.h>
#include <dcmtk/oflog/oflog.h>

#include <cmath>

#include "fuzz/fuzz.hpp"
#include "harvester/core/dose_fields.hpp"
#include "harvester/core/text.hpp"
#include "harvester/intake/importer.hpp"

namespace {

using namespace harvester;

template <class Other>
void check(const Other&) {}
void check(const MaybeText& text) { fuzz::require(!text || is_utf8(*text), "texts are UTF-8"); }
void check(const MaybeNumber& number) { fuzz::require(!number || std::isfinite(*number), "numbers are finite"); }
void check(const MaybeCode& code) {
  fuzz::require(!code || (is_utf8(code->value) && is_utf8(code->scheme) && is_utf8(code->meaning)), "codes are UTF-8");
}

template <class Record>
void check_fields(const Record& record) {
  fields(record, [](const char*, const auto& member, const char*) { check(member); });
}

template <class Record>
void check_all(const std::vector<Record>& records) {
  for (const auto& record : records) check_fields(record);
}

void check_projection(const DoseRecord& record) {
  check_all(record.xray_accumulated);
  check_all(record.xray_events);
  for (const auto& row : record.xray_accumulated) check_all(row.calibrations);
  for (const auto& event : record.xray_events) {
    check_all(event.filters);
    check_all(event.grids);
    check_all(event.pulses);
    check_all(event.images);
  }
}

void check_ct(const DoseRecord& record) {
  check_all(record.ct_accumulated);
  check_all(record.ct_events);
  for (const auto& event : record.ct_events) {
    check_all(event.xray_sources);
    check_all(event.size_specific_doses);
    if (event.dose_check) check_fields(*event.dose_check);
  }
}

void check_nuclear(const DoseRecord& record) {
  check_all(record.nm_events);
  check_all(record.pet_series);
  for (const auto& event : record.nm_events) check_all(event.organ_doses);
  if (record.patient_characteristics) check_fields(*record.patient_characteristics);
}

/// What a database, JSON or a spreadsheet could not take.
void check_record(const DoseRecord& record) {
  fuzz::require(!record.report.sop_instance_uid.empty(), "a report has its UID");
  check_fields(record.report);
  check_fields(record.patient_study);
  check_fields(record.equipment);
  check_all(record.observer_context);
  check_all(record.person_participants);
  check_all(record.device_participants);
  check_ct(record);
  check_projection(record);
  check_nuclear(record);
  check_all(record.unmapped);
  for (const auto& warning : record.warnings) {
    check(warning.place);
    check(warning.raw_value);
    check(warning.raw_unit);
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  OFLog::configure(OFLogger::OFF_LOG_LEVEL);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::MemoryFile file;
  static const intake::ImportPolicy policy;
  const auto parsed = intake::parse_object(file.hold(data, size), policy);
  fuzz::require(parsed.record.has_value() == (parsed.outcome.reason == IntakeReason::none), "a record or a reason");
  if (parsed.record) check_record(*parsed.record);
  return 0;
}
