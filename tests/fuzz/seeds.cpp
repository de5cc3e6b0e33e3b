// Writes the first inputs of every fuzz target into DIR/TARGET: synthetic objects, association requests and texts.
// usage: fuzz_seeds DIR

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "harvester/core/log.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/object_builder.hpp"
#include "support/pdus.hpp"

namespace {

using namespace harvester;
namespace pdu = tests::pdu;

/// Numbered files in one folder for each target.
class Corpus {
 public:
  explicit Corpus(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void add(const std::string& target, const std::string& bytes) {
    const auto folder = folder_ / target;
    std::filesystem::create_directories(folder);
    std::ofstream file(folder / fmt::format("{:03}", ++numbers_[target]), std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) throw std::runtime_error("cannot write " + folder.string());
  }

 private:
  std::filesystem::path folder_;
  std::map<std::string, int> numbers_;
};

std::string text_of(const pdu::Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

void add_objects(Corpus& corpus, const simulation::StudyPlan& study) {
  for (const auto& series : study.series) {
    const auto& first = series.instances.front();
    const auto object = simulation::encode(study, series, first);
    const auto file = simulation::part10(object);
    corpus.add("scan", object.data_set);
    corpus.add("part10", file.substr(0, file.size() - object.data_set.size() + 64));
    if (!simulation::is_image(first.content)) corpus.add("extract", file);
  }
}

void add_studies(Corpus& corpus) {
  using enum simulation::Script;
  int index = 0;
  const CivilDate day{std::chrono::year(2026), std::chrono::month(3), std::chrono::day(5)};
  for (auto scenario = simulation::Scenario::ct_rdsr; scenario <= simulation::Scenario::sr_only;
       scenario = static_cast<simulation::Scenario>(static_cast<int>(scenario) + 1)) {
    constexpr std::array kScripts{latin, japanese_iso2022, japanese_utf8, arabic_8859, arabic_utf8, undeclared_latin};
    simulation::StudyOptions options;
    options.index = index;
    options.date = day;
    options.script = kScripts[static_cast<std::size_t>(index++) % kScripts.size()];
    options.images_per_series = 1;
    add_objects(corpus, simulation::make_study(scenario, options));
  }
}

/// What odd data sets are made of: sequences and items of known and unknown length, fragments, nesting.
void add_fragments(Corpus& corpus) {
  using namespace std::string_literals;
  const auto sequence = "\x40\x00\x30\xA7SQ\0\0\xFF\xFF\xFF\xFF\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF"s;
  const auto ends = "\xFE\xFF\x0D\xE0\0\0\0\0\xFE\xFF\xDD\xE0\0\0\0\0"s;
  std::string deep, deep_ends;
  for (int n = 0; n < 64; ++n) {
    deep += sequence;
    deep_ends += ends;
  }
  corpus.add("scan", sequence + ends);
  corpus.add("scan", deep + deep_ends);
  corpus.add("scan", "\xE0\x7F\x10\x00OB\0\0\xFF\xFF\xFF\xFF\xFE\xFF\x00\xE0\0\0\0\0\xFE\xFF\xDD\xE0\0\0\0\0"s);
  corpus.add("scan", "\x08\x00\x16\x00\x04\0\0\0001.2\0"s);
}

void add_requests(Corpus& corpus) {
  corpus.add("associate", text_of(pdu::associate_verification()));
  pdu::Request store;
  store.contexts = {pdu::context(1, "1.2.840.10008.5.1.4.1.1.88.67", {pdu::kExplicit, pdu::kImplicit}),
                    pdu::context(3, "1.2.840.10008.5.1.4.1.1.2", {"1.2.840.10008.1.2.1.99", pdu::kImplicit}),
                    pdu::context(5, "1.2.840.10008.5.1.4.1.2.2.1", {pdu::kImplicit})};
  corpus.add("associate", text_of(pdu::associate(store)));
  const auto uid = [](const std::string& text) {
    pdu::Bytes out;
    pdu::big(out, text.size(), 2);
    pdu::add(out, pdu::of(text));
    return out;
  };
  auto role = uid("1.2.840.10008.5.1.4.1.1.2");
  pdu::add(role, {0, 1});
  auto extended = uid("1.2.840.10008.5.1.4.1.2.2.1");
  pdu::add(extended, {1, 1});
  for (const auto& more : {pdu::item(0x54, role), pdu::item(0x56, extended), pdu::item(0x55, pdu::of("VERSION_1")),
                           pdu::item(0x58, {1, 0, 0, 1, 'u', 0, 0})})
    pdu::add(store.more_user_items, more);
  corpus.add("associate", text_of(pdu::associate(store)));
}

std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void add_texts(Corpus& corpus) {
  const std::filesystem::path source = HARVESTER_SOURCE;
  corpus.add("config", content(source / "profiles/example.yaml"));
  corpus.add("config", content(source / "src/config/harvester.yaml.in"));
  corpus.add("config", "stores:\n  - {name: a, ae_title: A, port: 104}\n");
  for (const char* text : {"20260305", "2026-03-05", "2026.03.05", "235960", "12:34:56.123456", "20260305123456.5+0100",
                           "a*c?\\abbc", "K\xC3\xB6ln", "\xE5\xB1\xB1\xE7\x94\xB0", "\xED\xA0\x80", "\x1B[31m"})
    corpus.add("text", text);
  for (const char* text : {"ISO_IR 100\nK\xF6ln", "ISO_IR 192\n\xE5\xB1\xB1", "GB18030\n\xC9\xBD",
                           "\\ISO 2022 IR 87\nYamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B",
                           "ISO 2022 IR 13\\ISO 2022 IR 87\n\xD4\xCF\xC0\xDE", "\\ISO 2022 IR 149\n\x1B$)C\xB1\xE8",
                           "\\ISO 2022 IR 58\n\x1B$)A\xCD\xF5", "\\ISO 2022 IR 159\n\x1B$(D\x22\x6F\x1B(B",
                           "ISO_IR 127\n\xE2\xC8\xC7", "\nK\xF6ln"})
    corpus.add("charset", text);
}

}  // namespace

int main(int count, char** values) {
  if (count != 2) {
    fmt::print(stderr, "usage: fuzz_seeds DIR\n");
    return 2;
  }
  start_logging({.level = "warn", .json = false, .file = ""});
  if (const auto started = dicom::start_toolkit(); !started) {
    fmt::print(stderr, "fuzz_seeds: {}\n", started.error().message);
    return 1;
  }
  Corpus corpus(values[1]);
  add_studies(corpus);
  add_fragments(corpus);
  add_requests(corpus);
  add_texts(corpus);
  return 0;
}
