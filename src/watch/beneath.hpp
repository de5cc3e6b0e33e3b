#pragma once

#include <optional>
#include <string>

#include "descriptor.hpp"
#include "harvester/core/result.hpp"
#include "harvester/watch/decision.hpp"

/// Files below a folder that is open, by their paths in it. No link is ever followed, so that nothing outside of the
/// folder is met, whatever others put into it meanwhile. Messages name no path.
namespace harvester::watch {

/// The last part of a path.
[[nodiscard]] std::string name_of(const std::string& path);

/// The folder that a path lies in, open; made (0750) where it is not there, if `make`. Fails with `not_found`, or
/// `storage` and errno.
Result<Descriptor> open_folder_of(int root, const std::string& path, bool make = false);

/// The folder of this path itself.
Result<Descriptor> open_folder(int root, const std::string& path);

/// What is there under a name in an open folder; nothing if it is gone. `inodes`: whether they are to be relied on.
[[nodiscard]] std::optional<Sighting> sight(int folder, const std::string& name, bool inodes);

/// The same of a file that is open.
[[nodiscard]] std::optional<Sighting> sight_open(int fd, bool inodes);

}  // namespace harvester::watch
