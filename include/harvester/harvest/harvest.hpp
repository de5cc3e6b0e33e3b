#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "harvester/core/clock.hpp"
#include "harvester/core/ledger.hpp"
#include "harvester/core/signal.hpp"
#include "harvester/database/data_directory.hpp"
#include "harvester/database/writer.hpp"
#include "harvester/dicom/session.hpp"
#include "harvester/harvest/request.hpp"
#include "harvester/query/query.hpp"
#include "harvester/retrieve/retrieve.hpp"
#include "harvester/select/select.hpp"

/// One harvest as a resumable state machine over the ledger: query → select → retrieve → settle → reconcile.
namespace harvester::harvest {

/// Everything a harvest has to know of a node; made from its profile.
struct NodeSetup {
  dicom::Peer find_peer;  ///< address, called title, calling title for C-FIND
  dicom::Peer move_peer;  ///< the same with the calling title for C-MOVE
  AeTitle destination;    ///< move destination: a title that the node knows for our store
  dicom::ScuOptions options{};
  dicom::NodeLimits limits{};
  int associations = 2;  ///< query and move associations together; at least one each
  int outstanding_moves = 1;
  std::optional<MoveLevel> level{};  ///< the one level that the node's moves are asked at; nothing: what fits
  retrieve::Method method = retrieve::Method::c_move;
  bool get_as_fallback = false;  ///< C-GET for the rest of a harvest once the node refused C-MOVE as such
  int uids_per_request = 1;      ///< in a request for instances, as long as the node does lists (quirk Q28)
  query::Style style{};
  bool modality_lists = false;    ///< all modalities in one query, where the node takes that (quirk Q4)
  std::int64_t answer_limit = 0;  ///< the node's limit on answers to one query; 0: found out
  int window_days = 1;
  std::chrono::minutes window_floor{15};
  select::Rules rules{};  ///< `modalities` and `refetch` are taken from the request
  dicom::MoveTimers move_timers{};
  std::chrono::milliseconds settle{5000};
  int attempts = 5;
  std::chrono::milliseconds backoff{60000};
  std::chrono::milliseconds backoff_max{1800000};
};

/// The setup with what this run has otherwise.
[[nodiscard]] NodeSetup overridden(NodeSetup setup, const SelectionOverrides& overrides);

/// How far a harvest is; sent after each step that changes it.
struct Progress {
  HarvestId harvest;
  std::string node;
  std::int64_t windows_open = 0;
  std::int64_t studies_found = 0;
  std::int64_t studies_decided = 0;
  std::int64_t requests_planned = 0;
  std::int64_t requests_ended = 0;
};

/// What a harvest works with; all referenced things outlive it.
struct Tools {
  database::Writer& writer;
  database::DataPaths paths;
  Signal& activity;  ///< notified after each arrival and each finished import
  const Clock& clock;
  std::int64_t owner = 0;                            ///< generation of this process
  std::function<void(const Progress&)> on_progress;  ///< may be empty; called from any thread, one at a time
  std::function<std::string(const std::string&)>
      keep_accession{};                       ///< the site's policy for accession numbers; may be empty
  std::function<Status()> room_to_receive{};  ///< why nothing may be fetched now: the disk; may be empty
  /// For C-GET: what is done with the objects of a node; then not empty.
  std::function<dicom::TakeObject(const dicom::Peer&)> take_from{};
  /// Why nothing new may be begun any more: hours, duration, a pause; may be empty. What is under way goes on to its
  /// end. Asked often, from any thread.
  std::function<Status()> may_go_on{};
  /// Whether a stop means that this process ends, so that the next one is to go on; may be empty.
  std::function<bool()> process_ends{};
  /// When the last byte came of one of these objects that are just coming in, of any where none are named; the epoch if
  /// none is. May be empty.
  std::function<std::chrono::steady_clock::time_point(const std::vector<SopInstanceUid>&)> last_byte{};
};

struct Outcome {
  HarvestId id;
  std::string node;
  HarvestState state = HarvestState::failed;
  HarvestSummary summary;
  std::optional<Error> error;  ///< why it failed or was interrupted
};

/// Continues the unfinished harvest with the same request key, or begins a new one.
struct Begun {
  HarvestId id;
  bool continued = false;
};
Result<Begun> begin_or_continue(Tools& tools, const Request& request);

/// Opens a harvest of the ledger again, with what is missing or failed in it; one that is complete stays so
/// (`continued` is false). Fails with `not_found`, or `config` if it is running.
Result<Begun> reopen(Tools& tools, HarvestId id);

/// Runs a harvest to its end (`setup` is what the request overrides already, see overridden()): until everything is
/// explained, the node fails for good, or a stop is asked for (then it is `interrupted` and can be resumed). Never
/// throws; the ledger holds the truth at each moment.
Outcome run(Tools& tools, const NodeSetup& setup, HarvestId id, std::stop_token stop);

/// The one line a harvest ends with (design: command line). Holds no patient data.
[[nodiscard]] std::string summary_line(const Outcome& outcome, const Request& request);

/// Codes of errors of the kind `cancelled` that end a harvest early.
namespace stop_code {
inline constexpr int kHours = 1;      ///< the node's allowed hours are over
inline constexpr int kDuration = 2;   ///< the time given for this run is over
inline constexpr int kPaused = 3;     ///< paused by hand
inline constexpr int kCancelled = 4;  ///< cancelled by hand: it is over
}  // namespace stop_code

/// Exit code of one outcome: 0, 1, 3, 4, 10 or 130.
[[nodiscard]] int exit_code(const Outcome& outcome);

}  // namespace harvester::harvest
