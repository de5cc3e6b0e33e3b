#pragma once

#include <ostream>

#include "harvester/database/connection.hpp"
#include "harvester/database/dose_repository.hpp"

namespace harvester::report {

/// Writes all studies that `filter` lets through as one JSON document in UTF-8:
/// `{"studies": [{"study", "accumulated", "events", "pet_series", "patient_characteristics", "summary", "reports"}]}`.
/// Keys are the field names of core/dose_fields.hpp; absent values are left out. Studies are in a stable order and
/// written one by one, so memory does not grow with their number. Superseded reports appear in "reports" only.
/// Fails with `storage`: then the document is incomplete.
Status export_json(database::Connection& connection, const database::dose::StudyFilter& filter, std::ostream& out);

}  // namespace harvester::report
