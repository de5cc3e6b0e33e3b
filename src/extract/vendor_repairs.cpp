#include "vendor_repairs.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <optional>

#include "finite.hpp"
#include "harvester/extract/dataset_reader.hpp"
#include "image_terms.hpp"
#include "words.hpp"

namespace harvester::extract {
namespace {

// ── Philips ─────────────────────────────────────────────────────────────────────────────────────────────────────────

constexpr Concept kFrames{{"003"}, "Number of Frames"};
constexpr Concept kShutters{{"005"}, "Wedges and Shutters"};
constexpr Concept kBottomShutter{{"006"}, "Bottom Shutter"};
constexpr Concept kLeftShutter{{"007"}, "Left Shutter"};
constexpr Concept kRightShutter{{"008"}, "Right Shutter"};
constexpr Concept kTopShutter{{"009"}, "Top Shutter"};
constexpr Concept kTableHeight{{"021"}, "Table Height Position"};

void frames_as_pulses(const ContentItem& item, const ItemReader& reader, XrayEvent& event) {
  if (const auto frames = reader.count(item, kFrames); frames && !event.number_of_pulses)
    event.number_of_pulses = frames;
}

/// Shutters are told as seen one metre from the source.
void field_from_shutters(const ContentItem& item, const ItemReader& reader, XrayEvent& event) {
  for (const auto* part : reader.containers(item, kShutters)) {
    const auto mm = [&](const Concept& sought) { return reader.number(*part, sought, Quantity::length_mm); };
    const auto bottom = mm(kBottomShutter), left = mm(kLeftShutter), right = mm(kRightShutter), top = mm(kTopShutter);
    const bool known = bottom && left && right && top && event.distance_source_to_detector;
    if (!known || event.collimated_field_height || event.collimated_field_width) return;
    const double metres = *event.distance_source_to_detector / 1000;
    const double height = (*left + *right) * metres, width = (*bottom + *top) * metres;
    event.collimated_field_height = finite(height);
    event.collimated_field_width = finite(width);
    if (!event.collimated_field_area) event.collimated_field_area = finite(height * width / 1e6);
  }
}

void private_table_height(const ContentItem& item, const ItemReader& reader, XrayEvent& event) {
  if (const auto height = reader.number(item, kTableHeight, Quantity::length_mm);
      height && !event.table_height_position)
    event.table_height_position = height;
}

// ── Siemens ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// The value of `<name SRData="value"/>` in a comment; nothing without. No parser: comments are cut at any length.
std::string comment_value(const std::string& comment, std::string_view name) {
  const auto begin = fmt::format("<{} SRData=\"", name);
  const auto at = comment.find(begin);
  if (at == std::string::npos) return {};
  const auto rest = std::string_view(comment).substr(at + begin.size());
  return std::string(trimmed(rest.substr(0, rest.find('"'))));
}

void intensifier_from_comment(const ContentItem&, const ItemReader&, XrayEvent& event) {
  if (event.comment && !event.ii_field_size)
    event.ii_field_size = parse_number(comment_value(*event.comment, "iiDiameter"));
}

Code srt(const char* value, const char* meaning) { return {value, "SRT", meaning}; }

struct Lying {
  std::string_view position;
  bool head_first, supine;
};

/// Patient Position (0018,5100); decubitus positions are not told this way.
constexpr std::array kLying{Lying{"HFS", true, true}, Lying{"HFP", true, false}, Lying{"FFS", false, true},
                            Lying{"FFP", false, false}};

void lay(XrayEvent& event, const Lying& how) {
  if (!event.patient_table_relationship)
    event.patient_table_relationship = how.head_first ? srt("F-10470", "headfirst") : srt("F-10480", "feet-first");
  if (event.patient_orientation) return;
  event.patient_orientation = srt("F-10450", "recumbent");
  event.patient_orientation_modifier = how.supine ? srt("F-10340", "supine") : srt("F-10310", "prone");
}

/// The Position within PatientPosition.
std::string position_in(const MaybeText& comment) {
  if (!comment) return {};
  const auto begin = comment->find("<PatientPosition>");
  return begin == std::string::npos ? std::string() : comment_value(comment->substr(begin), "Position");
}

std::string position_in(const DoseRecord& record) {
  if (auto position = position_in(record.report.comment); !position.empty()) return position;
  for (const auto& row : record.xray_accumulated)
    if (auto position = position_in(row.comment); !position.empty()) return position;
  for (const auto& event : record.xray_events)
    if (auto position = position_in(event.comment); !position.empty()) return position;
  return {};
}

void position_from_comment(DoseRecord& record) {
  const auto position = position_in(record);
  const auto how = std::find_if(kLying.begin(), kLying.end(), [&](const Lying& l) { return l.position == position; });
  if (how == kLying.end()) return;
  for (auto& event : record.xray_events) lay(event, *how);
}

// ── Toshiba CT ──────────────────────────────────────────────────────────────────────────────────────────────────────

/// An element of a private block by the last byte of its number; nothing where the creator is another.
std::optional<DcmTagKey> private_tag(DcmItem& item, Uint16 group, std::string_view creator, unsigned low) {
  for (unsigned block = 0x10; block <= 0xff; ++block)
    if (raw_value(item, DcmTagKey(group, static_cast<Uint16>(block))) == creator)
      return DcmTagKey(group, static_cast<Uint16>(block << 8U | low));
  return std::nullopt;
}

/// A double as FD, or as the eight bytes that an archive made of it which does not know the element.
MaybeNumber double_in(const DatasetReader& reader, const DcmTagKey& tag) {
  DcmElement* element = nullptr;
  if (reader.item().findAndGetElement(tag, element).bad() || element == nullptr) return std::nullopt;
  if (element->ident() == EVR_FD) return reader.number(tag);
  Uint8* bytes = nullptr;
  if (element->getLength() != 8 || element->getUint8Array(bytes).bad() || bytes == nullptr) return std::nullopt;
  std::uint64_t bits = 0;
  for (unsigned n = 8; n-- > 0;) bits = bits << 8U | bytes[n];
  const auto value = std::bit_cast<double>(bits);
  return std::isfinite(value) && value >= 0 && value < 1e6 ? MaybeNumber(value) : std::nullopt;
}

void toshiba_private_dose(const DatasetReader& reader, DoseRecord& record) {
  const auto tag = [&](unsigned low) { return private_tag(reader.item(), 0x7005, "TOSHIBA_MEC_CT3", low); };
  const auto ctdi = tag(0x63), dlp = tag(0x40), pitch = tag(0x23);
  for (auto& event : record.ct_events) {
    if (ctdi && !event.mean_ctdivol) event.mean_ctdivol = double_in(reader, *ctdi);
    if (dlp && !event.dlp) event.dlp = double_in(reader, *dlp);
    if (pitch && !event.pitch_factor) event.pitch_factor = parse_number(raw_value(reader.item(), *pitch));
  }
}

void toshiba_scan_type(const DatasetReader& reader, DoseRecord& record) {
  if (!holds(record.equipment.manufacturer, "toshiba") && !holds(record.equipment.manufacturer, "canon")) return;
  const bool helical = holds(reader.text(DCM_ScanOptions), "helical_ct");
  for (auto& event : record.ct_events)
    if (helical && !event.ct_acquisition_type) event.ct_acquisition_type = scan_type_of("SPIRAL");
}

void toshiba_rotation_time(const DatasetReader& reader, DoseRecord& record) {
  if (!holds(record.equipment.manufacturer, "toshiba") && !holds(record.equipment.manufacturer, "canon")) return;
  const auto milliseconds = reader.number(DCM_ExposureTime);
  for (auto& event : record.ct_events)
    for (auto& source : event.xray_sources)
      if (milliseconds && !source.exposure_time_per_rotation) source.exposure_time_per_rotation = *milliseconds / 1000;
}

// ── images ──────────────────────────────────────────────────────────────────────────────────────────────────────────

bool is_image(const DoseRecord& record) {
  const auto kind = record.report.object_kind;
  return kind == ObjectKind::dx_image || kind == ObjectKind::cr_image || kind == ObjectKind::px_image;
}

/// No detector is nearer to its tube than half a metre.
void decimetres(const DatasetReader&, DoseRecord& record) {
  const auto& device = record.equipment;
  if (!holds(device.manufacturer, "kodak") || !holds(device.manufacturer_model_name, "dr 7500")) return;
  for (auto& event : record.xray_events)
    if (auto& distance = event.distance_source_to_detector; distance && *distance < 50) *distance *= 100;
}

void radiological_thickness(const DatasetReader& reader, DoseRecord& record) {
  if (raw_value(reader.item(), DcmTagKey(0x0045, 0x0010)) != "GEMS_SENO_02") return;
  for (auto& event : record.xray_events) event.radiological_thickness = reader.number(DcmTagKey(0x0045, 0x1049));
}

void procedure_from_description(DoseRecord& record) {
  const auto& device = record.equipment;
  const bool carestream =
      holds(device.manufacturer, "carestream") && holds(device.manufacturer_model_name, "drx-revolution");
  const bool canon = holds(device.manufacturer, "canon") && holds(device.manufacturer_model_name, "cxdi");
  auto& study = record.patient_study;
  if (is_image(record) && (carestream || canon) && !study.requested_procedure_code_meaning)
    study.requested_procedure_code_meaning = study.study_description;
}

// ── the tables ──────────────────────────────────────────────────────────────────────────────────────────────────────

constexpr std::array kEventRepairs{
    EventRepair{"philips-frames-as-pulses", "Allura: pulses are counted as (003, 99PHI-IXR-XPER) Number of Frames",
                &frames_as_pulses},
    EventRepair{"philips-private-shutters",
                "Allura: the field is told by shutters in (005, 99PHI-IXR-XPER), seen at 1 m from the source",
                &field_from_shutters},
    EventRepair{"philips-private-table-height", "Allura: the table height stands in (021, 99PHI-IXR-XPER)",
                &private_table_height},
    EventRepair{"siemens-comment-xml-ii", "Artis: the diameter of the intensifier stands in the comment's iiDiameter",
                &intensifier_from_comment},
};

constexpr std::array kImageRepairs{
    ImageRepair{"kodak-dr7500-decimetres", "DR 7500: Distance Source to Detector (0018,1110) in dm where mm are due",
                &decimetres},
    ImageRepair{"ge-seno-radiological-thickness", "Senographe: (0045,1049) of GEMS_SENO_02, in mm",
                &radiological_thickness},
    ImageRepair{"toshiba-private-dose",
                "Aquilion: CTDIvol, DLP and pitch in (7005,xx63), (7005,xx40) and (7005,xx23) of TOSHIBA_MEC_CT3",
                &toshiba_private_dose},
    ImageRepair{"toshiba-scan-options", "Aquilion: a spiral scan is told by HELICAL_CT in Scan Options (0018,0022)",
                &toshiba_scan_type},
    ImageRepair{"toshiba-exposure-time", "Aquilion: Exposure Time (0018,1150) is that of one rotation, in ms",
                &toshiba_rotation_time},
};

constexpr std::array kRecordRepairs{
    RecordRepair{"procedure-from-study-description",
                 "DRX-Revolution and CXDI: images name the requested procedure in the study description alone",
                 &procedure_from_description},
    RecordRepair{"siemens-comment-xml-position",
                 "Artis: how the patient lay stands once, in a comment's PatientPosition, and holds for all events",
                 &position_from_comment},
};

}  // namespace

std::span<const EventRepair> event_repairs() { return kEventRepairs; }
std::span<const ImageRepair> image_repairs() { return kImageRepairs; }
std::span<const RecordRepair> record_repairs() { return kRecordRepairs; }

void repair_event(const ContentItem& item, const ItemReader& reader, XrayEvent& event) {
  for (const auto& repair : kEventRepairs) repair.apply(item, reader, event);
}

void repair_image(const DatasetReader& reader, DoseRecord& record) {
  for (const auto& repair : kImageRepairs) repair.apply(reader, record);
}

void repair_record(DoseRecord& record) {
  for (const auto& repair : kRecordRepairs) repair.apply(record);
}

}  // namespace harvester::extract
