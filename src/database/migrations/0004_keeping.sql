-- What is kept and what is not, names that protocols share, and which rows of `equipment` are one machine.

-- One row for each file of the spool whose deletion is committed, until it is deleted; key: its path in the spool.
CREATE TABLE doomed_file (
  spool_path TEXT PRIMARY KEY
) STRICT;

CREATE INDEX received_object_failed ON received_object (id) WHERE state = 'failed';

-- Whether an identifying value is the real one or a hash of it; NULL where the value is. What earlier versions stored is
-- taken for a hash where it looks like one.
ALTER TABLE patient_study ADD COLUMN patient_name_as TEXT CHECK (patient_name_as IN ('kept', 'hashed'));
ALTER TABLE patient_study ADD COLUMN patient_id_as TEXT CHECK (patient_id_as IN ('kept', 'hashed'));
ALTER TABLE patient_study ADD COLUMN accession_number_as TEXT CHECK (accession_number_as IN ('kept', 'hashed'));
UPDATE patient_study SET
  patient_name_as = CASE WHEN length(patient_name) = 64 AND patient_name NOT GLOB '*[^0-9a-f]*' THEN 'hashed'
    WHEN patient_name IS NOT NULL THEN 'kept' END,
  patient_id_as = CASE WHEN length(patient_id) = 64 AND patient_id NOT GLOB '*[^0-9a-f]*' THEN 'hashed'
    WHEN patient_id IS NOT NULL THEN 'kept' END,
  accession_number_as = CASE WHEN length(accession_number) = 64 AND accession_number NOT GLOB '*[^0-9a-f]*' THEN 'hashed'
    WHEN accession_number IS NOT NULL THEN 'kept' END;

-- The machine that a row of equipment is a description of: the id of its first row; key of a machine.
ALTER TABLE equipment ADD COLUMN equipment_identity INTEGER REFERENCES equipment (id);
CREATE INDEX equipment_by_identity ON equipment (equipment_identity);

-- One row for each machine, as its newest description tells of it, with what it was found in.
CREATE VIEW v_machines AS
SELECT newest.equipment_identity, newest.equipment_display_name AS equipment, newest.manufacturer,
  newest.manufacturer_model_name, newest.station_name, newest.institution_name,
  (SELECT max(d.device_serial_number) FROM equipment AS d WHERE d.equipment_identity = newest.equipment_identity)
    AS device_serial_number,
  (SELECT max(d.device_observer_uid) FROM equipment AS d WHERE d.equipment_identity = newest.equipment_identity)
    AS device_observer_uid,
  newest.software_versions,
  (SELECT count(*) FROM equipment AS d WHERE d.equipment_identity = newest.equipment_identity) AS descriptions,
  (SELECT count(*) FROM dose_report AS r JOIN equipment AS d ON d.id = r.equipment_id
   WHERE d.equipment_identity = newest.equipment_identity) AS reports
FROM equipment AS newest
WHERE newest.id = (SELECT max(d.id) FROM equipment AS d WHERE d.equipment_identity = newest.equipment_identity);

-- One row for each entry of standard_names in the site file, in its order, as of the last start. like_pattern: the shell
-- pattern acquisition_protocol for LIKE with the escape character \.
CREATE TABLE standard_name (
  position INTEGER PRIMARY KEY,
  modality TEXT NOT NULL,
  acquisition_protocol TEXT NOT NULL,
  like_pattern TEXT NOT NULL,
  name TEXT NOT NULL
) STRICT;

-- One row for each acquisition protocol of a modality that some event has, with its standard name: that of the first
-- entry which matches, NULL if none does. Entries for DX serve CR and PX, those for XA fluoroscopy, too.
CREATE VIEW v_standard_names AS
SELECT p.modality, p.acquisition_protocol,
  (SELECT n.name FROM standard_name AS n
   WHERE (n.modality = p.modality OR (n.modality = 'DX' AND p.modality IN ('CR', 'PX'))
       OR (n.modality = 'XA' AND p.modality = 'RF'))
     AND p.acquisition_protocol LIKE n.like_pattern ESCAPE '\'
   ORDER BY n.position LIMIT 1) AS standard_name
FROM (
  SELECT r.modality_type AS modality, e.acquisition_protocol
  FROM ct_event AS e JOIN dose_report AS r ON r.id = e.dose_report_id
  WHERE e.acquisition_protocol IS NOT NULL
  UNION
  SELECT r.modality_type AS modality, e.acquisition_protocol
  FROM xray_event AS e JOIN dose_report AS r ON r.id = e.dose_report_id
  WHERE e.acquisition_protocol IS NOT NULL
) AS p;
