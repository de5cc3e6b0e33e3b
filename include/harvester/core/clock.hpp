#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace harvester {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// Where the time comes from, so that tests can move it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

/// UTC text as it is kept in the database: "2026-11-23T21:04:05.123Z".
[[nodiscard]] std::string utc_text(Instant instant);

/// The other way; nothing for what utc_text() did not write.
[[nodiscard]] std::optional<Instant> parse_utc(const std::string& text);

}  // namespace harvester
