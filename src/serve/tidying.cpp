#include "harvester/serve/tidying.hpp"

#include <functional>

#include "harvester/database/inbox.hpp"
#include "harvester/database/retention.hpp"

namespace harvester::serve {
namespace {

namespace retention = database::retention;

constexpr int kBatch = 500, kStudies = 100;

using Delete = std::function<int(database::Connection&)>;

/// Until a batch is not full. What deletes files is flushed: the file goes only when the commit is on the disk.
Result<std::int64_t> in_batches(database::Writer& writer, const Delete& remove, bool flushed,
                                const std::stop_token& stop) {
  std::int64_t all = 0;
  for (int deleted = kBatch; deleted == kBatch && !stop.stop_requested(); all += deleted) {
    const auto done = flushed ? writer.run(remove) : writer.run_unflushed(remove);
    if (!done) return done.error();
    deleted = *done;
  }
  return all;
}

Status trim_one(database::Writer& writer, retention::Trim trim, Instant now, std::int64_t& studies,
                const std::stop_token& stop) {
  while (!trim.done && !stop.stop_requested()) {
    const auto done = writer.run_unflushed(
        [&](database::Connection& connection) { return retention::trim(connection, trim, kStudies, now); });
    if (!done) return done.error();
    studies += *done;
  }
  return ok();
}

Result<std::int64_t> trim_harvests(database::Writer& writer, Instant ended_before, Instant now,
                                   const std::stop_token& stop) {
  std::int64_t studies = 0;
  while (!stop.stop_requested()) {
    const auto next = writer.run_unflushed(
        [&](database::Connection& connection) { return retention::harvest_to_trim(connection, ended_before); });
    if (!next) return next.error();
    if (!*next) break;
    if (auto done = trim_one(writer, **next, now, studies, stop); !done) return done.error();
  }
  return studies;
}

/// One kind of things that are kept for a time.
struct Chore {
  config::KeepTime kept;
  std::int64_t* count;
  std::function<Result<std::int64_t>(Instant before)> run;
};

}  // namespace

Result<std::int64_t> delete_old_associations(database::Writer& writer, Instant ended_before, std::stop_token stop) {
  return in_batches(
      writer,
      [&](database::Connection& connection) {
        return database::inbox::delete_associations_without_objects(connection, ended_before, kBatch);
      },
      false, stop);
}

Result<Tidied> tidy(database::Writer& writer, spool::Spool& spool, const config::Retention& kept, Instant now,
                    std::stop_token stop) {
  Tidied tidied;
  const auto rows = [&](int (*remove)(database::Connection&, Instant, int), bool flushed = false) {
    return [&writer, &stop, remove, flushed](Instant before) {
      return in_batches(
          writer, [&](database::Connection& connection) { return remove(connection, before, kBatch); }, flushed, stop);
    };
  };
  for (const auto& chore : {
           Chore{kept.associations, &tidied.associations, rows(database::inbox::delete_associations_without_objects)},
           Chore{kept.ledger, &tidied.studies,
                 [&](Instant before) { return trim_harvests(writer, before, now, stop); }},
           Chore{kept.jobs, &tidied.jobs, rows(retention::delete_jobs)},
           Chore{kept.jobs, &tidied.owners, rows(retention::delete_owners)},
           Chore{kept.audit, &tidied.audit_events, rows(retention::delete_audit_events)},
           Chore{kept.duplicates, &tidied.objects, rows(retention::delete_repeated_objects, true)},
           Chore{kept.spool, &tidied.files, rows(retention::doom_files, true)},
       }) {
    if (!chore.kept.days) continue;
    const auto done = chore.run(now - *chore.kept.days);
    if (!done) return done.error();
    *chore.count = *done;
  }
  if (tidied.objects + tidied.files > 0)
    if (auto deleted = spool.delete_doomed(); !deleted) return deleted.error();
  return tidied;
}

}  // namespace harvester::serve
