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
  matched,            ///< as it should be
  unmatched,          ///< Q2: returned, but every study matches
  absent,             ///< Q3: neither returned nor matched
  absent_but_matched  ///< Q3: matched, but not returned
};

/// What several modalities in one query do.
enum class ModalityList {
  accepted,  ///< Q4: CT\MG finds both
  nothing,   ///< Q4: no study matches
  refused    ///< Q4: A900H
};

/// How counts (NumberOf…, sub-operations) come.
enum class Counts { right, absent, wrong };

/// What a C-MOVE or C-GET for several instances at once does.
enum class UidList {
  accepted,
  refused,    ///< Q28: A900H
  first_only  ///< Q28: the first instance is sent, and that is called a success
};

enum class Charset { declared, absent, only_if_asked };
enum class Numbers { plain, missing, odd };

/// How a simulated PACS differs from the textbook. Each switch is one row of the list of observed habits; the defaults
/// are those of a well-behaved node.
struct Quirks {
  // C-FIND
  ModalitiesKey modalities = ModalitiesKey::matched;    ///< Q2, Q3
  ModalityList modality_list = ModalityList::accepted;  ///< Q4
  bool answer_twice = false;                            ///< Q5: each study comes twice
  int cap = 0;                                          ///< Q6: at most so many answers; 0: all
  bool cap_is_silent = true;                            ///< Q6: false: then A700H instead of success
  int too_broad_days = 0;                               ///< Q7: a study query over more days is refused; 0: never
  std::uint16_t too_broad_status = 0xA700;              ///< Q7: 0: success without answers
  bool date_and_time_combined = false;                  ///< Q8: false: the time range holds for each day
  bool empty_image_level_for_sr = false;                ///< Q12: no answers at image level for SR series
  int first_instance_number = 1;                        ///< Q13
  int instance_number_step = 1;                         ///< Q13: gaps
  Numbers numbers = Numbers::plain;                     ///< Q14: instance and series numbers
  bool no_sop_class = false;                            ///< Q15: absent at image level
  bool no_series_modality = false;                      ///< Q16
  std::string sr_modality;                              ///< Q16: SR series are kept under this; empty: SR
  Counts related_counts = Counts::right;                ///< Q17: NumberOf…Related…
  bool ignore_text_keys = false;                        ///< Q19: descriptions, names, birth dates, wildcards
  Charset charset = Charset::declared;                  ///< Q22
  bool relational = true;                               ///< Q27: relational queries are agreed to if proposed
  bool uids_padded = false;                             ///< Q24: with a space (NUL is the standard's own padding)
  std::chrono::milliseconds answer_delay{0};            ///< before each answer
  std::uint16_t find_status = 0;                        ///< every C-FIND ends with this at once; 0: none of it

  // C-MOVE and C-GET
  std::set<std::string> move_callers;        ///< Q29: others are told A801H; empty: anyone
  UidList uid_list = UidList::accepted;      ///< Q28
  bool failed_list = true;                   ///< Q31: Failed SOP Instance UID List is sent
  int fail_every = 0;                        ///< Q31: every so-manieth sub-operation fails unsent; 0: none
  bool success_whatever = false;             ///< Q32: success though sub-operations failed
  int empty_successes = 0;                   ///< Q33: the first so many moves end 0/0/0 with success
  Counts move_counts = Counts::right;        ///< Q34; wrong: failures are not counted (Q35)
  int late_objects = 0;                      ///< Q36: so many come after the final response
  std::chrono::milliseconds late_by{200};    ///< Q36
  std::string store_calling_ae;              ///< Q37: objects come from this title; empty: ours
  bool open_store_for_nothing = false;       ///< Q50: a store association though nothing is to be sent
  std::chrono::milliseconds store_delay{0};  ///< before each sub-operation

  // Associations
  int abort_after_answers = 0;         ///< Q42: abort after so many C-FIND answers …
  int abort_after_stores = 0;          ///< Q42: … or so many sub-operations; 0: never
  int aborts = 1;                      ///< Q42: so many times altogether
  int operations_per_association = 0;  ///< Q43: then the connection is cut; 0: no limit
  int max_associations = 32;           ///< Q45: beyond it: transient rejection
};

/// As most PACS are: everything as it should be.
[[nodiscard]] Quirks typical();
/// By the letter: no lists of modalities, no counts that are not required, one operation at a time, a cap that refuses.
[[nodiscard]] Quirks strict();
/// Many habits at once that a harvester has to cope with.
[[nodiscard]] Quirks awkward();

/// Sets one switch from "name=value", e.g. "cap=100", "modalities=unmatched", "move_callers=A,B", "late_by=500" (ms),
/// "too_broad_status=C001". `config` with the known names or values if it is none.
Status set_quirk(Quirks& quirks, const std::string& assignment);

/// The named set: typical, strict, awkward. `config` if it is none.
[[nodiscard]] Result<Quirks> named_quirks(const std::string& name);

/// The names of all switches.
[[nodiscard]] std::vector<std::string> quirk_names();

}  // namespace harvester::simulation
