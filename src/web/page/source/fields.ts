/** Titles and units of dose fields. Names are those of the export (core/dose_fields.hpp); a unit may end the name. */
import { withUnit, words } from './format.ts';

const special: Record<string, [title: string, unit?: string]> = {
  dlp: ['DLP', 'mGy.cm'],
  mean_ctdivol: ['CTDIvol', 'mGy'],
  total_dlp: ['DLP total', 'mGy.cm'],
  ct_dose_length_product_total: ['DLP total', 'mGy.cm'],
  ct_effective_dose_total: ['Effective dose', 'mSv'],
  total_dap: ['DAP total', 'Gy.m2'],
  total_dap_a: ['DAP, plane A', 'Gy.m2'],
  total_dap_b: ['DAP, plane B', 'Gy.m2'],
  dose_area_product: ['DAP', 'Gy.m2'],
  dose_area_product_total: ['DAP total', 'Gy.m2'],
  fluoro_dose_area_product_total: ['DAP of fluoroscopy', 'Gy.m2'],
  acquisition_dose_area_product_total: ['DAP of acquisition', 'Gy.m2'],
  dose_rp: ['Dose at RP', 'Gy'],
  dose_rp_total: ['Dose at RP total', 'Gy'],
  fluoro_dose_rp_total: ['Dose at RP of fluoroscopy', 'Gy'],
  acquisition_dose_rp_total: ['Dose at RP of acquisition', 'Gy'],
  total_rp_dose_a: ['Dose at RP, plane A', 'Gy'],
  total_rp_dose_b: ['Dose at RP, plane B', 'Gy'],
  total_agd_left: ['AGD left', 'mGy'],
  total_agd_right: ['AGD right', 'mGy'],
  total_agd_both: ['AGD without side', 'mGy'],
  accumulated_average_glandular_dose: ['AGD', 'mGy'],
  average_glandular_dose: ['AGD', 'mGy'],
  entrance_exposure_at_rp: ['Entrance dose', 'mGy'],
  half_value_layer: ['HVL', 'mm'],
  total_fluoro_time: ['Fluoroscopy time', 's'],
  total_acquisition_time: ['Acquisition time', 's'],
  total_number_of_radiographic_frames: ['Frames'],
  total_administered_activity: ['Activity total', 'MBq'],
  administered_activity: ['Activity', 'MBq'],
  pre_administration_measured_activity: ['Activity before', 'MBq'],
  post_administration_measured_activity: ['Activity after', 'MBq'],
  radionuclide_half_life: ['Half life', 's'],
  radiopharmaceutical_volume: ['Volume', 'cm3'],
  kvp: ['kVp', 'kV'],
  xray_tube_current: ['Tube current', 'mA'],
  average_xray_tube_current: ['Mean tube current', 'mA'],
  maximum_xray_tube_current: ['Tube current max', 'mA'],
  exposure_time_per_rotation: ['Rotation time', 's'],
  exposure_uas: ['Exposure', 'uA.s'],
  pulse_width: ['Pulse width', 'ms'],
  pulse_rate: ['Pulse rate', '1/s'],
  scanning_length: ['Scan length', 'mm'],
  exposed_range: ['Exposed range', 'mm'],
  length_of_reconstructable_volume: ['Reconstructable length', 'mm'],
  nominal_single_collimation_width: ['Single collimation', 'mm'],
  nominal_total_collimation_width: ['Total collimation', 'mm'],
  pitch_factor: ['Pitch'],
  number_of_xray_sources: ['Sources'],
  ctdiw_phantom_type: ['Phantom'],
  ct_acquisition_type: ['Type'],
  acquisition_protocol: ['Protocol'],
  date_time_started: ['Started'],
  radiopharmaceutical_agent: ['Radiopharmaceutical'],
  radiopharmaceutical_start_datetime: ['Start'],
  radiopharmaceutical_stop_datetime: ['Stop'],
  irradiation_event_type: ['Type'],
  acquisition_plane: ['Plane'],
  xray_modulation_type: ['mA modulation'],
  compression_thickness: ['Thickness', 'mm'],
  compression_force: ['Force', 'N'],
  compression_pressure: ['Pressure', 'kPa'],
  anode_target_material: ['Target'],
  image_view: ['View'],
  exposure_index: ['EI'],
  target_exposure_index: ['Target EI'],
  deviation_index: ['DI'],
  distance_source_to_detector: ['SID', 'mm'],
  distance_source_to_isocenter: ['Source to isocentre', 'mm'],
  distance_source_to_reference_point: ['Source to reference point', 'mm'],
  positioner_primary_angle: ['Primary angle', 'deg'],
  positioner_secondary_angle: ['Secondary angle', 'deg'],
  collimated_field_area: ['Field area', 'm2'],
  collimated_field_height: ['Field height', 'mm'],
  collimated_field_width: ['Field width', 'mm'],
  size_specific_dose_estimation: ['SSDE', 'mGy'],
  water_equivalent_diameter: ['Water equivalent diameter', 'mm'],
  derived_effective_diameter: ['Effective diameter', 'mm'],
  effective_dose: ['Effective dose', 'mSv'],
  patient_size: ['Height', 'm'],
  patient_weight: ['Mass', 'kg'],
  patient_sex: ['Sex'],
  patient_age: ['Age as given'],
  patient_age_decimal: ['Age', 'years'],
  not_patient_indicator: ['Test patient'],
  number_of_events: ['Events'],
  total_number_of_irradiation_events: ['Events'],
  requested_procedure_code_meaning: ['Requested procedure'],
  performing_physician_name: ['Physician'],
  operators_name: ['Operator'],
  manufacturer_model_name: ['Model'],
  institution_name: ['Institution'],
  institutional_department_name: ['Department'],
  device_serial_number: ['Serial number'],
  station_name: ['Station'],
  equipment_display_name: ['Display name'],
  study_instance_uid: ['Study Instance UID'],
  irradiation_event_uid: ['Irradiation Event UID'],
};

// What a name of these words is given in; times of CT are in seconds, all others in milliseconds.
const unitsByWord: [RegExp, string][] = [
  [/(dap|dose_area_product)/, 'Gy.m2'],
  [/(length|width|height|distance|thickness|diameter|position|range|location|size|dimension)/, 'mm'],
  [/angle|angulation/, 'deg'],
  [/activity/, 'MBq'],
  [/duration/, 's'],
];

const upper: Record<string, string> = {
  uid: 'UID',
  sop: 'SOP',
  ct: 'CT',
  xray: 'X-ray',
  dlp: 'DLP',
  ctdivol: 'CTDIvol',
  pet: 'PET',
  nm: 'NM',
  mg: 'MG',
  ap: 'AP',
  id: 'ID',
};

export function titleOf(name: string): string {
  if (special[name]) return special[name][0];
  const text = words(name)
    .split(' ')
    .map((each) => upper[each] ?? each)
    .join(' ');
  return text[0].toUpperCase() + text.slice(1);
}

export function unitOf(name: string, value: unknown, ct = false): string {
  if (special[name]) return special[name][1] ?? '';
  if (typeof value !== 'number') return '';
  if (name === 'exposure_time') return ct ? 's' : 'ms';
  return unitsByWord.find(([word]) => word.test(name))?.[1] ?? '';
}

export function headerOf(name: string, value: unknown, ct = false): string {
  return withUnit(titleOf(name), unitOf(name, value, ct));
}

/** Codes and UIDs that stand beside a text for programs. */
export function isForPrograms(name: string, record: Record<string, unknown>): boolean {
  const base = name.replace(/_(code|scheme)$/, '');
  return base !== name && (base in record || /_code$/.test(name) || /_scheme$/.test(name));
}
