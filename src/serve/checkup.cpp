#include "harvester/serve/checkup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harvester/receive/store.hpp"

namespace harvester::serve {
namespace {

constexpr mode_t kOthers = 07, kOthersWrite = 02, kGroupWrite = 020;
constexpr int kFirstFreePort = 1024;

/// "1.5 GiB"; doctors round.
std::string size_words(std::uint64_t bytes) {
  constexpr double kMebi = 1024.0 * 1024.0, kGibi = kMebi * 1024.0;
  const auto value = static_cast<double>(bytes);
  return value >= kGibi ? fmt::format("{:.1f} GiB", value / kGibi) : fmt::format("{:.1f} MiB", value / kMebi);
}

CheckResult of_fault(const config::Fault& fault, Health health) {
  auto text = fault.line > 0 ? fmt::format("{}:{}:{}: ", fault.file, fault.line, fault.column) : fault.file + ": ";
  if (!fault.key.empty()) text += fmt::format("{}: ", fault.key);
  return {"configuration", "", health, text + fault.message, fault.hint};
}

CheckResult judge_directory(const Entry& directory) {
  const auto path = directory.path.string();
  if (!directory.unreadable.empty())
    return {"rights", path, Health::fault, fmt::format("cannot be looked at: {}", directory.unreadable),
            "run this as root, or as the user that the daemon runs as"};
  if (!directory.there)
    return {"rights", path, Health::warning, "the data directory is not there yet",
            fmt::format("install -d -o harvester -g harvester -m 0750 {}", path)};
  if ((directory.mode & kOthers) != 0)
    return {"rights", path, Health::warning,
            fmt::format("all users of this machine may look into the data directory (mode {:04o})", directory.mode),
            fmt::format("chmod o= {}", path)};
  return {"rights", path, Health::ok, fmt::format("belongs to {}, mode {:04o}", directory.owner_name, directory.mode)};
}

std::optional<CheckResult> judge_inside(const Entry& directory, const Entry& entry) {
  if (!entry.there) return std::nullopt;
  const auto path = entry.path.string();
  if (entry.owner != directory.owner)
    return CheckResult{
        "rights", path, Health::fault,
        fmt::format("belongs to {}, but the data directory to {}", entry.owner_name, directory.owner_name),
        fmt::format("chown {} {}", directory.owner_name, path)};
  if ((entry.mode & kOthers) != 0 && (directory.mode & kOthers) != 0)
    return CheckResult{"rights", path, Health::warning,
                       fmt::format("all users of this machine have rights to it (mode {:04o})", entry.mode),
                       fmt::format("chmod o= {}", path)};
  return std::nullopt;
}

Health health_of(StepState state) {
  return state == StepState::failed ? Health::fault : state == StepState::note ? Health::warning : Health::ok;
}

}  // namespace

const char* to_string(Health health) {
  switch (health) {
    case Health::warning:
      return "warning";
    case Health::fault:
      return "fault";
    case Health::ok:
      break;
  }
  return "ok";
}

Health worst(const std::vector<CheckResult>& findings) {
  auto worst = Health::ok;
  for (const auto& finding : findings) worst = std::max(worst, finding.health);
  return worst;
}

int exit_code(const std::vector<CheckResult>& findings) {
  constexpr int kDone = 0, kFailed = 1, kNotAllWell = 3;
  const auto health = worst(findings);
  return health == Health::fault ? kFailed : health == Health::warning ? kNotAllWell : kDone;
}

std::vector<CheckResult> judge_configuration(const std::vector<config::Fault>& faults,
                                             const std::vector<config::Fault>& warnings) {
  std::vector<CheckResult> findings;
  for (const auto& fault : faults) findings.push_back(of_fault(fault, Health::fault));
  for (const auto& warning : warnings) findings.push_back(of_fault(warning, Health::warning));
  return findings;
}

bool may_read(const Entry& entry, const User& user) {
  constexpr mode_t kOwner = 0400, kGroup = 040, kOther = 04;
  if (user.id == 0) return true;
  if (entry.owner == user.id) return (entry.mode & kOwner) != 0;
  const bool in_group = std::find(user.groups.begin(), user.groups.end(), entry.group) != user.groups.end();
  return (entry.mode & (in_group ? kGroup : kOther)) != 0;
}

std::vector<CheckResult> judge_rights(const Entry& directory, const std::vector<Entry>& inside) {
  std::vector<CheckResult> findings{judge_directory(directory)};
  if (!directory.there) return findings;
  const auto hidden =
      std::find_if(inside.begin(), inside.end(), [](const Entry& each) { return !each.unreadable.empty(); });
  if (hidden != inside.end())
    findings.push_back({"rights", directory.path.string(), Health::fault,
                        fmt::format("this user may not look into it: {}", hidden->unreadable),
                        "run this as root, or as a member of its group"});
  for (const auto& entry : inside)
    if (auto finding = judge_inside(directory, entry)) findings.push_back(*std::move(finding));
  return findings;
}

CheckResult judge_secret(const std::string& key, const Entry& file, const User& daemon) {
  const auto path = file.path.string();
  const auto owned = fmt::format("chown root:harvester {0}; chmod 0640 {0}", path);
  const auto finding = [&](Health health, std::string text, std::string advice = {}) {
    return CheckResult{"secrets", key, health, fmt::format("{} {}", path, text), std::move(advice)};
  };
  if (!file.unreadable.empty())
    return finding(Health::fault, fmt::format("cannot be looked at: {}", file.unreadable),
                   "let the user of the daemon enter its folder, or run this as root");
  if (!file.there) return finding(Health::fault, "is not there", "make it, or correct the path");
  if ((file.mode & kOthers) != 0)
    return finding(Health::fault, fmt::format("is open to all users of this machine (mode {:04o})", file.mode),
                   fmt::format("chmod o= {}", path));
  if (!may_read(file, daemon)) return finding(Health::fault, fmt::format("cannot be read by {}", daemon.name), owned);
  if ((file.mode & (kGroupWrite | kOthersWrite)) != 0)
    return finding(Health::warning, fmt::format("may be changed by its group (mode {:04o})", file.mode),
                   fmt::format("chmod g-w {}", path));
  return finding(Health::ok,
                 fmt::format("can be read by {} alone or with its group (mode {:04o})", daemon.name, file.mode));
}

CheckResult judge_port(const PortFacts& facts) {
  using State = PortFacts::State;
  const auto finding = [&](Health health, std::string text, std::string advice = {}) {
    return CheckResult{"ports", facts.name, health, fmt::format("port {} {}", facts.port, text), std::move(advice)};
  };
  switch (facts.state) {
    case State::ours:
      return finding(Health::ok, "is held by our daemon");
    case State::closed:
      return finding(Health::fault, fmt::format("is not open, though the daemon runs: {}", facts.reason),
                     "systemctl restart harvester, then look at its log");
    case State::taken:
      return finding(Health::fault, "is held by another program",
                     fmt::format("end that program (ss -ltnp 'sport = :{}'), or take another port", facts.port));
    case State::forbidden:
      return finding(Health::fault, "needs the capability CAP_NET_BIND_SERVICE, as all ports below 1024",
                     "see README, systemd: the drop-in for low ports; or take a port from 1024 on, such as 8104");
    case State::no_such_address:
      return finding(Health::fault, "cannot be opened: this machine does not have the address of `bind`",
                     "correct bind, or write 0.0.0.0");
    case State::free:
      break;
  }
  if (facts.port < kFirstFreePort && !facts.daemon_is_root)
    return finding(Health::warning, "is free; ports below 1024 need the capability CAP_NET_BIND_SERVICE",
                   "see README, systemd: the drop-in for low ports");
  return finding(Health::ok, "is free");
}

CheckResult judge_disk(std::optional<std::uint64_t> free, std::uint64_t minimum) {
  constexpr std::uint64_t kComfort = 2;
  if (!free) return {"disk", "", Health::fault, "what is free cannot be told", "is the data directory's disk there?"};
  const auto text = fmt::format("{} free, disk.minimum_free is {}", size_words(*free), size_words(minimum));
  if (*free < minimum)
    return {"disk", "", Health::fault, text + ": stores refuse and harvests pause",
            "free space, or give the data directory another disk"};
  if (*free / kComfort < minimum) return {"disk", "", Health::warning, text, "free space soon; see retention"};
  return {"disk", "", Health::ok, text};
}

std::vector<CheckResult> judge_time(const TimeFacts& facts) {
  using namespace std::chrono;
  constexpr auto kEarliest = sys_days(2025y / January / 1), kLatest = sys_days(2100y / January / 1);
  constexpr auto kTolerated = minutes(2);
  const char* set_it = "set the clock: timedatectl set-ntp true";
  std::vector<CheckResult> findings;
  if (facts.now < kEarliest || facts.now > kLatest)
    findings.push_back({"time", "", Health::fault, fmt::format("the clock says {}", utc_text(facts.now)), set_it});
  else if (facts.newest_row && *facts.newest_row > facts.now + kTolerated)
    findings.push_back({"time", "", Health::fault,
                        fmt::format("the clock says {}, the database already knows {}", utc_text(facts.now),
                                    utc_text(*facts.newest_row)),
                        set_it});
  else
    findings.push_back({"time", "", Health::ok, fmt::format("{} is plausible", utc_text(facts.now))});
  if (facts.synchronised == false)
    findings.push_back({"time", "", Health::warning, "the clock is not synchronised with a time server",
                        "apt install systemd-timesyncd, or chrony"});
  else if (facts.synchronised == true)
    findings.push_back({"time", "", Health::ok, "the clock is synchronised"});
  return findings;
}

CheckResult judge_certificate(const std::string& subject, Instant until, Instant now) {
  const auto day = utc_text(until).substr(0, 10);
  if (until <= now)
    return {"certificates", subject, Health::fault, fmt::format("expired on {}", day), "renew tls.cert_file"};
  if (until - now < receive::kCertificateEndsSoon)
    return {"certificates", subject, Health::warning, fmt::format("expires on {}", day), "renew tls.cert_file"};
  return {"certificates", subject, Health::ok, fmt::format("holds until {}", day)};
}

std::vector<CheckResult> judge_spool(const spool::Audit& audit) {
  std::vector<CheckResult> findings;
  if (audit.all_missing > 0)
    findings.push_back({"spool", "", Health::fault,
                        fmt::format("{} files of the inbox are not there", audit.all_missing),
                        "harvester db check names them; bring them back from a backup, or harvest --refetch"});
  if (audit.all_without_row > 0)
    findings.push_back({"spool", "", Health::warning,
                        fmt::format("{} files have no row in the inbox", audit.all_without_row),
                        "harvester db check names them; harvester import PATH takes them in"});
  if (findings.empty())
    findings.push_back({"spool", "", Health::ok, fmt::format("{} files, all as the inbox has them", audit.files)});
  return findings;
}

std::vector<CheckResult> judge_node(const std::string& node, const std::vector<StepReport>& steps) {
  std::vector<CheckResult> findings;
  for (const auto& step : steps)
    if (const auto health = health_of(step.state); health != Health::ok) {
      auto name = step.step;
      std::replace(name.begin(), name.end(), '_', ' ');
      findings.push_back({"nodes", node, health, fmt::format("{}: {}", name, step.text), step.advice});
    }
  if (findings.empty()) findings.push_back({"nodes", node, Health::ok, "can be harvested (node test)"});
  return findings;
}

CheckResult judge(const std::string& check, const std::string& subject, const Status& status,
                  const std::string& when_well, const std::string& advice) {
  if (status) return {check, subject, Health::ok, when_well};
  return {check, subject, Health::fault, status.error().message, advice};
}

}  // namespace harvester::serve
