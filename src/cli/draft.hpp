#pragma once

#include <filesystem>
#include <string>

#include "harvester/core/result.hpp"

/// A file that somebody wrote by hand is replaced whole or not at all.
namespace harvester::cli {

/// Writes text into FILE.new, with the rights that FILE has, so that it is on the disk, and returns that path. Fails
/// with `storage`.
Result<std::filesystem::path> write_draft(const std::filesystem::path& file, const std::string& text);

/// Gives the draft the name of the file, whose place it takes at once. Fails with `storage`: the draft is gone then.
Status put_in_place(const std::filesystem::path& draft, const std::filesystem::path& file);

}  // namespace harvester::cli
