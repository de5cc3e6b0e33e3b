#include <algorithm>

#include "harvester/query/query.hpp"

namespace harvester::query {
namespace {

bool names_other_modalities(const CandidateStudy& study, const std::string& wanted) {
  if (wanted.empty() || study.modalities.empty()) return false;
  return std::find(study.modalities.begin(), study.modalities.end(), wanted) == study.modalities.end();
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

Result<WindowAnswer> ask_window(dicom::Session& session, const Style& style, const QueryWindow& window,
                                const std::function<void(CandidateStudy)>& on_study, std::stop_token stop) {
  WindowAnswer answer;
  const auto take = [&](const dicom::Attributes& match) {
    auto study = read_study(match);
    if (!study || !in_window(*study, window)) return true;
    if (style.model != dicom::Model::patient_root) study->patient_id.clear();  // some nodes send it unasked
    ++answer.answers;
    if (!parse_time(study->time)) ++answer.without_time;
    answer.modality_not_matched = answer.modality_not_matched || names_other_modalities(*study, window.modality);
    on_study(*std::move(study));
    return true;
  };
  auto outcome = session.find(style.model, study_keys(style, window), take, stop);
  if (!outcome) return outcome.error();
  if (outcome->stopped) return Error{ErrorKind::cancelled, "stopped"};
  answer.sent = static_cast<std::int64_t>(outcome->answers);
  answer.status = outcome->status;
  answer.next = dicom::find_next(outcome->status);
  answer.comment = outcome->comment;
  answer.unreadable = static_cast<std::int64_t>(outcome->unreadable);
  if (answer.unreadable > 0 && answer.next == dicom::FindNext::done) answer.next = dicom::FindNext::retry;
  return answer;
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

}  // namespace harvester::query
