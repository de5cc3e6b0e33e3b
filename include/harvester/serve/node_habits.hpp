#pragma once

#include <string>
#include <vector>

#include "harvester/harvest/habits.hpp"

namespace harvester::serve {

/// What harvests learnt of how a node answers, a line each; none where nothing was learnt yet. Pure.
[[nodiscard]] std::vector<std::string> in_words(const harvest::Habits& habits);

}  // namespace harvester::serve
