#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <string>
#include <vector>

#include "harvester/core/ids.hpp"
#include "harvester/core/intake_reason.hpp"
#include "harvester/core/result.hpp"
#include "harvester/serve/engine.hpp"

/// Objects that come as files: the way in of `import`, for whichever process has the data directory open.
namespace harvester::serve {

/// A file on its way in.
struct Taken {
  ObjectId id;                                ///< its inbox row
  IntakeState state = IntakeState::imported;  ///< `imported` stands for: safe, and to be imported
  IntakeReason reason = IntakeReason::none;
};

/// Makes the bytes of one file safe in the spool. Fails with `storage` or `transient`: then nothing of it is kept.
Result<Taken> take(Engine& engine, std::istream& bytes);

/// How the import of an object ended.
struct ImportEnd {
  ObjectId id;
  bool ended = false;  ///< false: still to be imported
  std::string state;   ///< imported, ignored, failed
  std::string reason;
  std::string message;  ///< without patient data
};

/// Waits until these objects are imported, ignored or failed, or a stop comes; tells how they ended, in their order.
/// Fails with `storage` if the database does, or if no worker can begin.
Result<std::vector<ImportEnd>> await_imports(Engine& engine, const std::vector<ObjectId>& ids, std::stop_token stop);

}  // namespace harvester::serve
