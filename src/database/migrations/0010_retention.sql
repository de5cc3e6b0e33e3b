-- What stays of harvests whose details are let go, and what retention finds its rows by.

-- When the details of the harvest's settled studies were let go: series, instances and requests, and the rows of
-- studies that were skipped. NULL: never.
ALTER TABLE harvest ADD COLUMN trimmed_at TEXT;

-- One row for each count that rows which were let go had in the summary of their harvest; key: harvest, what, verdict
-- and reason. what: study and series by verdict; instance: an expected one, by its state; listed: one that was looked
-- at and not asked for.
CREATE TABLE harvest_count (
  harvest_id INTEGER NOT NULL REFERENCES harvest (id),
  what TEXT NOT NULL CHECK (what IN ('study', 'series', 'instance', 'listed')),
  verdict TEXT NOT NULL,
  reason TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (harvest_id, what, verdict, reason)
) STRICT, WITHOUT ROWID;

-- One row for each day and set of modalities of which a harvest let rows go: what coverage knows of them; key: harvest,
-- day and modalities. studies: rows of studies that went; instances: those of them that came.
CREATE TABLE harvest_day (
  harvest_id INTEGER NOT NULL REFERENCES harvest (id),
  study_date TEXT NOT NULL,
  modalities TEXT NOT NULL,
  studies INTEGER NOT NULL,
  instances INTEGER NOT NULL,
  PRIMARY KEY (harvest_id, study_date, modalities)
) STRICT, WITHOUT ROWID;

CREATE INDEX received_object_with_file ON received_object (id) WHERE spool_path IS NOT NULL;
CREATE INDEX received_object_again ON received_object (id)
  WHERE state = 'ignored' AND reason IN ('duplicate', 'node_test');
CREATE INDEX watched_file_by_object ON watched_file (object_id);
