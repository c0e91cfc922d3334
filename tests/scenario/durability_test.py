"""Acknowledged means synced: the server is killed again and again under load, and loses nothing it acknowledged."""

import os
import random
import subprocess
import time
import unittest

from world import SAMPLES, World, program, run

KILLS = 200 if "SANDYK_LONG" in os.environ else 20


class Durability(World):
    def load(self, server, acknowledged, count):
        return subprocess.Popen([program("load"), "--to", server.url, "--ca", self.certificate, "--keyring", self.keyring,
                                 "--root-key", self.root_key, "--count", str(count), "--clients", "16", "--packed",
                                 self.packed, "--acknowledged", acknowledged], stdout=subprocess.PIPE)

    def test_twenty_kills_under_load_lose_no_acknowledged_report(self):
        self.packed = self.folder / "packed.tar"
        run(program("report"), "pack", SAMPLES / "report_min_en.json", "--out", self.packed)
        acknowledged = self.folder / "acknowledged"
        self.install_keyring()
        for _ in range(KILLS):
            before = acknowledged.stat().st_size if acknowledged.exists() else 0
            server = self.start()
            load = self.load(server, acknowledged, 400)
            while load.poll() is None and (not acknowledged.exists() or acknowledged.stat().st_size == before):
                time.sleep(0.005)
            time.sleep(random.uniform(0, 0.2))  # so that it dies at another moment each time
            server.kill()
            load.wait(120)
            load.stdout.close()
        self.start().stop()  # marks the last one

        ids = set(acknowledged.read_text().split())
        stored = self.stored_ids()
        print(f"{KILLS} kills, {len(ids)} reports acknowledged, {len(stored)} stored, {len(ids - set(stored))} lost")
        self.assertGreater(len(ids), KILLS)
        self.assertEqual(set(), ids - set(stored))
        self.assertEqual(len(stored), len(set(stored)))
        printed, opened = self.open(self.export())
        self.assertEqual(set(), ids - {folder.name for folder in opened.iterdir()})
        self.assertIn("Passed over: 0", printed)


if __name__ == "__main__":
    unittest.main(verbosity=2)
