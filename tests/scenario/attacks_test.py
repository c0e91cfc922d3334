"""Honest senders beside attackers: what becomes of their reports, and what the attack costs the server.

Beside each attack there are senders on a fast line and on a bad one (link.py), which do what sandyk-report does, and one that
solves no puzzle. The bar: each report of a sender that works when it is asked to is accepted and stored. The ordinary form is small and
short; SANDYK_LONG has the numbers of the issue, and judges times. A table is printed at the end.
"""

import contextlib
import hashlib
import http.client
import json
import os
import re
import socket
import ssl
import tempfile
import time
import unittest

import smuggling
from attackers import HalfUploads, Sent, StockAttacker, attacker, descriptors_of, honest, memory_of, slowhttptest
from faults_world import LONG, packed_sample
from haproxy import Proxy, tool
from slow_line import SlowLine
from world import PATIENCE, SAMPLES, World

# Slow ones at a time, connects a second of silent ones; places and memory of the server: in the long form as they are without
# options. The small one has as many silent connects for a place, and more slow ones than places.
CROWD, SILENT_RATE, PLACES, MEMORY, SECONDS = (2000, 2000, 4000, "24M", 20) if LONG else (500, 150, 300, "4M", 2)
SLOW_SENDERS = 6 if LONG else 2
GRACE = 3  # seconds after which the first attackers are old enough to make place for somebody
MOST_MEMORY = 256  # MiB
MOST_UNTIL_NORMAL = 5  # seconds
MOST_P99 = 2000  # ms, of a sender on a fast line, beside its puzzle; judged in the long form alone
NORMAL_ANSWER = 0.1 if LONG else 0.5  # seconds

long_form = unittest.skipUnless(LONG, "one of the long form")


class Watch:
    """The largest of what the server used, and the highest effort it asked for."""

    def __init__(self, test, server):
        self.test, self.server = test, server
        self.memory = self.descriptors = self.effort = 0
        self.next_effort = 0

    def look(self):
        self.memory = max(self.memory, memory_of(self.server.process))
        self.descriptors = max(self.descriptors, descriptors_of(self.server.process))
        if time.monotonic() < self.next_effort:
            return
        self.next_effort = time.monotonic() + 1
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            self.effort = max(self.effort, json.loads(self.test.ask("/puzzle", timeout=2))["effort"])


class Attacks(World):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = []
        cls.addClassCleanup(cls.show)
        cls.packed = packed_sample(cls.shared)

    def setUp(self):
        super().setUp()
        self.sealed = self.seal(SAMPLES / "report_min_en.json")
        self.sealed_file = self.folder / "report.age"
        self.sealed_file.write_bytes(self.sealed)

    # --- the table ------------------------------------------------------------------------------

    COLUMNS = ("attack", "fast", "p50", "p99", "puzzle p50", "slow line", "p50", "p99", "puzzle p50", "no work", "MiB",
               "descriptors", "effort", "normal after")

    @classmethod
    def show(cls):
        lines = [cls.COLUMNS, *cls.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(cls.COLUMNS))]
        print(f"\n{CROWD} slow ones, {SILENT_RATE} silent ones a second, {PLACES} places; times in ms beside the puzzle")
        for line in lines:
            print(" | ".join(cell.ljust(width) for cell, width in zip(line, widths)))

    def note(self, name, fast, slow, idle, watch, normal_after):
        ms = lambda value: f"{value:.0f}"
        of = lambda sent: f"{len(sent.ids)}/{sent.tried}"
        cells = []
        for sent in (fast, slow):
            cells += [of(sent), ms(sent.at(0.5)), ms(sent.at(0.99)), ms(sent.at(0.5, sent.puzzles))]
        self.rows.append((name, *cells, of(idle), str(watch.memory), str(watch.descriptors), str(watch.effort),
                          f"{normal_after:.1f} s"))
        print(" | ".join(self.rows[-1]), flush=True)

    # --- one attack -----------------------------------------------------------------------------

    def request(self, method, path, body=None, headers=None, timeout=30):
        """Over a connection of its own: status, headers and body."""
        context = ssl.create_default_context(cafile=self.certificate)
        link = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=timeout)
        try:
            link.request(method, path, body, headers or {})
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            link.close()

    def ask(self, path, timeout=30):
        return self.request("GET", path, timeout=timeout)[2]

    def put(self, report):
        path = "/reports/" + hashlib.sha256(report).hexdigest()
        return self.request("PUT", path, report, {"Sandyk-Week": self.week}, timeout=5)[0]

    def report(self, number):
        """The bytes of a new report: to who cannot open it, one whose last bytes differ is another."""
        return self.sealed[:-4] + number.to_bytes(4, "big")

    def normal_after(self, floor):
        """Seconds until a new report is taken at once, or asked at once for as much work as ever, and the server is calm."""
        begin, number = time.monotonic(), 0
        while (now := time.monotonic()) < begin + PATIENCE:
            number += 1
            with contextlib.suppress(OSError, http.client.HTTPException):
                status = self.put(self.report(number))
                is_at_once = time.monotonic() - now < NORMAL_ANSWER and status == (503 if floor else 201)
                is_calm = self.ask("/health").split()[0] == b"calm"
                if is_at_once and is_calm and json.loads(self.ask("/puzzle"))["effort"] == floor:
                    break
            time.sleep(0.25)  # more often would itself be an attack: the server sees who knocks without work
        return time.monotonic() - begin

    def under(self, name, attack, *flags, port=None, url=None, server=None):
        """Sends beside `attack`, a function that starts it for so many seconds; then what is said above must hold."""
        server = server or self.start_with_keyring("--max-connections", PLACES, "--memory", MEMORY, *flags)
        self.port, url = port or server.port, url or server.url
        slow_line = SlowLine(self.port)
        self.addCleanup(slow_line.end)
        running = attack(3 * SECONDS + 4 * PATIENCE) if attack else None
        end = time.monotonic() + PATIENCE
        while running and not running.has_begun():
            if not running.is_running() or time.monotonic() > end:
                self.fail(running.end())
            time.sleep(0.05)
        time.sleep(GRACE if running else 0)
        senders = [honest(self, url, 1, SECONDS), honest(self, slow_line.url, SLOW_SENDERS, SECONDS, "--pause", 500),
                   honest(self, url, 1, SECONDS, "--without-work", "--pause", 300)]
        watch = Watch(self, server)
        while any(sender.is_running() for sender in senders):
            watch.look()
            self.assertTrue(not running or running.is_running(), "the attack ended before the senders did")
            time.sleep(0.2)
        did = running.end() if running else ""
        normal_after = self.normal_after(64 if "--puzzle-floor" in flags else 0)
        fast, slow, idle = (Sent.read(sender.end()) for sender in senders)
        self.note(name, fast, slow, idle, watch, normal_after)
        print(*did.strip().splitlines()[-1:], *fast.said[:3], *slow.said[:3], sep="\n  ", flush=True)
        self.judge(server, fast, slow, idle, watch, normal_after)

    def judge(self, server, fast, slow, idle, watch, normal_after):
        for sent in (fast, slow):
            self.assertGreater(sent.tried, 0)
            self.assertEqual(sent.tried, len(sent.ids), sent.said)
        self.assertLess(watch.memory, MOST_MEMORY)
        self.assertLess(normal_after, MOST_UNTIL_NORMAL)
        if LONG:
            self.assertLess(fast.at(0.99), MOST_P99)
        self.assertEqual(0, server.stop())
        stored = set(self.stored_ids())
        for sent in (fast, slow, idle):
            self.assertEqual(set(), set(sent.ids) - stored)

    def crowd(self, kind, count, *more, port=None):
        return lambda seconds: attacker(self, kind, port or self.port, count, seconds, *more)

    # --- the attacks ----------------------------------------------------------------------------

    @long_form
    def test_00_none(self):
        self.under("none", None)

    def test_01_slow_headers(self):
        self.under("slow headers", self.crowd("slow-headers", CROWD))

    @long_form
    def test_02_slow_headers_of_one_source(self):
        self.under("slow headers, one source", self.crowd("slow-headers", CROWD, "--one-source"), "--per-source-loopback", "on")

    @long_form
    def test_03_byte_drip(self):
        self.under("byte drip", self.crowd("byte-drip", CROWD))

    def test_04_slow_body(self):
        self.under("slow body", self.crowd("slow-body", CROWD))

    def test_05_slow_body_as_fast_as_a_phone(self):
        self.under("body at 2 KiB/s", self.crowd("slow-body", CROWD, "--piece", 2048))

    def test_06_slow_read(self):
        self.under("slow read", self.crowd("slow-read", CROWD))

    @long_form
    def test_07_dripping_handshake(self):
        self.under("dripping handshake", self.crowd("dripping-handshake", CROWD))

    def test_08_silent_connects(self):
        self.under("silent connects", self.crowd("silent", 5 * SILENT_RATE, "--rate", SILENT_RATE))

    def test_09_handshakes(self):
        self.under("handshake flood", self.crowd("handshakes", 200))

    def test_10_garbage(self):
        self.under("garbage TLS", self.crowd("garbage-records", 200))

    @long_form
    def test_11_garbage_that_is_no_tls(self):
        self.under("garbage, not TLS", self.crowd("garbage", 200))

    def test_12_reports_without_work(self):
        self.under("reports without work", self.crowd("reports", CROWD // 4))

    def test_13_reports_with_work(self):
        self.under("reports with work", self.crowd("reports-with-work", CROWD // 4))

    def test_14_bogus_proofs(self):
        self.under("bogus proofs", self.crowd("bogus-proofs", 200), "--puzzle-floor", 64)

    def test_15_bogus_work(self):
        self.under("bogus work", self.crowd("bogus-work", 200, "--prepared", 300 if LONG else 30), "--puzzle-floor", 64)

    def test_16_half_finished_uploads(self):
        count, spool = (500, "128M") if LONG else (50, "16M")
        self.under("half-finished uploads", lambda _: HalfUploads(self, lambda *request: self.request(*request)[:2], count),
                   "--upload-spool", spool)

    # --- requests that hide others --------------------------------------------------------------

    def hidden_report(self):
        """A report, whole and right, as a request."""
        sealed = self.report(0)
        return (f"PUT /reports/{hashlib.sha256(sealed).hexdigest()} HTTP/1.1\r\nHost: localhost\r\nSandyk-Week: {self.week}\r\n"
                f"Content-Length: {len(sealed)}\r\n\r\n").encode() + sealed

    def said_to(self, request):
        """All that is answered until the server closes."""
        context = ssl.create_default_context(cafile=self.certificate)
        answer = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as plain:
            with context.wrap_socket(plain, server_hostname="127.0.0.1", suppress_ragged_eofs=False) as link:
                link.sendall(request)
                with contextlib.suppress(ConnectionError, ssl.SSLError):
                    while part := link.recv(4096):
                        answer += part
        return answer

    def test_20_what_hides_a_request_is_refused_and_closed(self):
        server = self.start_with_keyring()
        self.port = server.port
        for name, head in smuggling.cases():
            with self.subTest(name):
                answer = self.said_to(head + self.hidden_report())
                self.assertRegex(answer, rb"^HTTP/1\.1 (4\d\d|505) ")
                self.assertEqual(1, len(re.findall(rb"HTTP/1\.1 \d\d\d ", answer)), answer)
                self.assertIn(b"\r\nConnection: close\r\n", answer)
        self.assertEqual(0, server.stop())
        self.assertEqual([], self.stored_ids())

    def test_21_a_flood_of_those(self):
        lines = self.folder / "lines"
        lines.write_text("".join((head + self.hidden_report()).hex() + "\n" for _, head in smuggling.cases()))
        self.under("smuggling", self.crowd("lines", 200, "--lines", lines))
        self.assertNotIn(hashlib.sha256(self.report(0)).hexdigest(), self.stored_ids())

    # --- Debian's slowhttptest, and HAProxy in front ----------------------------------------------

    @long_form
    @unittest.skipUnless(slowhttptest(), "slowhttptest is not there")
    def test_30_stock_attacks(self):
        for mode in ("-H", "-B", "-X"):
            with self.subTest(mode):
                self.under(f"slowhttptest {mode}", lambda seconds, m=mode: StockAttacker(self, m, self.port, CROWD, seconds))

    @unittest.skipUnless(tool("haproxy"), "haproxy is not there")
    def test_31_through_haproxy(self):
        for kind in ("slow-headers", "slow-body", "slow-read") if LONG else ("slow-body",):
            with self.subTest(kind):
                self.setUp_behind_haproxy()
                proxy = Proxy(self, self.unix_socket)
                self.under(f"HAProxy, {kind}", self.crowd(kind, CROWD, port=proxy.port), port=proxy.port, url=proxy.url,
                           server=self.behind)
                self.assertEqual(b"", proxy.said())
                proxy.end()

    def setUp_behind_haproxy(self):
        self.setUp()
        self.unix_socket = os.path.join(tempfile.mkdtemp(dir=self.shared), "s")  # its path may have 107 bytes
        self.config.write_text(f"unix-socket = {self.unix_socket}\nvault = {self.vault}\nroot-key = {self.root_key}\n")
        self.behind = self.start_with_keyring()


if __name__ == "__main__":
    unittest.main(verbosity=2)
