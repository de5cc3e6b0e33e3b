#pragma once

#include "catalogue.hpp"

namespace harvester::simulation {

/// Builds the study of one case step by step; the parts that all cases share.
class StudyMaker {
 public:
  explicit StudyMaker(const StudyOptions& options);

  Random& random() { return random_; }
  StudyPlan& study() { return study_; }
  [[nodiscard]] const StudyOptions& options() const { return options_; }
  [[nodiscard]] bool rt() const { return study_.equipment.snomed_rt; }

  std::string event_uid();
  /// DT of the study's day, so many seconds after its start.
  [[nodiscard]] std::string moment(int seconds) const;

  SeriesPlan& add_series(const std::string& modality, const std::string& description, int number);
  /// Adds an instance; its number is the next in the series.
  InstancePlan& add_instance(SeriesPlan& series, Content content, std::vector<std::string> wanted_by = {});
  /// A series of images_per_series images.
  SeriesPlan& add_images(Content content, const std::string& modality, const std::string& description, int number,
                         const std::vector<std::string>& wanted_by = {});

 private:
  StudyOptions options_;
  Random random_;
  StudyPlan study_;
  CivilTime start_;
  int events_ = 0;
};

// The events of a study (random, plausible).
[[nodiscard]] std::vector<CtEventPlan> make_ct_events(StudyMaker& maker, const CtProtocol& protocol);
[[nodiscard]] std::vector<XRayEventPlan> make_mammography_events(StudyMaker& maker);
[[nodiscard]] std::vector<XRayEventPlan> make_radiography_events(StudyMaker& maker);
[[nodiscard]] std::vector<XRayEventPlan> make_fluoroscopy_events(StudyMaker& maker);
[[nodiscard]] RadiopharmaceuticalPlan make_administration(StudyMaker& maker, bool pet);

// The cases by modality; each fills the maker's study.
void fill_ct(StudyMaker& maker, Scenario scenario);
void fill_other(StudyMaker& maker, Scenario scenario);

}  // namespace harvester::simulation
