#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "harvester/core/civil.hpp"
#include "harvester/core/ledger.hpp"
#include "harvester/dicom/session.hpp"
#include "harvester/query/query.hpp"

/// A few studies of a node, to try things on: asked for gently, never a whole day of a large archive.
namespace harvester::serve {

/// How far back is looked, in days, if the days before it have nothing.
inline constexpr int kLookBackDays[] = {1, 7, 30, 365, 3650, 36500};

/// What one study query brought, broken off by C-CANCEL when there was enough.
struct Sampled {
  dicom::DimseStatus status;
  std::vector<CandidateStudy> studies;
  bool cut = false;  ///< there may be more
};

/// Asks with these keys; at most `most` answers are taken. Errors are those of the association.
Result<Sampled> sample_studies(dicom::Session& session, dicom::Model model, const dicom::Attributes& keys,
                               std::size_t most, std::stop_token stop);

/// A window that ends today.
[[nodiscard]] QueryWindow last_days(CivilDate today, int days, const std::string& modality = "");

/// Series in the order in which they are worth trying: reports first, small ones before large ones, none that is
/// offline. Pure.
[[nodiscard]] std::vector<CandidateSeries> worth_trying(std::vector<CandidateSeries> series);

}  // namespace harvester::serve
