#include <algorithm>

#include "harvester/query/query.hpp"

namespace harvester::query {
namespace {

void count_modalities(WindowAnswer& answer, const CandidateStudy& study, const std::set<std::string>& wanted) {
  const auto is_wanted = [&](const auto& modality) { return wanted.contains(modality); };
  const bool any = std::any_of(study.modalities.begin(), study.modalities.end(), is_wanted);
  ++(study.modalities.empty() ? answer.named_none : any ? answer.named_wanted : answer.named_others);
  answer.named_several = answer.named_several || study.modalities.size() > 1;
}

/// A final status that is no success, as an error of the right kind.
Error refused(dicom::DimseStatus status) {
  const auto next = dicom::find_next(status);
  if (next == dicom::FindNext::cancelled) return {ErrorKind::cancelled, "the query was cancelled", status.code};
  return {next == dicom::FindNext::stop_and_tell ? ErrorKind::refused : ErrorKind::transient,
          dicom::explain_find(status), status.code};
}

/// Asks and gathers what `read` makes of each answer; a success that was cut short by a stop is `cancelled`.
template <class T, class Read>
Result<std::vector<T>> gather(dicom::Session& session, const Style& style, const dicom::Attributes& keys,
                              const Read& read, std::stop_token stop) {
  std::vector<T> all;
  const auto keep = [&](const dicom::Attributes& answer) {
    if (auto item = read(answer)) all.push_back(*std::move(item));
    return true;
  };
  auto outcome = session.find(style.model, keys, keep, stop);
  if (!outcome) return outcome.error();
  if (outcome->stopped) return Error{ErrorKind::cancelled, "stopped"};
  if (!outcome->status.success()) return refused(outcome->status);
  if (outcome->unreadable > 0) return Error{ErrorKind::bad_data, "the node sent an answer that cannot be read"};
  return all;
}

/// The first of each UID: nodes send some twice (quirk Q5).
template <class T>
void keep_first_of_each(std::vector<T>& all) {
  std::stable_sort(all.begin(), all.end(), [](const T& a, const T& b) { return a.uid < b.uid; });
  all.erase(std::unique(all.begin(), all.end(), [](const T& a, const T& b) { return a.uid == b.uid; }), all.end());
}

}  // namespace

namespace {

/// What is gathered from the answers to one window.
class Gathering {
 public:
  Gathering(const Style& style, const QueryWindow& window, const std::set<std::string>& wanted,
            const std::function<void(CandidateStudy)>& on_study)
      : style_(style), window_(window), wanted_(wanted), on_study_(on_study) {}

  Status ask(dicom::Session& session, const dicom::Attributes& keys, std::stop_token stop) {
    const auto outcome = session.find(
        style_.model, keys, [&](const auto& match) { return take(match); }, stop);
    if (!outcome) return outcome.error();
    if (outcome->stopped) return Error{ErrorKind::cancelled, "stopped"};
    answer.sent += static_cast<std::int64_t>(outcome->answers);
    answer.status = outcome->status;
    answer.next = dicom::find_next(outcome->status);
    answer.comment = outcome->comment;
    answer.unreadable += static_cast<std::int64_t>(outcome->unreadable);
    if (answer.unreadable > 0 && answer.next == dicom::FindNext::done) answer.next = dicom::FindNext::retry;
    return ok();
  }

  WindowAnswer answer;

 private:
  bool take(const dicom::Attributes& match) {
    auto study = read_study(match);
    if (!study || !in_window(*study, window_)) return true;
    if (style_.model != dicom::Model::patient_root) study->patient_id.clear();  // some nodes send it unasked
    if (!style_.sop_classes_in_study) study->sop_classes.clear();  // what nobody vouches for decides nothing
    ++answer.answers;
    if (!parse_time(study->time)) ++answer.without_time;
    count_modalities(answer, *study, wanted_);
    on_study_(*std::move(study));
    return true;
  }

  const Style& style_;
  const QueryWindow& window_;
  const std::set<std::string>& wanted_;
  const std::function<void(CandidateStudy)>& on_study_;
};

/// The same keys with each hyphen of the accession number asked for as any character: some nodes take a hyphen for a
/// range (quirk Q55). Nothing where there is none.
std::optional<dicom::Attributes> without_hyphens(dicom::Attributes keys) {
  auto accession = keys.text(dicom::tag::kAccessionNumber);
  if (accession.find('-') == std::string::npos) return std::nullopt;
  std::replace(accession.begin(), accession.end(), '-', '?');
  keys.set(dicom::tag::kAccessionNumber, accession);
  return keys;
}

}  // namespace

Result<WindowAnswer> ask_window(dicom::Session& session, const Style& style, const QueryWindow& window,
                                const std::set<std::string>& wanted,
                                const std::function<void(CandidateStudy)>& on_study, std::stop_token stop) {
  Gathering gathering(style, window, wanted, on_study);
  const auto keys = study_keys(style, window);
  if (auto asked = gathering.ask(session, keys, stop); !asked) return asked.error();
  const bool found = gathering.answer.answers > 0 || !gathering.answer.status.success();
  if (const auto other = without_hyphens(keys); other && !found)
    if (auto asked = gathering.ask(session, *other, stop); !asked) return asked.error();
  return std::move(gathering.answer);
}

Result<std::vector<CandidateSeries>> ask_series(dicom::Session& session, const Style& style,
                                                const CandidateStudy& study, std::stop_token stop) {
  const auto read = [&](const dicom::Attributes& answer) -> std::optional<CandidateSeries> {
    const auto told = answer.text(dicom::tag::kStudyInstanceUid);
    if (!told.empty() && told != study.uid.str()) return std::nullopt;
    return read_series(answer);
  };
  auto all = gather<CandidateSeries>(session, style, series_keys(style, study), read, stop);
  if (all) keep_first_of_each(*all);
  return all;
}

Result<std::vector<CandidateInstance>> ask_instances(dicom::Session& session, const Style& style,
                                                     const CandidateStudy& study, const SeriesUid& series,
                                                     std::stop_token stop) {
  const auto read = [&](const dicom::Attributes& answer) -> std::optional<CandidateInstance> {
    const auto told = answer.text(dicom::tag::kSeriesInstanceUid);
    if (!told.empty() && told != series.str()) return std::nullopt;
    return read_instance(answer);
  };
  auto all = gather<CandidateInstance>(session, style, image_keys(style, study, series), read, stop);
  if (all) keep_first_of_each(*all);
  return all;
}

namespace {

/// A query of which we may have had enough: that is no failure, whatever the node makes of the C-CANCEL (quirk Q48).
/// `keep` returns false when it has enough.
template <class Keep>
Result<dicom::DimseStatus> find_enough(dicom::Session& session, const Style& style, const dicom::Attributes& keys,
                                       const Keep& keep, std::stop_token stop) {
  bool enough = false;
  const auto take = [&](const dicom::Attributes& answer) {
    enough = enough || !keep(answer);
    return !enough;
  };
  auto outcome = session.find(style.model, keys, take, stop);
  if (stop.stop_requested()) return Error{ErrorKind::cancelled, "stopped"};
  if (enough) return dicom::DimseStatus{};
  if (!outcome) return outcome.error();
  return outcome->status;
}

bool is_of(const dicom::Attributes& answer, dicom::Tag key, const std::string& uid) {
  const auto told = answer.text(key);
  return told.empty() || told == uid;
}

}  // namespace

Result<Instances> ask_few_instances(dicom::Session& session, const Style& style, const CandidateStudy& study,
                                    const SeriesUid& series, std::size_t most, std::stop_token stop) {
  Instances found;
  const auto keep = [&](const dicom::Attributes& answer) {
    auto instance = is_of(answer, dicom::tag::kSeriesInstanceUid, series.str()) ? read_instance(answer) : std::nullopt;
    if (instance) found.all.push_back(*std::move(instance));
    if (found.all.size() > most) keep_first_of_each(found.all);
    found.cut = found.all.size() > most;
    return !found.cut;
  };
  auto status = find_enough(session, style, image_keys(style, study, series), keep, stop);
  if (!status) return status.error();
  if (!status->success()) return refused(*status);
  keep_first_of_each(found.all);
  return found;
}

Result<std::vector<CandidateInstance>> ask_first_image(dicom::Session& session, const Style& style,
                                                       const CandidateStudy& study, const SeriesUid& series,
                                                       std::stop_token stop) {
  std::vector<CandidateInstance> found;
  for (const auto* number : {"1", "0", ""}) {
    const std::size_t most = *number == '\0' ? 0 : 1;  // one match is expected of a number: no need to cancel
    std::size_t answers = 0;
    const auto keep = [&](const dicom::Attributes& answer) {
      auto instance =
          is_of(answer, dicom::tag::kSeriesInstanceUid, series.str()) ? read_instance(answer) : std::nullopt;
      if (instance && found.empty()) found.push_back(*std::move(instance));
      return found.empty() || ++answers <= most;
    };
    auto keys = image_keys(style, study, series);
    keys.set(dicom::tag::kInstanceNumber, number);
    auto status = find_enough(session, style, keys, keep, stop);
    if (!status) return status.error();
    if (!status->success()) return refused(*status);
    if (!found.empty()) break;
  }
  return found;
}

namespace {

/// Gathers the series of reports; counts what was not asked for.
class ReportRows {
 public:
  ReportRows(const StudyUid& study, const std::vector<SopClassUid>& classes) : study_(study), classes_(classes) {}

  /// False when the node sends too much that was not asked for.
  bool take(const dicom::Attributes& answer) {
    auto series = is_of(answer, dicom::tag::kStudyInstanceUid, study_.str()) ? read_series(answer) : std::nullopt;
    auto instance = read_instance(answer);
    const bool asked_for =
        series && instance && std::find(classes_.begin(), classes_.end(), instance->sop_class) != classes_.end();
    if (asked_for) add(*std::move(series), *std::move(instance));
    return asked_for || ++strangers_ <= kMostStrangers;
  }

  [[nodiscard]] bool too_many_strangers() const { return strangers_ > kMostStrangers; }

  std::vector<CandidateSeries> series() && {
    for (auto& each : series_) keep_first_of_each(each.instances);
    return std::move(series_);
  }

 private:
  static constexpr int kMostStrangers = 20;

  void add(CandidateSeries series, CandidateInstance instance) {
    auto there = std::find_if(series_.begin(), series_.end(), [&](const auto& each) { return each.uid == series.uid; });
    if (there == series_.end()) {
      series.asked = Asked::reports;
      there = series_.insert(series_.end(), std::move(series));
    }
    there->instances.push_back(std::move(instance));
  }

  const StudyUid& study_;
  const std::vector<SopClassUid>& classes_;
  std::vector<CandidateSeries> series_;
  int strangers_ = 0;
};

}  // namespace

Result<std::optional<std::vector<CandidateSeries>>> ask_reports(dicom::Session& session, const Style& style,
                                                                const CandidateStudy& study,
                                                                const std::vector<SopClassUid>& classes,
                                                                std::stop_token stop) {
  ReportRows rows(study.uid, classes);
  auto status = find_enough(
      session, style, report_keys(style, study, classes), [&](const auto& answer) { return rows.take(answer); }, stop);
  if (!status) return status.error();
  if (!status->success() || rows.too_many_strangers()) return std::optional<std::vector<CandidateSeries>>{};
  return std::optional(std::move(rows).series());
}

}  // namespace harvester::query
