// A store under all shapes of associations for as long as wanted: nothing acknowledged is lost or doubled, and memory,
// descriptors and threads stay where they were.

#include <SQLiteCpp/SQLiteCpp.h>
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "checker.hpp"
#include "harvester/core/log.hpp"
#include "harvester/receive/store.hpp"
#include "support/footprint.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::soak;

namespace {

constexpr int kSenders = 4;
constexpr long kAllowedKb = 6 * 1024;              ///< noise of allocator and caches
constexpr double kAllowedKbPerAssociation = 0.25;  ///< less than the smallest thing an association could leak

/// Where everything stands when no association is open.
struct Reading {
  double seconds = 0;
  std::uint64_t associations = 0;
  std::uint64_t objects = 0;
  long resident_kb = 0;
  long size_kb = 0;
  tests::Footprint footprint;
};

receive::StoreOptions store_options() {
  receive::StoreOptions options;
  options.bind = "127.0.0.1";
  options.port = 0;
  options.max_associations = 8;
  options.request_timeout = std::chrono::milliseconds(500);
  options.idle_timeout = std::chrono::milliseconds(300);
  options.message_timeout = std::chrono::seconds(30);
  return options;
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

class Soak {
 public:
  Soak()
      : writer_(must(database::open_database(folder_ / "harvester.db"))),
        spool_(must(spool::Spool::open({folder_ / "spool", 0, 0}, writer_, clock_, nullptr))),
        store_(must(receive::Store::open(store_options(), *spool_, writer_, clock_))) {
    for (int n = 0; n < kSenders; ++n) senders_.emplace_back(store_->port(), n, queue_, faults_);
  }

  /// Sends for so long, waits until all is quiet and compared, and looks at the process.
  Reading round(std::chrono::seconds length) {
    const auto until = std::chrono::steady_clock::now() + length;
    std::vector<std::thread> threads;
    Checker checker(*spool_, writer_, queue_, faults_);
    for (auto& sender : senders_)
      threads.emplace_back([&sender, until] {
        while (std::chrono::steady_clock::now() < until) sender.step();
      });
    for (auto& thread : threads) thread.join();
    queue_.close();
    checker.finish();
    queue_.reopen();
    checked_ += checker.checked();
    become_quiet();
    return reading();
  }

  /// What must be true when everything was compared: nothing is left over.
  void check_nothing_left() {
    for (const auto* part : {"incoming", "objects"})
      for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "spool" / part))
        if (!entry.is_directory()) faults_.add("a file is left that belongs to no object");
    const auto rows = writer_.run([](database::Connection& connection) {
      auto& select = connection.prepare("SELECT count(*) FROM received_object");
      return select.executeStep() ? select.getColumn(0).getInt64() : -1;
    });
    if (!rows || *rows != 0) faults_.add("rows are left that belong to no object");
  }

  [[nodiscard]] Faults& faults() { return faults_; }
  [[nodiscard]] std::uint64_t checked() const { return checked_; }

 private:
  void become_quiet() {
    if (!tests::eventually([&] { return store_->status().open_associations == 0; }))
      faults_.add("associations are open although no peer is there");
    (void)writer_.run([](database::Connection& connection) { connection.run("DELETE FROM association"); });
    ::malloc_trim(0);
  }

  [[nodiscard]] Reading reading() const {
    const auto status = store_->status();
    const std::chrono::duration<double> age = std::chrono::steady_clock::now() - began_;
    return {age.count(),
            status.associations,
            status.objects,
            tests::memory_kb("VmRSS"),
            tests::memory_kb("VmSize"),
            tests::Footprint::now()};
  }

  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  tests::TempDir folder_;
  SystemClock clock_;
  database::Writer writer_;
  std::unique_ptr<spool::Spool> spool_;
  SentQueue queue_;
  Faults faults_;
  std::unique_ptr<receive::Store> store_;
  std::vector<Sender> senders_;
  std::uint64_t checked_ = 0;
};

void print(const Reading& reading) {
  std::cout << fmt::format("{:7.1f} s {:8} associations {:9} objects {:8} kB resident {:8} kB mapped ", reading.seconds,
                           reading.associations, reading.objects, reading.resident_kb, reading.size_kb)
            << reading.footprint << std::endl;
}

/// Growth after the warm-up: of descriptors and threads none at all, of memory no more than noise.
void judge(const Reading& warm, const Reading& last, Faults& faults) {
  const auto associations = static_cast<double>(last.associations - warm.associations);
  const auto grown = last.resident_kb - warm.resident_kb;
  std::cout << fmt::format("resident {:+} kB, mapped {:+} kB in {} associations: {:+.3f} kB each\n", grown,
                           last.size_kb - warm.size_kb, associations,
                           static_cast<double>(grown) / std::max(1.0, associations));
  if (!(last.footprint == warm.footprint)) faults.add("descriptors or threads are not what they were");
  const auto allowed = static_cast<double>(kAllowedKb) + kAllowedKbPerAssociation * associations;
  if (!tests::memory_is_distorted() && static_cast<double>(grown) > allowed) faults.add("memory grows");
}

int run(int seconds, int rounds) {
  room_log("receive")->set_level(spdlog::level::err);
  Soak soak;
  const std::chrono::seconds length(std::max(1, seconds / (rounds + 1)));
  const auto warm = soak.round(length);
  print(warm);
  auto last = warm;
  for (int n = 0; n < rounds; ++n) {
    last = soak.round(length);
    print(last);
  }
  judge(warm, last, soak.faults());
  soak.check_nothing_left();
  if (soak.checked() == 0) soak.faults().add("nothing was sent");
  for (const auto& text : soak.faults().texts()) std::cout << "FAULT: " << text << "\n";
  std::cout << fmt::format("{} objects compared, {} faults\n", soak.checked(), soak.faults().count());
  return soak.faults().count() == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  int seconds = 30;
  int rounds = 5;
  CLI::App app{"Drives a store with all shapes of associations and checks that nothing is lost and nothing grows"};
  app.add_option("--seconds", seconds, "How long to send")->check(CLI::PositiveNumber);
  app.add_option("--rounds", rounds, "After how many equal parts, besides the warm-up, to look at the process")
      ->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  try {
    return run(seconds, rounds);
  } catch (const std::exception& e) {
    std::cout << "FAULT: " << e.what() << "\n";
    return 1;
  }
}
