#include "harvester/report/harvests.hpp"

#include <fmt/format.h>

#include "candidates.hpp"
#include "harvester/core/civil.hpp"
#include "harvester/core/text.hpp"

namespace harvester::report {

namespace ledger = database::ledger;
namespace view = database::ledger_view;

Result<std::vector<HarvestView>> harvests(database::Connection& connection, int limit) {
  return database::reading(connection, [&](database::Connection& c) {
    std::vector<HarvestView> all;
    for (auto& row : ledger::list_harvests(c, limit)) {
      const auto id = row.id;
      all.push_back({std::move(row), ledger::summary(c, id)});
    }
    return all;
  });
}

Table harvest_table(const std::vector<HarvestView>& harvests) {
  Table table;
  table.columns = {{"Harvest", Align::right},
                   {"Node"},
                   {"Asked for"},
                   {"State"},
                   {"Began (UTC)"},
                   {"Studies", Align::right},
                   {"Found", Align::right},
                   {"Held", Align::right},
                   {"Fetched", Align::right},
                   {"Missing", Align::right},
                   {"Failed", Align::right},
                   {"Message", Align::left, 60}};
  for (const auto& [row, s] : harvests)
    table.rows.push_back({std::to_string(row.id.value), row.node, asked_for(row), to_string(row.state),
                          row.created_at.substr(0, 19), std::to_string(s.studies), std::to_string(s.found()),
                          std::to_string(s.held), std::to_string(s.fetched), std::to_string(s.missing),
                          std::to_string(s.failed), row.message});
  return table;
}

Result<HarvestDetail> harvest_detail(database::Connection& connection, HarvestId id, int limit) {
  using Found = std::optional<HarvestDetail>;
  auto detail = database::reading(connection, [&](database::Connection& c) {
    auto row = ledger::find_harvest(c, id);
    if (!row) return Found{};
    return Found{{{*std::move(row), ledger::summary(c, id)},
                  ledger::open_windows(c, id, limit),
                  view::open_requests(c, id, limit),
                  view::failed_objects(c, id, limit)}};
  });
  if (!detail) return detail.error();
  if (!*detail)
    return Error{ErrorKind::not_found, fmt::format("there is no harvest {} (harvester harvests list)", id.value)};
  return **std::move(detail);
}

Table verdict_table(const HarvestSummary& summary) {
  Table table;
  table.columns = {{"What"}, {"Verdict (reason)"}, {"Count", Align::right}};
  const auto add = [&](const char* what, const std::map<std::string, std::int64_t>& counts) {
    for (const auto& [verdict, count] : counts) table.rows.push_back({what, verdict, std::to_string(count)});
  };
  add("studies", summary.studies_by_verdict);
  add("series", summary.series_by_verdict);
  add("instances", summary.fetched_by_outcome);
  return table;
}

std::string detail_text(const HarvestDetail& detail) {
  const auto& [row, s] = detail.harvest;
  auto text = fmt::format("harvest {} of {}: {}{}\nbegan {}, ended {}\nasked for: {}\n", row.id.value, row.node,
                          to_string(row.state), row.message.empty() ? "" : ": " + row.message, row.created_at,
                          row.ended_at.empty() ? "not yet" : row.ended_at, asked_for(row));
  text += fmt::format("found {}, held {}, fetched {}, missing {}, failed {}, open {}; studies {}\n\n", s.found(),
                      s.held, s.fetched, s.missing, s.failed, s.open, s.studies);
  text += render(verdict_table(s));
  for (const auto& window : detail.windows)
    text += fmt::format("window {}: {} after {} attempts{}\n", window_text(window.window), to_string(window.state),
                        window.attempts, window.message.empty() ? "" : ": " + window.message);
  for (const auto& request : detail.requests)
    text += fmt::format("request#{} of study#{}: {} after {} attempts, {} instances missing{}\n", request.id.value,
                        request.study.value, request.state, request.attempts, request.missing,
                        request.message.empty() ? "" : ": " + request.message);
  for (const auto& object : detail.failed)
    text += fmt::format("inbox#{}: failed({}): {}\n", object.id.value, object.reason, object.message);
  return text;
}

namespace {

std::string date_cell(const std::string& dicom) {
  const auto date = parse_date(dicom);
  return date ? iso_date(*date) : dicom;
}

std::string fetch_cell(const view::Candidate& candidate) {
  if (candidate.series_to_fetch == 0) return "";
  const auto series = fmt::format("{} series", candidate.series_to_fetch);
  return candidate.instances_to_fetch == 0 ? series : fmt::format("{}, {} SOPs", series, candidate.instances_to_fetch);
}

std::vector<std::string> cells(const view::Candidate& each) {
  return {std::to_string(each.id.value),
          date_cell(each.date),
          each.modalities,
          each.description,
          each.verdict,
          each.message.empty() ? each.reason : each.message,
          fetch_cell(each)};
}

}  // namespace

Status for_each_candidate(database::Connection& connection, HarvestId id,
                          const std::function<void(const view::Candidate&)>& visit) {
  constexpr int kAtOnce = 500;
  for (CandidateStudyId after;;) {
    const auto batch =
        database::reading(connection, [&](database::Connection& c) { return view::candidates(c, id, after, kAtOnce); });
    if (!batch) return batch.error();
    for (const auto& candidate : *batch) visit(candidate);
    if (batch->size() < kAtOnce) return ok();
    after = batch->back().id;
  }
}

Status write_candidates(database::Connection& connection, HarvestId id, const Write& write) {
  TableLines lines({{"Study", Align::right},
                    {"Date"},
                    {"Modalities", Align::left, 16},
                    {"Description", Align::left, 28},
                    {"Verdict"},
                    {"Reason"},
                    {"To fetch"}});
  const auto measured =
      for_each_candidate(connection, id, [&](const auto& candidate) { lines.measure(cells(candidate)); });
  if (!measured) return measured;
  write(lines.head());
  return for_each_candidate(connection, id, [&](const auto& candidate) { write(lines.line(cells(candidate))); });
}

}  // namespace harvester::report
