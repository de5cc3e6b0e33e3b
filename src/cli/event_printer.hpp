#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "harvester/core/ids.hpp"

namespace harvester::cli {

/// Shows the events of a job: as lines of JSON, or for people: one line a harvest on standard output, the rest on
/// standard error, with a progress line that is redrawn on a terminal and written once a minute elsewhere.
class EventPrinter {
 public:
  enum class Results { shown, silent };  ///< whether the end of each harvest is printed
  EventPrinter(const Global& global, Results results);

  /// Takes one event (serve/events.hpp).
  void print(const std::string& event);

  /// The end of the job: with --json its last event.
  void finish(int exit_code);

  /// A harvest that was told of.
  struct Seen {
    std::string node;
    HarvestId id;
    int exit_code = 1;
  };
  [[nodiscard]] const std::vector<Seen>& seen() const { return seen_; }

 private:
  void clear_line();
  void show_progress(const std::string& text);

  const bool json_;
  const bool quiet_;
  const bool results_;
  const bool terminal_;
  const bool progress_;
  std::vector<Seen> seen_;
  std::size_t drawn_ = 0;  ///< columns of the progress line that stands there
  std::chrono::steady_clock::time_point last_line_;
};

}  // namespace harvester::cli
