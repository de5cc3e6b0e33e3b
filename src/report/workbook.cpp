#include "workbook.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "harvester/core/text.hpp"

namespace harvester::report {
namespace {

using database::flat::Value;

constexpr std::size_t kLongestName = 31, kLongestText = 32767;

/// The first `most` characters of UTF-8.
std::string first_characters(const std::string& text, std::size_t most) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80;
    if (begins && characters++ == most) return text.substr(0, i);
  }
  return text;
}

std::string allowed_name(const std::string& wanted) {
  auto name = escaped_controls(repaired_utf8(wanted));
  for (char& c : name)
    if (std::string_view("[]:*?/\\'").find(c) != std::string_view::npos) c = '_';
  name = std::string(trimmed(first_characters(name, kLongestName)));
  return name.empty() || lower(name) == "history" ? "_" + name : name;
}

}  // namespace

Workbook::Workbook(const std::filesystem::path& file)
    : temporary_(file.has_parent_path() ? file.parent_path().string() : ".") {
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  options.tmpdir = temporary_.data();
  book_ = workbook_new_opt(file.c_str(), &options);
  if (book_ == nullptr) throw std::bad_alloc();
  bold_ = workbook_add_format(book_);
  format_set_bold(bold_);
}

Workbook::~Workbook() {
  if (book_ != nullptr) lxw_workbook_free(book_);
}

Status Workbook::close() {
  const auto failure = workbook_close(std::exchange(book_, nullptr));
  if (failure == LXW_NO_ERROR) return ok();
  return Error{ErrorKind::storage, fmt::format("the workbook could not be written: {}", lxw_strerror(failure))};
}

std::string Workbook::free_name(const std::string& wanted) {
  const auto name = allowed_name(wanted);
  auto free = name;
  for (int n = 2; names_.contains(lower(free)); ++n) {
    const auto suffix = fmt::format(" ({})", n);
    free = first_characters(name, kLongestName - suffix.size()) + suffix;
  }
  return free;
}

lxw_worksheet* Workbook::add_sheet(const std::string& name) {
  const auto free = free_name(name);
  names_.insert(lower(free));
  auto* sheet = workbook_add_worksheet(book_, free.c_str());
  if (sheet == nullptr) throw std::runtime_error("a sheet could not be added to the workbook");
  return sheet;
}

SheetTable::SheetTable(Workbook& book, std::string name, std::vector<std::string> headers)
    : book_(book), name_(std::move(name)), headers_(std::move(headers)) {
  headers_.resize(std::min<std::size_t>(headers_.size(), LXW_COL_MAX));
  begin_sheet();
}

void SheetTable::begin_sheet() {
  sheet_ = book_.add_sheet(name_);
  row_ = 0;
  for (std::size_t i = 0; i < headers_.size(); ++i) {
    const auto column = static_cast<lxw_col_t>(i);
    worksheet_write_string(sheet_, row_, column, headers_[i].c_str(), book_.bold());
    worksheet_set_column(sheet_, column, column, std::clamp(static_cast<double>(headers_[i].size()) + 1, 9.0, 24.0),
                         nullptr);
  }
  worksheet_freeze_panes(sheet_, 1, 0);
  ++row_;
}

void SheetTable::put(lxw_col_t column, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    // As a string, so that none becomes a formula.
    worksheet_write_string(sheet_, row_, column, first_characters(repaired_utf8(*text), kLongestText).c_str(), nullptr);
  } else if (const auto* count = std::get_if<std::int64_t>(&value)) {
    worksheet_write_number(sheet_, row_, column, static_cast<double>(*count), nullptr);
  } else if (const auto* number = std::get_if<double>(&value)) {
    worksheet_write_number(sheet_, row_, column, *number, nullptr);
  }
}

void SheetTable::add(Cells first, Cells second) {
  if (row_ == LXW_ROW_MAX) begin_sheet();
  std::size_t column = 0;
  for (const auto cells : {first, second})
    for (const auto& value : cells)
      if (column < headers_.size()) put(static_cast<lxw_col_t>(column++), value);
  ++row_;
}

}  // namespace harvester::report
