#include "harvester/database/standard_names.hpp"

#include "statements.hpp"

namespace harvester::database::standard_names {
namespace {

/// A shell pattern as LIKE wants it, with \ as its escape character.
std::string like_pattern(const std::string& pattern) {
  std::string like;
  for (const char c : pattern) {
    if (c == '*' || c == '?') {
      like += c == '*' ? '%' : '_';
      continue;
    }
    if (c == '%' || c == '_' || c == '\\') like += '\\';
    like += c;
  }
  return like;
}

}  // namespace

void replace(Connection& connection, const std::vector<Entry>& entries) {
  connection.run("DELETE FROM standard_name");
  std::int64_t position = 0;
  for (const auto& entry : entries) {
    auto& insert = connection.prepare(
        "INSERT INTO standard_name (position, modality, acquisition_protocol, like_pattern, name)"
        " VALUES (:position, :modality, :protocol, :like, :name)");
    put(insert, ":position", position++);
    put(insert, ":modality", entry.modality);
    put(insert, ":protocol", entry.acquisition_protocol);
    put(insert, ":like", like_pattern(entry.acquisition_protocol));
    put(insert, ":name", entry.name);
    insert.exec();
  }
}

}  // namespace harvester::database::standard_names
