#include "harvester/serve/watching.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harvester/core/log.hpp"
#include "harvester/core/pause.hpp"

namespace harvester::serve {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{1000}, kLongestPause{60'000};

}  // namespace

Watching::Watching(Engine& engine, const std::vector<config::Watch>& folders, std::stop_token stop)
    : engine_(engine), stop_(std::move(stop)) {
  for (const auto& settings : folders) {
    auto& watched = watched_.emplace_back();
    watched.name = fmt::format("watch#{}", watched_.size());
    watched.settings = settings;
    watched.tally = &engine.add_watched_folder();
    watched.thread = std::jthread([this, &watched] { supervise(watched); });
  }
}

void Watching::join() {
  for (auto& watched : watched_)
    if (watched.thread.joinable()) watched.thread.join();
}

Status Watching::watch_once(Watched& watched) const {
  watch::FolderOptions options;
  options.watch = watched.settings;
  options.name = watched.name;
  auto folder = watch::Folder::open(
      std::move(options), {engine_.spool(), engine_.writer(), engine_.clock(), engine_.activity(), *watched.tally});
  if (!folder) return folder.error();
  watched.tally->set_fault({});
  if (watched.tally->is_over("folder")) room_log("serve")->info("{}: the folder is there again", watched.name);
  try {
    return (*folder)->run(stop_);
  } catch (const std::exception& failure) {
    room_log("serve")->debug("{}: {}", watched.name, failure.what());  // it may name a path
    return Error{ErrorKind::storage, "something unforeseen ended the watching (log.level: debug tells it)"};
  }
}

void Watching::supervise(Watched& watched) const {
  auto length = kFirstPause;
  while (!stop_.stop_requested()) {
    const auto began = std::chrono::steady_clock::now();
    const auto ended = watch_once(watched);
    if (ended) return;
    watched.tally->set_fault(ended.error().message);
    if (watched.tally->is_new("folder")) room_log("serve")->warn("{}: {}", watched.name, ended.error().message);
    if (std::chrono::steady_clock::now() - began > kLongestPause) length = kFirstPause;
    pause(length, stop_);
    length = std::min(kLongestPause, length * 2);
  }
}

}  // namespace harvester::serve
