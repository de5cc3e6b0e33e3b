#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "concepts.hpp"
#include "harvester/core/text.hpp"
#include "harvester/extract/classify.hpp"
#include "harvester/extract/dataset_reader.hpp"

namespace harvester::extract {
namespace {

Code first_code(DcmItem& item, const DcmTagKey& sequence, const TextDecoder& decoder) {
  DcmItem* first = nullptr;
  if (item.findAndGetSequenceItem(sequence, first, 0).bad() || first == nullptr) return {};
  return read_code(*first, decoder);
}

void read_child(DcmItem& child, const TextDecoder& decoder, ObjectFacts& facts) {
  auto name = first_code(child, DCM_ConceptNameCodeSequence, decoder);
  if (names_by_value(name, concepts::kProcedureReported) || names_by_meaning(name, concepts::kProcedureReported))
    facts.procedure_reported = first_code(child, DCM_ConceptCodeSequence, decoder);
  if (child.tagExists(DCM_ContentSequence)) facts.child_concepts.push_back(std::move(name));
}

void read_report(DcmDataset& dataset, const TextDecoder& decoder, ObjectFacts& facts) {
  facts.root_concept = first_code(dataset, DCM_ConceptNameCodeSequence, decoder);
  DcmItem* named = nullptr;
  if (dataset.findAndGetSequenceItem(DCM_ContentTemplateSequence, named, 0).good() && named != nullptr)
    facts.template_identifier = raw_value(*named, DCM_TemplateIdentifier);
  DcmSequenceOfItems* content = nullptr;
  if (dataset.findAndGetSequence(DCM_ContentSequence, content).bad() || content == nullptr) return;
  for (DcmObject* child = content->nextInContainer(nullptr); child != nullptr; child = content->nextInContainer(child))
    if (auto* item = dynamic_cast<DcmItem*>(child)) read_child(*item, decoder, facts);
}

}  // namespace

ObjectFacts object_facts(DcmDataset& dataset) {
  const TextDecoder decoder(raw_value(dataset, DCM_SpecificCharacterSet));
  ObjectFacts facts;
  facts.sop_class_uid = raw_value(dataset, DCM_SOPClassUID);
  facts.modality = raw_value(dataset, DCM_Modality);
  facts.manufacturer = decoder.decode(raw_value(dataset, DCM_Manufacturer)).text;
  facts.series_description = decoder.decode(raw_value(dataset, DCM_SeriesDescription)).text;
  for (const auto& part : split(raw_value(dataset, DCM_ImageType), '\\')) facts.image_type.emplace_back(trimmed(part));
  if (is_structured_report(facts.sop_class_uid)) read_report(dataset, decoder, facts);
  return facts;
}

}  // namespace harvester::extract
