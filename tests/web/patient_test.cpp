// Who a patient is reaches nobody who may not know it, by any answer.

#include "web_site.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

const std::string kName = "<img src=x onerror=alert(1)>MARKER^NAME", kId = "MARKER-ID-4711", kBirth = "1912-06-23";
const std::string kPatientToken = "patient-secret-of-the-test";

/// A site whose database holds a patient, and objects of all kinds.
void fill(WebSite& site) {
  site.site.http.anonymous = config::Http::Anonymous::operate;
  site.site.http.tokens = {{"doctor", config::HttpRole::patient, {config::SecretRef::From::env, "PATIENT"}}};
  site.options.environment = {{"PATIENT", kPatientToken}};
  site.open();
  for (int n = 0; n < 3; ++n) {
    auto record = ct_record(n, 100 + n);
    record.patient_study.patient_name = kName;
    record.patient_study.patient_id = kId;
    record.patient_study.patient_birth_date = kBirth;
    record.patient_study.study_description = "<script>alert(1)</script>";
    site.store(record);
  }
  (void)site.run("/queries", {{"node", "archive"}, {"date", "2026-03-05"}});
  (void)site.run("/harvests", {{"node", "archive"}, {"date", "2026-03-05"}});
}

bool holds_patient(const std::string& text) {
  return text.find("MARKER") != std::string::npos || text.find("1912") != std::string::npos;
}

/// Every address of the API that is read, with rows that are there.
std::vector<std::string> addresses(const WebSite& site) {
  std::vector<std::string> all{"/session",
                               "/home",
                               "/nodes",
                               "/nodes/archive",
                               "/stores",
                               "/stores/associations",
                               "/schedules",
                               "/schedules/next",
                               "/harvests",
                               "/harvests/running",
                               "/harvests/1",
                               "/harvests/1/log",
                               "/harvests/1/studies",
                               "/harvests/2",
                               "/harvests/2/studies",
                               "/runs",
                               "/runs/1",
                               "/inbox",
                               "/inbox/counts",
                               "/quarantine",
                               "/coverage",
                               "/studies",
                               "/studies?family=ct",
                               "/studies/1",
                               "/filters",
                               "/columns",
                               "/charts/summary",
                               "/charts/time",
                               "/charts/histogram",
                               "/charts/thickness",
                               "/charts/drl",
                               "/charts/workload",
                               "/exports/csv",
                               "/exports/csv?what=ct",
                               "/exports/ndjson?what=ct",
                               "/exports/json?what=studies",
                               "/jobs",
                               "/audit",
                               "/reload",
                               "/statistics"};
  for (const auto* chart : {"summary", "time", "histogram", "thickness", "drl", "workload"})
    all.push_back(std::string("/charts/") + chart + "?format=csv");
  const auto found = site.ask("/harvests/2/studies");
  for (const auto& study : found["studies"]) {
    const auto path = "/harvests/2/studies/" + std::to_string(study["study"].get<int>());
    all.push_back(path);
    const auto detail = site.ask(path);
    for (const auto& series : detail["series"])
      all.push_back("/harvests/2/series/" + std::to_string(series["series"].get<int>()) + "/instances");
  }
  return all;
}

}  // namespace

TEST_CASE("patient: no answer holds patient data for those without that role", "[web][net]") {
  WebSite site(studies_of({simulation::Scenario::ct_rdsr, simulation::Scenario::mg_images}));
  fill(site);
  for (const auto& address : addresses(site)) {
    INFO(address);
    const auto result = site.get("/api/v1" + address);
    REQUIRE(result);
    CHECK(result->status == 200);
    CHECK_FALSE(holds_patient(result->body));
  }
  CHECK_FALSE(holds_patient(site.get("/metrics")->body));
  CHECK_FALSE(holds_patient(site.post("/studies/find", {{"study_instance_uid", "1.2.840.99.1"}})->body));
  CHECK_FALSE(holds_patient(site.post("/explain", {{"what", "1.2.840.99.1"}})->body));
  CHECK(site.get("/api/v1/exports/xlsx")->status == 200);
}

TEST_CASE("patient: with the role a study shows who it is, as data, and the audit says who looked", "[web][net]") {
  WebSite site;
  fill(site);
  const auto study = site.ask("/studies/1", kPatientToken);
  CHECK(study["patient"]["patient_name"] == kName);
  CHECK(study["patient"]["patient_id"] == kId);
  CHECK(study["patient"]["patient_birth_date"] == kBirth);
  CHECK(study["study"]["study_description"] == "<script>alert(1)</script>");
  CHECK(site.ask("/studies", kPatientToken)["studies"][0]["patient_id"] == kId);
  const auto csv = site.get("/api/v1/exports/csv?patient=true", WebSite::bearer(kPatientToken));
  CHECK(csv->body.find(kId) != std::string::npos);
  CHECK(csv->get_header_value("Content-Disposition") == "attachment; filename=\"harvester-studies.csv\"");
  CHECK(site.get("/api/v1/exports/json", WebSite::bearer(kPatientToken))->body.find(kId) != std::string::npos);
  std::map<std::string, int> events;
  const auto audit = site.ask("/audit");
  for (const auto& event : audit["events"])
    if (event["detail"].value("by", "") == "doctor") ++events[event["detail"]["event"].get<std::string>()];
  CHECK(events == std::map<std::string, int>{{"patient_shown", 1}, {"patients_listed", 1}, {"exported", 2}});
}

TEST_CASE("patient: secrets of the configuration are not shown", "[web][net]") {
  WebSite site;
  site.open();
  const auto node = site.ask("/nodes/archive");
  CHECK(node["node"]["profile"].get<std::string>().find("secret-of-the-url") == std::string::npos);
  CHECK(node["node"]["description"] == "<b>Archive</b> & \"more\"");
}
