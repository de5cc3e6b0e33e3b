"""What the tests of scripts/third-party share: a site whose harvester can be down, real stores, what must hold."""
import json
import pathlib
import sys
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fault"))
from guarantees import *  # noqa: E402
from harness import *  # noqa: E402

SCRIPTS = TOP / "scripts" / "third-party"
AT_ONCE = 200  # objects in one association, at most


def need(*programs):
    """The Debian packages dcmtk and orthanc bring them; where they are not installed there is nothing to test."""
    for program in programs:
        if not shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin"):
            raise Skipped(f"{program} is not installed")


def objects(options, folder, number):
    """So many synthetic objects as files: the dose reports of some studies, and images."""
    files = write_objects(options.pacs, folder, "--studies", str(number // 4 + 5), "--seed", str(options.seed % 1000))
    return sorted(sorted(files, key=lambda file: not is_report(file))[:number])


def is_report(file):
    """Whether it is a structured report, by the class in its file meta information."""
    return b"1.2.840.10008.5.1.4.1.1.88." in file.read_bytes()[:512]


def change(file, **values):
    """Writes values into a file; keys as tag numbers: t00100010."""
    words = ["dcmodify", "-nb", "-imt"]
    for tag, value in values.items():
        words += ["-i", f"({tag[1:5]},{tag[5:9]})={value}"]
    subprocess.run(words + [str(file)], check=True, timeout=LONGEST)
    return file


class Harvester:
    """A site with a daemon, and a `harvester` for the scripts that does nothing while the site is unreachable."""

    def __init__(self, options, folder, watching=False):
        self.handover = folder / """hand "o'ver" $HOME"""
        watch = [{"folder": str(self.handover / "ready"), "after_import": "delete"}]
        self.site = Site(options.harvester, folder / "site", free_port(), native=True,
                         more=f"watch: {json.dumps(watch)}\n" if watching else "")
        self.unreachable = folder / "unreachable"
        self.program = folder / "harvester"
        self.program.write_text(f'#!/bin/sh\n[ ! -e "{self.unreachable}" ] || exit 1\n'
                                f'exec "{options.harvester}" "$@"\n')
        self.program.chmod(0o755)
        self.daemon = None
        self.environment = {**os.environ, "HARVESTER": str(self.program), "HARVESTER_HANDOVER": str(self.handover),
                            "HARVESTER_CONFIG": str(self.site.folder / "harvester.yaml"),
                            "TCP_NODELAY": "1"}  # without it each object waits 40 ms in DCMTK's sockets

    def go_away(self):
        self.unreachable.touch()
        if self.daemon:
            end(self.daemon)
            self.daemon = None

    def kill(self):
        """The daemon is gone, the data directory is not: an import may do the work itself."""
        end(self.daemon)
        self.daemon = None

    def come(self):
        self.unreachable.unlink(missing_ok=True)
        wait_until(self.listens, 120, "the daemon listens")

    def listens(self):
        """Starts it again where an import, or a worker of the killed one, held the data directory."""
        if self.daemon is None or self.daemon.poll() is not None:
            self.daemon = self.site.start("serve", log=self.site.folder / "daemon.log")
        return is_open(self.site.store_port)

    def stop(self):
        self.come()
        wait_until(lambda: not self.site.rows("SELECT 1 FROM received_object WHERE state IN ('received', 'claimed')"),
                   LONGEST, "everything is imported")
        check(end(self.daemon, signal.SIGTERM) == 0, "the daemon does not end well")
        self.daemon = None

    def held(self):
        return {row["sop_instance_uid"] for row in self.site.rows("SELECT sop_instance_uid FROM received_object")}

    def files(self, kind):
        folder = self.handover / kind
        return [path for path in folder.iterdir() if path.is_file()] if folder.exists() else []

    def await_held(self, number):
        wait_until(lambda: len(self.held()) >= number, LONGEST, f"{number} objects are held")

    def script(self, name, *words):
        return subprocess.run([SCRIPTS / name, *map(str, words)], env=self.environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=LONGEST)

    def sweep_all(self):
        """As cron does: the import that a sweep leaves the rest to may have met a harvester that was just starting."""
        wait_until(self.sweep, LONGEST, "nothing waits any more")

    def sweep(self):
        return self.script("hook.sh", "--sweep").returncode == 0 and not self.files("ready")


def check_all(harvester, reference_of, options, folder):
    """Exactly these files' objects, each once, and the doses that an import of the files themselves brings."""
    site = harvester.site
    check_database(site)
    check_spool(site)
    check_imported_once(site)
    reference = Site(options.harvester, folder / "reference", free_port(), native=True)
    listed = folder / "listed"
    listed.write_text("\n".join(map(str, reference_of)) + "\n")
    with open(listed) as names:
        subprocess.run([str(word) for word in reference.words("import", "-")], stdin=names, check=True,
                       stdout=subprocess.DEVNULL, timeout=LONGEST)
    wanted = {row["sop_instance_uid"] for row in reference.rows("SELECT sop_instance_uid FROM received_object")}
    check(harvester.held() == wanted, f"{len(wanted ^ harvester.held())} objects are missing or too many")
    check_same(reference.export(), site.export(), "the export differs from an import of the files")
    check(site.export()["studies"], "nothing was imported at all")
    check(not harvester.files("refused"), "the harvester refused files")


class Store:
    """A store that was started; `send` gives it files over DICOM."""

    def send(self, files):
        for begin in range(0, len(files), AT_ONCE):
            self.finish(self.start_sending(files[begin:begin + AT_ONCE]))

    def start_sending(self, files):
        words = [*self.sender, "127.0.0.1", self.port, *files]
        return start(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                     env={**os.environ, "TCP_NODELAY": "1"})

    @staticmethod
    def finish(sending):
        said, _ = sending.communicate(timeout=LONGEST)
        started.remove(sending)
        check(sending.returncode == 0, f"sending failed: {tail(said)}")

    def await_open(self):
        wait_until(lambda: is_open(self.port), 60, "the store listens")

    def stop(self):
        end(self.process, signal.SIGTERM)


class Storescp(Store):
    sender = ("storescu", "-R", "-aet", "SENDER", "-aec", "STORESCP")

    def __init__(self, harvester, folder):
        self.folder, self.port = folder / 'in "box" $HOME', free_port()
        self.folder.mkdir()
        command = f"'{SCRIPTS / 'storescp.sh'}' '#p' '#f'"
        self.process = start(["storescp", "+B", "+uf", "-od", self.folder, "-xcr", command, self.port],
                             env=harvester.environment, cwd=folder, stdout=subprocess.DEVNULL)
        self.await_open()


class Orthanc(Store):
    sender = ("dcmsend", "-aet", "SENDER", "-aec", "ORTHANC")

    def __init__(self, harvester, folder, settings=None, stable_age=60, scripted=True):
        self.folder, self.port, self.http_port = folder, free_port(), free_port()
        lua = folder / "settings.lua"
        lua.write_text("harvester_settings = {\n" + "".join(f"  {key} = {lua_value(value)},\n" for key, value in {
            "hook": str(SCRIPTS / "hook.sh"), "handover": str(harvester.handover), "harvester": str(harvester.program),
            "config": harvester.environment["HARVESTER_CONFIG"], **(settings or {})}.items()) + "}\n")
        self.configuration = folder / "orthanc.json"
        self.configuration.write_text(json.dumps({
            "StorageDirectory": str(folder / "storage"), "IndexDirectory": str(folder / "index"),
            "DicomAet": "ORTHANC", "DicomPort": self.port, "HttpPort": self.http_port, "AuthenticationEnabled": False,
            "RemoteAccessAllowed": False, "DicomAlwaysAllowStore": True, "StableAge": stable_age, "Plugins": [],
            "LuaScripts": [str(lua), str(SCRIPTS / "orthanc.lua")] if scripted else []}))
        with open(folder / "orthanc.log", "ab") as log:
            self.process = start([shutil.which("Orthanc") or "/usr/sbin/Orthanc", self.configuration], stdout=log,
                                 stderr=log, env=harvester.environment)
        self.await_open()
        wait_until(lambda: is_open(self.http_port), 60, "Orthanc listens")

    def instances(self):
        """SOP Instance UIDs."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/instances?expand", timeout=60) as answer:
            return {each["MainDicomTags"]["SOPInstanceUID"] for each in json.load(answer)}

    def log(self):
        return (self.folder / "orthanc.log").read_text(errors="replace")


def lua_value(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return "{" + ", ".join(map(lua_value, value)) + "}"
    return json.dumps(value) if not isinstance(value, str) else "[==[" + value + "]==]"


def uid_of(file):
    """(0002,0003) of the file meta information."""
    data = file.read_bytes()[132:1024]
    at = data.index(b"\x02\x00\x03\x00UI") + 6
    return data[at + 2:at + 2 + int.from_bytes(data[at:at + 2], "little")].rstrip(b"\0").decode()


def check_down_half_of_the_time(harvester, store, files):
    """Sends a quarter each: harvester unreachable, there, killed in between, back again."""
    size = len(files) // 4
    quarters = [files[:size], files[size:2 * size], files[2 * size:3 * size], files[3 * size:]]
    harvester.go_away()
    store.send(quarters[0])
    wait_until(lambda: len(harvester.files("ready")) == size, LONGEST, "what nobody takes waits in the folder")
    check(not harvester.held(), "an unreachable harvester holds objects")
    harvester.come()
    store.send(quarters[1])
    harvester.await_held(2 * size)
    sending = store.start_sending(quarters[2])
    harvester.await_held(2 * size + 1)
    harvester.kill()
    store.finish(sending)
    harvester.go_away()
    sending = store.start_sending(quarters[3])
    harvester.come()
    store.finish(sending)


def measure(harvester, store, files, what):
    """Objects a second from the first that is sent to the last that is safe with the harvester."""
    harvester.come()
    before = len(harvester.held())
    begin = time.monotonic()
    store.send(files)
    sent = time.monotonic() - begin
    harvester.await_held(before + len(files))
    took = time.monotonic() - begin
    say(f"{what}: {len(files)} objects, {len(files) / sent:.0f} a second into the store,"
        f" {len(files) / took:.0f} a second into the harvester")
