#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "harvester/config/site.hpp"

/// What to do with a file that was seen in a state at a time: pure, without disk or clock.
namespace harvester::watch {

/// Time that nobody sets: how long something was seen to be so.
using Moment = std::chrono::steady_clock::time_point;

/// Time since the epoch, as file systems tell it.
using FileTime = std::chrono::nanoseconds;

enum class FileKind { regular, folder, link, other };

/// A file as the file system tells of it; links are not followed.
struct Sighting {
  FileKind kind = FileKind::regular;
  std::uint64_t size = 0;   ///< bytes
  FileTime modified{0};     ///< its content; anybody may set it
  FileTime changed{0};      ///< anything of it; set by the system alone
  std::uint64_t inode = 0;  ///< 0 where the file system's are not to be relied on
};

/// Whether both are the same file with the same content, as far as can be told without reading it.
[[nodiscard]] bool same_content(const Sighting& one, const Sighting& other);

/// A file that waits until it is complete.
struct Awaited {
  Sighting last;           ///< as it was seen last
  Moment since{};          ///< it was seen to be so
  bool closed = false;     ///< its writer closed it, or put it there by renaming, since
  bool cut_short = false;  ///< it was closed, read, and ends inside an element
};

/// What is remembered of a file that was read.
struct Remembered {
  enum class End { not_dicom, open, imported, failed };  ///< imported: or ignored
  Sighting read;                                         ///< size, modified and inode as they were
  End end = End::open;
};

/// What holds for a folder.
struct Rules {
  std::chrono::milliseconds settle{5000};
  config::Watch::AfterImport after_import = config::Watch::AfterImport::keep;
  std::chrono::milliseconds set_aside_after{600'000};  ///< a file whose import failed may be one still being written
  bool same_clock = true;                              ///< the file system's clock is ours: not so on a network drive
};

/// Both clocks at once.
struct Now {
  Moment moment{};
  FileTime file_time{0};
};

enum class Step {
  skip,       ///< no regular file, or a name that waits to be renamed
  wait,       ///< look again after `Decision::again`
  try_it,     ///< read it; if it is cut short, its writer may be still at it
  take,       ///< read it
  leave,      ///< nothing is left to do
  await_end,  ///< it is safe; its import has not ended
  remove,     ///< imported: delete it
  move,       ///< imported: move it
  set_aside   ///< its import failed, and it is not to stay where it is
};

struct Decision {
  Step step = Step::skip;
  std::chrono::milliseconds again{0};
};

/// Whether a file or a folder of this name waits until it is renamed: hidden (".x"), or as programs call what they
/// have not finished ("x.part", "x.tmp", "x~", …), in any case.
[[nodiscard]] bool is_unfinished_name(std::string_view name);

/// `awaited`: nothing if it was not seen before. `remembered`: nothing if it was never read.
[[nodiscard]] Decision decide(std::string_view name, const Sighting& seen, const std::optional<Awaited>& awaited,
                              const std::optional<Remembered>& remembered, const Rules& rules, const Now& now);

/// Whether a file system of this kind (statfs f_type) is on another machine or may be: changes made there are told to
/// nobody here.
[[nodiscard]] bool is_remote_file_system(std::uint64_t type);

}  // namespace harvester::watch
