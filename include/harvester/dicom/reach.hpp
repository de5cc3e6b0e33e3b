#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "harvester/core/result.hpp"

/// Whether a machine and a port can be reached at all, before anything of DICOM is said: for diagnosis.
namespace harvester::dicom {

/// The numeric addresses of a host, each once. `not_found`: nobody knows the name; `transient`: nobody could be asked.
Result<std::vector<std::string>> addresses_of(const std::string& host);

/// How an attempt to open a TCP connection ended.
enum class Reach {
  open,         ///< somebody listens
  closed,       ///< the machine answers that nobody listens on the port
  silent,       ///< nothing at all within the limit: a firewall, or no such machine
  unreachable,  ///< the network knows no way
  failed        ///< for a reason of this machine
};

/// Opens a connection to a numeric address and closes it again.
[[nodiscard]] Reach reach(const std::string& address, int port, std::chrono::milliseconds limit);

}  // namespace harvester::dicom
