"""Four senders that store into a daemon and count what it acknowledged, and the daemon that they store into."""
import re
import threading

from guarantees import *
from harness import *

AT_ONCE = 20  # objects on one association, at most
SENT = re.compile(r"^I: Sending file: (.*)$")
ANSWERED = re.compile(r"^I: Received Store Response \((.*)\)$")
STOPS_WITHIN = 25  # seconds from SIGTERM to the end


class Sender(threading.Thread):
    """Sends its files again and again until told to end; counts what was acknowledged, per file."""

    def __init__(self, files, port, seed):
        super().__init__()
        self.files, self.port, self.chance = files, port, random.Random(seed)
        self.acknowledged = collections.Counter()
        self.over = threading.Event()

    def next_files(self):
        fresh = [file for file in self.files if file not in self.acknowledged]
        some = self.chance.randrange(1, AT_ONCE)
        return self.chance.sample(fresh, min(some, len(fresh))) or self.chance.sample(self.files, 1)

    def run(self):
        while not self.over.is_set():
            self.send(self.next_files())

    def send(self, files):
        words = ["storescu", "-v", "-nh", "-R", "-aet", "SENDER", "-aec", "NATIVE", "-to", "5", "-td", "30",
                 "127.0.0.1", str(self.port), *map(str, files)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=LONGEST,
                              env={**os.environ, "TCP_NODELAY": "1"})
        current, before = None, self.acknowledged.total()
        for line in (done.stdout + done.stderr).splitlines():
            if sent := SENT.match(line):
                current = sent[1]
            elif answered := ANSWERED.match(line):
                if answered[1] == "Success":
                    self.acknowledged[pathlib.Path(current)] += 1
        if self.acknowledged.total() == before:
            self.over.wait(0.02)  # nobody listens: no need to hurry


class Daemon:
    def __init__(self, site, log=None, environment=None):
        self.site, self.process = site, None
        self.log = log or site.folder / "daemon.log"
        self.environment = environment or {}

    def start(self):
        self.begin()
        wait_until(self.listens, 60, f"the daemon does not listen: {self.last_words()}")

    def begin(self):
        self.process = self.site.start("serve", log=self.log, **self.environment)

    def listens(self):
        check(self.process.poll() is None, f"the daemon ended: {self.last_words()}")
        return is_open(self.site.store_port)

    def last_words(self):
        return tail(self.log.read_text())

    def kill(self):
        end(self.process, signal.SIGKILL)
        reap_orphans()

    def stop(self):
        """SIGTERM: it must end by itself, in time, with 0."""
        begin = time.monotonic()
        self.process.terminate()
        try:
            code = self.process.wait(timeout=STOPS_WITHIN)
        except subprocess.TimeoutExpired as late:
            raise Failure(f"SIGTERM: the daemon still runs after {STOPS_WITHIN} s") from late
        started.remove(self.process)
        check(code == 0, f"SIGTERM: the daemon ended with {code}: {self.last_words()}")
        reap_orphans()
        return time.monotonic() - begin


def instance_uid(path):
    """(0002,0003) of the file meta information."""
    data = path.read_bytes()[132:1024]
    at = data.index(b"\x02\x00\x03\x00UI") + 6
    return data[at + 2:at + 2 + int.from_bytes(data[at:at + 2], "little")].rstrip(b"\0").decode()


def acknowledged_by(senders):
    counts = collections.Counter()
    for sender in senders:
        for file, number in list(sender.acknowledged.items()):
            counts[instance_uid(file)] += number
    return counts


def check_all(site, senders):
    check_database(site)
    check_spool(site)
    check_imported_once(site)
    check_acknowledged(site, acknowledged_by(senders))


def with_senders(files, port, chance, act):
    """Runs `act` while four senders send; the senders, ended."""
    senders = [Sender(files[n::4], port, chance.random()) for n in range(4)]
    for sender in senders:
        sender.start()
    try:
        act(senders)
    finally:
        for sender in senders:
            sender.over.set()
        for sender in senders:
            sender.join()
    return senders


def everything_imported(site):
    return not site.rows("SELECT 1 FROM received_object WHERE state IN ('received', 'claimed') LIMIT 1")
