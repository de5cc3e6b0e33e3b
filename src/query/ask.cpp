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
  Gathering(const QueryWindow& window, const std::set<std::string>& wanted,
            const std::function<void(CandidateStudy)>& on_study)
      : window_(window), wanted_(wanted), on_study_(on_study) {}

  Status ask(dicom::Session& session, const Style& style, const dicom::Attributes& keys, std::stop_token stop) {
    const auto outcome = session.find(
        style.model, keys, [&](const auto& match) { return take(match, style.model); }, stop);
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
  bool take(const dicom::Attributes& match, dicom::Model model) {
    auto study = read_study(match);
    if (!study || !in_window(*study, window_)) return true;
    if (model != dicom::Model::patient_root) study->patient_id.clear();  // some nodes send it unasked
    ++answer.answers;
    if (!parse_time(study->time)) ++answer.without_time;
    count_modalities(answer, *study, wanted_);
    on_study_(*std::move(study));
    return true;
  }

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
  Gathering gathering(window, wanted, on_study);
  const auto keys = study_keys(style, window);
  if (auto asked = gathering.ask(session, style, keys, stop); !asked) return asked.error();
  const bool found = gathering.answer.answers > 0 || !gathering.answer.status.success();
  if (const auto other = without_hyphens(keys); other && !found)
    if (auto asked = gathering.ask(session, style, *other, stop); !asked) return asked.error();
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

}  // namespace harvester::query
