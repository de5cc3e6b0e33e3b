// A simulated PACS as a process of its own, for kill tests and benchmarks. Prints "port N" once it listens and runs
// until SIGTERM or SIGINT. Not part of the product.

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <functional>
#include <map>

#include "harvester/core/log.hpp"
#include "harvester/core/text.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/simulation/pacs.hpp"

namespace {

using namespace harvester;
using namespace harvester::simulation;

constexpr const char* kUsage =
    "usage: simulated_pacs [--port N] [--ae TITLE] [--bind ADDRESS] [--destination AE=HOST:PORT]... [--log FILE]\n"
    "         [--seed S] [--studies N] [--first-day YYYYMMDD] [--days N] [--images N] [--image-size N] [--only-rdsr]\n"
    "         [--lazy] [--empty] [--demo-day YYYYMMDD] [--pacs typical|strict|awkward] [--quirk NAME=VALUE]...\n"
    "         [--write FOLDER]\n"
    "  --demo-day    the demo's archive instead of CT studies; --empty: no studies, only what is stored into it\n"
    "  --image-size  rows and columns; 512 makes images of 0.5 MB\n"
    "  --lazy        makes each study when it is asked for, for very many of them\n"
    "  --write       writes all objects as Part 10 files into the folder and ends\n";

struct Arguments {
  PacsOptions pacs;
  CtArchiveOptions archive;
  std::optional<CivilDate> demo_day;
  bool lazy = false;
  bool empty = false;
  std::filesystem::path write_to;
};

[[noreturn]] void fail(const std::string& message) {
  fmt::print(stderr, "simulated_pacs: {}\n{}", message, kUsage);
  std::exit(2);
}

template <class Number>
Number number(const std::string& text) {
  Number value{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size()) fail("\"" + text + "\" is no number");
  return value;
}

CivilDate date(const std::string& text) {
  const auto parsed = parse_date(text);
  if (!parsed) fail("\"" + text + "\" is no date");
  return *parsed;
}

void add_destination(PacsOptions& options, const std::string& text) {
  const auto equals = text.find('=');
  const auto colon = text.rfind(':');
  if (equals == std::string::npos || colon == std::string::npos || colon < equals)
    fail("destinations are AE=HOST:PORT");
  options.destinations[text.substr(0, equals)] = {text.substr(equals + 1, colon - equals - 1),
                                                  number<int>(text.substr(colon + 1))};
}

void set_named(PacsOptions& options, const std::string& name) {
  const auto quirks = named_quirks(name);
  if (!quirks) fail(quirks.error().message);
  options.quirks = *quirks;
}

void set_one(PacsOptions& options, const std::string& assignment) {
  if (const auto set = set_quirk(options.quirks, assignment); !set) fail(set.error().message);
}

using Option = std::function<void(Arguments&, const std::string&)>;

/// Options with a value.
const std::map<std::string, Option>& options() {
  static const std::map<std::string, Option> kOptions = {
      {"--port", [](auto& a, auto& v) { a.pacs.port = number<int>(v); }},
      {"--ae", [](auto& a, auto& v) { a.pacs.ae_title = AeTitle::of(v); }},
      {"--bind", [](auto& a, auto& v) { a.pacs.bind = v; }},
      {"--destination", [](auto& a, auto& v) { add_destination(a.pacs, v); }},
      {"--log", [](auto& a, auto& v) { a.pacs.log_file = v; }},
      {"--seed", [](auto& a, auto& v) { a.archive.seed = number<std::uint64_t>(v); }},
      {"--studies", [](auto& a, auto& v) { a.archive.studies = number<int>(v); }},
      {"--first-day", [](auto& a, auto& v) { a.archive.first_day = date(v); }},
      {"--days", [](auto& a, auto& v) { a.archive.days = number<int>(v); }},
      {"--images", [](auto& a, auto& v) { a.archive.images_per_series = number<int>(v); }},
      {"--image-size",
       [](auto& a, auto& v) {
         a.archive.image = {number<int>(v), number<int>(v)};
       }},
      {"--demo-day", [](auto& a, auto& v) { a.demo_day = date(v); }},
      {"--pacs", [](auto& a, auto& v) { set_named(a.pacs, v); }},
      {"--quirk", [](auto& a, auto& v) { set_one(a.pacs, v); }},
      {"--write", [](auto& a, auto& v) { a.write_to = v; }}};
  return kOptions;
}

Arguments parse(int count, char** values) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string name = values[i];
    if (name == "--help") std::exit((fmt::print("{}", kUsage), 0));
    if (name == "--only-rdsr") {
      arguments.archive.only_rdsr = true;
    } else if (name == "--lazy") {
      arguments.lazy = true;
    } else if (name == "--empty") {
      arguments.empty = true;
    } else {
      const auto option = options().find(name);
      if (option == options().end()) fail("no such option: " + name);
      if (++i >= count) fail(name + " needs a value");
      option->second(arguments, values[i]);
    }
  }
  return arguments;
}

std::vector<StudyPlan> plans(const Arguments& arguments) {
  if (arguments.empty) return {};
  return arguments.demo_day ? demo_archive(arguments.archive.seed, *arguments.demo_day) : ct_archive(arguments.archive);
}

int write(const Arguments& arguments) {
  int written = 0;
  for (const auto& study : plans(arguments)) {
    const auto count = write_study(study, arguments.write_to, written + 1);
    if (!count) return fmt::print(stderr, "simulated_pacs: {}\n", count.error().message), 1;
    written += *count;
  }
  fmt::print("{} objects\n", written);
  return 0;
}

}  // namespace

int main(int count, char** values) {
  const auto arguments = parse(count, values);
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);  // before any thread, so that all of them have it
  signal(SIGPIPE, SIG_IGN);
  start_logging({.level = "warn", .json = false, .file = ""});
  if (const auto started = dicom::start_toolkit(); !started) fail(started.error().message);
  if (!arguments.write_to.empty()) return write(arguments);

  auto archive = arguments.lazy ? make_lazy_archive(arguments.archive) : make_archive(plans(arguments));
  auto pacs = SimulatedPacs::open(arguments.pacs, std::move(archive));
  if (!pacs) return fmt::print(stderr, "simulated_pacs: {}\n", pacs.error().message), 1;
  fmt::print("port {}\n", (*pacs)->port());
  std::fflush(stdout);
  int signal_number = 0;
  sigwait(&ending, &signal_number);
  (*pacs)->stop();
  return 0;
}
