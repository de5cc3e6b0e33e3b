#pragma once

#include <chrono>

#include "harvester/core/result.hpp"

namespace harvester::dicom {

struct ToolkitOptions {
  std::chrono::seconds connect_timeout{10};  ///< one for the process: DCMTK holds it globally
  std::chrono::seconds socket_timeout{60};   ///< longest single send or receive that nothing else bounds
};

/// Sets DCMTK up for the whole process: no Nagle, no reverse DNS, time-outs, its log into ours. Call it
/// before any other thread runs; later calls do nothing and return what the first returned.
/// Fails with `config` if the data dictionary cannot be found (package libdcmtk17, environment DCMDICTPATH).
Status start_toolkit(const ToolkitOptions& options = {});

}  // namespace harvester::dicom
