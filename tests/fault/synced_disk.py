"""A disk as it is after the power failed: what tests/fault/synced_disk.cpp saw synced, and what luck added to it."""
import os
import pathlib
import shutil

from harness import check

PAGE = 4096


def entries_of(folder):
    """Name → (type, inode) of what lies in a folder; sockets are left out."""
    found = {}
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            found[entry.name] = ("folder", entry.inode())
        elif entry.is_file(follow_symlinks=False):
            found[entry.name] = ("file", entry.inode())
    return found


class SyncedDisk:
    """Below `root`, as a program sees it that runs with `environment`; what is there at first is synced."""

    def __init__(self, library, root, synced, forgets=""):
        check(pathlib.Path(library).exists(), f"{library} is not built")  # ld.so would go on without it
        self.root, self.synced = root, synced
        self.environment = {"LD_PRELOAD": str(library), "HARVESTER_DISK_ROOT": str(root),
                            "HARVESTER_DISK_SYNCED": str(synced), "HARVESTER_DISK_FORGETS": forgets}
        self.sync_everything()

    def sync_everything(self):
        shutil.rmtree(self.synced, ignore_errors=True)
        for name in ("files", "folders"):
            (self.synced / name).mkdir(parents=True)
        (self.synced / "lock").touch()
        for folder, _, files in os.walk(self.root):
            lines = [f"{kind} {inode} {name}\n" for name, (kind, inode) in entries_of(folder).items()]
            (self.synced / "folders" / str(os.stat(folder).st_ino)).write_text("".join(lines))
            for name in files:
                file = pathlib.Path(folder, name)
                if file.is_file():
                    shutil.copyfile(file, self.synced / "files" / str(file.stat().st_ino))

    def lose_power(self, chance=None):
        """Nobody runs any more: `root` becomes what was synced; with `chance` also some of what was not: single pages
        of files, single names in folders."""
        self.chance = chance
        self.live = {}
        for folder, _, files in os.walk(self.root):
            self.live[os.stat(folder).st_ino] = pathlib.Path(folder)
            for name in files:
                file = pathlib.Path(folder, name)
                self.live[file.lstat().st_ino] = file
        left = self.root.with_name(self.root.name + ".left")
        self.rebuild_folder(os.stat(self.root).st_ino, left)
        shutil.rmtree(self.root)
        left.rename(self.root)
        self.sync_everything()

    def luck(self):
        return self.chance is not None and self.chance.random() < 0.5

    def rebuild_folder(self, inode, to):
        to.mkdir()
        for name, (kind, inside) in sorted(self.names_left(inode).items()):
            if kind == "folder":
                self.rebuild_folder(inside, to / name)
            else:
                (to / name).write_bytes(self.bytes_left(inside))

    def names_left(self, inode):
        synced = {}
        listing = self.synced / "folders" / str(inode)
        for line in listing.read_text().splitlines() if listing.exists() else []:
            kind, inside, name = line.split(" ", 2)
            synced[name] = (kind, int(inside))
        live = entries_of(self.live[inode]) if inode in self.live else {}
        left = {}
        for name in sorted(synced.keys() | live.keys()):
            chosen = live if self.luck() else synced
            if name in chosen:
                left[name] = chosen[name]
        return left

    def bytes_left(self, inode):
        file = self.synced / "files" / str(inode)
        synced = file.read_bytes() if file.exists() else b""
        if self.chance is None or inode not in self.live:
            return synced
        live = self.live[inode].read_bytes()
        if synced == live:
            return synced
        size = len(live if self.luck() else synced)
        pages = ((live if self.luck() else synced)[at:at + PAGE].ljust(PAGE, b"\0") for at in range(0, size, PAGE))
        return b"".join(pages)[:size]
