#pragma once

#include "arguments.hpp"

namespace CLI {
class App;
}

namespace harvester::cli {

/// What the parser fills for the commands that look after a data directory and its stores.
struct UpkeepSlots {
  QuarantineOptions quarantine;
  DbOptions db;
  ScheduleOptions schedule;
  StoreOptions store;
  DoctorOptions doctor;
  CompletionOptions completion;
};

/// `quarantine`, `db`, `schedule`, `store`, `doctor`, `config` and what the program tells of itself; the command that
/// is given goes to `chosen`. All outlive the parsing.
void add_upkeep(CLI::App& app, UpkeepSlots& slots, std::optional<Command>& chosen);

}  // namespace harvester::cli
