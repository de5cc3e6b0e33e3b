-- Schedules of nodes: what is known of the runs of each.

-- One row for each schedule that was ever seen; the name is the profile's. Times are UTC. watermark: everything up to
-- then has been verified; harvest_id: the harvest of the latest run, whose end moves the watermark; owed_until: how far it
-- moves then.
CREATE TABLE schedule_state (
  id INTEGER PRIMARY KEY,
  node_id INTEGER NOT NULL REFERENCES node (id),
  name TEXT NOT NULL,
  since TEXT NOT NULL,
  last_due TEXT,
  watermark TEXT,
  swept_at TEXT,
  paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
  harvest_id INTEGER REFERENCES harvest (id),
  owed_until TEXT,
  UNIQUE (node_id, name)
) STRICT;

-- Whom or what an event of the audit is about: a node's name, or nothing.
ALTER TABLE audit_event ADD COLUMN subject TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_event_by_subject ON audit_event (kind, subject, at);
