#pragma once

#include <array>
#include <atomic>
#include <list>
#include <map>
#include <mutex>
#include <thread>

#include "harvester/dicom/scp.hpp"
#include "harvester/simulation/pacs.hpp"
#include "sender.hpp"

namespace harvester::simulation {

/// What is counted over all associations, since the quirks were set.
enum class Habit {
  abort,
  empty_success,
  unreachable_move,
  endless_move,
  find_failure,
  move_failure,
  drop,
  hung_find,
  hung_move
};
constexpr std::size_t kHabits = 9;

/// What all associations of one PACS share.
class PacsState {
 public:
  PacsState(const PacsOptions& options, std::shared_ptr<Archive> archive);
  ~PacsState();

  [[nodiscard]] Quirks quirks() const;
  void set_quirks(const Quirks& quirks);
  [[nodiscard]] std::optional<Destination> destination(const std::string& ae_title) const;
  void set_destination(const std::string& ae_title, const Destination& destination);

  [[nodiscard]] const AeTitle& ae_title() const { return ae_title_; }
  [[nodiscard]] const Archives& archives() const { return archives_; }
  [[nodiscard]] StoringArchive& inbox() { return *inbox_; }
  [[nodiscard]] PacsLog& log() { return log_; }

  /// Whether this is one of the first `count`; takes one.
  bool take_first(Habit habit, int count);
  /// Whether this is the n-th, 2n-th …; counts it.
  bool take_every(Habit habit, int n);
  /// Whether this C-MOVE is to be dropped: every n-th of those whose like was not dropped before (Q49).
  bool take_drop(const dicom::Attributes& keys, int n);

  /// Runs work that outlives its association (Q36) on a thread of its own, joined at the end.
  void run_later(std::function<void(std::stop_token)> work);
  /// Ends and joins what run_later() started.
  void stop_later();

 private:
  // constant after construction
  const AeTitle ae_title_;
  const std::shared_ptr<StoringArchive> inbox_;
  const Archives archives_;
  PacsLog log_;
  // guarded by mutex_
  mutable std::mutex mutex_;
  Quirks quirks_;
  std::map<std::string, Destination> destinations_;
  std::array<int, kHabits> counts_{};
  std::vector<dicom::Attributes> dropped_;
  std::list<std::jthread> later_;
};

/// The answer of a PACS with these quirks to an association request.
[[nodiscard]] dicom::Negotiation negotiated(const Quirks& quirks, const dicom::AssociationRequest& request);

/// One association with the PACS: reads requests and serves them until it ends.
class Session {
 public:
  Session(PacsState& pacs, dicom::ScpAssociation& association, std::stop_token stop);
  void run();

 private:
  void serve(const dicom::Idle&);
  void serve(const dicom::EchoCommand& command);
  void serve(const dicom::StoreCommand& command);
  void serve(const dicom::FindCommand& command);
  void serve(const dicom::MoveCommand& command);
  void serve(const dicom::GetCommand& command);
  void serve(const dicom::CancelCommand& command);
  void serve(const dicom::Released&) { ended_ = true; }
  void serve(const dicom::Ended&) { ended_ = true; }

  /// Sends one object, returns the receiver's answer.
  using Send = std::function<Result<dicom::DimseStatus>(const ObjectPlace&)>;
  template <class Command>
  Tally sub_operations(const Command& command, const std::vector<ObjectPlace>& objects, const Send& send);
  template <class Command>
  void finish(const Command& command, const Tally& tally, std::uint16_t status);
  template <class Command>
  void retrieve(const Command& command, const std::vector<ObjectPlace>& objects, const Send& send);
  template <class Command>
  bool repeated(const Command& command, const dicom::Attributes& keys, PacsEvent::Kind kind);

  [[nodiscard]] std::uint16_t move_fault(const dicom::MoveCommand& command, const Resolved& resolved);
  bool ended_unsent(const dicom::MoveCommand& command, const std::vector<ObjectPlace>& objects);
  void keep_pending(const dicom::MoveCommand& command, const std::vector<ObjectPlace>& objects);
  void move_to(const dicom::MoveCommand& command, const Destination& destination, std::vector<ObjectPlace> objects);
  void send_late(const dicom::MoveCommand& command, const Destination& destination, std::vector<ObjectPlace> late);
  Result<dicom::DimseStatus> send_logged(const ObjectPlace& object, const Send& send);

  std::uint16_t find(const dicom::FindCommand& command, PacsEvent& done);
  /// One C-FIND answer; false if the search has to end.
  bool send_answer(const dicom::FindCommand& command, const Answer& answer, int& answers, std::uint16_t& status);

  [[nodiscard]] QueryModel model_of(const dicom::CommandHead& command) const;
  [[nodiscard]] PacsEvent event(PacsEvent::Kind kind, const dicom::Attributes& keys = {}) const;
  void abort();
  /// Logs the request as unanswered, then neither reads nor writes until the PACS stops.
  void hang(PacsEvent request);
  void cut();
  /// Whether a C-CANCEL came that this PACS heeds; `ended_` if the association has gone.
  bool cancelled(const dicom::CommandHead& command);
  /// Waits; false if a stop came first.
  bool pause(std::chrono::milliseconds time) const;
  /// One response message; `ended_` if it could not be sent.
  template <class... Parts>
  bool tell(const Parts&... parts) {
    ended_ = ended_ || !pause(quirks_.latency) || !association_.respond(parts...);
    return !ended_;
  }

  PacsState& pacs_;
  dicom::ScpAssociation& association_;
  std::stop_token stop_;
  Quirks quirks_;
  bool ended_ = false;
  int operations_ = 0;
  std::set<std::uint16_t> message_ids_;
  std::optional<std::chrono::steady_clock::time_point> cancel_came_;  ///< of the request that is being served
  std::set<std::string> late_;  ///< Q36: counted as done at once, sent after the final response
};

template <class Command>
bool Session::repeated(const Command& command, const dicom::Attributes& keys, PacsEvent::Kind kind) {
  const bool seen = !message_ids_.insert(command.message_id).second;
  if (!seen || !quirks_.reject_duplicate_ids) return false;
  constexpr dicom::DimseStatus kDuplicateInvocation{0x0210};
  auto done = event(kind, keys);
  done.status = kDuplicateInvocation.code;
  pacs_.log().add(done);
  if constexpr (std::is_same_v<Command, dicom::MoveCommand> || std::is_same_v<Command, dicom::GetCommand>)
    tell(command, kDuplicateInvocation, MoveCounts{});
  else
    tell(command, kDuplicateInvocation);
  return true;
}

}  // namespace harvester::simulation
