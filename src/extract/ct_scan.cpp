#include "ct_scan.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "image_terms.hpp"

namespace harvester::extract {
namespace {

/// The finer units were introduced later than the rounded ones, and are what those are made of.
MaybeNumber current_of(const DatasetReader& reader) {
  if (const auto milliampere = reader.number(DCM_XRayTubeCurrentInmA)) return milliampere;
  if (const auto microampere = reader.number(DCM_XRayTubeCurrentInuA)) return *microampere / 1000;
  return reader.number(DCM_XRayTubeCurrent);
}

CtXraySource source_of(const DatasetReader& reader, char name) {
  CtXraySource source;
  source.identification_of_the_xray_source = std::string(1, name);
  source.kvp = reader.number(DCM_KVP);
  source.xray_tube_current = current_of(reader);
  source.exposure_time_per_rotation = reader.number(DCM_RevolutionTime);
  return source;
}

/// The main tube, and those beside it (0018,9360).
void read_sources(const DatasetReader& reader, CtEvent& event) {
  event.xray_sources.push_back(source_of(reader, 'A'));
  for (auto* item : reader.items(DCM_CTAdditionalXRaySourceSequence))
    if (event.xray_sources.size() < 26)
      event.xray_sources.push_back(
          source_of(reader.inside(*item), static_cast<char>('A' + static_cast<char>(event.xray_sources.size()))));
  event.number_of_xray_sources = static_cast<std::int64_t>(event.xray_sources.size());
}

}  // namespace

CtEvent scan_of(const DatasetReader& reader) {
  CtEvent event;
  if (const auto uids = reader.values(DCM_IrradiationEventUID); !uids.empty()) event.irradiation_event_uid = uids[0];
  event.ct_acquisition_type = scan_type_of(reader.text(DCM_AcquisitionType).value_or(""));
  event.nominal_single_collimation_width = reader.number(DCM_SingleCollimationWidth);
  event.nominal_total_collimation_width = reader.number(DCM_TotalCollimationWidth);
  event.pitch_factor = reader.number(DCM_SpiralPitchFactor);
  event.mean_ctdivol = reader.number(DCM_CTDIvol);
  event.ctdiw_phantom_type = reader.code(DCM_CTDIPhantomTypeCodeSequence);
  event.xray_modulation_type = reader.text(DCM_ExposureModulationType);
  read_sources(reader, event);
  return event;
}

}  // namespace harvester::extract
