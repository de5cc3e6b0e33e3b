#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>
#include <set>

#include "finder.hpp"
#include "retriever.hpp"

namespace harvester::simulation {

namespace tag = dicom::tag;
using dicom::Attributes;

inline const CivilDate kDay{std::chrono::year(2026), std::chrono::month(3), std::chrono::day(5)};

inline StudyPlan study_of(Scenario scenario, int index, int days_before = 0) {
  StudyOptions options;
  options.seed = 5;
  options.index = index;
  options.date = plus_days(kDay, -days_before);
  return make_study(scenario, options);
}

/// Three CT studies (one with Enhanced SR), one MG, over two days.
inline const std::vector<StudyPlan>& plans() {
  static const std::vector<StudyPlan> kPlans = {study_of(Scenario::ct_rdsr, 0), study_of(Scenario::ct_enhanced_sr, 1),
                                                study_of(Scenario::ct_mixed_sr_series, 2, 1),
                                                study_of(Scenario::mg_rdsr, 3)};
  return kPlans;
}

inline const Archives& archives() {
  static const Archives kArchives = {make_archive(plans())};
  return kArchives;
}

struct Found {
  std::uint16_t status = 0;
  std::vector<Attributes> answers;

  [[nodiscard]] std::set<std::string> all(dicom::Tag key) const {
    std::set<std::string> texts;
    for (const auto& answer : answers) texts.insert(answer.text(key));
    return texts;
  }
};

inline Found find(const Attributes& keys, const Quirks& quirks = {}, QueryModel model = {}) {
  Found found;
  Finder finder(archives(), quirks, keys, model);
  found.status = finder.run([&](const Answer& answer) {
    found.answers.push_back(answer.attributes);
    return true;
  });
  return found;
}

inline Attributes study_keys(const std::string& date = "20260304-20260305", const std::string& modality = "") {
  return {{tag::kQueryRetrieveLevel, "STUDY"}, {tag::kStudyDate, date},      {tag::kModalitiesInStudy, modality},
          {tag::kStudyInstanceUid, ""},        {tag::kStudyDescription, ""}, {tag::kNumberOfStudyRelatedInstances, ""}};
}

inline Attributes series_keys(const StudyPlan& study) {
  return {{tag::kQueryRetrieveLevel, "SERIES"},
          {tag::kStudyInstanceUid, study.uid},
          {tag::kSeriesInstanceUid, ""},
          {tag::kModality, ""},
          {tag::kSeriesNumber, ""},
          {tag::kNumberOfSeriesRelatedInstances, ""}};
}

inline Attributes image_keys(const StudyPlan& study, std::size_t series, const std::string& number = "") {
  return {{tag::kQueryRetrieveLevel, "IMAGE"},
          {tag::kStudyInstanceUid, study.uid},
          {tag::kSeriesInstanceUid, study.series[series].uid},
          {tag::kSopInstanceUid, ""},
          {tag::kSopClassUid, ""},
          {tag::kInstanceNumber, number}};
}

}  // namespace harvester::simulation
