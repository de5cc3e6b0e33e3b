-- Dose, normalised after the DICOM templates. Dates, times and date-times are ISO 8601 text as the clock of the device
-- said them. A code x stands in x (meaning), x_code and x_scheme. Units stand beside the columns.

-- One row for each device as some object described it; key: all of its values together (fingerprint).
CREATE TABLE equipment (
  id INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,
  manufacturer TEXT,
  manufacturer_model_name TEXT,
  station_name TEXT,
  device_serial_number TEXT,
  software_versions TEXT,
  institution_name TEXT,
  institution_address TEXT,
  institutional_department_name TEXT,
  device_observer_uid TEXT,
  equipment_display_name TEXT
) STRICT;

-- One row for each study that has dose; key: Study Instance UID. Totals are recomputed with each import.
CREATE TABLE study (
  id INTEGER PRIMARY KEY,
  study_instance_uid TEXT NOT NULL UNIQUE,
  latest_report_id INTEGER REFERENCES dose_report (id) DEFERRABLE INITIALLY DEFERRED,
  modality_type TEXT NOT NULL DEFAULT '' /* of all its reports, joined with backslashes */,
  number_of_events INTEGER,
  number_of_planes INTEGER,
  total_dlp REAL /* mGy.cm */,
  total_dap REAL /* Gy.m2 */,
  total_dap_a REAL /* Gy.m2 */,
  total_dap_b REAL /* Gy.m2 */,
  total_rp_dose_a REAL /* Gy */,
  total_rp_dose_b REAL /* Gy */,
  total_agd_left REAL /* mGy */,
  total_agd_right REAL /* mGy */,
  total_agd_both REAL /* mGy */,
  total_fluoro_time REAL /* s */,
  total_administered_activity REAL /* MBq */,
  number_of_axial INTEGER,
  number_of_spiral INTEGER,
  number_of_stationary INTEGER,
  number_of_const_angle INTEGER,
  totals_from TEXT
) STRICT;

-- One row for each imported dose object; key: SOP Instance UID. A superseded report stays, and counts no more.
CREATE TABLE dose_report (
  id INTEGER PRIMARY KEY,
  study_id INTEGER NOT NULL REFERENCES study (id),
  equipment_id INTEGER NOT NULL REFERENCES equipment (id),
  object_id INTEGER REFERENCES received_object (id),
  sop_instance_uid TEXT NOT NULL UNIQUE,
  sop_class_uid TEXT NOT NULL,
  series_instance_uid TEXT,
  object_kind TEXT NOT NULL,
  modality_type TEXT NOT NULL,
  superseded_by TEXT /* SOP Instance UID of the report that holds all its events */,
  overlaps INTEGER NOT NULL DEFAULT 0 CHECK (overlaps IN (0, 1)) /* shares events with another counting report */,
  beside_report INTEGER NOT NULL DEFAULT 0 CHECK (beside_report IN (0, 1)) /* an image that counts beside a report */,
  imported_at TEXT NOT NULL,
  content_date TEXT,
  content_time TEXT,
  template_identifier TEXT,
  completion_flag TEXT,
  verification_flag TEXT,
  procedure_reported TEXT, procedure_reported_code TEXT, procedure_reported_scheme TEXT,
  has_intent TEXT, has_intent_code TEXT, has_intent_scheme TEXT,
  scope_of_accumulation TEXT, scope_of_accumulation_code TEXT, scope_of_accumulation_scheme TEXT,
  source_of_dose_information TEXT, source_of_dose_information_code TEXT, source_of_dose_information_scheme TEXT,
  start_of_xray_irradiation TEXT,
  end_of_xray_irradiation TEXT,
  start_of_examination TEXT,
  end_of_examination TEXT,
  acquisition_device_type TEXT,
  associated_procedure TEXT, associated_procedure_code TEXT, associated_procedure_scheme TEXT,
  xray_source_data_available TEXT, xray_source_data_available_code TEXT, xray_source_data_available_scheme TEXT,
  xray_mechanical_data_available TEXT, xray_mechanical_data_available_code TEXT, xray_mechanical_data_available_scheme TEXT,
  xray_detector_data_available TEXT, xray_detector_data_available_code TEXT, xray_detector_data_available_scheme TEXT,
  language_of_content TEXT, language_of_content_code TEXT, language_of_content_scheme TEXT,
  country_of_language TEXT, country_of_language_code TEXT, country_of_language_scheme TEXT,
  comment TEXT,
  person_name TEXT,
  number_of_events INTEGER,
  number_of_planes INTEGER,
  total_dlp REAL /* mGy.cm */,
  total_dap REAL /* Gy.m2 */,
  total_dap_a REAL /* Gy.m2 */,
  total_dap_b REAL /* Gy.m2 */,
  total_rp_dose_a REAL /* Gy */,
  total_rp_dose_b REAL /* Gy */,
  total_agd_left REAL /* mGy */,
  total_agd_right REAL /* mGy */,
  total_agd_both REAL /* mGy */,
  total_fluoro_time REAL /* s */,
  total_administered_activity REAL /* MBq */,
  number_of_axial INTEGER,
  number_of_spiral INTEGER,
  number_of_stationary INTEGER,
  number_of_const_angle INTEGER,
  totals_from TEXT
) STRICT;
CREATE INDEX dose_report_by_study ON dose_report (study_id);
CREATE INDEX dose_report_by_equipment ON dose_report (equipment_id);
CREATE INDEX dose_report_by_object ON dose_report (object_id);
CREATE INDEX dose_report_by_series ON dose_report (series_instance_uid);

-- One row for each report: patient and study as that object told of them; key: the report.
CREATE TABLE patient_study (
  id INTEGER PRIMARY KEY,
  dose_report_id INTEGER NOT NULL UNIQUE REFERENCES dose_report (id) ON DELETE CASCADE,
  patient_name TEXT,
  patient_id TEXT,
  patient_birth_date TEXT,
  patient_sex TEXT,
  patient_age TEXT,
  patient_age_decimal REAL /* years */,
  patient_size REAL /* m */,
  patient_weight REAL /* kg */,
  not_patient_indicator TEXT,
  study_id TEXT,
  study_date TEXT,
  study_time TEXT,
  accession_number TEXT,
  study_description TEXT,
  series_description TEXT,
  protocol_name TEXT,
  requested_procedure_code_value TEXT,
  requested_procedure_code_meaning TEXT,
  requested_procedure_description TEXT,
  procedure_code_value TEXT,
  procedure_code_meaning TEXT,
  referring_physician_name TEXT,
  performing_physician_name TEXT,
  name_of_physicians_reading_study TEXT,
  physicians_of_record TEXT,
  operators_name TEXT
) STRICT;
CREATE INDEX patient_study_by_date ON patient_study (study_date);
CREATE INDEX patient_study_by_accession ON patient_study (accession_number) WHERE accession_number IS NOT NULL;

-- One row for each observer of a report (TID 1002); key: report and position.
CREATE TABLE observer_context (
  id INTEGER PRIMARY KEY,
  dose_report_id INTEGER NOT NULL REFERENCES dose_report (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  observer_type TEXT, observer_type_code TEXT, observer_type_scheme TEXT,
  device_observer_uid TEXT,
  device_observer_name TEXT,
  device_observer_manufacturer TEXT,
  device_observer_model_name TEXT,
  device_observer_serial_number TEXT,
  device_observer_physical_location_during_observation TEXT,
  device_role_in_procedure TEXT, device_role_in_procedure_code TEXT, device_role_in_procedure_scheme TEXT,
  person_observer_name TEXT,
  person_observer_organization_name TEXT,
  person_observer_role_in_the_organization TEXT, person_observer_role_in_the_organization_code TEXT, person_observer_role_in_the_organization_scheme TEXT,
  person_observer_role_in_this_procedure TEXT, person_observer_role_in_this_procedure_code TEXT, person_observer_role_in_this_procedure_scheme TEXT,
  UNIQUE (dose_report_id, position)
) STRICT;

-- One row for each CT Accumulated Dose Data (TID 10012); key: report and position.
CREATE TABLE ct_accumulated (
  id INTEGER PRIMARY KEY,
  dose_report_id INTEGER NOT NULL REFERENCES dose_report (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  region TEXT,
  total_number_of_irradiation_events INTEGER,
  ct_dose_length_product_total REAL /* mGy.cm */,
  ctdiw_phantom_type TEXT, ctdiw_phantom_type_code TEXT, ctdiw_phantom_type_scheme TEXT,
  ct_effective_dose_total REAL /* mSv */,
  comment TEXT,
  UNIQUE (dose_report_id, position)
) STRICT;

-- One row for each CT irradiation event of a report (TID 10013, 10014); keys: report and position in the document, report
-- and event_key (Irradiation Event UID, or start and type). Only rows with counted = 1 count in the study.
CREATE TABLE ct_event (
  id INTEGER PRIMARY KEY,
  dose_report_id INTEGER NOT NULL REFERENCES dose_report (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  event_key TEXT NOT NULL,
  counted INTEGER NOT NULL DEFAULT 1 CHECK (counted IN (0, 1)),
  irradiation_event_uid TEXT,
  irradiation_event_label TEXT,
  irradiation_event_label_type TEXT, irradiation_event_label_type_code TEXT, irradiation_event_label_type_scheme TEXT,
  date_time_started TEXT,
  acquisition_protocol TEXT,
  target_region TEXT, target_region_code TEXT, target_region_scheme TEXT,
  ct_acquisition_type TEXT, ct_acquisition_type_code TEXT, ct_acquisition_type_scheme TEXT,
  procedure_context TEXT, procedure_context_code TEXT, procedure_context_scheme TEXT,
  exposure_time REAL /* s */,
  scanning_length REAL /* mm */,
  length_of_reconstructable_volume REAL /* mm */,
  exposed_range REAL /* mm */,
  top_z_location_of_reconstructable_volume REAL /* mm */,
  bottom_z_location_of_reconstructable_volume REAL /* mm */,
  top_z_location_of_scanning_length REAL /* mm */,
  bottom_z_location_of_scanning_length REAL /* mm */,
  frame_of_reference_uid TEXT,
  nominal_single_collimation_width REAL /* mm */,
  nominal_total_collimation_width REAL /* mm */,
  pitch_factor REAL,
  number_of_xray_sources INTEGER,
  mean_ctdivol REAL /* mGy */,
  ctdiw_phantom_type TEXT, ctdiw_phantom_type_code TEXT, ctdiw_phantom_type_scheme TEXT,
  ctdifreeair_calculation_factor REAL /* mGy/mAs */,
  mean_ctdifreeair REAL /* mGy */,
  dlp REAL /* mGy.cm */,
  effective_dose REAL /* mSv */,
  effective_dose_conversion_factor REAL /* mSv/(mGy.cm) */,
  xray_modulation_type TEXT,
  comment TEXT,
  person_name TEXT,
  UNIQUE (dose_report_id, position),
  UNIQUE (dose_report_id, event_key)
) STRICT;
CREATE INDEX ct_event_by_key ON ct_event (event_key);

-- One row for each X-ray source of a CT event; key: event and position (sources A, B, ...).
CREATE TABLE ct_xray_source (
  id INTEGER PRIMARY KEY,
  ct_event_id INTEGER NOT NULL REFERENCES ct_event (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  identification_of_the_xray_source TEXT,
  kvp REAL /* kV */,
  maximum_xray_tube_current REAL /* mA */,
  xray_tube_current REAL /* mA */,
  exposure_time_per_rotation REAL /* s */,
  xray_filter_aluminum_equivalent REAL /* mm */,
  UNIQUE (ct_event_id, position)
) STRICT;

-- One row for each CT event with dose check details (TID 10015): alert and notification; key: the event.
CREATE TABLE ct_dose_check (
  id INTEGER PRIMARY KEY,
  ct_event_id INTEGER NOT NULL REFERENCES ct_event (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position = 0),
  dlp_alert_value_configured INTEGER CHECK (dlp_alert_value_configured IN (0, 1)),
  ctdivol_alert_value_configured INTEGER CHECK (ctdivol_alert_value_configured IN (0, 1)),
  dlp_alert_value REAL /* mGy.cm */,
  ctdivol_alert_value REAL /* mGy */,
  accumulated_dlp_forward_estimate REAL /* mGy.cm */,
  accumulated_ctdivol_forward_estimate REAL /* mGy */,
  alert_reason_for_proceeding TEXT,
  alert_person_name TEXT,
  dlp_notification_value_configured INTEGER CHECK (dlp_notification_value_configured IN (0, 1)),
  ctdivol_notification_value_configured INTEGER CHECK (ctdivol_notification_value_configured IN (0, 1)),
  dlp_notification_value REAL /* mGy.cm */,
  ctdivol_notification_value REAL /* mGy */,
  dlp_forward_estimate REAL /* mGy.cm */,
  ctdivol_forward_estimate REAL /* mGy */,
  notification_reason_for_proceeding TEXT,
  notification_person_name TEXT,
  UNIQUE (ct_event_id, position)
) STRICT;

-- One row for each size-specific dose estimate of a CT event; key: event and position.
CREATE TABLE ct_size_specific_dose (
  id INTEGER PRIMARY KEY,
  ct_event_id INTEGER NOT NULL REFERENCES ct_event (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  size_specific_dose_estimation REAL /* mGy */,
  measurement_method TEXT, measurement_method_code TEXT, measurement_method_scheme TEXT,
  measured_lateral_dimension REAL /* mm */,
  measured_ap_dimension REAL /* mm */,
  derived_effective_diameter REAL /* mm */,
  water_equivalent_diameter REAL /* mm */,
  water_equivalent_diameter_method TEXT, water_equivalent_diameter_method_code TEXT, water_equivalent_diameter_method_scheme TEXT,
  UNIQUE (ct_event_id, position)
) STRICT;

-- One row for each person who took part (TID 1020), in the report as a whole or in one event of it; key: report, event and
-- position.
CREATE TABLE person_participant (
  id INTEGER PRIMARY KEY,
  dose_report_id INTEGER NOT NULL REFERENCES dose_report (id) ON DELETE CASCADE,
  ct_event_id INTEGER REFERENCES ct_event (id) ON DELETE CASCADE,
  xray_event_id INTEGER REFERENCES xray_event (id) ON DELETE CASCADE,
  nm_event_id INTEGER REFERENCES nm_event (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  person_name TEXT,
  person_id TEXT,
  person_id_issuer TEXT,
  organization_name TEXT,
  person_role_in_procedure TEXT, person_role_in_procedure_code TEXT, person_role_in_procedure_scheme TEXT,
  person_role_in_organization TEXT, person_role_in_organization_code TEXT, person_role_in_organization_scheme TEXT
) STRICT;
CREATE UNIQUE INDEX person_participant_key ON person_participant
  (dose_report_id, coalesce(ct_event_id, 0), coalesce(xray_event_id, 0), coalesce(nm_event_id, 0), position);
CREATE INDEX person_participant_by_xray_event ON person_participant (xray_event_id) WHERE xray_event_id IS NOT NULL;
CREATE INDEX person_participant_by_nm_event ON person_participant (nm_event_id) WHERE nm_event_id IS NOT NULL;
CREATE INDEX person_participant_by_ct_event ON person_participant (ct_event_id) WHERE ct_event_id IS NOT NULL;

-- One row for each device that took part (TID 1021), in the report as a whole or in one event; key as for persons.
CREATE TABLE device_participant (
  id INTEGER PRIMARY KEY,
  dose_report_id INTEGER NOT NULL REFERENCES dose_report (id) ON DELETE CASCADE,
  ct_event_id INTEGER REFERENCES ct_event (id) ON DELETE CASCADE,
  xray_event_id INTEGER REFERENCES xray_event (id) ON DELETE CASCADE,
  nm_event_id INTEGER REFERENCES nm_event (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  device_role_in_procedure TEXT, device_role_in_procedure_code TEXT, device_role_in_procedure_scheme TEXT,
  device_name TEXT,
  device_manufacturer TEXT,
  device_model_name TEXT,
  device_serial_number TEXT,
  device_observer_uid TEXT
) STRICT;
CREATE UNIQUE INDEX device_participant_key ON device_participant
  (dose_report_id, coalesce(ct_event_id, 0), coalesce(xray_event_id, 0), coalesce(nm_event_id, 0), position);
CREATE INDEX device_participant_by_xray_event ON device_participant (xray_event_id) WHERE xray_event_id IS NOT NULL;
CREATE INDEX device_participant_by_nm_event ON device_participant (nm_event_id) WHERE nm_event_id IS NOT NULL;
CREATE INDEX device_participant_by_ct_event ON device_participant (ct_event_id) WHERE ct_event_id IS NOT NULL;

-- One row for each concept of a report that no column took, with how often it stood there; key: report and position.
CREATE TABLE unmapped_item (
  id INTEGER PRIMARY KEY,
  dose_report_id INTEGER NOT NULL REFERENCES dose_report (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  occurrences INTEGER NOT NULL,
  concept_value TEXT,
  concept_scheme TEXT,
  concept_meaning TEXT,
  value_type TEXT,
  UNIQUE (dose_report_id, position)
) STRICT;
CREATE INDEX unmapped_item_by_concept ON unmapped_item (concept_value, concept_scheme);

-- One row for each oddity of a report that was imported all the same; key: report and position.
CREATE TABLE report_warning (
  id INTEGER PRIMARY KEY,
  dose_report_id INTEGER NOT NULL REFERENCES dose_report (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  place TEXT,
  raw_value TEXT,
  raw_unit TEXT,
  UNIQUE (dose_report_id, position)
) STRICT;
