// How fast the dose reports of CT studies are harvested, from the simulated PACS and from Orthanc: our harvest, with
// the import, beside what people do by hand with Debian's findscu, movescu and storescp, which import nothing.

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <thread>

#include "harvester/core/log.hpp"
#include "harvester/database/ledger.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/harvest/harvest.hpp"
#include "harvester/intake/prepare.hpp"
#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/object_builder.hpp"
#include "peers.hpp"
#include "results.hpp"
#include "sender.hpp"
#include "support/sockets.hpp"

namespace {

using namespace harvester;
using namespace harvester::bench;

constexpr int kDays = 10;

simulation::CtArchiveOptions archive(int studies) {
  simulation::CtArchiveOptions options;
  options.studies = studies;
  options.days = kDays;
  options.images_per_series = 1;
  options.only_rdsr = true;
  return options;
}

std::string program(const std::string& name) {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / name).string();
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// A PACS that is asked: it knows our store and storescp, each at its port.
class Node {
 public:
  virtual ~Node() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual std::string ae_title() const = 0;
  [[nodiscard]] virtual int port() const = 0;
  /// Requests and associations so far; 0: it does not tell.
  [[nodiscard]] virtual int round_trips() const { return 0; }
};

struct Ports {
  int ours = tests::free_port();
  int storescp = tests::free_port();
};

/// The simulated PACS as a process of its own. Its log tells every request.
class Simulated final : public Node {
 public:
  Simulated(const Ports& ports, int studies) : port_(tests::free_port()) {
    process_ = std::make_unique<tests::Process>(std::vector<std::string>{
        program("simulated_pacs"), "--port", std::to_string(port_), "--studies", std::to_string(studies), "--days",
        std::to_string(kDays), "--images", "1", "--only-rdsr", "--destination",
        fmt::format("HARVESTER=127.0.0.1:{}", ports.ours), "--destination",
        fmt::format("STORESCP=127.0.0.1:{}", ports.storescp), "--log", log().string()});
    await_echo(ae_title(), port_);
  }
  [[nodiscard]] std::string name() const override { return "simulated PACS"; }
  [[nodiscard]] std::string ae_title() const override { return "SIMPACS"; }
  [[nodiscard]] int port() const override { return port_; }
  [[nodiscard]] int round_trips() const override {
    std::ifstream file(log());
    int count = 0;
    for (std::string line; std::getline(file, line);) {
      const auto kind = line.substr(0, line.find('\t'));
      count += kind == "association" || kind == "find" || kind == "move" ? 1 : 0;
    }
    return count;
  }

 private:
  [[nodiscard]] std::filesystem::path log() const { return folder_ / "log"; }

  tests::TempDir folder_;
  int port_;
  std::unique_ptr<tests::Process> process_;
};

std::vector<Object> objects_of(int studies) {
  std::vector<Object> objects;
  for (const auto& study : simulation::ct_archive(archive(studies)))
    for (const auto& series : study.series)
      for (const auto& instance : series.instances) {
        const auto object = simulation::encode(study, series, instance);
        objects.push_back({object.sop_class.str(), object.sop_instance.str(), object.data_set});
      }
  return objects;
}

/// Orthanc as it comes, filled with the same objects.
class FilledOrthanc final : public Node {
 public:
  FilledOrthanc(const Ports& ports, int studies)
      : orthanc_(as_shipped(), {{"HARVESTER", ports.ours}, {"STORESCP", ports.storescp}}) {
    std::map<std::string, std::vector<Object>> by_class;  // an association of the fast sender has one class
    for (auto& object : objects_of(studies)) by_class[object.sop_class].push_back(std::move(object));
    for (const auto& [sop_class, objects] : by_class) send_fast(objects, 1, orthanc_.ae_title(), orthanc_.port());
  }
  [[nodiscard]] std::string name() const override { return "Orthanc"; }
  [[nodiscard]] std::string ae_title() const override { return orthanc_.ae_title(); }
  [[nodiscard]] int port() const override { return orthanc_.port(); }

 private:
  Orthanc orthanc_;
};

/// Imports in this process what arrives, as a worker process does.
class Importer {
 public:
  Importer(const database::DataPaths& paths, std::int64_t owner, Signal& activity, const Clock& clock)
      : thread_([=, &activity, &clock](std::stop_token stop) {
          auto connection = database::open_database(paths.database());
          const auto prepare = intake::make_prepare({}, clock);
          while (connection && !stop.stop_requested()) {
            const auto seen = activity.count();
            const auto done = intake::import_batch(*connection, {paths, {owner, 1}}, prepare, clock);
            if (done && *done > 0)
              activity.notify();
            else
              activity.wait_beyond(seen, std::chrono::steady_clock::now() + std::chrono::seconds(1), stop);
          }
        }) {}

 private:
  std::jthread thread_;
};

harvest::NodeSetup setup_for(const Node& node) {
  const dicom::Peer peer{"127.0.0.1", node.port(), AeTitle::of(node.ae_title()), AeTitle::of("HARVESTER")};
  harvest::NodeSetup setup{.find_peer = peer,
                           .move_peer = peer,
                           .destination = AeTitle::of("HARVESTER"),
                           .options = {},
                           .limits = {},
                           .style = {},
                           .rules = {},
                           .move_timers = {}};
  setup.limits.requests_per_minute = 0;  // pacing is off
  setup.associations = 4;
  setup.outstanding_moves = 2;
  setup.backoff = std::chrono::milliseconds(100);
  return setup;
}

double harvest_ours(const Node& node, const Ports& ports, int studies) {
  Signal activity;
  OurStore store(Durability::full, &activity, ports.ours);
  const auto owner = store.writer().run([&](database::Connection& connection) {
    return database::ledger::take_ownership(connection, 1, "bench", store.clock().now());
  });
  if (!owner) throw std::runtime_error(owner.error().message);
  const Importer importer(store.paths(), *owner, activity, store.clock());
  harvest::Tools tools{store.writer(), store.paths(), activity, store.clock(), *owner, {}, {}};
  const auto first = archive(studies).first_day;
  const auto begin = std::chrono::steady_clock::now();
  const auto begun = begin_or_continue(tools, {node.name(), {"CT"}, first, plus_days(first, kDays - 1), false, 0});
  if (!begun) throw std::runtime_error(begun.error().message);
  const auto outcome = run(tools, setup_for(node), begun->id, {});
  const auto seconds = seconds_since(begin);
  if (outcome.state != HarvestState::complete || outcome.summary.fetched != studies)
    throw std::runtime_error(fmt::format("the harvest fetched {} of {} objects", outcome.summary.fetched, studies));
  return seconds;
}

double harvest_by_hand(const Node& node, const Ports& ports, int studies, const Environment& environment) {
  const Storescp store(true, false, environment, ports.storescp);
  const auto begin = std::chrono::steady_clock::now();
  const auto ran = tests::run({BY_HAND, std::to_string(node.port()), node.ae_title(), store.ae_title(),
                               dicom_date(archive(studies).first_day), std::to_string(kDays)},
                              environment);
  const auto seconds = seconds_since(begin);
  if (ran.code != 0 || store.files() != studies)
    throw std::runtime_error(fmt::format("by hand {} of {} objects came: {}", store.files(), studies, ran.output));
  return seconds;
}

struct Way {
  std::string name;
  bool ours;
  std::function<double(const Node&, const Ports&, int)> harvest;
};

std::vector<Way> ways() {
  const auto by_hand = [](const Environment& environment) {
    return [=](const Node& node, const Ports& ports, int studies) {
      return harvest_by_hand(node, ports, studies, environment);
    };
  };
  return {{"harvester", true, harvest_ours},
          {"findscu, movescu, storescp", false, by_hand(as_shipped())},
          {"the same with TCP_NODELAY=1", false, by_hand(at_its_best())}};
}

void run(std::vector<Row>& rows, const Node& node, const Ports& ports, int studies, const Arguments& arguments) {
  for (int turn = 0; turn < (arguments.quick ? 1 : 2); ++turn)
    for (const auto& way : ways()) {
      if (!arguments.wants(way.name)) continue;
      const int before = node.round_trips();
      const double seconds = way.harvest(node, ports, studies);
      const double trips = static_cast<double>(node.round_trips() - before) / studies;
      add(rows, {fmt::format("{} CT studies from {}", studies, node.name()), way.name, way.ours, false,
                 static_cast<double>(studies), 0, seconds, trips});
    }
}

}  // namespace

int main(int count, char** values) {
  const auto arguments = parse_arguments(count, values);
  start_logging({.level = "error", .json = false, .file = ""});
  if (const auto started = dicom::start_toolkit(); !started)
    return fmt::print(stderr, "{}\n", started.error().message), 1;
  const int studies = arguments.quick ? 20 : 200;
  try {
    std::vector<Row> rows;
    const Ports ports;
    run(rows, Simulated(ports, studies), ports, studies, arguments);
    run(rows, FilledOrthanc(ports, studies), ports, studies, arguments);
    print(rows, "Harvest of the dose reports of CT studies", "studies", arguments.json);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "bench_harvest: {}\n", failure.what());
    return 1;
  }
  return 0;
}
