#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <variant>

#include "harvester/database/ledger.hpp"
#include "harvester/harvest/harvest.hpp"

namespace harvester::harvest {

/// What the threads of one pass share: which windows, studies and requests are open and untried in this pass, and why
/// the pass ends. The ledger is the queue; here are only cursors into it. Each thing is handed out once a pass.
class Work {
 public:
  /// `whole_studies`: moves bring a study whole, so that of each study one request is handed out at a time.
  Work(Tools& tools, HarvestId harvest, const Request& request, int finders, bool whole_studies);

  /// Opens the reading connection; call before the threads start.
  Status open();

  using FindTask = std::variant<std::monostate, database::ledger::StoredWindow, database::ledger::StoredStudy>;

  /// The next window or study to ask about; studies go first, so that moves start early. Waits while another thread
  /// may still find more. monostate: nothing more in this pass.
  FindTask next_find(std::stop_token stop);
  void window_done();
  /// A finding thread has ended; once all have, no more requests come.
  void finder_ended();
  void study_done(bool decided);

  /// The next request to send; waits while studies are still being decided. Nothing: no more in this pass.
  std::optional<database::ledger::StoredRequest> next_request(std::stop_token stop);
  /// It goes to the end of the row: it is not handed out again in this pass.
  void parked(RetrieveRequestId request);
  void request_done(const StudyUid& study, bool ended);

  /// Adds the halves of a split window to this pass.
  void add_windows(const std::vector<database::ledger::StoredWindow>& windows);
  /// Other windows are pending now: reads again which ones; those handed out in this pass stay out.
  void reload_windows();

  // ── the circuit breaker ──

  /// The node answered: it lives.
  void succeeded();
  /// Something failed. Ends the pass at once if `fatal`, or after several failures in a row.
  void failed(const Error& error, bool fatal);

  [[nodiscard]] bool broken() const;
  /// The latest failure, kept until the node succeeds.
  [[nodiscard]] std::optional<Error> last_error() const;
  [[nodiscard]] bool fatal() const;
  /// Whether the node ever answered in this pass.
  [[nodiscard]] bool ever_succeeded() const;

  void tell_found(std::int64_t studies);

 private:
  static constexpr int kFailuresInARow = 3;
  static constexpr int kBatch = 64;

  bool may_go_on();     // REQUIRES mutex_; false: nothing new is begun
  bool load_windows();  // REQUIRES mutex_
  bool load_studies();  // REQUIRES mutex_
  bool load_requests(database::ledger::Parked parked, RetrieveRequestId& cursor);      // REQUIRES mutex_
  std::optional<database::ledger::StoredRequest> take_request();                       // REQUIRES mutex_
  void tell();                                                                         // REQUIRES mutex_
  void tell_change();                                                                  // REQUIRES mutex_
  void await_change(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);  // REQUIRES mutex_

  Tools& tools_;
  const HarvestId harvest_;
  const int max_studies_;
  const bool whole_studies_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t changes_ = 0;  ///< told of by changed_; guarded by mutex_
  // guarded by mutex_; the reads of the ledger are short and local, and each hands out a batch
  std::optional<database::Connection> reader_;
  std::deque<database::ledger::StoredWindow> windows_;
  std::set<WindowId> handed_out_;
  std::deque<database::ledger::StoredStudy> studies_;
  std::deque<database::ledger::StoredRequest> requests_;
  CandidateStudyId study_cursor_;
  RetrieveRequestId request_cursor_;
  RetrieveRequestId parked_cursor_;
  std::set<RetrieveRequestId> parked_now_;  ///< in this pass, when they had been tried
  std::set<StudyUid> moving_;               ///< studies that are being moved whole
  int finders_;                             ///< finding threads that have not ended
  int finding_ = 0;                         ///< tasks handed out and not done
  int taken_studies_ = 0;
  int failures_ = 0;
  bool fatal_ = false;
  bool ever_succeeded_ = false;
  std::optional<Error> error_;
  Progress progress_;
};

}  // namespace harvester::harvest
