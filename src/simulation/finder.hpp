#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "harvester/simulation/archive.hpp"
#include "harvester/simulation/quirks.hpp"

class DcmDataset;

namespace harvester::simulation {

enum class Level { study, series, image };

/// The level a request names; nothing if none that the study root has.
[[nodiscard]] std::optional<Level> level_of(const dicom::Attributes& keys);

using Archives = std::vector<std::shared_ptr<Archive>>;

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

  /// `patient_root`: the hierarchy begins with the patient, and nothing else was agreed to.
  Finder(const Archives& archives, const Quirks& quirks, dicom::Attributes keys, bool patient_root);

  /// Streams the answers; returns the final status.
  std::uint16_t run(const OnAnswer& on_answer);

 private:
  [[nodiscard]] std::uint16_t fault() const;
  [[nodiscard]] bool too_broad() const;
  [[nodiscard]] dicom::Attributes matching_keys() const;
  [[nodiscard]] bool ignored(dicom::Tag key, const std::string& value) const;
  [[nodiscard]] bool hidden(dicom::Tag key) const;
  [[nodiscard]] bool modalities_match(const dicom::Attributes& study) const;
  [[nodiscard]] bool date_and_time_match(const dicom::Attributes& study) const;
  [[nodiscard]] bool numbers_match(const dicom::Attributes& candidate) const;
  [[nodiscard]] bool matches_level(const dicom::Attributes& candidate) const;
  bool search(const Archive& archive);
  bool search_study(const Archive& archive, int number);
  bool search_series(const StudyEntry& study, const SeriesEntry& series);
  bool answer(const StudyEntry& study, const std::vector<const dicom::Attributes*>& sources);

  const Archives& archives_;
  const Quirks& quirks_;
  const dicom::Attributes keys_;
  const bool patient_root_;
  std::optional<Level> level_;
  dicom::Attributes matching_;
  const OnAnswer* on_answer_ = nullptr;
  int answers_ = 0;
  bool capped_ = false;
};

/// A study as this PACS shows it: modalities and numbers changed by its habits.
[[nodiscard]] StudyEntry presented(StudyEntry study, const Quirks& quirks);

/// An answer as it is sent: its texts in the study's character set, that set declared or not, UIDs padded or not.
[[nodiscard]] std::unique_ptr<DcmDataset> answer_data_set(const Answer& answer, const Quirks& quirks,
                                                          bool charset_asked);

}  // namespace harvester::simulation
