#include <algorithm>
#include <catch2/catch.hpp>

#include "config_files.hpp"
#include "harvester/config/document.hpp"
#include "harvester/config/show.hpp"
#include "harvester/config/templates.hpp"

using namespace harvester;
using namespace harvester::config;
using harvester::tests::brief;
using harvester::tests::ConfigFiles;

namespace {

std::vector<std::string> sorted(std::vector<std::string> paths) {
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<std::string> missing_in(const std::vector<std::string>& keys, const Document& document) {
  const auto there = sorted(key_paths(document));
  const auto all = sorted(keys);
  std::vector<std::string> missing;
  std::set_difference(all.begin(), all.end(), there.begin(), there.end(), std::back_inserter(missing));
  return missing;
}

}  // namespace

TEST_CASE("profiles/example.yaml loads without fault and shows every key of a profile", "[config]") {
  const auto document = read_document(HARVESTER_EXAMPLE_PROFILE);
  CHECK(missing_in(profile_key_paths(), document) == std::vector<std::string>{});
  const auto loaded = load_profile(HARVESTER_EXAMPLE_PROFILE, "/etc/harvester");
  CHECK(brief(loaded.faults) == "");
  CHECK(brief(loaded.warnings) == "");
  CHECK_FALSE(loaded.value.enabled);
  CHECK(loaded.value.windows.size() == 2);
}

TEST_CASE("init's example is the project's example", "[config]") {
  const auto embedded = parse_document(example_profile(), "embedded");
  CHECK(embedded.lines == read_document(HARVESTER_EXAMPLE_PROFILE).lines);
}

TEST_CASE("init's site file loads, names every key in use or in a comment, and changes no default", "[config]") {
  const auto text = site_template("/srv/harvester");
  const auto loaded = ConfigFiles(text).site();
  CHECK(brief(loaded.faults) == "");
  CHECK(brief(loaded.warnings) == "");
  auto expected = SiteConfig{};
  expected.data_directory = "/srv/harvester";
  expected.profiles = loaded.value.profiles;
  CHECK(loaded.value == expected);
  for (const auto& path : site_key_paths()) {
    const auto dot = path.rfind('.');
    INFO(path);
    CHECK(text.find(path.substr(dot == std::string::npos ? 0 : dot + 1) + ":") != std::string::npos);
  }
  for (const auto& kind : object_kind_names()) CHECK(text.find(kind) != std::string::npos);
}

TEST_CASE("the effective configuration loads to the same values", "[config]") {
  auto profile = load_profile(HARVESTER_EXAMPLE_PROFILE, "/etc/harvester").value;
  profile.description = "quote \" back\\slash # : {x} ä";
  profile.keep = {{"mg_image", Keep::remove}};
  profile.remote.tls.cert_file = "/etc/harvester/pacs.pem";
  profile.remote.tls.key = SecretRef{SecretRef::From::env, "PACS_KEY"};
  profile.query.split.result_cap.fixed = 500;
  profile.pacing.pause_ratio = 0.25;
  auto site = SiteConfig{};
  site.data_directory = "/srv/data dir";
  site.stores.push_back({"native", AeTitle::of("NATIVE"), 8104, Store::Role::native, true, true, "0.0.0.0", 8, {}, {}});
  site.stores[1].accept.addresses = {*AddressBlock::make("10.1.0.0/16")};
  site.watch.push_back({"/srv/in", Watch::Mode::poll, std::chrono::milliseconds(1500), Watch::AfterImport::keep, {}});
  site.standard_names.push_back({"CT", "thorax*", "CT chest"});
  site.http.tokens.push_back({"physics", HttpRole::patient, {SecretRef::From::file, "/etc/harvester/page.token"}});
  site.http.names = {"harvester.example.org"};
  site.reference_levels.push_back(
      {"CT chest", ReferenceLevel::By::protocol, ReferenceLevel::Measure::ctdivol, 8.5, 16, {}, {}, 90, "BfS: 2022"});
  ConfigFiles files(show(site));
  files.write("profiles/example.yaml", show(profile));
  site.profiles = files.path() / "profiles";

  const auto loaded = files.load();
  CHECK(brief(loaded.faults) == "");
  CHECK(show(loaded.value.site) == show(site));
  CHECK(loaded.value.site == site);
  REQUIRE(loaded.value.profiles.size() == 1);
  CHECK(show(loaded.value.profiles[0]) == show(profile));
  CHECK(loaded.value.profiles[0] == profile);
}

TEST_CASE("the effective configuration shows where a secret lies, not the secret", "[config]") {
  const ConfigFiles files("patient_identity: {id: hash, hash_key: env:HASH_KEY}\n");
  const auto loaded = files.site({{"HASH_KEY", "hunter2"}});
  CHECK(brief(loaded.faults) == "");
  CHECK(show(loaded.value).find("hash_key: \"env:HASH_KEY\"") != std::string::npos);
  CHECK(show(loaded.value).find("hunter2") == std::string::npos);
}
