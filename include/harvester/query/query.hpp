#pragma once

#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "harvester/core/ledger.hpp"
#include "harvester/dicom/session.hpp"

/// C-FIND at study, series and image level, and the windows a harvest is cut into.
namespace harvester::query {

enum class ModalityKey { modalities_in_study, modality_at_study, both, none };

/// How a node wants to be asked.
struct Style {
  dicom::Model model = dicom::Model::study_root;
  ModalityKey modality_key = ModalityKey::modalities_in_study;
  bool sop_classes_in_study = false;  ///< study level answers SOPClassesInStudy (0008,0062)
  bool relational = false;            ///< image level may be asked for a whole study (PS3.4 C.4.1.3.2.1)
  bool station_at_study = false;      ///< ask for Station Name at study level: somebody filters by it there
  bool institution_at_study = false;  ///< the same of Institution Name
};

// ── pure: what is asked, what was answered ──────────────────────────────────────────────────────────────────────────

/// The service that is proposed for asking. A study-level query by date without a patient id is a relational query in
/// the Patient Root model, so that is proposed there; most nodes answer it whether they agree or not.
[[nodiscard]] dicom::Proposal service(const Style& style);

/// Keys of a study-level query (PS3.4 C.6.1.1.3 and C.6.2.1.2). Only what is needed: unknown keys trouble some nodes.
/// In the Patient Root model the patient id is asked for, too.
[[nodiscard]] dicom::Attributes study_keys(const Style& style, const QueryWindow& window);

/// Keys of the levels below: of `study` its UID counts, and in the Patient Root model its patient id as the unique key
/// of the level above (PS3.4 C.4.1.2.1, quirk Q26).
[[nodiscard]] dicom::Attributes series_keys(const Style& style, const CandidateStudy& study);
[[nodiscard]] dicom::Attributes image_keys(const Style& style, const CandidateStudy& study, const SeriesUid& series);

/// A relational query for all instances of these classes in a study, with what the series level would say of them.
[[nodiscard]] dicom::Attributes report_keys(const Style& style, const CandidateStudy& study,
                                            const std::vector<SopClassUid>& classes);

/// An answer as a candidate; nothing if it lacks the UID of its level.
[[nodiscard]] std::optional<CandidateStudy> read_study(const dicom::Attributes& answer);
[[nodiscard]] std::optional<CandidateSeries> read_series(const dicom::Attributes& answer);
[[nodiscard]] std::optional<CandidateInstance> read_instance(const dicom::Attributes& answer);

/// Whether an answer lies in the window's dates and times; an absent or unreadable date or time passes (it is looked
/// at on series level rather than lost). For a window of one accession number or study: whether it is just that
/// (quirk Q55: some nodes take characters of an identifier for wildcards or ranges).
[[nodiscard]] bool in_window(const CandidateStudy& study, const QueryWindow& window);

/// Windows of at most `longest` days each, one series of them for each modality (one '' = all at once).
[[nodiscard]] std::vector<QueryWindow> plan_windows(CivilDate from, CivilDate until,
                                                    const std::vector<std::string>& modalities, int longest);

/// Two halves that together cover the window: dates first, then clock times inside a date; whole dates never carry
/// times (quirk Q8). Halves of a day share a second, so that no fraction of one falls between them (quirk Q11). Empty
/// when the window is at the floor, or names what it asks for.
[[nodiscard]] std::vector<QueryWindow> bisect(const QueryWindow& window, std::chrono::minutes floor);

/// The same dates and times, whatever the modality.
[[nodiscard]] bool same_slice(const QueryWindow& a, const QueryWindow& b);

/// The slices of these windows, each once, for all modalities at once. Windows that name what they ask for stay out.
[[nodiscard]] std::vector<QueryWindow> for_all_modalities(const std::vector<QueryWindow>& windows);

/// A window for several modalities as one window for each; empty for one that is not for several.
[[nodiscard]] std::vector<QueryWindow> one_by_one(const QueryWindow& window);

// ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// What a query at study level came to, with what to do next.
struct WindowAnswer {
  dicom::FindNext next = dicom::FindNext::done;
  dicom::DimseStatus status;
  std::int64_t answers = 0;       ///< studies in the window, repeated ones too
  std::int64_t sent = 0;          ///< all that the node sent: what a limit of the node counts
  std::int64_t without_time = 0;  ///< of the answers
  std::int64_t unreadable = 0;    ///< of those sent; then `next` is `retry` at best: the window is not verified
  // What ModalitiesInStudy says in the answers (quirks Q2, Q3):
  std::int64_t named_wanted = 0;  ///< a wanted modality is among the values
  std::int64_t named_others = 0;  ///< there are values, no wanted one among them
  std::int64_t named_none = 0;    ///< it is empty
  bool named_several = false;     ///< some answer holds more than one value
  std::string comment{};
};

/// Asks one window; `on_study` gets each study in the window as it comes (not deduplicated). `wanted`: the modalities
/// that the answers are held against. A patient id is told in the Patient Root model only. Errors are those of the
/// association; a refusal by status is an answer.
Result<WindowAnswer> ask_window(dicom::Session& session, const Style& style, const QueryWindow& window,
                                const std::set<std::string>& wanted,
                                const std::function<void(CandidateStudy)>& on_study, std::stop_token stop);

/// All series of a study. A status other than success is an error: `refused` or `transient` as the status table says;
/// an answer that cannot be read is `bad_data`.
Result<std::vector<CandidateSeries>> ask_series(dicom::Session& session, const Style& style,
                                                const CandidateStudy& study, std::stop_token stop);

struct Instances {
  std::vector<CandidateInstance> all;
  bool cut = false;  ///< there are more: the query was cancelled
};

/// The instances of a series that has at most `most`; of others some. Errors as for ask_series.
Result<Instances> ask_few_instances(dicom::Session& session, const Style& style, const CandidateStudy& study,
                                    const SeriesUid& series, std::size_t most, std::stop_token stop);

/// One instance of a series, or none if the node lists none: that with Instance Number 1, else 0, else the first answer
/// to a query without a number, which is then cancelled (quirk Q13). Errors as for ask_series.
Result<std::vector<CandidateInstance>> ask_first_image(dicom::Session& session, const Style& style,
                                                       const CandidateStudy& study, const SeriesUid& series,
                                                       std::stop_token stop);

/// The reports of a study by one relational query: their series, with the instances of these classes alone
/// (Asked::reports). Nothing where the node refuses such a query, or answers with much that was not asked for (then the
/// query was cancelled). Errors are those of the association.
Result<std::optional<std::vector<CandidateSeries>>> ask_reports(dicom::Session& session, const Style& style,
                                                                const CandidateStudy& study,
                                                                const std::vector<SopClassUid>& classes,
                                                                std::stop_token stop);

/// All instances of a series; errors as for ask_series.
Result<std::vector<CandidateInstance>> ask_instances(dicom::Session& session, const Style& style,
                                                     const CandidateStudy& study, const SeriesUid& series,
                                                     std::stop_token stop);

}  // namespace harvester::query
