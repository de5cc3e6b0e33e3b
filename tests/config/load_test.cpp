#include "harvester/config/load.hpp"

#include <catch2/catch.hpp>

#include "config_files.hpp"

using namespace harvester;
using namespace harvester::config;
using namespace std::chrono_literals;
using harvester::tests::brief;
using harvester::tests::ConfigFiles;

namespace {

constexpr std::string_view kRemote = "remote: {host: pacs.example.org, ae_title: MAINPACS}\n";

std::string site_faults(std::string_view text) { return brief(ConfigFiles(text).site().faults); }

std::string site_warnings(std::string_view text) { return brief(ConfigFiles(text).site().warnings); }

/// Faults of a profile whose first line is a good `remote`.
std::string profile_faults(const std::string& text, std::string_view site = "schema: 1\n") {
  return brief(ConfigFiles(site).profile("pacs", std::string(kRemote) + text).load().faults);
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a profile's fault is shown with file, line, column, key, line, caret and hint", "[config]") {
  ConfigFiles files;
  files.profile("pacs-main", "schema: 1\nremote:\n  host: pacs\n  ae_title: MAIN\n  port: 0104\n");
  const auto loaded = files.load();
  REQUIRE(loaded.faults.size() == 1);
  CHECK(render(loaded.faults[0]) == (files.path() / "profiles/pacs-main.yaml").string() +
                                        ":5:9: remote.port: \"0104\" is not a port number (1-65535, no leading zero)\n"
                                        "      port: 0104\n"
                                        "            ^\n"
                                        "    hint: did you mean 104?");
}

TEST_CASE("a page that is open to other machines needs tokens", "[config]") {
  CHECK(site_faults("http:\n  bind: 0.0.0.0\n") ==
        "2:9 http.bind: the page is open to other machines, and there are no tokens | give http.tokens, or bind: "
        "127.0.0.1");
  CHECK(site_faults("http:\n  bind: 0.0.0.0\n  tokens: [{name: a, secret: env:A}]\n  anonymous: view\n") ==
        "4:14 http.anonymous: callers from other machines need a token | leave the key out, or bind: 127.0.0.1");
  CHECK(site_faults("http: {bind: 0.0.0.0, tokens: [{name: a, secret: env:A}]}\n") == "");
  CHECK(site_faults("http: {tokens: [{name: a, secret: env:A}, {name: a, secret: env:B}]}\n") ==
        "1:50 http.tokens[1].name: \"a\" is given twice | each token needs a name of its own");
  CHECK(site_faults("http: {bind: 0.0.0.0, enabled: false}\n") == "");
}

TEST_CASE("who collects audit messages is a host with a port, and nobody unless it is said", "[config]") {
  CHECK_FALSE(SiteConfig{}.audit.syslog);
  const auto loaded = ConfigFiles("audit: {syslog: 'audit.example.org:514', enterprise_site_id: North}\n").site();
  CHECK(brief(loaded.faults) == "");
  CHECK(loaded.value.audit == Audit{Endpoint{"audit.example.org", 514}, {}, "North"});
  CHECK(site_faults("audit:\n  syslog: audit.example.org\n  source_di: a\n  source_id: ''\n") ==
        "2:11 audit.syslog: \"audit.example.org\" is not a host with a port | did you mean audit.example.org:514?\n"
        "3:3 audit.source_di: there is no such key | did you mean source_id?\n"
        "4:14 audit.source_id: is empty");
}

TEST_CASE("callers without a token may do something only where everybody is on this machine", "[config]") {
  Http http;
  CHECK(anonymous_role(http) == HttpRole::operate);
  http.tokens.push_back({"a", HttpRole::view, {}});
  CHECK(anonymous_role(http) == std::nullopt);
  http.anonymous = Http::Anonymous::view;
  CHECK(anonymous_role(http) == HttpRole::view);
  http = {};
  http.bind = "0.0.0.0";
  CHECK(anonymous_role(http) == std::nullopt);
}

TEST_CASE("a reference level has a value and a measure, and its band has an order", "[config]") {
  CHECK(site_faults("reference_levels: [{name: chest*, measure: dlp, value: 350}]\n") == "");
  CHECK(site_faults("reference_levels: [{name: x, measure: kap, value: 0}]\n") ==
        "1:39 reference_levels[0].measure: \"kap\" is none of dlp, ctdivol, dap, rp_dose, agd, activity | did you "
        "mean dap?\n"
        "1:51 reference_levels[0].value: has to be more than 0");
  CHECK(site_faults("reference_levels: [{name: x, measure: dlp, value: 1, age_from: 9, age_until: 5}]\n") ==
        "1:64 reference_levels[0].age_from: 9 is more than age_until, which is 5");
}

TEST_CASE("all faults of all files are found at once, in the order of the lines", "[config]") {
  ConfigFiles files("stores:\n  - {name: a, prot: 11112, port: 0x50}\nlog: {level: loud}\nhttp: {port: 0}\n");
  files.profile("one", "remote: {host: x, ae_title: Y}\nenabled: yes\nquery: {modalities: [CT, MGG]}\n");
  files.profile("two", "remote: {host: x}\nlocal: {store: b}\n");
  CHECK(brief(files.load().faults) ==
        "2:15 stores[0].prot: there is no such key | did you mean port?\n"
        "2:34 stores[0].port: \"0x50\" is not a port number (1-65535, no leading zero) | did you mean 80?\n"
        "3:14 log.level: \"loud\" is none of error, warn, info, debug, trace\n"
        "4:14 http.port: \"0\" is not a port number (1-65535, no leading zero)\n"
        "0:0 local.store: there is no store \"harvest\" in the site file | the stores are a\n"
        "2:10 enabled: \"yes\" is not true or false | did you mean true?\n"
        "3:26 query.modalities[1]: \"MGG\" is none of CT, MG, DX, CR, RF, XA, PX, NM, PT, SR | did you mean MG?\n"
        "1:1 remote.ae_title: has to be given | add ae_title: the archive's AE title\n"
        "2:16 local.store: there is no store \"b\" in the site file | did you mean a?");
}

TEST_CASE("an unknown key is suggested, or the keys that there are", "[config]") {
  CHECK(site_faults("data_directoy: /x\n") == "1:1 data_directoy: there is no such key | did you mean data_directory?");
  CHECK(site_faults("http: {qqqqqqqq: 1}\n") ==
        "1:8 http.qqqqqqqq: there is no such key | the keys here are enabled, bind, port, names, anonymous, tokens");
  CHECK(site_faults("keep: {ct_rsdr: keep}\n") == "1:8 keep.ct_rsdr: there is no such key | did you mean ct_rdsr?");
  CHECK(profile_faults("notify: {no: [failure]}\n") == "2:10 notify.no: there is no such key | did you mean on?");
}

TEST_CASE("a value of another kind than the key takes is a fault", "[config]") {
  CHECK(profile_faults("query: {modalities: CT}\n") ==
        "2:21 query.modalities: a list is expected here, not one value | did you mean [CT]?");
  CHECK(profile_faults("description: [a]\n") ==
        "2:14 description: one value is expected here, not a list | write the value alone, without brackets");
  CHECK(profile_faults("pacing: 5\n") ==
        "2:9 pacing: keys with values are expected here, not one value | "
        "write {key: value}, or indented lines `key: value`");
  CHECK(site_faults("stores: {name: a}\n") ==
        "1:9 stores: a list is expected here, not keys with values | begin each entry with \"- \"");
  CHECK(site_faults("http:\n  port:\n") == "2:3 http.port: has no value | leave the key out for the default 8080");
}

TEST_CASE("a section without keys is as good as none", "[config]") {
  CHECK(site_faults("log:\n#  level: info\nstores:\nwatch:\nkeep:\n") == "");
  CHECK(ConfigFiles("stores: []\n").site().value.stores == SiteConfig{}.stores);
}

TEST_CASE("without keys the documented defaults hold", "[config]") {
  ConfigFiles files;
  files.profile("pacs", kRemote);
  const auto loaded = files.load();
  REQUIRE(brief(loaded.faults) == "");
  const auto& site = loaded.value.site;
  CHECK(site.data_directory == "/var/lib/harvester");
  CHECK(site.profiles == files.path() / "profiles");
  REQUIRE(site.stores.size() == 1);
  CHECK(site.stores[0].ae_title.str() == "HARVESTER");
  CHECK(site.stores[0].port == 11112);
  CHECK(site.disk.minimum_free.bytes == 2ull << 30);
  CHECK(site.network.connect_timeout == 10s);
  CHECK(site.patient_identity.id == PatientIdentity::Policy::drop);
  const auto& node = loaded.value.profiles.at(0);
  CHECK(node.name == "pacs");
  CHECK(node.enabled);
  CHECK(node.remote.port == 104);
  CHECK(node.pacing == Pacing{2, 1, 120, 0, 0, 30s});
  CHECK(node.timeouts.settle == 5s);
  CHECK(node.query.split.min_window == 15min);
  CHECK(node.windows.empty());
  CHECK(calling_ae_for_find(node, site.stores[0]).str() == "HARVESTER");
  CHECK(move_destination(node, site.stores[0]).str() == "HARVESTER");
  CHECK(keep_rule(site, &node, "mg_image") == Keep::keep);
}

TEST_CASE("everything a profile says arrives", "[config]") {
  ConfigFiles files;
  files.profile("pacs", std::string(kRemote) +
                            "local: {calling_ae: A1, find_calling_ae: A2, move_destination: HARVESTER}\n"
                            "windows: [{days: [mon-fri], from: 20:00, to: 06:00}]\n"
                            "query: {levels: [study, series], timezone: null, split: {result_cap: 500},\n"
                            "        sop_classes_in_study: true, relational: true}\n"
                            "retrieve: {images: {MG: none}, prefer: [rdsr]}\n"
                            "schedule: [{name: nightly, cron: '@nightly', catch_up: 5d}]\n"
                            "notify: {on: [], command: notify.sh}\n"
                            "keep: {mg_image: delete}\n");
  const auto loaded = files.load();
  REQUIRE(brief(loaded.faults) == "");
  const auto& node = loaded.value.profiles.at(0);
  const auto& store = loaded.value.site.stores[0];
  CHECK(calling_ae_for_find(node, store).str() == "A2");
  CHECK(calling_ae_for_move(node, store).str() == "A1");
  CHECK(node.windows.at(0).days == WeekDays{{true, true, true, true, true, false, false}});
  CHECK(node.windows.at(0).from.since_midnight == 20h);
  CHECK(node.query.levels.size() == 2);
  CHECK(node.query.split.result_cap.fixed == 500);
  CHECK(node.query.sop_classes_in_study);
  CHECK(node.query.relational);
  CHECK(node.retrieve.images.mg == ImageRule::none);
  CHECK(node.retrieve.prefer == std::vector{Retrieve::Prefer::rdsr});
  CHECK(node.schedule.at(0).catch_up == 120h);
  CHECK(node.notify.command == files.path() / "notify.sh");
  CHECK(keep_rule(loaded.value.site, &node, "mg_image") == Keep::remove);
  CHECK(keep_rule(loaded.value.site, nullptr, "mg_image") == Keep::keep);
}

TEST_CASE("relative paths start at the site file's folder", "[config]") {
  ConfigFiles files(
      "data_directory: data\nprofiles: ../nodes\nlog: {file: ./h.log}\n"
      "patient_identity: {id: hash, hash_key: file:hash.key}\n");
  const auto site = files.site().value;
  CHECK(site.data_directory == files.path() / "data");
  CHECK(site.profiles == files.path().parent_path() / "nodes");
  CHECK(site.log.file == files.path() / "h.log");
  CHECK(site.patient_identity.hash_key->name == files.path() / "hash.key");
}

TEST_CASE("the environment overrides the site file, key by key", "[config]") {
  const ConfigFiles files("log: {level: warn, format: json}\nhttp: {port: 9000}\n");
  const auto loaded = files.site({{"HARVESTER_LOG_LEVEL", "debug"},
                                  {"HARVESTER_DATA_DIRECTORY", "/srv/d"},
                                  {"HARVESTER_DISK_MINIMUM_FREE", "1GiB"},
                                  {"HARVESTER_NETWORK_CONNECT_TIMEOUT", "3s"},
                                  {"HARVESTER_STRICT_AE_TITLES", "false"},
                                  {"HARVESTER_LOG_FILE", "/var/log/h.log"},
                                  {"UNRELATED", "x"}});
  REQUIRE(brief(loaded.faults) == "");
  CHECK(loaded.warnings.empty());
  CHECK(loaded.value.log == Log{Log::Level::debug, Log::Format::json, "/var/log/h.log"});
  CHECK(loaded.value.data_directory == "/srv/d");
  CHECK(loaded.value.disk.minimum_free.bytes == 1ull << 30);
  CHECK(loaded.value.network.connect_timeout == 3s);
  CHECK_FALSE(loaded.value.strict_ae_titles);
  CHECK(loaded.value.http.port == 9000);
}

TEST_CASE("an empty variable takes an optional value away", "[config]") {
  const ConfigFiles files("log: {file: /x.log}\n");
  CHECK_FALSE(files.site({{"HARVESTER_LOG_FILE", ""}}).value.log.file);
  CHECK(files.site().value.log.file == "/x.log");
}

TEST_CASE("wrong values in the environment are faults, mistyped names warnings", "[config]") {
  const auto loaded =
      ConfigFiles().site({{"HARVESTER_HTTP_PORT", "0104"}, {"HARVESTER_LOG_LEVL", "info"}, {"HARVESTER_CONFIG", "x"}});
  REQUIRE(loaded.faults.size() == 1);
  CHECK(render(loaded.faults[0]) ==
        "environment: HARVESTER_HTTP_PORT: \"0104\" is not a port number (1-65535, no leading zero)\n"
        "    hint: did you mean 104?");
  CHECK(brief(loaded.warnings) ==
        "0:0 HARVESTER_LOG_LEVL: is no setting and has no effect | did you mean HARVESTER_LOG_LEVEL?");
}

TEST_CASE("without a site file the defaults and the environment hold", "[config]") {
  const auto loaded = load_configuration({}, {{"HARVESTER_LOG_LEVEL", "error"}, {"HARVESTER_PROFILES", "/nowhere"}});
  CHECK(brief(loaded.faults) == "");
  CHECK(loaded.value.site.log.level == Log::Level::error);
  CHECK(loaded.value.profiles.empty());
  CHECK(loaded.warnings.size() == 1);
}

TEST_CASE("a missing site file is one clear fault and no others", "[config]") {
  const tests::TempDir dir;
  const auto loaded = load_configuration(dir / "none.yaml", {});
  REQUIRE(loaded.faults.size() == 1);
  CHECK(loaded.faults[0].message == "there is no such file");
}

TEST_CASE("an unreadable profile is one fault and does not hide the others", "[config]") {
  ConfigFiles files("stores: [{name: main}]\n");
  files.profile("a", "remote: [\n").profile("b", "remote: {host: x, ae_title: Y, port: 1x}\nlocal: {store: main}\n");
  const auto loaded = files.load();
  REQUIRE(loaded.faults.size() == 2);
  CHECK(loaded.faults[0].message.starts_with("not valid YAML"));
  CHECK(loaded.faults[1].key == "remote.port");
}

TEST_CASE("stores do not share a name, an AE title or a port", "[config]") {
  CHECK(site_faults("stores:\n  - {name: a, ae_title: AA, port: 11112}\n  - {name: a, ae_title: AA, port: 11112}\n") ==
        "3:12 stores[1].name: \"a\" is already taken by the store a | each store needs a name of its own\n"
        "3:25 stores[1].ae_title: \"AA\" is already taken by the store a | "
        "an archive finds a store by its AE title: give each its own\n"
        "3:35 stores[1].port: port 11112 is already taken by the store a | give each store a port of its own");
  CHECK(site_faults("stores:\n  - {name: a, ae_title: AA, bind: 10.0.0.1}\n"
                    "  - {name: b, ae_title: BB, bind: 10.0.0.2}\n") == "");
  CHECK(site_faults("stores: [{name: a, port: 8080}]\n") ==
        "1:26 stores[0].port: port 8080 is already taken by http.port | give the store or the page another port");
}

TEST_CASE("our own AE titles are letters and digits unless the site allows more", "[config]") {
  CHECK(site_faults("stores: [{name: a, ae_title: HARV_1}]\n") ==
        "1:30 stores[0].ae_title: \"HARV_1\" is not 1-16 letters or digits | "
        "use letters and digits alone, or set strict_ae_titles: false in the site file");
  CHECK(site_faults("stores: [{name: a, ae_title: HARV_1}]\nstrict_ae_titles: false\n") == "");
  CHECK(profile_faults("local: {calling_ae: MY-AE}\n").starts_with("2:21 local.calling_ae: \"MY-AE\" is not 1-16"));
  CHECK(profile_faults("local: {calling_ae: MY-AE}\n", "strict_ae_titles: false\n") == "");
  CHECK(site_faults("stores: [{name: a, ae_title: 12345678901234567}]\nstrict_ae_titles: false\n") ==
        "1:30 stores[0].ae_title: \"12345678901234567\" is not an AE title: an AE title has at most 16 characters");
}

TEST_CASE("a remote AE title follows DICOM alone", "[config]") {
  ConfigFiles files;
  files.profile("pacs", "remote: {host: x, ae_title: 'MY PACS_1'}\n");
  CHECK(brief(files.load().faults) == "");
}

TEST_CASE("a port below 1024 draws a warning with a way out", "[config]") {
  CHECK(site_warnings("stores: [{name: a, port: 104}]\n") ==
        "1:26 stores[0].port: port 104 is below 1024 and needs privileges to open | "
        "port 8104 needs none; else give the program CAP_NET_BIND_SERVICE");
  CHECK(site_faults("stores: [{name: a, port: 104}]\n") == "");
}

TEST_CASE("a profile's store exists and is a destination of C-MOVE", "[config]") {
  const auto* site = "stores:\n  - {name: main}\n  - {name: push, ae_title: PUSH, port: 8104, role: native}\n";
  CHECK(profile_faults("local: {store: mian}\n", site) ==
        "2:16 local.store: there is no store \"mian\" in the site file | did you mean main?");
  CHECK(profile_faults("local: {store: push}\n", site) ==
        "2:16 local.store: the store \"push\" has the role native | C-MOVE needs a store with role: harvest");
  CHECK(profile_faults("local: {store: main}\n", site) == "");
}

TEST_CASE("a move destination that the store would refuse draws a warning", "[config]") {
  ConfigFiles files;
  files.profile("pacs", std::string(kRemote) + "local: {move_destination: OTHER}\n");
  CHECK(brief(files.load().warnings).starts_with("2:27 local.move_destination: the store harvest calls itself"));
}

TEST_CASE("hashing needs a key, and a bare hash draws a warning", "[config]") {
  CHECK(site_faults("patient_identity: {id: hash}\n").starts_with("1:1 patient_identity.hash_key: has to be given"));
  CHECK(site_faults("patient_identity: {id: hash, hash: sha256}\n") == "");
  CHECK(site_warnings("patient_identity: {id: hash, hash: sha256}\n").starts_with("1:36 patient_identity.hash: bare"));
  CHECK(site_faults("patient_identity: {birth_date: hash}\n") ==
        "1:32 patient_identity.birth_date: \"hash\" is none of keep, drop");
}

TEST_CASE("a secret written into a file is a fault that does not repeat it", "[config]") {
  const auto loaded = ConfigFiles("patient_identity: {id: hash, hash_key: hunter2, hash: sha256}\n").site();
  REQUIRE(loaded.faults.size() == 1);
  CHECK(loaded.faults[0].column == 40);
  CHECK_FALSE(holds(render(loaded.faults[0]), "hunter2"));
}

TEST_CASE("TLS names its files", "[config]") {
  CHECK(holds(site_faults("stores: [{name: a, tls: {enabled: true}}]\n"), "stores[0].tls.cert_file"));
  ConfigFiles files;
  files.profile("p", "remote: {host: x, ae_title: Y, tls: {enabled: true, cert_file: c.pem}}\n");
  CHECK(brief(files.load().faults) ==
        "1:32 remote.tls.ca_file: has to be given where TLS is enabled | "
        "the certificates that the archive's own is checked against, as PEM file\n"
        "1:64 remote.tls.cert_file: cert_file and key belong together | "
        "give both, or neither if the archive does not ask for them");
}

TEST_CASE("watched folders do not feed themselves", "[config]") {
  CHECK(holds(site_faults("data_directory: /srv/h\nwatch: [{folder: /srv/h/spool}]\n"),
              "2:18 watch[0].folder: lies inside"));
  CHECK(holds(site_faults("watch: [{folder: /in, after_import: move}]\n"), "watch[0].move_to: has to be given"));
  CHECK(holds(site_faults("watch: [{folder: /in, after_import: move, move_to: /in/done}]\n"), "inside the watched"));
  CHECK(holds(site_faults("watch: [{folder: /in}, {folder: /in}]\n"), "is watched twice"));
  CHECK(holds(site_faults("watch: [{folder: /in/deep}, {folder: /in}]\n"), "is watched twice"));
  CHECK(site_faults("watch: [{folder: /in}, {folder: /inner}]\n") == "");
}

TEST_CASE("limits that contradict one another are faults", "[config]") {
  CHECK(profile_faults("query: {split: {max_window: 5m, min_window: 10m}}\n") ==
        "2:45 query.split.min_window: 10m is more than max_window, which is 5m");
  CHECK(holds(profile_faults("query: {levels: [study], modalities: []}\n"), "study and series are needed"));
  CHECK(holds(profile_faults("query: {levels: [study], modalities: []}\n"), "names no modality"));
  CHECK(holds(profile_faults("windows: [{from: '08:00', to: '08:00', days: []}]\n"), "names no day"));
  CHECK(holds(profile_faults("windows: [{from: '08:00', to: '08:00'}]\n"), "is the same time as from"));
  CHECK(holds(profile_faults("schedule: [{name: a}, {name: a}]\n"), "2:30 schedule[1].name: \"a\" is given twice"));
  CHECK(holds(profile_faults("timeouts: {acse: 0s}\n"), "2:18 timeouts.acse: \"0s\" is out of range (1ms to"));
}

TEST_CASE("a file name that is no node name is a fault, and a .yml file a warning", "[config]") {
  ConfigFiles files;
  files.profile("my pacs", kRemote).write("profiles/other.yml", kRemote).write("profiles/.hidden.yaml", "bad");
  const auto loaded = files.load();
  REQUIRE(loaded.faults.size() == 1);
  CHECK(holds(loaded.faults[0].message, "\"my pacs\" is not a name"));
  CHECK(brief(loaded.warnings) == "0:0 is not read | rename it so that it ends in .yaml");
}

TEST_CASE("the site file is looked for in the documented order", "[config]") {
  ConfigFiles files;
  files.write("xdg/harvester/harvester.yaml", "schema: 1\n");
  files.write("home/.config/harvester/harvester.yaml", "schema: 1\n");
  const auto elsewhere = files.path() / "xdg";
  const Environment home{{"HOME", (files.path() / "home").string()}};
  auto xdg = home;
  xdg["XDG_CONFIG_HOME"] = (files.path() / "xdg").string();
  auto given = xdg;
  given["HARVESTER_CONFIG"] = "none.yaml";
  CHECK(find_site_file(given, files.path()) == files.path() / "none.yaml");
  CHECK(find_site_file(xdg, files.path()) == files.path() / "harvester.yaml");
  CHECK(find_site_file(xdg, elsewhere) == files.path() / "xdg/harvester/harvester.yaml");
  CHECK(find_site_file(home, elsewhere) == files.path() / "home/.config/harvester/harvester.yaml");
}
