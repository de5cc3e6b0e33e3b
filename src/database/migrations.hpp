#pragma once

#include <string_view>
#include <vector>

namespace harvester::database {

struct Migration {
  std::string_view name;  ///< "0001_ledger.sql"
  std::string_view sql;
};

/// All migrations in order; the n-th (from 1) leads to schema version n. Generated from src/database/migrations.
const std::vector<Migration>& migrations();

}  // namespace harvester::database
