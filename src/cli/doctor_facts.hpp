#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harvester/config/load.hpp"
#include "harvester/receive/store.hpp"
#include "harvester/serve/checkup.hpp"

/// What `doctor` looks at on this machine. Nothing is changed, and nothing made.
namespace harvester::cli {

[[nodiscard]] serve::Entry look_at(const std::filesystem::path& path);

/// The data directory's owner; where it is not there yet, whoever asks.
[[nodiscard]] serve::User daemon_user(const serve::Entry& data_directory);

/// The database, the lock, the spool: what a daemon has to write.
[[nodiscard]] std::vector<serve::Entry> look_into(const std::filesystem::path& data_directory);

/// Files with secrets, each with the key that names it.
struct Secret {
  std::string key;
  std::filesystem::path file;
};
[[nodiscard]] std::vector<Secret> secret_files(const config::Configuration& configuration);

/// Tries to open a port as nobody of ours holds it, and closes it again.
[[nodiscard]] serve::PortFacts::State try_port(const std::string& address, int port);

/// Whether somebody takes a connection there.
[[nodiscard]] bool takes_connections(const std::string& address, int port);

/// Of the disk that a folder lies on, or will.
[[nodiscard]] std::optional<std::uint64_t> free_bytes(std::filesystem::path folder);

/// What the kernel says of the clock (adjtimex, read only); nothing where it may not be asked.
[[nodiscard]] std::optional<bool> clock_is_synchronised();

}  // namespace harvester::cli
