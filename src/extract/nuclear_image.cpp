#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cmath>

#include "harvester/core/text.hpp"
#include "harvester/extract/dataset_reader.hpp"
#include "harvester/extract/extractor_table.hpp"
#include "harvester/extract/item_reader.hpp"
#include "harvester/extract/report_header.hpp"

// Administered activity of PET and NM images (PS3.3 C.8.9.2 PET Isotope, C.8.4.10 NM Isotope). An administration event
// UID in an image is not used: makers put the UID of the scan there.

namespace harvester::extract {
namespace {

/// Radionuclide Total Dose (0018,1074) is Bq in PET and MBq in NM images.
MaybeNumber activity_of(const DatasetReader& reader, bool pet) {
  const auto value = reader.number(DCM_RadionuclideTotalDose);
  return value && pet ? MaybeNumber(*value / 1e6) : value;
}

/// Older objects give times alone; they are of the day of the series.
MaybeText moment(const DatasetReader& reader, const DcmTagKey& full, const DcmTagKey& time, const MaybeText& day) {
  if (auto at = reader.datetime(full)) return at;
  const auto clock = reader.time(time);
  return clock && day ? MaybeText(*day + "T" + *clock) : std::nullopt;
}

NmEvent administration_of(const DatasetReader& reader, bool pet, const MaybeText& day) {
  NmEvent event;
  event.radiopharmaceutical_agent = reader.code(DCM_RadiopharmaceuticalCodeSequence);
  event.radiopharmaceutical_agent_text = reader.text(DCM_Radiopharmaceutical);
  event.radionuclide = reader.code(DCM_RadionuclideCodeSequence);
  event.radionuclide_half_life = reader.number(DCM_RadionuclideHalfLife);
  event.radiopharmaceutical_specific_activity = reader.number(DCM_RadiopharmaceuticalSpecificActivity);
  event.radiopharmaceutical_volume = reader.number(DCM_RadiopharmaceuticalVolume);
  event.radiopharmaceutical_start_datetime =
      moment(reader, DCM_RadiopharmaceuticalStartDateTime, DCM_RadiopharmaceuticalStartTime, day);
  event.radiopharmaceutical_stop_datetime =
      moment(reader, DCM_RadiopharmaceuticalStopDateTime, DCM_RadiopharmaceuticalStopTime, day);
  event.administered_activity = activity_of(reader, pet);
  event.route_of_administration = reader.code(DCM_AdministrationRouteCodeSequence);
  if (const auto route = reader.text(DCM_RadiopharmaceuticalRoute); route && !event.route_of_administration)
    event.route_of_administration = Code{"", "", *route};
  return event;
}

MaybeCount whole(const MaybeNumber& value) {
  return value && std::abs(*value) < 1e9 ? MaybeCount(static_cast<std::int64_t>(*value)) : std::nullopt;
}

MaybeText joined(const DatasetReader& reader, const DcmTagKey& tag) {
  const auto values = reader.values(tag);
  return values.empty() ? std::nullopt : MaybeText(join(values, "\\"));
}

PetSeries series_of(const DatasetReader& reader, const DoseReport& report) {
  PetSeries series;
  series.series_instance_uid = report.series_instance_uid;
  if (const auto day = reader.date(DCM_SeriesDate))
    series.series_datetime = *day + "T" + reader.time(DCM_SeriesTime).value_or("00:00:00");
  series.number_of_rr_intervals = whole(reader.number(DCM_NumberOfRRIntervals));
  series.number_of_time_slots = whole(reader.number(DCM_NumberOfTimeSlots));
  series.number_of_time_slices = whole(reader.number(DCM_NumberOfTimeSlices));
  series.number_of_slices = whole(reader.number(DCM_NumberOfSlices));
  series.reconstruction_method = reader.text(DCM_ReconstructionMethod);
  series.coincidence_window_width = reader.number(DCM_CoincidenceWindowWidth);
  if (DcmItem* window = reader.first_item(DCM_EnergyWindowRangeSequence)) {
    series.energy_window_lower_limit = reader.inside(*window).number(DCM_EnergyWindowLowerLimit);
    series.energy_window_upper_limit = reader.inside(*window).number(DCM_EnergyWindowUpperLimit);
  }
  series.scan_progression_direction = reader.text(DCM_ScanProgressionDirection);
  series.series_type = joined(reader, DCM_SeriesType);
  series.corrected_image = joined(reader, DCM_CorrectedImage);
  return series;
}

Result<DoseRecord> extract_nuclear_image(DcmDataset& dataset, const ExtractOptions& options, ObjectKind kind) {
  const TextDecoder decoder(raw_value(dataset, DCM_SpecificCharacterSet), options.undeclared_charset);
  DoseRecord record;
  const DatasetReader reader(dataset, decoder, record.warnings);
  read_image_header(reader, record);
  record.report.object_kind = kind;
  record.report.modality_type = "NM";
  const bool pet = kind == ObjectKind::pet_image;
  const auto day = reader.date(DCM_SeriesDate);
  for (auto* item : reader.items(DCM_RadiopharmaceuticalInformationSequence))
    record.nm_events.push_back(administration_of(reader.inside(*item), pet, day));
  if (pet) record.pet_series.push_back(series_of(reader, record.report));
  condense(record.warnings);
  return record;
}

}  // namespace

Result<DoseRecord> extract_pet_image(DcmDataset& dataset, const ExtractOptions& options) {
  return extract_nuclear_image(dataset, options, ObjectKind::pet_image);
}

Result<DoseRecord> extract_nm_image(DcmDataset& dataset, const ExtractOptions& options) {
  return extract_nuclear_image(dataset, options, ObjectKind::nm_image);
}

}  // namespace harvester::extract
