#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "harvester/simulation/archive.hpp"
#include "harvester/simulation/quirks.hpp"

class DcmDataset;

namespace harvester::simulation {

enum class Level { patient, study, series, image };

/// The level a request names; nothing if it is none.
[[nodiscard]] std::optional<Level> level_of(const dicom::Attributes& keys);

using Archives = std::vector<std::shared_ptr<Archive>>;

/// The information model that a query came over, and whether it may be relational (PS3.4 C.4.1.3.2.1).
struct QueryModel {
  bool patient_root = false;
  bool relational = false;
};

/// Whether some key is none that this PACS holds, or a group length (Q54).
[[nodiscard]] bool has_unknown_keys(const dicom::Attributes& keys);

/// Whether study `number` of an archive lies on a medium that nobody mounts (Q40).
[[nodiscard]] bool is_offline(const Quirks& quirks, int number);

/// One answer of a query, before it is encoded.
struct Answer {
  dicom::Attributes attributes;  ///< what was asked for and is known
  std::string charset;
};

/// Finds what a query asks for, with the habits of the PACS. Pure but for the archives.
class Finder {
 public:
  /// False ends the search.
  using OnAnswer = std::function<bool(const Answer&)>;

  Finder(const Archives& archives, const Quirks& quirks, dicom::Attributes keys, QueryModel model);

  /// Streams the answers; returns the final status.
  std::uint16_t run(const OnAnswer& on_answer);

 private:
  [[nodiscard]] std::uint16_t fault() const;
  [[nodiscard]] bool lacks_unique_keys() const;
  [[nodiscard]] bool lacks_patient() const;
  [[nodiscard]] bool names_upper_keys() const;
  [[nodiscard]] bool too_broad() const;
  [[nodiscard]] dicom::Attributes matching_keys() const;
  [[nodiscard]] bool ignored(dicom::Tag key, const std::string& value) const;
  [[nodiscard]] bool hidden(dicom::Tag key) const;
  [[nodiscard]] bool modalities_match(const dicom::Attributes& study) const;
  [[nodiscard]] bool modality_matches(const dicom::Attributes& study) const;
  [[nodiscard]] bool date_and_time_match(const dicom::Attributes& study) const;
  [[nodiscard]] bool ids_match(const dicom::Attributes& study) const;
  [[nodiscard]] bool numbers_match(const dicom::Attributes& candidate) const;
  [[nodiscard]] bool study_matches(const dicom::Attributes& study) const;
  [[nodiscard]] bool matches_level(const dicom::Attributes& candidate) const;
  bool search(const Archive& archive);
  bool search_study(const Archive& archive, int number);
  bool search_series(const StudyEntry& study, const SeriesEntry& series);
  bool answer_patient(const StudyEntry& study);
  bool answer(const StudyEntry& study, const std::vector<const dicom::Attributes*>& sources);
  [[nodiscard]] std::string told(dicom::Tag key, const std::string& value, const StudyEntry& study) const;

  const Archives& archives_;
  const Quirks& quirks_;
  const dicom::Attributes keys_;
  const QueryModel model_;
  std::optional<Level> level_;
  dicom::Attributes matching_;
  const OnAnswer* on_answer_ = nullptr;
  std::set<std::string> patients_;  ///< answered at patient level
  bool offline_ = false;            ///< the study that is being searched
  int answers_ = 0;
  bool capped_ = false;
};

/// A study as this PACS shows it: modalities and numbers changed by its habits.
[[nodiscard]] StudyEntry presented(StudyEntry study, const Quirks& quirks);

/// An answer as it is sent: its texts in the study's character set, that set declared or not, UIDs padded or not.
[[nodiscard]] std::unique_ptr<DcmDataset> answer_data_set(const Answer& answer, const Quirks& quirks,
                                                          bool charset_asked);

}  // namespace harvester::simulation
