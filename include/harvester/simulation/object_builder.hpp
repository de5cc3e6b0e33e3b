#pragma once

#include <filesystem>
#include <string>

#include "harvester/core/ids.hpp"
#include "harvester/core/result.hpp"
#include "harvester/simulation/study_plan.hpp"

namespace harvester::simulation {

/// One object as it travels: the data set's bytes in its transfer syntax, without file meta information.
struct EncodedObject {
  SopClassUid sop_class;
  SopInstanceUid sop_instance;
  TransferSyntaxUid transfer_syntax;
  std::string data_set;
};

/// The object of one instance of a plan, Explicit VR Little Endian. Deterministic: same plan, same bytes. Thread-safe.
[[nodiscard]] EncodedObject encode(const StudyPlan& study, const SeriesPlan& series, const InstancePlan& instance);

/// The same as a Part 10 file (PS3.10): zero preamble, file meta information, the bytes of the data set.
[[nodiscard]] std::string part10(const EncodedObject& object);

/// Writes every object of the study as DIR/NNNN.dcm, numbered from `first`; returns how many. `storage` if it cannot.
[[nodiscard]] Result<int> write_study(const StudyPlan& study, const std::filesystem::path& folder, int first = 1);

}  // namespace harvester::simulation
