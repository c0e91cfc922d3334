"""A good client beside hundreds of slow ones: every small report of its gets in, and memory and descriptors stay bounded.

It comes again when it was not let in, as sandyk-report does. The ordinary form has 500 slow clients against 300 places,
SANDYK_LONG 2000 against 1000. Times are printed and not judged: the machine of a test has other work.
"""

import hashlib
import os
import pathlib
import subprocess
import sys
import time
import unittest

from faults_world import LONG
from world import PATIENCE, SAMPLES, World

SLOW, PLACES, REPORTS = (2000, 1000, 200) if LONG else (500, 300, 20)
GENERATOR = pathlib.Path(__file__).resolve().parent / "slow_clients.py"
KINDS = ("silent connects", "dripping handshake", "slow headers", "byte drip", "slow body")


class SlowClients(World):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = []
        cls.addClassCleanup(cls.show)

    @classmethod
    def show(cls):
        print(f"\n{SLOW} slow clients, {PLACES} places\n{'attack':20} {'accepted':>9} {'tries':>6} {'p50':>8} {'p99':>8} "
              f"{'memory':>8} {'descriptors':>11}")
        for row in cls.rows:
            print("{:20} {:>9} {:>6} {:>5.0f} ms {:>5.0f} ms {:>4} MiB {:>11}".format(*row))

    def report(self, number):
        """The bytes of a new report: to who cannot open it, one whose last byte differs is another."""
        sealed = bytearray(self.sealed)
        sealed[-3:] = number.to_bytes(3, "big")
        return bytes(sealed)

    def accepted(self, server, report):
        """Sends until it is accepted, the server's refusals included; gives how often it tried, or nothing."""
        end, tries = time.monotonic() + PATIENCE, 0
        while time.monotonic() < end:
            tries += 1
            try:
                if server.put(report, self.week)[0] == 201:
                    return tries
            except OSError:
                pass
            time.sleep(0.05 * min(tries, 10))
        return None

    def measure(self, server):
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        memory = int(status.split("VmRSS:")[1].split()[0]) >> 10
        return memory, len(os.listdir(f"/proc/{server.process.pid}/fd"))

    def stand(self, kind, server):
        times, tries, memory, descriptors = [], 0, 0, 0
        for n in range(REPORTS):
            begin = time.monotonic()
            needed = self.accepted(server, self.report(n))
            if needed is not None:
                times.append(1000 * (time.monotonic() - begin))
                self.ids.add(hashlib.sha256(self.report(n)).hexdigest())
                tries += needed
            memory, descriptors = map(max, (memory, descriptors), self.measure(server))
            time.sleep(0.1)
        times.sort()
        at = lambda share: times[min(len(times) - 1, int(share * len(times)))] if times else float("nan")
        self.rows.append((kind, f"{len(times)}/{REPORTS}", tries, at(0.5), at(0.99), memory, descriptors))
        self.assertEqual(REPORTS, len(times))
        return descriptors

    def under(self, kind, *flags):
        server = self.start_with_keyring("--max-connections", PLACES, "--min-rate", "8K", *flags)
        self.sealed = self.seal(SAMPLES / "report_min_en.json")
        self.ids = set()
        crowd = subprocess.Popen([sys.executable, str(GENERATOR), kind, str(server.port), str(SLOW), str(2 * PATIENCE),
                                  self.week, str(len(self.sealed))], stdout=subprocess.PIPE)
        try:
            self.assertEqual(b"begun\n", crowd.stdout.readline())
            time.sleep(2)  # past the grace time of the first
            self.stand(kind, server)
            self.assertIsNone(crowd.poll(), "the attack ended before the good client did")
        finally:
            crowd.kill()
            crowd.wait(PATIENCE)
            crowd.stdout.close()
        self.assertIsNone(server.process.poll())
        self.assertIsNotNone(self.accepted(server, self.report(REPORTS)))  # and afterwards
        self.ids.add(hashlib.sha256(self.report(REPORTS)).hexdigest())
        self.assertEqual(0, server.stop())
        self.assertEqual(self.ids, set(self.stored_ids()))

    def test_without_an_attack(self):
        self.sealed = self.seal(SAMPLES / "report_min_en.json")
        self.ids = set()
        self.stand("none", self.start_with_keyring())


for each in KINDS:
    setattr(SlowClients, "test_" + each.replace(" ", "_"), lambda self, kind=each: self.under(kind))


if __name__ == "__main__":
    unittest.main(verbosity=2)
