"""An import that is killed, or whose disk fills: nothing is lost, and running it again completes it."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from world import PATIENCE, program, run

REPORTS = 700
KILLED_AT = (1, 100, 250, 257, 300, 400, 511, 513, 650)
MIB = 1024 * 1024


class ImportFaults(unittest.TestCase):
    """Runs in a mount namespace of its own (see the end), so that mounting a small tmpfs needs and leaves nothing."""

    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="sandyk-scenario-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.passphrase = cls.shared / "passphrase"
        cls.passphrase.write_text("six invented words for a bench\n")
        run(program("import"), "make", cls.shared, REPORTS)

    def setUp(self):
        self.disk = pathlib.Path(tempfile.mkdtemp(dir=self.shared))
        self.mount(256 * MIB)
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], check=False)
        self.home = self.disk / "home"
        shutil.copytree(self.shared / "home", self.home)
        self.desk("case", "new", "--work-factor", 12)

    def mount(self, size, *more):
        run("mount", "-t", "tmpfs", "-o", ",".join([f"size={size},mode=0700", *more]), "tmpfs", self.disk)

    def words(self, *words):
        return [program("desk"), *map(str, words), "--home", str(self.home), "--passphrase-file", str(self.passphrase)]

    def desk(self, *words, expect=0):
        return run(*self.words(*words), expect=expect)

    def bring(self, expect=0):
        done = self.desk("import", self.shared / "vault", expect=expect)
        found = re.search(r": (\d+) new, (\d+) duplicate, 0 cover, 0 filler, 0 damaged", done.stdout.decode())
        return tuple(map(int, found.groups())) if found else done.stderr.decode()

    def stored(self):
        """How many reports are there, every page and part of which can be read."""
        return int(re.search(r"whole: (\d+) reports", self.desk("case", "check").stdout.decode())[1])

    def expect_all(self, there):
        new, known = self.bring()
        self.assertEqual((REPORTS - there, there), (new, known))
        self.assertEqual(REPORTS, self.stored())
        self.assertEqual((0, REPORTS), self.bring())
        self.assertEqual([], [str(file) for file in self.disk.rglob("*") if file.is_file() and "Сообщение".encode() in file.read_bytes()])

    def kill_at(self, keys):
        """Imports, and kills that as soon as so many reports have their keys, which is before they are stored."""
        process = subprocess.Popen(self.words("import", self.shared / "vault"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and (self.home / "case.keys").stat().st_size < 64 + 72 * keys:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
        self.wait_for_readers()

    def test_killed_again_and_again(self):
        seen = [0]
        for keys in KILLED_AT:
            self.kill_at(keys)
            seen.append(self.stored())
            self.assertGreaterEqual(seen[-1], seen[-2])
        print(f"{len(KILLED_AT)} imports killed; reports there after each: {seen[1:]}")
        self.assertLess(seen[1], REPORTS)
        self.expect_all(seen[-1])
        backups = sorted(file.name for file in (self.home / "backups").iterdir())
        self.assertEqual(3, len([name for name in backups if name.endswith(".db")]), backups)

    def wait_for_readers(self):
        """A reader ends with the import that started it; none may be left."""
        def is_ours(pid):
            with contextlib.suppress(OSError):
                words = (pathlib.Path("/proc") / pid / "cmdline").read_bytes().split(b"\0")
                return words[:2] == [program("desk").encode(), b"--reader"] and os.stat(f"/proc/{pid}").st_uid == os.geteuid() \
                    and (pathlib.Path("/proc") / pid / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z" \
                    and os.readlink(f"/proc/{pid}/ns/mnt") == os.readlink("/proc/self/ns/mnt")
            return False
        for _ in range(100):
            left = [pid for pid in os.listdir("/proc") if pid.isdigit() and is_ours(pid)]
            if not left:
                return
            time.sleep(0.1)
        self.fail(f"readers are left: {left}")

    def test_a_disk_that_fills(self):
        used = sum(file.stat().st_blocks * 512 for file in self.disk.rglob("*"))
        for room in (64 * 1024, 1 * MIB, 5 * MIB, 9 * MIB):
            with self.subTest(room=room):
                run("mount", "-o", f"remount,size={used + room}", self.disk)
                said = self.bring(expect=1)
                self.assertIn("disk is full", said)
                run("mount", "-o", f"remount,size={256 * MIB}", self.disk)
                there = self.stored()
                self.assertLess(there, REPORTS)
                used = sum(file.stat().st_blocks * 512 for file in self.disk.rglob("*"))
        self.expect_all(there)


if __name__ == "__main__":
    if "SANDYK_OWN_MOUNTS" not in os.environ:
        rights = [] if os.geteuid() == 0 else ["-r"]
        os.execvpe("unshare", ["unshare", "-m", *rights, sys.executable, __file__, *sys.argv[1:]],
                   dict(os.environ, SANDYK_OWN_MOUNTS="1"))
    unittest.main(verbosity=2)
