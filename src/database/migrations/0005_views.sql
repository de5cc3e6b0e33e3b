-- Flat views for people. A unit ends the name of its column: mgy, mgycm, gym2 (Gy.m2), cgycm2 (cGy.cm2), mm, s, ms, ma, mas,
-- kv, mbq. What the columns are and where they come from stands in flat_columns.cpp and in the README.

-- One row for each report: the study, patient and device as that object told of them. The other views begin with it.
CREATE VIEW v_reports AS
SELECT
  r.id AS dose_report_id, r.study_id AS study_id, s.study_instance_uid AS study_instance_uid,
  r.sop_instance_uid AS sop_instance_uid, r.object_kind AS object_kind, r.modality_type AS modality_type,
  e.institution_name AS institution_name, e.institutional_department_name AS institutional_department_name,
  e.manufacturer AS manufacturer, e.manufacturer_model_name AS manufacturer_model_name, e.station_name AS station_name,
  e.device_serial_number AS device_serial_number, e.equipment_display_name AS equipment,
  e.equipment_identity AS equipment_identity,
  p.accession_number AS accession_number, p.operators_name AS operators_name,
  p.performing_physician_name AS performing_physician_name, p.study_date AS study_date, p.study_time AS study_time,
  p.patient_id AS patient_id, p.patient_name AS patient_name,
  CASE WHEN p.patient_birth_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' THEN p.patient_birth_date END
    AS patient_birth_date,
  p.patient_age_decimal AS patient_age_decimal, p.patient_sex AS patient_sex, p.patient_size AS patient_size_m,
  p.patient_weight AS patient_weight_kg, p.not_patient_indicator AS not_patient_indicator,
  p.study_description AS study_description,
  coalesce(p.requested_procedure_code_meaning, p.requested_procedure_description) AS requested_procedure,
  r.comment AS report_comment
FROM dose_report AS r
JOIN study AS s ON s.id = r.study_id
JOIN patient_study AS p ON p.dose_report_id = r.id
JOIN equipment AS e ON e.id = r.equipment_id;

-- One row for each study, told by its latest report, with its totals.
CREATE VIEW v_studies AS
SELECT
  s.id AS study_id, s.study_instance_uid AS study_instance_uid, s.modality_type AS modality_type,
  c.institution_name, c.institutional_department_name, c.manufacturer, c.manufacturer_model_name, c.station_name,
  c.device_serial_number, c.equipment, c.equipment_identity, c.accession_number, c.operators_name, c.performing_physician_name, c.study_date,
  c.study_time, c.patient_id, c.patient_name, c.patient_birth_date, c.patient_age_decimal, c.patient_sex,
  c.patient_size_m, c.patient_weight_kg, c.not_patient_indicator, c.study_description, c.requested_procedure,
  c.report_comment,
  coalesce(
    (SELECT ev.acquisition_protocol FROM dose_report AS r JOIN ct_event AS ev ON ev.dose_report_id = r.id
      WHERE r.study_id = s.id AND ev.counted = 1 ORDER BY coalesce(ev.dlp, -1) DESC, ev.event_key LIMIT 1),
    (SELECT ev.acquisition_protocol FROM dose_report AS r JOIN xray_event AS ev ON ev.dose_report_id = r.id
      WHERE r.study_id = s.id AND ev.counted = 1 ORDER BY coalesce(ev.dose_area_product, -1) DESC, ev.event_key LIMIT 1)
  ) AS protocol,
  coalesce(
    (SELECT ev.target_region FROM dose_report AS r JOIN ct_event AS ev ON ev.dose_report_id = r.id
      WHERE r.study_id = s.id AND ev.counted = 1 ORDER BY coalesce(ev.dlp, -1) DESC, ev.event_key LIMIT 1),
    (SELECT coalesce(ev.target_region, ev.anatomical_structure)
      FROM dose_report AS r JOIN xray_event AS ev ON ev.dose_report_id = r.id
      WHERE r.study_id = s.id AND ev.counted = 1 ORDER BY coalesce(ev.dose_area_product, -1) DESC, ev.event_key LIMIT 1)
  ) AS target_region,
  (SELECT count(*) FROM dose_report AS r WHERE r.study_id = s.id) AS reports,
  s.number_of_events AS number_of_events, s.totals_from AS totals_from, s.number_of_axial AS number_of_axial,
  s.number_of_spiral AS number_of_spiral, s.number_of_stationary AS number_of_stationary,
  s.number_of_const_angle AS number_of_const_angle, s.total_dlp AS total_dlp_mgycm,
  (SELECT max(ev.mean_ctdivol) FROM dose_report AS r JOIN ct_event AS ev ON ev.dose_report_id = r.id
    WHERE r.study_id = s.id AND ev.counted = 1) AS max_ctdivol_mgy,
  s.number_of_planes AS number_of_planes, s.total_dap AS total_dap_gym2, s.total_dap * 1000000.0 AS total_dap_cgycm2,
  s.total_dap_a AS total_dap_a_gym2, s.total_dap_b AS total_dap_b_gym2,
  (SELECT sum(a.fluoro_dose_area_product_total) FROM dose_report AS r JOIN xray_accumulated AS a
    ON a.dose_report_id = r.id WHERE r.study_id = s.id AND r.superseded_by IS NULL) AS fluoro_dap_gym2,
  (SELECT sum(a.acquisition_dose_area_product_total) FROM dose_report AS r JOIN xray_accumulated AS a
    ON a.dose_report_id = r.id WHERE r.study_id = s.id AND r.superseded_by IS NULL) AS acquisition_dap_gym2,
  s.total_rp_dose_a AS total_rp_dose_a_gy, s.total_rp_dose_b AS total_rp_dose_b_gy,
  (SELECT sum(a.fluoro_dose_rp_total) FROM dose_report AS r JOIN xray_accumulated AS a
    ON a.dose_report_id = r.id WHERE r.study_id = s.id AND r.superseded_by IS NULL) AS fluoro_rp_dose_gy,
  (SELECT sum(a.acquisition_dose_rp_total) FROM dose_report AS r JOIN xray_accumulated AS a
    ON a.dose_report_id = r.id WHERE r.study_id = s.id AND r.superseded_by IS NULL) AS acquisition_rp_dose_gy,
  s.total_fluoro_time AS total_fluoro_time_s,
  (SELECT sum(a.total_acquisition_time) FROM dose_report AS r JOIN xray_accumulated AS a
    ON a.dose_report_id = r.id WHERE r.study_id = s.id AND r.superseded_by IS NULL) AS total_acquisition_time_s,
  s.total_agd_left AS total_agd_left_mgy, s.total_agd_right AS total_agd_right_mgy,
  s.total_agd_both AS total_agd_both_mgy,
  (SELECT coalesce(ev.radiopharmaceutical_agent, ev.radiopharmaceutical_agent_text)
    FROM dose_report AS r JOIN nm_event AS ev ON ev.dose_report_id = r.id
    WHERE r.study_id = s.id AND ev.counted = 1 ORDER BY coalesce(ev.administered_activity, -1) DESC, ev.event_key LIMIT 1)
    AS radiopharmaceutical,
  s.total_administered_activity AS total_administered_activity_mbq
FROM study AS s
JOIN v_reports AS c ON c.dose_report_id = s.latest_report_id AND c.study_id = s.id;

-- One row for each CT event that counts. Values of an X-ray source a and b: the first and the second of the event.
CREATE VIEW v_ct_events AS
SELECT
  ev.id AS ct_event_id, c.*, ev.position AS position, ev.event_key AS event_key,
  ev.irradiation_event_uid AS irradiation_event_uid, ev.date_time_started AS date_time_started,
  ev.acquisition_protocol AS acquisition_protocol,
  (SELECT n.name FROM standard_name AS n
    WHERE (n.modality = c.modality_type OR (n.modality = 'DX' AND c.modality_type IN ('CR', 'PX'))
        OR (n.modality = 'XA' AND c.modality_type = 'RF'))
      AND ev.acquisition_protocol LIKE n.like_pattern ESCAPE '\'
    ORDER BY n.position LIMIT 1) AS standard_name,
  ev.ct_acquisition_type AS ct_acquisition_type,
  ev.ct_acquisition_type_code AS ct_acquisition_type_code, ev.procedure_context AS procedure_context,
  ev.target_region AS target_region, ev.exposure_time AS exposure_time_s, ev.scanning_length AS scanning_length_mm,
  ev.length_of_reconstructable_volume AS length_of_reconstructable_volume_mm, ev.exposed_range AS exposed_range_mm,
  ev.nominal_single_collimation_width AS nominal_single_collimation_width_mm,
  ev.nominal_total_collimation_width AS nominal_total_collimation_width_mm, ev.pitch_factor AS pitch_factor,
  ev.number_of_xray_sources AS number_of_xray_sources, ev.mean_ctdivol AS mean_ctdivol_mgy,
  ev.ctdiw_phantom_type AS ctdiw_phantom_type, ev.ctdiw_phantom_type_code AS ctdiw_phantom_type_code,
  ev.dlp AS dlp_mgycm, ev.effective_dose AS effective_dose_msv,
  ssde.size_specific_dose_estimation AS size_specific_dose_estimation_mgy,
  ssde.water_equivalent_diameter AS water_equivalent_diameter_mm,
  ssde.derived_effective_diameter AS derived_effective_diameter_mm,
  a.kvp AS kvp_kv, a.maximum_xray_tube_current AS maximum_xray_tube_current_ma,
  a.xray_tube_current AS xray_tube_current_ma, a.exposure_time_per_rotation AS exposure_time_per_rotation_s,
  b.kvp AS kvp_b_kv, b.maximum_xray_tube_current AS maximum_xray_tube_current_b_ma,
  b.xray_tube_current AS xray_tube_current_b_ma, b.exposure_time_per_rotation AS exposure_time_per_rotation_b_s,
  ev.xray_modulation_type AS xray_modulation_type, dc.dlp_alert_value AS dlp_alert_value_mgycm,
  dc.ctdivol_alert_value AS ctdivol_alert_value_mgy,
  dc.accumulated_dlp_forward_estimate AS accumulated_dlp_forward_estimate_mgycm,
  dc.accumulated_ctdivol_forward_estimate AS accumulated_ctdivol_forward_estimate_mgy,
  dc.alert_reason_for_proceeding AS alert_reason_for_proceeding, dc.dlp_notification_value AS dlp_notification_value_mgycm,
  dc.ctdivol_notification_value AS ctdivol_notification_value_mgy, dc.dlp_forward_estimate AS dlp_forward_estimate_mgycm,
  dc.ctdivol_forward_estimate AS ctdivol_forward_estimate_mgy,
  dc.notification_reason_for_proceeding AS notification_reason_for_proceeding, ev.comment AS comment
FROM ct_event AS ev
JOIN v_reports AS c ON c.dose_report_id = ev.dose_report_id
LEFT JOIN ct_xray_source AS a ON a.ct_event_id = ev.id AND a.position = 0
LEFT JOIN ct_xray_source AS b ON b.ct_event_id = ev.id AND b.position = 1
LEFT JOIN ct_dose_check AS dc ON dc.ct_event_id = ev.id
LEFT JOIN ct_size_specific_dose AS ssde ON ssde.ct_event_id = ev.id AND ssde.position = 0
WHERE ev.counted = 1;

-- What every projection X-ray event has; the two views after it divide it.
CREATE VIEW v_projection_events AS
SELECT
  ev.id AS xray_event_id, c.*, ev.position AS position, ev.event_key AS event_key,
  ev.irradiation_event_uid AS irradiation_event_uid, ev.date_time_started AS date_time_started,
  ev.irradiation_event_type AS irradiation_event_type, ev.acquisition_plane AS acquisition_plane,
  ev.acquisition_protocol AS acquisition_protocol,
  (SELECT n.name FROM standard_name AS n
    WHERE (n.modality = c.modality_type OR (n.modality = 'DX' AND c.modality_type IN ('CR', 'PX'))
        OR (n.modality = 'XA' AND c.modality_type = 'RF'))
      AND ev.acquisition_protocol LIKE n.like_pattern ESCAPE '\'
    ORDER BY n.position LIMIT 1) AS standard_name,
  coalesce(ev.target_region, ev.anatomical_structure) AS target_region,
  ev.laterality AS laterality, ev.image_view AS image_view, ev.image_view_modifier AS image_view_modifier,
  ev.patient_orientation AS patient_orientation, ev.dose_area_product AS dose_area_product_gym2,
  ev.dose_area_product * 1000000.0 AS dose_area_product_cgycm2, ev.dose_rp AS dose_rp_gy,
  ev.average_glandular_dose AS average_glandular_dose_mgy, ev.entrance_exposure_at_rp AS entrance_exposure_at_rp_mgy,
  ev.half_value_layer AS half_value_layer_mm, ev.percent_fibroglandular_tissue AS percent_fibroglandular_tissue,
  ev.exposure_index AS exposure_index, ev.target_exposure_index AS target_exposure_index,
  ev.deviation_index AS deviation_index, ev.relative_xray_exposure AS relative_xray_exposure, ev.kvp AS kvp_kv,
  coalesce(ev.average_xray_tube_current, ev.xray_tube_current) AS xray_tube_current_ma,
  ev.exposure_uas / 1000.0 AS exposure_mas, ev.exposure_time AS exposure_time_ms, ev.pulse_width AS pulse_width_ms,
  ev.pulse_rate AS pulse_rate_per_s, ev.number_of_pulses AS number_of_pulses, ev.fluoro_mode AS fluoro_mode,
  ev.irradiation_duration AS irradiation_duration_s, ev.exposure_control_mode AS exposure_control_mode,
  ev.focal_spot_size AS focal_spot_size_mm, coalesce(ev.anode_target_material, ev.anode_target_material_keyword)
    AS anode_target_material,
  coalesce((SELECT group_concat(coalesce(f.xray_filter_material, ''), ' | ') FROM
    (SELECT xray_filter_material FROM xray_filter WHERE xray_event_id = ev.id ORDER BY position) AS f),
    ev.filter_material_keyword) AS filter_materials,
  (SELECT group_concat(f.thickness, ' | ') FROM
    (SELECT CASE
        WHEN xray_filter_thickness_minimum IS NULL AND xray_filter_thickness_maximum IS NULL THEN ''
        WHEN coalesce(xray_filter_thickness_minimum, xray_filter_thickness_maximum)
          = coalesce(xray_filter_thickness_maximum, xray_filter_thickness_minimum)
        THEN CAST(coalesce(xray_filter_thickness_maximum, xray_filter_thickness_minimum) AS TEXT)
        ELSE CAST(xray_filter_thickness_minimum AS TEXT) || ' - ' || CAST(xray_filter_thickness_maximum AS TEXT)
      END AS thickness
      FROM xray_filter WHERE xray_event_id = ev.id ORDER BY position) AS f) AS filter_thicknesses_mm,
  (SELECT group_concat(coalesce(g.xray_grid, ''), ' | ') FROM
    (SELECT xray_grid FROM xray_grid WHERE xray_event_id = ev.id ORDER BY position) AS g) AS grids,
  ev.grid_focal_distance AS grid_focal_distance_mm, ev.collimated_field_area AS collimated_field_area_m2,
  ev.collimated_field_height AS collimated_field_height_mm, ev.collimated_field_width AS collimated_field_width_mm,
  ev.ii_field_size AS ii_field_size_mm, ev.positioner_primary_angle AS positioner_primary_angle_deg,
  ev.positioner_secondary_angle AS positioner_secondary_angle_deg,
  ev.distance_source_to_detector AS distance_source_to_detector_mm,
  ev.distance_source_to_isocenter AS distance_source_to_isocenter_mm,
  ev.table_longitudinal_position AS table_longitudinal_position_mm,
  ev.table_lateral_position AS table_lateral_position_mm, ev.table_height_position AS table_height_position_mm,
  ev.compression_thickness AS compression_thickness_mm, ev.compression_force AS compression_force,
  ev.compression_pressure AS compression_pressure_kpa, ev.magnification_factor AS magnification_factor,
  ev.comment AS comment
FROM xray_event AS ev
JOIN v_reports AS c ON c.dose_report_id = ev.dose_report_id
WHERE ev.counted = 1;

-- One row for each event of radiography, fluoroscopy and angiography that counts.
CREATE VIEW v_xray_events AS SELECT * FROM v_projection_events WHERE modality_type <> 'MG';

-- One row for each mammography event that counts.
CREATE VIEW v_mg_events AS SELECT * FROM v_projection_events WHERE modality_type = 'MG';

-- One row for each administration of a radiopharmaceutical that counts.
CREATE VIEW v_nm_events AS
SELECT
  ev.id AS nm_event_id, c.*, ev.position AS position, ev.event_key AS event_key,
  ev.radiopharmaceutical_administration_event_uid AS radiopharmaceutical_administration_event_uid,
  coalesce(ev.radiopharmaceutical_agent, ev.radiopharmaceutical_agent_text) AS radiopharmaceutical,
  ev.radionuclide AS radionuclide, ev.radionuclide_half_life AS radionuclide_half_life_s,
  ev.administered_activity AS administered_activity_mbq,
  ev.pre_administration_measured_activity AS pre_administration_measured_activity_mbq,
  ev.post_administration_measured_activity AS post_administration_measured_activity_mbq,
  ev.estimated_extravasation_activity AS estimated_extravasation_activity_mbq,
  ev.radiopharmaceutical_start_datetime AS start_datetime, ev.radiopharmaceutical_stop_datetime AS stop_datetime,
  ev.radiopharmaceutical_volume AS radiopharmaceutical_volume_cm3, ev.route_of_administration AS route_of_administration,
  ev.site_of AS site_of_administration, ev.laterality AS laterality, ev.effective_dose AS effective_dose_msv,
  (SELECT count(*) FROM organ_dose AS o WHERE o.nm_event_id = ev.id) AS organ_doses, ev.comment AS comment
FROM nm_event AS ev
JOIN v_reports AS c ON c.dose_report_id = ev.dose_report_id
WHERE ev.counted = 1;
