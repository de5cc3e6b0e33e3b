// Lists, details and charts over records that are known.

#include "web_site.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

/// Twenty studies, DLP 100 to 119, half on each scanner.
void fill(WebSite& site) {
  for (int n = 0; n < 20; ++n) {
    auto record = ct_record(n, 100 + n, n < 15 ? "Thorax" : " THORAX ");
    record.patient_study.study_date = n < 10 ? "2026-01-15" : "2026-02-15";
    site.store(record);
  }
}

}  // namespace

TEST_CASE("shapes: studies are filtered, sorted and paged", "[web][net]") {
  WebSite site;
  site.open();
  fill(site);
  const auto first = site.ask("/studies?limit=15");
  CHECK(first["total"] == 20);
  REQUIRE(first["studies"].size() == 15);
  CHECK(first["studies"][0]["study_date"] == "2026-02-15");
  CHECK(first["studies"][0].contains("total_dlp_mgycm"));
  const auto rest = site.ask("/studies?limit=15&cursor=" + first["next"].get<std::string>());
  CHECK(rest["studies"].size() == 5);
  CHECK(rest["next"].is_null());
  CHECK(site.ask("/studies?from=2026-02-01")["total"] == 10);
  CHECK(site.ask("/studies?until=2026-01-31&station=ct1")["total"] == 5);
  CHECK(site.ask("/studies?protocol=thor*")["total"] == 20);
  CHECK(site.ask("/studies?protocol=thor")["total"] == 0);
  CHECK(site.ask("/studies?family=ct&dose_from=110&dose_until=112")["total"] == 3);
  CHECK(site.ask("/studies?family=mg")["total"] == 0);
  CHECK(site.ask("/studies?age_from=59")["total"] == 1);
  CHECK(site.ask("/studies?sort=dose&descending=true")["studies"][0]["total_dlp_mgycm"] == 119);
  CHECK(site.ask("/studies?sort=dose&descending=false")["studies"][0]["total_dlp_mgycm"] == 100);
  CHECK(site.get("/api/v1/studies?sort=colour")->status == 400);
  CHECK(site.get("/api/v1/studies?from=yesterday")->status == 400);
  CHECK(site.get("/api/v1/studies/999")->status == 404);
  const auto found = site.post("/studies/find", {{"study_instance_uid", "1.2.840.99.7"}});
  CHECK(json::parse(found->body)["studies"][0]["total_dlp_mgycm"] == 107);
  const auto study = site.ask("/studies/1");
  CHECK(study["document"]["events"].size() == 1);
  CHECK_FALSE(study.contains("patient"));
}

TEST_CASE("shapes: what filters offer is what there is", "[web][net]") {
  WebSite site;
  site.open();
  fill(site);
  const auto filters = site.ask("/filters?family=ct");
  REQUIRE(filters["scanners"].size() == 2);
  CHECK(filters["scanners"][0]["studies"] == 10);
  REQUIRE(filters["protocols"].size() == 1);
  CHECK(filters["protocols"][0]["text"] == "Thorax");
  CHECK(filters["protocols"][0]["events"] == 20);
  CHECK(filters["first_date"] == "2026-01-15");
  const auto scanner = filters["scanners"][0]["scanner"].get<int>();
  CHECK(site.ask("/studies?scanner=" + std::to_string(scanner))["total"] == 10);
  CHECK(site.ask("/home")["systems"].size() == 2);
  CHECK(site.ask("/home")["studies"] == 20);
}

TEST_CASE("shapes: charts are worked out by scanner and all together", "[web][net]") {
  WebSite site;
  site.open();
  fill(site);
  const auto summary = site.ask("/charts/summary?measure=dlp&by=protocol");
  REQUIRE(summary["groups"].size() == 1);
  const auto& group = summary["groups"][0];
  CHECK(group["group"] == "Thorax");
  CHECK(group["n"] == 20);
  CHECK(group["all"]["median"] == 109.5);
  CHECK(group["all"]["min"] == 100);
  CHECK(group["all"]["max"] == 119);
  CHECK(group["all"]["q1"] == 104.75);
  CHECK(group["scanners"].size() == 2);
  CHECK(site.ask("/charts/summary?by=study_description")["of"] == "study");
  CHECK(site.ask("/charts/summary?by=study_description&split=none")["groups"][0]["scanners"].empty());
  CHECK(site.ask("/charts/summary?by=protocol&group=abdomen")["n"] == 0);
  CHECK(site.ask("/charts/summary?by=protocol&group=THORAX")["n"] == 20);

  const auto time = site.ask("/charts/time?measure=dlp&by=none&split=none&interval=month");
  CHECK(time["periods"] == json({"2026-01", "2026-02"}));
  REQUIRE(time["series"].size() == 1);
  CHECK(time["series"][0]["values"][0]["median"] == 104.5);

  const auto histogram = site.ask("/charts/histogram?measure=dlp&bins=4&split=none");
  CHECK(histogram["edges"].size() == 5);
  std::int64_t counted = histogram["below"].get<int>() + histogram["above"].get<int>();
  for (const auto& count : histogram["series"][0]["counts"]) counted += count.get<int>();
  CHECK(counted == 20);

  const auto workload = site.ask("/charts/workload");
  CHECK(workload["n"] == 20);
  CHECK(workload["hours"][3][10] == 10);  // 2026-01-15 is a Thursday
  CHECK(site.get("/api/v1/charts/summary?measure=volume")->status == 400);
  const auto csv = site.get("/api/v1/charts/summary?format=csv");
  CHECK(csv->get_header_value("Content-Type") == "text/csv; charset=utf-8");
  CHECK(csv->body.find("Thorax,all,20,100,") != std::string::npos);
}

TEST_CASE("shapes: the site's reference levels are held against its own values", "[web][net]") {
  WebSite site;
  using Level = config::ReferenceLevel;
  site.site.reference_levels.push_back(
      {"thorax", Level::By::protocol, Level::Measure::dlp, 100, {}, {}, {}, {}, "Law"});
  site.site.reference_levels.push_back(
      {"CT chest", Level::By::study_description, Level::Measure::dlp, 1000, 50, {}, {}, {}, ""});
  site.site.reference_levels.push_back({"abdomen", Level::By::protocol, Level::Measure::dlp, 100, {}, {}, {}, {}, ""});
  site.open();
  fill(site);
  const auto chart = site.ask("/charts/drl");
  REQUIRE(chart["rows"].size() == 3);
  CHECK(chart["rows"][0]["n"] == 20);
  CHECK(chart["rows"][0]["state"] == "above");
  CHECK(chart["rows"][0]["ratio"] == 1.095);
  CHECK(chart["rows"][0]["source"] == "Law");
  CHECK(chart["rows"][1]["n"] == 10);
  CHECK(chart["rows"][1]["state"] == "below");
  CHECK(chart["rows"][2]["n"] == 0);
  CHECK(chart["rows"][2]["state"] == "few");
  CHECK(chart["rows"][2]["median"].is_null());
}

TEST_CASE("shapes: a file that is exported is the command line's", "[web][net]") {
  WebSite site;
  site.open();
  fill(site);
  const auto csv = site.get("/api/v1/exports/csv?what=ct&from=2026-02-01");
  REQUIRE(csv->status == 200);
  CHECK(std::count(csv->body.begin(), csv->body.end(), '\n') == 11);
  CHECK(site.get("/api/v1/exports/xlsx?what=ct")->body.starts_with("PK"));
  CHECK(json::parse(site.get("/api/v1/exports/json?what=studies")->body)["rows"].size() == 20);
  const auto lines = [&](const std::string& filters) {
    const auto body = site.get("/api/v1/exports/csv?" + filters)->body;
    return std::count(body.begin(), body.end(), '\n') - 1;
  };
  CHECK(lines("what=ct&dose_from=110&dose_until=112") == 3);
  CHECK(lines("what=studies&family=ct&dose_from=110&dose_until=112") == 3);
  CHECK(lines("age_from=59") == 1);
  CHECK(lines("sex=M") == 0);
  CHECK(lines("modality=CT&procedure=*") == 20);
  CHECK(lines("scanner=1") == 10);
  CHECK(site.get("/api/v1/exports/pdf")->status == 404);
  for (const auto& entry : std::filesystem::directory_iterator(site.engine->paths().root))
    CHECK_FALSE(entry.path().filename().string().starts_with(".export-"));
}

TEST_CASE("shapes: home tells of what is open and what is due", "[web][net]") {
  WebSite site;
  site.open();
  const auto home = site.ask("/home");
  CHECK(home["version"] == "1.2.3");
  CHECK(home["role"] == "operate");
  CHECK(home["nodes"][0]["lamp"] == "off");
  CHECK(home["stores"][0]["lamp"] == "ok");
  CHECK(home["next_runs"].size() == 5);
  CHECK(home["lamps"]["disk"]["free_bytes"].is_number());
  CHECK(home["lamps"]["inbox"]["waiting"] == 0);
  CHECK(site.ask("/coverage?from=2026-01-01&until=2026-01-31")["nodes"].empty());
  CHECK(site.get("/api/v1/coverage?from=2020-01-01&until=2026-01-31")->status == 400);
  CHECK(site.ask("/columns?view=ct_events")["columns"].size() > 20);
}

TEST_CASE("shapes: a watched folder is told of by its number, on the page and in the metrics", "[web][net]") {
  WebSite site;
  site.open();
  CHECK(site.ask("/home")["lamps"]["folders"]["lamp"] == "off");
  site.engine->add_watched_folder().update([](watch::Counts& counts) {
    counts.taken = 3;
    counts.ends["ignored"]["duplicate"] = 2;
  });
  site.engine->add_watched_folder().set_fault("the folder is not there");
  const auto folders = site.ask("/stores")["folders"];
  REQUIRE(folders.size() == 2);
  CHECK(folders[0]["name"] == "watch#1");
  CHECK(folders[0]["lamp"] == "ok");
  CHECK(folders[0]["ends"]["ignored"]["duplicate"] == 2);
  CHECK(folders[1]["text"] == "the folder is not there");
  CHECK(site.ask("/home")["lamps"]["folders"]["text"] == "1 of 2: the folder is not there");
  const auto metrics = site.get("/metrics")->body;
  CHECK_THAT(metrics, Catch::Contains("harvest_folder_watched{folder=\"watch#1\"} 1"));
  CHECK_THAT(metrics, Catch::Contains("harvest_folder_watched{folder=\"watch#2\"} 0"));
  CHECK_THAT(metrics, Catch::Contains("harvest_folder_files{folder=\"watch#1\"} 3"));
}

TEST_CASE("shapes: the configuration is read again when somebody asks, and what came of it is told", "[web][net]") {
  WebSite site;
  int asked = 0;
  site.options.reload = [&] { ++asked; };
  site.options.reloaded = [] { return serve::ReloadOutcome{Instant(std::chrono::hours(1)), false, {"a fault"}}; };
  site.open();
  CHECK(site.post("/reload", json::object())->status == 202);
  CHECK(asked == 1);
  const auto outcome = site.ask("/reload");
  CHECK(outcome["ok"] == false);
  CHECK(outcome["faults"] == json({"a fault"}));
}
