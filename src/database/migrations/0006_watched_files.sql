-- What folder watch has looked at already, so that a restart does not read it again. No paths: they may name patients.

-- One row for each folder that is or was watched; key: a hash of its path. Goes when it was not watched for long.
CREATE TABLE watched_folder (
  id INTEGER PRIMARY KEY,
  path_hash INTEGER NOT NULL UNIQUE,
  opened_at TEXT NOT NULL
) STRICT;

-- One row for each file of a watched folder as it was when it was read, until it is seen to be gone; key: the folder
-- and a hash of the path in it. object_id: its row of the inbox; NULL: it is no DICOM file.
CREATE TABLE watched_file (
  folder_id INTEGER NOT NULL REFERENCES watched_folder (id) ON DELETE CASCADE,
  path_hash INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  modified_ns INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  object_id INTEGER REFERENCES received_object (id),
  PRIMARY KEY (folder_id, path_hash)
) STRICT, WITHOUT ROWID;
