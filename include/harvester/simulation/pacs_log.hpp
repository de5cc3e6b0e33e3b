#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "harvester/core/result.hpp"
#include "harvester/dicom/attributes.hpp"

namespace harvester::simulation {

/// One thing a simulated PACS did. As a line of a file: kind, level, status as four hex digits, answers, calling AE,
/// SOP Instance UID and keys ("0008,0020=20260101-;…"), separated by tabs; absent ones are "-".
struct PacsEvent {
  enum class Kind {
    association,  ///< accepted
    echo,
    find,  ///< a C-FIND request and how it ended
    move,  ///< a C-MOVE request and how it ended
    get,
    cancel,    ///< a C-CANCEL came
    sent,      ///< a C-STORE sub-operation and what the receiver answered; status FFFF: no answer
    received,  ///< a C-STORE to the PACS
    abort,     ///< the PACS aborted or cut the association
    asked      ///< a C-MOVE or C-GET request came; how it ended is told later
  };
  Kind kind = Kind::find;
  std::string level;  ///< STUDY, SERIES, IMAGE
  std::uint16_t status = 0;
  int answers = 0;  ///< of a C-FIND; completed sub-operations of a C-MOVE or C-GET
  std::string calling_ae;
  std::string instance;    ///< SOP Instance UID of sent and received
  dicom::Attributes keys;  ///< of a request
};

/// The name of a kind, e.g. "find".
[[nodiscard]] const char* to_string(PacsEvent::Kind kind);

/// Everything a simulated PACS did, in order. Thread-safe. The keys are those of synthetic studies.
class PacsLog {
 public:
  /// `file`: each event is appended to it as a line at once (without fsync); empty: kept in memory only.
  explicit PacsLog(std::filesystem::path file = {});
  ~PacsLog();
  PacsLog(const PacsLog&) = delete;
  PacsLog& operator=(const PacsLog&) = delete;

  void add(PacsEvent event);
  [[nodiscard]] std::vector<PacsEvent> events() const;
  [[nodiscard]] std::vector<PacsEvent> of_kind(PacsEvent::Kind kind) const;
  /// SOP Instance UIDs whose C-STORE sub-operation was answered with success or a warning.
  [[nodiscard]] std::set<std::string> acknowledged() const;
  void clear();

  /// Waits until the predicate holds for the events; false if it does not within the time.
  bool wait_until(const std::function<bool(const std::vector<PacsEvent>&)>& holds,
                  std::chrono::milliseconds timeout) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<PacsEvent> events_;
  int file_ = -1;
};

}  // namespace harvester::simulation
