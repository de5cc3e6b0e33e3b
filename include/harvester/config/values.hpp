#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harvester/core/result.hpp"

namespace harvester::config {

/// Every duration of the configuration: "250ms", "5s", "15m", "24h", "3d".
using Duration = std::chrono::milliseconds;

/// Name and value of every variable that matters; passed in so that tests can set it.
using Environment = std::map<std::string, std::string>;

/// The process's own environment.
[[nodiscard]] Environment process_environment();

/// A size in bytes: "2GiB", "500MB", "4096B".
struct ByteSize {
  std::uint64_t bytes = 0;
  bool operator==(const ByteSize&) const = default;
};

/// A block of IPv4 or IPv6 addresses in CIDR notation; a bare address is a block of one.
class AddressBlock {
 public:
  /// "10.1.0.0/16", "fd00::/8", "10.1.2.3". Fails with `config`, also where bits are set beyond the prefix.
  [[nodiscard]] static Result<AddressBlock> make(std::string_view text);

  /// Whether the numeric address lies inside; an IPv4-mapped IPv6 address counts as its IPv4 address. False for what
  /// is no address.
  [[nodiscard]] bool contains(std::string_view address) const;

  [[nodiscard]] const std::string& str() const { return text_; }
  bool operator==(const AddressBlock&) const = default;

 private:
  std::string text_;
  bool ipv6_ = false;
  int prefix_ = 0;
  std::array<std::uint8_t, 16> bytes_{};
};

/// Where a secret lies. The secret itself is read when it is used, and is never part of the configuration.
struct SecretRef {
  enum class From { file, env };
  From from = From::file;
  std::string name;  ///< path of the file or name of the variable

  /// "file:/etc/harvester/hash.key"
  [[nodiscard]] std::string str() const;

  /// The secret without trailing line end. Fails with `config`: missing, empty or longer than 64 KiB.
  [[nodiscard]] Result<std::string> read(const Environment& environment) const;

  bool operator==(const SecretRef&) const = default;
};

/// A time of day in minutes since midnight, "00:00" to "24:00".
struct ClockMinute {
  std::chrono::minutes since_midnight{0};
  bool operator==(const ClockMinute&) const = default;
};

/// A set of week days; index 0 is Monday.
struct WeekDays {
  std::array<bool, 7> days{};
  bool operator==(const WeekDays&) const = default;
};

/// `auto`, or a fixed number of answers at which a node cuts its C-FIND responses off.
struct ResultCap {
  std::optional<int> fixed;  ///< nothing: found out by the query
  bool operator==(const ResultCap&) const = default;
};

/// How long something is kept: "90d", "3y" (a year is 365 days), "forever".
struct KeepTime {
  std::optional<std::chrono::days> days{};  ///< nothing: for ever
  bool operator==(const KeepTime&) const = default;
};

/// Where something listens: "syslog.example.org:514", "10.1.2.3:514", "[fd00::1]:514".
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;

  [[nodiscard]] std::string str() const;
  bool operator==(const Endpoint&) const = default;
};

/// keep or delete the spool copy once the import is committed.
enum class Keep { keep, remove };

/// What is done with the spool copy, per object kind; a kind that is not named has no rule here.
using KeepRules = std::map<std::string, Keep>;

/// The names of all object kinds, as `keep` takes them.
[[nodiscard]] const std::vector<std::string>& object_kind_names();

}  // namespace harvester::config
