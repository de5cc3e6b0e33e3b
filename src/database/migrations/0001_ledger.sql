-- Ledger, inbox and jobs. Timestamps are UTC text (ISO 8601); times out of DICOM answers are the node's civil time.

-- One row for each process that has owned the data directory; its id is the generation that claims are signed with.
CREATE TABLE process_owner (
  id INTEGER PRIMARY KEY,
  pid INTEGER NOT NULL,
  command TEXT NOT NULL,
  started_at TEXT NOT NULL
) STRICT;

-- Small facts that the program keeps for itself, by name.
CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- One row for each remote node that was ever asked; its profile's name is the key. learnt: how it answers, as JSON.
CREATE TABLE node (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  learnt TEXT NOT NULL DEFAULT '{}'
) STRICT;

-- One row for each association that one of our stores took.
CREATE TABLE association (
  id INTEGER PRIMARY KEY,
  store TEXT NOT NULL,
  calling_ae TEXT NOT NULL,
  called_ae TEXT NOT NULL,
  peer_address TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT,
  objects INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The inbox: one row for each object that came in, whatever the way; repeated objects have a row each.
CREATE TABLE received_object (
  id INTEGER PRIMARY KEY,
  association_id INTEGER REFERENCES association (id),
  way_in TEXT NOT NULL CHECK (way_in IN ('harvest', 'native', 'watch', 'import')),
  sop_class_uid TEXT NOT NULL,
  sop_instance_uid TEXT NOT NULL,
  study_uid TEXT NOT NULL,
  series_uid TEXT NOT NULL,
  modality TEXT NOT NULL DEFAULT '',
  transfer_syntax_uid TEXT NOT NULL,
  calling_ae TEXT NOT NULL DEFAULT '',
  called_ae TEXT NOT NULL DEFAULT '',
  peer_address TEXT NOT NULL DEFAULT '',
  move_originator_ae TEXT NOT NULL DEFAULT '',
  move_originator_id INTEGER,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  spool_path TEXT,
  state TEXT NOT NULL CHECK (state IN ('received', 'claimed', 'imported', 'ignored', 'failed')),
  reason TEXT NOT NULL DEFAULT '',
  message TEXT NOT NULL DEFAULT '',
  object_kind TEXT NOT NULL DEFAULT '',
  attempts INTEGER NOT NULL DEFAULT 0,
  worker_deaths INTEGER NOT NULL DEFAULT 0,
  claimed_by INTEGER,
  lease_until TEXT,
  received_at TEXT NOT NULL,
  ended_at TEXT
) STRICT;
CREATE INDEX received_object_by_sop ON received_object (sop_instance_uid);
CREATE INDEX received_object_by_study ON received_object (study_uid);
CREATE INDEX received_object_open ON received_object (state, id) WHERE state IN ('received', 'claimed');

-- One row for each attempt to import an object, written before the object is parsed.
CREATE TABLE import_attempt (
  id INTEGER PRIMARY KEY,
  object_id INTEGER NOT NULL REFERENCES received_object (id),
  owner INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT
) STRICT;
CREATE INDEX import_attempt_by_object ON import_attempt (object_id);

-- One row for each harvest: one run of query, select, retrieve against one node. stopped_by: what interrupted it;
-- continued: how often it went on by itself since somebody asked for it.
CREATE TABLE harvest (
  id INTEGER PRIMARY KEY,
  node_id INTEGER NOT NULL REFERENCES node (id),
  request TEXT NOT NULL,
  request_key TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'interrupted', 'complete', 'incomplete', 'failed', 'cancelled')),
  owner INTEGER NOT NULL,
  message TEXT NOT NULL DEFAULT '',
  stopped_by TEXT NOT NULL DEFAULT ''
    CHECK (stopped_by IN ('', 'process', 'person', 'hours', 'duration', 'node', 'storage')),
  continued INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  ended_at TEXT
) STRICT;
CREATE INDEX harvest_by_key ON harvest (node_id, request_key, state);

-- One row for each slice of a harvest that is queried: dates, clock times inside one date, one modality ('' = all); or
-- one accession number or study that was asked for by name. answers: studies in the window; sent: all that came.
CREATE TABLE query_window (
  id INTEGER PRIMARY KEY,
  harvest_id INTEGER NOT NULL REFERENCES harvest (id),
  modality TEXT NOT NULL,
  date_from TEXT NOT NULL,
  date_until TEXT NOT NULL,
  time_from TEXT,
  time_until TEXT,
  accession_number TEXT NOT NULL DEFAULT '',
  study_uid TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL
    CHECK (state IN ('pending', 'verified', 'split', 'capped', 'failed', 'not_needed', 'not_found')),
  answers INTEGER,
  sent INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  message TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX query_window_by_harvest ON query_window (harvest_id, state);
CREATE INDEX query_window_by_slice ON query_window (harvest_id, date_from, date_until);

-- One row for each study that a harvest found; key: harvest and Study Instance UID. carried: how many harvests before
-- gave it up, so that this one tries again. patient_key is the patient id as a node in the Patient Root model wants to hear it with each question and request about the study (PS3.4 C.6.1), outside
-- any policy for patient data; NULL with all other nodes. It goes when the harvest ends with nothing left to ask, and
-- thirty days after it ended in any other way; nothing shows or exports it.
CREATE TABLE candidate_study (
  id INTEGER PRIMARY KEY,
  harvest_id INTEGER NOT NULL REFERENCES harvest (id),
  study_uid TEXT NOT NULL,
  study_date TEXT NOT NULL DEFAULT '',
  study_time TEXT NOT NULL DEFAULT '',
  accession_number TEXT NOT NULL DEFAULT '',
  study_description TEXT NOT NULL DEFAULT '',
  station_name TEXT NOT NULL DEFAULT '',
  institution_name TEXT NOT NULL DEFAULT '',
  modalities TEXT NOT NULL DEFAULT '',
  sop_classes TEXT NOT NULL DEFAULT '',
  carried INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  verdict TEXT NOT NULL CHECK (verdict IN ('undecided', 'retrieve', 'skip', 'failed')),
  reason TEXT NOT NULL DEFAULT '',
  message TEXT NOT NULL DEFAULT '',
  patient_key TEXT,
  UNIQUE (harvest_id, study_uid)
) STRICT;
CREATE INDEX candidate_study_by_uid ON candidate_study (study_uid);
CREATE INDEX candidate_study_by_accession ON candidate_study (accession_number) WHERE accession_number <> '';
CREATE INDEX candidate_study_open ON candidate_study (harvest_id, id) WHERE verdict = 'undecided';
CREATE INDEX candidate_study_with_key ON candidate_study (harvest_id) WHERE patient_key IS NOT NULL;

-- One row for each series of a candidate study that was looked at.
CREATE TABLE candidate_series (
  id INTEGER PRIMARY KEY,
  candidate_study_id INTEGER NOT NULL REFERENCES candidate_study (id),
  series_uid TEXT NOT NULL,
  modality TEXT NOT NULL DEFAULT '',
  series_description TEXT NOT NULL DEFAULT '',
  station_name TEXT NOT NULL DEFAULT '',
  series_number INTEGER,
  instance_count INTEGER,
  availability TEXT NOT NULL DEFAULT '',
  verdict TEXT NOT NULL CHECK (verdict IN ('retrieve', 'skip')),
  reason TEXT NOT NULL DEFAULT '',
  UNIQUE (candidate_study_id, series_uid)
) STRICT;
CREATE INDEX candidate_series_by_uid ON candidate_series (series_uid);

-- One row for each instance that was looked at on image level.
CREATE TABLE candidate_instance (
  id INTEGER PRIMARY KEY,
  candidate_series_id INTEGER NOT NULL REFERENCES candidate_series (id),
  sop_instance_uid TEXT NOT NULL,
  sop_class_uid TEXT NOT NULL DEFAULT '',
  instance_number INTEGER,
  verdict TEXT NOT NULL CHECK (verdict IN ('retrieve', 'skip')),
  reason TEXT NOT NULL DEFAULT '',
  UNIQUE (candidate_series_id, sop_instance_uid)
) STRICT;
CREATE INDEX candidate_instance_by_uid ON candidate_instance (sop_instance_uid);

-- One row for each C-MOVE (or C-GET) that a harvest needs; its instances are in expected_instance. parked: tried once,
-- after all others, since the node says that it has the objects elsewhere, or said nothing more when it was asked.
CREATE TABLE retrieve_request (
  id INTEGER PRIMARY KEY,
  harvest_id INTEGER NOT NULL REFERENCES harvest (id),
  candidate_series_id INTEGER NOT NULL REFERENCES candidate_series (id),
  level TEXT NOT NULL CHECK (level IN ('study', 'series', 'image')),
  contents_known INTEGER NOT NULL DEFAULT 1,
  parked INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  dimse_status INTEGER,
  remaining INTEGER,
  completed INTEGER,
  failed INTEGER,
  warning INTEGER,
  message TEXT NOT NULL DEFAULT '',
  sent_at TEXT,
  ended_at TEXT
) STRICT;
CREATE INDEX retrieve_request_open ON retrieve_request (harvest_id, id) WHERE state = 'pending';
CREATE INDEX retrieve_request_by_series ON retrieve_request (candidate_series_id);

-- One row for each instance that a harvest is to get; key: harvest and SOP Instance UID.
CREATE TABLE expected_instance (
  id INTEGER PRIMARY KEY,
  harvest_id INTEGER NOT NULL REFERENCES harvest (id),
  retrieve_request_id INTEGER NOT NULL REFERENCES retrieve_request (id),
  sop_instance_uid TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('expected', 'received', 'imported', 'ignored', 'failed', 'missing')),
  reason TEXT NOT NULL DEFAULT '',
  object_id INTEGER REFERENCES received_object (id),
  UNIQUE (harvest_id, sop_instance_uid)
) STRICT;
CREATE INDEX expected_instance_by_uid ON expected_instance (sop_instance_uid);
CREATE INDEX expected_instance_by_request ON expected_instance (retrieve_request_id);
CREATE INDEX expected_instance_by_object ON expected_instance (object_id);

-- One row for each job that was handed to the daemon or run by a command.
CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  arguments TEXT NOT NULL,
  owner INTEGER,
  lease_until TEXT,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  exit_code INTEGER,
  message TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  ended_at TEXT
) STRICT;

-- One row for each act that an auditor may ask for.
CREATE TABLE audit_event (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '{}'
) STRICT;
