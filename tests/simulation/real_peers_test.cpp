// The simulated PACS against the tools of the dcmtk package.

#include <algorithm>
#include <fstream>
#include <iterator>

#include "pacs_fixture.hpp"
#include "support/process.hpp"
#include "support/sockets.hpp"
#include "support/temp_dir.hpp"

namespace harvester::simulation {
namespace {

using tests::run;

int occurrences(const std::string& text, const std::string& part) {
  int count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string port_of(const PacsFixture& fixture) { return std::to_string(fixture.pacs->port()); }

int files_in(const std::filesystem::path& folder) {
  const std::filesystem::directory_iterator all(folder);
  return static_cast<int>(std::distance(begin(all), end(all)));
}

}  // namespace

TEST_CASE("findscu gets the studies of a day, their series and images", "[net]") {
  PacsFixture fixture;
  const auto& study = fixture.plans[1];
  const auto studies = run({"findscu", "-S", "127.0.0.1", port_of(fixture), "-k", "QueryRetrieveLevel=STUDY", "-k",
                            "StudyDate=20260305", "-k", "ModalitiesInStudy=CT", "-k", "StudyInstanceUID"});
  CHECK(studies.code == 0);
  CHECK(occurrences(studies.output, "2.999.") == 3);
  const auto series = run({"findscu", "-S", "127.0.0.1", port_of(fixture), "-k", "QueryRetrieveLevel=SERIES", "-k",
                           "StudyInstanceUID=" + study.uid, "-k", "SeriesInstanceUID", "-k", "Modality=SR"});
  CHECK(occurrences(series.output, "(0020,000e)") == 1);
  const auto images = run({"findscu", "-P", "127.0.0.1", port_of(fixture), "-k", "QueryRetrieveLevel=IMAGE", "-k",
                           "PatientID=" + study.patient.id, "-k", "StudyInstanceUID=" + study.uid, "-k",
                           "SeriesInstanceUID=" + study.series[2].uid, "-k", "SOPInstanceUID", "-k", "SOPClassUID"});
  CHECK(occurrences(images.output, "(0008,0018)") == 3);
}

TEST_CASE("movescu has storescp get the objects of a series, byte for byte", "[net]") {
  PacsFixture fixture;
  const tests::TempDir folder;
  const auto port = tests::free_port();
  const tests::Process store({"storescp", "+B", "-od", folder.path().string(), std::to_string(port)});
  REQUIRE(tests::eventually([&] { return run({"echoscu", "127.0.0.1", std::to_string(port)}).code == 0; }));
  fixture.pacs->set_destination("STORESCP", {"127.0.0.1", port});
  const auto& study = fixture.plans[1];
  const auto moved =
      run({"movescu", "-v", "-S", "-aem", "STORESCP", "127.0.0.1", port_of(fixture), "-k", "QueryRetrieveLevel=SERIES",
           "-k", "StudyInstanceUID=" + study.uid, "-k", "SeriesInstanceUID=" + study.series[2].uid});
  CHECK(occurrences(moved.output, "Received Final Move Response (Success)") == 1);
  CHECK(files_in(folder.path()) == 3);
  std::set<std::string> received;
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) received.insert(content(file.path()));
  for (const auto& instance : study.series[2].instances) {
    const auto sent = encode(study, study.series[2], instance).data_set;
    CHECK(std::any_of(received.begin(), received.end(), [&](const auto& file) { return file.ends_with(sent); }));
  }
}

TEST_CASE("movescu is told of an unknown destination", "[net]") {
  PacsFixture fixture;
  const auto moved = run({"movescu", "-v", "-S", "-aem", "NOBODY", "127.0.0.1", port_of(fixture), "-k",
                          "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID=" + fixture.plans[0].uid});
  CHECK(occurrences(moved.output, "MoveDestinationUnknown") > 0);
}

TEST_CASE("getscu gets a study over its own association", "[net]") {
  PacsFixture fixture;
  const tests::TempDir folder;
  const auto got = run({"getscu", "-v", "-S", "-od", folder.path().string(), "127.0.0.1", port_of(fixture), "-k",
                        "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID=" + fixture.plans[0].uid});
  INFO(got.output);
  CHECK(files_in(folder.path()) == 7);
}

TEST_CASE("what storescu stores can be found and moved", "[net]") {
  PacsFixture fixture;
  StudyOptions options;
  options.index = 77;
  options.date = kPacsDay;
  const auto study = make_study(Scenario::ct_rdsr, options);
  const tests::TempDir folder;
  REQUIRE(write_study(study, folder.path()));
  const auto stored =
      run({"storescu", "+sd", "127.0.0.1", port_of(fixture), folder.path().string()}, {{"TCP_NODELAY", "1"}});
  CHECK(stored.code == 0);
  auto association = fixture.open();
  std::vector<dicom::Attributes> answers;
  CHECK(fixture.find(*association, fixture.study_keys(), &answers)->answers == 5);
  const auto outcome = fixture.move(
      *association, {{dicom::tag::kQueryRetrieveLevel, "STUDY"}, {dicom::tag::kStudyInstanceUid, study.uid}});
  CHECK(outcome->counts.completed == 7);
  CHECK(fixture.receiver.objects().at(study.series[2].instances[0].uid) ==
        encode(study, study.series[2], study.series[2].instances[0]).data_set);
  association->release();
}

}  // namespace harvester::simulation
