#pragma once

#include <span>
#include <string_view>

#include "harvester/core/dose.hpp"
#include "harvester/extract/dataset_reader.hpp"
#include "harvester/extract/item_reader.hpp"

/// What makers put elsewhere than the templates say, each as a rule with a name of its own.
namespace harvester::extract {

/// A repair of one event of a report, from content items of its container. Touches only what is missing.
struct EventRepair {
  std::string_view name;
  std::string_view reason;  ///< what the maker does, and where that is known from
  void (*apply)(const ContentItem& item, const ItemReader& reader, XrayEvent& event);
};

/// A repair of a whole record, reports and images alike.
struct RecordRepair {
  std::string_view name;
  std::string_view reason;
  void (*apply)(DoseRecord& record);
};

/// A repair of the one event of an image, from its header.
struct ImageRepair {
  std::string_view name;
  std::string_view reason;
  void (*apply)(const DatasetReader& reader, DoseRecord& record);
};

[[nodiscard]] std::span<const EventRepair> event_repairs();
[[nodiscard]] std::span<const ImageRepair> image_repairs();
[[nodiscard]] std::span<const RecordRepair> record_repairs();

/// All of them, in the order of the tables.
void repair_event(const ContentItem& item, const ItemReader& reader, XrayEvent& event);
void repair_image(const DatasetReader& reader, DoseRecord& record);
void repair_record(DoseRecord& record);

}  // namespace harvester::extract
