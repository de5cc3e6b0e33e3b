#include "harvester/dicom/attributes.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "harvester/core/text.hpp"

namespace harvester::dicom {

std::string Attributes::text(Tag tag) const { return std::string(trimmed(raw(tag))); }

const std::string& Attributes::raw(Tag tag) const {
  static const std::string nothing;
  const auto found = values_.find(tag);
  return found == values_.end() ? nothing : found->second;
}

std::vector<std::string> Attributes::values(Tag tag) const {
  const auto whole = text(tag);
  if (whole.empty()) return {};
  auto parts = split(whole, '\\');
  for (auto& part : parts) part = std::string(trimmed(part));
  return parts;
}

std::optional<int> Attributes::integer(Tag tag) const {
  auto digits = text(tag);
  if (!digits.empty() && digits.front() == '+') digits.erase(0, 1);
  double value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failure != std::errc{} || end != digits.data() + digits.size() || std::abs(value) > 2e9) return std::nullopt;
  return static_cast<int>(std::lround(value));
}

namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::unique_ptr<DcmDataset> to_dataset(const Attributes& attributes) {
  auto dataset = std::make_unique<DcmDataset>();
  bool ascii = true;
  for (const auto& [tag, value] : attributes) {
    ascii = ascii && is_ascii(value);
    dataset->putAndInsertOFStringArray(DcmTag(tag.group, tag.element), value.c_str());
  }
  if (!ascii) dataset->putAndInsertString(DCM_SpecificCharacterSet, "ISO_IR 192");
  return dataset;
}

namespace {

/// A term as it ought to be written: "ISO IR-100", "iso_ir_100" and "utf-8" are found in the field.
std::string defined_term(std::string_view written) {
  std::string letters, digits;
  for (const char c : lower(std::string(trimmed(written)))) (c >= '0' && c <= '9' ? digits : letters).push_back(c);
  std::erase_if(letters, [](char c) { return c == ' ' || c == '_' || c == '-'; });
  if (letters == "utf" && digits == "8") return "ISO_IR 192";
  if (letters == "isoir" && !digits.empty()) return "ISO_IR " + digits;
  return std::string(trimmed(written));
}

/// What a data set may be encoded in, the likeliest first: as declared, its first character set alone, the node's.
std::vector<std::string> possible_charsets(DcmDataset& dataset, const std::string& default_charset) {
  OFString declared;
  dataset.findAndGetOFStringArray(DCM_SpecificCharacterSet, declared);
  auto terms = split(std::string(declared.c_str()), '\\');
  for (auto& term : terms) term = defined_term(term);
  const auto whole = join(terms, "\\");
  if (whole.empty()) return {default_charset};
  return {whole, terms.front().empty() ? default_charset : terms.front(), default_charset};
}

/// Brings the texts of a data set to UTF-8 where DCMTK can; what it cannot convert stays as bytes. Each try is made on
/// a copy: one that fails half-way has changed some texts.
void convert_texts(DcmDataset& dataset, const std::string& default_charset) {
  for (const auto& charset : possible_charsets(dataset, default_charset)) {
    if (charset == "ISO_IR 192") return;
    DcmDataset converted(dataset);
    if (converted.convertCharacterSet(charset.c_str(), "ISO_IR 192").bad()) continue;
    dataset = converted;
    return;
  }
}

std::string element_text(DcmElement& element) {
  OFString value;
  if (element.getOFStringArray(value, OFFalse).bad()) return {};
  return repaired_utf8({value.c_str(), value.size()});
}

}  // namespace

Attributes from_dataset(DcmDataset& dataset, const std::string& default_charset) {
  convert_texts(dataset, default_charset);
  Attributes attributes;
  for (unsigned long n = 0; n < dataset.card(); ++n) {
    auto* element = dataset.getElement(n);
    if (element == nullptr || !element->isLeaf()) continue;
    attributes.set({element->getGTag(), element->getETag()}, element_text(*element));
  }
  return attributes;
}

}  // namespace harvester::dicom
