#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "call.hpp"
#include "harvester/database/lists.hpp"

namespace harvester::web {

[[nodiscard]] ordered_json json_of(const database::flat::Value& value);
[[nodiscard]] ordered_json json_of(const database::lists::Row& row);
[[nodiscard]] ordered_json json_of(const std::vector<database::lists::Row>& rows);

/// {NAME: [rows], "next"}
[[nodiscard]] ordered_json json_of(const char* name, const database::lists::Page& page);

/// Text that is JSON as what it says; an empty object where it is none.
[[nodiscard]] ordered_json parsed(const ordered_json& text);

/// What a SOP class is called, e.g. "X-Ray Radiation Dose SR Storage"; empty where it is not known.
[[nodiscard]] std::string sop_class_name(const std::string& uid);

template <class T>
[[nodiscard]] ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json();
}

/// "" is nothing.
[[nodiscard]] ordered_json text_or_null(const std::string& text);

}  // namespace harvester::web
