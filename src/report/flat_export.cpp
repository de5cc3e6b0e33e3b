#include "harvester/report/flat_export.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harvester/core/text.hpp"

namespace harvester::report {
namespace {

using database::flat::Question;
using database::flat::Role;
using database::flat::Value;
using nlohmann::ordered_json;

Question question_of(const FlatExport& what) {
  return {what.view, exported_columns(what.view, what.with_patient), what.filter};
}

/// Writes each row with `write_row`; an output that fails ends the walk.
template <class WriteRow>
Status stream_rows(database::Connection& connection, const FlatExport& what, std::ostream& out, WriteRow&& write_row) {
  const auto written = database::reading(connection, [&](database::Connection& reader) {
    database::flat::for_each_row(reader, question_of(what), [&](std::span<const Value> row) {
      write_row(row);
      return out.good();
    });
    return Done{};
  });
  if (!written) return written.error();
  if (!out.good()) return Error{ErrorKind::storage, "the export could not be written"};
  return ok();
}

bool looks_like_formula(const std::string& text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string cell = "\"";
  for (const char c : text) cell += c == '"' ? std::string("\"\"") : std::string(1, c);
  return cell + "\"";
}

ordered_json json_of(const std::vector<std::string_view>& names, std::span<const Value> row) {
  auto object = ordered_json::object();
  for (std::size_t i = 0; i < row.size(); ++i)
    std::visit(
        [&](const auto& value) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, std::monostate>)
            object[std::string(names[i])] = value;
        },
        row[i]);
  return object;
}

std::string dumped(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::vector<std::string_view> exported_columns(database::flat::View view, bool with_patient) {
  std::vector<std::string_view> names;
  for (const auto& column : database::flat::columns_of(view))
    if (column.role == Role::value || (column.role == Role::patient && with_patient)) names.push_back(column.name);
  return names;
}

std::string csv_cell(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    const auto clean = repaired_utf8(*text);
    return quoted(looks_like_formula(clean) ? "'" + clean : clean);
  }
  if (const auto* count = std::get_if<std::int64_t>(&value)) return std::to_string(*count);
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  return {};
}

Status export_csv(database::Connection& connection, const FlatExport& what, bool byte_order_mark, std::ostream& out) {
  if (byte_order_mark) out << "\xEF\xBB\xBF";
  const char* between = "";
  for (const auto name : exported_columns(what.view, what.with_patient)) {
    out << between << csv_cell(database::flat::column_of(what.view, name).header());
    between = ",";
  }
  out << "\r\n";
  return stream_rows(connection, what, out, [&](std::span<const Value> row) {
    for (std::size_t i = 0; i < row.size(); ++i) out << (i == 0 ? "" : ",") << csv_cell(row[i]);
    out << "\r\n";
  });
}

Status export_ndjson(database::Connection& connection, const FlatExport& what, std::ostream& out) {
  const auto names = exported_columns(what.view, what.with_patient);
  return stream_rows(connection, what, out,
                     [&](std::span<const Value> row) { out << dumped(json_of(names, row)) << '\n'; });
}

Status export_rows_json(database::Connection& connection, const FlatExport& what, std::ostream& out) {
  const auto names = exported_columns(what.view, what.with_patient);
  out << "{\"schema\": 1, \"rows\": [";
  const char* between = "\n";
  const auto written = stream_rows(connection, what, out, [&](std::span<const Value> row) {
    out << between << dumped(json_of(names, row));
    between = ",\n";
  });
  if (!written) return written;
  out << "\n]}\n";
  return out.good() ? ok() : Status(Error{ErrorKind::storage, "the export could not be written"});
}

std::string columns_json(const FlatExport& what) {
  auto columns = ordered_json::array();
  for (const auto name : exported_columns(what.view, what.with_patient)) {
    const auto& column = database::flat::column_of(what.view, name);
    columns.push_back(
        {{"name", column.name}, {"header", column.header()}, {"unit", column.unit}, {"source", column.source}});
  }
  const ordered_json json{{"schema", 1}, {"view", database::flat::name_of(what.view)}, {"columns", std::move(columns)}};
  return json.dump(2) + "\n";
}

}  // namespace harvester::report
