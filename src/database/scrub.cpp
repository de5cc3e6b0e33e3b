#include "harvester/database/scrub.hpp"

#include <fmt/format.h>

#include "harvester/core/text.hpp"
#include "statements.hpp"

namespace harvester::database::scrub {
namespace {

/// A column with an identifying value, and how SQL tells what is in it.
struct Place {
  const char* table;
  const char* column;
  const char* separator;  ///< between several values
  std::string there;      ///< there is a value that may be changed
  std::string hashed;     ///< it is a hash
  std::string emptied;    ///< how it is dropped
  std::string marked;     ///< set beside a hash
};

/// With a column that says what the value is.
Place marked_place(const char* column, const char* separator) {
  return {"patient_study",
          column,
          separator,
          fmt::format("{} IS NOT NULL", column),
          fmt::format("{}_as IS 'hashed'", column),
          fmt::format("{0} = NULL, {0}_as = NULL", column),
          fmt::format(", {}_as = 'hashed'", column)};
}

/// Accession numbers of the ledger: one of 64 characters is a hash, since they have at most 16 (PS3.5 6.2, SH).
Place ledger_place(const char* table, const char* more) {
  return {table,
          "accession_number",
          "",
          fmt::format("accession_number <> ''{}", more),
          "length(accession_number) = 64 AND accession_number NOT GLOB '*[^0-9a-f]*'",
          "accession_number = ''",
          ""};
}

std::int64_t count_where(Connection& connection, const Place& place, const std::string& more) {
  const auto sql = fmt::format("SELECT count(*) FROM {} WHERE {}{}", place.table, place.there, more);
  auto& select = connection.prepare(sql.c_str());
  select.executeStep();
  const auto count = integer(select, 0);
  select.reset();
  return count;
}

std::int64_t drop(Connection& connection, const Place& place) {
  const auto sql = fmt::format("UPDATE {} SET {} WHERE {}", place.table, place.emptied, place.there);
  return connection.prepare(sql.c_str()).exec();
}

struct Value {
  std::int64_t id;
  std::string text;
};

/// Some of the values that are no hashes yet.
std::vector<Value> next_kept(Connection& connection, const Place& place) {
  const auto sql = fmt::format("SELECT id, {} FROM {} WHERE {} AND NOT ({}) LIMIT 1000", place.column, place.table,
                               place.there, place.hashed);
  auto& select = connection.prepare(sql.c_str());
  std::vector<Value> values;
  while (select.executeStep()) values.push_back({integer(select, 0), text(select, 1)});
  return values;
}

/// "a | b" as its values; without a separator it is one.
std::vector<std::string> values_of(std::string_view text, std::string_view separator) {
  std::vector<std::string> values;
  if (separator.empty()) return {std::string(text)};
  for (auto at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
    values.emplace_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  values.emplace_back(text);
  return values;
}

void replace(Connection& connection, const Place& place, const Value& value, const std::optional<std::string>& hash) {
  const auto set = hash ? fmt::format("{} = :hash{}", place.column, place.marked) : place.emptied;
  const auto sql = fmt::format("UPDATE {} SET {} WHERE id = :id", place.table, set);
  auto& update = connection.prepare(sql.c_str());
  if (hash) put(update, ":hash", *hash);
  put(update, ":id", value.id);
  update.exec();
}

std::int64_t hash_kept(Connection& connection, const Place& place, const Hash& hash) {
  std::int64_t hashed = 0;
  for (auto values = next_kept(connection, place); !values.empty(); values = next_kept(connection, place)) {
    for (const auto& value : values) replace(connection, place, value, hash(values_of(value.text, place.separator)));
    hashed += static_cast<std::int64_t>(values.size());
  }
  return hashed;
}

void apply(Connection& connection, const Place& place, const Hash& hash, Scrubbed& scrubbed) {
  const auto is_hashed = fmt::format(" AND ({})", place.hashed);
  switch (scrubbed.rule) {
    case IdentityRule::drop:
      scrubbed.dropped += drop(connection, place);
      return;
    case IdentityRule::hash:
      scrubbed.left += count_where(connection, place, is_hashed);
      scrubbed.hashed += hash_kept(connection, place, hash);
      return;
    case IdentityRule::keep:
      scrubbed.stay_hashed += count_where(connection, place, is_hashed);
      scrubbed.left += count_where(connection, place, fmt::format(" AND NOT ({})", place.hashed));
      return;
  }
}

Scrubbed applied(Connection& connection, const char* name, IdentityRule rule, const std::vector<Place>& places,
                 const Hash& hash) {
  Scrubbed scrubbed{name, rule};
  for (const auto& place : places) apply(connection, place, hash, scrubbed);
  return scrubbed;
}

/// A birth date is never hashed.
Place birth_date_place() {
  return {"patient_study",
          "patient_birth_date",
          "",
          "patient_birth_date IS NOT NULL",
          "0",
          "patient_birth_date = NULL",
          ""};
}

std::vector<Scrubbed> apply_all(Connection& connection, const IdentityPolicy& policy, const Hash& hash) {
  const auto birth_date = policy.birth_date == IdentityRule::keep ? IdentityRule::keep : IdentityRule::drop;
  return {applied(connection, "patient_name", policy.name, {marked_place("patient_name", " | ")}, hash),
          applied(connection, "patient_id", policy.id, {marked_place("patient_id", "\\")}, hash),
          applied(connection, "patient_birth_date", birth_date, {birth_date_place()}, hash),
          applied(connection, "accession_number", policy.accession_number,
                  {marked_place("accession_number", "\\"), ledger_place("candidate_study", ""),
                   ledger_place("query_window", " AND state <> 'pending'")},
                  hash)};
}

}  // namespace

Result<std::vector<Scrubbed>> run(Connection& connection, const IdentityPolicy& policy, const Hash& hash) {
  try {
    connection.run("PRAGMA secure_delete = ON");
    Transaction transaction(connection);
    auto scrubbed = apply_all(connection, policy, hash);
    transaction.commit();
    connection.run("VACUUM");  // what was freed before holds old values, too
    connection.run("PRAGMA wal_checkpoint(TRUNCATE)");
    return scrubbed;
  } catch (...) {
    return current_database_error().with("scrubbing the database");
  }
}

std::int64_t kept_files(Connection& connection) {
  auto& select = connection.prepare("SELECT count(*) FROM received_object WHERE spool_path IS NOT NULL");
  select.executeStep();
  return integer(select, 0);
}

}  // namespace harvester::database::scrub
