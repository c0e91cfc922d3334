"""What is in deploy/ is what it says: checked by the programs it is for, and run where that can be done on loopback."""

import contextlib
import os
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from haproxy import DEPLOY, Proxy, changed, tool
from world import PATIENCE, SAMPLES, World, program, run

SLOW_CLIENTS = 300


@unittest.skipUnless(tool("systemd-analyze"), "systemd-analyze is not there")
class Unit(unittest.TestCase):
    def exposed(self, unit, most):
        return subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={most}", str(unit)],
                              capture_output=True, text=True, timeout=PATIENCE)

    def test_the_service_is_exposed_to_one_and_a_half_of_ten_or_less(self):
        done = self.exposed(DEPLOY / "sandyk-intake.service", 15)
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertEqual("", done.stderr)  # it knows every line
        self.assertLessEqual(float(re.search(r"exposure level for \S+ ([0-9.]+)", done.stdout)[1]), 1.5)
        with tempfile.TemporaryDirectory() as folder:  # one that says nothing is far above
            bare = pathlib.Path(folder) / "bare.service"
            bare.write_text("[Service]\nExecStart=/bin/true\n")
            self.assertNotEqual(0, self.exposed(bare, 15).returncode)

    def test_systemd_understands_service_and_socket(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("sandyk-intake.service", "sandyk-intake.socket"):
                text = (DEPLOY / name).read_text()
                (pathlib.Path(folder) / name).write_text(text.replace("/usr/local/bin/sandyk-intake", program("intake")))
            done = subprocess.run(["systemd-analyze", "verify", "--man=no", *map(str, sorted(pathlib.Path(folder).iterdir()))],
                                  capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual([], [line for line in done.stderr.splitlines() if "sandyk-intake" in line])


@unittest.skipUnless(tool("tor"), "tor is not there")
class Tor(unittest.TestCase):
    def verify(self, *changes):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "torrc"
            file.write_text(changed((DEPLOY / "torrc").read_text(), ("DataDirectory /var/lib/tor", f"DataDirectory {folder}"),
                                    ("HiddenServiceDir /var/lib/tor/sandyk", f"HiddenServiceDir {folder}/sandyk"), *changes))
            os.chmod(folder, 0o700)
            return subprocess.run([tool("tor"), "--verify-config", "-f", str(file), "--defaults-torrc", "/dev/null"],
                                  capture_output=True, text=True, timeout=PATIENCE)

    def test_the_onion_service_is_one_that_tor_takes_with_its_proof_of_work(self):
        done = self.verify()
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertIn("Configuration was valid", done.stdout)
        self.assertNotRegex(done.stdout, r"(?i)pow|proof")  # it says so when it was built without
        self.assertNotEqual(0, self.verify(("PoWDefensesEnabled 1", "PoWDefensesEnabled 2")).returncode)


@unittest.skipUnless(tool("haproxy"), "haproxy is not there")
class Haproxy(World):
    def setUp(self):
        super().setUp()
        self.unix_socket = os.path.join(tempfile.mkdtemp(dir=self.shared), "s")  # its path may have 107 bytes

    def start_intake(self):
        self.config.write_text(f"unix-socket = {self.unix_socket}\nvault = {self.vault}\nroot-key = {self.root_key}\n")
        return self.start_with_keyring()

    def test_a_report_gets_through_among_slow_headers_and_those_are_ended(self):
        server = self.start_intake()
        proxy = Proxy(self, self.unix_socket)
        with contextlib.ExitStack() as all_open:
            slow = [all_open.enter_context(proxy.connect()) for _ in range(SLOW_CLIENTS)]
            for link in slow:
                link.sendall(b"PUT /reports/")
            has_sent = threading.Event()
            dribbling = threading.Thread(target=self.dribble, args=(slow, has_sent))
            dribbling.start()
            try:
                for sample in ("report_ru.json", "report_min_en.json"):
                    run(program("report"), "send", "--to", proxy.url, "--ca", self.certificate, "--root-key", self.root_key,
                        SAMPLES / sample)
            finally:
                has_sent.set()
                dribbling.join(PATIENCE)
            for link in slow:  # each is ended, by an answer of 408 or none
                self.assertRegex(self.rest_of(link), rb"^(HTTP/1\.[01] 408 |$)")
        self.assertEqual(b"", proxy.said())
        self.assertEqual(0, server.stop())
        self.assertEqual(2, len(self.stored_ids()))

    @staticmethod
    def dribble(links, end):
        while not end.wait(1):
            for link in links:
                with contextlib.suppress(OSError):
                    link.sendall(b"0")

    @staticmethod
    def rest_of(link):
        said = b""
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            while part := link.recv(4096):
                said += part
        return said

    def test_the_intake_learns_nothing_of_who_asks(self):
        with socket.socket(socket.AF_UNIX) as intake:
            intake.bind(self.unix_socket)
            intake.listen()
            intake.settimeout(PATIENCE)
            proxy = Proxy(self, self.unix_socket)
            with proxy.connect(source="127.83.84.85") as link:
                link.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\nUser-Agent: marker\r\nX-Forwarded-For: marker\r\n"
                             b"Forwarded: for=marker\r\nX-Real-IP: marker\r\nVia: marker\r\nReferer: marker\r\n"
                             b"Cookie: marker\r\nSandyk-Week: 2026-W48\r\n\r\n")
                connection, _ = intake.accept()
                with connection:
                    head = b""
                    while b"\r\n\r\n" not in head:
                        head += connection.recv(4096)
        self.assertIn(b"2026-w48", head.lower())
        self.assertNotIn(b"marker", head)
        self.assertNotIn(b"127.83", head)
        self.assertNotIn(b"forwarded", head.lower())
        self.assertEqual(b"", proxy.said())


if __name__ == "__main__":
    unittest.main(verbosity=2)
