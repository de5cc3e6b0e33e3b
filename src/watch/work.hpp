#pragma once

#include <sys/types.h>

#include <deque>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "harvester/watch/folder.hpp"
#include "taking.hpp"
#include "walk.hpp"

namespace harvester::watch {

/// One watched folder at work. By file: folder.cpp (opening, the loop), sweeping.cpp (what is there, what changed),
/// importing.cpp (what is complete, and what becomes of it).
class Folder::Work {
 public:
  Work(FolderOptions options, const FolderTools& tools);

  Status open();
  Status run(const std::stop_token& stop);

 private:
  static constexpr std::size_t kMostReady = 512;
  static constexpr std::chrono::milliseconds kFirstPause{1000};

  /// A file that is to be looked at again.
  struct Pending {
    Awaited awaited;
    Moment due{};
  };
  /// A file that is to be read.
  struct Ready {
    std::string path;
    bool may_be_unfinished = false;
  };
  /// A file that is safe.
  struct Safe {
    ObjectId id;
    std::string path;
    Sighting read;
  };
  using Known = std::optional<database::watched_files::Known>;

  // folder.cpp
  [[nodiscard]] Status check_root() const;
  void begin_to_listen();
  void listen_in(int fd, const std::string& path);
  void listen_no_more(const Error& why);
  void wait(const std::stop_token& stop);
  [[nodiscard]] Moment next_moment() const;
  [[nodiscard]] Now now() const;
  void pause(const Error& error);

  // sweeping.cpp
  void hear();
  void note(const std::string& path, bool closed);
  void walk_on();
  void begin_walk();
  void end_walk();
  void forget_vanished();
  void look_at_due();
  void judge(const std::vector<Entry>& entries);
  void apply(const Entry& entry, const Decision& decision, const Known& known);
  void make_ready(const Ready& ready);
  void skip(const Entry& entry);
  void await_change(const Entry& entry, std::chrono::milliseconds again);
  void await_end(const Entry& entry, ObjectId id);
  [[nodiscard]] bool may_walk() const;

  // importing.cpp
  void take_ready(const std::stop_token& stop);
  std::vector<std::optional<Attempt>> take_all(const std::vector<Ready>& batch, const std::stop_token& stop);
  void handle(const Ready& ready, const Attempt& attempt);
  void handle_not_dicom(const std::string& path, const Attempt& attempt);
  void ask_for_ends();
  void put_away(const std::string& path, const Sighting& read, Step step);

  const FolderOptions options_;
  const FolderTools tools_;
  Rules rules_;
  Descriptor root_;
  Descriptor wake_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  Place place_;
  std::unique_ptr<Changes> changes_;  ///< null: nothing is heard of changes, sweeps find them

  std::unordered_map<std::string, Pending> awaited_;
  Moment next_due_ = Moment::max();
  std::deque<Ready> ready_;
  std::unordered_set<std::string> ready_paths_;  ///< of these
  std::deque<Safe> safe_;                        ///< their imports have not ended
  std::uint64_t activity_seen_ = 0;
  bool ask_ = false;

  std::optional<Walk> walk_;
  bool full_ = false;                             ///< the walk is through all of the folder
  std::chrono::steady_clock::duration walked_{};  ///< how long it took so far, without its pauses
  Moment next_sweep_{};                           ///< the first is at once
  bool sweep_asked_ = false;
  std::deque<std::string> new_folders_;
  std::vector<std::int64_t> seen_;  ///< by the full walk that is under way, and taken meanwhile
  std::int64_t links_ = 0;          ///< seen by it

  Moment paused_until_{};
  std::chrono::milliseconds next_pause_ = kFirstPause;
};

}  // namespace harvester::watch
