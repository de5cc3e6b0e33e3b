#include "harvester/database/ledger.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>

#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::database;

namespace {

struct Ledger {
  tests::TempDir folder;
  Connection connection = *open_database(folder / "harvester.db");
  Instant now{};
  NodeId node = ledger::node(connection, "main-pacs");
  HarvestId harvest = ledger::begin_harvest(connection, {node, "{}", "key", 1, now});
};

CandidateStudy study(const std::string& uid) {
  CandidateStudy made;
  made.uid = StudyUid(uid);
  made.date = "20260101";
  made.modalities = {"CT"};
  return made;
}

CandidateStudy decided(CandidateStudy made) {
  CandidateSeries series;
  series.uid = SeriesUid("1.2.1");
  series.modality = "SR";
  series.instances = {{SopInstanceUid("1.2.1.1"), SopClassUid(""), 1, {Action::retrieve, Reason::dose_report}},
                      {SopInstanceUid("1.2.1.2"), SopClassUid(""), 2, {Action::skip, Reason::already_held}}};
  series.verdict = {Action::retrieve, Reason::dose_report};
  made.series = {series};
  made.verdict = {Action::retrieve, Reason::dose_report};
  return made;
}

const std::vector<PlannedRequest> kRequests{{SeriesUid("1.2.1"), MoveLevel::image, true, {SopInstanceUid("1.2.1.1")}}};

}  // namespace

TEST_CASE("a study found twice is one candidate with the modalities of both answers", "[database]") {
  Ledger l;
  CHECK(ledger::add_study(l.connection, l.harvest, study("1.2")));
  auto again = study("1.2");
  again.modalities = {"SR", "CT"};
  CHECK_FALSE(ledger::add_study(l.connection, l.harvest, again));
  const auto open = ledger::undecided_studies(l.connection, l.harvest, {}, 10);
  REQUIRE(open.size() == 1);
  CHECK(open[0].study.modalities == std::vector<std::string>{"CT", "SR"});
}

TEST_CASE("what a study level answer said is there when the study is decided", "[database]") {
  Ledger l;
  auto found = study("1.2");
  found.institution_name = "Elsewhere";
  found.station_name = "CT1";
  found.sop_classes = {SopClassUid("1.3"), SopClassUid("1.4")};
  ledger::add_study(l.connection, l.harvest, found);
  const auto open = ledger::undecided_studies(l.connection, l.harvest, {}, 10);
  REQUIRE(open.size() == 1);
  CHECK(open[0].study.institution_name == "Elsewhere");
  CHECK(open[0].study.station_name == "CT1");
  CHECK(open[0].study.sop_classes == found.sop_classes);
}

TEST_CASE("a study skipped for its modalities is looked at again when another answer tells one more", "[database]") {
  Ledger l;
  ledger::add_study(l.connection, l.harvest, study("1.2"));
  const auto id = ledger::undecided_studies(l.connection, l.harvest, {}, 10).at(0).id;
  auto skipped = study("1.2");
  skipped.verdict = {Action::skip, GENERATE(Reason::modality_not_wanted, Reason::nothing_usable)};
  ledger::decide_study(l.connection, l.harvest, id, skipped, {});
  ledger::add_study(l.connection, l.harvest, study("1.2"));  // says nothing new
  CHECK(ledger::undecided_studies(l.connection, l.harvest, {}, 10).empty());
  auto again = study("1.2");
  again.modalities = {"PT"};
  ledger::add_study(l.connection, l.harvest, again);
  const bool reopened = skipped.verdict.reason == Reason::modality_not_wanted;
  CHECK(ledger::undecided_studies(l.connection, l.harvest, {}, 10).size() == (reopened ? 1 : 0));
}

TEST_CASE("deciding a study writes its requests and expected instances, and deciding again changes nothing",
          "[database]") {
  Ledger l;
  ledger::add_study(l.connection, l.harvest, study("1.2"));
  const auto open = ledger::undecided_studies(l.connection, l.harvest, {}, 10);
  for (int n = 0; n < 2; ++n)
    ledger::decide_study(l.connection, l.harvest, open[0].id, decided(study("1.2")), kRequests);
  CHECK(ledger::undecided_studies(l.connection, l.harvest, {}, 10).empty());
  const auto requests = ledger::pending_requests(l.connection, l.harvest, {}, 10);
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].level == MoveLevel::image);
  CHECK(requests[0].wanted == std::vector<SopInstanceUid>{SopInstanceUid("1.2.1.1")});
  const auto summary = ledger::summary(l.connection, l.harvest);
  CHECK(summary.held == 1);
  CHECK(summary.open == 1);
  CHECK(summary.studies_by_verdict.at("retrieve(dose_report)") == 1);
}

TEST_CASE("what did not arrive ends missing, and a reopened harvest expects it again", "[database]") {
  Ledger l;
  ledger::add_study(l.connection, l.harvest, study("1.2"));
  ledger::decide_study(l.connection, l.harvest, ledger::undecided_studies(l.connection, l.harvest, {}, 1)[0].id,
                       decided(study("1.2")), kRequests);
  const auto request = ledger::pending_requests(l.connection, l.harvest, {}, 1)[0].id;
  ledger::record_attempt(l.connection, request, MoveLevel::image, l.now);
  ledger::end_request(l.connection, request, "not_delivered", l.now);
  CHECK(ledger::summary(l.connection, l.harvest).missing == 1);
  CHECK(ledger::pending_requests(l.connection, l.harvest, {}, 1).empty());
  ledger::reopen_harvest(l.connection, l.harvest, 2);
  const auto again = ledger::pending_requests(l.connection, l.harvest, {}, 1);
  REQUIRE(again.size() == 1);
  CHECK(again[0].attempts == 0);
  CHECK(ledger::summary(l.connection, l.harvest).missing == 0);
}

TEST_CASE("a harvest whose process died is found again by what it asked for", "[database]") {
  Ledger l;
  CHECK_FALSE(ledger::unfinished_harvest(l.connection, l.node, "key"));
  const auto generation = ledger::take_ownership(l.connection, 1234, "harvest", l.now);
  CHECK(generation > 0);
  CHECK(ledger::unfinished_harvest(l.connection, l.node, "key") == l.harvest);
  CHECK_FALSE(ledger::unfinished_harvest(l.connection, l.node, "other"));
}

TEST_CASE("a harvest that ended before all was looked at is found again, one that was looked through is not",
          "[database]") {
  Ledger l;
  const QueryWindow window{"CT", *parse_date("20260101"), *parse_date("20260101"), std::nullopt, std::nullopt};
  const auto id = ledger::add_window(l.connection, l.harvest, window);
  ledger::end_harvest(l.connection, l.harvest, {HarvestState::incomplete}, l.now);
  CHECK(ledger::unfinished_harvest(l.connection, l.node, "key") == l.harvest);
  ledger::end_window(l.connection, id, {WindowState::capped, 500, 500});
  CHECK_FALSE(ledger::unfinished_harvest(l.connection, l.node, "key"));
  ledger::add_study(l.connection, l.harvest, study("1.2"));
  CHECK(ledger::unfinished_harvest(l.connection, l.node, "key") == l.harvest);
  ledger::end_harvest(l.connection, l.harvest, {HarvestState::complete}, l.now);
  CHECK_FALSE(ledger::unfinished_harvest(l.connection, l.node, "key"));
}

TEST_CASE("windows are pending until they are ended, and may become unneeded", "[database]") {
  Ledger l;
  const QueryWindow window{"CT", *parse_date("20260101"), *parse_date("20260102"), std::nullopt, parse_time("1200")};
  const auto first = ledger::add_window(l.connection, l.harvest, window);
  const auto second = ledger::add_window(l.connection, l.harvest, window);
  REQUIRE(ledger::pending_windows(l.connection, l.harvest).size() == 2);
  CHECK(ledger::pending_windows(l.connection, l.harvest)[0].window == window);
  ledger::end_window(l.connection, first, {WindowState::verified, 12, 15});
  CHECK(ledger::summary(l.connection, l.harvest).windows_not_verified == 1);
  CHECK(ledger::all_windows(l.connection, l.harvest)[0].sent == 15);
  ledger::set_window_state(l.connection, second, WindowState::not_needed);
  CHECK(ledger::summary(l.connection, l.harvest).windows_not_verified == 0);
}

TEST_CASE("windows of one slice are found whatever their modality, and no others", "[database]") {
  Ledger l;
  const auto day = *parse_date("20260101");
  QueryWindow ct{"CT", day, day}, mg{"MG", day, day}, morning{"CT", day, day, parse_time("00"), parse_time("12")};
  QueryWindow named{"", day, day};
  named.accession_number = "0012";
  for (const auto& window : {ct, mg, morning, named}) ledger::add_window(l.connection, l.harvest, window);
  const auto slice = ledger::windows_of_slice(l.connection, l.harvest, {"", day, day});
  REQUIRE(slice.size() == 2);
  CHECK(slice[1].window == mg);
  CHECK(ledger::windows_of_slice(l.connection, l.harvest, morning).size() == 1);
  CHECK(ledger::all_windows(l.connection, l.harvest)[3].window == named);
}

TEST_CASE("what was learnt of a node is kept with it", "[database]") {
  Ledger l;
  CHECK(ledger::learnt(l.connection, "nobody") == "{}");
  ledger::node(l.connection, "somebody");
  ledger::set_learnt(l.connection, "somebody", R"({"answer_limit":500})");
  ledger::node(l.connection, "somebody");
  CHECK(ledger::learnt(l.connection, "somebody") == R"({"answer_limit":500})");
}

TEST_CASE("a statement that cannot be prepared fails and leaves the connection usable", "[database]") {
  Ledger l;
  CHECK_THROWS(l.connection.prepare("SELECT nonsense FROM nowhere"));
  CHECK_THROWS(l.connection.prepare("SELECT nonsense FROM nowhere"));
  l.connection.reset_statements();
  CHECK(ledger::learnt(l.connection, "nobody") == "{}");
}

namespace {

/// Two studies with a patient key, one of them decided and its request sent.
RetrieveRequestId add_keyed_studies(Ledger& l) {
  for (const auto* uid : {"1.2", "1.3"}) {
    auto keyed = study(uid);
    keyed.patient_id = " 007";
    ledger::add_study(l.connection, l.harvest, keyed);
  }
  const auto open = ledger::undecided_studies(l.connection, l.harvest, {}, 2);
  REQUIRE(open.size() == 2);
  CHECK(open[0].study.patient_id == " 007");
  ledger::decide_study(l.connection, l.harvest, open[0].id, decided(open[0].study), kRequests);
  const auto request = ledger::pending_requests(l.connection, l.harvest, {}, 1)[0];
  CHECK(request.patient_id == " 007");
  ledger::record_attempt(l.connection, request.id, MoveLevel::image, l.now);
  return request.id;
}

int keys_kept(Ledger& l) {
  SQLite::Statement count(l.connection.raw(), "SELECT count(*) FROM candidate_study WHERE patient_key IS NOT NULL");
  count.executeStep();
  return count.getColumn(0).getInt();
}

}  // namespace

TEST_CASE("patient keys stay while a harvest can go on with them, and no longer", "[database]") {
  Ledger l;
  const auto request = add_keyed_studies(l);
  ledger::end_harvest(l.connection, l.harvest, {HarvestState::interrupted}, l.now);
  CHECK(keys_kept(l) == 2);
  ledger::end_request(l.connection, request, "not_delivered", l.now);
  ledger::end_harvest(l.connection, l.harvest, {HarvestState::incomplete}, l.now);
  CHECK(keys_kept(l) == 2);
  SECTION("a study of which all came loses its key, one that is undecided keeps it") {
    ledger::end_request(l.connection, request, "", l.now);
    l.connection.run("UPDATE retrieve_request SET state = 'done'");
    ledger::end_harvest(l.connection, l.harvest, {HarvestState::incomplete}, l.now);
    CHECK(keys_kept(l) == 1);
  }
  SECTION("a complete harvest has none") {
    ledger::end_harvest(l.connection, l.harvest, {HarvestState::complete}, l.now);
    CHECK(keys_kept(l) == 0);
  }
  SECTION("one that nobody resumed for a month has none") {
    ledger::take_ownership(l.connection, 1, "serve", l.now + std::chrono::days(30));
    CHECK(keys_kept(l) == 2);
    ledger::take_ownership(l.connection, 1, "serve", l.now + std::chrono::days(31));
    CHECK(keys_kept(l) == 0);
  }
}

TEST_CASE("a study of a node that needs no patient id has no patient key", "[database]") {
  Ledger l;
  ledger::add_study(l.connection, l.harvest, study("1.2"));
  CHECK(keys_kept(l) == 0);
}
