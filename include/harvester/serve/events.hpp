#pragma once

#include <string>

#include "harvester/harvest/harvest.hpp"
#include "harvester/serve/node_test.hpp"

/// What is told of running jobs: one JSON object each, the same on a terminal with --json, over the control socket and
/// in pages. `event` names the kind; `schema` is 1. No patient data.
namespace harvester::serve::events {

/// {"event": "started", "node", "harvest", "continued", "from", "until", "modalities"}
[[nodiscard]] std::string started(const harvest::Begun& begun, const harvest::Request& request);

/// {"event": "progress", "node", "harvest", "windows_open", "studies_found", "studies_decided", "requests_planned",
/// "requests_ended"}
[[nodiscard]] std::string progress(const harvest::Progress& progress);

/// {"event": "note", "text"}: a line for people.
[[nodiscard]] std::string note(const std::string& text);

/// {"event": "finished", "node", "harvest", "state", counts, "studies_by_verdict", "line", "error", "exit_code"}
[[nodiscard]] std::string finished(const harvest::Outcome& outcome, const harvest::Request& request, int exit_code);

/// {"event": "lost", "node", "harvest", "studies": […]}: of a reconciliation, ids of studies that the node has no more.
[[nodiscard]] std::string lost(const std::string& node, HarvestId harvest,
                               const std::vector<CandidateStudyId>& studies);

/// {"event": "failed", "node", "error", "exit_code"}: a harvest that could not begin.
[[nodiscard]] std::string failed(const std::string& node, const Error& error, int exit_code);

/// {"event": "step", "node", "step", "state", "text", "advice"}: of a test of a node.
[[nodiscard]] std::string step(const std::string& node, const StepReport& report);

/// {"event": "tested", "node", "exit_code"}: the end of a test of a node.
[[nodiscard]] std::string tested(const std::string& node, int exit_code);

/// {"event": "done", "exit_code"}: the job has ended; nothing comes after it.
[[nodiscard]] std::string done(int exit_code);

}  // namespace harvester::serve::events
