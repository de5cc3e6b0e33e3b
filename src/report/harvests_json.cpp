#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "candidates.hpp"
#include "harvester/core/civil.hpp"
#include "harvester/report/harvests.hpp"

namespace harvester::report {
namespace {

using nlohmann::ordered_json;

std::string text_of(const ordered_json& json) {
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json json_of(const HarvestView& harvest) {
  const auto& [row, s] = harvest;
  return {{"harvest", row.id.value},
          {"node", row.node},
          {"state", to_string(row.state)},
          {"message", row.message},
          {"request", ordered_json::parse(row.request, nullptr, false)},
          {"created_at", row.created_at},
          {"ended_at", row.ended_at},
          {"studies", s.studies},
          {"found", s.found()},
          {"held", s.held},
          {"fetched", s.fetched},
          {"missing", s.missing},
          {"failed", s.failed},
          {"open", s.open},
          {"studies_failed", s.studies_failed},
          {"studies_undecided", s.studies_undecided},
          {"windows_not_verified", s.windows_not_verified},
          {"studies_by_verdict", s.studies_by_verdict},
          {"series_by_verdict", s.series_by_verdict},
          {"fetched_by_outcome", s.fetched_by_outcome}};
}

ordered_json json_of(const database::ledger::StoredWindow& open) {
  ordered_json json{
      {"modality", open.window.modality}, {"from", iso_date(open.window.from)}, {"until", iso_date(open.window.until)}};
  if (open.window.time_from) json["time_from"] = iso_time(*open.window.time_from);
  if (open.window.time_until) json["time_until"] = iso_time(*open.window.time_until);
  json["state"] = to_string(open.state);
  json["attempts"] = open.attempts;
  json["message"] = open.message;
  return json;
}

ordered_json json_of(const database::ledger_view::OpenRequest& open) {
  ordered_json json{{"request", open.id.value},  {"study", open.study.value}, {"state", open.state},
                    {"attempts", open.attempts}, {"missing", open.missing},   {"message", open.message}};
  if (open.dimse_status) json["dimse_status"] = *open.dimse_status;
  return json;
}

ordered_json json_of(const database::ledger_view::FailedObject& failed) {
  return {{"object", failed.id.value}, {"reason", failed.reason}, {"message", failed.message}};
}

ordered_json json_of(const database::ledger_view::Candidate& each) {
  return {{"study", each.id.value},
          {"study_instance_uid", each.study.str()},
          {"date", each.date},
          {"time", each.time},
          {"modalities", each.modalities},
          {"description", each.description},
          {"verdict", each.verdict},
          {"reason", each.reason},
          {"message", each.message},
          {"series_to_fetch", each.series_to_fetch},
          {"instances_to_fetch", each.instances_to_fetch}};
}

template <class T>
ordered_json list_of(const std::vector<T>& all) {
  auto list = ordered_json::array();
  for (const auto& each : all) list.push_back(json_of(each));
  return list;
}

}  // namespace

std::string asked_for(const database::ledger::HarvestRow& row) {
  const auto request = ordered_json::parse(row.request, nullptr, false);
  if (!request.is_object()) return row.request;
  const auto from = request.value("from", ""), until = request.value("until", "");
  auto words = request.value("dry_run", false) ? std::string("query of ") : std::string();
  for (const auto& modality : request.value("modalities", std::vector<std::string>{})) words += modality + " ";
  words += from == until ? from : from + ".." + until;
  if (request.value("refetch", false)) words += ", what is held too";
  if (const int most = request.value("max_studies", 0); most > 0) words += ", at most " + std::to_string(most);
  return words;
}

std::string harvests_json(const std::vector<HarvestView>& harvests) {
  return text_of({{"schema", 1}, {"harvests", list_of(harvests)}});
}

std::string detail_json(const HarvestDetail& detail) {
  auto json = json_of(detail.harvest);
  json["open_windows"] = list_of(detail.windows);
  json["open_requests"] = list_of(detail.requests);
  json["failed_objects"] = list_of(detail.failed);
  return text_of({{"schema", 1}, {"harvest", std::move(json)}});
}

namespace {

/// A value that stands so deep in a document that is written piece by piece.
std::string indented(const ordered_json& json, std::size_t depth) {
  const std::string blanks(depth, ' ');
  std::string text = blanks;
  for (const char letter : text_of(json)) {
    text += letter;
    if (letter == '\n') text += blanks;
  }
  return text;
}

/// An array whose elements `each` tells one by one.
Status write_list(const Write& write, std::size_t depth, const std::function<Status(const Write&)>& each) {
  bool any = false;
  write("[");
  const auto told = each([&](const std::string& element) {
    write(any ? ",\n" : "\n");
    write(element);
    any = true;
  });
  if (any) write(fmt::format("\n{:{}}", "", depth));
  write("]");
  return told;
}

Status write_studies(database::Connection& connection, HarvestId id, const Write& write) {
  return write_list(write, 6, [&](const Write& element) {
    return for_each_candidate(connection, id, [&](const auto& each) { element(indented(json_of(each), 8)); });
  });
}

/// The head of a query; its list of studies follows.
std::string head_of(const QueryView& query) {
  auto text = indented({{"node", query.node}, {"harvest", query.harvest.value}, {"exit_code", query.exit_code}}, 4);
  text.erase(text.rfind("\n    }"));
  return text + ",\n      \"studies\": ";
}

}  // namespace

Status write_queries_json(database::Connection& connection, const std::vector<QueryView>& queries, const Write& write) {
  write("{\n  \"schema\": 1,\n  \"queries\": ");
  const auto written = write_list(write, 2, [&](const Write& element) {
    for (const auto& query : queries) {
      element(head_of(query));
      if (auto studies = write_studies(connection, query.harvest, write); !studies) return studies;
      write("\n    }");
    }
    return ok();
  });
  write("\n}\n");
  return written;
}

}  // namespace harvester::report
