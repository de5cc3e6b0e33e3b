#pragma once

#include <string>
#include <vector>

#include "harvester/simulation/study_plan.hpp"

class DcmItem;

namespace harvester::simulation {

/// One content item of a structured report (PS3.3 C.17.3) before it is written.
struct SrNode {
  std::string relation = "CONTAINS";  ///< empty for the root
  std::string type;                   ///< Value Type: CONTAINER, NUM, CODE, TEXT, UIDREF, DATETIME, PNAME
  Code concept_name;
  std::string value;        ///< text, UID, date-time, name, or the number as DS
  Code code;                ///< of CODE, or the unit of NUM
  std::string template_id;  ///< of containers; empty: none
  std::vector<SrNode> children;

  /// Adds a child and returns it.
  SrNode& add(SrNode child);

  /// This node under another relationship to its parent.
  [[nodiscard]] SrNode as(std::string relationship) &&;
};

[[nodiscard]] Code dcm(std::string value, std::string meaning);
[[nodiscard]] Code unit(std::string ucum);

[[nodiscard]] SrNode container(Code concept_name, std::string template_id = {});
[[nodiscard]] SrNode num(Code concept_name, double value, const std::string& ucum);
[[nodiscard]] SrNode coded(Code concept_name, Code value);
[[nodiscard]] SrNode text(Code concept_name, std::string value);
[[nodiscard]] SrNode uid_ref(Code concept_name, std::string uid);
[[nodiscard]] SrNode date_time(Code concept_name, std::string value);
[[nodiscard]] SrNode person(Code concept_name, std::string name);

/// A number as DS text (at most 16 characters).
[[nodiscard]] std::string decimal_string(double value);

/// Writes the tree into the data set as the document's root content item; text in the given character set.
void write_tree(DcmItem& data_set, const SrNode& root, const std::string& charset);

/// Writes one code into a code sequence item.
void write_code(DcmItem& item, const Code& code, const std::string& charset);

}  // namespace harvester::simulation
