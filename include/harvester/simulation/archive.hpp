#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harvester/core/civil.hpp"
#include "harvester/core/result.hpp"
#include "harvester/dicom/attributes.hpp"
#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/object_builder.hpp"

/// What the simulated PACS holds: attributes to query by, and the objects behind them.
namespace harvester::simulation {

struct InstanceEntry {
  dicom::Attributes attributes;  ///< of the image level
  int number = 0;                ///< its place in the series as the archive knows it
};

struct SeriesEntry {
  dicom::Attributes attributes;  ///< of the series level, counts included
  std::vector<InstanceEntry> instances;
  int number = 0;  ///< its place in the study
};

struct StudyEntry {
  dicom::Attributes attributes;  ///< of patient and study level, modalities, SOP classes and counts included; UTF-8
  std::string charset;           ///< (0008,0005) in which answers on it are sent
  std::vector<SeriesEntry> series;
};

/// Studies by number, from 0. All functions may be called from several threads.
class Archive {
 public:
  virtual ~Archive() = default;
  [[nodiscard]] virtual int studies() const = 0;
  /// The study's date without making its entry; nothing where it has none.
  [[nodiscard]] virtual std::optional<CivilDate> date(int study) const = 0;
  [[nodiscard]] virtual std::shared_ptr<const StudyEntry> study(int study) const = 0;
  /// The number of the study with that UID.
  [[nodiscard]] virtual std::optional<int> find(const std::string& study_uid) const = 0;
  /// The object at that place of the entry.
  [[nodiscard]] virtual EncodedObject object(int study, int series, int instance) const = 0;
};

/// The entry of a planned study.
[[nodiscard]] StudyEntry entry_of(const StudyPlan& plan);

/// An archive of plans; objects are encoded when they are asked for.
[[nodiscard]] std::shared_ptr<Archive> make_archive(std::vector<StudyPlan> plans);

/// The archive of ct_archive() of any size: nothing is held, every study is made when it is asked for.
[[nodiscard]] std::shared_ptr<Archive> make_lazy_archive(const CtArchiveOptions& options);

/// An archive that objects can be stored into.
class StoringArchive : public Archive {
 public:
  /// Adds an object; one that is there already (SOP Instance UID) is replaced. `bad_data` if it cannot be read or lacks
  /// an identifier.
  virtual Status store(EncodedObject object) = 0;
};

[[nodiscard]] std::shared_ptr<StoringArchive> make_storing_archive();

}  // namespace harvester::simulation
