#include "harvester/extract/dataset_reader.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "harvester/core/civil.hpp"
#include "harvester/core/text.hpp"

namespace harvester::extract {
namespace {

MaybeText non_empty(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

std::string tag_name(const DcmTagKey& tag) { return fmt::format("({:04X},{:04X})", tag.getGroup(), tag.getElement()); }

std::string bytes_of(DcmElement& element) {
  char* text = nullptr;
  Uint32 length = 0;
  if (element.getString(text, length).good() && text != nullptr) return {text, length};
  Uint8* bytes = nullptr;
  if (element.ident() != EVR_SQ && element.getUint8Array(bytes).good() && bytes != nullptr)
    return {reinterpret_cast<const char*>(bytes), element.getLength()};
  return {};
}

}  // namespace

std::string raw_value(DcmItem& item, const DcmTagKey& tag) {
  DcmElement* element = nullptr;
  if (item.findAndGetElement(tag, element).bad() || element == nullptr) return {};
  return std::string(trimmed(bytes_of(*element)));
}

std::string DatasetReader::decoded(const DcmTagKey& tag) const {
  const auto raw = raw_value(item_, tag);
  auto result = decoder_.decode(raw);
  if (result.fault == TextFault::guessed) warn(DoseWarning::text_guessed, tag, {});
  if (result.fault == TextFault::damaged) warn(DoseWarning::text_damaged, tag, {});
  return std::move(result.text);
}

void DatasetReader::warn(DoseWarning kind, const DcmTagKey& tag, const std::string& raw) const {
  warnings_.push_back({kind, tag_name(tag), non_empty(repaired_utf8(raw)), std::nullopt});
}

MaybeText DatasetReader::text(const DcmTagKey& tag) const { return non_empty(std::string(trimmed(decoded(tag)))); }

std::vector<std::string> DatasetReader::values(const DcmTagKey& tag) const {
  std::vector<std::string> parts;
  for (const auto& part : split(decoded(tag), '\\'))
    if (!trimmed(part).empty()) parts.emplace_back(trimmed(part));
  return parts;
}

MaybeText DatasetReader::names(const DcmTagKey& tag) const { return non_empty(join(values(tag), " | ")); }

MaybeText DatasetReader::date(const DcmTagKey& tag) const {
  const auto raw = raw_value(item_, tag);
  if (raw.empty()) return std::nullopt;
  if (const auto parsed = parse_date(raw)) return iso_date(*parsed);
  warn(DoseWarning::value_not_a_date, tag, raw);
  return std::nullopt;
}

MaybeText DatasetReader::time(const DcmTagKey& tag) const {
  const auto raw = raw_value(item_, tag);
  if (raw.empty()) return std::nullopt;
  if (const auto parsed = parse_time(raw)) return iso_time(*parsed);
  warn(DoseWarning::value_not_a_date, tag, raw);
  return std::nullopt;
}

MaybeText DatasetReader::datetime(const DcmTagKey& tag) const {
  const auto raw = raw_value(item_, tag);
  if (raw.empty()) return std::nullopt;
  auto parsed = parse_datetime_iso(raw);
  if (!parsed) warn(DoseWarning::value_not_a_date, tag, raw);
  return parsed;
}

namespace {

/// The first value of a binary number; nothing for other VRs.
MaybeNumber binary_number(DcmItem& item, const DcmTagKey& tag) {
  DcmElement* element = nullptr;
  if (item.findAndGetElement(tag, element).bad() || element == nullptr) return std::nullopt;
  Float64 real = 0;
  Float32 single = 0;
  Uint16 word = 0;
  Sint16 signed_word = 0;
  Uint32 whole = 0;
  Sint32 signed_whole = 0;
  switch (element->ident()) {
    case EVR_FD:
      return element->getFloat64(real, 0).good() && std::isfinite(real) ? MaybeNumber(real) : std::nullopt;
    case EVR_FL:
      return element->getFloat32(single, 0).good() && std::isfinite(single) ? MaybeNumber(single) : std::nullopt;
    case EVR_US:
      return element->getUint16(word, 0).good() ? MaybeNumber(word) : std::nullopt;
    case EVR_SS:
      return element->getSint16(signed_word, 0).good() ? MaybeNumber(signed_word) : std::nullopt;
    case EVR_UL:
      return element->getUint32(whole, 0).good() ? MaybeNumber(whole) : std::nullopt;
    case EVR_SL:
      return element->getSint32(signed_whole, 0).good() ? MaybeNumber(signed_whole) : std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::vector<std::string> DatasetReader::parts(const DcmTagKey& tag) const {
  std::vector<std::string> all;
  for (const auto& value : values(tag))
    for (const auto& part : split(value, ','))
      if (!trimmed(part).empty()) all.emplace_back(trimmed(part));
  return all;
}

std::vector<double> DatasetReader::numbers(const DcmTagKey& tag) const {
  std::vector<double> all;
  for (const auto& part : parts(tag))
    if (const auto value = parse_number(part)) all.push_back(*value);
  return all;
}

MaybeNumber DatasetReader::number(const DcmTagKey& tag) const {
  if (const auto binary = binary_number(item_, tag)) return binary;
  const auto raw = raw_value(item_, tag);
  if (raw.empty()) return std::nullopt;
  const auto parsed = parse_number(split(raw, '\\').front());
  if (!parsed) warn(DoseWarning::value_not_a_number, tag, raw);
  return parsed;
}

DcmItem* DatasetReader::first_item(const DcmTagKey& sequence) const {
  DcmItem* first = nullptr;
  if (item_.findAndGetSequenceItem(sequence, first, 0).bad()) return nullptr;
  return first;
}

std::vector<DcmItem*> DatasetReader::items(const DcmTagKey& sequence) const {
  std::vector<DcmItem*> all;
  DcmSequenceOfItems* found = nullptr;
  if (item_.findAndGetSequence(sequence, found).bad() || found == nullptr) return all;
  for (DcmObject* each = found->nextInContainer(nullptr); each != nullptr; each = found->nextInContainer(each))
    if (auto* item = dynamic_cast<DcmItem*>(each)) all.push_back(item);
  return all;
}

MaybeCode DatasetReader::code(const DcmTagKey& sequence) const {
  DcmItem* first = first_item(sequence);
  if (first == nullptr) return std::nullopt;
  auto read = read_code(*first, decoder_);
  if (read.value.empty() && read.meaning.empty()) return std::nullopt;
  return read;
}

Code read_code(DcmItem& item, const TextDecoder& decoder) {
  Code code;
  for (const auto& tag : {DCM_CodeValue, DCM_LongCodeValue, DCM_URNCodeValue})
    if (code.value.empty()) code.value = repaired_utf8(raw_value(item, tag));
  code.scheme = repaired_utf8(raw_value(item, DCM_CodingSchemeDesignator));
  code.meaning = decoder.decode(raw_value(item, DCM_CodeMeaning)).text;
  return code;
}

MaybeNumber parse_number(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace harvester::extract
