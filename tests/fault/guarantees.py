"""What must hold of a data directory, whatever happened to the processes that wrote it."""
import hashlib
import sqlite3

from harness import check

END_STATES = {"imported", "ignored", "failed", "missing"}
META_LENGTH_ELEMENT = 12  # group length element of the file meta information: tag, VR, length, value


def dataset_hash(path):
    """SHA-256 of a Part 10 file's data set: what follows the file meta information."""
    data = path.read_bytes()
    check(data[128:132] == b"DICM", f"{path.name} in the spool is no Part 10 file")
    begin = 132 + META_LENGTH_ELEMENT + int.from_bytes(data[140:144], "little")
    return hashlib.sha256(data[begin:]).hexdigest(), len(data) - begin


def check_database(site):
    with site.ledger() as connection:
        try:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        except sqlite3.DatabaseError as error:
            found = [str(error)]
        check(found == ["ok"], f"the database is damaged: {found[:3]}")
        check(not connection.execute("PRAGMA foreign_key_check").fetchall(), "the database has dangling references")


def check_files(site):
    """Each row's file is there, byte for byte; the paths of all rows."""
    rows = site.rows("SELECT id, spool_path, sha256, size_bytes FROM received_object WHERE spool_path IS NOT NULL")
    for row in rows:
        file = site.data / "spool" / row["spool_path"]
        check(file.exists(), f"the file of inbox#{row['id']} is gone")
        check(dataset_hash(file) == (row["sha256"], row["size_bytes"]), f"the file of inbox#{row['id']} has changed")
    return {row["spool_path"] for row in rows}


def check_spool(site):
    """Besides, no file is without a row; nothing half-written is left."""
    known = check_files(site)
    spool = site.data / "spool"
    left = [path.name for path in (spool / "incoming").glob("*")]
    check(not left, f"half files in spool/incoming: {left[:3]}")
    on_disk = {str(path.relative_to(spool)) for path in (spool / "objects").rglob("*") if path.is_file()}
    unknown = on_disk - known
    check(not unknown, f"{len(unknown)} files in the spool have no row: {sorted(unknown)[:2]}")


def check_imported_once(site):
    twice = site.rows("SELECT sop_instance_uid FROM received_object WHERE state = 'imported'"
                      " GROUP BY sop_instance_uid HAVING count(*) > 1")
    check(not twice, f"{len(twice)} objects were imported twice")
    open_rows = site.rows("SELECT id, state FROM received_object WHERE state NOT IN ('imported', 'ignored', 'failed')")
    check(not open_rows, f"{len(open_rows)} objects have no end state")
    silent = site.rows("SELECT id FROM received_object WHERE state <> 'imported' AND reason = ''")
    check(not silent, f"{len(silent)} objects were not imported, without a reason")
    reports = site.rows("SELECT count(*) AS n, count(DISTINCT sop_instance_uid) AS d FROM dose_report")
    check(reports[0]["n"] == reports[0]["d"], "a dose report is stored twice")


def check_acknowledged(site, counts):
    """Every answer of success has a row of its own."""
    have = {row["sop_instance_uid"]: row["n"] for row in site.rows(
        "SELECT sop_instance_uid, count(*) AS n FROM received_object GROUP BY sop_instance_uid")}
    lost = [uid for uid, number in counts.items() if have.get(uid, 0) < number]
    check(not lost, f"{len(lost)} of {len(counts)} acknowledged objects are not in the inbox, e.g. {lost[:1]}")


def check_ended(site):
    """Every expected instance and request of every harvest has its end."""
    left = site.rows("SELECT state, count(*) AS n FROM expected_instance GROUP BY state")
    states = {row["state"]: row["n"] for row in left}
    check(states.keys() <= END_STATES, f"expected instances without an end: {states}")
    pending = site.rows("SELECT id FROM retrieve_request WHERE state = 'pending'")
    check(not pending, f"{len(pending)} requests are still pending")


def check_harvested(site, counts):
    check_database(site)
    check_spool(site)
    check_imported_once(site)
    check_acknowledged(site, counts)
    check_ended(site)


def verified_windows(site):
    """What was asked and believed: (modality, from, until, time from, time until)."""
    return {tuple(row) for row in site.rows(
        "SELECT modality, date_from, date_until, time_from, time_until FROM query_window WHERE state = 'verified'")}


def asked_windows(events):
    """The study-level questions that an archive was asked, as verified_windows() tells them; whole days only."""
    asked = []
    for event in events:
        if event.kind == "find" and event.level == "STUDY":
            days = event.keys.get("0008,0020", "").split("-")
            modality = event.keys.get("0008,0061", "") or event.keys.get("0008,0060", "")
            asked.append((modality, days[0], days[-1], None, None))
    return asked
