#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "harvester/core/intake_reason.hpp"

class DcmDataset;

namespace harvester::extract {

struct DeleteDataset {
  void operator()(DcmDataset* dataset) const;
};
using DatasetPtr = std::unique_ptr<DcmDataset, DeleteDataset>;

struct LoadLimits {
  std::size_t header_bytes = std::size_t{256} << 20;    ///< all before the pixel data
  std::size_t inflated_bytes = std::size_t{256} << 20;  ///< a deflated data set, inflated
  std::size_t inflation = 64;  ///< inflated / deflated size; small objects may grow to 16 MiB whatever the ratio
  int depth = 64;              ///< nesting of items
};

/// A loaded object, or why it could not be loaded.
struct LoadedObject {
  DatasetPtr dataset;                        ///< everything before the pixel data; null on failure
  IntakeReason reason = IntakeReason::none;  ///< not_dicom, truncated, too_deep, too_large or unreadable
  std::string message;                       ///< what is wrong; no patient data, no path
};

/// Loads a Part 10 file (PS3.10 7.1) up to its pixel data, in any transfer syntax; the bytes are checked before DCMTK's
/// recursive parser sees them. A deflated data set is inflated in memory, under its ceiling.
[[nodiscard]] LoadedObject load_object(const std::filesystem::path& file, const LoadLimits& limits = {});

}  // namespace harvester::extract
