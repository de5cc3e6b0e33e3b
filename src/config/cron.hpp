#pragma once

#include <variant>

#include "harvester/config/cron.hpp"
#include "scalar.hpp"

namespace harvester::config {

/// parse_cron() with what is wrong.
[[nodiscard]] std::variant<Cron, Problem> read_cron(std::string_view text);

}  // namespace harvester::config
