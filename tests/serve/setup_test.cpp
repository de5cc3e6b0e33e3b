#include <catch2/catch.hpp>

#include "continuing.hpp"
#include "harvester/serve/harvesting.hpp"
#include "harvester/serve/node_setup.hpp"
#include "harvester/serve/site_setup.hpp"
#include "permission.hpp"

namespace harvester::serve {
namespace {

config::Profile profile_of(const std::string& name) {
  config::Profile profile;
  profile.name = name;
  profile.remote.host = "pacs.example.org";
  return profile;
}

std::string refusal(const config::Profile& profile) {
  const auto setup = node_setup({}, profile);
  return setup ? "" : setup.error().message;
}

}  // namespace

TEST_CASE("a profile that cannot be done as it stands is refused with its key", "[serve]") {
  CHECK(refusal(profile_of("main")).empty());
  auto tls = profile_of("main");
  tls.remote.tls.enabled = true;
  CHECK(refusal(tls).find("profiles/main.yaml: remote.tls: ca_file") == 0);
  tls.remote.tls.ca_file = "/nowhere/ca.pem";
  CHECK(refusal(tls).find("/nowhere/ca.pem") != std::string::npos);
  auto elsewhere = profile_of("main");
  elsewhere.local.store = "nowhere";
  CHECK(refusal(elsewhere).find("there is no store \"nowhere\"") != std::string::npos);
}

TEST_CASE("how a node is asked follows from its profile", "[serve]") {
  auto profile = profile_of("main");
  auto setup = node_setup({}, profile);
  REQUIRE(setup);
  CHECK_FALSE(setup->modality_lists);
  CHECK(setup->answer_limit == 0);
  CHECK_FALSE(setup->level);
  profile.query.modality_per_query = false;
  profile.query.split.result_cap.fixed = 500;
  profile.retrieve.level = config::Retrieve::Level::image;
  setup = node_setup({}, profile);
  REQUIRE(setup);
  CHECK(setup->modality_lists);
  CHECK(setup->answer_limit == 500);
  CHECK(setup->level == MoveLevel::image);
  profile.retrieve.level = config::Retrieve::Level::study;
  setup = node_setup({}, profile);
  REQUIRE(setup);
  CHECK(setup->level == MoveLevel::study);
}

TEST_CASE("titles follow from the store unless the profile says otherwise", "[serve]") {
  auto profile = profile_of("main");
  auto setup = node_setup({}, profile);
  REQUIRE(setup);
  CHECK(setup->find_peer.calling.str() == "HARVESTER");
  CHECK(setup->destination.str() == "HARVESTER");
  profile.local.find_calling_ae = AeTitle::of("ASKER");
  profile.local.move_destination = AeTitle::of("ELSEWHERE");
  setup = node_setup({}, profile);
  REQUIRE(setup);
  CHECK(setup->find_peer.calling.str() == "ASKER");
  CHECK(setup->move_peer.calling.str() == "HARVESTER");
  CHECK(setup->destination.str() == "ELSEWHERE");
}

TEST_CASE("objects are fetched by the method and in lists as long as the profile says", "[serve]") {
  auto profile = profile_of("main");
  CHECK(node_setup({}, profile)->method == retrieve::Method::c_move);
  CHECK(node_setup({}, profile)->uids_per_request == 1);
  profile.retrieve.method = config::Retrieve::Method::c_get;
  profile.retrieve.uids_per_request = 20;
  CHECK(node_setup({}, profile)->method == retrieve::Method::c_get);
  CHECK(node_setup({}, profile)->uids_per_request == 20);
  CHECK_FALSE(node_setup({}, profile)->get_as_fallback);
  profile.retrieve.method = config::Retrieve::Method::automatic;
  CHECK(node_setup({}, profile)->method == retrieve::Method::c_move);
  CHECK(node_setup({}, profile)->get_as_fallback);
}

TEST_CASE("a node is asked in the model that its profile names", "[serve]") {
  auto profile = profile_of("main");
  CHECK(node_setup({}, profile)->style.model == dicom::Model::study_root);
  profile.query.model = config::Query::Model::patient_root;
  CHECK(node_setup({}, profile)->style.model == dicom::Model::patient_root);
}

TEST_CASE("the modalities of a harvest are those asked for, or the profile's own, in capitals and each once",
          "[serve]") {
  using Names = std::vector<std::string>;
  CHECK(*modalities_for(profile_of("main"), {}) == Names{"CT", "MG", "DX", "CR", "RF", "XA", "PX", "NM", "PT"});
  CHECK(*modalities_for(profile_of("main"), {"ct", "Mg", "CT", "sr"}) == Names{"CT", "MG", "SR"});
  const auto refused = modalities_for(profile_of("main"), {"CT", "US"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::config);
  CHECK(refused.error().message.find("\"US\"") != std::string::npos);
  auto none = profile_of("main");
  none.query.modalities.clear();
  CHECK_FALSE(modalities_for(none, {}));
}

TEST_CASE("what a profile says of the selection becomes its rules", "[serve]") {
  auto profile = profile_of("main");
  profile.filters.skip_known = config::Filters::SkipKnown::study;
  profile.filters.institution_name.exclude = {"elsewhere"};
  profile.filters.station_name.exclude = {"ward"};
  profile.filters.station_name.level = config::StationFilter::Level::study;
  profile.retrieve.prefer = {config::Retrieve::Prefer::images, config::Retrieve::Prefer::rdsr};
  profile.retrieve.images.mg = config::ImageRule::none;
  profile.retrieve.images.ct = config::ImageRule::one_per_series;
  profile.retrieve.max_objects_per_series = 7;
  profile.query.sop_classes_in_study = profile.query.relational = true;
  const auto setup = node_setup({}, profile);
  REQUIRE(setup);
  CHECK(setup->rules.skip_known == select::SkipKnown::study);
  CHECK(setup->rules.prefer == std::vector{select::Preference::images, select::Preference::rdsr});
  CHECK(setup->rules.images.at("MG") == select::ImageRule::none);
  CHECK(setup->rules.images.at("CT") == select::ImageRule::one_per_series);
  CHECK(setup->rules.images.at("PT") == select::ImageRule::one_per_series);
  CHECK(setup->rules.max_objects_per_series == 7);
  CHECK(setup->style.sop_classes_in_study);
  CHECK(setup->style.relational);
  CHECK(setup->style.station_at_study);
  CHECK(setup->style.institution_at_study);
}

TEST_CASE("the rules of a plain profile are the rules of the selection", "[serve]") {
  const auto setup = node_setup({}, profile_of("main"));
  REQUIRE(setup);
  const select::Rules plain;
  CHECK(setup->rules.images == plain.images);
  CHECK(setup->rules.prefer == plain.prefer);
  CHECK(setup->rules.max_objects_per_series == plain.max_objects_per_series);
  CHECK_FALSE(setup->style.station_at_study);
  CHECK_FALSE(setup->style.institution_at_study);
}

TEST_CASE("a policy that hashes with a key and has none is a fault of the configuration", "[serve]") {
  config::PatientIdentity identity;
  CHECK(identity_policy(identity));
  identity.id = config::PatientIdentity::Policy::hash;
  const auto refused = identity_policy(identity);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::config);
  identity.hash = config::PatientIdentity::Hash::sha256;
  CHECK(identity_policy(identity));
}

TEST_CASE("the ledger keeps of an accession number what the policy allows", "[serve]") {
  IdentityPolicy policy;
  CHECK(kept_accession(policy, "A1") == "A1");
  policy.accession_number = IdentityRule::drop;
  CHECK(kept_accession(policy, "A1").empty());
  policy.accession_number = IdentityRule::hash;
  policy.hash = HashMethod::sha256;
  // printf A1 | sha256sum
  CHECK(kept_accession(policy, "A1") == "16a36e86f6fed5d465ff332511a0ce1a863b55d364b25a7cdaa25db19abf9648");
  CHECK(kept_accession(policy, "").empty());
}

TEST_CASE("spool copies go only for the kinds that keep names", "[serve]") {
  config::SiteConfig site;
  site.keep = {{"other", config::Keep::remove}, {"ct_rdsr", config::Keep::keep}};
  const auto settings = intake_settings(site);
  REQUIRE(settings);
  CHECK(settings->keep.deleted_kinds == std::set<ObjectKind>{ObjectKind::other});
}

TEST_CASE("what profiles say of keeping reaches the worker that imports for their harvests", "[serve]") {
  auto profile = profile_of("odd=name:x");
  profile.keep = {{"ct_rdsr", config::Keep::remove}, {"mg_image", config::Keep::keep}};
  config::SiteConfig site;
  site.keep = {{"mg_image", config::Keep::remove}};
  const auto settings = intake_settings(site, keep_words({profile}));
  REQUIRE(settings);
  CHECK(settings->keep.deletes(ObjectKind::ct_rdsr, {"odd=name:x"}));
  CHECK_FALSE(settings->keep.deletes(ObjectKind::mg_image, {"odd=name:x"}));
  CHECK(settings->keep.deletes(ObjectKind::mg_image, {"other"}));
  CHECK_FALSE(intake_settings(site, {"nonsense"}));
}

TEST_CASE("of several exit codes the gravest for its reader is given", "[serve]") {
  CHECK(combined_exit_code({}) == 0);
  CHECK(combined_exit_code({0, 3, 4}) == 4);
  CHECK(combined_exit_code({3, 130, 2}) == 130);
  CHECK(combined_exit_code({10, 3}) == 3);
  CHECK(combined_exit_code({4, 1, 11}) == 11);
}

TEST_CASE("the ledger keeps a job without what it asks for by name", "[serve]") {
  HarvestJob job;
  job.requests.push_back({"main", {"CT"}, *parse_date("20261101"), *parse_date("20261101")});
  job.requests[0].accession_numbers = {"SECRET-1"};
  job.requests[0].studies = {StudyUid("1.2.34567")};
  job.requests[0].listed = 2;
  CHECK(to_json(job).find("SECRET-1") != std::string::npos);
  CHECK(ledger_json(job).find("SECRET-1") == std::string::npos);
  CHECK(ledger_json(job).find("1.2.34567") == std::string::npos);
}

TEST_CASE("a range becomes a row of days, the latest first where that is asked for", "[serve]") {
  harvest::Request request{"main", {"CT"}, *parse_date("20261130"), *parse_date("20261202")};
  const auto days = days_of(request);
  REQUIRE(days.size() == 3);
  CHECK(days[0].from == days[0].until);
  CHECK(days[2].from == *parse_date("20261202"));
  request.newest_first = true;
  CHECK(days_of(request)[0].from == *parse_date("20261202"));
}

TEST_CASE("what interrupted a harvest decides when it goes on by itself", "[serve]") {
  using std::chrono::minutes;
  database::ledger::HarvestRow row;
  const auto pause = [&](StoppedBy by, int continued = 0) {
    row.stopped_by = by;
    row.continued = continued;
    return pause_before_going_on(row);
  };
  CHECK(pause(StoppedBy::process) == minutes(0));
  CHECK(pause(StoppedBy::hours, 99) == minutes(0));
  CHECK(pause(StoppedBy::storage, 99) == minutes(5));
  CHECK(pause(StoppedBy::node) == minutes(5));
  CHECK(pause(StoppedBy::node, 2) == minutes(20));
  CHECK(pause(StoppedBy::node, 9) == minutes(60));
  CHECK_FALSE(pause(StoppedBy::node, 24));
  CHECK_FALSE(pause(StoppedBy::person));
  CHECK_FALSE(pause(StoppedBy::duration));
}

TEST_CASE("a harvest may begin nothing new once it is paused, cancelled, over its time or outside the hours",
          "[serve]") {
  RunningHarvests running;
  const RunningHarvests::Entry entry(running, {7}, {});
  config::Profile profile;
  CHECK(Permission(profile, SystemClock(), {}, entry).ask());
  CHECK(Permission(profile, SystemClock(), std::chrono::seconds(3600), entry).ask());
  profile.windows = {{config::WeekDays{}, {std::chrono::minutes(0)}, {std::chrono::hours(24)}}};
  CHECK(Permission(profile, SystemClock(), {}, entry).ask().error().code == harvest::stop_code::kHours);
  profile.windows.clear();
  CHECK_FALSE(running.wish({8}, Wish::pause));
  CHECK(running.wish({7}, Wish::pause));
  CHECK(Permission(profile, SystemClock(), {}, entry).ask().error().code == harvest::stop_code::kPaused);
  CHECK_FALSE(entry.stop().stop_requested());
  CHECK(running.wish({7}, Wish::cancel));
  CHECK(Permission(profile, SystemClock(), {}, entry).ask().error().code == harvest::stop_code::kCancelled);
  CHECK(entry.stop().stop_requested());
}

TEST_CASE("a job survives its way over the control socket", "[serve]") {
  HarvestJob job;
  job.requests.push_back({"main", {"CT"}, *parse_date("20261101"), *parse_date("20261102"), true, 7, true});
  job.requests[0].time_from = std::chrono::hours(8);
  job.requests[0].max_duration = std::chrono::hours(6);
  job.requests[0].newest_first = true;
  job.requests[0].listed = 2;
  job.requests[0].accession_numbers = {"007"};
  job.requests[0].studies = {StudyUid("1.2.3")};
  job.day_by_day = true;
  auto& selection = job.requests.front().selection;
  selection.include_description = {"thorax"};
  selection.exclude_station = {"ward", "test"};
  selection.station_at_study_level = false;
  selection.toshiba = selection.empty_sr_is_rdsr = true;
  const auto back = harvest_job_from_json(to_json(job));
  REQUIRE(back);
  CHECK(*back == job);
  const HarvestJob resume{{}, HarvestId{9}};
  CHECK(*harvest_job_from_json(to_json(resume)) == resume);
  CHECK_FALSE(harvest_job_from_json("{}"));
  CHECK_FALSE(harvest_job_from_json("no JSON"));
}

}  // namespace harvester::serve
