#include "harvester/report/explain.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harvester/core/text.hpp"

namespace harvester::report {
namespace {

using namespace database::story;
using nlohmann::ordered_json;

std::string with_reason(const std::string& what, const std::string& reason) {
  return reason.empty() ? what : fmt::format("{} ({})", what, reason);
}

std::string status_text(const Request& request) {
  std::string text;
  if (request.dimse_status) text += fmt::format(", status {:04X}H", *request.dimse_status);
  if (request.completed) text += fmt::format(", completed {}", *request.completed);
  if (request.failed) text += fmt::format(", failed {}", *request.failed);
  if (!request.message.empty()) text += ": " + request.message;
  return text;
}

void add_instance(std::string& out, const Instance& instance) {
  auto words =
      instance.verdict.empty() ? std::string("not listed by the node") : with_reason(instance.verdict, instance.reason);
  if (!instance.expected_state.empty())
    words += " -> " + with_reason(instance.expected_state, instance.expected_reason);
  if (instance.object) words += fmt::format(" as inbox#{}", *instance.object);
  out += fmt::format("      instance {}: {}\n", instance.uid, words);
}

void add_series(std::string& out, const Series& series) {
  out += fmt::format("    series {} {} \"{}\": {}\n", series.uid, series.modality, series.description,
                     with_reason(series.verdict, series.reason));
  for (const auto& request : series.requests)
    out += fmt::format("      request#{} at {} level: {} after {} {}{}\n", request.id, request.level, request.state,
                       request.attempts, request.attempts == 1 ? "attempt" : "attempts", status_text(request));
  for (const auto& instance : series.instances) add_instance(out, instance);
}

void add_finding(std::string& out, const Finding& finding) {
  out += fmt::format("found by harvest {} of {} ({}, began {})\n", finding.harvest, finding.node, finding.harvest_state,
                     finding.harvest_began);
  out += fmt::format("  study#{} {} of {}, {}: {}\n", finding.study_row, finding.study, finding.date,
                     finding.modalities.empty() ? "no modalities told" : finding.modalities,
                     with_reason(finding.verdict, finding.reason));
  if (!finding.message.empty()) out += fmt::format("    {}\n", finding.message);
  for (const auto& series : finding.series) add_series(out, series);
  if (finding.series.empty() && !finding.trimmed_at.empty())
    out += fmt::format("    its series and instances are no longer kept since {} (retention.ledger)\n",
                       finding.trimmed_at.substr(0, 10));
}

std::string dose_text(const Object& object) {
  if (!object.has_dose) return "";
  return object.superseded_by ? "\n  its dose counts no more: superseded by " + *object.superseded_by
                              : "\n  its dose is in the database";
}

void add_object(std::string& out, const Object& object) {
  out += fmt::format("received inbox#{}: instance {} at {} by way of {}{}{}, {} bytes\n", object.id, object.instance,
                     object.received_at, object.way_in, object.calling_ae.empty() ? "" : " from " + object.calling_ae,
                     object.peer_address.empty() ? "" : " at " + object.peer_address, object.size_bytes);
  out += fmt::format("  {}{}{}{}{}\n", with_reason(object.state, object.reason),
                     object.kind.empty() ? "" : ", " + object.kind, object.message.empty() ? "" : ": " + object.message,
                     dose_text(object), object.file_kept ? "" : "\n  its file is not kept");
}

std::string visible(const std::string& text) {
  std::vector<std::string> lines;
  for (const auto& line : split(text, '\n')) lines.push_back(escaped_controls(line));
  return join(lines, "\n");
}

template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json();
}

ordered_json json_of(const Request& r) {
  return {{"id", r.id},
          {"level", r.level},
          {"state", r.state},
          {"message", r.message},
          {"attempts", r.attempts},
          {"dimse_status", or_null(r.dimse_status)},
          {"completed", or_null(r.completed)},
          {"failed", or_null(r.failed)}};
}

ordered_json json_of(const Instance& i) {
  return {{"uid", i.uid},
          {"sop_class", i.sop_class},
          {"verdict", i.verdict},
          {"reason", i.reason},
          {"expected_state", i.expected_state},
          {"expected_reason", i.expected_reason},
          {"object", or_null(i.object)}};
}

template <class T>
ordered_json list_of(const std::vector<T>& all);

ordered_json json_of(const Series& s) {
  return {{"uid", s.uid},
          {"modality", s.modality},
          {"description", s.description},
          {"verdict", s.verdict},
          {"reason", s.reason},
          {"requests", list_of(s.requests)},
          {"instances", list_of(s.instances)}};
}

ordered_json json_of(const Finding& f) {
  return {{"harvest", f.harvest},
          {"node", f.node},
          {"harvest_state", f.harvest_state},
          {"harvest_began", f.harvest_began},
          {"study_row", f.study_row},
          {"study", f.study},
          {"date", f.date},
          {"modalities", f.modalities},
          {"verdict", f.verdict},
          {"reason", f.reason},
          {"message", f.message},
          {"series", list_of(f.series)}};
}

ordered_json json_of(const Object& o) {
  return {{"id", o.id},
          {"study", o.study},
          {"series", o.series},
          {"instance", o.instance},
          {"sop_class", o.sop_class},
          {"way_in", o.way_in},
          {"calling_ae", o.calling_ae},
          {"peer_address", o.peer_address},
          {"received_at", o.received_at},
          {"size_bytes", o.size_bytes},
          {"state", o.state},
          {"reason", o.reason},
          {"message", o.message},
          {"kind", o.kind},
          {"attempts", o.attempts},
          {"file_kept", o.file_kept},
          {"has_dose", o.has_dose},
          {"superseded_by", or_null(o.superseded_by)}};
}

template <class T>
ordered_json list_of(const std::vector<T>& all) {
  auto list = ordered_json::array();
  for (const auto& each : all) list.push_back(json_of(each));
  return list;
}

}  // namespace

std::string story_text(const Story& story) {
  std::string out;
  for (const auto& finding : story.findings) add_finding(out, finding);
  for (const auto& object : story.objects) add_object(out, object);
  return visible(out);
}

std::string story_json(const Story& story) {
  return ordered_json{{"schema", 1}, {"findings", list_of(story.findings)}, {"objects", list_of(story.objects)}}.dump(
      2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace harvester::report
