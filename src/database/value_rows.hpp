#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harvester/database/lists.hpp"
#include "statements.hpp"

/// Rows of any query as names and values, for the functions of this room that list things.
namespace harvester::database {

inline flat::Value any_value(const SQLite::Column& column) {
  if (column.isNull()) return std::monostate{};
  if (column.isInteger()) return column.getInt64();
  if (column.isFloat()) return column.getDouble();
  return column.getString();
}

inline lists::Row row_of(SQLite::Statement& statement) {
  lists::Row row;
  for (int n = 0; n < statement.getColumnCount(); ++n)
    row.emplace_back(statement.getColumnName(n), any_value(statement.getColumn(n)));
  return row;
}

inline std::vector<lists::Row> rows_of(SQLite::Statement& statement) {
  std::vector<lists::Row> rows;
  while (statement.executeStep()) rows.push_back(row_of(statement));
  statement.reset();
  return rows;
}

/// A query with conditions that depend on a filter; every value is bound, none stands in the text.
class Conditions {
 public:
  void add(std::string condition) { text_ += " AND " + std::move(condition); }

  /// `column = :name`, where there is a value.
  void equal(const char* column, const char* name, const std::string& value) {
    if (!value.empty()) bind(std::string(column) + " = " + name, name, value);
  }

  void bind(std::string condition, const char* name, flat::Value value) {
    add(std::move(condition));
    values_.emplace_back(name, std::move(value));
  }

  [[nodiscard]] const std::string& text() const { return text_; }

  template <class F>
  void for_each(F&& visit) const {
    for (const auto& [name, value] : values_) visit(name, value);
  }

  void bind_to(SQLite::Statement& statement) const {
    for (const auto& [name, value] : values_)
      std::visit([&, key = name](const auto& v) { bind_one(statement, key, v); }, value);
  }

 private:
  static void bind_one(SQLite::Statement& statement, const char* name, std::monostate) { statement.bind(name); }
  template <class T>
  static void bind_one(SQLite::Statement& statement, const char* name, const T& value) {
    statement.bind(name, value);
  }

  std::string text_ = "1";
  std::vector<std::pair<const char*, flat::Value>> values_;
};

}  // namespace harvester::database
