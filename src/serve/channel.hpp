#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "harvester/core/result.hpp"
#include "harvester/database/data_directory.hpp"

/// What both ends of the control socket share: a stream socket that speaks lines of JSON and counted bytes.
namespace harvester::serve {

/// Marks in the place of a piece's length.
inline constexpr std::uint32_t kWordsFollow = 0xFFFFFFFF;  ///< a line of JSON comes instead of a file
inline constexpr std::uint32_t kBrokenOff = 0xFFFFFFFE;    ///< the file cannot be read to its end: forget it

/// One end. Reading belongs to one thread at a time; writing may be done by several.
class Channel {
 public:
  explicit Channel(int fd);
  Channel(Channel&& other) noexcept : fd_(std::exchange(other.fd_, -1)), rest_(std::move(other.rest_)) {}
  Channel& operator=(Channel&&) = delete;
  ~Channel();

  /// A line without its end. `transient` when the other side is gone or says nothing for `patience`, `cancelled` at a
  /// stop, `bad_data` for a line beyond 16 MiB.
  Result<std::string> read_line(std::chrono::milliseconds patience, std::stop_token stop);

  /// Exactly so many bytes; errors as read_line().
  Status read_exactly(std::span<char> bytes, std::stop_token stop);
  Result<std::uint32_t> read_length(std::stop_token stop);

  /// Fails with `transient` once the other side is gone or does not read for 10 s.
  Status write_line(std::string_view line);
  Status write_bytes(std::string_view bytes);
  Status write_length(std::uint32_t length);

 private:
  Status fill(std::chrono::milliseconds patience, const std::stop_token& stop);

  int fd_;
  std::string rest_;  ///< read and not yet taken
  std::mutex writing_;
};

/// The socket of a data directory, ready to listen or connected. Paths of any length are taken. Fails with errno as the
/// code.
Result<int> listen_on(const database::DataPaths& paths);
Result<int> connect_to(const database::DataPaths& paths);

/// An error as JSON and back: {"error", "kind", "code"}.
[[nodiscard]] std::string to_json(const Error& error);
[[nodiscard]] Error error_from_json(const std::string& json);

}  // namespace harvester::serve
