#include "harvester/database/ledger_windows.hpp"

#include "statements.hpp"

namespace harvester::database::ledger {
namespace {

std::optional<std::string> time_text(const std::optional<CivilTime>& time) {
  if (!time) return std::nullopt;
  return dicom_time(*time);
}

std::optional<CivilTime> stored_time(SQLite::Statement& row, int column) {
  const auto value = optional_text(row, column);
  return value ? parse_time(*value) : std::nullopt;
}

std::optional<std::int64_t> optional_count(SQLite::Statement& row, int column) {
  const auto value = row.getColumn(column);
  if (value.isNull()) return std::nullopt;
  return value.getInt64();
}

constexpr const char* kColumns =
    "SELECT id, modality, date_from, date_until, time_from, time_until, accession_number, study_uid, attempts, state,"
    " answers, sent, message FROM query_window WHERE harvest_id = :id ";

StoredWindow stored_window(SQLite::Statement& row) {
  StoredWindow stored;
  stored.id = {integer(row, 0)};
  stored.window.modality = text(row, 1);
  stored.window.from = parse_date(text(row, 2)).value_or(CivilDate{});
  stored.window.until = parse_date(text(row, 3)).value_or(CivilDate{});
  stored.window.time_from = stored_time(row, 4);
  stored.window.time_until = stored_time(row, 5);
  stored.window.accession_number = text(row, 6);
  stored.window.study = StudyUid(text(row, 7));
  stored.attempts = static_cast<int>(integer(row, 8));
  stored.state = window_state(text(row, 9)).value_or(WindowState::failed);
  stored.answers = optional_count(row, 10);
  stored.sent = optional_count(row, 11);
  stored.message = text(row, 12);
  return stored;
}

std::vector<StoredWindow> fetch(SQLite::Statement& select) {
  std::vector<StoredWindow> windows;
  while (select.executeStep()) windows.push_back(stored_window(select));
  return windows;
}

std::vector<StoredWindow> select_windows(Connection& connection, HarvestId harvest, const char* condition) {
  auto& select = connection.prepare((std::string(kColumns) + condition + " ORDER BY id").c_str());
  put(select, ":id", harvest);
  return fetch(select);
}

}  // namespace

WindowId add_window(Connection& connection, HarvestId harvest, const QueryWindow& window) {
  auto& insert = connection.prepare(
      "INSERT INTO query_window (harvest_id, modality, date_from, date_until, time_from, time_until, accession_number,"
      " study_uid, state)"
      " VALUES (:harvest, :modality, :from, :until, :time_from, :time_until, :accession, :study, 'pending')");
  put(insert, ":harvest", harvest);
  put(insert, ":modality", window.modality);
  put(insert, ":from", dicom_date(window.from));
  put(insert, ":until", dicom_date(window.until));
  put(insert, ":time_from", time_text(window.time_from));
  put(insert, ":time_until", time_text(window.time_until));
  put(insert, ":accession", window.accession_number);
  put(insert, ":study", window.study);
  insert.exec();
  return {connection.last_row_id()};
}

bool has_windows(Connection& connection, HarvestId harvest) {
  auto& select = connection.prepare("SELECT 1 FROM query_window WHERE harvest_id = :id LIMIT 1");
  put(select, ":id", harvest);
  return select.executeStep();
}

std::vector<StoredWindow> pending_windows(Connection& connection, HarvestId harvest) {
  return select_windows(connection, harvest, "AND state = 'pending'");
}

std::vector<StoredWindow> all_windows(Connection& connection, HarvestId harvest) {
  return select_windows(connection, harvest, "");
}

std::vector<StoredWindow> open_windows(Connection& connection, HarvestId harvest, int limit) {
  auto& select = connection.prepare(
      (std::string(kColumns) + "AND state IN ('pending', 'capped', 'failed') ORDER BY id LIMIT :limit").c_str());
  put(select, ":id", harvest);
  put(select, ":limit", limit);
  return fetch(select);
}

std::vector<StoredWindow> windows_of_slice(Connection& connection, HarvestId harvest, const QueryWindow& slice) {
  auto& select = connection.prepare((std::string(kColumns) +
                                     "AND date_from = :from AND date_until = :until AND time_from IS :time_from"
                                     " AND time_until IS :time_until AND accession_number = '' AND study_uid = ''"
                                     " ORDER BY id")
                                        .c_str());
  put(select, ":id", harvest);
  put(select, ":from", dicom_date(slice.from));
  put(select, ":until", dicom_date(slice.until));
  put(select, ":time_from", time_text(slice.time_from));
  put(select, ":time_until", time_text(slice.time_until));
  return fetch(select);
}

void end_window(Connection& connection, WindowId id, const WindowEnd& end) {
  auto& update = connection.prepare(
      "UPDATE query_window SET state = :state, answers = :answers, sent = :sent, message = :message,"
      " attempts = attempts + 1 WHERE id = :id");
  put(update, ":state", to_string(end.state));
  put(update, ":answers", end.answers);
  put(update, ":sent", end.sent);
  put(update, ":message", end.message);
  put(update, ":id", id);
  update.exec();
}

void set_window_state(Connection& connection, WindowId id, WindowState state) {
  auto& update = connection.prepare("UPDATE query_window SET state = :state WHERE id = :id");
  put(update, ":state", to_string(state));
  put(update, ":id", id);
  update.exec();
}

void replace_accession_number(Connection& connection, WindowId id, const std::string& kept) {
  auto& update = connection.prepare("UPDATE query_window SET accession_number = :kept WHERE id = :id");
  put(update, ":kept", kept);
  put(update, ":id", id);
  update.exec();
}

}  // namespace harvester::database::ledger
