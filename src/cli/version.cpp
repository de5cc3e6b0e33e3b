#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "harvester/database/connection.hpp"

namespace harvester::cli {

int run(const Global& global, const VersionOptions&) {
  if (global.json)
    fmt::print("{}\n", nlohmann::ordered_json{{"schema", 1},
                                              {"version", HARVESTER_VERSION},
                                              {"database_schema", database::newest_schema_version()}}
                           .dump());
  else
    fmt::print("harvester {}\n", HARVESTER_VERSION);
  return 0;
}

}  // namespace harvester::cli
