#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

#include "value_rows.hpp"

namespace harvester::database {

/// A query whose rows are many: asked without the wrappers, whose counted references cost more than a narrow row does.
/// Throws SQLite::Exception.
class ManyRows {
 public:
  ManyRows(Connection& connection, const std::string& sql, const Conditions& conditions)
      : database_(connection.raw().getHandle()) {
    sqlite3_stmt* made = nullptr;
    check(sqlite3_prepare_v2(database_, sql.c_str(), static_cast<int>(sql.size()), &made, nullptr));
    statement_.reset(made);
    conditions.for_each([&](const char* name, const flat::Value& value) { bind(name, value); });
  }

  bool next() {
    const int result = sqlite3_step(statement_.get());
    if (result != SQLITE_DONE && result != SQLITE_ROW) check(result);
    return result == SQLITE_ROW;
  }

  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  [[nodiscard]] double real(int column) const { return sqlite3_column_double(statement_.get(), column); }
  /// Lives until the next row.
  [[nodiscard]] std::string_view text(int column) const {
    const auto* bytes = sqlite3_column_text(statement_.get(), column);
    if (bytes == nullptr) return {};
    return {reinterpret_cast<const char*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
  }

 private:
  void check(int result) const {
    if (result != SQLITE_OK) throw SQLite::Exception(database_, result);
  }

  void bind(const char* name, const flat::Value& value) {
    const int index = sqlite3_bind_parameter_index(statement_.get(), name);
    if (index == 0) return;
    if (const auto* number = std::get_if<std::int64_t>(&value))
      check(sqlite3_bind_int64(statement_.get(), index, *number));
    if (const auto* number = std::get_if<double>(&value)) check(sqlite3_bind_double(statement_.get(), index, *number));
    if (const auto* words = std::get_if<std::string>(&value))
      check(
          sqlite3_bind_text(statement_.get(), index, words->data(), static_cast<int>(words->size()), SQLITE_TRANSIENT));
  }

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace harvester::database
