#pragma once

#include "harvester/core/dose.hpp"
#include "harvester/extract/content_item.hpp"
#include "harvester/extract/dataset_reader.hpp"
#include "harvester/extract/item_reader.hpp"

namespace harvester::extract {

/// Patient, study, equipment and UIDs of any object, from its attributes. Study date falls back to content and series
/// date, then 1900-01-01; study time to content and series time, then midnight.
void read_object_header(const DatasetReader& reader, DoseRecord& record);

/// The same of an image: without any date its study has none.
void read_image_header(const DatasetReader& reader, DoseRecord& record);

/// What stands at the root of every dose SR: procedure, intent, scope, start and end, observers, participants, comment
/// (PS3.16 TID 10001, 10011, 1002, 1020, 1021).
void read_report_level(const ContentItem& root, const ItemReader& reader, DoseRecord& record);

/// Persons and devices among the children of `parent`.
[[nodiscard]] std::vector<PersonParticipant> read_persons(const ContentItem& parent, const ItemReader& reader);
[[nodiscard]] std::vector<DeviceParticipant> read_devices(const ContentItem& parent, const ItemReader& reader);

/// Age in years to one decimal: days between the dates / 365.25, else from the age string ("067Y", "018M", "012D").
[[nodiscard]] MaybeNumber age_in_years(const MaybeText& study_date, const MaybeText& birth_date, const MaybeText& age);

}  // namespace harvester::extract
