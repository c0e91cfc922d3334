"""A disk that fills, or cannot be written: 507 or a refusal to start, and what was acknowledged stays."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
import unittest

from faults_world import check_log, check_vault, contents, packed_sample, settings
from world import SAMPLES, World, program, run

SIZE = 24 * 1024 * 1024


class FullDisk(World):
    """Runs in a mount namespace of its own (see the end), so that mounting a small tmpfs needs and leaves nothing."""

    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        run("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", self.disk)
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], check=False)
        config = self.config.read_text().replace(f"vault = {self.vault}", f"vault = {self.disk}/vault")
        self.config.write_text(config.replace("upload-spool = 8M", "upload-spool = 1M") + settings())
        self.vault = self.disk / "vault"

    def fill(self):
        filler = self.disk / "filler"
        fd = os.open(filler, os.O_WRONLY | os.O_CREAT)
        with contextlib.suppress(OSError):
            while True:
                os.write(fd, b"x" * 4096)
        os.close(fd)
        return filler

    def test_a_full_disk_is_507_and_what_was_acknowledged_stays(self):
        server = self.start_with_keyring()
        reports = [self.seal(SAMPLES / name) for name in ("report_min_en.json", "report_ky.json", "report_ru.json")]
        self.assertEqual(201, server.put(reports[0], self.week)[0])
        filler = self.fill()
        status, _, body = server.put(reports[1], self.week)
        self.assertEqual(507, status)
        self.assertNotIn(str(self.disk), body.decode())
        self.assertEqual(200, server.ask("GET", "/health")[0])
        filler.unlink()
        self.assertEqual(201, server.put(reports[2], self.week)[0])  # it goes on by itself
        self.assertEqual(0, server.stop())
        stored = {hashlib.sha256(reports[i]).hexdigest() for i in (0, 2)}
        self.assertEqual(stored, set(self.stored_ids()))
        printed, _ = self.open(self.export())
        self.assertIn("Reports: 2 new", printed)

    def load(self, server, acknowledged, count):
        """Sends until it is through; refusals are no fault here, broken connections are."""
        done = run(program("load"), "--to", server.url, "--ca", self.certificate, "--keyring", self.keyring, "--root-key",
                   self.root_key, "--count", count, "--clients", 16, "--packed", self.packed, "--acknowledged", acknowledged,
                   expect=None)
        self.assertRegex(done.stdout.decode(), r"broken 0")
        return acknowledged.read_text().split() if acknowledged.exists() else []

    def resize(self, size):
        run("mount", "-o", f"remount,size={size}", self.disk)

    def test_a_disk_that_fills_by_reports_alone_keeps_every_acknowledged_one(self):
        self.resize(4096 * SIZE)  # at its start, for a day's budget of which nobody is asked for work
        server = self.start_with_keyring()
        self.resize(SIZE)
        self.packed = packed_sample(self.folder)
        acknowledged = self.folder / "acknowledged"
        ids = self.load(server, acknowledged, 2000)
        self.assertGreater(len(ids), 100)
        self.assertLess(len(ids), 2000)
        # Full, it says so in its own words, turns as well as it can, and takes more when there is room, without a restart.
        self.assertEqual(507, server.put(self.seal(SAMPLES / "report_min_en.json"), self.week)[0])
        server.process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        self.assertEqual(200, server.ask("GET", "/health")[0])
        self.resize(4 * SIZE)
        more = self.load(server, acknowledged, 100)
        self.assertEqual(len(ids) + 100, len(more))
        health = server.ask("GET", "/health")[2]
        server.kill()
        ids = set(more)
        self.assertEqual(set(), ids - set(self.stored_ids()))
        self.start().stop()
        usb = self.export()
        printed, opened = self.open(usb)
        lost = ids - set(contents(opened))
        print(f"1 disk filled, {len(ids)} reports acknowledged, {len(lost)} lost")
        self.assertEqual(set(), lost)
        self.assertIn("Passed over: 0", printed)
        check_vault(self, usb)
        check_log(self, self.vault, health)

    def test_a_server_killed_on_a_full_disk_starts_when_there_is_room_and_says_why_not_before(self):
        server = self.start_with_keyring()
        sealed = self.seal(SAMPLES / "report_ky.json")
        self.assertEqual(201, server.put(sealed, self.week)[0])
        filler = self.fill()
        server.kill()
        done = run(program("intake"), "serve", "--config", self.config, expect=1)
        self.assertIn(b"the disk is full", done.stderr + done.stdout)
        filler.unlink()
        self.assertEqual(0, self.start().stop())
        self.assertEqual([hashlib.sha256(sealed).hexdigest()], self.stored_ids())
        printed, _ = self.open(self.export())
        self.assertIn("Passed over: 0", printed)

    def test_a_large_report_that_does_not_fit_leaves_room_for_a_small_one(self):
        server = self.start_with_keyring()
        big = self.folder / "big"
        big.write_bytes(os.urandom(15 * 1024 * 1024))
        self.assertEqual(507, server.put(self.seal(SAMPLES / "report_min_en.json", "--file", big), self.week)[0])
        self.assertEqual(201, server.put(self.seal(SAMPLES / "report_min_en.json"), self.week)[0])

    def test_the_last_of_the_disk_is_kept_for_small_reports(self):
        server = self.start_with_keyring("--small-reserve", SIZE)
        evidence = self.folder / "evidence"
        evidence.write_bytes(os.urandom(300 * 1024))
        large = self.seal(SAMPLES / "report_min_en.json", "--file", evidence)
        head = {"Sandyk-Week": self.week, "Content-Length": str(len(large))}
        status, headers, _ = server.ask("PUT", "/reports/" + hashlib.sha256(large).hexdigest(), None, head)
        self.assertEqual(507, status)
        self.assertIn("Retry-After", headers)
        self.assertEqual(b"storm", server.ask("GET", "/health")[2].split()[0])
        self.assertEqual(201, server.put(self.seal(SAMPLES / "report_min_en.json"), self.week)[0])

    def test_a_read_only_vault_is_refused_at_the_start(self):
        self.start_with_keyring().stop()
        run("mount", "-o", "remount,ro", self.disk)
        done = run(program("intake"), "serve", "--config", self.config, expect=1)
        self.assertIn(b"cannot be", done.stderr + done.stdout)

    def test_the_desk_says_that_its_disk_is_full(self):
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_min_en.json")
        server.stop()
        usb = self.export()
        self.fill()
        done = self.desk("open", usb, "--home", self.shared / "aikyn", "--out", self.disk / "opened", expect=1)
        self.assertIn("the disk is full", done.stderr.decode())


if __name__ == "__main__":
    if "SANDYK_OWN_MOUNTS" not in os.environ:
        rights = [] if os.geteuid() == 0 else ["-r"]
        os.execvpe("unshare", ["unshare", "-m", *rights, sys.executable, __file__, *sys.argv[1:]],
                   dict(os.environ, SANDYK_OWN_MOUNTS="1"))
    unittest.main(verbosity=2)
