#include "harvester/serve/events.hpp"

#include <nlohmann/json.hpp>

namespace harvester::serve::events {
namespace {

using nlohmann::ordered_json;

ordered_json event(const char* kind) { return {{"schema", 1}, {"event", kind}}; }

std::string line(const ordered_json& json) { return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace); }

void put_counts(ordered_json& json, const HarvestSummary& summary) {
  json["studies"] = summary.studies;
  json["found"] = summary.found();
  json["held"] = summary.held;
  json["fetched"] = summary.fetched;
  json["missing"] = summary.missing;
  json["failed"] = summary.failed;
  json["open"] = summary.open;
  json["studies_failed"] = summary.studies_failed;
  json["studies_undecided"] = summary.studies_undecided;
  json["windows_not_verified"] = summary.windows_not_verified;
  json["not_found"] = summary.not_found;
  json["studies_by_verdict"] = summary.studies_by_verdict;
  json["series_by_verdict"] = summary.series_by_verdict;
  json["fetched_by_outcome"] = summary.fetched_by_outcome;
}

}  // namespace

std::string started(const harvest::Begun& begun, const harvest::Request& request) {
  auto json = event("started");
  json["node"] = request.node;
  json["harvest"] = begun.id.value;
  json["continued"] = begun.continued;
  json["from"] = iso_date(request.from);
  json["until"] = iso_date(request.until);
  json["modalities"] = request.modalities;
  json["dry_run"] = request.dry_run;
  return line(json);
}

std::string progress(const harvest::Progress& progress) {
  auto json = event("progress");
  json["node"] = progress.node;
  json["harvest"] = progress.harvest.value;
  json["windows_open"] = progress.windows_open;
  json["studies_found"] = progress.studies_found;
  json["studies_decided"] = progress.studies_decided;
  json["requests_planned"] = progress.requests_planned;
  json["requests_ended"] = progress.requests_ended;
  return line(json);
}

std::string note(const std::string& text) {
  auto json = event("note");
  json["text"] = text;
  return line(json);
}

std::string finished(const harvest::Outcome& outcome, const harvest::Request& request, int exit_code) {
  auto json = event("finished");
  json["node"] = request.node;
  json["harvest"] = outcome.id.value;
  json["dry_run"] = request.dry_run;
  json["state"] = to_string(outcome.state);
  put_counts(json, outcome.summary);
  json["line"] = harvest::summary_line(outcome, request);
  if (outcome.error) json["error"] = outcome.error->message;
  json["exit_code"] = exit_code;
  return line(json);
}

std::string lost(const std::string& node, HarvestId harvest, const std::vector<CandidateStudyId>& studies) {
  auto json = event("lost");
  json["node"] = node;
  json["harvest"] = harvest.value;
  json["studies"] = ordered_json::array();
  for (const auto id : studies) json["studies"].push_back(id.value);
  return line(json);
}

std::string failed(const std::string& node, const Error& error, int exit_code) {
  auto json = event("failed");
  json["node"] = node;
  json["error"] = error.message;
  json["exit_code"] = exit_code;
  return line(json);
}

std::string step(const std::string& node, const StepReport& report) {
  auto json = event("step");
  json["node"] = node;
  json["step"] = report.step;
  json["state"] = to_string(report.state);
  json["text"] = report.text;
  json["advice"] = report.advice;
  return line(json);
}

std::string tested(const std::string& node, int exit_code) {
  auto json = event("tested");
  json["node"] = node;
  json["exit_code"] = exit_code;
  return line(json);
}

std::string done(int exit_code) {
  auto json = event("done");
  json["exit_code"] = exit_code;
  return line(json);
}

}  // namespace harvester::serve::events
