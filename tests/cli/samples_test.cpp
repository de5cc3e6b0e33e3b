// Real dose objects in real archives. Built only where HARVESTER_SAMPLES names the folder that holds them.

#include <cstdlib>

#include "archive_world.hpp"
#include "harvester/core/text.hpp"
#include "harvester/dicom/byte_scan.hpp"
#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/object_builder.hpp"

namespace harvester {
namespace {

using tests::keys_of;
using tests::objects_in;
using tests::World;

/// A real dose object, and what its archive has to know of it.
struct Sample {
  std::filesystem::path file;
  std::string instance, study, date, patient_id;
};

/// The value of an element as dcmdump prints it.
std::string value_of(const std::filesystem::path& file, const std::string& tag) {
  const auto dumped = tests::run({"dcmdump", "-q", "+P", tag, "-s", file.string()}).output;
  const auto begin = dumped.find('['), end = dumped.rfind(']');
  return begin == std::string::npos ? "" : std::string(trimmed(dumped.substr(begin + 1, end - begin - 1)));
}

/// The CT dose reports: dose SR, Enhanced SR with dose, and none of another kind.
std::vector<Sample> ct_samples() {
  const std::filesystem::path folder = std::filesystem::path(std::getenv("HARVESTER_SAMPLES")) / "samples";
  std::vector<Sample> samples;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with("CT-RDSR") && !name.starts_with("CT-ESR")) continue;
    samples.push_back({entry.path(), value_of(entry.path(), "0008,0018"), value_of(entry.path(), "0020,000d"),
                       value_of(entry.path(), "0008,0020"), value_of(entry.path(), "0010,0020")});
  }
  return samples;
}

/// Two series of images for the study of a report.
simulation::StudyPlan images_for(const Sample& sample, int index) {
  simulation::StudyOptions options;
  options.seed = 21;
  options.index = index;
  options.date = parse_date(sample.date).value_or(CivilDate{});
  auto plan = simulation::make_study(simulation::Scenario::ct_no_dose, options);
  plan.uid = sample.study;
  plan.patient.id = sample.patient_id.empty() ? "NOID" : sample.patient_id;
  return plan;
}

template <class Peer>
void fill(World<Peer>& world, const std::vector<Sample>& samples) {
  const tests::TempDir folder;
  int files = 0;
  for (const auto& sample : samples) {
    std::filesystem::copy_file(sample.file, folder / sample.file.filename().string());
    files += *simulation::write_study(images_for(sample, files + 1), folder.path(), files + 1);
  }
  world.peer.fill(folder.path());
}

template <class Peer>
void harvest_samples(const std::string& more = "") {
  World<Peer> world("query: {split: {max_window: 366d}}\n" + more);
  const auto samples = ct_samples();
  REQUIRE(samples.size() >= 8);
  fill(world, samples);
  const auto told =
      world.site.run({"harvest", "peer", "--modality", "CT", "--from", "1990-01-01", "--until", "2030-12-31"});
  INFO(told.output << told.errors);
  CHECK(told.code == 0);
  std::set<std::string> wanted, studies;
  for (const auto& sample : samples) {
    wanted.insert(sample.instance);
    studies.insert(sample.study);
  }
  const auto objects = objects_in(world.site.data() / "spool" / "objects");
  CHECK(keys_of(objects) == wanted);
  for (const auto& sample : samples)
    CHECK(objects.at(sample.instance) == world.by_storescp(sample.study).at(sample.instance));
  std::set<std::string> exported;
  const auto all = world.site.exported();
  for (const auto& study : all["studies"]) exported.insert(study["study"]["study_instance_uid"]);
  CHECK(exported == studies);
}

}  // namespace

TEST_CASE("real CT reports beside image series: a harvest from Orthanc fetches them and nothing else", "[net]") {
  harvest_samples<tests::Orthanc>();
}

TEST_CASE("real CT reports beside image series: a harvest from dcmqrscp fetches them and nothing else", "[net]") {
  harvest_samples<tests::Dcmqrscp>();
}

}  // namespace harvester
