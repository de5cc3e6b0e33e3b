#include "harvester/simulation/generator.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <openssl/evp.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "harvester/core/sop_classes.hpp"
#include "harvester/dicom/attributes.hpp"
#include "harvester/simulation/archive.hpp"
#include "harvester/simulation/object_builder.hpp"
#include "parsing.hpp"
#include "support/temp_dir.hpp"

namespace harvester::simulation {
namespace {

using namespace std::chrono_literals;
namespace tag = dicom::tag;

const CivilDate kDay{std::chrono::year(2026), std::chrono::month(3), std::chrono::day(5)};

std::string sha256(const std::vector<StudyPlan>& studies) {
  auto* context = EVP_MD_CTX_new();
  EVP_DigestInit_ex(context, EVP_sha256(), nullptr);
  for (const auto& study : studies) {
    for (const auto& series : study.series) {
      for (const auto& instance : series.instances) {
        const auto object = encode(study, series, instance);
        EVP_DigestUpdate(context, object.data_set.data(), object.data_set.size());
      }
    }
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(context, digest, &size);
  EVP_MD_CTX_free(context);
  std::string text;
  for (unsigned i = 0; i < size; ++i)
    text += "0123456789abcdef"[digest[i] >> 4U], text += "0123456789abcdef"[digest[i] & 15U];
  return text;
}

StudyPlan study_of(Scenario scenario, int index = 0, Script script = Script::latin) {
  StudyOptions options;
  options.seed = 11;
  options.index = index;
  options.date = kDay;
  options.script = script;
  return make_study(scenario, options);
}

/// Calls with every instance of the study.
template <class Use>
void for_each_instance(const StudyPlan& study, Use use) {
  for (const auto& series : study.series) {
    for (const auto& instance : series.instances) use(series, instance);
  }
}

bool is_report(const InstancePlan& instance) { return !is_image(instance.content); }

bool dsrdump_reads(const EncodedObject& object) {
  tests::TempDir folder;
  const auto file = folder / "report.dcm";
  const auto bytes = part10(object);
  std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return std::system(("dsrdump -q " + file.string() + " >/dev/null 2>&1").c_str()) == 0;
}

dicom::Attributes header_of(const EncodedObject& object) {
  const auto data_set = parsed(object);
  REQUIRE(data_set);
  return dicom::from_dataset(**data_set);
}

}  // namespace

TEST_CASE("the same seed makes the same bytes, another seed others") {
  const auto once = sha256(demo_archive(7, kDay));
  CHECK(sha256(demo_archive(7, kDay)) == once);
  CHECK(sha256(demo_archive(8, kDay)) != once);
}

TEST_CASE("the bytes of a seed do not change from one machine or day to the next") {
  CHECK(sha256(demo_archive(7, kDay)) == "37d9e322006f5d560a3266a08596198026381f0ab6ee3647d0d1e12e18609f38");
}

TEST_CASE("a lazy archive holds what the eager one of the same options holds") {
  CtArchiveOptions options;
  options.studies = 40;
  const auto studies = ct_archive(options);
  const auto lazy = make_lazy_archive(options);
  const auto eager = make_archive(studies);
  for (int i = 0; i < options.studies; ++i) {
    CHECK(lazy->study(i)->attributes == eager->study(i)->attributes);
    CHECK(lazy->date(i) == eager->date(i));
    CHECK(lazy->find(studies[static_cast<std::size_t>(i)].uid) == i);
    CHECK(lazy->object(i, 0, 0).data_set == eager->object(i, 0, 0).data_set);
  }
  CHECK_FALSE(lazy->find("2.999.1.41"));
  CHECK_FALSE(lazy->find("1.2.3"));
}

TEST_CASE("dsrdump reads every report but the broken one") {
  using enum Scenario;
  for (const auto scenario : {ct_rdsr, ct_mixed_sr_series, ct_cumulative, ct_enhanced_sr, ct_findings_only, pet_ct,
                              mg_rdsr, dx_rdsr, rf_rdsr, nm_rdsr, sr_only, ct_newest_empty, ct_broken_sr}) {
    const auto study = study_of(scenario, static_cast<int>(scenario));
    for_each_instance(study, [&](const auto& series, const auto& instance) {
      if (!is_report(instance)) return;
      INFO(study.story << " " << sop_class_of(instance.content));
      CHECK(dsrdump_reads(encode(study, series, instance)) == (instance.content != Content::broken_sr));
    });
  }
}

TEST_CASE("what the archive answers by stands in the objects too") {
  const auto studies = demo_archive(3, kDay);
  for (const auto& study : studies) {
    const auto entry = entry_of(study);
    for (const auto& series : entry.series) {
      const auto& plan = study.series[static_cast<std::size_t>(series.number)];
      const auto header = header_of(encode(study, plan, plan.instances.front()));
      for (const auto& key : {tag::kStudyInstanceUid, tag::kStudyDate, tag::kStudyTime, tag::kAccessionNumber,
                              tag::kPatientId, tag::kStudyDescription, tag::kInstitutionName}) {
        CHECK(header.text(key) == entry.attributes.text(key));
      }
      for (const auto& key : {tag::kSeriesInstanceUid, tag::kModality, tag::kSeriesDescription, tag::kStationName}) {
        CHECK(header.text(key) == series.attributes.text(key));
      }
      CHECK(header.text(tag::kSopClassUid) == series.instances.front().attributes.text(tag::kSopClassUid));
      CHECK(header.text(tag::kSopInstanceUid) == series.instances.front().attributes.text(tag::kSopInstanceUid));
    }
  }
}

TEST_CASE("names are encoded in the character set that is declared") {
  const auto bytes_of_name = [](Script script) {
    const auto study = study_of(Scenario::ct_rdsr, 1, script);
    const auto data_set = parsed(encode(study, study.series.back(), study.series.back().instances.back()));
    OFString name;
    (*data_set)->findAndGetOFStringArray(DCM_PatientName, name);
    return std::string(name.c_str(), name.size());
  };
  CHECK(bytes_of_name(Script::japanese_iso2022).find("\x1b$B") != std::string::npos);
  CHECK(bytes_of_name(Script::japanese_utf8).find("\xe5") != std::string::npos);
  CHECK(bytes_of_name(Script::arabic_8859).find('\xe4') != std::string::npos);
  const auto undeclared = study_of(Scenario::ct_rdsr, 1, Script::undeclared_latin);
  CHECK_FALSE(header_of(encode(undeclared, undeclared.series[0], undeclared.series[0].instances[0]))
                  .has(tag::kSpecificCharacterSet));
}

TEST_CASE("the truth of a CT study is its dose reports, each event counted once") {
  const auto cumulative = study_of(Scenario::ct_cumulative);
  const auto truth = truth_of(cumulative, {"CT"});
  CHECK(truth.wanted.size() == 3);
  CHECK(truth.ct_events.size() == 3);
  double dlp = 0;
  for (const auto& event : cumulative.series.back().instances.back().report.ct) dlp += event.dlp_mgy_cm.value_or(0);
  CHECK(truth.ct_dlp_mgy_cm == Approx(dlp));

  CHECK(truth_of(study_of(Scenario::ct_mixed_sr_series), {"CT"}).wanted.size() == 1);
  CHECK(truth_of(study_of(Scenario::ct_no_dose), {"CT"}).wanted.empty());
  CHECK(truth_of(study_of(Scenario::ct_dose_screen), {"CT"}).wanted.empty());
  CHECK(truth_of(study_of(Scenario::ct_dose_screen), {"CT+toshiba"}).wanted.size() == 3);
  CHECK(truth_of(study_of(Scenario::pet_ct), {"CT"}).wanted.size() == 1);
  CHECK(truth_of(study_of(Scenario::pet_ct), {"CT", "PT"}).wanted.size() == 3);
  CHECK(truth_of(study_of(Scenario::mg_images), {"MG"}).wanted.size() == 4);
  CHECK(truth_of(study_of(Scenario::xa_no_dose), {"XA"}).wanted.empty());
}

TEST_CASE("the demo holds every case, about forty studies, none older than four days") {
  const auto studies = demo_archive(1, kDay);
  CHECK(studies.size() >= 38);
  for (int i = 0; i <= static_cast<int>(Scenario::sr_only); ++i) {
    const std::string name = to_string(static_cast<Scenario>(i));
    INFO(name);
    CHECK(std::any_of(studies.begin(), studies.end(), [&](const auto& study) { return study.story == name; }));
  }
  for (const auto& study : studies) {
    REQUIRE(study.date);
    CHECK(days_between(*study.date, kDay) >= 0);
    CHECK(days_between(*study.date, kDay) <= 4);
  }
  CHECK(std::any_of(studies.begin(), studies.end(), [](const auto& study) { return !study.time; }));
}

TEST_CASE("all UIDs of an archive are different and stand under the example arc") {
  std::set<std::string> uids;
  std::size_t count = 0;
  const auto add = [&](const std::string& uid) {
    CHECK(uid.rfind("2.999.", 0) == 0);
    CHECK(uid.size() <= 64);
    uids.insert(uid);
    ++count;
  };
  for (const auto& study : demo_archive(18446744073709551615ULL, kDay)) {
    add(study.uid);
    for (const auto& series : study.series) add(series.uid);
    for_each_instance(study, [&](const auto&, const auto& instance) { add(instance.uid); });
  }
  CHECK(uids.size() == count);
}

TEST_CASE("images of 512 rows and columns have half a megabyte") {
  StudyOptions options;
  options.date = kDay;
  options.image = {512, 512};
  const auto study = make_study(Scenario::ct_no_dose, options);
  CHECK(encode(study, study.series[0], study.series[0].instances[0]).data_set.size() > 512 * 1024);
}

TEST_CASE("a study may lack its date, or have a fraction of a second in its time, and is the same otherwise") {
  StudyOptions options;
  options.index = 3;
  options.date = kDay;
  const auto plain = make_study(Scenario::ct_rdsr, options);
  options.study_date = false;
  options.fractional_time = true;
  const auto odd = make_study(Scenario::ct_rdsr, options);
  CHECK_FALSE(odd.date);
  CHECK(*odd.time > *plain.time);
  CHECK(*odd.time - *plain.time < 1s);
  CHECK(odd.uid == plain.uid);
  const auto entry = entry_of(odd);
  CHECK(entry.attributes.text(tag::kStudyDate).empty());
  CHECK(entry.attributes.text(tag::kStudyTime).find('.') != std::string::npos);
  const auto data_set = parsed(encode(odd, odd.series[0], odd.series[0].instances[0]));
  REQUIRE(data_set);
  CHECK(dicom::from_dataset(**data_set).text(tag::kStudyDate).empty());
  CHECK(truth_of(odd, {"CT"}).wanted == truth_of(plain, {"CT"}).wanted);
}

}  // namespace harvester::simulation
