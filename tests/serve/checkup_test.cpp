// What `doctor` says of facts: pure.

#include "harvester/serve/checkup.hpp"

#include <catch2/catch.hpp>

using namespace harvester;
using namespace std::chrono_literals;
using serve::Entry;
using serve::Health;
using serve::User;

namespace {

Entry entry(const char* path, uid_t owner, mode_t mode, gid_t group = 100) {
  return {
      .path = path, .there = true, .owner = owner, .group = group, .mode = mode, .owner_name = std::to_string(owner)};
}

const User kDaemon{999, "harvester", {100}};
const Instant kNow = *parse_utc("2026-11-30T12:00:00.000Z");

int exit_code_of(const std::vector<serve::CheckResult>& findings) { return serve::exit_code(findings); }

Health port(serve::PortFacts::State state, int number = 11112) {
  return serve::judge_port({.name = "harvest", .port = number, .state = state}).health;
}

}  // namespace

TEST_CASE("checkup: the exit code is that of the worst finding, and warnings have one of their own", "[serve]") {
  CHECK(exit_code_of({}) == 0);
  CHECK(exit_code_of({{"a", "", Health::ok, ""}}) == 0);
  CHECK(exit_code_of({{"a", "", Health::warning, ""}, {"a", "", Health::ok, ""}}) == 3);
  CHECK(exit_code_of({{"a", "", Health::fault, ""}, {"a", "", Health::warning, ""}}) == 1);
}

TEST_CASE("checkup: what another user owns in the data directory is a fault, since the daemon cannot write it",
          "[serve]") {
  const auto directory = entry("/data", 999, 0750);
  CHECK(serve::judge_rights(directory, {entry("/data/harvester.db", 999, 0660)}).size() == 1);
  const auto findings = serve::judge_rights(directory, {entry("/data/harvester.db", 0, 0660)});
  REQUIRE(findings.size() == 2);
  CHECK(findings[1].health == Health::fault);
  CHECK(findings[1].advice == "chown 999 /data/harvester.db");
}

TEST_CASE("checkup: a data directory that all may enter is a warning, one that is missing too", "[serve]") {
  CHECK(serve::judge_rights(entry("/data", 999, 0770), {})[0].health == Health::ok);
  CHECK(serve::judge_rights(entry("/data", 999, 0755), {})[0].health == Health::warning);
  CHECK(serve::judge_rights({.path = "/data"}, {})[0].health == Health::warning);
  CHECK(serve::judge_rights({.path = "/data", .unreadable = "denied"}, {})[0].health == Health::fault);
  const auto hidden = serve::judge_rights(entry("/data", 999, 0750), {{.path = "/data/lock", .unreadable = "denied"}});
  REQUIRE(hidden.size() == 2);
  CHECK(hidden[1].health == Health::fault);
}

TEST_CASE("checkup: a secret is to be read by the daemon, and by nobody else", "[serve]") {
  const auto judged = [](const Entry& file) { return serve::judge_secret("hash_key", file, kDaemon).health; };
  CHECK(judged(entry("k", 999, 0600)) == Health::ok);
  CHECK(judged(entry("k", 0, 0640)) == Health::ok);
  CHECK(judged(entry("k", 0, 0640, 7)) == Health::fault);  // a group that the daemon is not in
  CHECK(judged(entry("k", 0, 0600)) == Health::fault);
  CHECK(judged(entry("k", 999, 0604)) == Health::fault);
  CHECK(judged(entry("k", 999, 0660)) == Health::warning);
  CHECK(judged({.path = "k"}) == Health::fault);
}

TEST_CASE("checkup: root may read what others may not", "[serve]") {
  CHECK(serve::may_read(entry("k", 5, 0), {0, "root", {}}));
  CHECK_FALSE(serve::may_read(entry("k", 999, 0), kDaemon));
}

TEST_CASE("checkup: a port is free, ours, or a fault that says what to do", "[serve]") {
  using State = serve::PortFacts::State;
  CHECK(port(State::free) == Health::ok);
  CHECK(port(State::ours) == Health::ok);
  CHECK(port(State::ours, 104) == Health::ok);
  CHECK(port(State::free, 104) == Health::warning);
  CHECK(serve::judge_port({.name = "n", .port = 104, .daemon_is_root = true}).health == Health::ok);
  for (const auto state : {State::closed, State::taken, State::forbidden, State::no_such_address}) {
    CHECK(port(state) == Health::fault);
    CHECK_FALSE(serve::judge_port({.name = "n", .port = 1, .state = state}).advice.empty());
  }
}

TEST_CASE("checkup: less than minimum_free is a fault, less than twice of it a warning", "[serve]") {
  CHECK(serve::judge_disk(99, 100).health == Health::fault);
  CHECK(serve::judge_disk(199, 100).health == Health::warning);
  CHECK(serve::judge_disk(200, 100).health == Health::ok);
  CHECK(serve::judge_disk({}, 100).health == Health::fault);
}

TEST_CASE("checkup: a clock behind what the database knows is a fault, one that nobody sets a warning", "[serve]") {
  const auto judged = [](std::optional<Instant> newest, std::optional<bool> synchronised) {
    return serve::worst(serve::judge_time({kNow, newest, synchronised}));
  };
  CHECK(judged({}, {}) == Health::ok);
  CHECK(judged(kNow + 1min, true) == Health::ok);
  CHECK(judged(kNow + 3min, true) == Health::fault);
  CHECK(judged(kNow - 3min, false) == Health::warning);
  CHECK(serve::worst(serve::judge_time({Instant(), {}, true})) == Health::fault);
}

TEST_CASE("checkup: a certificate warns thirty days before its end", "[serve]") {
  CHECK(serve::judge_certificate("s", kNow + 24h * 31, kNow).health == Health::ok);
  CHECK(serve::judge_certificate("s", kNow + 24h * 29, kNow).health == Health::warning);
  CHECK(serve::judge_certificate("s", kNow, kNow).health == Health::fault);
}

TEST_CASE("checkup: of a node each step that is not well has a line, a node that is well has one", "[serve]") {
  using State = serve::StepState;
  const auto well = serve::judge_node("pacs", {{"echo", State::ok, "answers"}, {"store", State::skipped, "none"}});
  REQUIRE(well.size() == 1);
  CHECK(well[0].health == Health::ok);
  const auto ill = serve::judge_node("pacs", {{"echo", State::ok, "answers"},
                                              {"studies", State::note, "slow", "be patient"},
                                              {"move_association", State::failed, "refused", "ask"}});
  REQUIRE(ill.size() == 2);
  CHECK(ill[0].health == Health::warning);
  CHECK(ill[1].text == "move association: refused");
  CHECK(ill[1].advice == "ask");
}

TEST_CASE("checkup: files that are lost are a fault, files without a row a warning", "[serve]") {
  spool::Audit audit;
  CHECK(serve::worst(serve::judge_spool(audit)) == Health::ok);
  audit.all_without_row = 1;
  CHECK(serve::worst(serve::judge_spool(audit)) == Health::warning);
  audit.all_missing = 1;
  CHECK(serve::worst(serve::judge_spool(audit)) == Health::fault);
}

TEST_CASE("checkup: faults of the configuration keep their place and their hint", "[serve]") {
  const auto found = serve::judge_configuration({{"h.yaml", 3, 7, "http.port", "is no port", "8080?", ""}},
                                                {{"p.yaml", 0, 0, "", "odd", "", ""}});
  REQUIRE(found.size() == 2);
  CHECK(found[0].text == "h.yaml:3:7: http.port: is no port");
  CHECK(found[0].advice == "8080?");
  CHECK(found[1].health == Health::warning);
  CHECK(found[1].text == "p.yaml: odd");
}
