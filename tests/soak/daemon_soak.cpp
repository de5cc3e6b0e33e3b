// `harvester serve` under all shapes of associations, with its real import, for as long as wanted: whatever was
// acknowledged is in the inbox and has its one end, and neither memory nor descriptors nor threads grow.

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <numeric>
#include <thread>

#include "pusher.hpp"
#include "support/footprint.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "verdict.hpp"
#include "vitals.hpp"

using namespace harvester;
using namespace harvester::soak;

namespace {

constexpr int kSlotsPerSender = 4;                ///< what it sends over, what it holds idle, what ends at the moment
constexpr double kAllowedKb = 16 * 1024;          ///< noise of allocator and caches, over the whole run
constexpr double kAllowedKbPerObject = 0.02;      ///< less than the smallest thing an object could leak
constexpr std::chrono::minutes kLongestQuiet{5};  ///< in which everything must be imported

struct Options {
  std::string program;
  int seconds = 30;
  std::uint64_t objects = 0;
  int rounds = 5;
  int senders = 4;
};

/// The daemon with a data directory of its own.
class Daemon {
 public:
  explicit Daemon(const Options& options)
      : program_(options.program), port_(tests::free_port()), slots_(kSlotsPerSender * options.senders) {
    std::ofstream(folder_ / "harvester.yaml")
        << "data_directory: data\nprofiles: profiles\nstores:\n  - {name: native, ae_title: NATIVE, role: native, "
           "bind: 127.0.0.1, port: "
        << port_ << ", max_associations: " << slots_
        << "}\nkeep: {ct_rdsr: delete, other: delete}\ndisk: {minimum_free: 1MiB}\nhttp: {enabled: false}\n"
        << "log: {level: error, file: " << (folder_ / "log").string() << "}\n";
    std::filesystem::create_directory(folder_ / "profiles");
    process_ = std::make_unique<tests::Process>(command({"serve"}));
    if (!tests::eventually([&] { return listens(); })) throw std::runtime_error("the daemon does not listen");
    start_all_threads();
  }

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::filesystem::path database() const { return folder_ / "data" / "harvester.db"; }
  [[nodiscard]] std::filesystem::path spool() const { return folder_ / "data" / "spool"; }
  [[nodiscard]] pid_t pid() const { return process_->pid(); }

  /// Waits until each object has its end; false if one has none.
  [[nodiscard]] bool becomes_quiet() const {
    const SQLite::Database database(this->database().string(), SQLite::OPEN_READONLY, 5000);
    return tests::eventually(
        [&] {
          SQLite::Statement open(database, "SELECT 1 FROM received_object WHERE state IN ('received', 'claimed')");
          return !open.executeStep();
        },
        kLongestQuiet);
  }

  /// Its exit code.
  int stop() {
    process_->signal(SIGTERM);
    return process_->wait();
  }
  [[nodiscard]] tests::Ran check() const { return tests::run(command({"db", "check"})); }
  void show_log() const { std::cout << std::ifstream(folder_ / "log").rdbuf(); }

 private:
  [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& words) const {
    std::vector<std::string> all{program_, "--config", (folder_ / "harvester.yaml").string()};
    all.insert(all.end(), words.begin(), words.end());
    return all;
  }
  /// Each association that may be open at once has a thread, started when it is first needed.
  void start_all_threads() const {
    std::vector<tests::StoreClient> all;
    for (int n = 0; n < slots_; ++n) all.emplace_back(port_);
  }
  [[nodiscard]] bool listens() const {
    try {
      const tests::RawClient probe(port_);
      return true;
    } catch (const std::runtime_error&) {
      return false;
    }
  }

  std::string program_;
  tests::TempDir folder_;
  int port_;
  int slots_;
  std::unique_ptr<tests::Process> process_;
};

class Soak {
 public:
  explicit Soak(const Options& options) : options_(options), daemon_(options) {
    for (int n = 0; n < options.senders; ++n) pushers_.emplace_back(daemon_.port(), n, faults_);
  }

  /// Sends for so long, waits until all is imported and quiet, and looks at the processes.
  void round(std::chrono::duration<double> length) {
    const auto until = std::chrono::steady_clock::now() + length;
    std::vector<std::jthread> threads;
    for (auto& pusher : pushers_)
      threads.emplace_back([&pusher, until] {
        while (std::chrono::steady_clock::now() < until) pusher.step();
        pusher.rest();
      });
    threads.clear();
    if (!daemon_.becomes_quiet()) faults_.add("not everything that was received is imported");
    look();
  }

  /// Whether as many seconds and objects have passed as were asked for.
  [[nodiscard]] bool enough() const {
    return samples_.size() > static_cast<std::size_t>(options_.rounds) && acknowledged() >= options_.objects;
  }

  int judge() {
    std::cout << slopes_of(steady()) << std::flush;
    judge_growth();
    if (const int code = daemon_.stop(); code != 0) faults_.add(fmt::format("the daemon ended with {}", code));
    const auto count = check_ends(daemon_.database(), pushers_, faults_);
    check_empty(daemon_.spool(), faults_);
    if (const auto checked = daemon_.check(); checked.code != 0) faults_.add("db check: " + checked.output);
    if (faults_.count() > 0) daemon_.show_log();
    for (const auto& text : faults_.texts()) std::cout << "FAULT: " << text << "\n";
    std::cout << fmt::format("{} objects acknowledged over {} associations, {} imported, {} ignored, {} duplicates, ",
                             acknowledged(), associations(), count.imported, count.ignored, count.duplicates)
              << fmt::format("{:.0f} objects/s, {} faults\n",
                             static_cast<double>(acknowledged()) / samples_.back().seconds, faults_.count());
    return faults_.count() == 0 && acknowledged() > 0 ? 0 : 1;
  }

 private:
  [[nodiscard]] std::uint64_t acknowledged() const { return sum(&Pusher::acknowledged); }
  [[nodiscard]] std::uint64_t associations() const { return sum(&Pusher::associations); }
  [[nodiscard]] std::uint64_t sum(std::uint64_t (Pusher::*what)() const) const {
    return std::accumulate(pushers_.begin(), pushers_.end(), std::uint64_t{0},
                           [&](std::uint64_t all, const Pusher& each) { return all + (each.*what)(); });
  }

  void look() {
    const auto now = [&] { return sample_of(daemon_.pid(), daemon_.database()); };
    const auto as_before = [&] {
      return samples_.empty() || now().daemon.descriptors == samples_.back().daemon.descriptors;
    };
    if (!tests::eventually(as_before)) faults_.add("descriptors are not what they were");
    auto sample = now();
    sample.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    sample.objects = acknowledged();
    if (samples_.empty()) std::cout << kHead << "\n";
    std::cout << line_of(sample) << std::endl;
    samples_.push_back(sample);
  }

  /// The samples after the warm-up: the first third fills caches.
  [[nodiscard]] std::vector<Sample> steady() const {
    return {samples_.begin() + static_cast<std::ptrdiff_t>(samples_.size() / 3), samples_.end()};
  }

  void judge_growth() {
    const auto all = steady();
    const auto& warm = all.front();
    const auto& last = all.back();
    if (last.daemon.threads > warm.daemon.threads) faults_.add("threads of the daemon grow");
    if (last.of_workers.descriptors > warm.of_workers.descriptors && last.workers == warm.workers)
      faults_.add("descriptors of the workers grow");
    const auto grown = static_cast<double>(last.daemon.resident_kb - warm.daemon.resident_kb);
    const auto allowed = kAllowedKb + kAllowedKbPerObject * static_cast<double>(last.objects - warm.objects);
    if (!tests::memory_is_distorted() && grown > allowed) faults_.add("memory of the daemon grows");
  }

  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  Options options_;
  Faults faults_;
  Daemon daemon_;
  std::deque<Pusher> pushers_;
  std::vector<Sample> samples_;
};

int run(const Options& options) {
  Soak soak(options);
  const std::chrono::duration<double> length(static_cast<double>(options.seconds) / (options.rounds + 1));
  while (!soak.enough()) soak.round(length);
  return soak.judge();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Drives the daemon with all shapes of associations and checks that nothing is lost and nothing grows"};
  app.add_option("--harvester", options.program, "The program")->required();
  app.add_option("--seconds", options.seconds, "How long to send, at least")->check(CLI::PositiveNumber);
  app.add_option("--objects", options.objects, "How many objects to have acknowledged, at least");
  app.add_option("--rounds", options.rounds, "After how many equal parts, besides the warm-up, to look at it")
      ->check(CLI::Range(2, 1000));
  app.add_option("--senders", options.senders, "How many send at once")->check(CLI::Range(1, 10));
  CLI11_PARSE(app, argc, argv);
  try {
    return run(options);
  } catch (const std::exception& e) {
    std::cout << "FAULT: " << e.what() << "\n";
    return 1;
  }
}
