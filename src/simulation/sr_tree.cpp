#include "sr_tree.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <fmt/format.h>

#include "charset.hpp"
#include "item_writing.hpp"

namespace harvester::simulation {

SrNode& SrNode::add(SrNode child) {
  children.push_back(std::move(child));
  return children.back();
}

SrNode SrNode::as(std::string relationship) && {
  relation = std::move(relationship);
  return std::move(*this);
}

Code dcm(std::string value, std::string meaning) { return {std::move(value), "DCM", std::move(meaning)}; }

Code unit(std::string ucum) {
  std::string meaning = ucum == "{ratio}" ? "ratio" : ucum == "{events}" ? "events" : ucum;
  return {std::move(ucum), "UCUM", std::move(meaning)};
}

SrNode container(Code concept_name, std::string template_id) {
  SrNode node;
  node.type = "CONTAINER";
  node.concept_name = std::move(concept_name);
  node.template_id = std::move(template_id);
  return node;
}

namespace {

SrNode valued(std::string type, Code concept_name, std::string value) {
  SrNode node;
  node.type = std::move(type);
  node.concept_name = std::move(concept_name);
  node.value = std::move(value);
  return node;
}

DcmTagKey value_tag(const std::string& type) {
  if (type == "UIDREF") return DCM_UID;
  if (type == "DATETIME") return DCM_DateTime;
  if (type == "PNAME") return DCM_PersonName;
  return DCM_TextValue;
}

void write_number(DcmItem& item, const SrNode& node, const std::string& charset) {
  DcmItem& measured = new_item(item, DCM_MeasuredValueSequence);
  put(measured, DCM_NumericValue, node.value);
  write_code(new_item(measured, DCM_MeasurementUnitsCodeSequence), node.code, charset);
}

void write_container(DcmItem& item, const SrNode& node) {
  put(item, DCM_ContinuityOfContent, "SEPARATE");
  if (node.template_id.empty()) return;
  DcmItem& identification = new_item(item, DCM_ContentTemplateSequence);
  put(identification, DCM_MappingResource, "DCMR");
  put(identification, DCM_TemplateIdentifier, node.template_id);
}

void write_value(DcmItem& item, const SrNode& node, const std::string& charset) {
  if (node.type == "CONTAINER") return write_container(item, node);
  if (node.type == "NUM") return write_number(item, node, charset);
  if (node.type == "CODE") return write_code(new_item(item, DCM_ConceptCodeSequence), node.code, charset);
  put(item, value_tag(node.type), encoded(node.value, charset));
}

void write_node(DcmItem& item, const SrNode& node, const std::string& charset) {
  if (!node.relation.empty()) put(item, DCM_RelationshipType, node.relation);
  put(item, DCM_ValueType, node.type);
  write_code(new_item(item, DCM_ConceptNameCodeSequence), node.concept_name, charset);
  write_value(item, node, charset);
  for (const auto& child : node.children) write_node(new_item(item, DCM_ContentSequence), child, charset);
}

}  // namespace

SrNode num(Code concept_name, double value, const std::string& ucum) {
  auto node = valued("NUM", std::move(concept_name), decimal_string(value));
  node.code = unit(ucum);
  return node;
}

SrNode coded(Code concept_name, Code value) {
  auto node = valued("CODE", std::move(concept_name), {});
  node.code = std::move(value);
  return node;
}

SrNode text(Code concept_name, std::string value) { return valued("TEXT", std::move(concept_name), std::move(value)); }
SrNode uid_ref(Code concept_name, std::string uid) { return valued("UIDREF", std::move(concept_name), std::move(uid)); }
SrNode date_time(Code concept_name, std::string value) {
  return valued("DATETIME", std::move(concept_name), std::move(value));
}
SrNode person(Code concept_name, std::string name) { return valued("PNAME", std::move(concept_name), std::move(name)); }

std::string decimal_string(double value) { return fmt::format("{:.8g}", value); }

void write_code(DcmItem& item, const Code& code, const std::string& charset) {
  put(item, DCM_CodeValue, code.value);
  put(item, DCM_CodingSchemeDesignator, code.scheme);
  put(item, DCM_CodeMeaning, encoded(code.meaning, charset));
}

void write_tree(DcmItem& data_set, const SrNode& root, const std::string& charset) {
  write_node(data_set, root, charset);
}

}  // namespace harvester::simulation
