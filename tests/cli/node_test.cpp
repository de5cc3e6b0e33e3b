// `harvester node`: tests and probes of simulated and real archives.

#include <catch2/catch.hpp>

#include "archive_world.hpp"
#include "harvester/dicom/listener.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/object_builder.hpp"
#include "harvester/simulation/pacs.hpp"

namespace harvester {
namespace {

using simulation::PacsEvent;
using simulation::Scenario;
using tests::Site;
using tests::Told;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::vector<simulation::StudyPlan> studies() {
  std::vector<simulation::StudyPlan> plans;
  for (const auto scenario : {Scenario::ct_rdsr, Scenario::ct_enhanced_sr, Scenario::ct_no_dose, Scenario::mg_images}) {
    simulation::StudyOptions options;
    options.seed = 11;
    options.index = static_cast<int>(plans.size()) + 1;
    options.date = {std::chrono::year(2026), std::chrono::month(3), std::chrono::day(5)};
    options.images_per_series = 6;
    plans.push_back(simulation::make_study(scenario, options));
  }
  return plans;
}

std::set<std::string> wanted() {
  std::set<std::string> all;
  for (const auto& plan : studies())
    for (const auto& uid : simulation::truth_of(plan, {"CT", "MG"}).wanted) all.insert(uid.str());
  return all;
}

struct World {
  explicit World(const simulation::Quirks& quirks = {}, const std::string& profile = "") {
    REQUIRE(dicom::start_toolkit());
    simulation::PacsOptions options;
    options.quirks = quirks;
    options.destinations["HARVESTER"] = {"127.0.0.1", site.store_port()};
    auto opened = simulation::SimulatedPacs::open(options, simulation::make_archive(studies()));
    REQUIRE(opened);
    pacs = std::move(*opened);
    site.add_node("sim", pacs->port(), "SIMPACS", profile);
  }

  [[nodiscard]] Told test() const { return site.run({"node", "test", "sim"}); }

  /// A harvest of everything brings in exactly what is wanted.
  void harvest_all(const std::string& node) const {
    const auto told = site.run({"harvest", node, "--date", "2026-03-05"});
    INFO(told.output << told.errors);
    CHECK(told.code == 0);
    CHECK(holds(told.output, "missing 0, failed 0"));
  }

  Site site;
  std::unique_ptr<simulation::SimulatedPacs> pacs;
};

Told test_with(const simulation::Quirks& quirks, const std::string& profile = "") {
  const World world(quirks, profile);
  auto told = world.test();
  UNSCOPED_INFO(told.output << told.errors);
  return told;
}

}  // namespace

TEST_CASE("node test goes all the way to an object in our store, which is not imported, and a harvest fetches it",
          "[net]") {
  const World world;
  const auto told = world.test();
  INFO(told.output << told.errors);
  CHECK(told.code == 0);
  CHECK(holds(told.output, "ignored(node_test)"));
  CHECK_FALSE(holds(told.output, "2.999."));
  CHECK(world.pacs->log().of_kind(PacsEvent::Kind::sent).size() == 1);
  CHECK(world.site.exported()["studies"].empty());
  world.harvest_all("sim");
  CHECK(world.site.exported()["studies"].size() == 3);
  const auto again = world.test();
  CHECK(again.code == 0);
  CHECK(world.site.exported()["studies"].size() == 3);
}

TEST_CASE("node test is handed to the daemon that holds the data directory", "[net]") {
  const World world;
  const tests::Process daemon(world.site.command({"serve"}));
  REQUIRE(tests::eventually([&] { return std::filesystem::exists(world.site.data() / "control.sock"); }));
  const auto told = world.test();
  INFO(told.output << told.errors);
  CHECK(told.code == 0);
  CHECK(holds(told.output, "ignored(node_test)"));
}

TEST_CASE("node test by C-GET brings its object over our own association", "[net]") {
  const auto told = test_with({}, "retrieve: {method: c_get}\n");
  CHECK(told.code == 0);
  CHECK(holds(told.output, "came to us: recorded as ignored(node_test)"));
}

TEST_CASE("node test tells what is wrong with a retrieval and what to do", "[net]") {
  simulation::Quirks quirks;
  SECTION("a title that may not move") {
    quirks.move_callers = {"SOMEBODY"};
    const auto told = test_with(quirks);
    CHECK(told.code == 4);
    CHECK(holds(told.output, "A801H"));
    CHECK(holds(told.output, "AE title \"HARVESTER\""));
  }
  SECTION("a store that cannot be reached") {
    quirks.unreachable_moves = 9;
    const auto told = test_with(quirks);
    CHECK(told.code == 3);
    CHECK(holds(told.output, "A702H"));
    CHECK(holds(told.output, "both firewalls"));
  }
  SECTION("success, and nothing comes") {
    quirks.never_sends = true;
    const auto told = test_with(quirks);
    CHECK(told.code == 3);
    CHECK(holds(told.output, "failed   "));
  }
}

TEST_CASE("node test tells why there is no association", "[net]") {
  simulation::Quirks quirks;
  SECTION("no presentation context") {
    quirks.study_root = false;
    const auto told = test_with(quirks);
    CHECK(told.code == 4);
    CHECK(holds(told.output, "no presentation context"));
    CHECK(holds(told.output, "patient_root"));
  }
  SECTION("too many associations") {
    quirks.max_associations = 0;
    const auto told = test_with(quirks);
    CHECK(told.code == 4);
    CHECK(holds(told.output, "too many associations"));
  }
  SECTION("another called title") {
    REQUIRE(dicom::start_toolkit());
    const auto reject = [](const dicom::AssociationRequest&) {
      dicom::Negotiation negotiation;
      negotiation.rejected = dicom::kCalledNotRecognized;
      return negotiation;
    };
    auto listener = dicom::Listener::open({.bind = "127.0.0.1", .transport = {}}, reject,
                                          [](dicom::ScpAssociation&, std::stop_token) {});
    REQUIRE(listener);
    Site site;
    site.add_node("sim", (*listener)->port(), "WRONG");
    const auto told = site.run({"node", "test", "sim"});
    CHECK(told.code == 4);
    CHECK(holds(told.output, "does not call itself \"WRONG\""));
  }
}

TEST_CASE("node test tells a closed port, a silent one and an unknown host apart", "[net]") {
  Site site;
  SECTION("closed") {
    site.add_node("sim", tests::free_port(), "SIMPACS");
    const auto told = site.run({"node", "test", "sim"});
    CHECK(told.code == 4);
    CHECK(holds(told.output, "nothing listens on port"));
  }
  SECTION("silent") {
    REQUIRE(dicom::start_toolkit());
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(where);
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&where), size) == 0);
    REQUIRE(::listen(fd, 4) == 0);
    REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&where), &size) == 0);
    site.add_node("sim", ntohs(where.sin_port), "SIMPACS", "timeouts: {acse: 1s}\n");
    const auto told = site.run({"node", "test", "sim"});
    ::close(fd);
    CHECK(told.code == 4);
    CHECK(holds(told.output, "nothing answered the association request within 1 s"));
  }
  SECTION("unknown node") { CHECK(site.run({"node", "test", "nobody"}).code == 2); }
}

TEST_CASE("node test tells that the port of our own store is taken", "[net]") {
  const World world;
  REQUIRE(dicom::start_toolkit());
  const auto squatter = dicom::Listener::open(
      {.bind = "127.0.0.1", .port = world.site.store_port(), .transport = {}},
      [](const dicom::AssociationRequest&) { return dicom::Negotiation{}; },
      [](dicom::ScpAssociation&, std::stop_token) {});
  REQUIRE(squatter);
  const auto told = world.test();
  INFO(told.output << told.errors);
  CHECK(told.code == 3);
  CHECK(holds(told.output, "failed   store"));
}

TEST_CASE("node list and show tell of nodes, their last harvest, and what was learnt of them", "[net]") {
  const World world;
  CHECK(world.site.json({"node", "list"})["nodes"][0]["last_harvest"].is_null());
  world.harvest_all("sim");
  const auto listed = world.site.json({"node", "list"})["nodes"][0];
  CHECK(listed["name"] == "sim");
  CHECK(listed["last_harvest"]["state"] == "complete");
  const auto shown = world.site.run({"node", "show", "sim"});
  CHECK(shown.code == 0);
  CHECK(holds(shown.output, "ae_title: SIMPACS"));
  CHECK(holds(shown.output, "learnt by harvests:\n"));
}

namespace {

Told probe(const Site& site, int port, const std::string& title, std::vector<std::string> more = {}) {
  std::vector<std::string> words{
      "node", "probe", "127.0.0.1:" + std::to_string(port), "--ae", title, "--name", "probed", "--requests-per-minute",
      "0"};
  words.insert(words.end(), more.begin(), more.end());
  return site.run(words);
}

/// Writes a profile, and harvests by it exactly what is wanted.
void probe_and_harvest(const Site& site, int port, const std::string& title) {
  const auto probed = probe(site, port, title);
  INFO(probed.output << probed.errors);
  REQUIRE(probed.code == 0);
  INFO(tests::content_of(site.path("profiles/probed.yaml")));
  const auto told = site.run({"harvest", "probed", "--date", "2026-03-05", "--modality", "CT,MG"});
  INFO(told.output << told.errors);
  CHECK(told.code == 0);
  CHECK(tests::keys_of(tests::objects_in(site.data() / "spool" / "objects")) == wanted());
}

template <class Peer>
void probe_real() {
  tests::World<Peer> world;
  const tests::TempDir folder;
  int files = 0;
  for (const auto& plan : studies()) files += *simulation::write_study(plan, folder.path(), files + 1);
  world.peer.fill(folder.path());
  const auto tested = world.site.run({"node", "test", "peer"});
  INFO(tested.output << tested.errors);
  CHECK(tested.code == 0);
  std::filesystem::remove_all(world.site.data());  // what the test brought
  probe_and_harvest(world.site, world.peer.port(), world.peer.ae_title());
}

}  // namespace

TEST_CASE("node probe of a simulated archive writes a profile with which a harvest is right", "[net]") {
  simulation::Quirks quirks;
  SECTION("typical") {}
  SECTION("matches no modality") { quirks.modalities = simulation::ModalitiesKey::unmatched; }
  SECTION("finds nothing by ModalitiesInStudy") {
    quirks.modalities = simulation::ModalitiesKey::nothing;
    quirks.modality_at_study = simulation::StudyModality::matched;
  }
  SECTION("has only the Patient Root") {
    quirks.study_root = false;
    quirks.patient_id = simulation::PatientKey::free;
  }
  SECTION("strict") { quirks = simulation::strict(); }
  const World world(quirks);
  probe_and_harvest(world.site, world.pacs->port(), "SIMPACS");
  CHECK(world.pacs->log().of_kind(PacsEvent::Kind::find).size() < 200);
}

TEST_CASE("node probe is gentle, prints where it is told to, and overwrites only when told to", "[net]") {
  const World world;
  const auto printed = probe(world.site, world.pacs->port(), "SIMPACS", {"--print"});
  INFO(printed.output << printed.errors);
  CHECK(printed.code == 0);
  CHECK(holds(printed.output, "# ModalitiesInStudy is matched"));
  CHECK(holds(printed.output, "modality_key: modalities_in_study"));
  CHECK(world.pacs->log().of_kind(PacsEvent::Kind::find).size() <= 40);
  CHECK_FALSE(std::filesystem::exists(world.site.path("profiles/probed.yaml")));
  CHECK(probe(world.site, world.pacs->port(), "SIMPACS").code == 0);
  CHECK(probe(world.site, world.pacs->port(), "SIMPACS").code == 2);
  const auto by_name = world.site.run({"node", "probe", "sim", "--requests-per-minute", "0"});
  CHECK(by_name.code == 0);
  CHECK(holds(by_name.output, "schema: 1"));
  CHECK_FALSE(std::filesystem::exists(world.site.path("profiles/sim.yaml.old")));
  CHECK(world.site.run({"node", "probe", "sim", "--write", "--requests-per-minute", "0"}).code == 0);
  CHECK(std::filesystem::exists(world.site.path("profiles/sim.yaml.old")));
  world.harvest_all("sim");
}

TEST_CASE("node test and node probe of Orthanc: a harvest by the profile that was written is right", "[net]") {
  probe_real<tests::Orthanc>();
}

TEST_CASE("node test and node probe of dcmqrscp: a harvest by the profile that was written is right", "[net]") {
  probe_real<tests::Dcmqrscp>();
}

}  // namespace harvester
