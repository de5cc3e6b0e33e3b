#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "harvester/core/object_kind.hpp"
#include "harvester/intake/importer.hpp"
#include "harvester/intake/worker.hpp"

namespace harvester::intake {

/// Whose spool copies go once their import is committed; what is not named is kept.
struct KeepPolicy {
  std::set<ObjectKind> deleted_kinds;                            ///< of the site
  std::map<std::string, std::map<ObjectKind, bool>> of_nodes{};  ///< node → kind → whether it goes, over the site's

  /// For an object that is credited to harvests of these nodes: it goes only if it would go for each of them.
  [[nodiscard]] bool deletes(ObjectKind kind, const std::vector<std::string>& nodes) const;
};

/// What intake does with an object: how it is read, and whether its spool copy goes once it is imported or ignored.
/// What failed is always kept, and what no version before this one could read.
struct Settings {
  ImportPolicy policy;
  KeepPolicy keep;
};

/// The import of one object as a worker runs it: parse_object() without the database, store_object() in the batch.
[[nodiscard]] Prepare make_prepare(Settings settings, const Clock& clock);

}  // namespace harvester::intake
