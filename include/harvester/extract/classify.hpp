#pragma once

#include <string>
#include <vector>

#include "harvester/core/dose.hpp"
#include "harvester/core/object_kind.hpp"

class DcmDataset;

namespace harvester::extract {

/// What classification needs to know of an object. Texts as they stand there, trimmed.
struct ObjectFacts {
  std::string sop_class_uid;
  std::string modality;
  std::string manufacturer;
  std::string series_description;
  std::vector<std::string> image_type;
  Code root_concept;                 ///< SR: concept of the root
  std::string template_identifier;   ///< SR: of the root, empty where missing
  Code procedure_reported;           ///< SR: value of (121058, DCM)
  std::vector<Code> child_concepts;  ///< SR: concepts of the containers below the root
};

/// What kind of object this is. Pure.
[[nodiscard]] ObjectKind classify(const ObjectFacts& facts);

/// Whether the class is one of the structured reports.
[[nodiscard]] bool is_structured_report(const std::string& sop_class_uid);

[[nodiscard]] ObjectFacts object_facts(DcmDataset& dataset);

}  // namespace harvester::extract
