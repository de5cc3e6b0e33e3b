#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "harvester/core/dose.hpp"
#include "harvester/extract/dataset_reader.hpp"

/// Terms of image headers as the coded meanings that dose reports use.
namespace harvester::extract {

/// When an image was acquired: ISO, from the first that is there of acquisition, frame, content and study.
[[nodiscard]] MaybeText acquired_at(const DatasetReader& reader);

/// SPIRAL, SEQUENCED, CONSTANT_ANGLE, STATIONARY, FREE (PS3.3 C.8.15.3.2, PS3.16 CID 10013); an unknown term is its own
/// meaning, an empty one nothing.
[[nodiscard]] MaybeCode scan_type_of(std::string_view keyword);

/// ALUMINUM, COPPER … of filters and anodes (PS3.3 C.8.7.10, PS3.16 CID 10006, CID 10016); nothing for unknown terms.
[[nodiscard]] MaybeCode material_of(std::string_view keyword);

/// FIXED, FOCUSED, RECIPROCATING, PARALLEL, CROSSED, NONE (PS3.3 C.8.7.11, PS3.16 CID 10017), also cut short.
[[nodiscard]] MaybeCode grid_of(std::string_view keyword);

/// STRIP, WEDGE, BUTTERFLY, NONE, FLAT (PS3.3 C.8.7.10, PS3.16 CID 10007).
[[nodiscard]] MaybeCode filter_type_of(std::string_view keyword);

/// R and L; nothing for others, which may be both or unpaired.
[[nodiscard]] MaybeCode side_of(std::string_view letter);

/// "CU_0.2_MM" and the like, as Siemens writes the whole filter into its type.
[[nodiscard]] std::optional<XrayFilter> filter_in_type(std::string_view type);

}  // namespace harvester::extract
