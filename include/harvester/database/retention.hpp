#pragma once

#include <optional>

#include "harvester/core/clock.hpp"
#include "harvester/core/ids.hpp"
#include "harvester/database/connection.hpp"

/// Rows that are let go when they are old. What says that an object is held, that a day was verified, how a harvest
/// ended and what it gave up stays: these functions do not touch it, however old it is. All run inside the caller's
/// transaction, do a bounded piece of work, and throw on database errors.
namespace harvester::database::retention {

/// A harvest that is being trimmed, and how far that is.
struct Trim {
  HarvestId harvest{};
  CandidateStudyId after{}, last{};  ///< its studies that are still to be looked at
  bool done = false;                 ///< nothing is left of them; the harvest is marked
};

/// A harvest that ended before a moment and was not trimmed since. The oldest first.
[[nodiscard]] std::optional<Trim> harvest_to_trim(Connection& connection, Instant ended_before);

/// Looks at the next studies of a harvest, so many, and lets go of the details of those that are settled: of what
/// was skipped everything, of what was fetched all but the row of the study itself, by which a reconciliation tells
/// what the node has lost. What is missing, failed or open stays. Its counts stay in the harvest's summary, its days in
/// the coverage. Returns of how many the details went.
int trim(Connection& connection, Trim& trim, int most, Instant now);

/// Jobs that ended before that, at most so many. Returns how many, as those below.
int delete_jobs(Connection& connection, Instant ended_before, int most);

/// Owners of the data directory before the present one.
int delete_owners(Connection& connection, Instant started_before, int most);

int delete_audit_events(Connection& connection, Instant before, int most);

/// Rows of objects that came again byte for byte, and of those that a test of a node fetched; not while a watched file
/// is known by one. A file that such a row names is doomed (doomed_files.hpp).
int delete_repeated_objects(Connection& connection, Instant received_before, int most);

/// Dooms the files of objects that were imported or ignored before that; their rows stay. What failed keeps its file.
int doom_files(Connection& connection, Instant ended_before, int most);

}  // namespace harvester::database::retention
