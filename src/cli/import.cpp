#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "context.hpp"
#include "harvester/core/text.hpp"
#include "harvester/dicom/byte_scan.hpp"
#include "harvester/dicom/part10.hpp"
#include "job.hpp"
#include "signals.hpp"
#include "takers.hpp"

namespace harvester::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostWaiting = 4096;  // files that are safe and not imported yet
constexpr std::size_t kAskedAtOnce = 64;    // their ends are asked for together, oldest first
constexpr int kTakers = 4;

/// A file that is safe, and whose import is awaited.
struct Waiting {
  ObjectId id;
  std::string path;
};

/// One `import` from its first file to its summary.
class Import {
 public:
  Import(const Global& global, const ImportOptions& options, Worker& worker, std::stop_token stop)
      : global_(global), options_(options), worker_(worker), stop_(std::move(stop)), wait_(must_wait()) {}

  int run() {
    // The line to another process is for one at a time.
    if (own_engine() != nullptr) takers_.emplace(kTakers, stop_, [this](const std::string& path) { take(path); });
    for (const auto& path : options_.paths)
      if (!add(path)) break;
    takers_.reset();
    await(0);
    // what an earlier process left, of which these files may be duplicates, need not wait for the next run
    if (auto* engine = own_engine(); engine != nullptr && !over()) (void)engine->pool().drain(stop_);
    safe_ += waiting_.size();
    print();
    if (fatal_) return fail(*fatal_);
    if (stop_.stop_requested()) return kInterrupted;
    return failed_ > 0 ? kSetAside : kDone;
  }

 private:
  bool must_wait() const {
    return options_.wait || std::holds_alternative<std::unique_ptr<serve::Engine>>(worker_) ||
           ::isatty(STDOUT_FILENO) == 1;
  }

  [[nodiscard]] serve::Engine* own_engine() const {
    const auto* engine = std::get_if<std::unique_ptr<serve::Engine>>(&worker_);
    return engine != nullptr ? engine->get() : nullptr;
  }

  [[nodiscard]] bool over() const {
    const std::lock_guard lock(mutex_);
    return fatal_ || stop_.stop_requested();
  }

  /// A path as given: a file, a folder, or - for a list of paths. False when nothing more is to be taken.
  bool add(const std::string& path) {
    std::error_code failure;
    if (path == "-")
      add_listed();
    else if (fs::is_directory(path, failure))
      add_folder(path);
    else
      add_named(path);
    return !over();
  }

  void add_listed() {
    for (std::string line; !over() && std::getline(std::cin, line);)
      if (!line.empty()) (void)(line == "-" || add(line));
  }

  void add_folder(const std::string& folder) {
    std::error_code failure;
    const auto options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator entry(folder, options, failure), end; !failure && entry != end && !over();
         entry.increment(failure)) {
      std::error_code unknown;
      if (entry->is_symlink(unknown) || !entry->is_regular_file(unknown)) continue;
      add_met(entry->path());
    }
    if (failure) count_failed(folder, "unreadable", failure.message());
  }

  /// What lies in a folder and is no DICOM is none of our business.
  void add_met(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return count_failed(path.string(), "unreadable", "cannot be opened");
    std::vector<std::byte> beginning(65536);
    file.read(reinterpret_cast<char*>(beginning.data()), static_cast<std::streamsize>(beginning.size()));
    beginning.resize(static_cast<std::size_t>(file.gcount()));
    const bool part10 = dicom::read_part10_header(beginning).has_value() ||
                        dicom::read_part10_header(beginning).error().kind != ErrorKind::not_found;
    if (!part10 && !dicom::guess_layout(beginning)) return count("ignored", "not_dicom");
    hand_over(path.string());
  }

  void add_named(const std::string& path) {
    std::error_code failure;
    const auto kind = fs::status(path, failure).type();
    if (kind == fs::file_type::not_found) return count_failed(path, "unreadable", "there is no such file");
    if (kind != fs::file_type::regular) return count_failed(path, "unreadable", "no regular file");
    hand_over(path);
  }

  /// Takes it, or has a thread take it. When many are safe already, first their imports are awaited.
  void hand_over(const std::string& path) {
    if (takers_)
      takers_->add(path);
    else
      take(path);
    if (waiting() >= kMostWaiting) await(kMostWaiting / 2);
  }

  void take(const std::string& path) {
    if (over()) return;
    std::ifstream file(path, std::ios::binary);
    if (!file) return count_failed(path, "unreadable", "cannot be opened: are the rights as they should be?");
    auto* engine = own_engine();
    const auto taken =
        engine != nullptr ? serve::take(*engine, file) : std::get<serve::ControlClient>(worker_).take(file);
    if (!taken) return not_taken(taken.error(), path);
    if (options_.move) remove(path);
    if (taken->reason == IntakeReason::duplicate) return count("ignored", "duplicate");
    const std::lock_guard lock(mutex_);
    waiting_.push_back({taken->id, path});
  }

  [[nodiscard]] std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }

  /// A file that cannot be read is its own trouble; a disk or a database that fails is everybody's.
  void not_taken(const Error& error, const std::string& path) {
    if (error.kind == ErrorKind::bad_data || error.kind == ErrorKind::not_found)
      count_failed(path, "unreadable", error.message);
    else
      end(error);
  }

  void end(const Error& error) {
    const std::lock_guard lock(mutex_);
    if (!fatal_) fatal_ = error;
  }

  void remove(const std::string& path) {
    std::error_code failure;
    if (!fs::remove(path, failure))
      fmt::print(stderr, "warning: {}: imported, but not deleted: {}\n", escaped_controls(path), failure.message());
  }

  /// Waits until no more than `left` of the safe files wait for their import.
  void await(std::size_t left) {
    while (waiting() > left && !over()) await_some(first_waiting(waiting() - left));
  }

  /// The files that came first, taken out of what waits.
  std::vector<Waiting> first_waiting(std::size_t most) {
    const std::lock_guard lock(mutex_);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min({most, kAskedAtOnce, waiting_.size()}));
    std::vector<Waiting> batch(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return batch;
  }

  void await_some(const std::vector<Waiting>& batch) {
    if (!wait_) {
      safe_ += batch.size();
      return;
    }
    std::vector<ObjectId> ids;
    for (const auto& each : batch) ids.push_back(each.id);
    auto* engine = own_engine();
    const auto ends = engine != nullptr ? serve::await_imports(*engine, ids, stop_)
                                        : std::get<serve::ControlClient>(worker_).await_imports(ids);
    if (!ends) return end(ends.error());
    for (std::size_t n = 0; n < ends->size() && n < batch.size(); ++n) count_end((*ends)[n], batch[n].path);
  }

  void count_end(const serve::ImportEnd& end, const std::string& path) {
    if (!end.ended)
      ++safe_;
    else if (end.state == "failed")
      count_failed(path, end.reason, fmt::format("{} (inbox#{})", end.message, end.id.value));
    else
      count(end.state, end.reason);
  }

  void count(const std::string& state, const std::string& reason) {
    const std::lock_guard lock(mutex_);
    ++counts_[state][reason];
  }

  void count_failed(const std::string& path, const std::string& reason, const std::string& message) {
    count("failed", reason);
    const std::lock_guard lock(mutex_);
    ++failed_;
    if (global_.json) failures_.push_back({{"path", path}, {"reason", reason}, {"message", message}});
    fmt::print(stderr, "{}: failed ({}): {}\n", escaped_controls(path), reason, message);
  }

  /// "imported 12, ignored 3 (duplicate 2, not_dose 1), failed 0"
  [[nodiscard]] std::string summary() const {
    std::vector<std::string> parts;
    for (const char* state : {"imported", "ignored", "failed"}) {
      std::vector<std::string> reasons;
      std::int64_t all = 0;
      const auto found = counts_.find(state);
      for (const auto& [reason, number] : found == counts_.end() ? Reasons{} : found->second) {
        all += number;
        if (!reason.empty()) reasons.push_back(fmt::format("{} {}", reason, number));
      }
      parts.push_back(fmt::format("{} {}{}", state, all, reasons.empty() ? "" : " (" + join(reasons, ", ") + ")"));
    }
    if (safe_ > 0) parts.push_back(fmt::format("safe, import to come {}", safe_));
    return join(parts, ", ");
  }

  void print() const {
    if (global_.json)
      fmt::print(
          "{}\n",
          nlohmann::ordered_json{{"schema", 1}, {"counts", counts_}, {"safe", safe_}, {"failures", failures_}}.dump(
              2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    else
      fmt::print("{}\n", summary());
  }

  using Reasons = std::map<std::string, std::int64_t>;

  const Global& global_;
  const ImportOptions& options_;
  Worker& worker_;
  const std::stop_token stop_;
  const bool wait_;
  mutable std::mutex mutex_;  ///< guards all below but the takers, which are the last to begin and the first to end
  std::deque<Waiting> waiting_;
  std::map<std::string, Reasons> counts_;
  std::int64_t failed_ = 0;
  std::size_t safe_ = 0;
  nlohmann::ordered_json failures_ = nlohmann::ordered_json::array();
  std::optional<Error> fatal_;
  std::optional<Takers> takers_;
};

}  // namespace

int run(const Global& global, const ImportOptions& options) {
  const auto configuration = load(global);
  if (!configuration) return kUsage;
  const StopOnSignal stop;
  auto worker = find_worker(*configuration, "import");
  if (!worker) return fail(worker.error());
  if (auto* client = std::get_if<serve::ControlClient>(&*worker))
    if (const auto begun = client->begin_import(); !begun) return fail(begun.error());
  return Import(global, options, *worker, stop.token()).run();
}

}  // namespace harvester::cli
