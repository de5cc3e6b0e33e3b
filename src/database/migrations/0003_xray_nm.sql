-- Projection X-ray and nuclear medicine, normalised after the DICOM templates, in the manner of 0002.

-- One row for each Accumulated X-Ray Dose Data (TID 10002-10007): of a plane or of a breast; key: report and position.
CREATE TABLE xray_accumulated (
  id INTEGER PRIMARY KEY,
  dose_report_id INTEGER NOT NULL REFERENCES dose_report (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  acquisition_plane TEXT, acquisition_plane_code TEXT, acquisition_plane_scheme TEXT,
  dose_area_product_total REAL /* Gy.m2 */,
  fluoro_dose_area_product_total REAL /* Gy.m2 */,
  acquisition_dose_area_product_total REAL /* Gy.m2 */,
  dose_rp_total REAL /* Gy */,
  fluoro_dose_rp_total REAL /* Gy */,
  acquisition_dose_rp_total REAL /* Gy */,
  total_fluoro_time REAL /* s */,
  total_acquisition_time REAL /* s */,
  total_number_of_radiographic_frames INTEGER,
  reference_point_definition TEXT, reference_point_definition_code TEXT, reference_point_definition_scheme TEXT,
  distance_source_to_reference_point REAL /* mm */,
  detector_type TEXT, detector_type_code TEXT, detector_type_scheme TEXT,
  accumulated_average_glandular_dose REAL /* mGy */,
  laterality TEXT, laterality_code TEXT, laterality_scheme TEXT,
  comment TEXT,
  UNIQUE (dose_report_id, position)
) STRICT;

-- One row for each calibration of a plane; key: accumulated row and position.
CREATE TABLE xray_calibration (
  id INTEGER PRIMARY KEY,
  xray_accumulated_id INTEGER NOT NULL REFERENCES xray_accumulated (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  dose_measurement_device TEXT, dose_measurement_device_code TEXT, dose_measurement_device_scheme TEXT,
  calibration_date TEXT,
  calibration_factor REAL,
  calibration_uncertainty REAL /* % */,
  calibration_responsible_party TEXT,
  calibration_protocol TEXT,
  UNIQUE (xray_accumulated_id, position)
) STRICT;

-- One row for each projection X-ray irradiation event of a report (TID 10003), or for the one of an image; keys and counted
-- as in ct_event.
CREATE TABLE xray_event (
  id INTEGER PRIMARY KEY,
  dose_report_id INTEGER NOT NULL REFERENCES dose_report (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  event_key TEXT NOT NULL,
  counted INTEGER NOT NULL DEFAULT 1 CHECK (counted IN (0, 1)),
  irradiation_event_uid TEXT,
  irradiation_event_label TEXT,
  header_event_uid TEXT /* of an image: Irradiation Event UID (0008,3010) */,
  date_time_started TEXT,
  irradiation_event_type TEXT, irradiation_event_type_code TEXT, irradiation_event_type_scheme TEXT,
  acquisition_plane TEXT, acquisition_plane_code TEXT, acquisition_plane_scheme TEXT,
  acquisition_protocol TEXT,
  anatomical_structure TEXT, anatomical_structure_code TEXT, anatomical_structure_scheme TEXT,
  target_region TEXT, target_region_code TEXT, target_region_scheme TEXT,
  laterality TEXT, laterality_code TEXT, laterality_scheme TEXT,
  image_view TEXT, image_view_code TEXT, image_view_scheme TEXT,
  image_view_modifier TEXT, image_view_modifier_code TEXT, image_view_modifier_scheme TEXT,
  procedure_context TEXT, procedure_context_code TEXT, procedure_context_scheme TEXT,
  projection_eponymous_name TEXT, projection_eponymous_name_code TEXT, projection_eponymous_name_scheme TEXT,
  patient_table_relationship TEXT, patient_table_relationship_code TEXT, patient_table_relationship_scheme TEXT,
  patient_orientation TEXT, patient_orientation_code TEXT, patient_orientation_scheme TEXT,
  patient_orientation_modifier TEXT, patient_orientation_modifier_code TEXT, patient_orientation_modifier_scheme TEXT,
  comment TEXT,
  person_name TEXT,
  dose_area_product REAL /* Gy.m2 */,
  dose_rp REAL /* Gy */,
  reference_point_definition TEXT, reference_point_definition_code TEXT, reference_point_definition_scheme TEXT,
  average_glandular_dose REAL /* mGy */,
  entrance_exposure_at_rp REAL /* mGy */,
  half_value_layer REAL /* mm */,
  percent_fibroglandular_tissue REAL /* % */,
  exposure_index REAL,
  target_exposure_index REAL,
  deviation_index REAL,
  sensitivity REAL,
  relative_xray_exposure REAL,
  fluoro_mode TEXT, fluoro_mode_code TEXT, fluoro_mode_scheme TEXT,
  pulse_rate REAL /* 1/s */,
  number_of_pulses INTEGER,
  irradiation_duration REAL /* s */,
  kvp REAL /* kV */,
  average_xray_tube_current REAL /* mA */,
  xray_tube_current REAL /* mA */,
  exposure_time REAL /* ms */,
  pulse_width REAL /* ms */,
  exposure_uas REAL /* uA.s */,
  focal_spot_size REAL /* mm */,
  anode_target_material TEXT, anode_target_material_code TEXT, anode_target_material_scheme TEXT,
  anode_target_material_keyword TEXT,
  filter_material_keyword TEXT,
  exposure_control_mode TEXT,
  exposure_control_mode_description TEXT,
  grid_focal_distance REAL /* mm */,
  collimated_field_area REAL /* m2 */,
  collimated_field_height REAL /* mm */,
  collimated_field_width REAL /* mm */,
  ii_field_size REAL /* mm */,
  crdr_mechanical_configuration TEXT, crdr_mechanical_configuration_code TEXT, crdr_mechanical_configuration_scheme TEXT,
  positioner_primary_angle REAL /* deg */,
  positioner_secondary_angle REAL /* deg */,
  positioner_primary_end_angle REAL /* deg */,
  positioner_secondary_end_angle REAL /* deg */,
  column_angulation REAL /* deg */,
  table_head_tilt_angle REAL /* deg */,
  table_horizontal_rotation_angle REAL /* deg */,
  table_cradle_tilt_angle REAL /* deg */,
  table_longitudinal_position REAL /* mm */,
  table_lateral_position REAL /* mm */,
  table_height_position REAL /* mm */,
  table_longitudinal_end_position REAL /* mm */,
  table_lateral_end_position REAL /* mm */,
  table_height_end_position REAL /* mm */,
  distance_source_to_detector REAL /* mm */,
  distance_source_to_isocenter REAL /* mm */,
  distance_source_to_reference_point REAL /* mm */,
  distance_source_to_entrance_surface REAL /* mm */,
  distance_source_to_table_plane REAL /* mm */,
  compression_thickness REAL /* mm */,
  compression_force REAL,
  compression_pressure REAL /* kPa */,
  compression_contact_area REAL /* mm2 */,
  magnification_factor REAL,
  radiological_thickness REAL /* mm */,
  UNIQUE (dose_report_id, position),
  UNIQUE (dose_report_id, event_key)
) STRICT;
CREATE INDEX xray_event_by_key ON xray_event (event_key);

-- One row for each X-ray filter of an event; key: event and position.
CREATE TABLE xray_filter (
  id INTEGER PRIMARY KEY,
  xray_event_id INTEGER NOT NULL REFERENCES xray_event (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  xray_filter_type TEXT, xray_filter_type_code TEXT, xray_filter_type_scheme TEXT,
  xray_filter_material TEXT, xray_filter_material_code TEXT, xray_filter_material_scheme TEXT,
  xray_filter_thickness_minimum REAL /* mm */,
  xray_filter_thickness_maximum REAL /* mm */,
  UNIQUE (xray_event_id, position)
) STRICT;

-- One row for each anti-scatter grid of an event; key: event and position.
CREATE TABLE xray_grid (
  id INTEGER PRIMARY KEY,
  xray_event_id INTEGER NOT NULL REFERENCES xray_event (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  xray_grid TEXT, xray_grid_code TEXT, xray_grid_scheme TEXT,
  UNIQUE (xray_event_id, position)
) STRICT;

-- One row for each pulse or exposure of an event that gives several; key: event and position.
CREATE TABLE xray_pulse (
  id INTEGER PRIMARY KEY,
  xray_event_id INTEGER NOT NULL REFERENCES xray_event (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kvp REAL /* kV */,
  xray_tube_current REAL /* mA */,
  pulse_width REAL /* ms */,
  exposure_uas REAL /* uA.s */,
  UNIQUE (xray_event_id, position)
) STRICT;

-- One row for each image that an event names; key: event and position.
CREATE TABLE xray_image_reference (
  id INTEGER PRIMARY KEY,
  xray_event_id INTEGER NOT NULL REFERENCES xray_event (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  sop_class_uid TEXT,
  sop_instance_uid TEXT,
  UNIQUE (xray_event_id, position)
) STRICT;
CREATE INDEX xray_image_reference_by_instance ON xray_image_reference (sop_instance_uid);

-- One row for each radiopharmaceutical administration of a report (TID 10022) or of an image; keys and counted as in
-- ct_event.
CREATE TABLE nm_event (
  id INTEGER PRIMARY KEY,
  dose_report_id INTEGER NOT NULL REFERENCES dose_report (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  event_key TEXT NOT NULL,
  counted INTEGER NOT NULL DEFAULT 1 CHECK (counted IN (0, 1)),
  radiopharmaceutical_administration_event_uid TEXT,
  radiopharmaceutical_agent TEXT, radiopharmaceutical_agent_code TEXT, radiopharmaceutical_agent_scheme TEXT,
  radiopharmaceutical_agent_text TEXT,
  radionuclide TEXT, radionuclide_code TEXT, radionuclide_scheme TEXT,
  radionuclide_half_life REAL /* s */,
  radiopharmaceutical_specific_activity REAL /* Bq/mol */,
  radiopharmaceutical_start_datetime TEXT,
  radiopharmaceutical_stop_datetime TEXT,
  administered_activity REAL /* MBq */,
  radiopharmaceutical_volume REAL /* cm3 */,
  pre_administration_measured_activity REAL /* MBq */,
  post_administration_measured_activity REAL /* MBq */,
  pre_activity_measurement_device TEXT,
  post_activity_measurement_device TEXT,
  estimated_extravasation_activity REAL /* MBq */,
  intravenous_extravasation_symptoms TEXT, intravenous_extravasation_symptoms_code TEXT, intravenous_extravasation_symptoms_scheme TEXT,
  effective_dose REAL /* mSv */,
  route_of_administration TEXT, route_of_administration_code TEXT, route_of_administration_scheme TEXT,
  site_of TEXT, site_of_code TEXT, site_of_scheme TEXT,
  laterality TEXT, laterality_code TEXT, laterality_scheme TEXT,
  billing_code TEXT,
  drug_product_identifier TEXT,
  brand_name TEXT,
  radiopharmaceutical_dispense_unit_identifier TEXT,
  radiopharmaceutical_lot_identifier TEXT,
  reagent_vial_identifier TEXT,
  radionuclide_identifier TEXT,
  prescription_identifier TEXT,
  comment TEXT,
  person_name TEXT,
  person_role_in_procedure TEXT, person_role_in_procedure_code TEXT, person_role_in_procedure_scheme TEXT,
  UNIQUE (dose_report_id, position),
  UNIQUE (dose_report_id, event_key)
) STRICT;
CREATE INDEX nm_event_by_key ON nm_event (event_key);

-- One row for each organ dose of an administration; key: administration and position.
CREATE TABLE organ_dose (
  id INTEGER PRIMARY KEY,
  nm_event_id INTEGER NOT NULL REFERENCES nm_event (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  finding_site TEXT, finding_site_code TEXT, finding_site_scheme TEXT,
  laterality TEXT, laterality_code TEXT, laterality_scheme TEXT,
  organ_dose REAL /* mGy */,
  reference_authority TEXT,
  measurement_method TEXT, measurement_method_code TEXT, measurement_method_scheme TEXT,
  UNIQUE (nm_event_id, position)
) STRICT;

-- One row for each PET series as an image of it told; key: report and position.
CREATE TABLE pet_series (
  id INTEGER PRIMARY KEY,
  dose_report_id INTEGER NOT NULL REFERENCES dose_report (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  series_instance_uid TEXT,
  series_datetime TEXT,
  number_of_rr_intervals INTEGER,
  number_of_time_slots INTEGER,
  number_of_time_slices INTEGER,
  number_of_slices INTEGER,
  reconstruction_method TEXT,
  coincidence_window_width REAL /* ns */,
  energy_window_lower_limit REAL /* keV */,
  energy_window_upper_limit REAL /* keV */,
  scan_progression_direction TEXT,
  series_type TEXT,
  corrected_image TEXT,
  UNIQUE (dose_report_id, position)
) STRICT;

-- One row for each report with Patient Characteristics (TID 10024); key: the report.
CREATE TABLE patient_characteristics (
  id INTEGER PRIMARY KEY,
  dose_report_id INTEGER NOT NULL REFERENCES dose_report (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  subject_age REAL /* years */,
  subject_sex TEXT, subject_sex_code TEXT, subject_sex_scheme TEXT,
  patient_height REAL /* m */,
  patient_weight REAL /* kg */,
  body_surface_area REAL /* m2 */,
  body_surface_area_formula TEXT, body_surface_area_formula_code TEXT, body_surface_area_formula_scheme TEXT,
  body_mass_index REAL /* kg/m2 */,
  body_mass_index_equation TEXT, body_mass_index_equation_code TEXT, body_mass_index_equation_scheme TEXT,
  glucose REAL /* mg/dl */,
  fasting_duration REAL /* h */,
  hydration_volume REAL /* ml */,
  recent_physical_activity TEXT,
  serum_creatinine REAL /* mg/dl */,
  patient_state TEXT, patient_state_code TEXT, patient_state_scheme TEXT,
  glomerular_filtration_rate REAL /* ml/min/1.73 m2 */,
  glomerular_filtration_rate_measurement_method TEXT, glomerular_filtration_rate_measurement_method_code TEXT, glomerular_filtration_rate_measurement_method_scheme TEXT,
  glomerular_filtration_rate_equivalent_meaning TEXT, glomerular_filtration_rate_equivalent_meaning_code TEXT, glomerular_filtration_rate_equivalent_meaning_scheme TEXT,
  UNIQUE (dose_report_id, position)
) STRICT;

-- Of an image whose dose the others of its series repeat: which part of the series it stands for (a scan, the
-- administrations). One record stands for the part, that of the lowest SOP Instance UID. NULL for all else.
ALTER TABLE dose_report ADD COLUMN series_part TEXT;
