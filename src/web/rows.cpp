#include "rows.hpp"

#include <cmath>
#include <map>

#include "harvester/dicom/conformance.hpp"

namespace harvester::web {

ordered_json json_of(const database::flat::Value& value) {
  return std::visit(
      [](const auto& v) -> ordered_json {
        using T = std::remove_cvref_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>) return nullptr;
        if constexpr (std::is_same_v<T, double>)
          if (!std::isfinite(v)) return nullptr;
        if constexpr (!std::is_same_v<T, std::monostate>) return v;
      },
      value);
}

ordered_json json_of(const database::lists::Row& row) {
  auto json = ordered_json::object();
  for (const auto& [name, value] : row) json[name] = json_of(value);
  return json;
}

ordered_json json_of(const std::vector<database::lists::Row>& rows) {
  auto json = ordered_json::array();
  for (const auto& row : rows) json.push_back(json_of(row));
  return json;
}

ordered_json json_of(const char* name, const database::lists::Page& page) {
  return {{name, json_of(page.rows)}, {"next", page.next ? ordered_json(std::to_string(*page.next)) : ordered_json()}};
}

ordered_json parsed(const ordered_json& text) {
  if (!text.is_string()) return ordered_json::object();
  auto json = ordered_json::parse(text.get_ref<const std::string&>(), nullptr, false);
  return json.is_discarded() ? ordered_json::object() : json;
}

std::string sop_class_name(const std::string& uid) { return uid.empty() ? std::string() : dicom::name_of_uid(uid); }

ordered_json text_or_null(const std::string& text) { return text.empty() ? ordered_json() : ordered_json(text); }

}  // namespace harvester::web
