#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harvester/core/clock.hpp"
#include "harvester/core/dose.hpp"
#include "harvester/core/ids.hpp"
#include "harvester/database/connection.hpp"

/// Dose records in the database. Functions run inside the caller's transaction and throw on database errors, as
/// everywhere in this room.
namespace harvester::database::dose {

/// Where a record comes from.
struct Origin {
  std::optional<ObjectId> object;  ///< the inbox row
  Instant imported_at;
};

enum class Stored {
  stored,
  already_there,  ///< this object
  series_known    ///< another image of its series tells the same
};

/// Stores a record and resolves its study anew. Exactly once per SOP Instance UID: a second call changes nothing. Of
/// the images of a PET, NM or CT series that tell the same dose one is kept, that of the lowest SOP Instance UID, so
/// that a series costs as little as its first image whatever the order. The identity of the record is not stored; only
/// what the policy put into patient_study is.
Stored store(Connection& connection, const DoseRecord& record, const Origin& origin);

[[nodiscard]] bool is_stored(Connection& connection, const SopInstanceUid& uid);

/// Works out again which reports and events of a study count, and its totals. Called by store().
void resolve_study(Connection& connection, std::int64_t study_id);

/// Works out again which rows of `equipment` are one machine. Called by store() for a new row.
void resolve_equipment(Connection& connection);

/// One report of a study as it stands in exports.
struct StoredReport {
  DoseReport report;
  std::optional<std::string> superseded_by;
  DoseSummary summary;
  std::vector<ReportWarning> warnings;
};

/// A study with all that counts of it.
struct StoredStudy {
  std::int64_t id = 0;
  std::string study_instance_uid;
  std::string modality_type;  ///< of all reports, sorted, joined with backslashes
  DoseReport latest;          ///< the report whose values hold for the study
  PatientStudy patient_study;
  Equipment equipment;
  std::vector<ObserverContext> observer_context;
  std::vector<PersonParticipant> person_participants;
  std::vector<DeviceParticipant> device_participants;
  std::vector<CtAccumulated> ct_accumulated;  ///< of the reports that are not superseded
  std::vector<CtEvent> ct_events;             ///< here and below: that count, by (start, position, event key)
  std::vector<XrayAccumulated> xray_accumulated;
  std::vector<XrayEvent> xray_events;
  std::vector<NmEvent> nm_events;  ///< what a report leaves out filled in from the images that it supersedes
  std::vector<PetSeries> pet_series;
  std::optional<PatientCharacteristics> patient_characteristics;
  DoseSummary summary;
  std::vector<StoredReport> reports;  ///< by (content date, content time, SOP Instance UID)
};

/// Which studies; empty fields do not narrow. Dates as "YYYY-MM-DD".
struct StudyFilter {
  std::optional<std::string> date_from, date_until;
  std::optional<std::string> study_instance_uid;
  std::optional<std::string> accession_number;
};

/// Calls `visit` for each study in a stable order (study date, time, UID), one study in memory at a time. `visit` must
/// not write; returning false ends the walk.
void for_each_study(Connection& connection, const StudyFilter& filter,
                    const std::function<bool(const StoredStudy&)>& visit);

/// The study of that row; nothing if there is none.
[[nodiscard]] std::optional<StoredStudy> read_study(Connection& connection, std::int64_t study_id);

}  // namespace harvester::database::dose
