#pragma once

#include <string_view>

#include "harvester/dicom/attributes.hpp"

/// Attribute matching of queries (PS3.4 C.2.2.2), pure.
namespace harvester::simulation {

/// How a key of a query matches (PS3.4 C.2.2.2).
enum class KeyKind { uid, date, time, number, name, text };

/// The kind by which an archive matches a tag.
[[nodiscard]] KeyKind kind_of(dicom::Tag tag);

/// Whether one attribute matches one key, both in UTF-8. An empty key or "*" matches everything; a UID key may be a
/// list; dates and times may be ranges ("a-", "-b", "a-b", bounds included to the digit: "0959" is 09:59:00); texts
/// may hold wildcards; a multi-valued attribute matches if one of its values does. Names match without regard to case.
[[nodiscard]] bool matches(KeyKind kind, std::string_view key, std::string_view value);

/// Whether a candidate matches all keys that stand among its attributes; keys it does not know are ignored, and so are
/// the level, the character set and counts, which are no matching keys.
[[nodiscard]] bool matches_all(const dicom::Attributes& keys, const dicom::Attributes& candidate);

}  // namespace harvester::simulation
