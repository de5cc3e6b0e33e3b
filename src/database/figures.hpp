#pragma once

#include <cstdint>

#include "harvester/database/connection.hpp"

/// What charts and lists are made of (migrations/0009_figures.sql).
namespace harvester::database::figures {

/// Writes the narrow rows of a study anew, as its reports, events and totals stand. Inside the caller's transaction;
/// throws on database errors.
void renew_study(Connection& connection, std::int64_t study);

}  // namespace harvester::database::figures
