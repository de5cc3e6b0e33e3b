#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>

#include "pusher.hpp"

namespace harvester::soak {

/// What became of the objects.
struct Ends {
  std::uint64_t imported = 0;
  std::uint64_t ignored = 0;
  std::uint64_t duplicates = 0;
};

/// Compares a database with what senders were told: each acknowledged object was imported (reports) or ignored (images)
/// once, each repeat is told as such, and there is nothing that nobody sent.
Ends check_ends(const std::filesystem::path& database, const std::deque<Pusher>& pushers, Faults& faults);

/// Nothing lies in a spool of which nothing is kept.
void check_empty(const std::filesystem::path& spool, Faults& faults);

}  // namespace harvester::soak
