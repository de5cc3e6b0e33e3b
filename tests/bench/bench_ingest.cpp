// How fast objects are taken in over loopback, by real C-STORE: our store (durable before it answers) beside Debian's
// storescp and Orthanc; one, four and eight senders at once; a fast sender, and storescu as it comes.

#include <fmt/format.h>

#include <functional>
#include <memory>

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
    return [=](const Environment&) { return std::make_unique<OurStore>(durability); };
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
      const double seconds = trial_.by_storescu ? send_by_storescu(folders_, taker->ae_title(), taker->port())
                                                : send_fast(objects_, trial_.senders, taker->ae_title(), taker->port());
      add(rows,
          {trial_.name(), entrant.name, entrant.role, static_cast<double>(trial_.count), megabytes(), seconds, 0});
    }
  }

 private:
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
    for (const int senders : {1, 4, 8}) all.push_back({size, senders, false, size == Size::report ? 800 : 240});
  for (const auto size : {Size::report, Size::image})
    for (const int senders : {1, 4, 8}) all.push_back({size, senders, true, 24 * senders});
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
