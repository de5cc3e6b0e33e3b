#pragma once

#include <set>

#include "harvester/core/object_kind.hpp"
#include "harvester/intake/importer.hpp"
#include "harvester/intake/worker.hpp"

namespace harvester::intake {

/// What intake does with an object: how it is read, and whether its spool copy goes once it is imported or ignored.
/// What failed is always kept.
struct Settings {
  ImportPolicy policy;
  std::set<ObjectKind> deleted_kinds;  ///< the others are kept
};

/// The import of one object as a worker runs it: parse_object() without the database, store_object() in the batch.
[[nodiscard]] Prepare make_prepare(Settings settings, const Clock& clock);

}  // namespace harvester::intake
