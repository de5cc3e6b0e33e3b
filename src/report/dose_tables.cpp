#include "harvester/report/dose_tables.hpp"

#include <fmt/format.h>

#include "harvester/report/table.hpp"

namespace harvester::report {
namespace {

using database::flat::Family;
using database::flat::Question;
using database::flat::Value;
using database::flat::View;

/// A column of a view as a terminal shows it.
struct Shown {
  std::string_view name;
  int max_width = 0;  ///< of texts
  int digits = -1;    ///< of numbers: decimals
};

constexpr int kNarrow = 16, kWide = 32;

std::vector<Shown> when_and_where() { return {{"study_date"}, {"study_time", 8}, {"equipment", kWide}}; }

std::vector<Shown> dose_of_studies(Family family) {
  switch (family) {
    case Family::ct:
      return {{"protocol", kWide},
              {"target_region", 24},
              {"number_of_events"},
              {"max_ctdivol_mgy", 0, 2},
              {"total_dlp_mgycm", 0, 2}};
    case Family::xray:
      return {{"study_description", kWide}, {"protocol", 24},
              {"number_of_events"},         {"total_dap_cgycm2", 0, 2},
              {"total_rp_dose_a_gy", 0, 4}, {"total_rp_dose_b_gy", 0, 4},
              {"total_fluoro_time_s", 0, 1}};
    case Family::mg:
      return {{"study_description", kWide},
              {"number_of_events"},
              {"total_agd_left_mgy", 0, 2},
              {"total_agd_right_mgy", 0, 2}};
    case Family::nm:
      return {{"study_description", kWide}, {"radiopharmaceutical", kWide}, {"total_administered_activity_mbq", 0, 1}};
    case Family::all:
      break;
  }
  return {{"modality_type", kNarrow},    {"study_description", kWide},
          {"number_of_events"},          {"total_dlp_mgycm", 0, 2},
          {"total_dap_cgycm2", 0, 2},    {"total_agd_left_mgy", 0, 2},
          {"total_agd_right_mgy", 0, 2}, {"total_administered_activity_mbq", 0, 1}};
}

std::vector<Shown> dose_of_events(Family family) {
  switch (family) {
    case Family::ct:
      return {{"acquisition_protocol", kWide},
              {"ct_acquisition_type", kNarrow},
              {"target_region", kNarrow},
              {"kvp_kv", 0, 0},
              {"xray_tube_current_ma", 0, 0},
              {"pitch_factor", 0, 2},
              {"scanning_length_mm", 0, 0},
              {"mean_ctdivol_mgy", 0, 2},
              {"dlp_mgycm", 0, 2}};
    case Family::mg:
      return {{"laterality", kNarrow},
              {"image_view", kNarrow},
              {"anode_target_material", kNarrow},
              {"filter_materials", kNarrow},
              {"kvp_kv", 0, 0},
              {"exposure_mas", 0, 1},
              {"compression_thickness_mm", 0, 0},
              {"average_glandular_dose_mgy", 0, 2}};
    case Family::nm:
      return {{"radiopharmaceutical", kWide},
              {"radionuclide", kNarrow},
              {"start_datetime"},
              {"route_of_administration", kNarrow},
              {"administered_activity_mbq", 0, 1}};
    case Family::xray:
    case Family::all:
      break;
  }
  return {{"irradiation_event_type", kNarrow},
          {"acquisition_protocol", 24},
          {"target_region", kNarrow},
          {"kvp_kv", 0, 0},
          {"exposure_mas", 0, 2},
          {"dose_area_product_cgycm2", 0, 3},
          {"dose_rp_gy", 0, 5}};
}

std::vector<Shown> columns_of(const DoseTable& table) {
  auto columns = when_and_where();
  for (const auto& column : table.events ? dose_of_events(table.family) : dose_of_studies(table.family))
    columns.push_back(column);
  return columns;
}

Column column_of(View view, const Shown& shown) {
  const auto& column = database::flat::column_of(view, shown.name);
  const bool number = shown.digits >= 0 || shown.name.starts_with("number_of");
  return {column.header(), number ? Align::right : Align::left, shown.max_width};
}

std::string cell_of(const Value& value, const Shown& shown) {
  if (const auto* number = std::get_if<double>(&value)) return number_cell(*number, std::max(shown.digits, 0));
  if (const auto* count = std::get_if<std::int64_t>(&value)) return std::to_string(*count);
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return {};
  return shown.name == "study_time" ? text->substr(0, 8) : *text;  // seconds are enough
}

using Cells = std::vector<std::string>;

/// Rows that need not be read again, as long as they take no more than `most` bytes.
class Kept {
 public:
  explicit Kept(std::size_t most) : most_(most) {}

  void add(const Cells& row) {
    if (!all_) return;
    for (const auto& cell : row) {
      sizes_.push_back(cell.size());
      text_ += cell;
    }
    columns_ = row.size();
    if (text_.size() + sizes_.size() * sizeof(sizes_[0]) <= most_) return;
    *this = Kept(0);
    all_ = false;
  }
  /// Whether none was too many.
  [[nodiscard]] bool all() const { return all_; }

  void for_each(const std::function<void(const Cells&)>& visit) const {
    std::size_t at = 0;
    Cells row(columns_);
    for (std::size_t n = 0; n < sizes_.size(); ++n) {
      row[n % columns_] = text_.substr(at, sizes_[n]);
      at += sizes_[n];
      if (n % columns_ + 1 == columns_) visit(row);
    }
  }

 private:
  std::size_t most_;
  bool all_ = true;
  std::size_t columns_ = 0;
  std::string text_;
  std::vector<std::size_t> sizes_;
};

}  // namespace

View view_of(const DoseTable& table) { return table.events ? database::flat::events_of(table.family) : View::studies; }

Result<std::int64_t> write_dose_table(database::Connection& connection, const DoseTable& table,
                                      const std::function<void(const std::string&)>& write, std::size_t keep) {
  const auto shown = columns_of(table);
  Question question{view_of(table), {}, table.filter};
  question.filter.family = table.family;
  std::vector<Column> columns;
  for (const auto& each : shown) {
    question.columns.push_back(each.name);
    columns.push_back(column_of(question.view, each));
  }
  const auto cells = [&](std::span<const Value> row) {
    Cells texts;
    for (std::size_t i = 0; i < row.size(); ++i) texts.push_back(cell_of(row[i], shown[i]));
    return texts;
  };
  return database::reading(connection, [&](database::Connection& reader) {
    TableLines lines(columns);
    std::int64_t rows = 0;
    Kept kept(keep);
    database::flat::for_each_row(reader, question, [&](std::span<const Value> row) {
      const auto texts = cells(row);
      lines.measure(texts);
      kept.add(texts);
      return ++rows > 0;
    });
    if (rows == 0) return rows;
    write(lines.head());
    if (kept.all()) {
      kept.for_each([&](const Cells& texts) { write(lines.line(texts)); });
      return rows;
    }
    database::flat::for_each_row(reader, question, [&](std::span<const Value> row) {
      write(lines.line(cells(row)));
      return true;
    });
    return rows;
  });
}

}  // namespace harvester::report
