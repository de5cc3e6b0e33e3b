#include "harvester/extract/object_file.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "harvester/extract/extractor_table.hpp"
#include "support/sr_builder.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

sr::Report example() {
  auto report = sr::ct_report();
  report.add(sr::ct_accumulated("1", "10")).add(sr::ct_acquisition("1.2.7", "10"));
  return report;
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("object file: every transfer syntax gives the same record", "[file]") {
  TempDir dir;
  const auto expected = extract::extract_ct_report(*sr::dataset(example()), {});
  for (const auto syntax :
       {EXS_LittleEndianExplicit, EXS_LittleEndianImplicit, EXS_BigEndianExplicit, EXS_DeflatedLittleEndianExplicit}) {
    INFO(syntax);
    sr::write(example(), dir / "a.dcm", syntax);
    auto loaded = extract::load_object(dir / "a.dcm");
    REQUIRE(loaded.dataset != nullptr);
    const auto record = extract::extract_ct_report(*loaded.dataset, {});
    REQUIRE(record.has_value());
    CHECK(*record == *expected);
  }
}

TEST_CASE("object file: a file cut short is truncated, wherever the cut", "[file]") {
  TempDir dir;
  sr::write(example(), dir / "a.dcm");
  const auto whole = bytes_of(dir / "a.dcm");
  for (std::size_t keep : {whole.size() - 1, whole.size() - 20, whole.size() / 2, std::size_t{1000}}) {
    write_bytes(dir / "cut.dcm", whole.substr(0, keep));
    const auto loaded = extract::load_object(dir / "cut.dcm");
    CHECK(loaded.dataset == nullptr);
    CHECK(loaded.reason == IntakeReason::truncated);
  }
}

TEST_CASE("object file: what is no DICOM file is said to be none, and nothing else happens", "[file]") {
  TempDir dir;
  write_bytes(dir / "text", "hello");
  CHECK(extract::load_object(dir / "text").reason == IntakeReason::not_dicom);
  write_bytes(dir / "zeros", std::string(5000, '\0'));
  CHECK(extract::load_object(dir / "zeros").reason == IntakeReason::not_dicom);
  write_bytes(dir / "empty", "");
  CHECK(extract::load_object(dir / "empty").reason == IntakeReason::unreadable);
  CHECK(extract::load_object(dir / "missing").reason == IntakeReason::unreadable);
  CHECK(extract::load_object(dir.path()).reason == IntakeReason::unreadable);
}

TEST_CASE("object file: a deflated data set that would grow too large is refused", "[file]") {
  TempDir dir;
  auto report = example();
  for (int i = 0; i < 400; ++i) report.add(sr::text(sr::dcm("121106", "Comment"), std::string(60000, 'x')));
  sr::write(report, dir / "bomb.dcm", EXS_DeflatedLittleEndianExplicit);
  const auto loaded = extract::load_object(dir / "bomb.dcm");
  CHECK(loaded.dataset == nullptr);
  CHECK(loaded.reason == IntakeReason::too_large);
}

TEST_CASE("object file: sequences nested too deeply never reach the recursive parser", "[file]") {
  TempDir dir;
  sr::write(example(), dir / "a.dcm");
  auto bytes = bytes_of(dir / "a.dcm");
  const std::string open("\x40\x00\x30\xa7SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff", 20);
  for (int i = 0; i < 100000; ++i) bytes += open;
  write_bytes(dir / "deep.dcm", bytes);
  CHECK(extract::load_object(dir / "deep.dcm").reason == IntakeReason::too_deep);
}

TEST_CASE("object file: elements of group 0002 inside items do not hinder", "[file]") {
  TempDir dir;
  auto report = example();
  report.content.back().values.emplace_back(DCM_TransferSyntaxUID, "1.2.840.10008.1.2");
  sr::write(report, dir / "a.dcm");
  CHECK(extract::load_object(dir / "a.dcm").dataset != nullptr);
}
