"""Acknowledged means synced: the server is killed again and again at moments of all kinds, and loses nothing it
acknowledged. SANDYK_LONG kills it a thousand times."""

import collections
import random
import shutil
import signal
import subprocess
import time
import unittest

from faults_world import LONG, check_log, check_vault, packed_sample, settings
from world import World, program

KILLS = 50  # in one vault
ROUNDS = 20 if LONG else 1
# How often, of ten kills, in which work the server is cut off.
MOMENTS = ("load",) * 4 + ("start",) * 2 + ("turn",) * 2 + ("stop",) * 2
START = 0.15  # seconds that a start takes, or a little more


class Durability(World):
    def setUp(self):
        super().setUp()
        self.config.write_text(self.config.read_text() + settings())
        self.packed = packed_sample(self.folder)
        self.acknowledged = self.folder / "acknowledged"
        self.acknowledged.touch()

    def load(self, server, count):
        return subprocess.Popen([program("load"), "--to", server.url, "--ca", self.certificate, "--keyring", self.keyring,
                                 "--root-key", self.root_key, "--count", str(count), "--clients", "16", "--packed",
                                 self.packed, "--acknowledged", self.acknowledged], stdout=subprocess.DEVNULL)

    def kill_in_start(self):
        command = [program("intake"), "serve", "--config", str(self.config)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(random.uniform(0, START))
            process.kill()
        self.assertEqual(-signal.SIGKILL, process.returncode)  # so it was still there, and had not refused to start

    def kill_under_load(self, moment):
        before = self.acknowledged.stat().st_size
        server = self.start()
        load = self.load(server, 400)
        while load.poll() is None and self.acknowledged.stat().st_size == before:
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.2))  # so that it dies at another moment each time
        if moment == "turn":
            server.process.send_signal(signal.SIGHUP)
            time.sleep(0.2 + random.uniform(0, 0.1))  # it waits so long for a further signal
        if moment == "stop":
            server.process.send_signal(signal.SIGTERM)
            time.sleep(random.uniform(0, 0.3))  # some are through by then
        server.kill()
        load.wait(120)
        server.end()

    def test_kills_at_any_moment_lose_no_acknowledged_report(self):
        tally = collections.Counter()
        for _ in range(ROUNDS):
            self.kill_for_one_round(tally)
            shutil.rmtree(self.vault)
            shutil.rmtree(self.folder / "usb")
            shutil.rmtree(self.folder / "opened")
            self.acknowledged.write_text("")
        print(f"{ROUNDS * KILLS} kills ({', '.join(f'{tally[m]} in {m}' for m in sorted(set(MOMENTS)))}), "
              f"{tally['acknowledged']} reports acknowledged, {tally['lost']} lost; "
              f"epochs: {tally['closed']} closed, {tally['unclean']} unclean")

    def kill_for_one_round(self, tally):
        self.install_keyring()
        for i in range(KILLS):
            moment = MOMENTS[i % len(MOMENTS)]
            tally[moment] += 1
            if moment == "start":
                self.kill_in_start()
            else:
                self.kill_under_load(moment)
        self.start().stop()  # marks the last one

        ids = set(self.acknowledged.read_text().split())
        usb = self.export()
        printed, opened = self.open(usb)
        lost = ids - {folder.name for folder in opened.iterdir()}
        tally.update(acknowledged=len(ids), lost=len(lost))
        for epoch in self.epochs():
            tally.update(mark for mark in ("closed", "unclean") if (epoch / (mark + ".json")).exists())
        self.assertEqual(set(), lost)
        self.assertIn("Passed over: 0", printed)
        self.assertGreater(len(ids), KILLS)
        check_vault(self, usb)
        check_log(self, self.vault)
        stored = self.stored_ids()  # by stock tools as well
        self.assertEqual(set(), ids - set(stored))
        self.assertEqual(len(stored), len(set(stored)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
