#include "putting_away.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace harvester::watch {
namespace {

constexpr int kMostOfOneName = 1000;

Error failure(const char* doing, int code = errno) {
  return {ErrorKind::storage, fmt::format("{}: {}", doing, std::strerror(code)), code};
}

/// Renames unless there is something of that name; 0 or errno. File systems that cannot do it at once look first.
int rename_free(int from, const std::string& name, int to, const std::string& new_name) {
  if (::renameat2(from, name.c_str(), to, new_name.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (::faccessat(to, new_name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
  return ::renameat(from, name.c_str(), to, new_name.c_str()) == 0 ? 0 : errno;
}

/// The file that was read, under a name that nobody else uses, until it is gone or named back.
struct Held {
  Descriptor folder;
  std::string name;  ///< its own
  std::string ours;
  bool same = false;  ///< it is the one that was read
};

Result<Held> hold(int root, const std::string& path, const Sighting& read) {
  auto folder = open_folder_of(root, path);
  if (!folder && folder.error().kind == ErrorKind::not_found) return Held{};
  if (!folder) return folder.error();
  Held held{std::move(*folder), name_of(path), std::string(kOursPrefix) + name_of(path), false};
  const auto before = sight(held.folder.get(), held.name, read.inode != 0);
  if (!before || !same_content(*before, read)) return held;
  const int code = rename_free(held.folder.get(), held.name, held.folder.get(), held.ours);
  if (code == ENOENT) return held;
  if (code != 0) return failure("cannot rename an imported file", code);
  const auto after = sight(held.folder.get(), held.ours, read.inode != 0);
  held.same = after && same_content(*after, read);
  if (!held.same) (void)rename_free(held.folder.get(), held.ours, held.folder.get(), held.name);
  return held;
}

void give_back(const Held& held) { (void)rename_free(held.folder.get(), held.ours, held.folder.get(), held.name); }

/// Moves it to a name that is free in `target`: its own, or with a number behind it. 0 or errno.
int place(const Held& held, int source, const std::string& source_name, int target) {
  for (int n = 0; n < kMostOfOneName; ++n) {
    const auto name = n == 0 ? held.name : fmt::format("{}.{}", held.name, n);
    const int code = rename_free(source, source_name, target, name);
    if (code != EEXIST) return code;
  }
  return EEXIST;
}

int copy_bytes(int from, int to) {
  std::array<char, 65536> buffer;
  for (;;) {
    const auto count = ::read(from, buffer.data(), buffer.size());
    if (count < 0) return errno;
    if (count == 0) return ::fsync(to) == 0 ? 0 : errno;
    for (ssize_t done = 0; done < count;) {
      const auto written = ::write(to, buffer.data() + done, static_cast<std::size_t>(count - done));
      if (written < 0) return errno;
      done += written;
    }
  }
}

/// Onto another disk: a whole copy is there under the file's name, flushed, before the file goes.
int copy_over(const Held& held, int target) {
  const Descriptor from(::openat(held.folder.get(), held.ours.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!from) return errno;
  (void)::unlinkat(target, held.ours.c_str(), 0);
  const Descriptor to(::openat(target, held.ours.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!to) return errno;
  int code = copy_bytes(from.get(), to.get());
  if (code == 0) code = place(held, target, held.ours, target);
  if (code == 0 && ::fsync(target) != 0) code = errno;
  if (code != 0) {
    (void)::unlinkat(target, held.ours.c_str(), 0);
    return code;
  }
  return ::unlinkat(held.folder.get(), held.ours.c_str(), 0) == 0 ? 0 : errno;
}

Result<PutAway> move_into(int root, const std::string& path, const Sighting& read, int target) {
  auto held = hold(root, path, read);
  if (!held) return held.error();
  if (!held->same) return PutAway::not_the_same;
  const auto folder = open_folder_of(target, path, true);
  int code = folder ? place(*held, held->folder.get(), held->ours, folder->get()) : folder.error().code;
  if (code == EXDEV) code = copy_over(*held, folder->get());
  if (code == 0) return PutAway::done;
  give_back(*held);
  return failure("cannot move an imported file", code);
}

}  // namespace

Result<PutAway> remove_file(int root, const std::string& path, const Sighting& read) {
  const auto held = hold(root, path, read);
  if (!held) return held.error();
  if (!held->same) return PutAway::not_the_same;
  if (::unlinkat(held->folder.get(), held->ours.c_str(), 0) == 0) return PutAway::done;
  const int code = errno;
  give_back(*held);
  return failure("cannot delete an imported file", code);
}

Result<PutAway> move_file(int root, const std::string& path, const Sighting& read,
                          const std::filesystem::path& target) {
  std::error_code failed;
  std::filesystem::create_directories(target, failed);
  if (failed) return failure("cannot make the folder that imported files are moved to (move_to)", failed.value());
  const Descriptor folder(::open(target.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return failure("cannot open the folder that imported files are moved to (move_to)");
  return move_into(root, path, read, folder.get());
}

Result<PutAway> set_aside(int root, const std::string& path, const Sighting& read) {
  const auto folder = open_folder_of(root, std::string(kFailedFolder) + "/x", true);
  if (!folder) return folder.error();
  return move_into(root, path, read, folder->get());
}

std::string name_back(int root, const std::string& path) {
  const auto folder = open_folder_of(root, path);
  const auto ours = name_of(path);
  const auto name = ours.substr(kOursPrefix.size());
  if (folder) (void)rename_free(folder->get(), ours, folder->get(), name);
  return path.substr(0, path.size() - ours.size()) + name;
}

}  // namespace harvester::watch
