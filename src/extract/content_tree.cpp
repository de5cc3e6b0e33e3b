#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cctype>

#include "harvester/core/text.hpp"
#include "harvester/extract/content_item.hpp"
#include "harvester/extract/dataset_reader.hpp"

namespace harvester::extract {
namespace {

std::string letters(std::string_view text) {
  std::string only;
  for (const char c : lower(text))
    if (std::isalpha(static_cast<unsigned char>(c))) only += c;
  return only;
}

ValueType value_type_of(std::string_view name) {
  const auto key = letters(name);
  if (key == "container") return ValueType::container;
  if (key == "text") return ValueType::text;
  if (key == "code") return ValueType::code;
  if (key == "num" || key == "numeric") return ValueType::num;
  if (key == "datetime") return ValueType::datetime;
  if (key == "date") return ValueType::date;
  if (key == "time") return ValueType::time;
  if (key == "uidref" || key == "uid") return ValueType::uidref;
  if (key == "pname" || key == "personname") return ValueType::pname;
  if (key == "composite") return ValueType::composite;
  if (key == "image") return ValueType::image;
  return ValueType::other;
}

// The value type told by the value, where Value Type is missing or unknown.
ValueType value_type_by_content(DcmItem& item) {
  if (item.tagExists(DCM_MeasuredValueSequence)) return ValueType::num;
  if (item.tagExists(DCM_ConceptCodeSequence)) return ValueType::code;
  if (item.tagExists(DCM_TextValue)) return ValueType::text;
  if (item.tagExists(DCM_UID)) return ValueType::uidref;
  if (item.tagExists(DCM_DateTime)) return ValueType::datetime;
  if (item.tagExists(DCM_PersonName)) return ValueType::pname;
  if (item.tagExists(DCM_ContentSequence)) return ValueType::container;
  return ValueType::other;
}

std::string text_value(const DatasetReader& reader, ValueType type) {
  const auto first_of = [&](std::initializer_list<DcmTagKey> tags) {
    for (const auto& tag : tags)
      if (auto value = reader.text(tag)) return *value;
    return std::string();
  };
  switch (type) {
    case ValueType::text:
      return first_of({DCM_TextValue});
    case ValueType::uidref:
      return first_of({DCM_UID, DCM_TextValue});
    case ValueType::pname:
      return first_of({DCM_PersonName, DCM_TextValue});
    case ValueType::datetime:
      return first_of({DCM_DateTime, DCM_TextValue});
    case ValueType::date:
      return first_of({DCM_Date});
    case ValueType::time:
      return first_of({DCM_Time});
    case ValueType::composite:
    case ValueType::image: {
      DcmItem* reference = reader.first_item(DCM_ReferencedSOPSequence);
      return reference ? raw_value(*reference, DCM_ReferencedSOPInstanceUID) : std::string();
    }
    default:
      return {};
  }
}

std::optional<Measured> measured_value(const DatasetReader& reader) {
  DcmItem* value = reader.first_item(DCM_MeasuredValueSequence);
  if (value == nullptr) return std::nullopt;
  Measured measured;
  measured.number = repaired_utf8(raw_value(*value, DCM_NumericValue));
  Float64 exact = 0;
  if (value->findAndGetFloat64(DCM_FloatingPointValue, exact).good()) measured.exact = exact;
  if (measured.number.empty() && !measured.exact) return std::nullopt;
  DcmItem* unit = nullptr;
  if (value->findAndGetSequenceItem(DCM_MeasurementUnitsCodeSequence, unit, 0).good() && unit != nullptr) {
    const auto code = read_code(*unit, reader.decoder());
    measured.unit = code.value.empty() ? code.meaning : code.value;
  }
  return measured;
}

class TreeReader {
 public:
  TreeReader(const TextDecoder& decoder, std::vector<ReportWarning>& warnings)
      : decoder_(decoder), warnings_(warnings) {}

  // Recursive, but never deeper than kMaxContentDepth.
  ContentItem read(DcmItem& item, int depth) {
    // A data set within may name its own character set (PS3.3 C.12.1.1.2).
    const auto own_set = depth > 0 ? raw_value(item, DCM_SpecificCharacterSet) : std::string();
    if (own_set.empty()) return read_with(item, decoder_, depth);
    return read_with(item, TextDecoder(own_set), depth);
  }

 private:
  ContentItem read_with(DcmItem& item, const TextDecoder& decoder, int depth) {
    const DatasetReader reader(item, decoder, warnings_);
    ContentItem content;
    content.type_name = repaired_utf8(raw_value(item, DCM_ValueType));
    content.type = value_type_of(content.type_name);
    if (content.type == ValueType::other) content.type = value_type_by_content(item);
    content.relationship = repaired_utf8(raw_value(item, DCM_RelationshipType));
    if (auto name = reader.code(DCM_ConceptNameCodeSequence)) content.concept_name = *name;
    content.text = text_value(reader, content.type);
    if (content.type == ValueType::code) content.code = reader.code(DCM_ConceptCodeSequence);
    if (content.type == ValueType::num) content.measured = measured_value(reader);
    if (DcmItem* named = reader.first_item(DCM_ContentTemplateSequence)) {
      auto identifier = repaired_utf8(raw_value(*named, DCM_TemplateIdentifier));
      if (!identifier.empty()) content.template_identifier = std::move(identifier);
    }
    read_children(item, content, depth);
    return content;
  }

  void read_children(DcmItem& item, ContentItem& content, int depth) {
    DcmSequenceOfItems* sequence = nullptr;
    if (item.findAndGetSequence(DCM_ContentSequence, sequence).bad() || sequence == nullptr) return;
    if (depth + 1 >= kMaxContentDepth) {
      warnings_.push_back({DoseWarning::item_too_deep, content.concept_name.value, std::nullopt, std::nullopt});
      return;
    }
    content.children.reserve(sequence->card());
    // nextInContainer keeps the walk linear; getItem(n) seeks from the front each time.
    for (DcmObject* child = sequence->nextInContainer(nullptr); child != nullptr;
         child = sequence->nextInContainer(child))
      if (auto* child_item = dynamic_cast<DcmItem*>(child)) content.children.push_back(read(*child_item, depth + 1));
  }

  const TextDecoder& decoder_;
  std::vector<ReportWarning>& warnings_;
};

}  // namespace

ContentItem read_content(DcmItem& dataset, const TextDecoder& decoder, std::vector<ReportWarning>& warnings) {
  return TreeReader(decoder, warnings).read(dataset, 0);
}

}  // namespace harvester::extract
