-- What charts and lists of studies are made of: narrow rows beside the dose tables, so that a million events are read in
-- well under a second. Written anew with each import of something of the study (figures.cpp); no patient data.

-- One row for each text that protocols, descriptions of studies and requested procedures have; key: in lower case,
-- without blanks at the ends.
CREATE TABLE label (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL
) STRICT;

-- One row for each study, by date; key: the study. families: 1 CT + 2 X-ray + 4 mammography + 8 nuclear medicine. Units as
-- in study.
CREATE TABLE study_figure (
  study_date TEXT NOT NULL,
  study_time TEXT NOT NULL,
  study_id INTEGER NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  families INTEGER NOT NULL,
  modality_type TEXT NOT NULL,
  equipment_id INTEGER NOT NULL REFERENCES equipment (id),
  description_id INTEGER,
  procedure_id INTEGER,
  protocol_id INTEGER,
  sex TEXT,
  age REAL /* years */,
  weight REAL /* kg */,
  test INTEGER NOT NULL,
  events INTEGER NOT NULL,
  dlp REAL /* mGy.cm */,
  ctdivol REAL /* mGy */,
  dap REAL /* Gy.m2 */,
  rp_dose REAL /* Gy */,
  agd REAL /* mGy */,
  activity REAL /* MBq */,
  PRIMARY KEY (study_date, study_time, study_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX study_figure_by_study ON study_figure (study_id);

-- One row for each event that counts, by family (as families above) and date; key: family and event. first, second: DLP
-- and CTDIvol; DAP and dose at the reference point; AGD; administered activity.
CREATE TABLE event_figure (
  family INTEGER NOT NULL,
  study_date TEXT NOT NULL,
  study_id INTEGER NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  event_id INTEGER NOT NULL,
  modality_type TEXT NOT NULL,
  equipment_id INTEGER NOT NULL REFERENCES equipment (id),
  protocol_id INTEGER,
  description_id INTEGER,
  procedure_id INTEGER,
  sex TEXT,
  age REAL /* years */,
  weight REAL /* kg */,
  test INTEGER NOT NULL,
  first REAL,
  second REAL,
  thickness REAL /* mm, compressed */,
  kvp REAL /* kV */,
  mas REAL /* mAs */,
  PRIMARY KEY (family, study_date, study_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_figure_by_study ON event_figure (study_id);
CREATE INDEX event_figure_by_protocol ON event_figure (family, protocol_id);

-- Lists that are read from their newest row on.
CREATE INDEX harvest_by_node ON harvest (node_id, id);
CREATE INDEX received_object_ended ON received_object (state, id) WHERE state IN ('imported', 'ignored', 'failed');
CREATE INDEX received_object_by_kind ON received_object (object_kind, state);
CREATE INDEX received_object_by_reason ON received_object (reason, id) WHERE reason <> '';
CREATE INDEX audit_event_by_kind ON audit_event (kind, id);

-- What the rows above are made from, by study.
CREATE VIEW label_source (study_id, source, key, text) AS
SELECT r.study_id, 1, lower(trim(p.study_description)), trim(p.study_description)
FROM dose_report AS r JOIN patient_study AS p ON p.dose_report_id = r.id
WHERE trim(p.study_description) <> ''
UNION ALL
SELECT r.study_id, 2, lower(trim(coalesce(p.requested_procedure_code_meaning, p.requested_procedure_description))), trim(coalesce(p.requested_procedure_code_meaning, p.requested_procedure_description))
FROM dose_report AS r JOIN patient_study AS p ON p.dose_report_id = r.id
WHERE trim(coalesce(p.requested_procedure_code_meaning, p.requested_procedure_description)) <> ''
UNION ALL
SELECT r.study_id, 3, lower(trim(ev.acquisition_protocol)), trim(ev.acquisition_protocol)
FROM dose_report AS r JOIN ct_event AS ev ON ev.dose_report_id = r.id
WHERE trim(ev.acquisition_protocol) <> ''
UNION ALL
SELECT r.study_id, 4, lower(trim(ev.acquisition_protocol)), trim(ev.acquisition_protocol)
FROM dose_report AS r JOIN xray_event AS ev ON ev.dose_report_id = r.id
WHERE trim(ev.acquisition_protocol) <> ''
UNION ALL
SELECT r.study_id, 5, lower(trim(coalesce(ev.radiopharmaceutical_agent, ev.radiopharmaceutical_agent_text))), trim(coalesce(ev.radiopharmaceutical_agent, ev.radiopharmaceutical_agent_text))
FROM dose_report AS r JOIN nm_event AS ev ON ev.dose_report_id = r.id
WHERE trim(coalesce(ev.radiopharmaceutical_agent, ev.radiopharmaceutical_agent_text)) <> '';

CREATE VIEW study_figure_source (study_date, study_time, study_id, families, modality_type, equipment_id, description_id,
  procedure_id, protocol_id, sex, age, weight, test, events, dlp, ctdivol, dap, rp_dose, agd, activity) AS
SELECT coalesce(p.study_date, ''), coalesce(p.study_time, ''), s.id,
  (SELECT sum(DISTINCT CASE f.modality_type WHEN 'CT' THEN 1 WHEN 'MG' THEN 4 WHEN 'NM' THEN 8 ELSE 2 END)
    FROM dose_report AS f WHERE f.study_id = s.id),
  s.modality_type, r.equipment_id, (SELECT l.id FROM label AS l WHERE l.key = lower(trim(p.study_description))),
  (SELECT l.id FROM label AS l WHERE l.key = lower(trim(coalesce(p.requested_procedure_code_meaning, p.requested_procedure_description)))),
  (SELECT l.id FROM label AS l WHERE l.key = lower(trim(coalesce(
    (SELECT ev.acquisition_protocol FROM dose_report AS o JOIN ct_event AS ev ON ev.dose_report_id = o.id
      WHERE o.study_id = s.id AND ev.counted = 1 ORDER BY coalesce(ev.dlp, -1) DESC, ev.event_key LIMIT 1),
    (SELECT ev.acquisition_protocol FROM dose_report AS o JOIN xray_event AS ev ON ev.dose_report_id = o.id
      WHERE o.study_id = s.id AND ev.counted = 1
      ORDER BY coalesce(ev.dose_area_product, -1) DESC, ev.event_key LIMIT 1),
    (SELECT coalesce(ev.radiopharmaceutical_agent, ev.radiopharmaceutical_agent_text)
      FROM dose_report AS o JOIN nm_event AS ev ON ev.dose_report_id = o.id
      WHERE o.study_id = s.id AND ev.counted = 1
      ORDER BY coalesce(ev.administered_activity, -1) DESC, ev.event_key LIMIT 1))))),
  p.patient_sex, p.patient_age_decimal, p.patient_weight, p.not_patient_indicator IS NOT NULL, coalesce(s.number_of_events, 0),
  s.total_dlp,
  (SELECT max(ev.mean_ctdivol) FROM dose_report AS o JOIN ct_event AS ev ON ev.dose_report_id = o.id
    WHERE o.study_id = s.id AND ev.counted = 1),
  s.total_dap,
  CASE WHEN s.total_rp_dose_a IS NOT NULL OR s.total_rp_dose_b IS NOT NULL
    THEN coalesce(s.total_rp_dose_a, 0.0) + coalesce(s.total_rp_dose_b, 0.0) END,
  CASE WHEN coalesce(s.total_agd_left, s.total_agd_right, s.total_agd_both) IS NOT NULL
    THEN coalesce(s.total_agd_left, 0.0) + coalesce(s.total_agd_right, 0.0) + coalesce(s.total_agd_both, 0.0) END,
  s.total_administered_activity
FROM study AS s
JOIN dose_report AS r ON r.id = s.latest_report_id
JOIN patient_study AS p ON p.dose_report_id = r.id;

CREATE VIEW event_figure_source (family, study_date, study_id, event_id, modality_type, equipment_id, protocol_id,
  description_id, procedure_id, sex, age, weight, test, first, second, thickness, kvp, mas) AS
SELECT 1, coalesce(p.study_date, ''), r.study_id, ev.id, r.modality_type, r.equipment_id, (SELECT l.id FROM label AS l WHERE l.key = lower(trim(ev.acquisition_protocol))),
  (SELECT l.id FROM label AS l WHERE l.key = lower(trim(p.study_description))),
  (SELECT l.id FROM label AS l WHERE l.key = lower(trim(coalesce(p.requested_procedure_code_meaning, p.requested_procedure_description)))),
  p.patient_sex, p.patient_age_decimal, p.patient_weight, p.not_patient_indicator IS NOT NULL, ev.dlp, ev.mean_ctdivol, NULL, NULL, NULL
FROM dose_report AS r
JOIN ct_event AS ev ON ev.dose_report_id = r.id
JOIN patient_study AS p ON p.dose_report_id = r.id
WHERE ev.counted = 1
UNION ALL
SELECT CASE r.modality_type WHEN 'MG' THEN 4 ELSE 2 END, coalesce(p.study_date, ''), r.study_id, ev.id, r.modality_type, r.equipment_id, (SELECT l.id FROM label AS l WHERE l.key = lower(trim(ev.acquisition_protocol))),
  (SELECT l.id FROM label AS l WHERE l.key = lower(trim(p.study_description))),
  (SELECT l.id FROM label AS l WHERE l.key = lower(trim(coalesce(p.requested_procedure_code_meaning, p.requested_procedure_description)))),
  p.patient_sex, p.patient_age_decimal, p.patient_weight, p.not_patient_indicator IS NOT NULL, CASE r.modality_type WHEN 'MG' THEN ev.average_glandular_dose ELSE ev.dose_area_product END, CASE r.modality_type WHEN 'MG' THEN NULL ELSE ev.dose_rp END, ev.compression_thickness, ev.kvp, ev.exposure_uas / 1000.0
FROM dose_report AS r
JOIN xray_event AS ev ON ev.dose_report_id = r.id
JOIN patient_study AS p ON p.dose_report_id = r.id
WHERE ev.counted = 1
UNION ALL
SELECT 8, coalesce(p.study_date, ''), r.study_id, ev.id, r.modality_type, r.equipment_id, (SELECT l.id FROM label AS l WHERE l.key = lower(trim(coalesce(ev.radiopharmaceutical_agent, ev.radiopharmaceutical_agent_text)))),
  (SELECT l.id FROM label AS l WHERE l.key = lower(trim(p.study_description))),
  (SELECT l.id FROM label AS l WHERE l.key = lower(trim(coalesce(p.requested_procedure_code_meaning, p.requested_procedure_description)))),
  p.patient_sex, p.patient_age_decimal, p.patient_weight, p.not_patient_indicator IS NOT NULL, ev.administered_activity, NULL, NULL, NULL, NULL
FROM dose_report AS r
JOIN nm_event AS ev ON ev.dose_report_id = r.id
JOIN patient_study AS p ON p.dose_report_id = r.id
WHERE ev.counted = 1;

-- As renew_study() does it for one study.
INSERT INTO label (key, text)
SELECT key, min(text) FROM label_source WHERE 1 GROUP BY source, key ORDER BY source ON CONFLICT DO NOTHING;
INSERT INTO study_figure SELECT * FROM study_figure_source;
INSERT INTO event_figure SELECT * FROM event_figure_source;
