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

/// What a database, JSON or a spreadsheet could not take.
void check_record(const DoseRecord& record) {
  fuzz::require(!record.report.sop_instance_uid.empty(), "a report has its UID");
  check_fields(record.patient_study);
  check_fields(record.equipment);
  for (const auto& totals : record.ct_accumulated) check_fields(totals);
  for (const auto& event : record.ct_events) {
    check_fields(event);
    for (const auto& source : event.xray_sources) check_fields(source);
  }
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
