"""What the endpoint says about itself and remembers of its visitors: nothing.

Every answer is the same bytes for everybody, whatever a client sends along; no TLS session can be taken up again; and who
sends a report learns neither from the answer nor from its time whether it was there already.
"""

import hashlib
import os
import random
import socket
import ssl
import statistics
import struct
import time
import unittest

from faults_world import LONG
from world import SAMPLES, World, run

FORBIDDEN = ("set-cookie", "etag", "last-modified", "accept-ranges", "content-range", "server", "date", "content-encoding", "vary",
             "alt-svc", "age", "via", "x-powered-by", "location")
# What a browser that was here before, or somebody who tries things out, sends along.
BAGGAGE = (
    "",
    "If-None-Match: *\r\nIf-Modified-Since: Mon, 23 Nov 2026 10:00:00 GMT\r\n",
    "Range: bytes=0-9\r\nIf-Range: \"x\"\r\n",
    "Accept-Encoding: gzip, deflate, br, zstd\r\nTE: trailers\r\n",
    "Cookie: visit=1; session=abcdef\r\nAuthorization: Basic YTpi\r\n",
    "User-Agent: Mozilla/5.0\r\nAccept-Language: ky,ru;q=0.8\r\nReferer: https://example.org/\r\nDNT: 1\r\n",
    "X-Forwarded-For: 203.0.113.9\r\nForwarded: for=203.0.113.9\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
)
SYNCED = 4  # the place of fdatasync among the counters of tests/faults/faulty_calls.cpp
PAIRS = 1000 if LONG else 150


def split(answer):
    """Status and headers of an answer's bytes; a header that stands twice fails."""
    head = answer.split(b"\r\n\r\n", 1)[0].decode("ascii").split("\r\n")
    fields = [line.split(": ", 1) for line in head[1:]]
    names = [name.lower() for name, _ in fields]
    assert len(names) == len(set(names)), head
    return int(head[0].split()[1]), dict(zip(names, (value for _, value in fields)))


def median_difference(first, second):
    """The median of the pairs' differences, and where it lies in 95 of 100 samples of them."""
    differences = [a - b for a, b in zip(first, second)]
    dice = random.Random(1)
    medians = sorted(statistics.median(dice.choices(differences, k=len(differences))) for _ in range(1000))
    return statistics.median(differences), medians[25], medians[975]


def rank_z(first, second):
    """The Mann-Whitney statistic in standard deviations: beyond 3 the two are told apart."""
    merged = sorted([(v, 0) for v in first] + [(v, 1) for v in second])
    total = sum(n for n, (_, which) in enumerate(merged, 1) if which == 0)
    n, m = len(first), len(second)
    return (total - n * (n + m + 1) / 2) / (n * m * (n + m + 1) / 12) ** 0.5


class Traces(World):
    def talk(self, server, text, source="127.0.0.1", context=None):
        """Sends bytes over a TLS connection of its own and gives all that comes back."""
        context = context or ssl.create_default_context(cafile=self.certificate)
        with socket.create_connection(("127.0.0.1", server.port), timeout=30, source_address=(source, 0)) as link, \
                context.wrap_socket(link, server_hostname="127.0.0.1") as tls:
            tls.sendall(text)
            parts = []
            while part := tls.recv(65536):
                parts.append(part)
            return b"".join(parts)

    def get(self, server, path, baggage="", **more):
        return self.talk(server, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{baggage}\r\n".encode(), **more)

    def put(self, server, sealed, baggage="", **more):
        name = hashlib.sha256(sealed).hexdigest()
        head = (f"PUT /reports/{name} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {len(sealed)}\r\n"
                f"Sandyk-Week: {self.week}\r\n{baggage}\r\n")
        return self.talk(server, head.encode() + sealed, **more)

    def report(self, number):
        """The bytes of a new report: to who cannot open it, one whose last bytes differ is another."""
        return self.sealed[:-4] + number.to_bytes(4, "big")

    def begin(self, *flags, **environment):
        self.install_keyring()
        before = dict(os.environ)
        os.environ.update(environment)
        try:
            server = self.start(*flags)
        finally:
            os.environ.clear()
            os.environ.update(before)
        self.sealed = self.seal(SAMPLES / "report_min_en.json")
        return server

    def test_answers_are_the_same_bytes_for_everybody(self):
        server = self.begin()
        tile = next(str(file.relative_to(self.vault)) for file in sorted((self.vault / "log" / "tile").rglob("*")) if file.is_file())
        paths = ["/", "/ky/", "/en/", "/health", "/puzzle", "/keyring/current.json", "/keyring/current.json.minisig",
                 f"/keyring/{self.week}.json", "/policy/current.json", "/log/checkpoint", "/" + tile, "/nothing", "/favicon.ico",
                 "/reports/" + "0" * 64]
        for path in paths:
            plain = self.get(server, path)
            status, fields = split(plain)
            self.assertNotIn(status, (206, 304))
            self.assertEqual([], [name for name in FORBIDDEN if name in fields], path)
            self.assertEqual("no-store", fields["cache-control"])
            for baggage in BAGGAGE:
                for source in ("127.0.0.1", "127.0.0.7"):
                    self.assertEqual(plain, self.get(server, path, baggage, source=source), (path, baggage))

    def test_reports_are_answered_in_the_same_bytes(self):
        server = self.begin()
        answers = set()
        for number, baggage in enumerate(BAGGAGE):
            for _ in range(2):  # new, then there already
                answers.add(self.put(server, self.report(number), baggage, source=f"127.0.0.{number + 1}"))
        self.assertEqual(1, len(answers))
        status, fields = split(answers.pop())
        self.assertEqual(201, status)
        self.assertEqual([], [name for name in FORBIDDEN if name in fields])
        wrong = {self.put(server, self.report(900 + n)[:-1], baggage) for n, baggage in enumerate(BAGGAGE)}
        self.assertEqual(1, len(wrong))
        self.assertEqual(400, split(wrong.pop())[0])

    # --- TLS -------------------------------------------------------------------------------------

    def test_no_session_can_be_taken_up_again(self):
        server = self.begin()
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = ssl.create_default_context(cafile=self.certificate)
            context.minimum_version = context.maximum_version = version
            session = None
            for _ in range(3):
                link = socket.create_connection(("127.0.0.1", server.port), timeout=30)
                with context.wrap_socket(link, server_hostname="127.0.0.1", session=session) as tls:
                    self.assertFalse(tls.session_reused)
                    tls.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    while tls.recv(4096):
                        pass
                    session = tls.session
                    if session is not None:
                        self.assertFalse(session.has_ticket)
                        self.assertEqual(b"", session.id)

    def test_stock_openssl_gets_no_session(self):
        server = self.begin()
        for version in ("-tls1_2", "-tls1_3"):
            file = self.folder / ("session" + version)
            said = run("openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", version, "-CAfile", self.certificate, "-reconnect",
                       "-sess_out", file, stdin=b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", expect=None).stdout.decode()
            self.assertIn("New, TLSv", said)
            self.assertNotIn("Reused, TLSv", said)
            self.assertNotIn("TLS session ticket:", said)
            self.assertNotRegex(said, r"Session-ID: [0-9A-F]")

    # --- stored, or there already ----------------------------------------------------------------

    @unittest.skipUnless("SANDYK_FAULTY_CALLS" in os.environ, "calls are counted by a library that sanitizers do not bear")
    def test_a_report_that_is_there_is_synced_as_a_new_one_is(self):
        counters = self.folder / "counters"
        counters.write_bytes(bytes(8 * 14))
        server = self.begin("--epoch-size", "1M", LD_PRELOAD=os.environ["SANDYK_FAULTY_CALLS"], SANDYK_FAULT_VAULT=str(self.vault),
                            SANDYK_FAULT_COUNTERS=str(counters))
        synced = lambda: struct.unpack_from("Q", counters.read_bytes(), 8 * SYNCED)[0]
        self.put(server, self.report(0))
        self.assertGreater(synced(), 0)
        for number in (1, 1, 1, 2, 2, 0):  # each after the one before it was answered, so none shares a commit
            before = synced()
            self.put(server, self.report(number))
            self.assertGreater(synced(), before)

    def test_time_does_not_tell_whether_it_was_there(self):
        """Printed, not judged: a machine under test has other work. That both wait for a commit is judged above."""
        server = self.begin()
        known = self.report(0)
        self.put(server, known)
        times, answers = {"new": [], "known": []}, set()
        context = ssl.create_default_context(cafile=self.certificate)
        for number in range(1, PAIRS + 1):
            pair = [("new", self.report(number)), ("known", known)]
            for kind, sealed in pair if number % 2 else reversed(pair):
                begin = time.perf_counter()
                answers.add(self.put(server, sealed, context=context))
                times[kind].append(1000 * (time.perf_counter() - begin))
        self.assertEqual(1, len(answers))
        for kind, taken in times.items():
            taken = sorted(taken)
            print(f"\n{kind:6} median {statistics.median(taken):.2f} ms, {taken[len(taken) // 10]:.2f} to {taken[-len(taken) // 10]:.2f} ms", end="")
        middle, low, high = median_difference(times["new"], times["known"])
        print(f"\nnew - known: {middle:.3f} ms, 95 % between {low:.3f} and {high:.3f}; ranks differ by {rank_z(times['new'], times['known']):.1f} "
              f"standard deviations, {PAIRS} pairs")


if __name__ == "__main__":
    unittest.main(verbosity=2)
