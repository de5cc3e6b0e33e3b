#include <algorithm>

#include "harvester/core/text.hpp"
#include "stages.hpp"

namespace harvester::harvest {

namespace ledger = database::ledger;

std::vector<QueryWindow> named_windows(const Request& request) {
  std::vector<QueryWindow> windows;
  QueryWindow window{"", request.from, request.until};
  for (const auto& accession : request.accession_numbers) {
    window.accession_number = accession;
    windows.push_back(window);
  }
  window.accession_number.clear();
  for (const auto& study : request.studies) {
    window.study = study;
    windows.push_back(window);
  }
  return windows;
}

namespace {

/// What a study query asks for at once: one modality, several, or all.
std::vector<std::string> modalities_at_once(const Request& request, const NodeSetup& setup, const Habits& habits) {
  const bool no_key = setup.style.modality_key == query::ModalityKey::none;
  if (no_key || habits.modality_matching == Habits::Matching::unmatched) return {""};
  if (setup.modality_lists && !habits.refuses_modality_lists) return {join(request.modalities, "\\")};
  return request.modalities;
}

}  // namespace

std::vector<QueryWindow> planned_windows(const Request& request, const NodeSetup& setup, const Habits& habits) {
  auto windows =
      query::plan_windows(request.from, request.until, modalities_at_once(request, setup, habits), setup.window_days);
  for (auto& window : windows) {
    window.time_from = request.time_from;
    window.time_until = request.time_until;
  }
  if (request.newest_first)
    std::stable_sort(windows.begin(), windows.end(), [](const auto& a, const auto& b) { return a.from > b.from; });
  return windows;
}

namespace {

/// What was asked before this process began is looked at for a limit on answers again: that was known to the other
/// process only. What turns out to be suspect is asked once more.
void doubt_again(const Run& run, database::Connection& connection) {
  for (const auto& stored : ledger::all_windows(connection, run.id)) {
    if (stored.state != WindowState::verified || stored.window.names_study() || !stored.sent) continue;
    for (const auto& suspect : run.caps->note(stored, *stored.sent))
      ledger::set_window_state(connection, suspect.id, WindowState::pending);
  }
}

}  // namespace

Status plan(const Run& run) {
  return run.tools.writer.run_unflushed([&](database::Connection& c) {
    if (ledger::has_windows(c, run.id)) return doubt_again(run, c);
    for (const auto& window : planned_windows(run.request, run.setup, run.habits->get()))
      ledger::add_window(c, run.id, window);
  });
}

}  // namespace harvester::harvest
