#include "harvester/report/quarantine.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harvester/core/text.hpp"

namespace harvester::report {
namespace {

using database::quarantine::Detail;
using database::quarantine::Item;
using nlohmann::ordered_json;

ordered_json json_of(const Item& item) {
  return {{"id", item.id.value},       {"reason", item.reason},
          {"message", item.message},   {"object_kind", item.object_kind},
          {"way_in", item.way_in},     {"size_bytes", item.size_bytes},
          {"attempts", item.attempts}, {"received_at", item.received_at},
          {"failed_at", item.ended_at}};
}

std::string dumped(const ordered_json& json) {
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

/// "2026-03-05T10:11:12.345Z" without what nobody reads.
std::string moment(const std::string& utc) {
  return utc.size() < 19 ? utc : fmt::format("{} {}", utc.substr(0, 10), utc.substr(11, 8));
}

void add_line(std::string& out, const char* name, const std::string& value) {
  if (!value.empty()) out += fmt::format("  {:<16}{}\n", name, escaped_controls(value));
}

void add_attempts(std::string& out, const Detail& detail) {
  for (const auto& attempt : detail.attempts)
    out += fmt::format("  attempt         {}: {}\n", moment(attempt.started_at),
                       attempt.outcome.empty() ? "the process ended" : attempt.outcome);
}

}  // namespace

Table quarantine_table(const std::vector<Item>& items) {
  Table table;
  table.columns = {{"Object", Align::right}, {"Received (UTC)"},          {"Way in"}, {"Kind"}, {"Reason"},
                   {"Size", Align::right},   {"Message", Align::left, 70}};
  for (const auto& item : items)
    table.rows.push_back({std::to_string(item.id.value), moment(item.received_at), item.way_in, item.object_kind,
                          item.reason, std::to_string(item.size_bytes), item.message});
  return table;
}

std::string quarantine_json(const std::vector<Item>& items, std::int64_t all) {
  auto list = ordered_json::array();
  for (const auto& item : items) list.push_back(json_of(item));
  return dumped({{"schema", 1}, {"in_quarantine", all}, {"objects", std::move(list)}});
}

std::string quarantine_text(const Detail& detail) {
  const auto& item = detail.item;
  auto out = fmt::format("inbox#{}: failed ({}): {}\n", item.id.value, item.reason, escaped_controls(item.message));
  add_line(out, "kind", item.object_kind);
  add_line(out, "way in", item.way_in);
  add_line(out, "received", moment(item.received_at));
  add_line(out, "failed", moment(item.ended_at));
  add_line(out, "from", detail.calling_ae);
  add_line(out, "address", detail.peer_address);
  add_line(out, "to", detail.called_ae);
  add_line(out, "modality", detail.modality);
  add_line(out, "SOP class", detail.sop_class_uid);
  add_line(out, "SOP instance", detail.sop_instance_uid);
  add_line(out, "study", detail.study_uid);
  add_line(out, "series", detail.series_uid);
  add_line(out, "transfer syntax", detail.transfer_syntax_uid);
  add_line(out, "size", fmt::format("{} bytes", item.size_bytes));
  add_line(out, "sha256", detail.sha256);
  add_line(out, "file", fmt::format("spool/{}", detail.spool_path));
  add_attempts(out, detail);
  return out;
}

std::string quarantine_json(const Detail& detail) {
  auto json = json_of(detail.item);
  json["sop_class_uid"] = detail.sop_class_uid;
  json["sop_instance_uid"] = detail.sop_instance_uid;
  json["study_instance_uid"] = detail.study_uid;
  json["series_instance_uid"] = detail.series_uid;
  json["modality"] = detail.modality;
  json["transfer_syntax_uid"] = detail.transfer_syntax_uid;
  json["calling_ae"] = detail.calling_ae;
  json["called_ae"] = detail.called_ae;
  json["peer_address"] = detail.peer_address;
  json["sha256"] = detail.sha256;
  json["file"] = fmt::format("spool/{}", detail.spool_path);
  auto attempts = ordered_json::array();
  for (const auto& each : detail.attempts)
    attempts.push_back({{"started_at", each.started_at}, {"ended_at", each.ended_at}, {"outcome", each.outcome}});
  json["import_attempts"] = std::move(attempts);
  return dumped({{"schema", 1}, {"object", std::move(json)}});
}

}  // namespace harvester::report
