#pragma once

#include <atomic>
#include <list>
#include <map>
#include <mutex>
#include <thread>

#include "harvester/dicom/scp.hpp"
#include "harvester/simulation/pacs.hpp"
#include "retriever.hpp"

namespace harvester::simulation {

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

  /// Whether an abort is still to be done (Q42); takes one.
  bool take_abort();
  /// Whether this move is one of those that end empty with success (Q33); takes one.
  bool take_empty_success();

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
  int aborts_done_ = 0;
  int empty_successes_done_ = 0;
  std::list<std::jthread> later_;
};

/// Whether a request proposes relational queries or retrieval for a class (PS3.4 C.5.1.1).
[[nodiscard]] bool is_relational(const dicom::AssociationRequest& request, const std::string& sop_class);

/// One association with the PACS: reads requests and serves them until it ends.
class Session {
 public:
  Session(PacsState& pacs, dicom::ScpAssociation& association, std::stop_token stop);
  void run();

 private:
  void serve(const dicom::Idle&) {}
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

  [[nodiscard]] Resolved resolved(const dicom::CommandHead& command, const dicom::Attributes& identifier) const;
  bool refused_move(const dicom::MoveCommand& command, const std::vector<ObjectPlace>& objects, std::uint16_t fault);
  void move_to(const dicom::MoveCommand& command, const Destination& destination, std::vector<ObjectPlace> objects);
  void send_later(const dicom::MoveCommand& command, const Destination& destination, std::vector<ObjectPlace> late);
  /// One C-FIND answer; false if the search has to end.
  bool send_answer(const dicom::FindCommand& command, const Answer& answer, int& answers, std::uint16_t& status);

  [[nodiscard]] PacsEvent event(PacsEvent::Kind kind, const dicom::Attributes& keys = {}) const;
  void abort();
  /// Waits; false if a stop came first.
  bool pause(std::chrono::milliseconds time) const;

  PacsState& pacs_;
  dicom::ScpAssociation& association_;
  std::stop_token stop_;
  Quirks quirks_;
  bool ended_ = false;
  int operations_ = 0;
  std::set<std::string> late_;  ///< Q36: counted as done at once, sent after the final response
};

}  // namespace harvester::simulation
