#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <vector>

#include "harvester/core/dose_fields.hpp"
#include "harvester/database/dose_repository.hpp"
#include "support/temp_dir.hpp"

/// Dose records made up, and a database for them.
namespace harvester::tests {

// Gives every field of a record a value of its own.
class Filler {
 public:
  template <class Record>
  void fill(Record& record) {
    fields(record, [this](const char* name, auto& member, const char*) { set(name, member); });
  }

 private:
  void set(const char* name, MaybeText& member) { member = std::string(name) + std::to_string(++count_); }
  void set(const char*, MaybeNumber& member) { member = ++count_ + 0.1; }
  void set(const char*, MaybeCount& member) { member = ++count_; }
  void set(const char*, MaybeFlag& member) { member = ++count_ % 2 == 0; }
  void set(const char* name, MaybeCode& member) { member = Code{std::to_string(++count_), "DCM", name}; }
  int count_ = 0;
};

// A record in which every field of every struct has a value.
inline DoseRecord full_record() {
  Filler filler;
  DoseRecord record;
  filler.fill(record.report);
  record.report.sop_instance_uid = "1.2.3.1";
  record.report.sop_class_uid = "1.2";
  record.report.study_instance_uid = "1.2.3";
  record.report.series_instance_uid = "1.2.3.9";
  record.report.object_kind = ObjectKind::ct_rdsr;
  record.report.modality_type = "CT";
  filler.fill(record.patient_study);
  filler.fill(record.equipment);
  filler.fill(record.observer_context.emplace_back());
  filler.fill(record.device_participants.emplace_back());
  filler.fill(record.person_participants.emplace_back());
  filler.fill(record.ct_accumulated.emplace_back());
  auto& event = record.ct_events.emplace_back();
  filler.fill(event);
  filler.fill(event.xray_sources.emplace_back());
  filler.fill(event.xray_sources.emplace_back());
  filler.fill(event.dose_check.emplace());
  filler.fill(event.size_specific_doses.emplace_back());
  filler.fill(event.device_participants.emplace_back());
  filler.fill(event.person_participants.emplace_back());
  auto& row = record.xray_accumulated.emplace_back();
  filler.fill(row);
  filler.fill(row.calibrations.emplace_back());
  auto& xray = record.xray_events.emplace_back();
  filler.fill(xray);
  filler.fill(xray.filters.emplace_back());
  filler.fill(xray.grids.emplace_back());
  filler.fill(xray.pulses.emplace_back());
  filler.fill(xray.images.emplace_back());
  filler.fill(xray.device_participants.emplace_back());
  filler.fill(xray.person_participants.emplace_back());
  auto& administration = record.nm_events.emplace_back();
  filler.fill(administration);
  filler.fill(administration.organ_doses.emplace_back());
  filler.fill(administration.device_participants.emplace_back());
  filler.fill(administration.person_participants.emplace_back());
  filler.fill(record.pet_series.emplace_back());
  filler.fill(record.patient_characteristics.emplace());
  filler.fill(record.unmapped.emplace_back());
  record.unmapped[0].occurrences = 3;
  record.warnings.push_back({DoseWarning::unit_not_understood, "DLP", "7", "furlong"});
  return record;
}

// A report with events of these UIDs, each of 10 mGy.cm; `number` orders the reports in time.
inline DoseRecord ct_record(int number, const std::vector<std::string>& events, const std::string& study = "1.2.3") {
  DoseRecord record;
  record.report.sop_instance_uid = study + ".1." + std::to_string(number);
  record.report.study_instance_uid = study;
  record.report.object_kind = ObjectKind::ct_rdsr;
  record.report.modality_type = "CT";
  record.report.content_date = "2024-02-29";
  record.report.content_time = "10:00:0" + std::to_string(number);
  record.patient_study.study_date = "2024-02-29";
  record.patient_study.study_time = "09:00:00";
  record.patient_study.study_description = "from report " + std::to_string(number);
  record.equipment.station_name = "CT1";
  CtAccumulated total;
  total.ct_dose_length_product_total = 10.0 * static_cast<double>(events.size());
  record.ct_accumulated.push_back(total);
  for (const auto& uid : events) {
    auto& event = record.ct_events.emplace_back();
    event.irradiation_event_uid = uid;
    event.ct_acquisition_type = Code{"P5-08001", "SRT", "Spiral Acquisition"};
    event.dlp = 10;
    event.mean_ctdivol = 2;
    event.acquisition_protocol = "Protocol " + uid;
  }
  return record;
}

class DoseDatabase {
 public:
  DoseDatabase() : connection_(*database::open_database(dir_ / "harvester.db")) {}

  database::dose::Stored add(const DoseRecord& record) {
    database::Transaction transaction(connection_);
    const auto stored = database::dose::store(connection_, record, {std::nullopt, Instant{}});
    transaction.commit();
    return stored;
  }

  std::vector<database::dose::StoredStudy> studies(const database::dose::StudyFilter& filter = {}) {
    std::vector<database::dose::StoredStudy> all;
    database::dose::for_each_study(connection_, filter, [&](const database::dose::StoredStudy& study) {
      all.push_back(study);
      return true;
    });
    return all;
  }

  std::int64_t number(const std::string& sql) { return connection_.raw().execAndGet(sql).getInt64(); }
  database::Connection& connection() { return connection_; }

 private:
  TempDir dir_;
  database::Connection connection_;
};

}  // namespace harvester::tests
