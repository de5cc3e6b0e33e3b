#pragma once

#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "harvester/core/sop_classes.hpp"
#include "harvester/select/select.hpp"

namespace harvester::tests {

inline CandidateInstance instance(const std::string& uid, std::string_view sop_class,
                                  std::optional<int> number = std::nullopt) {
  return {SopInstanceUid(uid), SopClassUid(std::string(sop_class)), number, {}};
}

/// A series; with instances it was asked for all of them at image level.
inline CandidateSeries series(const std::string& uid, const std::string& modality,
                              std::vector<CandidateInstance> instances = {}) {
  CandidateSeries made;
  made.uid = SeriesUid(uid);
  made.modality = modality;
  made.asked = instances.empty() ? Asked::no : Asked::all;
  made.instances = std::move(instances);
  return made;
}

inline CandidateSeries described(CandidateSeries made, const std::string& description) {
  made.description = description;
  return made;
}

inline CandidateSeries counted(CandidateSeries made, int instances) {
  made.instance_count = instances;
  return made;
}

inline CandidateSeries asked(CandidateSeries made, Asked how = Asked::all) {
  made.asked = how;
  return made;
}

/// A series of so many instances "UID-1", "UID-2" … of one class, all of them listed.
inline CandidateSeries listed(const std::string& uid, const std::string& modality, std::string_view sop_class,
                              int count) {
  std::vector<CandidateInstance> all;
  for (int n = 1; n <= count; ++n) all.push_back(instance(uid + "-" + std::to_string(n), sop_class, n));
  return series(uid, modality, std::move(all));
}

inline CandidateStudy study(std::vector<CandidateSeries> all, std::vector<std::string> modalities = {"CT", "SR"}) {
  CandidateStudy made;
  made.uid = StudyUid("1.2");
  made.modalities = std::move(modalities);
  made.series = std::move(all);
  return made;
}

inline select::Rules wanting(std::set<std::string> modalities) {
  select::Rules rules;
  rules.modalities = std::move(modalities);
  return rules;
}

inline const CandidateSeries& find(const select::Decision& decision, const std::string& uid) {
  for (const auto& each : decision.study.series)
    if (each.uid.str() == uid) return each;
  throw std::runtime_error("no such series");
}

/// "uid:depth" of each look.
inline std::vector<std::string> looks(const CandidateStudy& study, const select::Rules& rules) {
  std::vector<std::string> all;
  for (const auto& look : select::series_to_look_into(study, rules)) {
    const auto* depth = look.depth == select::Depth::all ? "all" : look.depth == select::Depth::few ? "few" : "first";
    all.push_back(look.series.str() + ":" + depth);
  }
  return all;
}

/// What is requested: "series" where it is moved whole, else each "series/instance".
inline std::vector<std::string> fetched(const select::Decision& decision) {
  std::vector<std::string> all;
  for (const auto& request : decision.requests) {
    if (request.level == MoveLevel::series) all.push_back(request.series.str());
    if (request.level == MoveLevel::image)
      for (const auto& uid : request.instances) all.push_back(request.series.str() + "/" + uid.str());
  }
  return all;
}

inline std::vector<std::string> fetched(const CandidateStudy& study, const select::Rules& rules,
                                        const HeldInstances& known = {}) {
  return fetched(select::decide(study, rules, known));
}

using Uids = std::vector<std::string>;

inline const CandidateSeries kImages = counted(described(series("img", "CT"), "Thorax 1.0"), 300);
inline const CandidateSeries kReport = series("rdsr", "SR", {instance("r1", sop_class::kXRayRadiationDoseSr)});
inline const CandidateSeries kEnhanced = series("esr", "SR", {instance("e1", sop_class::kEnhancedSr)});
inline const CandidateSeries kRadiologist = series("text", "SR", {instance("t1", sop_class::kBasicTextSr)});
inline const CandidateSeries kRadiopharmaceutical =
    series("rrdsr", "SR", {instance("p1", sop_class::kRadiopharmaceuticalDoseSr)});
inline const CandidateSeries kPatientDose = series("pdsr", "SR", {instance("d1", sop_class::kPatientRadiationDoseSr)});

inline const std::set<std::string> kRadiography{"DX", "CR", "PX"};
inline const std::set<std::string> kFluoroscopy{"RF", "XA"};
inline const std::set<std::string> kNuclear{"NM", "PT"};

inline CandidateSeries mammograms(const std::string& uid, int count = 2) {
  return listed(uid, "MG", sop_class::kMgForPresentation, count);
}

inline select::Rules toshiba() {
  select::Rules rules;
  rules.images["CT"] = select::ImageRule::one_per_series;
  return rules;
}

inline Reason verdict(const CandidateStudy& of, const select::Rules& rules, const HeldInstances& known = {}) {
  return select::decide(of, rules, known).study.verdict.reason;
}

inline HeldInstances held(std::initializer_list<const char*> uids) {
  HeldInstances known;
  for (const auto* uid : uids) known.held.insert(SopInstanceUid(uid));
  known.study = true;
  return known;
}

}  // namespace harvester::tests
