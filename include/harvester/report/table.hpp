#pragma once

#include <optional>
#include <string>
#include <vector>

namespace harvester::report {

enum class Align { left, right };

struct Column {
  std::string header;  ///< with its unit, e.g. "DLP [mGy.cm]"
  Align align = Align::left;
  int max_width = 0;  ///< columns on the terminal; longer texts end in "..."; 0: as wide as needed
};

/// Text in columns, for terminals.
struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  ///< a missing cell is empty
};

/// A table whose rows are not held: all of them are measured first, then written. As render() does it.
class TableLines {
 public:
  explicit TableLines(std::vector<Column> columns);

  void measure(const std::vector<std::string>& row);
  [[nodiscard]] std::string head() const;  ///< header and rule
  [[nodiscard]] std::string line(const std::vector<std::string>& row) const;

 private:
  [[nodiscard]] std::string padded_line(const std::vector<std::string>& cells) const;

  std::vector<Column> columns_;
  std::vector<int> widths_;
};

/// The table as lines of UTF-8: header, rule, rows; columns aligned by display width (wide East Asian characters count
/// two), control characters made visible.
[[nodiscard]] std::string render(const Table& table);

/// `value` with `digits` decimals; "" for nothing.
[[nodiscard]] std::string number_cell(const std::optional<double>& value, int digits);

}  // namespace harvester::report
