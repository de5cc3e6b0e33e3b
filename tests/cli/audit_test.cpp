// What goes out of the daemon as DICOM audit messages, to a collector of this test.

#include <pwd.h>

#include <catch2/catch.hpp>
#include <set>

#include "harvester/dicom/toolkit.hpp"
#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/pacs.hpp"
#include "support/audit_collector.hpp"
#include "support/peers.hpp"
#include "support/report_archive.hpp"
#include "support/site.hpp"

namespace harvester {
namespace {

using tests::AuditCollector;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string section(const AuditCollector& collector) {
  return "audit: {syslog: \"localhost:" + std::to_string(collector.port()) + "\", enterprise_site_id: North}\n";
}

/// What stands in an attribute of a message; empty where it has none.
std::string value_of(const std::string& message, const std::string& attribute) {
  const auto at = message.find(attribute + "=\"");
  if (at == std::string::npos) return "";
  const auto begin = at + attribute.size() + 2;
  return message.substr(begin, message.find('"', begin) - begin);
}

/// Those of one event.
std::vector<std::string> of(const std::vector<std::string>& messages, const std::string& event) {
  std::vector<std::string> some;
  for (const auto& message : messages)
    if (holds(message, "<EventID csd-code=\"" + event + "\"")) some.push_back(message);
  return some;
}

/// The studies that came, each as it should be told.
std::set<std::string> studies_in(const std::vector<std::string>& messages) {
  std::set<std::string> studies;
  for (const auto& message : of(messages, "110104")) {
    CHECK(value_of(message, "UserID") == "SIMPACS");
    CHECK(holds(message, "UserName=\"pacs-harvester\" UserIsRequestor=\"true\""));
    CHECK(holds(message, "<SOPClass UID=\"1.2.840.10008.5.1.4.1.1.88.67\" NumberOfInstances=\"1\"/>"));
    studies.insert(value_of(message, "ParticipantObjectID"));
  }
  return studies;
}

/// A simulated archive of CT studies, and a site that harvests it and tells a collector.
struct World {
  explicit World(int studies, const std::string& profile = "") {
    pacs = tests::report_archive(site, studies, 1);
    site.add_node("sim", pacs->port(), "SIMPACS", profile);
  }

  /// The messages of a harvest, until so many studies and a query are among them.
  [[nodiscard]] std::vector<std::string> messages(std::size_t studies) const {
    std::vector<std::string> all;
    while (of(all, "110104").size() < studies || of(all, "110112").empty()) {
      all.push_back(tests::xml_in(collector.next()));
      REQUIRE_FALSE(all.back().empty());
    }
    return all;
  }

  [[nodiscard]] std::set<std::string> held() const {
    std::set<std::string> studies;
    const auto exported = site.exported();
    for (const auto& each : exported["studies"]) studies.insert(each["study"]["study_instance_uid"].get<std::string>());
    return studies;
  }

  AuditCollector collector;
  tests::Site site{section(collector)};
  std::unique_ptr<simulation::SimulatedPacs> pacs;
};

const std::vector<std::string> kHarvest{"harvest", "sim", "--modality", "CT", "--date", "2026-01-05"};

std::string me() { return ::getpwuid(::getuid())->pw_name; }

}  // namespace

TEST_CASE("audit: what the daemon does goes out as DICOM audit messages, and after SIGHUP to whom the new file names",
          "[net]") {
  World world(3);
  const AuditCollector second;
  tests::Process daemon(world.site.command({"serve"}));
  std::vector<std::string> texts{tests::xml_in(world.collector.next())};
  CHECK(holds(texts.back(), "Application Start"));
  CHECK(holds(texts.back(), "AuditEnterpriseSiteID=\"North\""));
  REQUIRE(world.site.run(kHarvest).code == 0);
  const auto harvest = world.messages(3);
  CHECK(studies_in(harvest) == world.held());
  for (const auto& query : of(harvest, "110112")) {
    CHECK(holds(query, "UserID=\"" + me() + "@"));
    CHECK(holds(query, "UserID=\"SIMPACS\" AlternativeUserID=\"AETITLES=SIMPACS\""));
  }
  texts.insert(texts.end(), harvest.begin(), harvest.end());
  REQUIRE(world.site.run({"export", "csv", "ct", "--with-patient"}).code == 0);
  texts.push_back(tests::xml_in(world.collector.next_of("110106")));
  CHECK(holds(texts.back(), "urn:x-pacs-harvester:export:csv:ct"));
  CHECK(holds(texts.back(), "UserID=\"" + me() + "@"));
  const auto site_file = world.site.path("harvester.yaml");
  auto text = tests::content_of(site_file);
  text.replace(text.find(section(world.collector)), section(world.collector).size(), section(second));
  tests::write_text(site_file, text);
  daemon.signal(SIGHUP);
  CHECK(tests::eventually([&] {
    CHECK(world.site.run({"export", "csv", "ct", "--with-patient"}).code == 0);
    return holds(second.next(10), "urn:x-pacs-harvester:export:csv:ct");
  }));
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
  texts.push_back(tests::xml_in(second.next_of("110100")));
  CHECK(holds(texts.back(), "Application Stop"));
  for (const auto& each : texts) CHECK_FALSE(holds(each, "^"));  // no patient's name
  CHECK(tests::faults_of(texts) == "");
}

TEST_CASE("audit: a command without a daemon tells, too, and so do objects that come by C-GET", "[net]") {
  World world(2, "retrieve: {method: c_get}\n");
  const auto told = world.site.run(kHarvest);
  INFO(told.output << told.errors);
  REQUIRE(told.code == 0);
  const auto texts = world.messages(2);
  CHECK(studies_in(texts) == world.held());
  CHECK(tests::faults_of(texts) == "");
}

TEST_CASE("audit: a collector that nobody knows keeps no harvest from running", "[net]") {
  World world(2);
  const tests::Ran ran = tests::run(world.site.command(kHarvest), {{"HARVESTER_AUDIT_SYSLOG", "nobody.invalid:514"}});
  INFO(ran.output);
  CHECK(ran.code == 0);
  CHECK(holds(ran.output, "audit: messages to nobody.invalid:514 are lost, 1 so far"));
  CHECK(ran.output.find("are lost") == ran.output.rfind("are lost"));
}

}  // namespace harvester
