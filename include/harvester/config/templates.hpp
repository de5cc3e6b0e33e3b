#pragma once

#include <string>
#include <string_view>

namespace harvester::config {

/// A commented harvester.yaml for `init`, with the data directory filled in.
[[nodiscard]] std::string site_template(std::string_view data_directory);

/// The project's profiles/example.yaml: every key of a profile with its comment.
[[nodiscard]] std::string_view example_profile();

}  // namespace harvester::config
