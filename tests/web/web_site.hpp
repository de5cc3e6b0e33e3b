#pragma once

#include <httplib.h>

#include <catch2/catch.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harvester/database/dose_repository.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/simulation/pacs.hpp"
#include "harvester/web/service.hpp"
#include "support/harvest_fixture.hpp"
#include "support/sockets.hpp"
#include "support/temp_dir.hpp"

namespace harvester::tests {

using nlohmann::json;

/// A daemon's engine with its page, and a simulated archive as its one node.
class WebSite {
 public:
  explicit WebSite(std::vector<simulation::StudyPlan> plans = {}) : plans_(std::move(plans)) {
    REQUIRE(dicom::start_toolkit());
    auto& store = site.stores.front();
    store.port = static_cast<std::uint16_t>(free_port());
    store.bind = "127.0.0.1";
    site.data_directory = folder_ / "data";
    site.disk.minimum_free = {1 << 20};
    site.http.port = static_cast<std::uint16_t>(free_port());
    options.version = "1.2.3";
  }

  /// To be called once `site` and `options` are as they are to be.
  void open() {
    open_pacs();
    serve::EngineOptions engine_options;
    engine_options.site = site;
    engine_options.command = "serve";
    engine_options.worker = {HARVESTER_PROGRAM, std::string("--config=") + serve::kWorkerSiteFile, "intake-worker"};
    engine_options.workers = 1;
    auto opened = serve::Engine::open(std::move(engine_options));
    INFO((opened ? "" : opened.error().message));
    REQUIRE(opened);
    engine = *std::move(opened);
    REQUIRE(engine->open_autostart_stores());
    open_page();
  }

  void open_page() {
    auto service = web::Service::open(*engine, *profiles_, options);
    INFO((service ? "" : service.error().message));
    REQUIRE(service);
    page = *std::move(service);
    REQUIRE(page->port() > 0);
  }

  ~WebSite() {
    page.reset();
    engine.reset();
  }

  [[nodiscard]] httplib::Client client() const {
    httplib::Client made("127.0.0.1", page->port());
    made.set_read_timeout(std::chrono::seconds(60));
    return made;
  }

  static httplib::Headers bearer(const std::string& token) {
    if (token.empty()) return {};
    return {{"Authorization", "Bearer " + token}};
  }

  [[nodiscard]] httplib::Result get(const std::string& path, const httplib::Headers& headers = {}) const {
    return client().Get(path, headers);
  }

  /// Of an API call that has to go well.
  [[nodiscard]] json ask(const std::string& path, const std::string& token = {}) const {
    const auto result = get("/api/v1" + path, bearer(token));
    INFO(path);
    REQUIRE(result);
    INFO(result->body);
    REQUIRE(result->status == 200);
    auto made = json::parse(result->body);
    CHECK(made["schema"] == 1);
    return made;
  }

  [[nodiscard]] httplib::Result post(const std::string& path, const json& body, const std::string& token = {}) const {
    return client().Post("/api/v1" + path, bearer(token), body.dump(), "application/json");
  }

  /// Begins a run, and waits for its end by its stream; its events.
  [[nodiscard]] std::vector<json> run(const std::string& path, const json& body) const {
    const auto begun = post(path, body);
    REQUIRE(begun);
    INFO(begun->body);
    REQUIRE(begun->status == 202);
    return events("/runs/" + std::to_string(json::parse(begun->body)["run"].get<int>()) + "/events");
  }

  /// A stream to its end.
  [[nodiscard]] std::vector<json> events(const std::string& path) const {
    const auto result = get("/api/v1" + path);
    REQUIRE(result);
    REQUIRE(result->status == 200);
    return events_in(result->body);
  }

  static std::vector<json> events_in(const std::string& text) {
    std::vector<json> all;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("data: ")) all.push_back(json::parse(line.substr(6)));
    return all;
  }

  void store(const DoseRecord& record) const {
    const auto stored = engine->writer().run([&](database::Connection& c) {
      (void)database::dose::store(c, record, {{}, engine->clock().now()});
    });
    REQUIRE(stored);
  }

  config::SiteConfig site;
  web::ServiceOptions options;
  std::unique_ptr<serve::Engine> engine;
  std::unique_ptr<web::Service> page;

 private:
  void open_pacs() {
    simulation::PacsOptions pacs_options;
    pacs_options.destinations["HARVESTER"] = {"127.0.0.1", site.stores.front().port};
    auto opened = simulation::SimulatedPacs::open(pacs_options, simulation::make_archive(plans_));
    REQUIRE(opened);
    pacs_ = *std::move(opened);
    config::Profile profile;
    profile.name = "archive";
    profile.description = "<b>Archive</b> & \"more\"";
    profile.remote.host = "127.0.0.1";
    profile.remote.port = static_cast<std::uint16_t>(pacs_->port());
    profile.remote.ae_title = AeTitle::of("SIMPACS");
    profile.pacing.requests_per_minute = 0;
    profile.retry = {2, std::chrono::milliseconds(10), std::chrono::milliseconds(20)};
    profile.timeouts.settle = std::chrono::milliseconds(200);
    profile.schedule.push_back({.name = "nightly"});
    profile.notify.ping_url = "https://ping.example.org/secret-of-the-url";
    profiles_.emplace(std::vector<config::Profile>{profile});
  }

  TempDir folder_;
  std::vector<simulation::StudyPlan> plans_;
  std::unique_ptr<simulation::SimulatedPacs> pacs_;
  std::optional<serve::Profiles> profiles_;
};

/// A CT study of one event.
inline DoseRecord ct_record(int number, double dlp, const std::string& protocol = "Thorax") {
  DoseRecord record;
  const auto uid = "1.2.840.99." + std::to_string(number);
  record.report.sop_instance_uid = uid + ".1";
  record.report.sop_class_uid = "1.2.840.10008.5.1.4.1.1.88.67";
  record.report.study_instance_uid = uid;
  record.report.series_instance_uid = uid + ".2";
  record.report.object_kind = ObjectKind::ct_rdsr;
  record.report.modality_type = "CT";
  record.patient_study.study_date = "2026-03-05";
  record.patient_study.study_time = "10:11:12";
  record.patient_study.study_description = "CT chest";
  record.patient_study.patient_sex = "F";
  record.patient_study.patient_age_decimal = 40 + number % 20;
  record.equipment.manufacturer = "Maker";
  record.equipment.manufacturer_model_name = "Model";
  record.equipment.station_name = number % 2 == 0 ? "CT1" : "CT2";
  record.equipment.device_serial_number = record.equipment.station_name;
  record.equipment.institution_name = "Clinic";
  record.equipment.equipment_display_name = "Clinic " + *record.equipment.station_name;
  auto& event = record.ct_events.emplace_back();
  event.irradiation_event_uid = uid + ".3";
  event.acquisition_protocol = protocol;
  event.dlp = dlp;
  event.mean_ctdivol = dlp / 30;
  return record;
}

}  // namespace harvester::tests
