#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// Small structured reports made in code: a tree of content items and the attributes around it.
namespace harvester::tests::sr {

struct Coded {
  std::string value, scheme, meaning;
};

/// One content item; the factory functions below make them.
struct Node {
  std::string type;
  Coded name;
  std::vector<std::pair<DcmTagKey, std::string>> values;  ///< attributes of the item itself
  std::vector<Coded> code;                                ///< CODE: none or one
  std::vector<std::pair<std::string, Coded>> measured;    ///< NUM: none or one value with its unit
  std::vector<Node> children;
  std::string relationship = "CONTAINS";
};

inline Node container(Coded name, std::vector<Node> children) {
  return {"CONTAINER", std::move(name), {}, {}, {}, std::move(children)};
}
inline Node text(Coded name, std::string value) {
  return {"TEXT", std::move(name), {{DCM_TextValue, std::move(value)}}, {}, {}, {}};
}
inline Node uid(Coded name, std::string value) {
  return {"UIDREF", std::move(name), {{DCM_UID, std::move(value)}}, {}, {}, {}};
}
inline Node datetime(Coded name, std::string value) {
  return {"DATETIME", std::move(name), {{DCM_DateTime, std::move(value)}}, {}, {}, {}};
}
inline Node person(Coded name, std::string value, std::string type = "PNAME") {
  return {std::move(type), std::move(name), {{DCM_PersonName, std::move(value)}}, {}, {}, {}};
}
inline Node code(Coded name, Coded value, std::vector<Node> children = {}) {
  return {"CODE", std::move(name), {}, {std::move(value)}, {}, std::move(children)};
}
inline Node code_without_value(Coded name) { return {"CODE", std::move(name), {}, {}, {}, {}}; }
inline Node num(Coded name, std::string value, std::string unit) {
  return {"NUM", std::move(name), {}, {}, {{std::move(value), {unit, "UCUM", unit}}}, {}};
}
inline Node num_without_value(Coded name) { return {"NUM", std::move(name), {}, {}, {}, {}}; }

/// A report: attributes of the data set, root concept, template and content.
struct Report {
  std::vector<std::pair<DcmTagKey, std::string>> attributes;
  Coded root{"113701", "DCM", "X-Ray Radiation Dose Report"};
  std::string template_identifier = "10011";
  std::vector<Node> content;

  /// Sets or replaces an attribute; returns itself.
  Report& set(const DcmTagKey& tag, const std::string& value) {
    for (auto& [known, text] : attributes)
      if (known == tag) {
        text = value;
        return *this;
      }
    attributes.emplace_back(tag, value);
    return *this;
  }
  Report& add(Node node) {
    content.push_back(std::move(node));
    return *this;
  }
};

inline void must(const OFCondition& condition) {
  if (condition.bad()) throw std::runtime_error(condition.text());
}

inline void put_code(DcmItem& item, const DcmTagKey& sequence, const Coded& code) {
  DcmItem* inner = nullptr;
  must(item.findOrCreateSequenceItem(sequence, inner, -2));
  if (!code.value.empty()) must(inner->putAndInsertString(DCM_CodeValue, code.value.c_str()));
  if (!code.scheme.empty()) must(inner->putAndInsertString(DCM_CodingSchemeDesignator, code.scheme.c_str()));
  must(inner->putAndInsertString(DCM_CodeMeaning, code.meaning.c_str()));
}

inline void put_number(DcmItem& item, const std::string& value, const Coded& unit) {
  DcmItem* inner = nullptr;
  must(item.findOrCreateSequenceItem(DCM_MeasuredValueSequence, inner, -2));
  must(inner->putAndInsertString(DCM_NumericValue, value.c_str()));
  if (!unit.value.empty()) put_code(*inner, DCM_MeasurementUnitsCodeSequence, unit);
}

inline void put_children(DcmItem& item, const std::vector<Node>& children) {
  for (const auto& node : children) {
    DcmItem* child = nullptr;
    must(item.findOrCreateSequenceItem(DCM_ContentSequence, child, -2));
    must(child->putAndInsertString(DCM_RelationshipType, node.relationship.c_str()));
    if (!node.type.empty()) must(child->putAndInsertString(DCM_ValueType, node.type.c_str()));
    if (!node.name.meaning.empty() || !node.name.value.empty())
      put_code(*child, DCM_ConceptNameCodeSequence, node.name);
    for (const auto& [tag, value] : node.values) must(child->putAndInsertString(tag, value.c_str()));
    for (const auto& code : node.code) put_code(*child, DCM_ConceptCodeSequence, code);
    for (const auto& [value, unit] : node.measured) put_number(*child, value, unit);
    put_children(*child, node.children);
  }
}

/// The report as a data set.
inline std::unique_ptr<DcmDataset> dataset(const Report& report) {
  auto data = std::make_unique<DcmDataset>();
  for (const auto& [tag, value] : report.attributes) must(data->putAndInsertString(tag, value.c_str()));
  must(data->putAndInsertString(DCM_ValueType, "CONTAINER"));
  if (!report.root.value.empty()) put_code(*data, DCM_ConceptNameCodeSequence, report.root);
  if (!report.template_identifier.empty()) {
    DcmItem* named = nullptr;
    must(data->findOrCreateSequenceItem(DCM_ContentTemplateSequence, named, -2));
    must(named->putAndInsertString(DCM_TemplateIdentifier, report.template_identifier.c_str()));
  }
  put_children(*data, report.content);
  return data;
}

/// Writes the report as a Part 10 file.
inline void write(const Report& report, const std::filesystem::path& path,
                  E_TransferSyntax syntax = EXS_LittleEndianExplicit) {
  const auto data = dataset(report);
  DcmFileFormat file(data.get());
  must(file.saveFile(path.c_str(), syntax));
}

// ── a CT dose report ────────────────────────────────────────────────────────────────────────────────────────────────

inline Coded dcm(std::string value, std::string meaning) { return {std::move(value), "DCM", std::move(meaning)}; }

/// A CT Acquisition container. `type` is a code of the acquisition type.
inline Node ct_acquisition(const std::string& event_uid, const std::string& dlp, const std::string& ctdi = "5",
                           Coded type = {"P5-08001", "SRT", "Spiral Acquisition"}) {
  std::vector<Node> items{text(dcm("125203", "Acquisition Protocol"), "Thorax"),
                          code(dcm("123014", "Target Region"), {"T-D3000", "SRT", "Chest"}),
                          code(dcm("113820", "CT Acquisition Type"), std::move(type))};
  if (!event_uid.empty()) items.push_back(uid(dcm("113769", "Irradiation Event UID"), event_uid));
  items.push_back(container(dcm("113829", "CT Dose"), {num(dcm("113830", "Mean CTDIvol"), ctdi, "mGy"),
                                                       num(dcm("113838", "DLP"), dlp, "mGy.cm")}));
  return container(dcm("113819", "CT Acquisition"), std::move(items));
}

inline Node ct_accumulated(const std::string& events, const std::string& dlp) {
  return container(dcm("113811", "CT Accumulated Dose Data"),
                   {num(dcm("113812", "Total Number of Irradiation Events"), events, "{events}"),
                    num(dcm("113813", "CT Dose Length Product Total"), dlp, "mGy.cm")});
}

/// A CT dose report with header, one observer and no events. `number` makes its UIDs and content time differ.
inline Report ct_report(int number = 1, const std::string& study_uid = "1.2.3.4") {
  Report report;
  const auto n = std::to_string(number);
  report.attributes = {{DCM_SOPClassUID, UID_XRayRadiationDoseSRStorage},
                       {DCM_SOPInstanceUID, study_uid + ".100." + n},
                       {DCM_StudyInstanceUID, study_uid},
                       {DCM_SeriesInstanceUID, study_uid + ".200"},
                       {DCM_StudyDate, "20240229"},
                       {DCM_StudyTime, "101500"},
                       {DCM_ContentDate, "20240229"},
                       {DCM_ContentTime, "1100" + std::string(n.size() < 2 ? "0" : "") + n},
                       {DCM_Modality, "SR"},
                       {DCM_Manufacturer, "MAKER"},
                       {DCM_ManufacturerModelName, "Model"},
                       {DCM_InstitutionName, "Hospital"},
                       {DCM_StationName, "CT1"},
                       {DCM_PatientName, "Doe^Jane"},
                       {DCM_PatientID, "4711"},
                       {DCM_PatientBirthDate, "19600229"},
                       {DCM_AccessionNumber, "A1"}};
  report.content = {code(dcm("121058", "Procedure reported"), {"P5-08000", "SRT", "Computed Tomography X-Ray"},
                         {code({"G-C0E8", "SRT", "Has Intent"}, {"R-408C3", "SRT", "Diagnostic Intent"})}),
                    code(dcm("121005", "Observer Type"), dcm("121007", "Device")),
                    uid(dcm("121012", "Device Observer UID"), "1.2.9"),
                    text(dcm("121013", "Device Observer Name"), "CT1")};
  return report;
}

}  // namespace harvester::tests::sr
