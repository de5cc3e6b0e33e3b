#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "commands.hpp"
#include "context.hpp"
#include "harvester/config/templates.hpp"

namespace harvester::cli {
namespace {

/// Writes a file that is not there yet; true if it was written, false if it stood there already.
Result<bool> write_new(const std::filesystem::path& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0660);
  if (fd < 0 && errno == EEXIST) return false;
  const bool written = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int failure = errno;
  if (fd >= 0) ::close(fd);
  if (!written)
    return Error{ErrorKind::storage, fmt::format("cannot write {}: {}", path.string(), std::strerror(failure)),
                 failure};
  return true;
}

/// Root keeps data where services do; a user in the folder itself.
std::string data_directory() { return ::geteuid() == 0 ? "/var/lib/harvester" : "data"; }

constexpr const char* kNext =
    "\nNext:\n"
    "  1. Ask the administrator of your archive to enter this machine as a move destination:\n"
    "     AE title HARVESTER, this machine's address, port 11112; and to allow C-FIND and C-MOVE from HARVESTER.\n"
    "     Ask for the archive's own AE title, host name and port.\n"
    "  2. Copy profiles/example.yaml to profiles/NAME.yaml, enter these three under remote, set enabled: true.\n"
    "  3. harvester config check\n"
    "  4. harvester echo NAME\n"
    "  5. harvester query NAME --yesterday      then      harvester harvest NAME --yesterday\n";

}  // namespace

int run(const Global& global, const InitOptions&) {
  std::error_code failure;
  std::filesystem::create_directories("profiles", failure);
  if (failure) return fail({ErrorKind::storage, "cannot make the folder profiles: " + failure.message()});
  const auto site = config::site_template(data_directory());
  for (const auto& [path, text] : {std::pair<const char*, std::string_view>{"harvester.yaml", site},
                                   {"profiles/example.yaml", config::example_profile()}}) {
    const auto written = write_new(path, text);
    if (!written) return fail(written.error());
    fmt::print("{} {}\n", *written ? "wrote" : "kept what is there:", path);
  }
  if (!global.quiet) fmt::print("{}", kNext);
  return 0;
}

}  // namespace harvester::cli
