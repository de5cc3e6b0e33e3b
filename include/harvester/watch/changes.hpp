#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "harvester/core/result.hpp"

namespace harvester::watch {

/// Something that happened in a watched folder.
struct Change {
  enum class Kind {
    closed,       ///< a file was written and closed, or put there by renaming
    made,         ///< a file is there that may still be written
    folder_made,  ///< a folder is there, by making or by renaming
    folder_gone,  ///< a folder was renamed or moved away
    lost          ///< more happened than could be told: look at everything
  };
  Kind kind = Kind::lost;
  std::string path;  ///< in the watched folder; empty with `lost`
};

/// Where changes are heard of, so that a test can lose some. One thread at a time.
class Changes {
 public:
  virtual ~Changes() = default;

  /// Listens in one more folder, which is open as `fd` and has this path in the watched folder. Fails with `storage`
  /// and errno: ENOSPC and EMFILE where the system allows no more.
  virtual Status listen(int fd, const std::string& path) = 0;

  /// What happened since the last call; does not wait.
  virtual std::vector<Change> read() = 0;

  /// Becomes readable when there is something to read.
  [[nodiscard]] virtual int descriptor() const = 0;
};

/// The kernel's inotify. Fails as listen() does.
Result<std::unique_ptr<Changes>> inotify_changes();

}  // namespace harvester::watch
