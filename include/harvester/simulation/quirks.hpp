#pragma once

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "harvester/core/result.hpp"

namespace harvester::simulation {

/// How a PACS treats ModalitiesInStudy.
enum class ModalitiesKey {
  matched,             ///< as it should be
  unmatched,           ///< Q2: returned, but every study matches
  absent,              ///< Q3: neither returned nor matched
  absent_but_matched,  ///< Q3: matched, but not returned
  nothing              ///< Q1: no study matches a query that names one
};

/// What Modality does as a key of a study query, where the standard has none.
enum class StudyModality {
  ignored,  ///< as an unknown key
  matched,  ///< Q1: finds studies with a series of it
  nothing,  ///< Q1: no study matches
  refused   ///< Q1: A900H
};

/// What several modalities in one query do.
enum class ModalityList {
  accepted,  ///< Q4: CT\MG finds both
  nothing,   ///< Q4: no study matches
  refused    ///< Q4: A900H
};

/// How counts (NumberOf…, sub-operations) come.
enum class Counts { right, absent, wrong };

enum class Charset { declared, absent, only_if_asked };
enum class Numbers { plain, missing, odd };
enum class Dates { plain, dotted, dashed };

/// Where the Patient Root model wants a Patient ID (PS3.4 C.6.1).
enum class PatientKey {
  every_level,  ///< by the letter
  below_study,  ///< not in study queries
  free          ///< nowhere
};

/// Whether queries may leave out the unique keys above their level and name other keys of those levels (PS3.4
/// C.4.1.3.2.1).
enum class Relational {
  negotiated,  ///< where extended negotiation agreed on it; else A900H
  always,      ///< Q27: without being asked
  refused      ///< Q27: never
};

/// What a key does that the PACS does not know.
enum class UnknownKeys {
  ignored,
  abort,  ///< Q54: the association is aborted
  slow    ///< Q54: each answer takes `slow_by`
};

/// What a C-MOVE with several UIDs of its level does.
enum class UidList {
  accepted,
  refused,  ///< Q28: A900H
  first     ///< Q28: only the first is moved
};

/// The transfer syntax in which objects are sent.
enum class ObjectSyntax {
  kept,        ///< that in which they are kept
  implicit,    ///< Q51: Implicit VR Little Endian
  big_endian,  ///< Q51: Explicit VR Big Endian
  deflated     ///< Q51: Deflated Explicit VR Little Endian
};

/// What the store sub-operations of a C-MOVE say of its originator.
enum class Originator { right, absent, wrong };

/// What becomes of C-MOVE as such.
enum class MoveService {
  served,
  not_accepted,  ///< its presentation context is rejected
  unsupported    ///< each ends with 0122H
};

/// How a C-MOVE of an offline study ends.
enum class OfflineMove {
  a702,    ///< Q40: A702H at once
  endless  ///< Q40: pending for ever
};

/// What becomes of C-ECHO.
enum class Verification {
  served,
  not_accepted,  ///< Q46: its presentation context is rejected
  alone          ///< Q46: aborts an association that has other services, too
};

/// How a simulated PACS differs from the textbook. Each switch is one row of the list of observed habits; the defaults
/// are those of a well-behaved node. "Every n-th" counts from 1 and means never where n is 0.
struct Quirks {
  // C-FIND: what is matched
  ModalitiesKey modalities = ModalitiesKey::matched;         ///< Q1, Q2, Q3
  StudyModality modality_at_study = StudyModality::ignored;  ///< Q1
  ModalityList modality_list = ModalityList::accepted;       ///< Q4
  bool date_and_time_combined = false;                       ///< Q8: false: the time range holds for each day
  bool ignore_text_keys = false;                    ///< Q19: descriptions, names, birth dates, wildcards, station
  bool sop_class_matched = true;                    ///< Q15: false: SOP Class UID is returned, and matches everything
  PatientKey patient_id = PatientKey::every_level;  ///< Q26: in Patient Root
  Relational relational = Relational::negotiated;   ///< Q27
  UnknownKeys unknown_keys = UnknownKeys::ignored;  ///< Q54
  std::chrono::milliseconds slow_by{100};           ///< Q54
  bool id_ranges = false;  ///< Q55: "A-B" in Patient ID and Accession Number is a range of texts

  // C-FIND: what is answered
  bool modalities_single = false;             ///< Q1: of the modalities only that of the first series is returned
  bool answer_twice = false;                  ///< Q5: each study comes twice
  int cap = 0;                                ///< Q6: at most so many answers; 0: all
  bool cap_is_silent = true;                  ///< Q6: false: then A700H instead of success
  int too_broad_days = 0;                     ///< Q7: a study query over more days is refused; 0: never
  std::uint16_t too_broad_status = 0xA700;    ///< Q7: 0: success without answers
  bool empty_image_level_for_sr = false;      ///< Q12: no answers at image level for SR series
  int first_instance_number = 1;              ///< Q13
  int instance_number_step = 1;               ///< Q13: gaps
  Numbers numbers = Numbers::plain;           ///< Q14: instance and series numbers
  bool no_sop_class = false;                  ///< Q15: absent at image level
  bool sop_classes_in_study = true;           ///< Q15: false: neither returned nor matched
  bool no_series_modality = false;            ///< Q16
  std::string sr_modality;                    ///< Q16: SR series are kept under this; empty: SR
  Counts related_counts = Counts::right;      ///< Q17: NumberOf…Related…
  std::string study_station;                  ///< Q18: station name at study level; empty: that of the equipment
  Charset charset = Charset::declared;        ///< Q22
  std::string charset_term;                   ///< Q23: declared instead of the character set that is used
  bool uids_padded = false;                   ///< Q24: with a space (NUL is the standard's own padding)
  Dates dates = Dates::plain;                 ///< Q25
  bool availability = true;                   ///< Q39, Q40: Instance Availability is answered
  std::chrono::milliseconds answer_delay{0};  ///< before each answer
  std::uint16_t find_status = 0;              ///< every C-FIND ends with this at once; 0: none of it
  int find_fails_every = 0;                   ///< Q41: every n-th C-FIND ends with C000H at once

  int hung_finds = 0;  ///< the first so many C-FIND are never answered, and nothing is read from their association

  // C-MOVE and C-GET: what is told
  std::set<std::string> move_callers;               ///< Q29: others are told A801H; empty: anyone
  MoveService move_service = MoveService::served;   ///< other than by move_callers
  bool get_service = true;                          ///< false: the context of C-GET is rejected
  UidList move_uid_list = UidList::accepted;        ///< Q28
  bool whole_studies_only = false;                  ///< moves and gets below study level end with A900H
  int unreachable_moves = 0;                        ///< Q30: the first so many moves end with A702H, nothing sent
  bool failed_list = true;                          ///< Q31: Failed SOP Instance UID List is sent
  int fail_every = 0;                               ///< Q31: every n-th sub-operation fails unsent
  bool success_whatever = false;                    ///< Q32: success though sub-operations failed
  int empty_successes = 0;                          ///< Q33: the first so many moves end 0/0/0 with success
  Counts move_counts = Counts::right;               ///< Q34; wrong: failures are not counted (Q35)
  int endless_moves = 0;                            ///< Q39: the first so many moves are pending for ever, nothing sent
  std::chrono::milliseconds pending_interval{100};  ///< Q39, Q40: between those responses
  int hung_moves = 0;                               ///< as hung_finds
  int offline_every = 0;                            ///< Q40: every n-th study is OFFLINE
  OfflineMove offline_move = OfflineMove::a702;     ///< Q40
  int move_fails_every = 0;                         ///< Q41: every n-th C-MOVE ends with C000H at once
  int drop_every = 0;          ///< Q49: every n-th C-MOVE is told done and nothing sent; when asked again it is served
  bool never_sends = false;    ///< every move is told done and nothing sent
  bool role_selection = true;  ///< Q52: false: a C-GET is accepted, its roles are not, so that all of it fails

  // C-STORE sub-operations
  int late_objects = 0;                       ///< Q36: so many come after the final response
  std::chrono::milliseconds late_by{200};     ///< Q36
  std::string store_calling_ae;               ///< Q37: objects come from this title; empty: ours
  Originator originator = Originator::right;  ///< Q38
  bool open_store_for_nothing = false;        ///< Q50: a store association though nothing is to be sent
  std::chrono::milliseconds store_delay{0};   ///< before each sub-operation
  int other_study_every = 0;   ///< Q56, Q57: every n-th object (by its place) names another study in its header …
  int other_series_every = 0;  ///< … or another series of the same one
  int bandwidth = 0;           ///< Q58: kB/s of each store association; 0: as fast as it goes
  ObjectSyntax object_syntax = ObjectSyntax::kept;  ///< Q51
  bool send_twice = false;                          ///< each object is sent twice in one move
  bool extra_object = false;  ///< with each move one object of another study, which is not counted

  // Associations
  bool study_root = true;                            ///< Q26: false: not accepted
  bool patient_root = true;                          ///< false: not accepted
  int abort_after_answers = 0;                       ///< Q42: abort after so many C-FIND answers …
  int abort_after_stores = 0;                        ///< Q42: … or so many sub-operations; 0: never
  int aborts = 1;                                    ///< Q42: so many times altogether
  int operations_per_association = 0;                ///< Q43: then the connection is cut; 0: no limit
  int max_associations = 32;                         ///< Q45: beyond it: transient rejection; fixed at the opening
  Verification verification = Verification::served;  ///< Q46
  std::chrono::milliseconds idle_limit{0};           ///< Q47: cut when idle for longer; 0: never
  bool ignore_cancel = false;                        ///< Q48: C-CANCEL changes nothing …
  std::chrono::milliseconds abort_after_cancel{0};  ///< Q48: … but after so long the association is aborted; 0: never
  bool reject_async = false;             ///< Q44: a request with an asynchronous operations window is rejected
  bool reject_duplicate_ids = false;     ///< Q53: a message id seen before ends with 0210H
  int max_pdu = 131072;                  ///< Q60: fixed at the opening; the toolkit makes odd ones even
  std::string implementation_uid;        ///< Q60: told as it is, padding and all; empty: our own
  std::chrono::milliseconds latency{0};  ///< before every response message
};

/// As most PACS are: everything as it should be.
[[nodiscard]] Quirks typical();
/// By the letter: no lists of modalities, no counts that are not required, one operation at a time, a cap that refuses.
[[nodiscard]] Quirks strict();
/// Many habits at once that a harvester has to cope with.
[[nodiscard]] Quirks awkward();

/// Sets one switch from "name=value", e.g. "cap=100", "modalities=unmatched", "move_callers=A,B", "late_by=500" (ms),
/// "too_broad_status=C001", "bandwidth=64" (kB/s). `config` with the known names or values if it is none.
Status set_quirk(Quirks& quirks, const std::string& assignment);

/// The named set: typical, strict, awkward. `config` if it is none.
[[nodiscard]] Result<Quirks> named_quirks(const std::string& name);

/// The names of all switches.
[[nodiscard]] std::vector<std::string> quirk_names();

}  // namespace harvester::simulation
