#include "harvester/report/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "harvester/core/text.hpp"
#include "harvester/database/ledger.hpp"

namespace harvester::report {

namespace ledger = database::ledger;
namespace view = database::ledger_view;
using nlohmann::ordered_json;

const char* to_string(Covered covered) {
  switch (covered) {
    case Covered::never:
      return "never";
    case Covered::incomplete:
      return "incomplete";
    case Covered::empty:
      return "empty";
    case Covered::complete:
      return "complete";
  }
  return "";
}

namespace {

using Cover = std::map<CoverKey, DayCover>;

bool is_settled(WindowState state) {
  return state == WindowState::verified || state == WindowState::split || state == WindowState::not_needed;
}

/// The modalities a window asks for.
std::vector<std::string> asked_by(const QueryWindow& window, const std::vector<std::string>& all) {
  return window.modality.empty() ? all : split(window.modality, '\\');
}

/// Each day of each window begins as empty, and is incomplete where a window of it is not settled.
void add_windows(Cover& cover, const HarvestCover& harvest) {
  for (const auto& stored : harvest.windows)
    for (const auto& modality : asked_by(stored.window, harvest.modalities))
      for (auto day = stored.window.from; day <= stored.window.until; day = next_day(day)) {
        auto& covered = cover[{day, modality}].covered;
        if (covered == Covered::never) covered = Covered::empty;
        if (!is_settled(stored.state)) covered = Covered::incomplete;
      }
}

void add_studies(DayCover& day, const view::DayCount& count) {
  day.studies += count.studies;
  day.instances += count.instances;
  day.missing += count.missing;
  const bool lacking = count.missing > 0 || count.open > 0;
  if (lacking) day.covered = Covered::incomplete;
  if (day.covered == Covered::empty) day.covered = Covered::complete;
}

}  // namespace

std::map<CoverKey, DayCover> cover_of(const HarvestCover& harvest) {
  Cover cover;
  add_windows(cover, harvest);
  for (const auto& count : harvest.days) {
    const auto date = parse_date(count.date);
    if (!date) continue;
    for (const auto& modality : split(count.modalities, '\\'))
      if (const auto day = cover.find({*date, modality}); day != cover.end()) add_studies(day->second, count);
  }
  return cover;
}

std::map<CoverKey, DayCover> merged(const std::vector<Cover>& newest_first) {
  Cover all;
  for (const auto& cover : newest_first)
    for (const auto& [key, day] : cover) {
      auto& known = all[key];
      if (known.covered < Covered::empty && day.covered > known.covered) known = day;
    }
  return all;
}

namespace {

/// The modalities of a harvest that counts; nothing of a query, of one by name, and of one over other days.
std::optional<std::vector<std::string>> counted_modalities(const ledger::HarvestRow& row, CivilDate from,
                                                           CivilDate until) {
  const auto request = nlohmann::json::parse(row.request, nullptr, false);
  if (!request.is_object() || request.value("dry_run", false) || request.value("listed", 0) > 0) return std::nullopt;
  const auto first = parse_date(request.value("from", "")), last = parse_date(request.value("until", ""));
  if (!first || !last || *last < from || *first > until) return std::nullopt;
  return request.value("modalities", std::vector<std::string>{});
}

Cover within(Cover cover, CivilDate from, CivilDate until) {
  std::erase_if(cover, [&](const auto& each) { return each.first.first < from || each.first.first > until; });
  return cover;
}

std::vector<NodeCover> covers(database::Connection& connection, const std::vector<std::string>& nodes, CivilDate from,
                              CivilDate until) {
  std::map<std::string, std::vector<Cover>> by_node;
  for (const auto& row : ledger::list_harvests(connection, -1)) {
    if (!nodes.empty() && std::find(nodes.begin(), nodes.end(), row.node) == nodes.end()) continue;
    auto modalities = counted_modalities(row, from, until);
    if (!modalities) continue;
    const HarvestCover harvest{*std::move(modalities), ledger::all_windows(connection, row.id),
                               view::count_by_day(connection, row.id)};
    by_node[row.node].push_back(within(cover_of(harvest), from, until));
  }
  std::vector<NodeCover> all;
  for (const auto& [node, newest_first] : by_node) all.push_back({node, merged(newest_first)});
  return all;
}

std::string cell(const DayCover& day) {
  switch (day.covered) {
    case Covered::never:
      return "";
    case Covered::incomplete:
      return fmt::format("!{}", day.studies);
    case Covered::empty:
      return "-";
    case Covered::complete:
      break;
  }
  return std::to_string(day.studies);
}

}  // namespace

Result<std::vector<NodeCover>> coverage(database::Connection& connection, const std::vector<std::string>& nodes,
                                        CivilDate from, CivilDate until) {
  return database::reading(connection, [&](database::Connection& c) { return covers(c, nodes, from, until); });
}

Table coverage_table(const NodeCover& cover, CivilDate from, CivilDate until) {
  std::set<std::string> modalities;
  for (const auto& [key, day] : cover.days) modalities.insert(key.second);
  Table table;
  table.columns.push_back({cover.node});
  for (const auto& modality : modalities) table.columns.push_back({modality, Align::right});
  for (auto date = from; date <= until; date = next_day(date)) {
    std::vector<std::string> row{iso_date(date)};
    for (const auto& modality : modalities) {
      const auto day = cover.days.find({date, modality});
      row.push_back(day == cover.days.end() ? "" : cell(day->second));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string coverage_json(const std::vector<NodeCover>& covers) {
  auto nodes = ordered_json::array();
  for (const auto& cover : covers) {
    auto days = ordered_json::array();
    for (const auto& [key, day] : cover.days)
      days.push_back({{"date", iso_date(key.first)},
                      {"modality", key.second},
                      {"state", to_string(day.covered)},
                      {"studies", day.studies},
                      {"instances", day.instances},
                      {"missing", day.missing}});
    nodes.push_back({{"node", cover.node}, {"days", std::move(days)}});
  }
  return ordered_json{{"schema", 1}, {"nodes", std::move(nodes)}}.dump(2, ' ', false,
                                                                       ordered_json::error_handler_t::replace);
}

}  // namespace harvester::report
