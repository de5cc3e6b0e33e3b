#include "walk.hpp"

#include <cerrno>

namespace harvester::watch {
namespace {

constexpr std::size_t kDeepest = 64;  // each level holds a descriptor

std::string joined(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

}  // namespace

Walk::Walk(int root, const std::string& start, bool inodes, OnFolder on_folder)
    : start_(start), inodes_(inodes), on_folder_(std::move(on_folder)) {
  enter(open_folder(root, start), start);
}

void Walk::enter(Result<Descriptor> folder, const std::string& path) {
  if (!folder || levels_.size() >= kDeepest) {
    const bool vanished = !folder && folder.error().kind == ErrorKind::not_found && !path.empty();
    complete_ = complete_ && vanished;
    return;
  }
  on_folder_(folder->get(), path);
  DIR* opened = ::fdopendir(folder->get());
  if (opened == nullptr) {
    complete_ = false;
    return;
  }
  (void)folder->release();
  levels_.push_back({std::unique_ptr<DIR, CloseFolder>(opened), path});
}

std::optional<Entry> Walk::next() {
  while (!levels_.empty()) {
    errno = 0;
    const auto* read = ::readdir(levels_.back().folder.get());
    if (read == nullptr) {
      complete_ = complete_ && errno == 0;
      levels_.pop_back();
      continue;
    }
    const std::string name = read->d_name;
    if (name == "." || name == "..") continue;
    if (auto found = look_at(levels_.back(), name)) return found;
  }
  return std::nullopt;
}

/// A file; into a folder it goes down.
std::optional<Entry> Walk::look_at(const Level& level, const std::string& name) {
  const int fd = ::dirfd(level.folder.get());
  const auto seen = sight(fd, name, inodes_);
  if (!seen) return std::nullopt;
  const auto path = joined(level.path, name);
  if (seen->kind != FileKind::folder) return Entry{path, *seen};
  if (!is_unfinished_name(name)) enter(open_folder(fd, name), path);
  return std::nullopt;
}

}  // namespace harvester::watch
