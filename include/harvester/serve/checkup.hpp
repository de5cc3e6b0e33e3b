#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harvester/config/fault.hpp"
#include "harvester/core/clock.hpp"
#include "harvester/serve/node_test.hpp"
#include "harvester/spool/audit.hpp"

/// What `doctor` says of facts that others gathered: pure, without disk, network or clock. No patient data.
namespace harvester::serve {

enum class Health {
  ok,
  warning,  ///< it works, but not as it should, or not for long
  fault     ///< something does not work
};

[[nodiscard]] const char* to_string(Health health);

/// One line: what was looked at, how it is, and what to do.
struct CheckResult {
  std::string check;    ///< configuration, rights, secrets, ports, disk, time, dictionary, database, spool, stores, …
  std::string subject;  ///< a store's or node's name, a path; empty: nothing in particular
  Health health = Health::ok;
  std::string text;
  std::string advice{};  ///< empty: nothing to do
  bool operator==(const CheckResult&) const = default;
};

/// The worst of them; ok for none.
[[nodiscard]] Health worst(const std::vector<CheckResult>& findings);

/// 0 ok, 3 warnings, 1 faults.
[[nodiscard]] int exit_code(const std::vector<CheckResult>& findings);

[[nodiscard]] std::vector<CheckResult> judge_configuration(const std::vector<config::Fault>& faults,
                                                           const std::vector<config::Fault>& warnings);

/// A file or folder as it lies there; links are not followed.
struct Entry {
  std::filesystem::path path;
  bool there = false;
  uid_t owner = 0;
  gid_t group = 0;
  mode_t mode = 0;           ///< the rights alone, such as 0640
  std::string owner_name{};  ///< for people
  std::string unreadable{};  ///< why it could not be looked at; empty: it could, or is not there
};

/// Whom the daemon runs as: the owner of the data directory.
struct User {
  uid_t id = 0;
  std::string name{};
  std::vector<gid_t> groups{};
};

/// Whether the mode lets this user read it; of root it is true.
[[nodiscard]] bool may_read(const Entry& entry, const User& user);

/// The data directory, and what lies in it and is the daemon's. What belongs to another user than the directory does
/// (a command that root ran) stops the daemon at its next start.
[[nodiscard]] std::vector<CheckResult> judge_rights(const Entry& directory, const std::vector<Entry>& inside);

/// A file that holds a secret: the daemon has to read it, others must not.
[[nodiscard]] CheckResult judge_secret(const std::string& key, const Entry& file, const User& daemon);

/// What came of opening a port of ours, or of asking the daemon for it.
struct PortFacts {
  std::string name;  ///< of the store, or "http"
  int port = 0;
  enum class State { free, ours, closed, taken, forbidden, no_such_address } state = State::free;
  bool daemon_is_root = false;
  std::string reason{};  ///< with `closed`: what the daemon says
};

[[nodiscard]] CheckResult judge_port(const PortFacts& facts);

/// Bytes free where the data directory lies, or will; nothing: they cannot be told.
[[nodiscard]] CheckResult judge_disk(std::optional<std::uint64_t> free, std::uint64_t minimum);

struct TimeFacts {
  Instant now{};
  std::optional<Instant> newest_row{};  ///< when the database last noted anything
  std::optional<bool> synchronised{};   ///< as the kernel says; nothing: it does not say
};

[[nodiscard]] std::vector<CheckResult> judge_time(const TimeFacts& facts);

/// A certificate of ours that holds until then.
[[nodiscard]] CheckResult judge_certificate(const std::string& subject, Instant until, Instant now);

[[nodiscard]] std::vector<CheckResult> judge_spool(const spool::Audit& audit);

/// What `node test` found: a line for each step that is not well, or one for all.
[[nodiscard]] std::vector<CheckResult> judge_node(const std::string& node, const std::vector<StepReport>& steps);

/// Something that works or fails with an error that says what to do.
[[nodiscard]] CheckResult judge(const std::string& check, const std::string& subject, const Status& status,
                                const std::string& when_well, const std::string& advice = "");

}  // namespace harvester::serve
