#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harvester/core/ids.hpp"
#include "harvester/database/connection.hpp"
#include "harvester/database/flat_views.hpp"

/// Lists of the ledger, the inbox and the logs, page by page, for programs: the names of values are those of the JSON
/// that shows them. All functions only read, run inside the caller's transaction and throw on database errors. None
/// holds patient data.
namespace harvester::database::lists {

/// A row: names and values, in order.
using Row = std::vector<std::pair<std::string, flat::Value>>;

/// The value of that name; NULL if there is none.
[[nodiscard]] const flat::Value& value_of(const Row& row, std::string_view name);

/// Which part of a list: rows after (in the order of the list) the row of this id; nothing: from the beginning on.
struct Part {
  std::optional<std::int64_t> after{};
  int limit = 50;
};

/// A part, and the id to go on after; nothing: that was all.
struct Page {
  std::vector<Row> rows{};
  std::optional<std::int64_t> next{};
};

struct HarvestFilter {
  std::string node{};
  std::vector<std::string> states{};  ///< empty: any
  std::optional<bool> query{};        ///< up to the verdicts only, or not
  std::string from{}, until{};        ///< days (UTC) on which it began, "YYYY-MM-DD"
};

/// {"id"}: harvests, the newest first.
[[nodiscard]] Page harvests(Connection& connection, const HarvestFilter& filter, const Part& part);

struct CandidateFilter {
  std::string verdict{}, reason{};
  std::string modality{};  ///< among those of the study
};

/// {"study", "study_instance_uid", "date", "time", "modalities", "description", "verdict", "reason", "message",
/// "series_to_fetch", "instances_to_fetch", "expected", "arrived", "imported", "missing", "failed"}: studies that a
/// harvest found, in that order. expected and what follows count instances.
[[nodiscard]] Page candidates(Connection& connection, HarvestId harvest, const CandidateFilter& filter,
                              const Part& part);

/// One of them, of any harvest; with "harvest".
[[nodiscard]] std::optional<Row> candidate(Connection& connection, CandidateStudyId study);

/// The series of a candidate: {"series", "series_instance_uid", "modality", "description", "number", "instance_count",
/// "availability", "station_name", "verdict", "reason", "instances_listed", "expected", "arrived", "imported",
/// "missing", "failed"}.
[[nodiscard]] std::vector<Row> candidate_series(Connection& connection, CandidateStudyId study);

/// The requests of a series: {"request", "level", "state", "attempts", "dimse_status", "completed", "failed",
/// "warning", "message", "sent_at", "ended_at"}.
[[nodiscard]] std::vector<Row> requests(Connection& connection, CandidateSeriesId series);

/// The instances of a series, as far as the node listed them, and those that came without: {"id", "sop_instance_uid",
/// "sop_class_uid", "number", "verdict", "reason", "expected_state", "expected_reason", "object", "object_state",
/// "object_reason", "study"}; study: of the dose that it holds.
[[nodiscard]] Page instances(Connection& connection, CandidateSeriesId series, const Part& part);

/// Which harvest a series belongs to.
[[nodiscard]] std::optional<HarvestId> harvest_of(Connection& connection, CandidateSeriesId series);

/// Candidate rows as Study Instance UIDs; those of other harvests are left out.
[[nodiscard]] std::vector<StudyUid> study_uids(Connection& connection, HarvestId harvest,
                                               const std::vector<CandidateStudyId>& studies);

struct InboxFilter {
  std::string state{}, reason{}, kind{}, way_in{};
};

/// Objects, the newest first: {"id", "received_at", "ended_at", "way_in", "calling_ae", "called_ae", "peer_address",
/// "modality", "object_kind", "sop_class_uid", "size_bytes", "state", "reason", "message", "attempts", "study"}.
[[nodiscard]] Page inbox(Connection& connection, const InboxFilter& filter, const Part& part);

/// Objects that wait for their import, and since when the oldest does: {"waiting", "oldest_received_at"}.
[[nodiscard]] Row waiting(Connection& connection);

/// {"kind", "state", "objects"} of the whole inbox.
[[nodiscard]] std::vector<Row> inbox_counts(Connection& connection);

/// Objects in quarantine, the newest first: {"id", "reason", "message", "object_kind", "way_in", "size_bytes",
/// "attempts", "received_at", "failed_at"}. Empty reason: any.
[[nodiscard]] Page quarantine(Connection& connection, const std::string& reason, const Part& part);

/// {"reason", "objects"} of the quarantine.
[[nodiscard]] std::vector<Row> quarantine_reasons(Connection& connection);

/// Associations of our stores, the newest first: {"id", "store", "calling_ae", "called_ae", "peer_address",
/// "started_at", "ended_at", "outcome", "objects"}.
[[nodiscard]] Page associations(Connection& connection, const std::string& store, const std::string& outcome,
                                const Part& part);

/// Jobs, the newest first: {"id", "kind", "arguments" (JSON), "state", "exit_code", "message", "created_at",
/// "ended_at"}.
[[nodiscard]] Page jobs(Connection& connection, const std::string& kind, const std::string& state, const Part& part);

/// The audit, the newest first: {"id", "at", "kind", "subject", "detail" (JSON)}.
[[nodiscard]] Page audit(Connection& connection, const std::string& kind, const std::string& subject, const Part& part);

}  // namespace harvester::database::lists
