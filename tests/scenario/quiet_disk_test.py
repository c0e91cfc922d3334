"""What an expert without keys can tell from the disk of a server that was killed: after 0, 1, 10 and 100 reports."""

import re
import struct
import time
import unittest

from world import SAMPLES, World, program, run

COUNTS = (0, 1, 10, 100)
PAGE = 4096
DAY = 24 * 60 * 60


def read_log(path):
    """Size of a write-ahead log, and of what its headers say in the clear: valid frames, commits, highest page."""
    log = path.read_bytes() if path.exists() else b""
    if len(log) < 32:
        return len(log), 0, 0, 0
    salts = log[16:24]
    frames = commits = highest = 0
    for at in range(32, len(log) - 24 - PAGE + 1, 24 + PAGE):
        page, size_after = struct.unpack(">II", log[at:at + 8])
        if log[at + 8:at + 16] != salts:
            break
        frames += 1
        commits += size_after != 0
        highest = max(highest, page)
    return len(log), frames, commits, highest


class QuietDisk(World):
    def setUp(self):
        super().setUp()
        self.base_config = self.config.read_text()
        self.packed = self.folder / "packed.tar"
        run(program("report"), "pack", SAMPLES / "report_min_en.json", "--out", self.packed)

    def seize(self, count, pause):
        """A new vault whose server takes `count` reports and is killed `pause` seconds later."""
        self.vault = self.folder / f"vault-{count}-{pause}"
        self.config.write_text(self.base_config.replace(f"vault = {self.folder}/vault", f"vault = {self.vault}"))
        server = self.start_with_keyring()
        if count:
            run(program("load"), "--to", server.url, "--ca", self.certificate, "--keyring", self.keyring, "--root-key",
                self.root_key, "--count", count, "--clients", 1, "--packed", self.packed)
        time.sleep(pause)
        server.kill()
        return self.look()

    def look(self):
        """Every file by name and size; whether a time of its last change is finer than a day; what the log says."""
        files = {}
        telling = []
        for path in sorted(self.vault.rglob("*")):
            name = re.sub(r"[0-9a-f]{32}", "<id>", str(path.relative_to(self.vault)))
            if path.is_file() and not name.endswith("-wal"):
                files[name] = path.stat().st_size
            if path.stat().st_mtime_ns % (DAY * 10**9):
                telling.append(name)
        (epoch,) = self.epochs()
        return files, telling, read_log(epoch / "reports.db-wal")

    def test_the_disk_of_a_killed_server_shows_no_number_of_reports(self):
        print("\nreports  killed      reports.db  -wal bytes  frames  commits  highest page  times finer than a day")
        at_rest = []
        for count in COUNTS:
            for when, pause in (("at once", 0), ("at rest", 3), ("at rest", 4)):
                files, telling, log = self.seize(count, pause)
                size = files["epochs/<id>/reports.db"]
                print(f"{count:7}  {when}  {size:12} {log[0]:11} {log[1]:7} {log[2]:8} {log[3]:13}  {', '.join(telling) or '-'}")
                self.assertEqual(16 << 20, size)
                if when == "at rest":
                    at_rest.append((files, telling, log))
        # After a second without reports all these disks are the same but for random bytes.
        self.assertEqual([at_rest[0]] * len(at_rest), at_rest)
        self.assertEqual((0, 0, 0, 0), at_rest[0][2])

    def test_after_the_next_start_no_time_is_finer_than_a_day(self):
        self.seize(10, 0)
        server = self.start()
        self.wait_for_marks()
        server.stop()
        telling = [str(p) for p in [self.vault, *self.vault.rglob("*")] if p.stat().st_mtime_ns % (DAY * 10**9)]
        self.assertEqual([], telling)
        marks = sorted(p.name for e in self.epochs() for p in e.glob("*.json") if p.name != "epoch.json")
        self.assertEqual(["closed.json", "unclean.json"], marks)
        self.assertEqual(10, len(self.stored_ids()))

    def wait_for_marks(self):
        for _ in range(600):
            if any((e / "unclean.json").exists() for e in self.epochs()):
                return
            time.sleep(0.05)
        self.fail("what the crash left was not marked")


if __name__ == "__main__":
    unittest.main(verbosity=2)
