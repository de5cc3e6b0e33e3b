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

using Cells = std::vector<std::string>;

std::vector<Cells> lines_of(const Table& table) {
  std::vector<Cells> lines(1);
  for (const auto& column : table.columns) lines[0].push_back(column.header);
  for (const auto& row : table.rows) {
    Cells cells;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      cells.push_back(i < row.size() ? cell_text(table.columns[i], row[i]) : "");
    lines.push_back(std::move(cells));
  }
  return lines;
}

std::vector<int> widths_of(const Table& table, const std::vector<Cells>& lines) {
  std::vector<int> widths(table.columns.size(), 0);
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], display_width(line[i]));
  return widths;
}

std::string joined(Cells cells) {
  auto line = join(cells, "  ");
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string render(const Table& table) {
  const auto lines = lines_of(table);
  const auto widths = widths_of(table, lines);
  std::string text;
  for (std::size_t row = 0; row < lines.size(); ++row) {
    Cells cells;
    for (std::size_t i = 0; i < widths.size(); ++i)
      cells.push_back(padded(lines[row][i], widths[i], table.columns[i].align));
    text += joined(std::move(cells));
    if (row > 0) continue;
    Cells rule;
    for (const int width : widths) rule.emplace_back(static_cast<std::size_t>(width), '-');
    text += joined(std::move(rule));
  }
  return text;
}

std::string number_cell(const std::optional<double>& value, int digits) {
  return value ? fmt::format("{:.{}f}", *value, digits) : std::string();
}

}  // namespace harvester::report
