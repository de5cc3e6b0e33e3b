#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harvester/core/ids.hpp"
#include "harvester/core/result.hpp"

namespace harvester::dicom {

/// Our implementation class UID (PS3.7 D.3.3.2): made from a UUID, see PS3.5 B.2. Never changes.
inline constexpr std::string_view kImplementationClassUid = "2.25.330073684152787397816760372389082475293";
/// At most 16 characters.
inline constexpr std::string_view kImplementationVersion = "HARVESTER_0_1";

/// What a Part 10 file says of the data set that follows (PS3.10 7.1).
struct FileMeta {
  SopClassUid sop_class;
  SopInstanceUid instance;
  TransferSyntaxUid transfer_syntax;
  std::string source_ae;  ///< may be empty
};

/// Zero preamble, "DICM" and our file meta information: what stands before the data set's bytes in a spool file.
[[nodiscard]] std::vector<std::byte> part10_header(const FileMeta& meta);

struct ReadMeta {
  FileMeta meta;
  std::size_t dataset_offset = 0;  ///< where the data set begins
};

/// Reads the header from the beginning of a file. `not_found` if there is no "DICM" at 128 (see guess_layout),
/// `bad_data` if the meta information is broken or not within `beginning`.
[[nodiscard]] Result<ReadMeta> read_part10_header(std::span<const std::byte> beginning);

}  // namespace harvester::dicom
