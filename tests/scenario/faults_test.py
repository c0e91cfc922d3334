"""Every call that the vault makes of the system fails in turn, in the real server: nothing acknowledged is lost.

The same short story is told again and again, each time with another call failing (tests/faults/README.md). The
ordinary form takes a sample of the calls, SANDYK_FAULTS=N a sample of N, and SANDYK_LONG all of them.
"""

import collections
import concurrent.futures
import contextlib
import hashlib
import http.client
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import tempfile
import time
import unittest

from faults_world import LONG, check_log, check_vault, contents, settings
from world import SAMPLES, Server, World, program, run

CALLS = ("write", "pwrite", "pwritev", "fsync", "fdatasync", "rename", "ftruncate", "fallocate", "open", "mkdir",
         "unlink", "link", "utimensat")  # in the order of faulty_calls.cpp
SAMPLE = int(os.environ.get("SANDYK_FAULTS", 150))
SIDE_BY_SIDE = 2 * (os.cpu_count() or 1)  # most of a story is waiting
TURN = 2  # seconds for the epoch to turn, which some faults prevent


class Counters:
    """The file through which the loaded library counts."""

    def __init__(self, path):
        self.path = path
        path.write_bytes(bytes(8 * (len(CALLS) + 1)))

    def read(self):
        numbers = struct.unpack(f"{len(CALLS) + 1}Q", self.path.read_bytes())
        return dict(zip(CALLS, numbers)), numbers[-1]


class Story:
    """One vault in a folder of its own, one server with a fault, then a healthy one, an export, and the desk."""

    def __init__(self, world, fault):
        self.world, self.fault = world, fault
        self.certificate = world.certificate
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="story-", dir=world.folder))
        self.vault = self.folder / "vault"
        shutil.copytree(world.template, self.vault)
        self.config = self.folder / "intake.conf"
        self.config.write_text(world.config.read_text().replace(str(world.vault), str(self.vault)))
        self.counters = Counters(self.folder / "counters")
        self.acknowledged, self.refused, self.health = [], [], b""
        self.is_start_refused = False

    def tell(self):
        server = None
        try:
            server = self.start_faulty()
            if server:
                self.play(server)
        finally:
            if server:
                server.end()
        self.injected = self.counters.read()[1]
        return self

    def start_faulty(self):
        env = dict(os.environ, LD_PRELOAD=os.environ["SANDYK_FAULTY_CALLS"], SANDYK_FAULT_VAULT=str(self.vault),
                   SANDYK_FAULT_COUNTERS=str(self.counters.path))
        if self.fault:
            env["SANDYK_FAULT"] = self.fault
        server = FaultyServer.__new__(FaultyServer)
        if server.begin(self, env):
            return server
        self.is_start_refused = True
        return None

    def put(self, server, reports):
        for sealed in reports:
            status = 0  # an early refusal may break the line of who still sends
            with contextlib.suppress(OSError, http.client.HTTPException):
                status = server.put(sealed, self.world.week)[0]
            if server.process.poll() is not None:
                raise AssertionError(f"{self.fault}: the server ended with {server.process.returncode}: {server.said()}")
            if status not in (0, 201, 500, 503, 507):
                raise AssertionError(f"{self.fault}: the answer was {status}: {server.said()}")
            (self.acknowledged if status == 201 else self.refused).append(hashlib.sha256(sealed).hexdigest())

    def play(self, server):
        self.put(server, self.world.reports[:3])
        before = set(self.epochs())
        server.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + TURN
        while time.monotonic() < end and not ("tried again" in server.said() or set(self.epochs()) - before and
                                              all(self.has_mark(epoch) for epoch in before)):
            time.sleep(0.02)
        self.put(server, self.world.reports[3:])
        is_one_shot = self.fault is None or self.fault.count(":") == 2
        if is_one_shot and not set(self.acknowledged) & self.world.sent_late:
            raise AssertionError(f"{self.fault}: the server did not go on: {server.said()}")
        self.health = server.ask("GET", "/health")[2]
        code = server.stop()
        if code not in (0, 1):
            raise AssertionError(f"{self.fault}: the server ended with {code}: {server.said()}")

    def epochs(self):
        return list((self.vault / "epochs").iterdir())

    @staticmethod
    def has_mark(epoch):
        return (epoch / "closed.json").exists() or (epoch / "unclean.json").exists() or not epoch.exists()

    def check(self):
        """A healthy server starts, and the desk has everything."""
        server = Server(self)
        try:
            code = server.stop()
        finally:
            server.end()
        self.world.assertEqual(0, code, self.fault)
        usb = self.folder / "usb"
        run(program("intake"), "export", usb, "--vault", self.vault)
        check_vault(self.world, usb)
        check_log(self.world, self.vault, self.health)
        out = self.folder / "opened"
        printed = self.world.desk("open", usb, "--home", self.world.shared / "aikyn", "--out", out).stdout.decode()
        self.world.assertIn("Passed over: 0", printed, self.fault)
        opened = contents(out)
        for report, files in opened.items():  # what it is, whether acknowledged or not, it is bit for bit
            self.world.assertEqual(self.world.expected.get(report, files), files, self.fault)
            self.world.assertIn(report, self.world.sent, self.fault)
        self.lost = set(self.acknowledged) - set(opened)
        self.opened = opened
        return self

    def clean(self):
        shutil.rmtree(self.folder)


class FaultyServer(Server):
    def begin(self, story, env):
        """False when it does not start, and says why."""
        self.world = story
        self.output = open(story.folder / "faulty.log", "ab+")
        self.process = subprocess.Popen([program("intake"), "serve", "--config", str(story.config)], env=env,
                                        stdout=self.output, stderr=subprocess.STDOUT, cwd=story.folder)
        try:
            self.url = self._wait_for_url(0)
        except AssertionError:
            said, code = self.said(), self.process.poll()
            self.end()
            if code != 1 or "sandyk-intake: " not in said:
                raise
            return False
        self.port = int(self.url.rsplit(":", 1)[1])
        return True

    def said(self):
        return pathlib.Path(self.output.name).read_text(errors="replace")


class Faults(World):
    def setUp(self):
        super().setUp()
        self.config.write_text(self.config.read_text() + settings())
        self.install_keyring()
        self.template = self.folder / "template"
        self.vault.rename(self.template)
        big = self.folder / "big"
        big.write_bytes(os.urandom(900_000))  # the class of 1 MiB
        names = ("report_min_en.json", "report_ky.json", "report_ru.json", "report_min_en.json")
        self.reports = [self.seal(SAMPLES / name) for name in names]
        self.reports.insert(2, self.seal(SAMPLES / "report_ky.json", "--file", big))
        self.sent = {hashlib.sha256(sealed).hexdigest() for sealed in self.reports}
        self.sent_late = {hashlib.sha256(sealed).hexdigest() for sealed in self.reports[3:]}
        self.expected = {}

    def plan(self, counts):
        """Every fault there is, or an even sample of each call's."""
        plans = collections.defaultdict(list)
        for call, number in counts.items():
            for n in range(1, number + 1):
                plans[call] += [f"{call}:{n}:ENOSPC", f"{call}:{n}:EIO", f"{call}:{n}:ENOSPC:8", f"{call}:{n}:EIO:3"]
                if "write" in call:
                    plans[call].append(f"{call}:{n}:short")
        whole = sum(map(len, plans.values()))
        if LONG and "SANDYK_FAULTS" not in os.environ:
            return [fault for faults in plans.values() for fault in faults], whole
        share = max(4, SAMPLE // max(1, len(plans)))
        # A step between picks that walks through numbers and kinds of fault alike.
        return [faults[(i * len(faults)) // min(share, len(faults))] for faults in plans.values()
                for i in range(min(share, len(faults)))], whole

    def test_every_failing_call_loses_no_acknowledged_report(self):
        counting = Story(self, None).tell().check()
        counts = counting.counters.read()[0]
        self.assertEqual(self.sent, set(counting.acknowledged))
        self.expected = counting.opened
        self.assertEqual(self.sent, set(self.expected))
        self.assertGreater(min(counts[c] for c in ("write", "pwrite", "fsync", "fdatasync", "rename", "open", "mkdir")), 0)
        plan, whole = self.plan(counts)
        print("calls counted: " + ", ".join(f"{call} {n}" for call, n in counts.items() if n), flush=True)
        tally = collections.Counter()

        def tell(fault):
            story = Story(self, fault).tell().check()
            story.clean()
            return story

        try:
            with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
                for story in pool.map(tell, plan):
                    tally.update(stories=1, faults=story.injected, missed=not story.injected, lost=len(story.lost),
                                 acknowledged=len(story.acknowledged), refused=len(story.refused),
                                 starts_refused=story.is_start_refused)
                    self.assertEqual(set(), story.lost, story.fault)
        finally:
            print(f"{tally['stories']} of {whole} stories, {tally['faults']} faults injected, "
                  f"{tally['acknowledged']} reports acknowledged, {tally['lost']} lost, {tally['refused']} refused, "
                  f"{tally['starts_refused']} starts refused, each with exit code 1 and a sentence", flush=True)
        self.assertLess(tally["missed"], tally["stories"] // 10)  # how calls fall differs a little from run to run


if __name__ == "__main__":
    unittest.main(verbosity=2)
