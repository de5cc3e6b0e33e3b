// How fast objects are taken in over loopback, by real C-STORE: our store (durable before it answers) beside Debian's
// storescp, Orthanc and dcmqrscp; one to 32 senders at once; a fast sender, and storescu as it comes. Beside each ratio
// stands what it is to be, and beside each rate what an object costs the receiving process of the processor.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>

#include "harvester/core/log.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "objects.hpp"
#include "peers.hpp"
#include "results.hpp"
#include "sender.hpp"

namespace {

using namespace harvester;
using namespace harvester::bench;

/// One who takes part in a comparison.
struct Entrant {
  std::string name;
  std::function<std::unique_ptr<Taker>(const Environment&)> open;
  Role role = Role::theirs;
};

std::vector<Entrant> entrants() {
  const auto store = [](Durability durability) {
    return [=](const Environment&) { return std::make_unique<StoreProcess>(durability); };
  };
  const auto storescp = [](bool bit_preserving) {
    return
        [=](const Environment& environment) { return std::make_unique<Storescp>(bit_preserving, true, environment); };
  };
  return {
      {"harvester", store(Durability::full), Role::ours},
      {"storescp +B --fork", storescp(true), Role::theirs},
      {"storescp --fork", storescp(false), Role::theirs},
      {"Orthanc", [](const Environment& environment) { return std::make_unique<Orthanc>(environment); }, Role::theirs},
      {"dcmqrscp", [](const Environment& environment) { return std::make_unique<Dcmqrscp>(environment); },
       Role::theirs},
      {"harvester, nothing flushed", store(Durability::unsynced), Role::informational}};
}

/// One kind of sending: a size, so many senders, one of the two programs.
struct Trial {
  Size size;
  int senders;
  bool by_storescu;
  int count;  ///< objects altogether

  [[nodiscard]] std::string name() const {
    return fmt::format("{}, {} sender{}, {}", to_string(size), senders, senders == 1 ? "" : "s",
                       by_storescu ? "storescu" : "fast");
  }
};

/// How much faster than this peer we are to be, at least; 0: nothing is asked.
double target(const Trial& trial, const std::string& who) {
  const bool storescp = who.starts_with("storescp");
  if (!storescp && who != "Orthanc") return 0;
  if (trial.by_storescu) return storescp ? 10 : 0;
  const bool report = trial.size == Size::report;
  if (trial.senders == 1) return report ? (storescp ? 2 : 10) : (storescp ? 0.45 : 2.5);
  if (trial.senders == 8) return report ? (storescp ? 8 : 25) : (storescp ? 1.2 : 3);
  return 0;
}

/// Repeats a trial: each entrant once, then all again.
class Contest {
 public:
  explicit Contest(const Trial& trial) : trial_(trial), objects_(make_objects(trial.size, trial.count)) {
    if (!trial.by_storescu) return;
    for (int n = 0; n < trial.senders; ++n) {
      folders_.push_back(folder_ / std::to_string(n));
      write_files(share(objects_, n, trial.senders), folders_.back());
    }
  }

  void run(std::vector<Row>& rows, const Arguments& arguments) const {
    for (const auto& entrant : entrants()) {
      if (!arguments.wants(entrant.name)) continue;
      const auto taker = entrant.open(trial_.by_storescu ? as_shipped() : at_its_best());
      const double idle = taker->cpu_seconds();
      const auto seconds = send(*taker, entrant.name);
      if (!seconds) continue;
      add(rows, {trial_.name(), entrant.name, entrant.role, static_cast<double>(trial_.count), megabytes(), *seconds, 0,
                 taker->cpu_seconds() - idle, target(trial_, entrant.name)});
    }
  }

 private:
  /// Nothing where not all was stored: there are peers that lose some.
  [[nodiscard]] std::optional<double> send(const Taker& taker, const std::string& who) const {
    try {
      return trial_.by_storescu ? send_by_storescu(folders_, taker.ae_title(), taker.port())
                                : send_fast(objects_, trial_.senders, taker.ae_title(), taker.port());
    } catch (const std::exception& failure) {
      fmt::print(stderr, "{}: {}: {}\n", trial_.name(), who, failure.what());
      return std::nullopt;
    }
  }

  [[nodiscard]] double megabytes() const {
    double bytes = 0;
    for (const auto& object : objects_) bytes += static_cast<double>(object.data_set.size());
    return bytes / 1e6;
  }

  Trial trial_;
  std::vector<Object> objects_;
  tests::TempDir folder_;
  std::vector<std::filesystem::path> folders_;
};

std::vector<Trial> trials(bool quick) {
  if (quick) return {{Size::report, 4, false, 80}, {Size::image, 4, false, 40}, {Size::report, 4, true, 40}};
  std::vector<Trial> all;
  for (const auto size : {Size::report, Size::image})
    for (const int senders : {1, 4, 8, 32})
      all.push_back(
          {size, senders, false, size == Size::report ? std::max(800, 50 * senders) : std::max(240, 10 * senders)});
  for (const auto size : {Size::report, Size::image})
    for (const int senders : {1, 4, 8, 32}) all.push_back({size, senders, true, 24 * senders});
  return all;
}

}  // namespace

int main(int count, char** values) {
  const auto arguments = parse_arguments(count, values);
  start_logging({.level = "error", .json = false, .file = ""});
  if (const auto started = dicom::start_toolkit(); !started)
    return fmt::print(stderr, "{}\n", started.error().message), 1;
  try {
    std::vector<Row> rows;
    for (const auto& trial : trials(arguments.quick)) {
      const Contest contest(trial);
      for (int turn = 0; turn < (arguments.quick ? 1 : 2); ++turn) contest.run(rows, arguments);
    }
    print(rows, "Ingest over loopback", "objects", arguments.json);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "bench_ingest: {}\n", failure.what());
    return 1;
  }
  return 0;
}
