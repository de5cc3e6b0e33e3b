#pragma once

#include <string>

#include "harvester/database/story.hpp"

/// A story for people and for programs.
namespace harvester::report {

/// Lines of text, for a terminal; control characters made visible.
[[nodiscard]] std::string story_text(const database::story::Story& story);

/// {"schema": 1, "findings": […], "objects": […]}, the fields of database/story.hpp.
[[nodiscard]] std::string story_json(const database::story::Story& story);

}  // namespace harvester::report
