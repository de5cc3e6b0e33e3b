#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <optional>
#include <string>

#include "harvester/core/ids.hpp"

/// Small helpers over SQLiteCpp that every repository uses.
namespace harvester::database {

inline void put(SQLite::Statement& statement, const char* name, const std::string& value) {
  statement.bind(name, value);
}
inline void put(SQLite::Statement& statement, const char* name, const char* value) { statement.bind(name, value); }
inline void put(SQLite::Statement& statement, const char* name, std::int64_t value) { statement.bind(name, value); }
inline void put(SQLite::Statement& statement, const char* name, int value) { statement.bind(name, value); }
inline void put(SQLite::Statement& statement, const char* name, bool value) { statement.bind(name, value ? 1 : 0); }
inline void put(SQLite::Statement& statement, const char* name, double value) { statement.bind(name, value); }

template <class Tag>
void put(SQLite::Statement& statement, const char* name, const TextId<Tag>& id) {
  statement.bind(name, id.str());
}
template <class Tag>
void put(SQLite::Statement& statement, const char* name, RowId<Tag> id) {
  statement.bind(name, id.value);
}
template <class T>
void put(SQLite::Statement& statement, const char* name, const std::optional<T>& value) {
  if (value)
    put(statement, name, *value);
  else
    statement.bind(name);
}

[[nodiscard]] inline std::string text(SQLite::Statement& statement, int column) {
  return statement.getColumn(column).getString();
}
[[nodiscard]] inline std::int64_t integer(SQLite::Statement& statement, int column) {
  return statement.getColumn(column).getInt64();
}
[[nodiscard]] inline std::optional<int> optional_int(SQLite::Statement& statement, int column) {
  const auto value = statement.getColumn(column);
  if (value.isNull()) return std::nullopt;
  return value.getInt();
}
[[nodiscard]] inline std::optional<std::string> optional_text(SQLite::Statement& statement, int column) {
  const auto value = statement.getColumn(column);
  if (value.isNull()) return std::nullopt;
  return value.getString();
}

}  // namespace harvester::database
