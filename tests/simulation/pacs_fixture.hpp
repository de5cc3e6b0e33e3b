#pragma once

#include <catch2/catch.hpp>

#include "harvester/dicom/scu.hpp"
#include "harvester/dicom/toolkit.hpp"
#include "harvester/simulation/pacs.hpp"
#include "support/receiver.hpp"

namespace harvester::simulation {

/// Quirks of these assignments.
inline Quirks quirks_of(const std::vector<std::string>& assignments) {
  Quirks quirks;
  for (const auto& assignment : assignments) REQUIRE(set_quirk(quirks, assignment));
  return quirks;
}

inline const CivilDate kPacsDay{std::chrono::year(2026), std::chrono::month(3), std::chrono::day(5)};

/// A simulated PACS of a few CT studies, a store in memory that it knows as HARVESTER, and questions to it.
class PacsFixture {
 public:
  explicit PacsFixture(const Quirks& quirks = {}, dicom::DimseStatus store_status = {0}, int images = 3)
      : receiver(store_status) {
    REQUIRE(dicom::start_toolkit());
    using enum Scenario;
    for (const auto scenario : {ct_rdsr, ct_mixed_sr_series, ct_enhanced_sr, mg_rdsr}) {
      StudyOptions study;
      study.index = static_cast<int>(plans.size());
      study.date = kPacsDay;
      study.script = study.index == 0 ? Script::japanese_iso2022 : Script::latin;
      study.images_per_series = images;
      plans.push_back(make_study(scenario, study));
    }
    PacsOptions options;
    options.quirks = quirks;
    options.destinations["HARVESTER"] = {"127.0.0.1", receiver.port()};
    auto opened = SimulatedPacs::open(options, make_archive(plans));
    REQUIRE(opened);
    pacs = std::move(*opened);
  }

  Result<dicom::ScuAssociation> open(const std::string& calling = "TESTER",
                                     dicom::Model model = dicom::Model::study_root) const {
    const dicom::Peer peer{"127.0.0.1", pacs->port(), AeTitle::of("SIMPACS"), AeTitle::of(calling)};
    dicom::ScuOptions options;
    options.cancel_wait = std::chrono::seconds(30);
    return dicom::ScuAssociation::open(peer, options,
                                       {dicom::verification(), dicom::find_service(model), dicom::move_service(model)});
  }

  [[nodiscard]] dicom::Attributes study_keys() const {
    return {{dicom::tag::kQueryRetrieveLevel, "STUDY"},
            {dicom::tag::kStudyDate, dicom_date(kPacsDay)},
            {dicom::tag::kStudyInstanceUid, ""}};
  }
  [[nodiscard]] dicom::Attributes move_keys(std::size_t study) const {
    return {{dicom::tag::kQueryRetrieveLevel, "STUDY"}, {dicom::tag::kStudyInstanceUid, plans[study].uid}};
  }

  static Result<dicom::FindOutcome> find(dicom::ScuAssociation& association, const dicom::Attributes& keys,
                                         std::vector<dicom::Attributes>* answers = nullptr) {
    return association.find(dicom::Model::study_root, keys,
                            [&](const dicom::Attributes& answer) {
                              if (answers != nullptr) answers->push_back(answer);
                              return true;
                            },
                            {});
  }

  static Result<dicom::MoveOutcome> move(dicom::ScuAssociation& association, const dicom::Attributes& keys,
                                         const std::string& destination = "HARVESTER", std::stop_token stop = {}) {
    return association.move(
        dicom::Model::study_root, keys, AeTitle::of(destination), {},
        [] { return std::chrono::steady_clock::time_point::min(); }, std::move(stop));
  }

  /// A move of one study on an association of its own.
  [[nodiscard]] Result<dicom::MoveOutcome> move_study(std::size_t study, const std::string& destination = "HARVESTER",
                                                      const std::string& calling = "TESTER") const {
    auto association = open(calling);
    if (!association) return association.error();
    auto outcome = move(*association, move_keys(study), destination);
    if (outcome) association->release();
    return outcome;
  }

  tests::Receiver receiver;
  std::vector<StudyPlan> plans;
  std::unique_ptr<SimulatedPacs> pacs;
};

}  // namespace harvester::simulation
