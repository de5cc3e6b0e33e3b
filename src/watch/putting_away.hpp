#pragma once

#include <filesystem>
#include <string>

#include "beneath.hpp"

/// What becomes of files that were taken. A file that is no longer the one that was read is left alone: it is first
/// renamed to a name of its own (kOursPrefix), looked at, and named back if it is another one. Fails with `storage`.
namespace harvester::watch {

/// What the names begin with that a file has for the moment between.
inline constexpr std::string_view kOursPrefix = ".harvester-";

/// The folder in a watched folder for files whose import failed.
inline constexpr const char* kFailedFolder = ".failed";

/// What became of it.
enum class PutAway { done, not_the_same };

/// Deletes it, if it is the file that was read.
Result<PutAway> remove_file(int root, const std::string& path, const Sighting& read);

/// Moves it into the folder `target` (absolute, made if need be), under the same path; one that is there already keeps
/// its name and the new one gets a number. Onto another disk it is copied, flushed, and then deleted.
Result<PutAway> move_file(int root, const std::string& path, const Sighting& read, const std::filesystem::path& target);

/// The same into kFailedFolder.
Result<PutAway> set_aside(int root, const std::string& path, const Sighting& read);

/// Gives a file its name back that a crash left under one of ours, unless something else has it now. `path` is ours;
/// returns its own.
std::string name_back(int root, const std::string& path);

}  // namespace harvester::watch
