#pragma once

#include <ostream>

#include "harvester/database/connection.hpp"
#include "harvester/database/dose_repository.hpp"
#include "harvester/database/flat_views.hpp"

namespace harvester::report {

/// One study as it stands in export_json(), as JSON text. Without patient: patient name, id and birth date are left
/// out.
[[nodiscard]] std::string study_json(const database::dose::StoredStudy& study, bool with_patient);

/// Writes all studies that `filter` lets through as one JSON document in UTF-8:
/// `{"studies": [{"study", "accumulated", "events", "pet_series", "patient_characteristics", "summary", "reports"}]}`.
/// Keys are the field names of core/dose_fields.hpp; absent values are left out. Studies are in a stable order and
/// written one by one, so memory does not grow with their number. Superseded reports appear in "reports" only.
/// Fails with `storage`: then the document is incomplete.
Status export_json(database::Connection& connection, const database::flat::Filter& filter, std::ostream& out);

/// The same documents, one a line (JSON lines). Fails with `storage`.
Status export_study_lines(database::Connection& connection, const database::flat::Filter& filter, std::ostream& out);

}  // namespace harvester::report
