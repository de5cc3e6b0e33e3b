#pragma once

#include <xlsxwriter.h>

#include <filesystem>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "harvester/core/result.hpp"
#include "harvester/database/flat_views.hpp"

namespace harvester::report {

using Cells = std::span<const database::flat::Value>;

/// An XLSX file that is written row by row: a row is on disk before the next one begins.
class Workbook {
 public:
  /// Creates nothing yet; close() writes the file. What is written meanwhile lies unnamed in the folder of `file`.
  explicit Workbook(const std::filesystem::path& file);
  Workbook(const Workbook&) = delete;
  Workbook& operator=(const Workbook&) = delete;
  ~Workbook();

  /// Writes the file. Fails with `storage`.
  Status close();

  /// A name that a sheet may have and none has yet, nearest to `wanted` (no []:*?/\, at most 31 characters).
  [[nodiscard]] std::string free_name(const std::string& wanted);

  /// Throws std::runtime_error where memory is out.
  lxw_worksheet* add_sheet(const std::string& name);
  [[nodiscard]] lxw_format* bold() const { return bold_; }

 private:
  std::string temporary_;
  lxw_workbook* book_;
  lxw_format* bold_;
  std::set<std::string> names_;  ///< in lower case
};

/// A table of any length: goes on on a further sheet where one is full.
class SheetTable {
 public:
  SheetTable(Workbook& book, std::string name, std::vector<std::string> headers);

  /// The cells after the last column that a sheet can have are left out.
  void add(Cells first, Cells second = {});

 private:
  void begin_sheet();
  void put(lxw_col_t column, const database::flat::Value& value);

  Workbook& book_;
  std::string name_;
  std::vector<std::string> headers_;
  lxw_worksheet* sheet_ = nullptr;
  lxw_row_t row_ = 0;
};

}  // namespace harvester::report
