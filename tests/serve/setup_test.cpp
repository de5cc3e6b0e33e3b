#include <catch2/catch.hpp>

#include "harvester/serve/harvesting.hpp"
#include "harvester/serve/node_setup.hpp"
#include "harvester/serve/site_setup.hpp"

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

TEST_CASE("a profile that needs what this version cannot do is refused with its key", "[serve]") {
  CHECK(refusal(profile_of("main")).empty());
  auto tls = profile_of("main");
  tls.remote.tls.enabled = true;
  CHECK(refusal(tls).find("profiles/main.yaml: remote.tls.enabled") == 0);
  auto get = profile_of("main");
  get.retrieve.method = config::Retrieve::Method::c_get;
  CHECK(refusal(get).find("retrieve.method") != std::string::npos);
  auto root = profile_of("main");
  root.query.model = config::Query::Model::patient_root;
  CHECK(refusal(root).find("query.model") != std::string::npos);
  auto elsewhere = profile_of("main");
  elsewhere.local.store = "nowhere";
  CHECK(refusal(elsewhere).find("there is no store \"nowhere\"") != std::string::npos);
}

TEST_CASE("keys of a profile that are not applied yet are told by name", "[serve]") {
  CHECK(not_applied(profile_of("main")).empty());
  auto profile = profile_of("main");
  profile.windows.push_back({});
  profile.schedule.push_back({});
  CHECK(not_applied(profile) == std::vector<std::string>{"windows", "schedule"});
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
  CHECK(not_applied(profile).empty());
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
  CHECK(settings->deleted_kinds == std::set<ObjectKind>{ObjectKind::other});
}

TEST_CASE("of several exit codes the gravest for its reader is given", "[serve]") {
  CHECK(combined_exit_code({}) == 0);
  CHECK(combined_exit_code({0, 3, 4}) == 4);
  CHECK(combined_exit_code({3, 130, 2}) == 130);
  CHECK(combined_exit_code({10, 3}) == 3);
  CHECK(combined_exit_code({4, 1, 11}) == 11);
}

TEST_CASE("a job survives its way over the control socket", "[serve]") {
  HarvestJob job;
  job.requests.push_back({"main", {"CT"}, *parse_date("20261101"), *parse_date("20261102"), true, 7, true});
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
