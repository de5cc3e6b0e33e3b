#include "harvester/intake/worker.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string_view>

#include "harvester/core/log.hpp"
#include "harvester/database/doomed_files.hpp"
#include "harvester/spool/deletion.hpp"

namespace harvester::intake {

namespace queue = database::intake_queue;

namespace {

constexpr std::chrono::seconds kLease{600};

/// BEGIN IMMEDIATE … COMMIT around work of this process, if its owner is still the owner.
template <class F>
Status as_owner(database::Connection& connection, const WorkerOptions& options, F&& work) {
  try {
    database::Transaction transaction(connection);
    if (!queue::is_current(connection, options.token.generation))
      return Error{ErrorKind::cancelled, "another process owns the data directory now"};
    work();
    transaction.commit();
    return ok();
  } catch (...) {
    return database::current_database_error();
  }
}

/// Writes one object's rows; a record that the database refuses fails alone.
void write_one(database::Connection& connection, Imported& imported, Instant now) {
  connection.run("SAVEPOINT object");
  try {
    if (imported.write) imported.write(connection, imported.ended);
    queue::end(connection, imported.ended, now);
    connection.run("RELEASE object");
  } catch (...) {
    const auto error = database::current_database_error();
    connection.run("ROLLBACK TO object; RELEASE object");
    imported.ended.state = "failed";
    imported.ended.reason = "storage";
    imported.ended.message = error.message;
    imported.ended.file_deleted = false;
    queue::end(connection, imported.ended, now);
  }
}

/// Deletes spool copies whose import is committed. What cannot be deleted now is at the next start.
void delete_needless(database::Connection& connection, const WorkerOptions& options,
                     const std::vector<std::string>& paths) {
  if (const auto deleted = spool::delete_files(*options.files, options.paths.spool(), paths); !deleted) {
    room_log("intake")->warn("{} files of the spool are deleted later: {}", paths.size(), deleted.error().message);
    return;
  }
  connection.flush_commits(false);  // forgotten too late is only deleted twice
  (void)as_owner(connection, options, [&] { database::doomed_files::forget(connection, paths); });
}

}  // namespace

Result<int> import_batch(database::Connection& connection, const WorkerOptions& options, const Prepare& prepare,
                         const Clock& clock) {
  std::vector<queue::Claimed> claimed;
  connection.flush_commits(false);  // a claim that the power takes is an object that is not claimed
  auto status = as_owner(connection, options, [&] {
    claimed = queue::claim(connection, options.token, options.batch, clock.now(), kLease);
  });
  if (!status) return status.error();
  std::vector<Imported> done;
  const auto path = [&](const queue::Claimed& object) { return options.paths.spool() / object.spool_path; };
  for (const auto& object : claimed) done.push_back(prepare(object, path(object).string()));
  // neither is an import that the power takes, as long as its file is there: it is imported again
  connection.flush_commits(
      std::any_of(done.begin(), done.end(), [](const Imported& each) { return each.ended.file_deleted; }));
  status = as_owner(connection, options, [&] {
    for (auto& imported : done) write_one(connection, imported, clock.now());
  });
  if (!status) return status.error();
  std::vector<std::string> needless;
  for (std::size_t n = 0; n < done.size(); ++n)
    if (done[n].ended.file_deleted) needless.push_back(claimed[n].spool_path);
  if (!needless.empty()) delete_needless(connection, options, needless);
  return static_cast<int>(done.size());
}

namespace {

/// Dies with the parent; is the first to go when memory is short; leaves no core file with patient data in it.
void become_expendable() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_DUMPABLE, 0);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  std::ofstream("/proc/self/oom_score_adj") << "800";
  ::signal(SIGINT, SIG_IGN);  // the owner decides when we end
  ::signal(SIGTERM, SIG_IGN);
}

/// Waits for a wake-up; false at end of file.
bool awaken() {
  char bytes[256];
  for (;;) {
    const auto got = ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (got > 0) return true;
    if (got == 0 || errno != EINTR) return false;
  }
}

/// Whether the pool closed our standard input.
bool asked_to_end() {
  char byte;
  ::fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
  const auto got = ::read(STDIN_FILENO, &byte, 1);
  ::fcntl(STDIN_FILENO, F_SETFL, 0);
  return got == 0;
}

bool tell(std::string_view line) {
  return ::write(STDOUT_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

}  // namespace

int run_worker(const WorkerOptions& options, const Prepare& prepare, const Clock& clock) {
  become_expendable();
  auto connection = database::Connection::open(options.paths.database(), database::Access::read_write);
  if (!connection) {
    room_log("intake")->error("{}", connection.error().message);
    return 1;
  }
  if (asked_to_end()) return 0;  // the parent died before we could ask to die with it
  for (;;) {
    const auto done = import_batch(*connection, options, prepare, clock);
    if (!done) {
      room_log("intake")->error("{}", done.error().message);
      return 1;
    }
    if (!tell(*done > 0 ? "done\n" : "idle\n")) return 0;
    if (*done > 0 ? asked_to_end() : !awaken()) return 0;
  }
}

}  // namespace harvester::intake
