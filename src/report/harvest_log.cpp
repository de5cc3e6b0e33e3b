#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harvester/core/text.hpp"
#include "harvester/report/harvests.hpp"

namespace harvester::report {

namespace ledger = database::ledger;
namespace view = database::ledger_view;
using nlohmann::ordered_json;

std::string window_text(const QueryWindow& window) {
  if (!window.accession_number.empty()) return "one accession number";
  if (!window.study.empty()) return "one study";
  auto text = iso_date(window.from);
  if (window.until != window.from) text += ".." + iso_date(window.until);
  if (window.time_from || window.time_until)
    text += fmt::format(" {}-{}", window.time_from ? iso_time(*window.time_from) : "",
                        window.time_until ? iso_time(*window.time_until) : "");
  return window.modality.empty() ? text : join(split(window.modality, '\\'), ",") + " " + text;
}

Result<HarvestLog> harvest_log(database::Connection& connection, HarvestId id) {
  using Found = std::optional<HarvestLog>;
  auto log = database::reading(connection, [&](database::Connection& c) {
    if (!ledger::find_harvest(c, id)) return Found{};
    HarvestLog found{ledger::all_windows(c, id), {}};
    view::for_each_request(c, id, [&](const view::LoggedRequest& request) { found.requests.push_back(request); });
    return Found{std::move(found)};
  });
  if (!log) return log.error();
  if (!*log)
    return Error{ErrorKind::not_found, fmt::format("there is no harvest {} (harvester harvests list)", id.value)};
  return **std::move(log);
}

namespace {

std::string count_cell(const std::optional<std::int64_t>& count) { return count ? std::to_string(*count) : ""; }

std::string count_cell(const std::optional<int>& count) { return count ? std::to_string(*count) : "-"; }

std::string status_cell(const std::optional<int>& status) { return status ? fmt::format("{:04X}H", *status) : ""; }

/// Completed, failed and warning sub-operations as the node told them.
std::string counts_cell(const MoveCounts& counts) {
  return fmt::format("{}/{}/{}", count_cell(counts.completed), count_cell(counts.failed), count_cell(counts.warning));
}

ordered_json optional_json(const auto& value) { return value ? ordered_json(*value) : ordered_json(nullptr); }

ordered_json json_of(const ledger::StoredWindow& stored) {
  return {{"window", window_text(stored.window)},
          {"state", to_string(stored.state)},
          {"studies", optional_json(stored.answers)},
          {"answers", optional_json(stored.sent)},
          {"attempts", stored.attempts}};
}

ordered_json json_of(const view::LoggedRequest& request) {
  return {{"request", request.id.value},
          {"study", request.study.value},
          {"sent_at", request.sent_at},
          {"ended_at", request.ended_at},
          {"level", request.level},
          {"state", request.state},
          {"attempts", request.attempts},
          {"status", status_cell(request.dimse_status)},
          {"completed", optional_json(request.counts.completed)},
          {"failed", optional_json(request.counts.failed)},
          {"warning", optional_json(request.counts.warning)},
          {"expected", request.expected},
          {"arrived", request.arrived},
          {"message", request.message}};
}

}  // namespace

Table window_table(const HarvestLog& log) {
  Table table;
  table.columns = {
      {"Window"}, {"State"}, {"Studies", Align::right}, {"Answers", Align::right}, {"Attempts", Align::right}};
  for (const auto& stored : log.windows)
    table.rows.push_back({window_text(stored.window), to_string(stored.state), count_cell(stored.answers),
                          count_cell(stored.sent), std::to_string(stored.attempts)});
  return table;
}

Table request_table(const HarvestLog& log) {
  Table table;
  table.columns = {{"Request", Align::right},
                   {"Study", Align::right},
                   {"First sent (UTC)"},
                   {"Ended (UTC)"},
                   {"Level"},
                   {"Tries", Align::right},
                   {"Status"},
                   {"Done/failed/warned", Align::right},
                   {"Expected", Align::right},
                   {"Arrived", Align::right},
                   {"State"},
                   {"Message", Align::left, 60}};
  for (const auto& each : log.requests)
    table.rows.push_back({std::to_string(each.id.value), std::to_string(each.study.value), each.sent_at, each.ended_at,
                          each.level, std::to_string(each.attempts), status_cell(each.dimse_status),
                          counts_cell(each.counts), std::to_string(each.expected), std::to_string(each.arrived),
                          each.state, each.message});
  return table;
}

std::string log_json(const HarvestLog& log) {
  auto windows = ordered_json::array(), requests = ordered_json::array();
  for (const auto& each : log.windows) windows.push_back(json_of(each));
  for (const auto& each : log.requests) requests.push_back(json_of(each));
  const ordered_json json{{"schema", 1}, {"windows", std::move(windows)}, {"requests", std::move(requests)}};
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

Result<std::vector<CandidateStudyId>> lost_studies(database::Connection& connection, HarvestId id) {
  return database::reading(connection, [&](database::Connection& c) { return view::lost_studies(c, id); });
}

}  // namespace harvester::report
