#include "harvester/report/table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harvester/core/text.hpp"

namespace harvester::report {
namespace {

std::size_t character_length(unsigned char first) {
  if (first < 0x80) return 1;
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}

std::string shortened(const std::string& text, int max_width) {
  if (max_width <= 3 || display_width(text) <= max_width) return text;
  std::size_t end = 0;
  while (end < text.size()) {
    const auto next = end + character_length(static_cast<unsigned char>(text[end]));
    if (display_width(text.substr(0, next)) > max_width - 3) break;
    end = next;
  }
  return text.substr(0, end) + "...";
}

std::string cell_text(const Column& column, const std::string& text) {
  return shortened(escaped_controls(repaired_utf8(text)), column.max_width);
}

std::string padded(const std::string& text, int width, Align align) {
  const std::string blanks(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ');
  return align == Align::right ? blanks + text : text + blanks;
}

/// The texts of a row as they are shown.
std::vector<std::string> shown(const std::vector<Column>& columns, const std::vector<std::string>& row) {
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < columns.size(); ++i) cells.push_back(i < row.size() ? cell_text(columns[i], row[i]) : "");
  return cells;
}

std::string joined(const std::vector<std::string>& cells) {
  auto line = join(cells, "  ");
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

TableLines::TableLines(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (const auto& column : columns_) widths_.push_back(display_width(column.header));
}

void TableLines::measure(const std::vector<std::string>& row) {
  const auto cells = shown(columns_, row);
  for (std::size_t i = 0; i < cells.size(); ++i) widths_[i] = std::max(widths_[i], display_width(cells[i]));
}

std::string TableLines::head() const {
  std::vector<std::string> headers, rule;
  for (const auto& column : columns_) headers.push_back(column.header);
  for (const int width : widths_) rule.emplace_back(static_cast<std::size_t>(width), '-');
  return padded_line(headers) + joined(rule);
}

std::string TableLines::line(const std::vector<std::string>& row) const { return padded_line(shown(columns_, row)); }

std::string TableLines::padded_line(const std::vector<std::string>& cells) const {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < widths_.size(); ++i) all.push_back(padded(cells[i], widths_[i], columns_[i].align));
  return joined(all);
}

std::string render(const Table& table) {
  TableLines lines(table.columns);
  for (const auto& row : table.rows) lines.measure(row);
  auto text = lines.head();
  for (const auto& row : table.rows) text += lines.line(row);
  return text;
}

std::string number_cell(const std::optional<double>& value, int digits) {
  return value ? fmt::format("{:.{}f}", *value, digits) : std::string();
}

}  // namespace harvester::report
