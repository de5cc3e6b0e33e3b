#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "harvester/core/ledger.hpp"
#include "harvester/dicom/session.hpp"

/// C-MOVE or C-GET of what was decided, and what its answer means.
namespace harvester::retrieve {

/// One thing to fetch: a series whole, some of its instances, or the study that it is in.
struct Ask {
  StudyUid study;
  SeriesUid series;
  MoveLevel level = MoveLevel::series;
  std::vector<SopInstanceUid> instances;  ///< on image level: those to move
  std::string patient_id{};               ///< told in the Patient Root model, as a unique key (quirk Q26)
};

/// The identifiers of the requests that an Ask needs (PS3.4 C.4.2.1.4; unique keys only, quirk Q27). Several instances
/// are asked for with `uids_per_request` of them in one request.
[[nodiscard]] std::vector<dicom::Attributes> move_identifiers(const Ask& ask, dicom::Model model,
                                                              int uids_per_request = 1);

/// Pure. What the answer to a request for `asked` instances says of lists of UIDs (quirk Q28).
enum class ListAnswer {
  understood,   ///< or nothing that speaks against it
  refused,      ///< A900H: the same instances have to be asked for one by one
  in_part_only  ///< fewer instances were tried than asked for: what is missing has to be asked for one by one
};

[[nodiscard]] ListAnswer list_answer(dicom::DimseStatus status, const MoveCounts& counts, std::size_t asked);

/// What came of an Ask: the final status of the last request that told one, counts summed over the requests.
struct Answer {
  dicom::MoveNext next = dicom::MoveNext::settle;
  std::optional<dicom::DimseStatus> status;
  MoveCounts counts;
  std::string comment;         ///< the peer's free text: for the database only
  std::optional<Error> error;  ///< the association failed, or a stop was asked for
  bool one_by_one = false;     ///< the node does not do lists: further requests should name one instance each
};

enum class Method { c_move, c_get };

struct How {
  dicom::Model model = dicom::Model::study_root;
  AeTitle destination;
  dicom::MoveTimers timers;
  dicom::ScuAssociation::LastSign last_sign;  ///< may be empty
  int uids_per_request = 1;                   ///< on image level (quirk Q28)
  Method method = Method::c_move;
  dicom::TakeObject take{};  ///< for c_get: what is done with each object; destination and last_sign are not used
};

/// Sends the requests of an Ask one after the other; ends early at an error, a stop, or a status that forbids more.
/// Where the node turns out not to do lists, the rest is asked for one by one.
Answer send(dicom::Session& session, const Ask& ask, const How& how, std::stop_token stop);

/// Pure. Whether a C-MOVE was refused as such, whatever it asks for: the node accepts no context for it, does not do it
/// (0122H), or does not know where to send to (A801H). C-GET may be served nevertheless.
[[nodiscard]] bool refuses_moves(const Answer& answer);

/// What to do with a request after an answer and the settle time.
enum class After {
  finished,     ///< everything is there
  ask_missing,  ///< ask now, at image level, for what is missing
  try_later,    ///< in the next pass, after the back-off
  park,         ///< last of all, and once: it was silence, or the node has it elsewhere (quirks Q39, Q40)
  give_up,      ///< it was parked, and had its one try
  stop_node,    ///< every further request would fail the same way: stop and tell
  stopped       ///< somebody asked to stop
};

struct Situation {
  dicom::MoveNext next = dicom::MoveNext::settle;
  std::optional<ErrorKind> error;
  bool contents_known = true;
  std::int64_t open = 0;            ///< expected instances that are not there
  std::int64_t arrived = 0;         ///< instances of the request that are there
  std::optional<int> announced;     ///< instances in the series, as the node says; a hint
  bool asked_for_missing = false;   ///< ask_missing was tried in this pass already
  bool said_nothing_there = false;  ///< success with no sub-operation at all
  bool silent = false;              ///< the node said nothing more, and nothing came
  bool parked = false;              ///< it was parked before
  int earlier_attempts = 0;
};

/// Pure. The ledger decides, not the status: a request is finished when all that was expected is there, whatever the
/// node said, and not finished as long as something is missing (quirks Q31-Q36).
[[nodiscard]] After judge(const Situation& situation);

/// Why an instance did not come, from a closed list: what the ledger keeps as missing(reason).
[[nodiscard]] std::string missing_reason(const Answer& answer);

/// The same for a request of a series of which the node says that it is not online.
[[nodiscard]] std::string missing_reason(const Answer& answer, const std::string& availability);

}  // namespace harvester::retrieve
