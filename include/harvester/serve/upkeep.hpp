#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "harvester/core/result.hpp"
#include "harvester/database/quarantine.hpp"
#include "harvester/serve/engine.hpp"
#include "harvester/serve/importing.hpp"

/// What is done to objects in quarantine, by whichever process has the data directory open.
namespace harvester::serve {

struct QuarantineOrder {
  enum class Act { retry, drop };
  Act act = Act::retry;
  database::quarantine::Choice choice;
};

[[nodiscard]] std::string to_json(const QuarantineOrder& order);

/// Fails with `config` for a text that no version of this program wrote.
Result<QuarantineOrder> quarantine_order_from_json(const std::string& json);

/// Retries and waits for how that ends, or drops rows and files; tells how the objects ended. Fails with `not_found` if
/// an id is not in quarantine: then nothing is done; or with `storage`.
Result<std::vector<ImportEnd>> work_on_quarantine(Engine& engine, const QuarantineOrder& order, std::stop_token stop);

}  // namespace harvester::serve
