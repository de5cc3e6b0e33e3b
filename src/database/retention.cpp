#include "harvester/database/retention.hpp"

#include <vector>

#include "harvester/database/doomed_files.hpp"
#include "statements.hpp"

namespace harvester::database::retention {
namespace {

constexpr const char* kSeriesOf = "(SELECT id FROM candidate_series WHERE candidate_study_id = :id)";

/// A study of a harvest about which nothing is open any more.
struct Settled {
  std::int64_t id = 0;
  bool skipped = false;
};

std::int64_t last_study(Connection& connection, HarvestId harvest) {
  auto& select = connection.prepare("SELECT coalesce(max(id), 0) FROM candidate_study WHERE harvest_id = :harvest");
  put(select, ":harvest", harvest);
  select.executeStep();
  return integer(select, 0);
}

/// The next rows of the harvest; the + keeps the index out that would have every batch sort all of them.
std::vector<std::int64_t> next_studies(Connection& connection, const Trim& trim, int most) {
  auto& select = connection.prepare(
      "SELECT id FROM candidate_study WHERE +harvest_id = :harvest AND id > :after AND id <= :last ORDER BY id LIMIT "
      ":most");
  put(select, ":harvest", trim.harvest);
  put(select, ":after", trim.after);
  put(select, ":last", trim.last);
  put(select, ":most", most);
  std::vector<std::int64_t> ids;
  while (select.executeStep()) ids.push_back(integer(select, 0));
  return ids;
}

/// Nothing for one of which something is missing, failed or open.
std::optional<Settled> settled(Connection& connection, std::int64_t study) {
  auto& select = connection.prepare(
      "SELECT st.verdict = 'skip' FROM candidate_study st WHERE st.id = :id AND st.verdict IN ('skip', 'retrieve')"
      " AND NOT EXISTS (SELECT 1 FROM candidate_series s JOIN retrieve_request r ON r.candidate_series_id = s.id"
      "  WHERE s.candidate_study_id = st.id AND (r.state <> 'done' OR EXISTS (SELECT 1 FROM expected_instance e"
      "   WHERE e.retrieve_request_id = r.id AND e.state NOT IN ('imported', 'ignored'))))");
  put(select, ":id", study);
  if (!select.executeStep()) return std::nullopt;
  const Settled found{study, integer(select, 0) != 0};
  select.reset();
  return found;
}

void run_for(Connection& connection, const std::string& sql, std::int64_t study) {
  auto& statement = connection.prepare(sql.c_str());
  put(statement, ":id", study);
  statement.exec();
}

void count_up(Connection& connection, const std::string& counted, std::int64_t study) {
  run_for(connection,
          "INSERT INTO harvest_count (harvest_id, what, verdict, reason, count) " + counted +
              " ON CONFLICT (harvest_id, what, verdict, reason) DO UPDATE SET count = count + excluded.count",
          study);
}

/// What the summary of the harvest loses with these rows.
void keep_counts(Connection& connection, const Settled& study) {
  count_up(connection,
           "SELECT st.harvest_id, 'series', s.verdict, s.reason, count(*) FROM candidate_study st"
           " JOIN candidate_series s ON s.candidate_study_id = st.id WHERE st.id = :id"
           " GROUP BY st.harvest_id, s.verdict, s.reason",
           study.id);
  count_up(connection,
           "SELECT e.harvest_id, 'instance', e.state, e.reason, count(*) FROM candidate_series s"
           " JOIN retrieve_request r ON r.candidate_series_id = s.id"
           " JOIN expected_instance e ON e.retrieve_request_id = r.id WHERE s.candidate_study_id = :id"
           " GROUP BY e.harvest_id, e.state, e.reason",
           study.id);
  count_up(connection,
           "SELECT st.harvest_id, 'listed', i.verdict, i.reason, count(*) FROM candidate_study st"
           " JOIN candidate_series s ON s.candidate_study_id = st.id"
           " JOIN candidate_instance i ON i.candidate_series_id = s.id"
           " WHERE st.id = :id AND i.reason IN ('already_held', 'set_aside')"
           " GROUP BY st.harvest_id, i.verdict, i.reason",
           study.id);
  if (study.skipped)
    count_up(connection, "SELECT harvest_id, 'study', verdict, reason, 1 FROM candidate_study WHERE id = :id",
             study.id);
}

/// What coverage loses with them.
void keep_day(Connection& connection, const Settled& study) {
  run_for(connection,
          "INSERT INTO harvest_day (harvest_id, study_date, modalities, studies, instances)"
          " SELECT st.harvest_id, st.study_date, st.modalities, st.verdict = 'skip',"
          "  (SELECT count(*) FROM candidate_series s JOIN retrieve_request r ON r.candidate_series_id = s.id"
          "   JOIN expected_instance e ON e.retrieve_request_id = r.id WHERE s.candidate_study_id = st.id)"
          " FROM candidate_study st WHERE st.id = :id"
          " ON CONFLICT (harvest_id, study_date, modalities)"
          " DO UPDATE SET studies = studies + excluded.studies, instances = instances + excluded.instances",
          study.id);
}

void let_go(Connection& connection, const Settled& study) {
  const std::string series = kSeriesOf;
  run_for(connection,
          "DELETE FROM expected_instance WHERE retrieve_request_id IN"
          " (SELECT id FROM retrieve_request WHERE candidate_series_id IN " +
              series + ")",
          study.id);
  run_for(connection, "DELETE FROM retrieve_request WHERE candidate_series_id IN " + series, study.id);
  run_for(connection, "DELETE FROM candidate_instance WHERE candidate_series_id IN " + series, study.id);
  run_for(connection, "DELETE FROM candidate_series WHERE candidate_study_id = :id", study.id);
  if (study.skipped) run_for(connection, "DELETE FROM candidate_study WHERE id = :id", study.id);
}

void mark(Connection& connection, HarvestId harvest, Instant now) {
  auto& update = connection.prepare("UPDATE harvest SET trimmed_at = :now WHERE id = :harvest");
  put(update, ":now", utc_text(now));
  put(update, ":harvest", harvest);
  update.exec();
}

int delete_before(Connection& connection, const char* sql, Instant before, int most) {
  auto& remove = connection.prepare(sql);
  put(remove, ":before", utc_text(before));
  put(remove, ":most", most);
  return remove.exec();
}

std::vector<ObjectId> objects_before(Connection& connection, const char* sql, Instant before, int most) {
  auto& select = connection.prepare(sql);
  put(select, ":before", utc_text(before));
  put(select, ":most", most);
  std::vector<ObjectId> ids;
  while (select.executeStep()) ids.push_back({integer(select, 0)});
  return ids;
}

}  // namespace

std::optional<Trim> harvest_to_trim(Connection& connection, Instant ended_before) {
  auto& select = connection.prepare(
      "SELECT id FROM harvest WHERE state IN ('complete', 'incomplete', 'failed', 'cancelled') AND ended_at < :before"
      " AND (trimmed_at IS NULL OR trimmed_at < ended_at) ORDER BY id LIMIT 1");
  put(select, ":before", utc_text(ended_before));
  if (!select.executeStep()) return std::nullopt;
  const HarvestId id{integer(select, 0)};
  select.reset();
  return Trim{id, {}, {last_study(connection, id)}, false};
}

int trim(Connection& connection, Trim& trim, int most, Instant now) {
  int trimmed = 0;
  const auto ids = next_studies(connection, trim, most);
  for (const auto id : ids) {
    trim.after = {id};
    const auto study = settled(connection, id);
    if (!study) continue;
    keep_counts(connection, *study);
    keep_day(connection, *study);
    let_go(connection, *study);
    ++trimmed;
  }
  trim.done = static_cast<int>(ids.size()) < most;
  if (trim.done) mark(connection, trim.harvest, now);
  return trimmed;
}

int delete_jobs(Connection& connection, Instant ended_before, int most) {
  return delete_before(connection,
                       "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE state IN ('done', 'failed', 'cancelled')"
                       " AND ended_at < :before ORDER BY id LIMIT :most)",
                       ended_before, most);
}

int delete_owners(Connection& connection, Instant started_before, int most) {
  return delete_before(connection,
                       "DELETE FROM process_owner WHERE id IN (SELECT id FROM process_owner WHERE started_at < :before"
                       " AND id < (SELECT max(id) FROM process_owner) ORDER BY id LIMIT :most)",
                       started_before, most);
}

int delete_audit_events(Connection& connection, Instant before, int most) {
  return delete_before(connection,
                       "DELETE FROM audit_event WHERE id IN"
                       " (SELECT id FROM (SELECT id, at FROM audit_event ORDER BY id LIMIT :most) WHERE at < :before)",
                       before, most);
}

int delete_repeated_objects(Connection& connection, Instant received_before, int most) {
  const auto ids =
      objects_before(connection,
                     "SELECT id FROM received_object o WHERE state = 'ignored' AND reason IN ('duplicate', 'node_test')"
                     " AND received_at < :before AND NOT EXISTS (SELECT 1 FROM watched_file w WHERE w.object_id = o.id)"
                     " AND NOT EXISTS (SELECT 1 FROM expected_instance e WHERE e.object_id = o.id)"
                     " AND NOT EXISTS (SELECT 1 FROM dose_report r WHERE r.object_id = o.id) ORDER BY id LIMIT :most",
                     received_before, most);
  for (const auto id : ids) {
    doomed_files::doom(connection, id);
    run_for(connection, "DELETE FROM import_attempt WHERE object_id = :id", id.value);
    run_for(connection, "DELETE FROM received_object WHERE id = :id", id.value);
  }
  return static_cast<int>(ids.size());
}

int doom_files(Connection& connection, Instant ended_before, int most) {
  const auto ids =
      objects_before(connection,
                     "SELECT id FROM received_object WHERE spool_path IS NOT NULL AND state IN ('imported', 'ignored')"
                     " AND received_at < :before AND coalesce(ended_at, received_at) < :before ORDER BY id LIMIT :most",
                     ended_before, most);
  for (const auto id : ids) doomed_files::doom(connection, id);
  return static_cast<int>(ids.size());
}

}  // namespace harvester::database::retention
