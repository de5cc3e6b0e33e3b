#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "harvester/core/ids.hpp"
#include "harvester/core/result.hpp"

namespace harvester::dicom {

/// What the scan of a data set's bytes found: what decides whether it may be called stored, and the few header values
/// that classification needs. Texts as in the file, padding trimmed, not decoded; patient data may be among them.
struct ScannedObject {
  SopClassUid sop_class;
  SopInstanceUid instance;
  StudyUid study;
  SeriesUid series;
  std::string modality;
  std::string manufacturer;
  std::string series_description;
  std::string image_type;
  std::string content_date;
  std::string content_time;
  bool scanned = true;  ///< false: deflated, only size and hash are known
};

/// How a transfer syntax lays out elements (PS3.5 Annex A). Unknown and compressed ones are explicit little endian.
enum class Layout { implicit_little, explicit_little, explicit_big, deflated };

[[nodiscard]] Layout layout_of(std::string_view transfer_syntax);

/// Walks the bytes of a data set without recursion and without a parser: lengths within their sequence, item and
/// object, sequences well nested and closed, nesting at most 64, fragments well delimited. Never reads past the end.
/// Fails with `bad_data` and what is wrong where (an offset, no value).
/// A cut at an element border of the top level cannot be seen by it; the identifiers tell (see caller).
[[nodiscard]] Result<ScannedObject> scan(std::span<const std::byte> dataset, Layout layout);

/// Whether bytes of a file that has no Part 10 header look like a bare data set, and in which layout.
[[nodiscard]] Result<Layout> guess_layout(std::span<const std::byte> beginning);

/// Whether a text can stand for a UID (PS3.5 9.1): at most 64 characters of digits and single dots. As devices send
/// them, leading zeros and letters, hyphens and underscores are let pass (quirk Q24); never what a path could take.
[[nodiscard]] bool is_uid(std::string_view text);

}  // namespace harvester::dicom
