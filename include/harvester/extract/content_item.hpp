#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harvester/core/dose.hpp"

class DcmItem;

namespace harvester::extract {

class TextDecoder;

/// Value type of a content item (PS3.3 C.17.3), read with tolerance: "PERSON NAME" is PNAME and so on.
enum class ValueType { container, text, code, num, datetime, date, time, uidref, pname, composite, image, other };

/// The measured value of a NUM item as it stands there.
struct Measured {
  std::string number;  ///< Numeric Value (0040,A30A), all of it
  MaybeNumber exact;   ///< Floating Point Value (0040,A161)
  std::string unit;    ///< code value of Measurement Units; the meaning where there is no code
};

/// One content item of an SR with what is below it. Texts are UTF-8.
struct ContentItem {
  ValueType type = ValueType::other;
  std::string type_name;     ///< Value Type (0040,A040) as it stands there
  std::string relationship;  ///< Relationship Type (0040,A010)
  Code concept_name;
  std::string text;                  ///< TEXT, DATETIME, DATE, TIME, UIDREF, PNAME: the value, trimmed
  MaybeCode code;                    ///< CODE: the value, if there is any
  std::optional<Measured> measured;  ///< NUM: the value, if there is any
  MaybeText template_identifier;
  std::vector<ContentItem> children;
  mutable bool used = false;  ///< whether an extractor took something from it
};

/// How deep content items may be nested; what lies deeper is left out and warned of.
inline constexpr int kMaxContentDepth = 64;

/// Reads the content tree of an SR data set (PS3.3 C.17.3), whatever a strict parser would say to it: missing and odd
/// value types, missing templates, items without concept, NUM without measured value. Never fails; an object without
/// content gives a root without children. What was odd is added to `warnings`.
[[nodiscard]] ContentItem read_content(DcmItem& dataset, const TextDecoder& decoder,
                                       std::vector<ReportWarning>& warnings);

}  // namespace harvester::extract
