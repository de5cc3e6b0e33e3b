// How fast the dose reports of CT studies are harvested, from the simulated PACS and from Orthanc, at once and behind a
// line of 10 ms: our harvest, with the import, beside what else is used for it, and beside a bare client, which does
// nothing but query and move and so shows what the node can give.

#include <fmt/format.h>

#include <functional>

#include "harvester/core/log.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "results.hpp"
#include "support/sockets.hpp"
#include "ways.hpp"

namespace harvester::bench {

Ports::Ports()
    : ours(tests::free_port()), storescp(tests::free_port()), orthanc(tests::free_port()), client(tests::free_port()) {}

Takers Ports::takers() const {
  return {{"HARVESTER", ours}, {"STORESCP", storescp}, {"HARVORTHANC", orthanc}, {"CLIENT", client}};
}

namespace {

constexpr const char* kRest = "Orthanc over REST";

struct Way {
  std::string name;
  Role role;
  std::function<double(const Node&, const Ports&, const Filling&)> harvest;
};

Way our_way(const std::string& name, Role role, const Ours& how) {
  return {name, role, [=](const auto& node, const auto& ports, const auto& filling) {
            return harvest_ours(node, ports, filling, how);
          }};
}

Way bare_way(int associations) {
  return {fmt::format("bare client, {} associations", associations), associations == 4 ? Role::bare : Role::theirs,
          [=](const auto& node, const auto& ports, const auto& filling) {
            return harvest_bare(node, ports, filling, associations);
          }};
}

/// Their programs in the same environment as the node.
std::vector<Way> their_ways(const Environment& environment) {
  return {{kRest, Role::theirs,
           [=](const auto& node, const auto& ports, const auto& filling) {
             return harvest_by_rest(node, ports, filling, environment);
           }},
          {"findscu, movescu, storescp", Role::theirs,
           [=](const auto& node, const auto& ports, const auto& filling) {
             return harvest_by_hand(node, ports, filling, environment);
           }},
          {"one association each, serially", Role::theirs, harvest_serially}};
}

std::vector<Way> all_ways(const Node& node, const Place& place) {
  std::vector<Way> ways{our_way("harvester, 4 associations", Role::ours, {}), bare_way(4)};
  for (auto& way : their_ways(place.at_its_best ? at_its_best() : as_shipped()))
    if (node.answers_everybody() || way.name != kRest) ways.push_back(std::move(way));
  ways.push_back(our_way("harvester, 16 associations", Role::also_ours, {16, 16}));
  ways.push_back(our_way("harvester, SOP Classes in Study", Role::also_ours, {4, 4, 0, true}));
  ways.push_back(our_way("harvester, relational queries", Role::also_ours, {4, 4, 0, false, true}));
  return ways;
}

class Benchmark {
 public:
  explicit Benchmark(const Arguments& arguments) : arguments_(arguments) {}

  void run(const std::string& place, const Node& node, const Filling& filling, const std::vector<Way>& ways) {
    for (int turn = 0; turn < (arguments_.quick ? 1 : arguments_.turns); ++turn)
      for (const auto& way : ways) {
        if (!arguments_.wants(way.name)) continue;
        const int before = node.round_trips();
        const double seconds = way.harvest(node, ports_, filling);
        const double trips = static_cast<double>(node.round_trips() - before) / filling.studies;
        add(rows_, {fmt::format("{} studies, {}, {}", filling.studies, node.name(), place), way.name, way.role,
                    static_cast<double>(filling.studies), 0, seconds, trips});
      }
  }

  [[nodiscard]] Takers takers() const { return ports_.takers(); }
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

 private:
  const Arguments& arguments_;
  Ports ports_;
  std::vector<Row> rows_;
};

void run_at(Benchmark& benchmark, const Filling& filling, std::chrono::milliseconds round_trip) {
  const Place place{round_trip};
  const auto where = fmt::format("{} ms", round_trip.count());
  for (const auto make : {make_simulated, make_orthanc}) {
    const auto node = make(benchmark.takers(), filling, place);
    benchmark.run(where, *node, filling, all_ways(*node, place));
  }
}

/// Nagle on at the PACS, and at those who come as they are.
void run_as_shipped(Benchmark& benchmark, const Filling& filling) {
  const Place place{std::chrono::milliseconds(0), false};
  const auto node = make_orthanc(benchmark.takers(), filling, place);
  benchmark.run("0 ms", *node, filling, all_ways(*node, place));
}

/// The pacing of a profile that says nothing of it. It waits nearly all the time, and so is shown with few studies.
void run_with_default_pacing(Benchmark& benchmark, bool quick) {
  const Filling few{quick ? 4 : 20, 2};
  benchmark.run("0 ms", *make_simulated(benchmark.takers(), few, {}), few,
                {our_way("harvester, default pacing", Role::also_ours, {2, 1, 120})});
}

}  // namespace
}  // namespace harvester::bench

int main(int count, char** values) {
  using namespace harvester;
  using namespace harvester::bench;
  const auto arguments = parse_arguments(count, values);
  start_logging({.level = "error", .json = false, .file = ""});
  if (const auto started = dicom::start_toolkit(); !started)
    return fmt::print(stderr, "{}\n", started.error().message), 1;
  const Filling filling{arguments.quick ? 20 : 200, 10};
  try {
    Benchmark benchmark(arguments);
    for (const int round_trip : {0, 10}) run_at(benchmark, filling, std::chrono::milliseconds(round_trip));
    run_as_shipped(benchmark, filling);
    run_with_default_pacing(benchmark, arguments.quick);
    print(benchmark.rows(), "Harvest of the dose reports of CT studies", "studies", arguments.json);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "bench_harvest: {}\n", failure.what());
    return 1;
  }
  return 0;
}
