#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <variant>
#include <vector>

#include "harvester/core/dose_fields.hpp"
#include "harvester/database/connection.hpp"

/// Rows of dose structs, made from their one list of fields: column names, values bound and values read.
namespace harvester::database::rows {

/// What a key column holds; monostate is NULL.
using KeyValue = std::variant<std::monostate, std::int64_t, std::string>;

struct KeyColumn {
  const char* name;
  KeyValue value;
};

inline void bind_value(SQLite::Statement& statement, int& index, const KeyValue& value) {
  ++index;
  if (const auto* number = std::get_if<std::int64_t>(&value)) statement.bind(index, *number);
  if (const auto* text = std::get_if<std::string>(&value)) statement.bind(index, *text);
}

// ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────

inline void add_columns(std::vector<std::string>& names, const char* name, const MaybeCode&) {
  names.insert(names.end(), {name, std::string(name) + "_code", std::string(name) + "_scheme"});
}
template <class T>
void add_columns(std::vector<std::string>& names, const char* name, const T&) {
  names.emplace_back(name);
}

/// The columns of a record, in the order of its fields.
template <class Record>
std::vector<std::string> columns() {
  std::vector<std::string> names;
  const Record empty;
  fields(empty, [&](const char* name, const auto& member, const char*) { add_columns(names, name, member); });
  return names;
}

/// "a, b, c", each with `prefix` in front.
std::string column_list(const std::vector<std::string>& names, const std::string& prefix = "");

/// "INSERT INTO table (keys, fields) VALUES (?, ...)".
std::string insert_sql(const char* table, const std::vector<KeyColumn>& keys, const std::vector<std::string>& names);

// ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

inline void bind_value(SQLite::Statement& statement, int& index, const MaybeText& value) {
  ++index;
  if (value) statement.bind(index, *value);
}
inline void bind_value(SQLite::Statement& statement, int& index, const MaybeNumber& value) {
  ++index;
  if (value) statement.bind(index, *value);
}
inline void bind_value(SQLite::Statement& statement, int& index, const MaybeCount& value) {
  ++index;
  if (value) statement.bind(index, *value);
}
inline void bind_value(SQLite::Statement& statement, int& index, const MaybeFlag& value) {
  ++index;
  if (value) statement.bind(index, *value ? 1 : 0);
}
inline MaybeText unless_empty(const std::string& text) { return text.empty() ? MaybeText() : MaybeText(text); }
inline void bind_value(SQLite::Statement& statement, int& index, const MaybeCode& value) {
  bind_value(statement, index, value ? unless_empty(value->meaning) : MaybeText());
  bind_value(statement, index, value ? unless_empty(value->value) : MaybeText());
  bind_value(statement, index, value ? unless_empty(value->scheme) : MaybeText());
}

template <class Record>
void bind_fields(SQLite::Statement& statement, int& index, const Record& record) {
  fields(record, [&](const char*, const auto& member, const char*) { bind_value(statement, index, member); });
}

/// Inserts one row; its id.
template <class Record>
std::int64_t insert(Connection& connection, const char* table, const std::vector<KeyColumn>& keys,
                    const Record& record) {
  auto& statement = connection.prepare(insert_sql(table, keys, columns<Record>()).c_str());
  int index = 0;
  for (const auto& key : keys) bind_value(statement, index, key.value);
  bind_fields(statement, index, record);
  statement.exec();
  return connection.last_row_id();
}

// ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────

inline MaybeText text_at(SQLite::Statement& statement, int index) {
  const auto column = statement.getColumn(index);
  return column.isNull() ? MaybeText() : MaybeText(column.getString());
}
inline void read_value(SQLite::Statement& statement, int& index, MaybeText& value) {
  value = text_at(statement, index++);
}
inline void read_value(SQLite::Statement& statement, int& index, MaybeNumber& value) {
  const auto column = statement.getColumn(index++);
  value = column.isNull() ? MaybeNumber() : MaybeNumber(column.getDouble());
}
inline void read_value(SQLite::Statement& statement, int& index, MaybeCount& value) {
  const auto column = statement.getColumn(index++);
  value = column.isNull() ? MaybeCount() : MaybeCount(column.getInt64());
}
inline void read_value(SQLite::Statement& statement, int& index, MaybeFlag& value) {
  const auto column = statement.getColumn(index++);
  value = column.isNull() ? MaybeFlag() : MaybeFlag(column.getInt() != 0);
}
inline void read_value(SQLite::Statement& statement, int& index, MaybeCode& value) {
  const auto meaning = text_at(statement, index);
  const auto code = text_at(statement, index + 1);
  const auto scheme = text_at(statement, index + 2);
  index += 3;
  value = std::nullopt;
  if (meaning || code) value = Code{code.value_or(""), scheme.value_or(""), meaning.value_or("")};
}

template <class Record>
void read_fields(SQLite::Statement& statement, int& index, Record& record) {
  fields(record, [&](const char*, auto& member, const char*) { read_value(statement, index, member); });
}

template <class Record>
struct Row {
  std::int64_t id = 0;
  Record record;
};

/// The rows of a table that `tail` ("WHERE x = ? ORDER BY position") selects.
template <class Record>
std::vector<Row<Record>> select(Connection& connection, const std::string& table, const std::string& tail,
                                std::int64_t key) {
  const auto sql = "SELECT id, " + column_list(columns<Record>()) + " FROM " + table + " " + tail;
  auto& statement = connection.prepare(sql.c_str());
  statement.bind(1, key);
  std::vector<Row<Record>> found;
  while (statement.executeStep()) {
    Row<Record> row;
    int index = 0;
    row.id = statement.getColumn(index++).getInt64();
    read_fields(statement, index, row.record);
    found.push_back(std::move(row));
  }
  statement.reset();
  return found;
}

/// Only the records of these rows.
template <class Record>
std::vector<Record> records(Connection& connection, const std::string& table, const std::string& tail,
                            std::int64_t key) {
  std::vector<Record> found;
  for (auto& row : select<Record>(connection, table, tail, key)) found.push_back(std::move(row.record));
  return found;
}

}  // namespace harvester::database::rows
