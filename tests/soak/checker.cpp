#include "checker.hpp"

#include <algorithm>

#include "support/spool_site.hpp"

namespace harvester::soak {

void Checker::work() {
  for (auto sent = queue_.pop_waiting(64); !sent.empty(); sent = queue_.pop_waiting(64))
    for (const auto& one : sent) check(one);
}

void Checker::check(const Sent& sent) {
  const auto rows = rows_of(sent.instance);
  check_rows(sent, rows);
  for (const auto& row : rows)
    if (row.reason != "duplicate") check_file(row);
  remove(rows);
  ++checked_;
}

void Checker::check_rows(const Sent& sent, const std::vector<Row>& rows) {
  const auto count = [&](const std::string& state, const std::string& reason, const std::string& sha256) {
    return std::count_if(rows.begin(), rows.end(), [&](const Row& row) {
      return row.state == state && row.reason == reason && row.sha256 == sha256;
    });
  };
  if (sent.sha256.empty()) {
    if (!rows.empty()) faults_.add("an object that was never acknowledged has a row");
    return;
  }
  if (count("received", "", sent.sha256) != 1) faults_.add("an acknowledged object is lost or doubled");
  if (count("ignored", "duplicate", sent.sha256) != sent.repeats) faults_.add("repeats are not all told as such");
  const auto changed = sent.changed_sha256.empty() ? 0 : 1;
  if (changed == 1 && count("ignored", "duplicate_changed", sent.changed_sha256) != 1)
    faults_.add("other bytes under the same UID are not told as such");
  if (rows.size() != static_cast<std::size_t>(1 + sent.repeats + changed))
    faults_.add("there are rows that nobody sent");
}

void Checker::check_file(const Row& row) {
  const auto whole = tests::content_of(spool_.file_of(row.spool_path));
  const auto header = dicom::read_part10_header(std::as_bytes(std::span(whole)));
  if (!header || tests::sha256_of(whole.substr(header->dataset_offset)) != row.sha256)
    faults_.add("a file does not hold the bytes of its row");
}

std::vector<Checker::Row> Checker::rows_of(const std::string& instance) {
  auto rows = writer_.run([&](database::Connection& connection) {
    auto& select = connection.prepare(
        "SELECT id, state, reason, sha256, spool_path FROM received_object WHERE sop_instance_uid = :uid");
    select.bind(":uid", instance);
    std::vector<Row> found;
    while (select.executeStep())
      found.push_back({select.getColumn(0).getInt64(), select.getColumn(1).getString(), select.getColumn(2).getString(),
                       select.getColumn(3).getString(), select.getColumn(4).getString()});
    select.reset();
    return found;
  });
  if (!rows) faults_.add("the inbox cannot be read: " + rows.error().message);
  return rows ? *rows : std::vector<Row>{};
}

void Checker::remove(const std::vector<Row>& rows) {
  for (const auto& row : rows)
    if (!row.spool_path.empty()) std::filesystem::remove(spool_.file_of(row.spool_path));
  const auto removed = writer_.run([&](database::Connection& connection) {
    for (const auto& row : rows) connection.run("DELETE FROM received_object WHERE id = " + std::to_string(row.id));
  });
  if (!removed) faults_.add("rows cannot be removed: " + removed.error().message);
}

}  // namespace harvester::soak
