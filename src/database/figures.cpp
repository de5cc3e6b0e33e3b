#include "figures.hpp"

#include "statements.hpp"

namespace harvester::database::figures {
namespace {

// The same as at the end of migrations/0009_figures.sql, of one study.

constexpr const char* kLabels[] = {
    R"sql(INSERT INTO label (key, text)
SELECT lower(trim(p.study_description)), min(trim(p.study_description))
FROM dose_report AS r JOIN patient_study AS p ON p.dose_report_id = r.id
WHERE r.study_id = :study AND trim(p.study_description) <> ''
GROUP BY 1 ON CONFLICT DO NOTHING)sql",
    R"sql(INSERT INTO label (key, text)
SELECT lower(trim(coalesce(p.requested_procedure_code_meaning, p.requested_procedure_description))), min(trim(coalesce(p.requested_procedure_code_meaning, p.requested_procedure_description)))
FROM dose_report AS r JOIN patient_study AS p ON p.dose_report_id = r.id
WHERE r.study_id = :study AND trim(coalesce(p.requested_procedure_code_meaning, p.requested_procedure_description)) <> ''
GROUP BY 1 ON CONFLICT DO NOTHING)sql",
    R"sql(INSERT INTO label (key, text)
SELECT lower(trim(ev.acquisition_protocol)), min(trim(ev.acquisition_protocol))
FROM dose_report AS r JOIN ct_event AS ev ON ev.dose_report_id = r.id
WHERE r.study_id = :study AND trim(ev.acquisition_protocol) <> ''
GROUP BY 1 ON CONFLICT DO NOTHING)sql",
    R"sql(INSERT INTO label (key, text)
SELECT lower(trim(ev.acquisition_protocol)), min(trim(ev.acquisition_protocol))
FROM dose_report AS r JOIN xray_event AS ev ON ev.dose_report_id = r.id
WHERE r.study_id = :study AND trim(ev.acquisition_protocol) <> ''
GROUP BY 1 ON CONFLICT DO NOTHING)sql",
    R"sql(INSERT INTO label (key, text)
SELECT lower(trim(coalesce(ev.radiopharmaceutical_agent, ev.radiopharmaceutical_agent_text))), min(trim(coalesce(ev.radiopharmaceutical_agent, ev.radiopharmaceutical_agent_text)))
FROM dose_report AS r JOIN nm_event AS ev ON ev.dose_report_id = r.id
WHERE r.study_id = :study AND trim(coalesce(ev.radiopharmaceutical_agent, ev.radiopharmaceutical_agent_text)) <> ''
GROUP BY 1 ON CONFLICT DO NOTHING)sql"};

constexpr const char* kStudy =
    R"sql(INSERT INTO study_figure (study_date, study_time, study_id, families, modality_type, equipment_id, description_id,
  procedure_id, protocol_id, sex, age, weight, test, events, dlp, ctdivol, dap, rp_dose, agd, activity)
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
JOIN patient_study AS p ON p.dose_report_id = r.id
WHERE s.id = :study)sql";

constexpr const char* kEvents[] = {
    R"sql(INSERT INTO event_figure (family, study_date, study_id, event_id, modality_type, equipment_id, protocol_id,
  description_id, procedure_id, sex, age, weight, test, first, second, thickness, kvp, mas)
SELECT 1, coalesce(p.study_date, ''), r.study_id, ev.id, r.modality_type, r.equipment_id, (SELECT l.id FROM label AS l WHERE l.key = lower(trim(ev.acquisition_protocol))),
  (SELECT l.id FROM label AS l WHERE l.key = lower(trim(p.study_description))),
  (SELECT l.id FROM label AS l WHERE l.key = lower(trim(coalesce(p.requested_procedure_code_meaning, p.requested_procedure_description)))),
  p.patient_sex, p.patient_age_decimal, p.patient_weight, p.not_patient_indicator IS NOT NULL, ev.dlp, ev.mean_ctdivol, NULL, NULL, NULL
FROM dose_report AS r
JOIN ct_event AS ev ON ev.dose_report_id = r.id
JOIN patient_study AS p ON p.dose_report_id = r.id
WHERE r.study_id = :study AND ev.counted = 1)sql",
    R"sql(INSERT INTO event_figure (family, study_date, study_id, event_id, modality_type, equipment_id, protocol_id,
  description_id, procedure_id, sex, age, weight, test, first, second, thickness, kvp, mas)
SELECT CASE r.modality_type WHEN 'MG' THEN 4 ELSE 2 END, coalesce(p.study_date, ''), r.study_id, ev.id, r.modality_type, r.equipment_id, (SELECT l.id FROM label AS l WHERE l.key = lower(trim(ev.acquisition_protocol))),
  (SELECT l.id FROM label AS l WHERE l.key = lower(trim(p.study_description))),
  (SELECT l.id FROM label AS l WHERE l.key = lower(trim(coalesce(p.requested_procedure_code_meaning, p.requested_procedure_description)))),
  p.patient_sex, p.patient_age_decimal, p.patient_weight, p.not_patient_indicator IS NOT NULL, CASE r.modality_type WHEN 'MG' THEN ev.average_glandular_dose ELSE ev.dose_area_product END, CASE r.modality_type WHEN 'MG' THEN NULL ELSE ev.dose_rp END, ev.compression_thickness, ev.kvp, ev.exposure_uas / 1000.0
FROM dose_report AS r
JOIN xray_event AS ev ON ev.dose_report_id = r.id
JOIN patient_study AS p ON p.dose_report_id = r.id
WHERE r.study_id = :study AND ev.counted = 1)sql",
    R"sql(INSERT INTO event_figure (family, study_date, study_id, event_id, modality_type, equipment_id, protocol_id,
  description_id, procedure_id, sex, age, weight, test, first, second, thickness, kvp, mas)
SELECT 8, coalesce(p.study_date, ''), r.study_id, ev.id, r.modality_type, r.equipment_id, (SELECT l.id FROM label AS l WHERE l.key = lower(trim(coalesce(ev.radiopharmaceutical_agent, ev.radiopharmaceutical_agent_text)))),
  (SELECT l.id FROM label AS l WHERE l.key = lower(trim(p.study_description))),
  (SELECT l.id FROM label AS l WHERE l.key = lower(trim(coalesce(p.requested_procedure_code_meaning, p.requested_procedure_description)))),
  p.patient_sex, p.patient_age_decimal, p.patient_weight, p.not_patient_indicator IS NOT NULL, ev.administered_activity, NULL, NULL, NULL, NULL
FROM dose_report AS r
JOIN nm_event AS ev ON ev.dose_report_id = r.id
JOIN patient_study AS p ON p.dose_report_id = r.id
WHERE r.study_id = :study AND ev.counted = 1)sql"};

void run(Connection& connection, const char* sql, std::int64_t study) {
  auto& statement = connection.prepare(sql);
  put(statement, ":study", study);
  statement.exec();
}

}  // namespace

void renew_study(Connection& connection, std::int64_t study) {
  run(connection, "DELETE FROM event_figure WHERE study_id = :study", study);
  run(connection, "DELETE FROM study_figure WHERE study_id = :study", study);
  for (const auto* sql : kLabels) run(connection, sql, study);
  run(connection, kStudy, study);
  for (const auto* sql : kEvents) run(connection, sql, study);
}

}  // namespace harvester::database::figures
