#pragma once

#include <optional>
#include <string>

#include "harvester/core/clock.hpp"
#include "harvester/database/connection.hpp"

/// What an auditor may ask for: who did or wanted what, who was told, what was exported. Associations have a
/// table of their own. All functions run inside the caller's transaction and throw on database errors.
namespace harvester::database::audit {

struct Event {
  std::string kind;        ///< harvest, query, node_test, schedule, quarantine, notified, export …
  std::string subject;     ///< a node's name, or empty
  std::string detail;      ///< a JSON object; no patient data
  std::string asked_by{};  ///< who did it or wanted it; empty: the daemon by itself
};

void record(Connection& connection, const Event& event, Instant now);

/// When an event of that kind and subject was last recorded whose detail's "event" is `name`.
[[nodiscard]] std::optional<Instant> last(Connection& connection, const std::string& kind, const std::string& subject,
                                          const std::string& name);

}  // namespace harvester::database::audit
