#include <algorithm>

#include "stages.hpp"

namespace harvester::harvest {

namespace ledger = database::ledger;

namespace {

using Windows = std::vector<ledger::StoredWindow>;

/// Opens these slices for all modalities, but for `covered` and those that there are already.
bool add_slices(const Run& run, database::Connection& connection, const std::vector<QueryWindow>& slices,
                const Windows& present) {
  bool any = false;
  for (const auto& slice : slices) {
    const bool there =
        std::any_of(present.begin(), present.end(), [&](const auto& stored) { return stored.window == slice; });
    if (!there) ledger::add_window(connection, run.id, slice);
    any = any || !there;
  }
  return any;
}

/// Those among pending windows that ask for one modality; they are not needed any more.
std::vector<QueryWindow> drop_by_modality(database::Connection& connection, const Windows& pending,
                                          const QueryWindow* slice) {
  std::vector<QueryWindow> dropped;
  for (const auto& stored : pending) {
    if (stored.window.modality.empty() || stored.window.names_study()) continue;
    if (slice != nullptr && !query::same_slice(stored.window, *slice)) continue;
    ledger::set_window_state(connection, stored.id, WindowState::not_needed);
    dropped.push_back(stored.window);
  }
  return dropped;
}

/// The node does not look at the modality: what is open is asked once for all of them. The window that showed it
/// brought everything of its own slice.
bool ask_all_at_once(const Run& run, database::Connection& connection, const QueryWindow& shown_by) {
  const auto pending = ledger::pending_windows(connection, run.id);
  auto slices = query::for_all_modalities(drop_by_modality(connection, pending, nullptr));
  std::erase_if(slices, [&](const auto& slice) { return query::same_slice(slice, shown_by); });
  add_slices(run, connection, slices, pending);
  return true;
}

/// One slice is asked for all modalities at once, to make sure.
bool widen(const Run& run, database::Connection& connection, const QueryWindow& window) {
  const auto present = ledger::windows_of_slice(connection, run.id, window);
  auto pending = present;
  std::erase_if(pending, [](const auto& stored) { return stored.state != WindowState::pending; });
  drop_by_modality(connection, pending, &window);
  return add_slices(run, connection, query::for_all_modalities({window}), present);
}

/// The most answers to one of the windows of this slice that asked for one modality; nothing if there was none.
std::optional<std::int64_t> most_by_modality(const Run& run, database::Connection& connection,
                                             const QueryWindow& window) {
  std::optional<std::int64_t> most;
  for (const auto& stored : ledger::windows_of_slice(connection, run.id, window))
    if (!stored.window.modality.empty() && stored.state == WindowState::verified)
      most = std::max(most.value_or(0), stored.answers.value_or(0));
  return most;
}

}  // namespace

bool learn_from_window(const Run& run, database::Connection& connection, const QueryWindow& window,
                       const query::WindowAnswer& answer) {
  const auto key = run.setup.style.modality_key;
  const auto by_modality = window.modality.empty() ? most_by_modality(run, connection, window) : std::nullopt;
  const auto before = run.habits->get();
  const auto now = run.habits->update([&](Habits& habits) {
    learn(habits, window, answer, key);
    if (by_modality) compare(habits, answer, *by_modality);
  });
  if (now != before) ledger::set_learnt(connection, run.request.node, to_json(now));
  const bool found_unmatched =
      now.modality_matching == Habits::Matching::unmatched && before.modality_matching != Habits::Matching::unmatched;
  if (found_unmatched) return ask_all_at_once(run, connection, window);
  return is_doubtful(now, window, answer, key) && widen(run, connection, window);
}

bool look_again(const Run& run, database::Connection& connection) {
  const auto all = ledger::all_windows(connection, run.id);
  const auto slices = slices_without_proof(run.habits->get(), all);
  bool any = add_slices(run, connection, slices, all);
  for (const auto& quiet : hardly_empty(all)) {
    ledger::set_window_state(connection, quiet.id, WindowState::split);
    for (const auto& half : query::bisect(quiet.window, run.setup.window_floor))
      ledger::add_window(connection, run.id, half);
    any = true;
  }
  return any;
}

}  // namespace harvester::harvest
