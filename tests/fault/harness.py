"""What the kill and fault tests share: programs under test, a site of their own, what its ledger holds, equality.

Every random choice comes from one seed, which is printed; --seed repeats a run. Nothing outside the scratch folder is
written, ports are free loopback ports, and every process that a test starts ends with it.
"""
import argparse
import atexit
import collections
import contextlib
import ctypes
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = TOP / "build" / "dev"
DAYS = ("2026-01-05", "2026-01-14")  # the simulated archive's
LONGEST = 180  # seconds that any one command may take
PR_SET_CHILD_SUBREAPER = 36


class Failure(Exception):
    """A guarantee that did not hold."""


class Skipped(Exception):
    """What this machine does not allow."""


def check(holds, message):
    if not holds:
        raise Failure(message)


def say(text):
    print(text, flush=True)


def wait_until(holds, seconds, what):
    """Waits for a condition; its value, or Failure when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        check(time.monotonic() < deadline, f"not within {seconds} s: {what}")
        time.sleep(0.01)


# ── the run ──


def arguments(description, short, long, more=lambda parser: None):
    """Options that every script has, and `more`; `rounds` is what --long makes of it."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--harvester", default=str(BUILD / "harvester"))
    parser.add_argument("--pacs", default=str(BUILD / "simulated_pacs"))
    parser.add_argument("--long", action="store_true", help=f"{long} rounds instead of {short}")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    parser.add_argument("--keep", action="store_true", help="leave the scratch folder where a test fails")
    more(parser)
    options = parser.parse_args()
    options.rounds = options.rounds or (long if options.long else short)
    for program in (options.harvester, options.pacs):
        if not os.access(program, os.X_OK):
            sys.exit(f"{program} is not there: build it, or name it with --harvester and --pacs")
    return options


def main(name, options, body):
    """Runs body(options, random, folder); 0 if all held, 1 with the reason and the seed if not."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)  # what a killed process leaves behind becomes our child
    say(f"{name}: seed {options.seed}, rounds {options.rounds}")
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{name}-"))
    try:
        body(options, random.Random(options.seed), folder)
        say(f"{name}: all held, seed {options.seed}")
        code = 0
    except Skipped as skipped:
        say(f"{name}: skipped: {skipped}")
        code = 0 if options.long else 77  # 77: ctest shows it as skipped
    except (Failure, subprocess.TimeoutExpired) as failure:
        say(f"{name}: FAILED with seed {options.seed}: {failure}")
        code = 1
    end_all()
    if code == 1 and options.keep:
        say(f"left in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(code)


# ── processes ──

started = []


def start(words, **options):
    process = subprocess.Popen([str(word) for word in words], **options)
    started.append(process)
    return process


def end(process, how=signal.SIGKILL):
    if process.poll() is None:
        process.send_signal(how)
    code = process.wait(timeout=LONGEST)
    if process in started:
        started.remove(process)
    return code


def end_all():
    for process in list(started):
        end(process)


atexit.register(end_all)


def name_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def is_harvester(pid):
    """A daemon, a worker (by the name it is spawned with), or what is about to become one: named after a thread."""
    with contextlib.suppress(OSError):  # it has ended, or may not be looked at
        if os.readlink(f"/proc/{pid}/exe").endswith("/harvester"):
            return True
    return name_of(pid) in ("exe", "harvester")


def left_behind():
    """Children of ours that we did not start: workers and daemons."""
    found = set()
    for task in pathlib.Path("/proc/self/task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # a thread that has just ended
            found.update(int(pid) for pid in (task / "children").read_text().split())
    return {pid for pid in found - {process.pid for process in started} if is_harvester(pid)}


def reap_orphans(longest=20):
    """Waits until nothing is left of what killed processes had started; Failure if a worker lives on."""
    deadline = time.monotonic() + longest
    while orphans := left_behind():
        for pid in orphans:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        check(time.monotonic() < deadline, f"orphan processes live on: {sorted(orphans)}")
        time.sleep(0.01)


def free_port():
    """A free loopback port below the range that outgoing connections take theirs from."""
    while True:
        port = random.SystemRandom().randrange(15000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def is_open(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


# ── the simulated archive ──

Event = collections.namedtuple("Event", "kind level status answers calling instance keys")


def read_events(log):
    """What a simulated PACS wrote of itself; a line that a kill cut off is left out."""
    if not log.exists():
        return []
    lines = log.read_text().split("\n")[:-1]
    events = [line.split("\t") for line in lines]
    return [Event(e[0], e[1], int(e[2], 16), int(e[3]), e[4], e[5],
                  dict(key.split("=", 1) for key in e[6].split(";") if "=" in key)) for e in events if len(e) == 7]


class Pacs:
    """A simulated archive; each start writes a log of its own, so that it tells of one phase of a test."""

    def __init__(self, program, folder, store_port, more=()):
        self.program, self.folder, self.store_port, self.more = program, folder, store_port, list(more)
        self.destination = f"HARVESTER=127.0.0.1:{store_port}"
        self.port = free_port()
        self.logs = []
        self.process = None

    def start(self):
        self.logs.append(self.folder / f"pacs-{self.port}-{len(self.logs)}.log")
        words = [self.program, "--port", self.port, "--destination", self.destination, "--log", self.logs[-1]]
        self.process = start(words + self.more, stdout=subprocess.PIPE, text=True)
        check(self.process.stdout.readline().startswith("port "), "the simulated archive does not start")
        return self

    def kill(self):
        end(self.process)
        self.process.stdout.close()

    def stop(self):
        end(self.process, signal.SIGTERM)
        self.process.stdout.close()

    def restart(self):
        self.stop()
        return self.start()

    def events(self, which=-1):
        return read_events(self.logs[which])

    def all_events(self):
        return [event for log in self.logs for event in read_events(log)]


class Moment:
    """When to strike: after so many events of the archive and a little more, or after so many seconds."""

    def __init__(self, chance, reference):
        by_event = chance.random() < 0.7
        self.events = chance.randrange(reference.events) if by_event else None
        self.seconds = chance.uniform(0.0, 0.03 if by_event else reference.duration * 1.1)

    def __str__(self):
        return f"{self.seconds:.3f} s" if self.events is None else f"event {self.events} and {self.seconds:.3f} s"

    def wait(self, process, pacs):
        """Waits for the moment; false if the process ended before it."""
        while self.events and count_lines(pacs.logs[-1]) < self.events:
            if process.poll() is not None:
                return False
            time.sleep(0.002)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=self.seconds)
        return process.poll() is None


def count_lines(file):
    return file.read_bytes().count(b"\n") if file.exists() else 0


def acknowledged(events):
    """How often each instance was sent and answered with success."""
    return collections.Counter(event.instance for event in events if event.kind == "sent" and event.status == 0)


def write_objects(program, folder, *more):
    """Writes the archive's objects as files; their paths, sorted."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([program, "--write", folder, *more], check=True, stdout=subprocess.DEVNULL, timeout=LONGEST)
    return sorted(path for path in folder.rglob("*") if path.is_file())


# ── a site ──

SITE = """\
data_directory: "{data}"
profiles: profiles
stores:
  - {{name: {role}, ae_title: {ae_title}, port: {store_port}, role: {role}, bind: 127.0.0.1}}
disk: {{minimum_free: {minimum_free}}}
"""

PROFILE = """\
# Pacing is off: there is nobody to be gentle with.
schema: 1
remote: {{host: 127.0.0.1, port: {pacs_port}, ae_title: SIMPACS}}
pacing: {{associations: 4, outstanding_moves: 2, requests_per_minute: 0}}
timeouts: {{settle: 500ms}}
retry: {{attempts: 3, backoff: 100ms, backoff_max: 300ms}}
"""


class Site:
    """A site file, a profile `pacs` and a data directory in a folder of their own."""

    def __init__(self, program, folder, store_port, pacs_port=104, minimum_free="1MiB", data=None, native=False,
                 more=""):
        self.program, self.folder, self.store_port = program, folder, store_port
        self.data = data or folder / "data"
        (folder / "profiles").mkdir(parents=True)
        (folder / "harvester.yaml").write_text(
            SITE.format(data=self.data, store_port=store_port, minimum_free=minimum_free,
                        role="native" if native else "harvest", ae_title="NATIVE" if native else "HARVESTER") + more)
        if not native:
            (folder / "profiles" / "pacs.yaml").write_text(PROFILE.format(pacs_port=pacs_port))

    def words(self, *command):
        return [self.program, "--config", self.folder / "harvester.yaml", *command]

    def harvest_words(self):
        return ["harvest", "pacs", "--from", DAYS[0], "--until", DAYS[1]]

    def start(self, *command, log=None, **environment):
        """A command in the background; what it says goes into `log`."""
        with open(log or self.folder / "log", "ab") as out:
            return start(self.words(*command), stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                         env={**os.environ, **environment})

    def run(self, *command):
        """A command from beginning to end."""
        words = [str(word) for word in self.words(*command)]
        return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONGEST)

    def expect(self, codes, *command):
        done = self.run(*command)
        check(done.returncode in codes, f"{' '.join(map(str, command[:2]))} ended with {done.returncode}, not"
              f" {codes}: {tail(done.stdout)} {tail(done.stderr)}")
        return done

    def export(self):
        """All dose records, without what tells when and in which order they came."""
        return canonical(json.loads(self.expect({0}, "export", "json").stdout))

    def harvests(self):
        return json.loads(self.expect({0}, "--json", "harvests", "list").stdout)["harvests"]

    def show(self, harvest):
        return json.loads(self.expect({0}, "--json", "harvests", "show", harvest).stdout)["harvest"]

    @contextlib.contextmanager
    def ledger(self):
        """A copy of the database as it lies on the disk, so that looking changes nothing."""
        copy = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        try:
            for name in ("harvester.db", "harvester.db-wal"):
                if (self.data / name).exists():
                    shutil.copy(self.data / name, copy / name)
            connection = sqlite3.connect(copy / "harvester.db")
            connection.row_factory = sqlite3.Row
            yield connection
            connection.close()
        finally:
            shutil.rmtree(copy)

    def rows(self, sql, *values):
        with self.ledger() as connection:
            try:
                return connection.execute(sql, values).fetchall()
            except sqlite3.DatabaseError as error:
                if "no such table" in str(error):
                    return []  # killed before the first migration
                raise Failure(f"the database cannot be read: {error}") from error


def tail(text, most=400):
    return text.strip()[-most:]


def canonical(value):
    """Without ids and times of ours; lists of records sorted, since rows have no order of their own."""
    if isinstance(value, dict):
        return {key: canonical(item) for key, item in sorted(value.items())
                if not key.endswith("_at") and not key.endswith("_id")}
    if isinstance(value, list):
        return sorted((canonical(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


VERDICTS = ("state", "studies", "found", "held", "fetched", "missing", "failed", "open", "studies_failed",
            "studies_undecided", "windows_not_verified", "studies_by_verdict", "series_by_verdict",
            "fetched_by_outcome", "failed_objects")


def verdicts(shown):
    """What a harvest came to, without ids, times and attempts."""
    result = {key: shown[key] for key in VERDICTS if key != "failed_objects"}
    result["failed_objects"] = sorted((o["reason"], o["message"]) for o in shown["failed_objects"])
    return result


def difference(wanted, got):
    """Where two values first differ, in words."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        for key in sorted(wanted.keys() | got.keys()):
            if wanted.get(key) != got.get(key):
                return f"{key}: {difference(wanted.get(key), got.get(key))}"
    if isinstance(wanted, list) and isinstance(got, list):
        if len(wanted) != len(got):
            return f"{len(wanted)} entries wanted, {len(got)} there"
        for n, (a, b) in enumerate(zip(wanted, got)):
            if a != b:
                return f"[{n}] {difference(a, b)}"
    return f"wanted {str(wanted)[:200]}, got {str(got)[:200]}"


def check_same(wanted, got, what):
    check(wanted == got, f"{what}: {difference(wanted, got)}")


class Reference:
    """What an undisturbed harvest of the same archive comes to, and how long it takes, in seconds and in events of the archive."""

    def __init__(self, site, pacs):
        begin = time.monotonic()
        self.code = site.expect({0, 3}, *site.harvest_words()).returncode
        self.duration = time.monotonic() - begin
        self.events = count_lines(pacs.logs[-1])
        self.exported = site.export()
        self.verdicts = verdicts(site.show(site.harvests()[0]["harvest"]))
        check(self.exported["studies"], "the undisturbed harvest brought nothing")

    def __str__(self):
        return f"{len(self.exported['studies'])} studies, {self.events} events, {self.duration:.2f} s"

    def check_equals(self, site, harvest):
        check_same(self.verdicts, verdicts(site.show(harvest)), "the verdicts differ from the undisturbed harvest")
        check_same(self.exported, site.export(), "the export differs from the undisturbed harvest")
