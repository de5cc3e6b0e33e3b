#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harvester/core/result.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/database/ledger_view.hpp"
#include "harvester/report/table.hpp"

/// Harvests for people and for programs.
namespace harvester::report {

/// A harvest with what is to be said of it.
struct HarvestView {
  database::ledger::HarvestRow row;
  HarvestSummary summary;
};

/// What a harvest was asked for, in words: "CT 2026-11-22..2026-11-23", "query of CT 2026-11-22".
[[nodiscard]] std::string asked_for(const database::ledger::HarvestRow& row);

/// The newest first.
[[nodiscard]] Result<std::vector<HarvestView>> harvests(database::Connection& connection, int limit);
[[nodiscard]] Table harvest_table(const std::vector<HarvestView>& harvests);
[[nodiscard]] std::string harvests_json(const std::vector<HarvestView>& harvests);

/// All of one harvest: counts, verdicts with reasons, what is open, missing or failed (the first `limit` of each).
struct HarvestDetail {
  HarvestView harvest;
  std::vector<database::ledger::StoredWindow> windows;
  std::vector<database::ledger_view::OpenRequest> requests;
  std::vector<database::ledger_view::FailedObject> failed;
};

/// `not_found` if there is no such harvest.
[[nodiscard]] Result<HarvestDetail> harvest_detail(database::Connection& connection, HarvestId id, int limit);
[[nodiscard]] std::string detail_text(const HarvestDetail& detail);
[[nodiscard]] std::string detail_json(const HarvestDetail& detail);

/// What a harvest asked and requested, in order.
struct HarvestLog {
  std::vector<database::ledger::StoredWindow> windows;
  std::vector<database::ledger_view::LoggedRequest> requests;
};

/// `not_found` if there is no such harvest.
[[nodiscard]] Result<HarvestLog> harvest_log(database::Connection& connection, HarvestId id);
[[nodiscard]] Table window_table(const HarvestLog& log);
[[nodiscard]] Table request_table(const HarvestLog& log);
[[nodiscard]] std::string log_json(const HarvestLog& log);

/// Studies of which earlier harvests of the same node and days got something, and that this one did not find.
[[nodiscard]] Result<std::vector<CandidateStudyId>> lost_studies(database::Connection& connection, HarvestId id);

/// A window in words: "CT 2026-11-22 00:00:00-12:00:00"; one by name shows only that it is.
[[nodiscard]] std::string window_text(const QueryWindow& window);

/// Verdicts of a harvest with their counts: "studies", verdict and reason, count; then series.
[[nodiscard]] Table verdict_table(const HarvestSummary& summary);

/// Takes the next piece of a text that is not held in whole.
using Write = std::function<void(const std::string&)>;

/// What a harvest found as a table with a line for each study. There may be any number of them, and `write` may take
/// its time: neither memory nor the database is held.
Status write_candidates(database::Connection& connection, HarvestId id, const Write& write);

/// One query that was made.
struct QueryView {
  std::string node;
  HarvestId harvest;  ///< its row in the ledger
  int exit_code = 0;
};

/// What queries found: {"schema": 1, "queries": [{"node", "harvest", "exit_code", "studies": […]}]}; written as the
/// table is.
Status write_queries_json(database::Connection& connection, const std::vector<QueryView>& queries, const Write& write);

}  // namespace harvester::report
