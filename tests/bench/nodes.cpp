#include "nodes.hpp"

#include <fmt/format.h>

#include <fstream>
#include <list>

#include "harvester/simulation/object_builder.hpp"
#include "relay.hpp"
#include "sender.hpp"
#include "support/sockets.hpp"

namespace harvester::bench {
namespace {

/// The lines between a PACS and its peers; none where there is no delay.
class Lines {
 public:
  explicit Lines(std::chrono::milliseconds round_trip) : each_way_(std::chrono::microseconds(round_trip) / 2) {}

  /// The port to use in place of this one.
  int to(int port) { return each_way_.count() == 0 ? port : relays_.emplace_back(port, each_way_).port(); }
  Takers to(const Takers& takers) {
    Takers far;
    for (const auto& [title, port] : takers) far[title] = to(port);
    return far;
  }

 private:
  const std::chrono::microseconds each_way_;
  std::list<Relay> relays_;
};

std::string program(const std::string& name) {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / name).string();
}

/// The simulated PACS as a process of its own. Its log tells every request.
class Simulated final : public Node {
 public:
  Simulated(const Takers& takers, const Filling& filling, const Place& place)
      : lines_(place.round_trip), own_port_(tests::free_port()), port_(lines_.to(own_port_)) {
    std::vector<std::string> command{program("simulated_pacs"),
                                     "--port",
                                     std::to_string(own_port_),
                                     "--studies",
                                     std::to_string(filling.studies),
                                     "--days",
                                     std::to_string(filling.days),
                                     "--images",
                                     "1",
                                     "--only-rdsr",
                                     "--log",
                                     log().string()};
    for (const auto& [title, port] : lines_.to(takers)) {
      command.emplace_back("--destination");
      command.push_back(fmt::format("{}=127.0.0.1:{}", title, port));
    }
    process_ = std::make_unique<tests::Process>(command);
    await_echo(ae_title(), own_port_);
  }
  [[nodiscard]] std::string name() const override { return "simulated PACS"; }
  [[nodiscard]] std::string ae_title() const override { return "SIMPACS"; }
  [[nodiscard]] int port() const override { return port_; }
  [[nodiscard]] bool answers_everybody() const override { return false; }
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
  Lines lines_;
  int own_port_;
  int port_;
  std::unique_ptr<tests::Process> process_;
};

std::vector<Object> objects_of(const Filling& filling) {
  std::vector<Object> objects;
  for (const auto& study : simulation::ct_archive(filling.archive()))
    for (const auto& series : study.series)
      for (const auto& instance : series.instances) {
        const auto object = simulation::encode(study, series, instance);
        objects.push_back({object.sop_class.str(), object.sop_instance.str(), object.data_set});
      }
  return objects;
}

/// Orthanc, filled with the same objects.
class FilledOrthanc final : public Node {
 public:
  FilledOrthanc(const Takers& takers, const Filling& filling, const Place& place)
      : lines_(place.round_trip),
        orthanc_(place.at_its_best ? bench::at_its_best() : as_shipped(), {"ORTHANC", 0, 0, lines_.to(takers)}),
        port_(lines_.to(orthanc_.port())),
        name_(place.at_its_best ? "Orthanc" : "Orthanc as shipped") {
    std::map<std::string, std::vector<Object>> by_class;  // an association of the fast sender has one class
    for (auto& object : objects_of(filling)) by_class[object.sop_class].push_back(std::move(object));
    for (const auto& [sop_class, objects] : by_class) send_fast(objects, 1, orthanc_.ae_title(), orthanc_.port());
  }
  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] std::string ae_title() const override { return orthanc_.ae_title(); }
  [[nodiscard]] int port() const override { return port_; }

 private:
  Lines lines_;
  Orthanc orthanc_;
  int port_;
  std::string name_;
};

}  // namespace

simulation::CtArchiveOptions Filling::archive() const {
  simulation::CtArchiveOptions options;
  options.studies = studies;
  options.days = days;
  options.images_per_series = 1;
  options.only_rdsr = true;
  return options;
}

std::unique_ptr<Node> make_simulated(const Takers& takers, const Filling& filling, const Place& place) {
  return std::make_unique<Simulated>(takers, filling, place);
}

std::unique_ptr<Node> make_orthanc(const Takers& takers, const Filling& filling, const Place& place) {
  return std::make_unique<FilledOrthanc>(takers, filling, place);
}

}  // namespace harvester::bench
