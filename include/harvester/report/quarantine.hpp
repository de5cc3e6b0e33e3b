#pragma once

#include <string>
#include <vector>

#include "harvester/database/quarantine.hpp"
#include "harvester/report/table.hpp"

/// Objects in quarantine for people and programs. Pure.
namespace harvester::report {

[[nodiscard]] Table quarantine_table(const std::vector<database::quarantine::Item>& items);

/// {"schema": 1, "in_quarantine": N, "objects": […]}; `all`: how many there are, listed or not.
[[nodiscard]] std::string quarantine_json(const std::vector<database::quarantine::Item>& items, std::int64_t all);

[[nodiscard]] std::string quarantine_text(const database::quarantine::Detail& detail);
[[nodiscard]] std::string quarantine_json(const database::quarantine::Detail& detail);

}  // namespace harvester::report
