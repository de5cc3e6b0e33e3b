#include "record_rows.hpp"

namespace harvester::database::rows {

std::string column_list(const std::vector<std::string>& names, const std::string& prefix) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + prefix + name;
  return list;
}

std::string insert_sql(const char* table, const std::vector<KeyColumn>& keys, const std::vector<std::string>& names) {
  std::vector<std::string> all;
  for (const auto& key : keys) all.emplace_back(key.name);
  all.insert(all.end(), names.begin(), names.end());
  std::string marks = "?";
  for (std::size_t i = 1; i < all.size(); ++i) marks += ", ?";
  return std::string("INSERT INTO ") + table + " (" + column_list(all) + ") VALUES (" + marks + ")";
}

}  // namespace harvester::database::rows
