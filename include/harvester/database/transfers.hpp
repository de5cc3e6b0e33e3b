#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harvester/core/ids.hpp"
#include "harvester/database/connection.hpp"
#include "harvester/database/inbox.hpp"

/// Read only: which studies objects belong to, for those who tell an auditor of them. All functions throw on database
/// errors.
namespace harvester::database::transfers {

/// Received objects of one class of one study.
struct Group {
  StudyUid study;     ///< empty: none could be read
  bool held = false;  ///< they had come before, and what was held stays as it is
  SopClassUid sop_class;
  std::int64_t objects = 0;
};

using Visit = std::function<void(const Group&)>;

/// What came over an association of a store, in the order of study and `held`.
void for_each(Connection& connection, inbox::AssociationId association, const Visit& visit);

/// The same for these objects.
void for_each(Connection& connection, const std::vector<ObjectId>& objects, const Visit& visit);

/// The Study Instance UIDs of studies of the dose database; what is not there is left out.
[[nodiscard]] std::vector<StudyUid> uids_of(Connection& connection, const std::vector<std::int64_t>& studies);

}  // namespace harvester::database::transfers
