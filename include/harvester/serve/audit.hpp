#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "harvester/core/result.hpp"
#include "harvester/dicom/scu.hpp"
#include "harvester/serve/engine.hpp"

/// What an auditor may ask for, as rows: who asked for what (table `job`, `audit_event`), which associations there were
/// in and out (table `association`). Never with patient data.
namespace harvester::serve {

/// Whom the present thread acts for, as long as this lives: "user anna", "schedule main/nightly", "page physics".
class AskedBy {
 public:
  explicit AskedBy(std::string who);
  ~AskedBy();
  AskedBy(const AskedBy&) = delete;
  AskedBy& operator=(const AskedBy&) = delete;

 private:
  std::string before_;
};

/// Who that is on this thread; without any AskedBy the user that this process runs as.
[[nodiscard]] std::string asked_by();

/// "user NAME", or "user NUMBER" where the system knows no name.
[[nodiscard]] std::string user_words(uid_t user);

/// Records an act of whom this thread acts for, and tells the auditor of exports and of looks at patient data.
/// `subject`: a node's name or nothing; `detail`: a JSON object. Fails with `storage`.
Status record_act(Engine& engine, const std::string& kind, const std::string& subject, const std::string& detail);

/// Records each association with a node once it has ended, and tells the auditor. `by`: as asked_by() says it; `model`:
/// that the node is asked by. `engine` outlives what calls it.
[[nodiscard]] std::function<void(const dicom::AssociationEnd&)> recording_associations(Engine& engine,
                                                                                       const std::string& node,
                                                                                       const std::string& by,
                                                                                       dicom::Model model);

}  // namespace harvester::serve
