#pragma once

#include <dirent.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "beneath.hpp"

namespace harvester::watch {

/// A file, and how it was seen.
struct Entry {
  std::string path;  ///< in the watched folder
  Sighting seen;
};

/// A walk through a folder and those in it, one entry at a time: its memory does not grow with the number of files.
/// Folders whose names wait to be renamed, and hidden ones, are left out. One thread at a time.
class Walk {
 public:
  using OnFolder = std::function<void(int fd, const std::string& path)>;

  /// From the folder `start` in the one that is open as `root`; "" is that itself. `on_folder` is told of each folder
  /// before what lies in it is read, so that nothing is missed between the two.
  Walk(int root, const std::string& start, bool inodes, OnFolder on_folder);

  /// The next that is no folder; nothing at the end.
  std::optional<Entry> next();

  /// Whether all folders could be read to their end.
  [[nodiscard]] bool complete() const { return complete_; }
  [[nodiscard]] const std::string& start() const { return start_; }

 private:
  struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
  };
  struct Level {
    std::unique_ptr<DIR, CloseFolder> folder;
    std::string path;
  };

  void enter(Result<Descriptor> folder, const std::string& path);
  std::optional<Entry> look_at(const Level& level, const std::string& name);

  const std::string start_;
  const bool inodes_;
  const OnFolder on_folder_;
  std::vector<Level> levels_;
  bool complete_ = true;
};

}  // namespace harvester::watch
