// One harvest for each group of modalities, from real archives that hold all real samples and image series beside them.
// What each is expected to fetch is written down here, file by file, as the selection rules say it; nothing of it is
// computed by what decides. Built only where HARVESTER_SAMPLES names the folder that holds the samples.

#include <SQLiteCpp/SQLiteCpp.h>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "archive_world.hpp"
#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/object_builder.hpp"

namespace harvester {
namespace {

using simulation::Content;
using simulation::Scenario;
using simulation::StudyPlan;
using tests::keys_of;
using tests::objects_in;
using tests::World;

/// Harvests, as bits.
enum : unsigned { none = 0, ct = 1, toshiba = 2, mg = 4, dx = 8, rf = 16, nm = 32, ct_and_nm = 64, sr = 128 };
constexpr unsigned any_ct = ct | toshiba | ct_and_nm;
constexpr unsigned any_nm = nm | ct_and_nm;

struct Group {
  unsigned bit;
  const char* name;
  std::vector<std::string> options;
};

const std::vector<Group>& groups() {
  static const std::vector<Group> kAll = {{ct, "CT", {"--modality", "CT"}},
                                          {toshiba, "CT, Toshiba", {"--modality", "CT", "--toshiba"}},
                                          {mg, "MG", {"--modality", "MG"}},
                                          {dx, "DX CR PX", {"--modality", "DX,CR,PX"}},
                                          {rf, "RF XA", {"--modality", "RF,XA"}},
                                          {nm, "NM PT", {"--modality", "NM,PT"}},
                                          {ct_and_nm, "CT NM PT", {"--modality", "CT,NM,PT"}},
                                          {sr, "SR alone", {"--sr-only"}}};
  return kAll;
}

/// The harvests that fetch an object: of a node that tells SOP classes and describes series (Orthanc), and of one that
/// does neither (dcmqrscp): there each SR is taken for a report (rule 9), which is no reason to leave the images, and
/// of CT without SR series small ones (rule 13).
struct By {
  unsigned told = none;
  unsigned blind = none;
};

constexpr By both(unsigned harvests) { return {harvests, harvests}; }

/// Image series: what fetches the first of each, what fetches the others.
struct Images {
  Scenario scenario;  ///< whose images they are
  By first, others;
};

const std::vector<Images> kCtBesideReport = {{Scenario::ct_no_dose, {none, toshiba}, {}}};
const std::vector<Images> kRf = {{Scenario::rf_rdsr, {}, {}}};
const std::vector<Images> kXa = {{Scenario::xa_no_dose, {}, {}}};

/// A sample, and the images put into its study.
struct SampleRow {
  std::string name;
  By by;
  std::vector<Images> beside = {};
};

/// Beside a dose report images are not fetched (10, 11, 13); a study of reports alone is none of CT (15).
std::vector<SampleRow> computed_tomography() {
  return {{"CT-ESR-GE_Optima", both(any_ct), kCtBesideReport},
          {"CT-RDSR-GEPixelMed", both(any_ct), kCtBesideReport},
          {"CT-RDSR-Philips_BigBore4DCT", both(any_ct), kCtBesideReport},
          {"CT-RDSR-Siemens-Multi-1", both(any_ct), kCtBesideReport},
          {"CT-RDSR-Siemens-Multi-2", both(any_ct)},
          {"CT-RDSR-Siemens-Multi-3", both(any_ct)},
          {"CT-RDSR-Siemens_Flash-TAP-SS", both(sr)},
          {"CT-RDSR-ToshibaPixelMed", both(any_ct), {{Scenario::ct_dose_screen, {none, toshiba}, {}}}},
          {"CT-RDSR-Toshiba_MultiValSD", both(sr)},
          {"CT-SC-Philips_Brilliance16P", both(any_ct), kCtBesideReport}};
}

/// DX-Im-Date-Missing: no range of dates holds a study without date.
std::vector<SampleRow> radiography() {
  const By image{none, dx}, mammogram{none, mg};
  return {{"DX-Im-Carestream_DR7500-1", both(dx)},
          {"DX-Im-Carestream_DR7500-2", both(dx)},
          {"DX-Im-Date-Missing", {}},
          {"DX-Im-GE_XR220-1", both(dx)},
          {"DX-Im-GE_XR220-2", both(dx)},
          {"DX-Im-GE_XR220-3", both(dx)},
          {"DX-RDSR-Canon_CXDI", both(dx), {{Scenario::dx_images, image, image}}},
          {"DX-RDSR-Carestream_DRXEvolution", both(dx), {{Scenario::cr_images, image, image}}},
          {"ESR_non-dose", {none, mg}, {{Scenario::mg_images, both(mg), both(mg)}}},
          {"MG-Im-GE_Seno_1_ForPresentation", both(mg)},
          {"MG-Im-GE_Seno_1_ForProcessing", both(mg)},
          {"MG-Im-GE_Seno_2_ForPresentation", both(mg)},
          {"MG-RDSR-GEPristina-2D", both(mg), {{Scenario::mg_images, mammogram, mammogram}}},
          {"MG-RDSR-GEPristina-DBT", both(sr)},
          {"MG-RDSR-Hologic_2D", both(mg), {{Scenario::mg_images, mammogram, mammogram}}}};
}

/// NM-CT-RDSR, NM-PetIm and NM-RRDSR of Siemens are one study: CT and PET decide each for itself (7, 14).
std::vector<SampleRow> others() {
  const Images ct_images{Scenario::ct_no_dose, {none, toshiba}, {}};
  return {{"NM-CT-RDSR-Siemens", {any_ct, any_ct | nm}, {ct_images}},
          {"NM-NmIm-Siemens", both(any_nm)},
          {"NM-PetIm-GE", both(any_nm), {{Scenario::ct_no_dose, both(toshiba), {}}}},
          {"NM-PetIm-Siemens", both(any_nm), {{Scenario::pet_images, both(any_nm), {}}}},
          {"NM-RRDSR-Siemens", {any_nm, any_ct | nm}},
          {"RF-Pat-Orientation-Modifier-Missing", both(rf), kRf},
          {"RF-RDSR-Canon-Alphenix-rotational", both(rf), kXa},
          {"RF-RDSR-GE-OECEliteMiniView", both(rf), kRf},
          {"RF-RDSR-Philips_Allura", both(rf), kXa},
          {"RF-RDSR-Siemens-Zee", both(rf), kXa},
          {"RF-RDSR-Siemens-Zee_adjusted", both(rf), kXa}};
}

/// The objects of one kind in a synthetic study.
struct Kind {
  Content content;
  By first, others;
};

struct OwnStudy {
  Scenario scenario;
  std::vector<Kind> kinds;
  bool reports_alone = false;
};

const std::vector<OwnStudy>& own_studies() {
  using C = Content;
  using S = Scenario;
  const By text{none, any_ct};
  static const std::vector<OwnStudy> kAll = {
      {S::ct_dose_screen,  // with the Toshiba option secondary captures whole, where the node tells that they are such
       {{C::ct_image, both(toshiba), {}}, {C::dose_screen, {toshiba, any_ct}, {toshiba, ct | ct_and_nm}}}},
      {S::ct_findings_only, {{C::ct_image, both(toshiba), {}}, {C::comprehensive_sr, text, text}}},
      {S::ct_mixed_sr_series,
       {{C::ct_image, {none, toshiba}, {}},
        {C::ct_rdsr, both(any_ct), both(any_ct)},
        {C::basic_text_sr, text, text},
        {C::comprehensive_sr, text, text}}},
      {S::mg_findings,
       {{C::mg_image, both(mg), both(mg)}, {C::basic_text_sr, {none, mg}, {}}, {C::enhanced_text_sr, {none, mg}, {}}}},
      {S::px_images, {{C::px_image, both(dx), both(dx)}}},
      {S::xa_no_dose, {{C::xa_image, {}, {}}}},
      {S::rf_enhanced_sr, {{C::rf_image, {}, {}}, {C::enhanced_text_sr, both(rf), {}}}},
      {S::xa_enhanced_rdsr, {{C::xa_image, {}, {}}, {C::enhanced_rdsr, both(rf), {}}}},
      {S::pet_ct,
       {{C::ct_image, {none, toshiba}, {}},
        {C::pet_image, both(any_nm), {}},
        {C::ct_rdsr, {any_ct, any_ct | nm}, {}},
        {C::radiopharmaceutical_rdsr, {any_nm, any_ct | nm}, {}}}},
      {S::nm_rdsr, {{C::nm_image, {none, any_nm}, {}}, {C::radiopharmaceutical_rdsr, both(any_nm), {}}}},
      {S::nm_images, {{C::nm_image, both(any_nm), {}}}},
      {S::sr_only, {{C::ct_rdsr, both(sr), {}}}},
      {S::ct_enhanced_sr, {{C::ct_enhanced_sr, both(sr), {}}}, true},
      {S::sr_only_findings, {{C::basic_text_sr, {none, sr}, {}}}}};
  return kAll;
}

/// An object that was sent to the archive.
struct Placed {
  std::string name, study, instance;
  By by;
};

using Objects = std::map<std::string, std::string>;

/// A real object, as DCMTK reads it.
struct Sample {
  std::filesystem::path file;
  std::string instance, study, date, patient_id;
};

Sample read(const std::filesystem::path& file) {
  DcmFileFormat format;
  REQUIRE(format.loadFile(file.c_str()).good());
  const auto text = [&](const DcmTagKey& tag) {
    OFString value;
    format.getDataset()->findAndGetOFString(tag, value);
    return std::string(value.c_str());
  };
  return {file, text(DCM_SOPInstanceUID), text(DCM_StudyInstanceUID), text(DCM_StudyDate), text(DCM_PatientID)};
}

/// Everything that an archive is filled with, in a folder of its own.
class Contents {
 public:
  /// `left_out`: samples that the archive cannot hold beside others.
  explicit Contents(std::set<std::string> left_out) : left_out_(std::move(left_out)) {
    for (const auto& rows : {computed_tomography(), radiography(), others()})
      for (const auto& row : rows) add(row);
    for (const auto& own : own_studies()) add(own);
  }

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] const std::vector<Placed>& placed() const { return placed_; }
  /// The options that name all dates.
  [[nodiscard]] std::vector<std::string> range() const { return {"--from", dashed(first_), "--until", dashed(last_)}; }

  /// The data sets of each study.
  [[nodiscard]] std::map<std::string, Objects> studies() const {
    const auto objects = objects_in(folder());
    std::map<std::string, Objects> all;
    for (const auto& each : placed_)
      if (!left_out_.contains(each.name)) all[each.study][each.instance] = objects.at(each.instance);
    return all;
  }

  static std::filesystem::path samples() { return std::filesystem::path(std::getenv("HARVESTER_SAMPLES")) / "samples"; }

 private:
  static constexpr std::size_t kImages = 6;  ///< of a series: one of five might be a dose info where none is described
  static constexpr std::size_t kScreens = 3;

  static std::string dashed(const std::string& date) {
    return date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 2);
  }

  StudyPlan plan(Scenario scenario, const std::string& date) {
    simulation::StudyOptions options;
    options.seed = 31;
    options.index = ++index_;
    options.date = parse_date(date).value_or(CivilDate{});
    options.images_per_series = static_cast<int>(kImages);
    options.image = {64, 64};
    auto made = simulation::make_study(scenario, options);
    keep_two_image_series(made);
    for (auto& series : made.series) fill_up(series);
    return made;
  }

  static bool is_images(const simulation::SeriesPlan& series) {
    const auto content = series.instances.front().content;
    return simulation::is_image(content) && content != Content::dose_screen;
  }

  static void keep_two_image_series(StudyPlan& study) {
    int kept = 0;
    std::erase_if(study.series, [&](const auto& series) { return is_images(series) && ++kept > 2; });
  }

  /// As many images as a series ought to have.
  static void fill_up(simulation::SeriesPlan& series) {
    const auto content = series.instances.front().content;
    if (!simulation::is_image(content)) return;
    const auto count = content == Content::dose_screen ? kScreens : kImages;
    for (auto n = series.instances.size(); n < count; ++n) {
      auto next = series.instances.front();
      next.uid += "." + std::to_string(n + 1);
      next.instance_number = std::to_string(n + 1);
      series.instances.push_back(std::move(next));
    }
    for (auto& instance : series.instances) instance.image = {64, 64};
  }

  static void keep(StudyPlan& study, bool images) {
    std::erase_if(study.series,
                  [&](const auto& series) { return simulation::is_image(series.instances.front().content) != images; });
  }

  void write(const StudyPlan& study) { files_ += *simulation::write_study(study, folder_.path(), files_ + 1); }

  void stretch(const std::string& date) {
    if (date.empty()) return;
    first_ = std::min(first_, date);
    last_ = std::max(last_, date);
  }

  void add(const SampleRow& row) {
    const auto sample = read(samples() / (row.name + ".dcm"));
    if (!left_out_.contains(row.name))
      std::filesystem::copy_file(sample.file, folder_ / sample.file.filename().string());
    placed_.push_back({row.name, sample.study, sample.instance, row.by});
    stretch(sample.date);
    for (const auto& images : row.beside) add(images, sample);
  }

  void add(const Images& images, const Sample& sample) {
    auto study = plan(images.scenario, sample.date);
    keep(study, true);
    study.uid = sample.study;
    study.patient.id = sample.patient_id;
    for (const auto& series : study.series)
      for (const auto& each : series.instances)
        placed_.push_back({series.modality + " beside " + sample.file.stem().string(), study.uid, each.uid,
                           &each == &series.instances.front() ? images.first : images.others});
    write(study);
  }

  void add(const OwnStudy& own) {
    auto study = plan(own.scenario, "20260305");
    if (own.reports_alone) keep(study, false);
    stretch("20260305");
    for (const auto& series : study.series)
      for (const auto& each : series.instances) {
        const auto kind = std::find_if(own.kinds.begin(), own.kinds.end(),
                                       [&](const Kind& one) { return one.content == each.content; });
        INFO(study.story << ", " << simulation::sop_class_of(each.content));
        REQUIRE(kind != own.kinds.end());
        placed_.push_back({series.modality + " of " + simulation::to_string(own.scenario), study.uid, each.uid,
                           &each == &series.instances.front() ? kind->first : kind->others});
      }
    write(study);
  }

  std::set<std::string> left_out_;
  tests::TempDir folder_;
  std::vector<Placed> placed_;
  std::string first_ = "99991231", last_ = "00010101";
  int files_ = 0, index_ = 0;
};

/// An archive, and a site that harvests it.
template <class Peer>
class Filled {
 public:
  /// Throws where the archive does not take an object. `left_out`: samples that it cannot hold beside others.
  Filled(const std::set<std::string>& left_out, const std::string& more)
      : contents_(left_out), whole_(contents_.studies()), world_("query: {split: {max_window: 366d}}\n" + more) {
    world_.peer.fill(contents_.folder());
  }

  void harvest(const Group& group, unsigned By::*which);

 private:
  Objects run(const Group& group);
  void report(const Group& group, const Objects& fetched);

  /// How many objects came in, each as often as it was sent.
  [[nodiscard]] int received() const {
    const SQLite::Database database((world_.site.data() / "harvester.db").string(), SQLite::OPEN_READONLY);
    SQLite::Statement select(database, "SELECT count(*) FROM received_object");
    return select.executeStep() ? select.getColumn(0).getInt() : 0;
  }

  Contents contents_;
  std::map<std::string, Objects> whole_;
  World<Peer> world_;
};

template <class Peer>
Objects Filled<Peer>::run(const Group& group) {
  std::filesystem::remove_all(world_.site.data());  // a site that has nothing yet
  std::vector<std::string> arguments{"harvest", "peer"};
  for (const auto& more : {contents_.range(), group.options})
    arguments.insert(arguments.end(), more.begin(), more.end());
  const auto told = world_.site.run(arguments);
  INFO(group.name << ": " << told.output << told.errors);
  CHECK(told.code == 0);
  return objects_in(world_.site.data() / "spool" / "objects");
}

std::size_t bytes_of(const Objects& objects) {
  std::size_t bytes = 0;
  for (const auto& [instance, data_set] : objects) bytes += data_set.size();
  return bytes;
}

/// The bytes of data sets that came, and those of the whole studies out of which they came.
template <class Peer>
void Filled<Peer>::report(const Group& group, const Objects& fetched) {
  std::size_t studies = 0, bytes = 0, objects = 0;
  for (const auto& [study, whole] : whole_) {
    const auto is_fetched = [&](const auto& each) { return fetched.contains(each.first); };
    if (std::none_of(whole.begin(), whole.end(), is_fetched)) continue;
    ++studies;
    objects += whole.size();
    bytes += bytes_of(whole);
  }
  CHECK(bytes_of(fetched) <= bytes);
  std::cout << fmt::format("{:<10} {:<12} {:>8} {:>8} {:>8} {:>10} {:>8} {:>10}\n", world_.peer.ae_title(), group.name,
                           studies, fetched.size(), received(), bytes_of(fetched), objects, bytes)
            << std::flush;
}

template <class Peer>
void Filled<Peer>::harvest(const Group& group, unsigned By::*which) {
  const auto fetched = run(group);
  std::set<std::string> wanted;
  for (const auto& each : contents_.placed())
    if ((each.by.*which & group.bit) != 0) wanted.insert(each.instance);
  for (const auto& each : contents_.placed()) {
    INFO(group.name << ": " << each.name << " " << each.instance);
    CHECK(fetched.contains(each.instance) == wanted.contains(each.instance));
  }
  CHECK(keys_of(fetched) == wanted);
  report(group, fetched);
}

/// A sample that is new has no line yet.
void expect_a_line_for_each_sample() {
  std::set<std::string> named, there;
  for (const auto& rows : {computed_tomography(), radiography(), others()})
    for (const auto& row : rows) named.insert(row.name);
  for (const auto& entry : std::filesystem::directory_iterator(Contents::samples()))
    if (entry.path().extension() == ".dcm") there.insert(entry.path().stem().string());
  CHECK(named == there);
}

template <class Peer>
void harvest_each_group(unsigned By::*which, const std::set<std::string>& left_out = {}, const std::string& more = "") {
  expect_a_line_for_each_sample();
  Filled<Peer> filled(left_out, more);
  for (const auto& name : left_out) std::cout << "left out, the archive cannot hold it: " << name << "\n";
  std::cout << fmt::format("{:<10} {:<12} {:>8} {:>8} {:>8} {:>10} {:>8} {:>10}\n", "archive", "group", "studies",
                           "fetched", "received", "bytes", "whole", "bytes");
  for (const auto& group : groups()) filled.harvest(group, which);
}

}  // namespace

TEST_CASE("one harvest a group of modalities from Orthanc fetches what the selection rules say, and nothing else",
          "[.long][net]") {
  harvest_each_group<tests::Orthanc>(&By::told);
}

// Two samples are one SOP instance in two studies: dcmqrscp keeps one of them, and hangs when it drops the other. By
// C-MOVE it sends no Radiopharmaceutical and no Enhanced X-Ray Radiation Dose SR, of which it knows nothing; by C-GET
// it does.
TEST_CASE("one harvest a group of modalities from dcmqrscp, which tells no class, fetches what the rules say of such",
          "[.long][net]") {
  harvest_each_group<tests::Dcmqrscp>(&By::blind, {"RF-RDSR-Siemens-Zee_adjusted"}, "retrieve: {method: c_get}\n");
}

}  // namespace harvester
