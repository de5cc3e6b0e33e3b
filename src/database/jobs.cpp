#include "harvester/database/jobs.hpp"

#include "statements.hpp"

namespace harvester::database::jobs {

JobId begin(Connection& connection, const NewJob& job) {
  auto& insert = connection.prepare(
      "INSERT INTO job (kind, arguments, owner, state, created_at, asked_by)"
      " VALUES (:kind, :arguments, :owner, 'running', :now, :by)");
  put(insert, ":kind", job.kind);
  put(insert, ":arguments", job.arguments);
  put(insert, ":owner", job.owner);
  put(insert, ":now", utc_text(job.now));
  put(insert, ":by", job.asked_by);
  insert.exec();
  return {connection.last_row_id()};
}

void end(Connection& connection, JobId id, const std::string& state, int exit_code, const std::string& message,
         Instant now) {
  auto& update = connection.prepare(
      "UPDATE job SET state = :state, exit_code = :code, message = :message, ended_at = :now WHERE id = :id");
  put(update, ":state", state);
  put(update, ":code", exit_code);
  put(update, ":message", message);
  put(update, ":now", utc_text(now));
  put(update, ":id", id);
  update.exec();
}

int end_orphans(Connection& connection, std::int64_t owner, Instant now) {
  auto& update = connection.prepare(
      "UPDATE job SET state = 'failed', message = 'the process that ran it ended', ended_at = :now"
      " WHERE state = 'running' AND owner < :owner");
  put(update, ":now", utc_text(now));
  put(update, ":owner", owner);
  return update.exec();
}

}  // namespace harvester::database::jobs
