#include "harvester/serve/node_probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "harvester/core/sop_classes.hpp"
#include "harvester/query/query.hpp"
#include "harvester/select/select.hpp"
#include "sample.hpp"

namespace harvester::serve {
namespace {

using Modalities = std::set<std::string>;

constexpr std::size_t kMostStudies = 60;     // taken of one query
constexpr std::size_t kStudiesLookedAt = 4;  // at series level
constexpr std::size_t kMostSeries = 8;       // of a study that is looked at in full
constexpr std::size_t kMostInstances = 200;  // of one series

/// A study of which the series level told more.
struct Known {
  CandidateStudy study;
  Modalities modalities;
};

bool holds(const std::vector<CandidateStudy>& studies, const StudyUid& uid) {
  return std::any_of(studies.begin(), studies.end(), [&](const auto& each) { return each.uid == uid; });
}

/// Pure. What two queries prove of a modality key: one for a modality, one for another that none of the known studies
/// has.
struct KeyProof {
  Seen matched = Seen::unknown;
  bool nothing = false;  ///< not even what should match
};

KeyProof proof_of(const std::vector<Known>& known, const std::string& modality, const Sampled& with,
                  const Sampled& foreign) {
  bool found = false;
  bool strangers = false;
  for (const auto& each : known) {
    const bool has = each.modalities.contains(modality);
    found = found || (has && holds(with.studies, each.study.uid));
    strangers = strangers || (!has && holds(with.studies, each.study.uid)) || holds(foreign.studies, each.study.uid);
  }
  if (strangers) return {Seen::no, false};
  const bool complete = with.status.success() && foreign.status.success() && !foreign.cut;
  if (found && complete) return {Seen::yes, false};
  const bool nothing = complete && !with.cut && with.studies.empty();
  return {nothing ? Seen::no : Seen::unknown, nothing};
}

class Probe {
 public:
  Probe(const ProbeOptions& options, std::stop_token stop)
      : options_(options),
        stop_(std::move(stop)),
        pacer_(std::make_shared<dicom::Pacer>(options.requests_per_minute)) {}

  Result<Findings> run() {
    if (const auto offered = services(); !offered) return offered.error();
    style_.model =
        found_.find_study_root && (found_.move_study_root || found_.get_study_root || !found_.find_patient_root)
            ? dicom::Model::study_root
            : dicom::Model::patient_root;
    style_.modality_key = query::ModalityKey::none;
    session_.emplace(options_.peer, options_.scu, std::vector{query::service(style_)}, dicom::NodeLimits{0}, pacer_);
    if (find_studies()) {
      look_at_series();
      modality_keys();
      add_study_with_reports();
      images();
      sop_classes();
      relational();
    }
    session_->close();
    several_associations();
    if (stop_.stop_requested()) return Error{ErrorKind::cancelled, "stopped"};
    return found_;
  }

 private:
  Status services() {
    const auto get = [](dicom::Model model) { return dicom::get_services(model, dicom::dose_classes()).front(); };
    const auto study = dicom::Model::study_root, patient = dicom::Model::patient_root;
    const std::vector<dicom::Proposal> all{dicom::find_service(study),
                                           dicom::find_service(patient),
                                           dicom::move_service(study),
                                           dicom::move_service(patient),
                                           get(study),
                                           get(patient)};
    auto opened = open(all);
    if (!opened) return opened.error();
    bool* const flags[] = {&found_.find_study_root,   &found_.find_patient_root, &found_.move_study_root,
                           &found_.move_patient_root, &found_.get_study_root,    &found_.get_patient_root};
    for (std::size_t n = 0; n < all.size(); ++n) *flags[n] = opened->accepted(all[n].abstract_syntax);
    opened->release();
    if (found_.find_study_root || found_.find_patient_root) return ok();
    return Error{ErrorKind::refused, "the node offers no C-FIND to our AE title: ask its administrator to allow it"};
  }

  Result<dicom::ScuAssociation> open(const std::vector<dicom::Proposal>& proposals) {
    ++found_.requests;
    if (!pacer_->wait_turn(stop_)) return Error{ErrorKind::cancelled, "stopped"};
    return dicom::ScuAssociation::open(options_.peer, options_.scu, proposals);
  }

  void several_associations() {
    std::vector<dicom::ScuAssociation> open_now;
    while (open_now.size() < kMostAssociations && !stop_.stop_requested()) {
      auto next = open({dicom::find_service(style_.model)});
      found_.association_limit = !next;
      if (!next) break;
      open_now.push_back(*std::move(next));
    }
    found_.associations = static_cast<int>(open_now.size());
    for (auto& each : open_now) each.release();
  }

  /// Nothing where it failed: then it proves nothing.
  std::optional<Sampled> ask(const dicom::Attributes& keys) {
    ++found_.requests;
    auto sampled = sample_studies(*session_, style_.model, keys, kMostStudies, stop_);
    if (!sampled) return std::nullopt;
    return *std::move(sampled);
  }

  std::optional<Sampled> ask(const query::Style& style, QueryWindow window, const std::string& modality) {
    window.modality = modality;
    return ask(query::study_keys(style, window));
  }

  /// Studies of the last days that there are some of; then the day that has most of them, in full as far as we go.
  bool find_studies() {
    std::vector<CandidateStudy> studies;
    for (const int days : kLookBackDays) {
      auto sampled = ask(style_, last_days(options_.today, days), "");
      const bool good = sampled && sampled->status.success();
      if (!good) found_.study_query_refused = studies.empty();
      if (!good) break;
      if (sampled->studies.size() > studies.size()) {
        studies = std::move(sampled->studies);
        found_.look_back_days = days;
      }
      if (kinds_of(studies) > 1 || (sampled->cut && days > 7)) break;
    }
    if (studies.empty()) return false;
    window_ = busiest_day(studies);
    if (auto day = ask(style_, window_, ""); day && !day->studies.empty()) studies = std::move(day->studies);
    studies_ = std::move(studies);
    found_.studies = studies_.size();
    note_modalities();
    return true;
  }

  static std::size_t kinds_of(const std::vector<CandidateStudy>& studies) {
    std::set<std::vector<std::string>> kinds;
    for (const auto& study : studies) kinds.insert(study.modalities);
    return kinds.size();
  }

  QueryWindow busiest_day(const std::vector<CandidateStudy>& studies) const {
    std::map<CivilDate, std::vector<CandidateStudy>> by_day;
    for (const auto& study : studies)
      if (const auto date = parse_date(study.date)) by_day[*date].push_back(study);
    auto window = last_days(options_.today, found_.look_back_days);
    std::pair<std::size_t, std::size_t> most{0, 0};
    for (const auto& [date, list] : by_day)
      if (const std::pair has{kinds_of(list), list.size()}; has >= most) {
        most = has;
        window.from = window.until = date;
      }
    return window;
  }

  void note_modalities() {
    const auto named =
        std::count_if(studies_.begin(), studies_.end(), [](const auto& s) { return !s.modalities.empty(); });
    found_.modalities_returned = named > 0 ? Seen::yes : Seen::no;
    if (std::any_of(studies_.begin(), studies_.end(), [](const auto& s) { return s.modalities.size() > 1; }))
      found_.modalities_several = Seen::yes;
  }

  /// Of different studies first.
  void look_at_series() {
    std::set<std::vector<std::string>> kinds;
    std::stable_partition(studies_.begin(), studies_.end(),
                          [&](const CandidateStudy& study) { return kinds.insert(study.modalities).second; });
    for (const auto& study : studies_)
      if (known_.size() < kStudiesLookedAt && !look_at(study)) break;
  }

  bool look_at(const CandidateStudy& study) {
    ++found_.requests;
    auto series = query::ask_series(*session_, style_, study, stop_);
    if (!series) return false;
    Known known{study, {}};
    for (const auto& each : *series) {
      if (!each.modality.empty()) known.modalities.insert(each.modality);
      if (!each.description.empty()) found_.series_described = Seen::yes;
      if (!each.availability.empty()) found_.availability = Seen::yes;
    }
    if (found_.availability == Seen::unknown && !series->empty()) found_.availability = Seen::no;
    if (found_.series_described == Seen::unknown && series->size() > 1) found_.series_described = Seen::no;
    if (found_.modalities_several != Seen::yes && study.modalities.size() == 1 && known.modalities.size() > 1)
      found_.modalities_several = Seen::no;
    known.study.series = *std::move(series);
    known_.push_back(std::move(known));
    return true;
  }

  /// A modality that some known study has, best one that others have not; and one that none has.
  [[nodiscard]] std::pair<std::string, std::string> modalities_to_try() const {
    std::map<std::string, std::size_t> counts;
    for (const auto& each : known_)
      for (const auto& modality : each.modalities) ++counts[modality];
    std::string chosen, foreign;
    for (const auto& modality : select::known_modalities()) {
      if (modality == "SR") continue;
      const auto count = counts.contains(modality) ? counts[modality] : 0;
      if (count == 0 && foreign.empty()) foreign = modality;
      if (count > 0 && (chosen.empty() || count < counts[chosen])) chosen = modality;
    }
    return {chosen, foreign};
  }

  void modality_keys() {
    const auto [modality, foreign] = modalities_to_try();
    if (modality.empty() || foreign.empty()) return;
    const auto proof = try_key(query::ModalityKey::modalities_in_study, modality, foreign);
    found_.modalities_matched = proof.matched;
    found_.modalities_answer_nothing = proof.nothing;
    found_.modality_at_study = try_key(query::ModalityKey::modality_at_study, modality, foreign).matched;
    if (proof.matched == Seen::yes) try_list(modality, foreign);
  }

  KeyProof try_key(query::ModalityKey key, const std::string& modality, const std::string& foreign) {
    auto style = style_;
    style.modality_key = key;
    const auto with = ask(style, window_, modality);
    const auto without = with ? ask(style, window_, foreign) : std::nullopt;
    return with && without ? proof_of(known_, modality, *with, *without) : KeyProof{};
  }

  void try_list(const std::string& modality, const std::string& other) {
    auto style = style_;
    style.modality_key = query::ModalityKey::modalities_in_study;
    const auto listed = ask(style, window_, modality + "\\" + other);
    if (!listed || listed->cut) return;
    const bool found = std::any_of(known_.begin(), known_.end(), [&](const Known& each) {
      return each.modalities.contains(modality) && holds(listed->studies, each.study.uid);
    });
    found_.modality_lists = found ? Seen::yes : Seen::no;
  }

  [[nodiscard]] bool any_reports() const {
    return std::any_of(known_.begin(), known_.end(), [](const Known& k) { return k.modalities.contains("SR"); });
  }

  /// Where the sample has no report, one study that has is asked for, if that can be done.
  void add_study_with_reports() {
    if (any_reports() || found_.modalities_matched != Seen::yes) return;
    auto style = style_;
    style.modality_key = query::ModalityKey::modalities_in_study;
    for (const int days : {1, 30, 365}) {
      const auto sampled = ask(style, last_days(options_.today, days), "SR");
      if (!sampled || !sampled->status.success()) return;
      if (!sampled->studies.empty()) return (void)look_at(sampled->studies.front());
    }
  }

  /// The image level of one study with reports and one more, in full.
  void images() {
    std::stable_partition(known_.begin(), known_.end(), [](const Known& k) { return k.modalities.contains("SR"); });
    for (auto& each : known_) {
      const bool small = !each.study.series.empty() && each.study.series.size() <= kMostSeries;
      if (small && listed_.size() < 2 && !list(each)) break;
    }
  }

  bool list(const Known& known) {
    auto study = known.study;
    for (auto& series : study.series) {
      ++found_.requests;
      auto found = query::ask_few_instances(*session_, style_, study, series.uid, kMostInstances, stop_);
      if (!found) return note_failed_listing(found.error());
      series.instances = std::move(found->all);
      series.asked = found->cut ? Asked::part : Asked::all;
      note_listing(series);
    }
    listed_.push_back(std::move(study));
    return true;
  }

  bool note_failed_listing(const Error& error) {
    if (error.kind == ErrorKind::refused && found_.image_level == Seen::unknown) found_.image_level = Seen::no;
    return false;
  }

  void note_listing(const CandidateSeries& series) {
    const bool empty = series.instances.empty();
    if (!empty) found_.image_level = Seen::yes;
    if (series.modality == "SR" && found_.empty_sr != Seen::yes) found_.empty_sr = empty ? Seen::yes : Seen::no;
    for (const auto& each : series.instances) {
      if (each.sop_class.empty()) found_.sop_class_at_image = Seen::no;
      if (found_.sop_class_at_image == Seen::unknown) found_.sop_class_at_image = Seen::yes;
    }
  }

  /// The SOP classes of a study that was listed in full; empty where they are not all known.
  static std::set<SopClassUid> classes_of(const CandidateStudy& study) {
    std::set<SopClassUid> all;
    for (const auto& series : study.series) {
      if (series.asked != Asked::all || series.instances.empty()) return {};
      for (const auto& each : series.instances) {
        if (each.sop_class.empty()) return {};
        all.insert(each.sop_class);
      }
    }
    return all;
  }

  static bool is_report(const SopClassUid& uid) { return uid.str().starts_with(sop_class::kStructuredReportPrefix); }

  /// Proved only by studies that were listed in full, one with a report among them.
  void sop_classes() {
    auto style = style_;
    style.sop_classes_in_study = true;
    const auto told = ask(style, window_, "");
    if (!told || !told->status.success()) return (void)(found_.sop_classes_in_study = Seen::no);
    bool proved = false;
    for (const auto& study : listed_) {
      const auto classes = classes_of(study);
      const auto answer = std::find_if(told->studies.begin(), told->studies.end(),
                                       [&](const CandidateStudy& each) { return each.uid == study.uid; });
      if (classes.empty() || answer == told->studies.end()) continue;
      const std::set<SopClassUid> said(answer->sop_classes.begin(), answer->sop_classes.end());
      if (said != classes) return (void)(found_.sop_classes_in_study = Seen::no);
      proved = proved || std::any_of(classes.begin(), classes.end(), is_report);
    }
    if (proved) found_.sop_classes_in_study = Seen::yes;
  }

  /// Proved by a study that was listed in full and has more than reports.
  void relational() {
    for (const auto& study : listed_) {
      const auto classes = classes_of(study);
      std::vector<SopClassUid> reports;
      std::copy_if(classes.begin(), classes.end(), std::back_inserter(reports), is_report);
      if (reports.empty() || reports.size() == classes.size()) continue;
      found_.relational = lists_reports(study, reports) ? Seen::yes : Seen::no;
      if (found_.relational == Seen::no) return;
    }
  }

  bool lists_reports(const CandidateStudy& study, const std::vector<SopClassUid>& classes) {
    auto style = style_;
    style.relational = true;
    session_->propose({query::service(style)});
    ++found_.requests;
    const auto answer = query::ask_reports(*session_, style, study, classes, stop_);
    if (!answer || !*answer) return false;
    return uids_of(**answer, classes) == uids_of(study.series, classes);
  }

  static std::set<SopInstanceUid> uids_of(const std::vector<CandidateSeries>& all,
                                          const std::vector<SopClassUid>& classes) {
    std::set<SopInstanceUid> uids;
    for (const auto& series : all)
      for (const auto& each : series.instances)
        if (std::find(classes.begin(), classes.end(), each.sop_class) != classes.end()) uids.insert(each.uid);
    return uids;
  }

  const ProbeOptions& options_;
  const std::stop_token stop_;
  const std::shared_ptr<dicom::Pacer> pacer_;
  query::Style style_;
  std::optional<dicom::Session> session_;
  Findings found_;
  QueryWindow window_;                   ///< in which the keys are tried
  std::vector<CandidateStudy> studies_;  ///< of that window
  std::vector<Known> known_;
  std::vector<CandidateStudy> listed_;  ///< in full, down to the instances
};

}  // namespace

Result<Findings> probe(const ProbeOptions& options, std::stop_token stop) {
  return Probe(options, std::move(stop)).run();
}

}  // namespace harvester::serve
