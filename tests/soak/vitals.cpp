#include "vitals.hpp"

#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <system_error>

namespace harvester::soak {
namespace {

namespace fs = std::filesystem;

fs::path proc(pid_t process) { return fs::path("/proc") / std::to_string(process); }

long entries_of(const fs::path& folder) {
  std::error_code failure;
  long count = 0;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure)) ++count;
  return count;
}

double megabytes_of(const fs::path& file) {
  std::error_code failure;
  const auto size = fs::file_size(file, failure);
  return failure ? 0 : static_cast<double>(size) / 1e6;
}

/// Slope of the line that fits y over x best.
double slope(const std::vector<Sample>& samples, const std::function<double(const Sample&)>& x,
             const std::function<double(const Sample&)>& y) {
  const auto count = static_cast<double>(samples.size());
  double sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;
  for (const auto& sample : samples) {
    sum_x += x(sample);
    sum_y += y(sample);
    sum_xx += x(sample) * x(sample);
    sum_xy += x(sample) * y(sample);
  }
  const auto spread = count * sum_xx - sum_x * sum_x;
  return spread > 0 ? (count * sum_xy - sum_x * sum_y) / spread : 0;
}

double hours(const Sample& sample) { return sample.seconds / 3600; }
double millions(const Sample& sample) { return static_cast<double>(sample.objects) / 1e6; }
double resident(const Sample& sample) { return static_cast<double>(sample.daemon.resident_kb); }

}  // namespace

const char* const kHead =
    "      time    objects |  daemon: kB resident    kB mapped  descr. threads | workers: kB resident   kB mapped  "
    "descr. threads | database MB";

Vitals& Vitals::operator+=(const Vitals& other) {
  resident_kb += other.resident_kb;
  size_kb += other.size_kb;
  descriptors += other.descriptors;
  threads += other.threads;
  return *this;
}

Vitals vitals_of(pid_t process) {
  Vitals vitals;
  std::ifstream status(proc(process) / "status");
  for (std::string word; status >> word;) {
    if (word == "VmRSS:") status >> vitals.resident_kb;
    if (word == "VmSize:") status >> vitals.size_kb;
    if (word == "Threads:") status >> vitals.threads;
  }
  vitals.descriptors = entries_of(proc(process) / "fd");
  return vitals;
}

std::vector<pid_t> children_of(pid_t process) {
  std::vector<pid_t> all;
  std::error_code failure;
  for (fs::directory_iterator thread(proc(process) / "task", failure), end; !failure && thread != end;
       thread.increment(failure)) {
    std::ifstream children(thread->path() / "children");
    for (pid_t child = 0; children >> child;) all.push_back(child);
  }
  return all;
}

Sample sample_of(pid_t daemon, const fs::path& database) {
  Sample sample;
  sample.daemon = vitals_of(daemon);
  for (const auto worker : children_of(daemon)) {
    sample.of_workers += vitals_of(worker);
    ++sample.workers;
  }
  sample.database_mb = megabytes_of(database) + megabytes_of(database.string() + "-wal");
  return sample;
}

std::string line_of(const Sample& sample) {
  const auto vitals = [](const Vitals& of) {
    return fmt::format("{:12} {:12} {:7} {:7}", of.resident_kb, of.size_kb, of.descriptors, of.threads);
  };
  return fmt::format("{:8.1f} s {:10} |         {} |      {}: {} | {:11.1f}", sample.seconds, sample.objects,
                     vitals(sample.daemon), sample.workers, vitals(sample.of_workers), sample.database_mb);
}

std::string slopes_of(const std::vector<Sample>& samples) {
  using Value = std::function<double(const Sample&)>;
  const std::pair<const char*, Value> values[] = {
      {"daemon, kB resident", resident},
      {"daemon, kB mapped", [](const Sample& s) { return static_cast<double>(s.daemon.size_kb); }},
      {"daemon, descriptors", [](const Sample& s) { return static_cast<double>(s.daemon.descriptors); }},
      {"daemon, threads", [](const Sample& s) { return static_cast<double>(s.daemon.threads); }},
      {"workers, kB resident", [](const Sample& s) { return static_cast<double>(s.of_workers.resident_kb); }},
      {"workers, kB mapped", [](const Sample& s) { return static_cast<double>(s.of_workers.size_kb); }},
      {"workers, descriptors", [](const Sample& s) { return static_cast<double>(s.of_workers.descriptors); }},
      {"workers, threads", [](const Sample& s) { return static_cast<double>(s.of_workers.threads); }},
      {"database, MB", [](const Sample& s) { return s.database_mb; }}};
  auto text = fmt::format("{:<24} {:>14} {:>22}\n", "slope of", "per hour", "per million objects");
  for (const auto& [name, value] : values)
    text += fmt::format("{:<24} {:>+14.1f} {:>+22.1f}\n", name, slope(samples, hours, value),
                        slope(samples, millions, value));
  return text;
}

}  // namespace harvester::soak
