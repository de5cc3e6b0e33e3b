#pragma once

#include <optional>
#include <string>

#include "beneath.hpp"
#include "harvester/spool/spool.hpp"

namespace harvester::watch {

/// The folder that files are taken from.
struct Place {
  int root = -1;
  database::watched_files::FolderId id;
  bool inodes = true;
};

/// What became of the attempt to take a file.
struct Attempt {
  enum class End {
    taken,       ///< safe, with its inbox row
    not_dicom,   ///< read far enough to see that it is none
    vanished,    ///< nothing is there any more, or something else
    changed,     ///< while it was read: nothing of it was kept
    cut_short,   ///< ends inside an element; with `may_be_unfinished` only
    unreadable,  ///< no rights, an error of the disk, above a ceiling
    trouble      ///< the spool or the database: `error`
  };
  End end = End::vanished;
  Sighting read;  ///< the file as it was read
  database::inbox::Inserted object{};
  std::optional<Error> error{};
};

/// Key of a path in a folder.
[[nodiscard]] std::int64_t hash_of(const std::string& path);

/// What is remembered of a file that was seen so.
[[nodiscard]] database::watched_files::File memory_of(const Place& place, const std::string& path,
                                                      const Sighting& seen);

/// Makes one file safe in the spool, if it is a DICOM file; remembered in the same commit. Any thread.
Attempt take_file(const Place& place, const std::string& path, spool::Spool& spool, bool may_be_unfinished);

}  // namespace harvester::watch
