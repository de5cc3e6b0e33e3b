#include "harvester/report/xlsx_export.hpp"

#include <fmt/format.h>

#include <map>

#include "harvester/core/text.hpp"
#include "harvester/report/flat_export.hpp"
#include "workbook.hpp"

namespace harvester::report {
namespace {

using database::flat::events_of;
using database::flat::Family;
using database::flat::Filter;
using database::flat::ProtocolCount;
using database::flat::Question;
using database::flat::Value;
using database::flat::View;

constexpr std::size_t kMostProtocolSheets = 250;

std::string_view title_of(Family family) {
  switch (family) {
    case Family::ct:
      return "CT";
    case Family::mg:
      return "Mammography";
    case Family::nm:
      return "Nuclear medicine";
    case Family::xray:
      return "X-ray";
    default:
      return "All";
  }
}

std::vector<std::string> headers_of(View view, const std::vector<std::string_view>& names) {
  std::vector<std::string> headers;
  for (const auto name : names) headers.push_back(database::flat::column_of(view, name).header());
  return headers;
}

/// What an event says beyond its study: the columns after those that both views have.
std::vector<std::string_view> columns_beyond_study(View view) {
  std::vector<std::string_view> names;
  bool own = false;
  for (const auto name : exported_columns(view, false)) {
    own = own || name == "position";
    if (own && name != "position") names.push_back(name);
  }
  return names;
}

/// One export: the sheets in their order.
class Export {
 public:
  Export(database::Connection& connection, const XlsxExport& what, Workbook& book)
      : connection_(connection), what_(what), book_(book) {}

  void write() {
    if (what_.family == Family::all)
      write_all();
    else
      write_family();
    write_columns();
  }

 private:
  [[nodiscard]] Question studies(Family family) const {
    Question question{View::studies, exported_columns(View::studies, what_.with_patient), what_.filter};
    question.filter.family = family;
    return question;
  }
  [[nodiscard]] Question events(Family family) const {
    const auto view = events_of(family);
    return {view, exported_columns(view, what_.with_patient), what_.filter};
  }

  std::int64_t copy(const Question& question, const std::string& name) {
    SheetTable table(book_, name, headers_of(question.view, question.columns));
    std::int64_t rows = 0;
    database::flat::for_each_row(connection_, question, [&](Cells row) {
      table.add(row);
      return ++rows > 0;
    });
    return rows;
  }

  void write_all() {
    SheetTable summary(book_, "Summary", {"What", "Rows"});
    say(summary, "Days", what_.days);
    say(summary, "Studies", copy(studies(Family::all), "Studies"));
    for (const auto family : {Family::ct, Family::xray, Family::mg, Family::nm}) {
      const auto name = fmt::format("{} events", title_of(family));
      if (!database::flat::protocols(connection_, events(family)).empty())
        say(summary, name, copy(events(family), name));
    }
  }

  void write_family() {
    const auto counts = database::flat::protocols(connection_, events(what_.family));
    SheetTable summary(book_, "Summary", {"What", "Events or rows"});
    say(summary, "Days", what_.days);
    say(summary, fmt::format("{} studies", title_of(what_.family)), write_studies_with_events());
    for (const auto& count : counts)
      say(summary, count.protocol.empty() ? "(no protocol)" : count.protocol, count.events);
    write_protocols(counts);
  }

  /// A study a row, its events to the right of it.
  std::int64_t write_studies_with_events() {
    auto of_study = events(what_.family);
    of_study.columns = columns_beyond_study(of_study.view);
    const auto studies_of_family = studies(what_.family);
    SheetTable table(book_, "All data", headers_with_events(studies_of_family, of_study));
    std::int64_t rows = 0;
    const auto uid_at = std::find(studies_of_family.columns.begin(), studies_of_family.columns.end(),
                                  std::string_view("study_instance_uid")) -
                        studies_of_family.columns.begin();
    database::flat::for_each_row(connection_, studies_of_family, [&](Cells study) {
      of_study.filter.study.study_instance_uid = std::get<std::string>(study[static_cast<std::size_t>(uid_at)]);
      std::vector<Value> values;
      database::flat::for_each_row(connection_, of_study, [&](Cells event) {
        values.insert(values.end(), event.begin(), event.end());
        return values.size() < LXW_COL_MAX;
      });
      table.add(study, values);
      return ++rows > 0;
    });
    return rows;
  }

  std::vector<std::string> headers_with_events(const Question& of_studies, const Question& of_events) {
    auto headers = headers_of(of_studies.view, of_studies.columns);
    const auto most = database::flat::most_events(connection_, of_events);
    for (std::int64_t n = 1; n <= most && headers.size() < LXW_COL_MAX; ++n)
      for (const auto& header : headers_of(of_events.view, of_events.columns))
        headers.push_back(fmt::format("E{} {}", n, header));
    return headers;
  }

  static std::string key_of(const std::string& protocol) { return lower(trimmed(protocol)); }

  /// The most frequent protocols have a sheet of their own each, the rest one together.
  void write_protocols(const std::vector<ProtocolCount>& counts) {
    auto question = events(what_.family);
    question.by_protocol = true;
    const auto at = protocol_at(question);
    std::map<std::string, SheetTable> sheets;
    const auto headers = headers_of(question.view, question.columns);
    for (const auto& count : counts) {
      const auto key = key_of(count.protocol);
      if (sheets.size() < kMostProtocolSheets && !sheets.contains(key))
        sheets.emplace(key, SheetTable(book_, key.empty() ? "(no protocol)" : count.protocol, headers));
    }
    std::optional<SheetTable> others;
    database::flat::for_each_row(connection_, question, [&](Cells row) {
      const auto* protocol = std::get_if<std::string>(&row[at]);
      const auto sheet = sheets.find(key_of(protocol ? *protocol : std::string()));
      if (sheet == sheets.end() && !others) others.emplace(book_, "Other protocols", headers);
      (sheet == sheets.end() ? *others : sheet->second).add(row);
      return true;
    });
  }

  static std::size_t protocol_at(const Question& question) {
    const auto name = database::flat::protocol_column(question.view);
    return static_cast<std::size_t>(std::find(question.columns.begin(), question.columns.end(), name) -
                                    question.columns.begin());
  }

  void write_columns() {
    SheetTable table(book_, "Columns", {"Table", "Column", "Unit", "Source"});
    for (const auto view : database::flat::kViews) {
      if (what_.family != Family::all && view != View::studies && view != events_of(what_.family)) continue;
      for (const auto name : exported_columns(view, what_.with_patient)) {
        const auto& column = database::flat::column_of(view, name);
        const std::vector<Value> row{std::string(database::flat::name_of(view)), std::string(column.title),
                                     std::string(column.unit), std::string(column.source)};
        table.add(row);
      }
    }
  }

  static void say(SheetTable& table, const std::string& what, Value value) {
    const std::vector<Value> row{what, std::move(value)};
    table.add(row);
  }

  database::Connection& connection_;
  const XlsxExport& what_;
  Workbook& book_;
};

}  // namespace

Status export_xlsx(database::Connection& connection, const XlsxExport& what, const std::filesystem::path& file) {
  Workbook book(file);
  const auto read = database::reading(connection, [&](database::Connection& reader) {
    Export(reader, what, book).write();
    return Done{};
  });
  return read ? book.close() : Status(read.error());
}

}  // namespace harvester::report
