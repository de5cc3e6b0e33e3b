// The whole program against real archives: Orthanc and dcmqrscp of Debian.

#include <catch2/catch.hpp>
#include <set>

#include "archive_world.hpp"
#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/object_builder.hpp"
#include "support/certificates.hpp"

namespace harvester {
namespace {

using simulation::Scenario;
using simulation::StudyPlan;
using tests::keys_of;
using tests::objects_in;
using tests::World;

constexpr CivilDate kDay{std::chrono::year(2026), std::chrono::month(3), std::chrono::day(5)};

StudyPlan study(Scenario scenario, int index, CivilDate date = kDay) {
  simulation::StudyOptions options;
  options.seed = 11;
  options.index = index;
  options.date = date;
  options.images_per_series = 6;  // dcmqrscp describes no series: a smaller one might be a dose info
  return simulation::make_study(scenario, options);
}

/// What a profile asks for that says nothing of modalities.
const std::set<std::string> kAll{"CT", "MG", "DX", "CR", "PX", "RF", "XA", "NM", "PT"};

/// SOP Instance UIDs of plans that a harvest ought to fetch.
std::set<std::string> wanted_of(const std::vector<StudyPlan>& plans) {
  std::set<std::string> all;
  for (const auto& plan : plans)
    for (const auto& uid : simulation::truth_of(plan, kAll).wanted) all.insert(uid.str());
  return all;
}

std::vector<StudyPlan> ct_and_others() {
  return {study(Scenario::ct_rdsr, 1), study(Scenario::ct_enhanced_sr, 2), study(Scenario::ct_no_dose, 4),
          study(Scenario::mg_images, 5), study(Scenario::ct_cumulative, 6)};
}

/// The irradiation events of the reports that a CT harvest ought to bring.
std::set<std::string> events_of(const std::vector<StudyPlan>& plans) {
  std::set<std::string> all;
  for (const auto& plan : plans)
    if (!plan.story.starts_with("ct_philips_dose_info"))  // its scans have no UIDs
      for (const auto& uid : simulation::truth_of(plan, {"CT"}).ct_events) all.insert(uid);
  return all;
}

template <class Peer>
void fill(World<Peer>& world, const std::vector<StudyPlan>& plans) {
  const tests::TempDir folder;
  int files = 0;
  for (const auto& plan : plans) files += *simulation::write_study(plan, folder.path(), files + 1);
  world.peer.fill(folder.path());
}

template <class Peer>
void harvest_twice(World<Peer>& world, const std::vector<StudyPlan>& plans) {
  const auto first = world.site.run({"harvest", "peer", "--date", "2026-03-05"});
  INFO(first.output << first.errors);
  CHECK(first.code == 0);
  const auto objects = objects_in(world.site.data() / "spool" / "objects");
  CHECK(keys_of(objects) == wanted_of(plans));
  for (const auto& plan : plans) {
    const auto others = world.by_storescp(plan.uid);
    for (const auto& uid : simulation::truth_of(plan, kAll).wanted)
      CHECK(objects.at(uid.str()) == others.at(uid.str()));
  }
  const auto exported = world.site.exported();
  std::set<std::string> events;
  for (const auto& each : exported["studies"])
    for (const auto& event : each["events"])
      if (event.contains("ct_acquisition_type") && event.contains("irradiation_event_uid"))
        events.insert(event["irradiation_event_uid"]);
  CHECK(events == events_of(plans));

  const auto second = world.site.run({"harvest", "peer", "--date", "2026-03-05"});
  CHECK(second.code == 0);
  CHECK(second.output.find("fetched 0, missing 0, failed 0") != std::string::npos);
  CHECK(second.output.find("all_held") != std::string::npos);
  CHECK(world.site.exported() == exported);
}

}  // namespace

TEST_CASE("a harvest from Orthanc fetches exactly what tells the dose, with the bytes that storescp gets", "[net]") {
  World<tests::Orthanc> world;
  auto plans = ct_and_others();
  plans.push_back(study(Scenario::ct_philips_dose_info, 3));
  plans.push_back(study(Scenario::ct_rdsr_and_findings, 7));
  plans.push_back(study(Scenario::ct_mixed_sr_series, 8));
  fill(world, plans);
  fill(world, {study(Scenario::ct_rdsr, 9, plus_days(kDay, 1))});
  harvest_twice(world, plans);
}

TEST_CASE("a harvest from dcmqrscp, which matches no modality, fetches exactly what tells the dose", "[net]") {
  World<tests::Dcmqrscp> world;
  const auto plans = ct_and_others();
  fill(world, plans);
  fill(world, {study(Scenario::ct_rdsr, 9, plus_days(kDay, 1))});
  harvest_twice(world, plans);
}

TEST_CASE("a harvest by C-GET from Orthanc and dcmqrscp brings the same bytes as one by C-MOVE", "[net]") {
  const auto plans = ct_and_others();
  const std::string profile = "retrieve: {method: c_get}\n";
  SECTION("Orthanc") {
    World<tests::Orthanc> world(profile);
    fill(world, plans);
    harvest_twice(world, plans);
  }
  SECTION("dcmqrscp") {
    World<tests::Dcmqrscp> world(profile);
    fill(world, plans);
    harvest_twice(world, plans);
  }
}

TEST_CASE("a harvest in the Patient Root model from Orthanc and dcmqrscp brings what one in the Study Root does",
          "[net]") {
  const auto plans = ct_and_others();
  const std::string profile =
      "query: {model: patient_root}\n" + std::string(GENERATE("", "retrieve: {method: c_get}\n"));
  SECTION("Orthanc") {
    World<tests::Orthanc> world(profile);
    fill(world, plans);
    harvest_twice(world, plans);
  }
  SECTION("dcmqrscp") {
    World<tests::Dcmqrscp> world(profile);
    fill(world, plans);
    harvest_twice(world, plans);
  }
}

TEST_CASE("a harvest from Orthanc goes over TLS, and a certificate that nobody vouches for ends it in words", "[net]") {
  const tests::TempDir folder;
  const tests::Certificate ca(folder.path(), "ca");
  const tests::Certificate stranger(folder.path(), "stranger");
  const tests::Certificate server(folder.path(), "server", &ca);
  tests::Site site;
  const tests::Orthanc orthanc(site.store_port(), tests::free_port(),
                               {{"DicomTlsEnabled", true},
                                {"DicomTlsCertificate", server.file().string()},
                                {"DicomTlsPrivateKey", server.key_file().string()},
                                {"DicomTlsTrustedCertificates", ca.file().string()},
                                {"DicomTlsRemoteCertificateRequired", false}});
  const auto plan = study(Scenario::ct_rdsr, 1);
  std::filesystem::create_directories(folder / "study");
  REQUIRE(simulation::write_study(plan, folder / "study"));
  const auto sent = tests::run({"storescu", "+tla", "-ic", "-aec", "ORTHANC", "+sd", "127.0.0.1",
                                std::to_string(orthanc.port()), (folder / "study").string()},
                               {{"TCP_NODELAY", "1"}});
  INFO(sent.output);
  REQUIRE(sent.code == 0);
  const auto add = [&](const std::string& name, const tests::Certificate& trusted, const std::string& method) {
    tests::write_text(site.path("profiles/" + name + ".yaml"),
                      "schema: 1\nremote:\n  host: 127.0.0.1\n  port: " + std::to_string(orthanc.port()) +
                          "\n  ae_title: ORTHANC\n  tls: {enabled: true, ca_file: " + trusted.file().string() +
                          "}\npacing: {requests_per_minute: 0}\ntimeouts: {settle: 1s}\nretrieve: {method: " + method +
                          "}\n");
  };
  add("get", ca, "c_get");
  add("move", ca, "c_move");
  add("distrusting", stranger, "c_get");
  CHECK(site.run({"echo", "get"}).code == 0);
  const auto got = site.run({"harvest", "get", "--date", "2026-03-05"});
  INFO(got.output << got.errors);
  CHECK(got.code == 0);
  CHECK(keys_of(objects_in(site.data() / "spool" / "objects")) == wanted_of({plan}));
  CHECK(site.run({"harvest", "move", "--date", "2026-03-05", "--refetch"}).code == 0);
  const auto distrusted = site.run({"harvest", "distrusting", "--date", "2026-03-05"});
  CHECK(distrusted.code != 0);
  CHECK((distrusted.output + distrusted.errors).find("unknown CA") != std::string::npos);
}

TEST_CASE("a query of Orthanc tells what would be fetched and fetches nothing", "[net]") {
  World<tests::Orthanc> world;
  fill(world, {study(Scenario::ct_rdsr, 1), study(Scenario::ct_no_dose, 4)});
  const auto told = world.site.json({"query", "peer", "--date", "2026-03-05"});
  REQUIRE(told["queries"].size() == 1);
  std::multiset<std::string> verdicts;
  for (const auto& each : told["queries"][0]["studies"])
    verdicts.insert(each["verdict"].get<std::string>() + "/" + each["reason"].get<std::string>());
  CHECK(verdicts == std::multiset<std::string>{"retrieve/dose_report", "skip/nothing_usable"});
  CHECK(objects_in(world.site.data() / "spool" / "objects").empty());
}

TEST_CASE("a destination that dcmqrscp does not know is told with what to ask for, and is no empty harvest", "[net]") {
  World<tests::Dcmqrscp> world("local: {move_destination: ELSEWHERE}\n");
  fill(world, {study(Scenario::ct_rdsr, 1)});
  const auto told = world.site.run({"harvest", "peer", "--date", "2026-03-05"});
  CHECK(told.code == 4);
  CHECK(told.errors.find("A801H") != std::string::npos);
  CHECK(told.errors.find("ELSEWHERE") != std::string::npos);
  CHECK(told.output.find("missing 1") != std::string::npos);
}

}  // namespace harvester
