-- Who asked for what, and associations that we opened ourselves: `store` is the node's name there.
ALTER TABLE association ADD COLUMN direction TEXT NOT NULL DEFAULT 'in' CHECK (direction IN ('in', 'out'));
ALTER TABLE association ADD COLUMN queries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE association ADD COLUMN retrievals INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN asked_by TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_event ADD COLUMN asked_by TEXT NOT NULL DEFAULT '';
