#pragma once

#include <string>
#include <vector>

#include "harvester/database/connection.hpp"

/// Names that several acquisition protocols share; the view v_standard_names applies them.
namespace harvester::database::standard_names {

struct Entry {
  std::string modality;              ///< CT, MG, DX (CR and PX, too), CR, PX, RF, XA (as RF)
  std::string acquisition_protocol;  ///< shell pattern, * and ?; case of ASCII letters does not matter
  std::string name;
};

/// These take the place of all that were; of several that match the first holds. Inside the caller's transaction;
/// throws on database errors.
void replace(Connection& connection, const std::vector<Entry>& entries);

}  // namespace harvester::database::standard_names
