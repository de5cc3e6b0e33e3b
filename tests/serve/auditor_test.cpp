#include "harvester/serve/auditor.hpp"

#include <fcntl.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <sstream>
#include <thread>

#include "harvester/core/log.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/serve/audit.hpp"
#include "harvester/serve/daemon.hpp"
#include "harvester/serve/harvesting.hpp"
#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/pacs.hpp"
#include "support/audit_collector.hpp"
#include "support/fake_clock.hpp"
#include "support/store_client.hpp"
#include "syslog_sender.hpp"

using namespace harvester;
using namespace harvester::serve;
using tests::AuditCollector;
using tests::StoreClient;

namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

config::Audit told_to(std::uint16_t port, const std::string& host = "127.0.0.1") {
  return {config::Endpoint{host, port}, "here", {}};
}

/// An engine with a store, in this process, and a collector.
struct World {
  explicit World(std::uint64_t minimum_free = 1 << 20) {
    REQUIRE(dicom::start_toolkit());
    EngineOptions options;
    options.site.data_directory = folder / "data";
    options.site.stores.front().bind = "127.0.0.1";
    options.site.stores.front().port = static_cast<std::uint16_t>(tests::free_port());
    options.site.disk.minimum_free = {minimum_free};
    options.site.audit = told_to(collector.port());
    options.worker = {"/bin/true"};
    options.workers = 0;
    engine = *Engine::open(std::move(options));
    REQUIRE(engine->open_autostart_stores());
  }

  [[nodiscard]] int port() const { return engine->site().stores.front().port; }

  AuditCollector collector;
  tests::TempDir folder;
  std::unique_ptr<Engine> engine;
};

tests::ObjectPlan object_of(const std::string& study, const std::string& instance) {
  tests::ObjectPlan plan;
  plan.study = study;
  plan.instance = instance;
  return plan;
}

/// What a room's logger says while this lives.
class LogHeard {
 public:
  explicit LogHeard(const std::string& room) : log_(room_log(room)) {
    log_->sinks().push_back(std::make_shared<spdlog::sinks::ostream_sink_mt>(heard_));
  }
  ~LogHeard() { log_->sinks().pop_back(); }
  [[nodiscard]] int count_of(const std::string& part) const {
    const auto text = heard_.str();
    int count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
  }

 private:
  std::ostringstream heard_;
  std::shared_ptr<spdlog::logger> log_;
};

}  // namespace

TEST_CASE("auditor: each study that came over an association is told at its end, and nothing else of the patient",
          "[net]") {
  World world;
  StoreClient client(world.port());
  REQUIRE(client.store(object_of("2.999.1", "2.999.1.1")) == 0);
  REQUIRE(client.store(object_of("2.999.1", "2.999.1.2")) == 0);
  REQUIRE(client.store(object_of("2.999.2", "2.999.2.1")) == 0);
  CHECK(world.collector.all().empty());
  REQUIRE(client.release());
  const auto first = world.collector.next(), second = world.collector.next();
  CHECK(holds(first, "ParticipantObjectID=\"2.999.1\""));
  CHECK(holds(first, "<SOPClass UID=\"" + tests::ObjectPlan{}.sop_class + "\" NumberOfInstances=\"2\"/>"));
  CHECK(holds(first,
              "UserID=\"TESTER\" AlternativeUserID=\"AETITLES=TESTER\" UserIsRequestor=\"true\""
              " NetworkAccessPointID=\"127.0.0.1\" NetworkAccessPointTypeCode=\"2\""));
  CHECK(holds(first, "AETITLES=HARVESTER\""));
  CHECK(holds(first, "AuditSourceID=\"here\""));
  CHECK(holds(first, "EventOutcomeIndicator=\"0\""));
  CHECK(holds(second, "ParticipantObjectID=\"2.999.2\""));
  for (const auto& message : {first, second}) {
    CHECK(message.starts_with("<85>1 "));
    CHECK_FALSE(holds(message, "Marker"));
    CHECK_FALSE(holds(message, "MARKERID"));
  }
  CHECK(tests::faults_of({tests::xml_in(first), tests::xml_in(second)}) == "");
}

TEST_CASE("auditor: an object that came before is read, not created", "[net]") {
  World world;
  for (const auto* action : {"EventActionCode=\"C\"", "EventActionCode=\"R\""}) {
    StoreClient client(world.port());
    REQUIRE(client.store(object_of("2.999.1", "2.999.1.1")) == 0);
    REQUIRE(client.release());
    CHECK(holds(world.collector.next(), action));
  }
}

TEST_CASE(
    "auditor: an association that only asks whether we are there is not told of, one that breaks is, with what"
    " it brought",
    "[net]") {
  World world;
  StoreClient echo(world.port());
  REQUIRE(echo.echo());
  REQUIRE(echo.release());
  {
    StoreClient broken(world.port());
    REQUIRE(broken.store(object_of("2.999.3", "2.999.3.1")) == 0);
  }
  const auto message = world.collector.next();
  CHECK(holds(message, "ParticipantObjectID=\"2.999.3\""));
  CHECK(holds(message, "EventOutcomeIndicator=\"4\""));
  CHECK(message.starts_with("<84>1 "));
}

TEST_CASE("auditor: objects that were refused are a failure", "[net]") {
  World world(std::uint64_t{1} << 60);
  StoreClient client(world.port());
  CHECK(client.store(object_of("2.999.1", "2.999.1.1")) == 0xA700);
  REQUIRE(client.release());
  const auto message = world.collector.next();
  CHECK(holds(message, "<EventID csd-code=\"110104\""));
  CHECK(holds(message, "EventOutcomeIndicator=\"8\""));
  CHECK(holds(message, "<SOPClass NumberOfInstances=\"1\"/>"));
}

TEST_CASE("auditor: a caller that is turned away is a security alert, whatever bytes it calls itself", "[net]") {
  World world;
  StoreClient::Offer offer;
  offer.calling = "B\"<&\xFF";
  offer.called = "ANOTHER";
  CHECK_FALSE(StoreClient(world.port(), offer).accepted());
  const auto message = world.collector.next();
  CHECK(holds(message, "<EventID csd-code=\"110113\""));
  CHECK(holds(message, "UserID=\"B&quot;&lt;&amp;\xEF\xBF\xBD\""));
  CHECK(holds(message, "ParticipantObjectID=\"127.0.0.1\""));
  CHECK(tests::faults_of({tests::xml_in(message)}) == "");
}

TEST_CASE("auditor: exports of patient data and looks at it go out, other acts do not", "[net]") {
  World world;
  REQUIRE(world.engine->writer().run([](database::Connection& c) {
    c.run("INSERT INTO study (id, study_instance_uid) VALUES (7, '2.999.7'), (8, '2.999.8')");
  }));
  const AskedBy somebody("page physics");
  REQUIRE(record_act(*world.engine, "quarantine", "", "{}"));
  REQUIRE(record_act(*world.engine, "export", "", R"({"format": "csv", "what": "ct"})"));
  REQUIRE(record_act(*world.engine, "export", "", R"({"format": 7})"));
  REQUIRE(record_act(*world.engine, "page", "", R"({"event": "seen", "studies": [7, 8, 99, "x"]})"));
  const auto exported = world.collector.next();
  CHECK(holds(exported, "<EventID csd-code=\"110106\""));
  CHECK(holds(exported, "UserID=\"page physics\""));
  CHECK(holds(exported, "urn:x-pacs-harvester:export:csv:ct"));
  CHECK(holds(world.collector.next(), "urn:x-pacs-harvester:export::studies"));
  const auto seen = world.collector.next();
  CHECK(holds(seen, "<EventID csd-code=\"110103\""));
  CHECK(holds(seen, "ParticipantObjectID=\"2.999.7\""));
  CHECK(holds(world.collector.next(), "ParticipantObjectID=\"2.999.8\""));
}

TEST_CASE("auditor: the end of an association that asked is a query, of one that was refused an alert", "[net]") {
  World world;
  const auto ended = recording_associations(*world.engine, "main", "schedule main/nightly", dicom::Model::patient_root);
  dicom::AssociationEnd end{"released", "pacs.example.org", "HARVESTER", "MAINPACS", {}, 0, 3};
  ended(end);  // a move alone
  end.queries = 2;
  ended(end);
  end = {"refused", "pacs.example.org", "HARVESTER", "MAINPACS", {}, 0, 0};
  ended(end);
  const auto query = world.collector.next();
  CHECK(holds(query, "<EventID csd-code=\"110112\""));
  CHECK(holds(query, "UserID=\"schedule main/nightly\""));
  CHECK(holds(query, "ParticipantObjectID=\"1.2.840.10008.5.1.4.1.2.1.1\""));
  CHECK(holds(query, "NetworkAccessPointID=\"pacs.example.org\" NetworkAccessPointTypeCode=\"1\""));
  const auto alert = world.collector.next();
  CHECK(holds(alert, "<EventID csd-code=\"110113\""));
  CHECK(tests::faults_of({tests::xml_in(query), tests::xml_in(alert)}) == "");
}

TEST_CASE("auditor: whose job it is is told of its queries, whatever thread makes them", "[net]") {
  World world;
  simulation::CtArchiveOptions archive;
  archive.studies = 2;
  const auto pacs = simulation::SimulatedPacs::open({}, simulation::make_archive(simulation::ct_archive(archive)));
  REQUIRE(pacs);
  config::Profile profile;
  profile.name = "sim";
  profile.remote.host = "127.0.0.1";
  profile.remote.port = static_cast<std::uint16_t>((*pacs)->port());
  profile.remote.ae_title = AeTitle::of("SIMPACS");
  HarvestJob job;
  job.requests.emplace_back();
  job.requests.front().node = "sim";
  job.requests.front().modalities = {"CT"};
  job.requests.front().from = job.requests.front().until =
      std::chrono::year(2026) / std::chrono::January / std::chrono::day(5);
  job.requests.front().dry_run = true;
  const AskedBy somebody("schedule sim/nightly");
  REQUIRE(run_job(*world.engine, {profile}, job, {}, {}) == 0);
  CHECK(holds(world.collector.next_of("110112"), "UserID=\"schedule sim/nightly\""));
}

TEST_CASE("auditor: nobody waits for a collector that is not there, and what is lost is told once", "[net]") {
  const auto host = GENERATE(as<std::string>(), "127.0.0.1", "no-such-host.invalid");
  const auto nobody = static_cast<std::uint16_t>(tests::free_port());
  const LogHeard heard("serve");
  {
    tests::TempDir folder;
    Auditor auditor(folder / "harvester.db", std::make_shared<SystemClock>());
    auditor.configure(told_to(nobody, host));
    for (int n = 0; n < 20000; ++n) auditor.tell(trail::Activity{});
    auditor.tell(StoreTransfer{});  // nor is there a database
  }
  CHECK(heard.count_of("are lost") == 1);
}

TEST_CASE("auditor: nobody waits while it waits itself", "[net]") {
  tests::TempDir folder;
  const auto database = folder / "harvester.db";
  REQUIRE(::mkfifo(database.c_str(), 0600) == 0);
  const AuditCollector collector;
  const LogHeard heard("serve");
  {
    Auditor auditor(database, std::make_shared<SystemClock>());
    auditor.configure(told_to(collector.port()));
    auditor.tell(StoreTransfer{});  // reading waits until somebody writes
    for (int n = 0; n < 20000; ++n) auditor.tell(trail::Activity{});
    const int writing = ::open(database.c_str(), O_WRONLY | O_CLOEXEC);
    CHECK(writing >= 0);
    ::close(writing);
  }
  CHECK(heard.count_of("more than can be sent") == 1);
}

TEST_CASE("auditor: that nobody took one message does not cost the next", "[net]") {
  auto collector = std::make_unique<AuditCollector>();
  const auto port = collector->port();
  collector.reset();
  SyslogSender sender({"127.0.0.1", port});
  CHECK(sender.send("first"));
  collector = std::make_unique<AuditCollector>(port);
  CHECK(sender.send("second"));
  CHECK(collector->next() == "second");
}

TEST_CASE("auditor: a collector that comes back is told again", "[net]") {
  tests::TempDir folder;
  Auditor auditor(folder / "harvester.db", std::make_shared<SystemClock>());
  auto collector = std::make_unique<AuditCollector>();
  auditor.configure(told_to(collector->port()));
  auditor.tell(trail::Activity{});
  CHECK_FALSE(collector->next().empty());
  const auto port = collector->port();
  collector.reset();
  for (int n = 0; n < 10; ++n) auditor.tell(trail::Activity{});
  collector = std::make_unique<AuditCollector>(port);
  CHECK(tests::eventually([&] {
    auditor.tell(trail::Activity{});
    return !collector->next(10).empty();
  }));
}

TEST_CASE("auditor: a changed section holds at once, what waited is sent as before, none is silence", "[net]") {
  tests::TempDir folder;
  Auditor auditor(folder / "harvester.db", std::make_shared<SystemClock>());
  CHECK_FALSE(auditor.is_on());
  auditor.tell(trail::Activity{});
  AuditCollector first, second;
  auditor.configure(told_to(first.port()));
  for (int n = 0; n < 100; ++n) auditor.tell(trail::Activity{});
  auditor.configure(told_to(second.port()));
  CHECK(first.all().size() == 100);
  auditor.tell(trail::Activity{false, {}});
  CHECK(holds(second.next(), "Application Stop"));
  auditor.configure({});
  CHECK_FALSE(auditor.is_on());
  auditor.tell(trail::Activity{});
  CHECK(first.all().empty());
  CHECK(second.all().empty());
}

TEST_CASE("auditor: the daemon tells its start and its stop, and a reload takes over the section", "[net]") {
  World world;
  AuditCollector second;
  Reloading reloading;
  std::atomic<int> loads = 0;
  reloading.load = [&]() -> std::optional<config::Configuration> {
    config::Configuration next;
    next.site = world.engine->site();
    next.site.audit = told_to(second.port());
    next.site.audit.source_id = "moved";
    ++loads;
    return next;
  };
  std::stop_source stop;
  std::thread daemon([&] { CHECK(run_daemon(*world.engine, {}, reloading, stop.get_token())); });
  const auto started = world.collector.next();
  CHECK(holds(started, "Application Start"));
  CHECK(holds(started, "AETITLES=HARVESTER"));
  reloading.asked.notify();
  CHECK(tests::eventually([&] { return world.engine->site().audit.source_id == "moved"; }));
  stop.request_stop();
  daemon.join();
  const auto stopped = second.next();
  CHECK(holds(stopped, "Application Stop"));
  CHECK(holds(stopped, "AuditSourceID=\"moved\""));
  CHECK(world.collector.all().empty());
}
