// Query, review, retrieve; what is told meanwhile; ends by hand.

#include "web_site.hpp"

using namespace harvester;
using namespace harvester::tests;
using simulation::Scenario;

namespace {

const json kDay{{"node", "archive"}, {"date", "2026-03-05"}, {"modalities", {"CT", "MG"}}};

int harvest_of(const std::vector<json>& events) {
  for (const auto& event : events)
    if (event["event"] == "started") return event["harvest"].get<int>();
  return 0;
}

const json& the(const std::vector<json>& events, const std::string& kind) {
  static const json kNone;
  for (const auto& event : events)
    if (event["event"] == kind) return event;
  return kNone;
}

}  // namespace

TEST_CASE("running: a query shows what would be fetched, and of that a choice is fetched", "[web][net]") {
  WebSite site(studies_of({Scenario::ct_rdsr, Scenario::ct_no_dose, Scenario::mg_images}));
  site.open();
  const auto asked = site.run("/queries", kDay);
  CHECK(asked.back()["event"] == "done");
  CHECK(asked.back()["exit_code"] == 0);
  CHECK(the(asked, "started")["dry_run"] == true);
  const auto query = std::to_string(harvest_of(asked));
  const auto shown = site.ask("/harvests/" + query)["harvest"];
  CHECK(shown["kind"] == "query");
  CHECK(shown["studies"] == 3);
  CHECK(shown["asked_for"] == "query of CT MG 2026-03-05");
  CHECK(site.ask("/studies")["total"] == 0);

  const auto review = site.ask("/harvests/" + query + "/studies");
  REQUIRE(review["studies"].size() == 3);
  CHECK(review["next"].is_null());
  const auto wanted = site.ask("/harvests/" + query + "/studies?verdict=retrieve&modality=MG")["studies"];
  REQUIRE(wanted.size() == 1);
  CHECK(wanted[0]["reason"] == "images");
  const auto skipped = site.ask("/harvests/" + query + "/studies?verdict=skip")["studies"];
  REQUIRE(skipped.size() == 1);
  CHECK(skipped[0]["reason"] == "nothing_usable");

  const auto fetched = site.run("/harvests/" + query + "/retrieve", {{"studies", {wanted[0]["study"]}}});
  CHECK(fetched.back()["exit_code"] == 0);
  CHECK(the(fetched, "finished")["fetched"] == 4);
  CHECK(the(fetched, "finished")["state"] == "complete");
  CHECK(site.ask("/studies")["total"] == 1);

  const auto rest = site.run("/harvests/" + query + "/retrieve", json::object());
  CHECK(the(rest, "finished")["fetched"] == 1);
  CHECK(the(rest, "finished")["held"] == 4);
  CHECK(site.ask("/studies?family=ct")["total"] == 1);
}

TEST_CASE("running: a harvest's studies, series and instances tell how each ended", "[web][net]") {
  WebSite site(studies_of({Scenario::ct_rdsr, Scenario::ct_broken_sr}));
  site.open();
  const auto events = site.run("/harvests", kDay);
  const auto path = "/harvests/" + std::to_string(harvest_of(events));
  const auto studies = site.ask(path + "/studies")["studies"];
  REQUIRE(studies.size() == 2);
  int imported = 0;
  for (const auto& study : studies) {
    CHECK(study["expected"] == 1);
    CHECK(study["arrived"] == 1);
    imported += study["imported"].get<int>();
    const auto detail = site.ask(path + "/studies/" + std::to_string(study["study"].get<int>()));
    CHECK(detail["study"]["study_instance_uid"] == study["study_instance_uid"]);
    for (const auto& series : detail["series"]) {
      if (series["verdict"] != "retrieve") continue;
      REQUIRE(series["requests"].size() == 1);
      CHECK(series["requests"][0]["state"] == "done");
      const auto page = site.ask(path + "/series/" + std::to_string(series["series"].get<int>()) + "/instances");
      REQUIRE(page["instances"].size() == 1);
      CHECK(page["instances"][0]["object"].is_number());
      CHECK(page["instances"][0]["sop_class"] == "XRayRadiationDoseSRStorage");
    }
  }
  CHECK(imported >= 1);
  CHECK(site.get("/api/v1/harvests/999/studies/1")->status == 404);
  CHECK(site.get("/api/v1/harvests/999")->status == 404);
  CHECK(site.get("/api/v1/harvests/x")->status == 404);
  CHECK(site.ask(path + "/log")["requests"].size() == 2);
  CHECK(site.post(path + "/cancel", json::object())->status == 200);  // it is incomplete, and shall not go on
  CHECK(site.post(path + "/cancel", json::object())->status == 409);
  const auto inbox = site.ask("/inbox?limit=1");
  CHECK(inbox["objects"].size() == 1);
  REQUIRE(inbox["next"].is_string());
  CHECK(site.ask("/inbox?cursor=" + inbox["next"].get<std::string>())["objects"].size() == 1);
}

TEST_CASE("running: what a body asks for wrongly is told, and nothing begins", "[web][net]") {
  WebSite site;
  site.open();
  const auto refused = [&](const json& body) {
    const auto result = site.post("/queries", body);
    INFO(body.dump() << " " << result->body);
    CHECK(result->status >= 400);
    CHECK(result->status < 500);
    CHECK(json::parse(result->body)["error"].is_string());
  };
  refused(json::object());
  refused({{"node", "archive"}});
  refused({{"node", "nobody"}, {"date", "2026-03-05"}});
  refused({{"node", "archive"}, {"date", "5.3.2026"}});
  refused({{"node", "archive"}, {"last", "7 days"}});
  refused({{"node", "archive"}, {"date", "2026-03-05"}, {"modalities", {"US"}}});
  refused({{"node", "archive"}, {"date", "2026-03-05"}, {"modalities", "CT"}});
  refused({{"node", "archive"}, {"date", "2026-03-05"}, {"colour", "red"}});
  refused({{"node", "archive"}, {"from", "2026-03-05"}, {"until", "2026-03-06"}, {"time_from", "0800"}});
  refused({{"node", "archive"}, {"date", "2026-03-05"}, {"studies", {"1.2.3"}}});
  refused({{"node", 7}, {"date", "2026-03-05"}});
  CHECK(site.ask("/runs")["runs"].empty());
  CHECK(site.ask("/harvests")["harvests"].empty());
}

TEST_CASE("running: a node is tested with its steps told, and they are kept", "[web][net]") {
  WebSite site(studies_of({Scenario::ct_rdsr}));
  site.open();
  const auto events = site.run("/nodes/archive/test", json::object());
  CHECK(the(events, "tested")["exit_code"] == events.back()["exit_code"]);
  CHECK(std::count_if(events.begin(), events.end(), [](const auto& e) { return e["event"] == "step"; }) > 5);
  const auto node = site.ask("/nodes/archive")["node"];
  CHECK(node["last_test"]["exit_code"] == events.back()["exit_code"]);
  CHECK(node["last_test"]["steps"][0]["step"] == "name");
  const auto echo = site.post("/nodes/archive/echo", json::object());
  CHECK(json::parse(echo->body)["ok"] == true);
  const auto store = site.post("/stores/harvest/echo", json::object());
  INFO(store->body);
  CHECK(json::parse(store->body)["ok"] == true);
}

TEST_CASE("running: a schedule is run, paused and resumed by hand", "[web][net]") {
  WebSite site(studies_of({Scenario::ct_rdsr}));
  site.open();
  const auto events = site.run("/schedules/archive/nightly/run", json::object());
  CHECK(events.back()["event"] == "done");
  CHECK(site.post("/schedules/archive/nightly/pause", json::object())->status == 200);
  CHECK(site.ask("/schedules")["schedules"][0]["state"] == "paused");
  CHECK(site.ask("/schedules/next")["runs"].empty());
  CHECK(site.ask("/home")["lamps"]["schedules"]["lamp"] == "warn");
  CHECK(site.post("/schedules/archive/nightly/resume", json::object())->status == 200);
  CHECK(site.ask("/schedules/next?count=3")["runs"].size() == 3);
  CHECK(site.post("/schedules/archive/daily/run", json::object())->status == 404);
}

TEST_CASE("running: harvests that others began are heard of, and counted", "[web][net]") {
  WebSite site(studies_of({Scenario::ct_rdsr, Scenario::ct_no_dose}));
  site.open();
  (void)site.get("/metrics");  // counting begins
  (void)site.run("/harvests", kDay);
  const auto metrics = site.get("/metrics")->body;
  const auto has = [&](const std::string& line) {
    INFO(line << "\n" << metrics);
    CHECK(metrics.find(line) != std::string::npos);
  };
  has("harvest_studies_total{modality=\"CT\",node=\"archive\",outcome=\"skip\"} 1");
  has("harvest_studies_total{modality=\"CT+SR\",node=\"archive\",outcome=\"retrieve\"} 1");
  has("harvest_runs_total{node=\"archive\",state=\"complete\"} 1");
  has("harvest_objects_received_total{sop_class=\"XRayRadiationDoseSRStorage\"} 1");
  has("harvest_run_duration_seconds_count{node=\"archive\"} 1");
  has("harvest_last_success_timestamp{node=\"archive\"}");
}

TEST_CASE("running: what fails its import is listed, tried again, and dropped", "[web][net]") {
  WebSite site(studies_of({Scenario::ct_broken_sr}));
  site.open();
  (void)site.run("/harvests", kDay);
  const auto list = site.ask("/quarantine");
  if (list["in_quarantine"] == 0) return;  // this build reads it after all
  REQUIRE(list["objects"].size() == 1);
  const auto id = list["objects"][0]["id"].get<int>();
  CHECK(list["by_reason"].begin().value() == 1);
  CHECK(site.ask("/quarantine/" + std::to_string(id))["object"]["id"] == id);
  CHECK(site.get("/api/v1/quarantine/99999")->status == 404);
  const auto retried = site.post("/quarantine/retry", {{"ids", {id}}});
  CHECK(json::parse(retried->body)["ends"][0]["state"] == "failed");
  CHECK(site.post("/quarantine/drop", json::object())->status == 400);
  CHECK(site.post("/quarantine/drop", {{"all", true}})->status == 200);
  CHECK(site.ask("/quarantine")["in_quarantine"] == 0);
}

TEST_CASE("running: what was begun from the page is interrupted when the daemon stops, and can go on", "[web][net]") {
  std::vector<simulation::StudyPlan> plans;
  for (int n = 0; n < 30; ++n) {
    auto more = studies_of({Scenario::ct_rdsr}, kHarvestDay, n);
    plans.push_back(std::move(more.front()));
  }
  WebSite site(std::move(plans));
  site.open();
  const auto begun = site.post("/harvests", kDay);
  REQUIRE(begun->status == 202);
  site.page.reset();  // waits for the run
  const auto row = site.engine->writer().run(
      [](database::Connection& c) { return database::ledger::find_harvest(c, HarvestId{1}); });
  REQUIRE(row);
  if (*row) {
    CHECK((*row)->state != HarvestState::running);
    if ((*row)->state == HarvestState::interrupted) CHECK((*row)->stopped_by == StoppedBy::process);
  }
}
