"""What runs out: connections and descriptors. The server goes on, and serves again once there is room."""

import os
import resource
import socket
import time
import unittest

from world import PATIENCE, SAMPLES, World


class Exhaustion(World):
    def silent(self, server, count):
        """Connections that say nothing, as many as the system gives."""
        links = []
        for _ in range(count):
            link = socket.socket()
            link.setblocking(False)
            link.connect_ex(("127.0.0.1", server.port))
            links.append(link)
        return links

    def test_descriptors_that_run_out_end_nothing(self):
        server = self.start_with_keyring()
        used = len(os.listdir(f"/proc/{server.process.pid}/fd"))
        # Below what it counted on at its start: accept fails with EMFILE from the fifth connection on.
        _, most = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (used + 5, most))
        links = self.silent(server, 60)
        time.sleep(1)
        self.assertIsNone(server.process.poll())
        for link in links:
            link.close()
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (used + 100, most))
        self.send(server, SAMPLES / "report_min_en.json")
        self.assertEqual(0, server.stop())
        self.assertEqual(1, len(self.stored_ids()))

    def test_a_report_gets_in_while_silent_connections_hold_every_place(self):
        server = self.start_with_keyring("--max-connections", 50)
        links = self.silent(server, 300)
        end = time.monotonic() + PATIENCE
        sent = 0
        sealed = [self.seal(SAMPLES / name) for name in ("report_min_en.json", "report_ky.json", "report_ru.json")]
        for report in sealed:
            while time.monotonic() < end:
                try:
                    if server.put(report, self.week)[0] == 201:
                        sent += 1
                        break
                except OSError:
                    time.sleep(0.1)
        self.assertEqual(3, sent)
        for link in links:
            link.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
