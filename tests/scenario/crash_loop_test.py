"""A server that crashes again and again is slowed down, not fed; and a clean stop ends that."""

import signal
import subprocess
import time
import unittest

from world import PATIENCE, World, program


class CrashLoop(World):
    def setUp(self):
        super().setUp()
        self.config.write_text(self.config.read_text().replace("start-delay = 0", "start-delay = 2") + "epoch-size = 64K\n")
        self.install_keyring()

    def starts(self):
        return int((self.vault / "starts").read_text())

    def crash(self, times):
        for _ in range(times):
            self.start().kill()

    def timed_start(self):
        before = time.monotonic()
        return self.start(), time.monotonic() - before

    def test_the_fourth_start_waits_and_a_clean_stop_forgets(self):
        self.crash(3)
        self.assertEqual(3, self.starts())
        self.assertEqual(3, len(self.epochs()))
        server, seconds = self.timed_start()
        self.assertGreaterEqual(seconds, 2)
        self.assertIn("The last 3 starts ended badly", (self.folder / "intake.log").read_text())
        self.assertEqual(4, len(self.epochs()))
        self.assertEqual(0, server.stop())
        self.assertEqual(0, self.starts())
        self.start().stop()
        self.assertEqual(1, (self.folder / "intake.log").read_text().count("ended badly"))

    def test_it_can_be_stopped_while_it_waits_and_begins_no_epoch(self):
        self.config.write_text(self.config.read_text().replace("start-delay = 2", "start-delay = 300"))
        self.crash(3)
        with subprocess.Popen([program("intake"), "serve", "--config", self.config], stderr=subprocess.PIPE) as server:
            self.assertIn(b"waiting for 10 seconds", server.stderr.readline())
            server.send_signal(signal.SIGHUP)  # ends nothing
            server.send_signal(signal.SIGTERM)
            self.assertEqual(0, server.wait(PATIENCE))
        self.assertEqual(3, len(self.epochs()))
        self.assertEqual(3, self.starts())

    def test_a_start_that_comes_to_nothing_does_not_count(self):
        server = self.start()
        for flags in ([], ["--vault", self.folder / "other", "--listen", f"127.0.0.1:{server.port}"]):
            done = subprocess.run([program("intake"), "serve", "--config", self.config, *flags], capture_output=True,
                                  timeout=PATIENCE, check=False)
            self.assertEqual(1, done.returncode, done.stderr)
        self.assertEqual(1, self.starts())
        self.assertEqual("0\n", (self.folder / "other" / "starts").read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
