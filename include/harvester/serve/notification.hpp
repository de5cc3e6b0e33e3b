#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "harvester/config/profile.hpp"
#include "harvester/core/clock.hpp"
#include "harvester/core/ids.hpp"
#include "harvester/core/ledger.hpp"

/// What the keepers of a node are told without having asked. Never with patient data.
namespace harvester::serve {

enum class Occasion { success, partial, failure, no_data };

[[nodiscard]] const char* to_string(Occasion occasion);

struct Notification {
  Occasion occasion = Occasion::failure;
  std::string node;
  std::optional<HarvestId> harvest{};  ///< none of no_data
  std::string text;                    ///< one line for people
  int days = 0;                        ///< of no_data: how long nothing has come
};

/// {"schema": 1, "event": "failure", "node", "harvest", "text", "days"}
[[nodiscard]] std::string to_json(const Notification& notification);

/// What the end of a harvest is to them; nothing where somebody ended it, or where it goes on by itself. A node that
/// does not answer is told of when it begins, not with each further try (`continued`). Pure.
[[nodiscard]] std::optional<Occasion> occasion_of(HarvestState state, StoppedBy by, int continued);

/// Whether the profile's `notify.on` names it; of no_data the smallest number of days counts. Pure.
[[nodiscard]] bool is_wanted(const config::Notify& notify, const Notification& notification);

/// After how many days without data the profile wants to hear of it; nothing: never. Pure.
[[nodiscard]] std::optional<int> days_without_data(const config::Notify& notify);

/// Hands notifications over, one after the other, on a thread of its own: to the command (its standard input is the
/// JSON; HARVESTER_EVENT, HARVESTER_NODE and HARVESTER_HARVEST are set; 60 s), and by POST to the URL (10 s, three
/// times). What fails is logged.
class Notifier {
 public:
  Notifier();
  /// What is under way ends within its time; what waits is dropped with a word in the log.
  ~Notifier();
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  /// Never waits. Beyond a thousand that wait the oldest is dropped. `handed_over` is called afterwards, on the thread
  /// of the notifier, whether it went well or not.
  void send(const config::Notify& to, const Notification& notification, std::function<void()> handed_over = {});

  /// Waits until all that was sent is handed over.
  void flush();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace harvester::serve
