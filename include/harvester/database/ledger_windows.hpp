#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harvester/core/ledger.hpp"
#include "harvester/database/connection.hpp"

/// The windows of a harvest. All functions run inside the caller's transaction and throw on database errors.
namespace harvester::database::ledger {

struct StoredWindow {
  WindowId id{};
  QueryWindow window{};
  int attempts = 0;
  WindowState state = WindowState::pending;
  std::optional<std::int64_t> answers{};  ///< studies in the window, of the latest query
  std::optional<std::int64_t> sent{};     ///< all answers of the latest query: what a limit of the node counts
  std::string message{};                  ///< what the node made of the latest query, if it was no success
};

WindowId add_window(Connection& connection, HarvestId harvest, const QueryWindow& window);
[[nodiscard]] bool has_windows(Connection& connection, HarvestId harvest);

/// In the order in which they were added.
[[nodiscard]] std::vector<StoredWindow> pending_windows(Connection& connection, HarvestId harvest);
[[nodiscard]] std::vector<StoredWindow> all_windows(Connection& connection, HarvestId harvest);

/// Those that are not settled: pending, capped or failed; at most `limit`.
[[nodiscard]] std::vector<StoredWindow> open_windows(Connection& connection, HarvestId harvest, int limit);

/// Those with the same dates and times, whatever their modality.
[[nodiscard]] std::vector<StoredWindow> windows_of_slice(Connection& connection, HarvestId harvest,
                                                         const QueryWindow& slice);

/// What a query of a window came to.
struct WindowEnd {
  WindowState state = WindowState::pending;
  std::int64_t answers = 0;
  std::int64_t sent = 0;
  std::string message{};
};

void end_window(Connection& connection, WindowId id, const WindowEnd& end);

/// Another state without a query; counts and attempts stay.
void set_window_state(Connection& connection, WindowId id, WindowState state);

/// What was asked for by name is kept no longer than the site's policy allows: `kept` takes the place of the accession
/// number of each window that has one.
void replace_accession_number(Connection& connection, WindowId id, const std::string& kept);

}  // namespace harvester::database::ledger
