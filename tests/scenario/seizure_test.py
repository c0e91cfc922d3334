"""What a seizure yields: the disk of a killed server and the memory of a live one, after 500 reports.

Everything that could say who wrote what is planted and looked for. Fifty reports are sealed by sandyk-report; of each, ten
are sent that differ in the sealed content's last byte, which makes them ten different reports to a server that cannot open
one. Ten more go the whole way of `sandyk-report send`, for their receipt codes.
"""

import base64
import concurrent.futures
import hashlib
import io
import json
import os
import random
import re
import secrets
import signal
import socket
import ssl
import tarfile
import time
import unittest

import markers
from memory import Dump
from world import ORGANISATIONS, World, program, run, stock

ESTABLISHED = "01"  # in /proc/net/tcp
SEALED, COPIES, SENT_BY_PROGRAM, SENDERS = 50, 10, 10, 4
PIECE = 8
SOMEWHERE = 5000  # in the payload of a sealed report, which has nothing in common with another
CONTROLS = ("the open epoch's key", "TLS secrets of open connections", "sealed reports of the open epoch",
            "user agent of an open request")  # the search finds what is there
PAGE_SALT_MASK = 0x3A  # SQLCipher: the salt of the HMAC key is the database's, masked


def stem():
    """Eight characters twice. Every marker has its kind's stem again and again, so that a piece of one, even sixteen bytes
    of it left in a register, gives it away too."""
    return 2 * secrets.token_hex(PIECE // 2)


class Plan:
    """What is planted. Every request has an address, a port, a user agent and odd fields of its own."""

    def __init__(self, net):
        self.net = net
        self.narrative, self.file_name, self.file_content = stem(), stem(), stem()
        self.agent, self.field, self.cookie, self.path = stem(), stem(), stem(), stem()
        hosts = random.sample(range(1 << 16), 2 * SEALED * COPIES)
        self.addresses = [f"127.{net}.{h >> 8}.{h & 255}" for h in hosts[:SEALED * COPIES]]
        self.unused = [f"127.{net}.{h >> 8}.{h & 255}" for h in hosts[SEALED * COPIES:]]
        self.endpoints = []  # address and port, as they were
        self.receipts = []
        self.thread_values = []

    def fields(self):
        once = secrets.token_hex(4)
        return {"User-Agent": f"Mozilla/{self.agent} ({once}; {self.agent}{self.agent}) {self.agent}/{once}",
                f"X-{self.field[:PIECE]}": f"{self.field}{self.field}{once}", "Cookie": f"id={self.cookie}{self.cookie}{once}",
                "Referer": f"https://{self.path}.example/{once}", "X-Forwarded-For": self.addresses[0]}

    def words(self):
        """What is looked for in all its forms, and stems in pieces."""
        return {"plaintext": [self.narrative], "file names": [self.file_name], "content of files": [self.file_content],
                "receipt codes": self.receipts, "thread ids and reply keys": self.thread_values,
                "user agents": [self.agent], "odd header fields": [self.field], "cookies": [self.cookie],
                "referrers and query strings": [self.path], "addresses as text": [f"127.{self.net}."]}


class Finds:
    """The table: a row for each kind of marker, a column for each place."""

    def __init__(self):
        self.rows = {}

    def add(self, kind, place, found):
        self.rows.setdefault(kind, {})[place] = found

    def show(self, places):
        width = max(map(len, self.rows))
        print(f"\n{'looked for':{width}}  " + "  ".join(f"{p:>12}" for p in places))
        for kind, cells in self.rows.items():
            print(f"{kind:{width}}  " + "  ".join(f"{self._cell(cells.get(p)):>12}" for p in places))

    @staticmethod
    def _cell(found):
        if found is None:
            return "-"
        return str(len(found) or "nothing")


@unittest.skipUnless(os.geteuid() == 0, "the memory of a process that is not dumpable is for root alone")
class Seizure(World):
    def seal_all(self):
        evidence = self.folder / (self.plan.file_name + ".txt")
        evidence.write_text(self.plan.file_content * 50)

        def seal(i):
            document = self.folder / f"report{i}.json"
            document.write_text(json.dumps({"v": "1.0.0", "lang": "en", "narrative": f"{self.plan.narrative} {i} " * 20}))
            return self.seal(document, "--file", f"document:{evidence}")
        with concurrent.futures.ThreadPoolExecutor(2) as two:
            self.sealed = list(two.map(seal, range(SEALED)))
        self.document, self.evidence = self.folder / "report0.json", evidence
        self.take_threads(self.sealed[:10])

    def take_threads(self, sealed):
        """Opens some as the desk would, with stock tools, for what ties a report to its receipt."""
        identity = self.identity_file(ORGANISATIONS[0])
        for one in sealed:
            packed = tarfile.open(fileobj=io.BytesIO(stock("age", "-d", "-i", identity, stdin=one).stdout))
            thread = json.load(packed.extractfile("thread.json"))
            self.plan.thread_values += [base64.urlsafe_b64decode(thread[name] + "==")
                                        for name in ("thread", "reply_key", "verify_key")]

    def tls_client(self, name):
        client = ssl.create_default_context(cafile=self.certificate)
        client.keylog_filename = str(self.folder / name)
        return client

    def tls_secrets(self, name):
        """Of the connections of that client: with these, recorded traffic can be read."""
        return {bytes.fromhex(line.split()[2]) for line in (self.folder / name).read_text().splitlines()
                if not line.startswith("#") and "HANDSHAKE" not in line}

    def connect(self, server, address, client=None):
        link = socket.create_connection(("127.0.0.1", server.port), 30, (address, 0))
        self.plan.endpoints.append(link.getsockname())
        return (client or self.client).wrap_socket(link, server_hostname="localhost")

    def put(self, server, n):
        sealed = bytearray(self.sealed[n // COPIES])
        sealed[-1] ^= n % COPIES
        name = hashlib.sha256(sealed).hexdigest()
        fields = {"Host": "localhost", "Sandyk-Week": self.week, "Content-Length": len(sealed), **self.plan.fields(),
                  "Connection": "close" if n % 3 == 0 else "keep-alive"}
        head = f"PUT /reports/{name}?{self.plan.path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items())
        with self.connect(server, self.plan.addresses[n]) as link:
            link.sendall(head.encode() + b"\r\n" + bytes(sealed))
            self.assertTrue(link.recv(4096).startswith(b"HTTP/1.1 201"))
            self.assertTrue(n % 3 != 0 or link.recv(1) == b"")  # then the server is the first to close
        if n % 10 == 0:  # some are refused, too
            server.ask("PUT", f"/{self.plan.path}", b"x" * 100, self.plan.fields(), (self.plan.addresses[n], 0))
            server.ask("GET", f"/?{self.plan.path}", None, self.plan.fields(), (self.plan.addresses[n], 0))
        return name

    def send_all(self, server, numbers):
        with concurrent.futures.ThreadPoolExecutor(SENDERS) as senders:
            self.stored |= set(senders.map(lambda n: self.put(server, n), numbers))

    def send_by_program(self, server, count):
        for _ in range(count):
            said = self.send(server, self.document, "--file", f"document:{self.evidence}").stdout.decode()
            grouped = re.search(r"\d{5}(?: \d{5}){4}", said)[0]
            self.plan.receipts += [grouped, grouped.replace(" ", "")]

    def turn(self, server):
        before = len(self.epochs())
        server.process.send_signal(signal.SIGHUP)
        for _ in range(200):
            if len([e for e in self.epochs() if (e / "closed.json").exists()]) == before:
                return
            time.sleep(0.05)
        self.fail("the epoch does not turn")

    def keys(self):
        """Each epoch's key and what SQLCipher derives from it, oldest first: the open epoch is the last."""
        identity = self.identity_file(ORGANISATIONS[0])
        found = []
        for epoch in sorted(self.epochs(), key=lambda e: not (e / "closed.json").exists()):
            key = stock("age", "-d", "-i", identity, epoch / "key.age").stdout
            salt = bytes(b ^ PAGE_SALT_MASK for b in (epoch / "reports.db").read_bytes()[:16])
            found.append((key, hashlib.pbkdf2_hmac("sha512", key, salt, 2, 32)))
        return found

    # --- looking ---------------------------------------------------------------------------------

    def look_in_memory(self, dump):
        for kind, words in self.plan.words().items():
            forms = {form for word in words for form in markers.forms_of(word)}
            forms |= {word[:PIECE].encode() for word in words if word == 2 * word[:PIECE]}
            self.finds.add(kind, "memory", [place for form in forms for place in dump.places(form)])
        self.finds.add("addresses of closed connections", "memory", self.endpoints_in(dump.content, dump.where))
        # Four bytes turn up by chance in what is sealed: so many as of addresses that were never used.
        four = re.compile(rb"\x7f" + re.escape(bytes([self.plan.net])) + rb"(?=(..))", re.DOTALL)
        seen = {m[0] + m[1] for m in four.finditer(dump.content)}
        used = set(map(markers.binary_address, self.plan.addresses))
        unused = set(map(markers.binary_address, self.plan.unused))
        self.by_chance = len(used & seen), len(unused & seen)
        of_older, of_current = self.sealed[:2 * SEALED // 3 - 1], self.sealed[-10:]
        for kind, sealed in (("sealed reports of older epochs", of_older), ("sealed reports of the open epoch", of_current)):
            self.finds.add(kind, "memory", [p for one in sealed for p in dump.places(one[SOMEWHERE:SOMEWHERE + 32])])
        for kind, name in (("TLS secrets of closed connections", "closed.keys"), ("TLS secrets of open connections", "open.keys")):
            self.finds.add(kind, "memory", dump.places_of_any(self.tls_secrets(name)))
        *older, current = self.keys()
        self.finds.add("keys of older epochs", "memory", self.keys_in(dump, older))
        self.finds.add("the open epoch's key", "memory", self.keys_in(dump, [current]))

    def keys_in(self, dump, epochs):
        return [place for epoch in epochs for key in epoch for half in (key[:16], key[16:])
                for form in markers.forms_of(half) for place in dump.places(form)]

    def endpoints_in(self, content, where):
        """Addresses beside their ports, in either order; a sockaddr_in among them."""
        known = {(markers.binary_address(a), p.to_bytes(2, order)) for a, p in self.plan.endpoints for order in ("big", "little")}
        address = rb"\x7f" + re.escape(bytes([self.plan.net]))
        beside = re.compile(rb"(?=(?:(..)(" + address + rb"..)|(" + address + rb"..)(..)))", re.DOTALL)
        return [where(m.start()) for m in beside.finditer(content) if (m[2] or m[3], m[1] or m[4]) in known]

    def look_on_disk(self):
        written = dict(markers.everything_written(self))
        for kind, words in self.plan.words().items():
            self.finds.add(kind, "disk", [name for word in words for form in markers.forms_of(word)
                                          for name, content in written.items() if form in content or form in name.encode()])
        self.finds.add("addresses of closed connections", "disk",
                       [f"{name} at {at}" for name, content in written.items() for at in self.endpoints_in(content, str)])
        for kind, epochs in (("keys of older epochs", self.keys()[:-1]), ("the open epoch's key", self.keys()[-1:])):
            self.finds.add(kind, "disk", [name for epoch in epochs for key in epoch for form in markers.forms_of(key)
                                          for name, content in written.items() if form in content])

    def look_in_the_kernel(self, server):
        """Its table of connections, in which both ends have a row here: only the server's are looked at."""
        known = {address: f"{markers.binary_address(address)[::-1].hex().upper()}:{port:04X}" for address, port in
                 self.plan.endpoints}
        with open("/proc/net/tcp") as table:
            rows = [line.split() for line in table][1:]
        states = {remote: state for _, local, remote, state, *_ in rows if int(local.split(":")[1], 16) == server.port}
        now = [address for address, remote in known.items() if states.get(remote) == ESTABLISHED]
        self.finds.add("addresses of open connections", "kernel", now)
        self.finds.add("addresses of closed connections", "kernel", [a for a, r in known.items() if r in states and a not in now])

    def test_disk_and_memory_hold_nothing_of_reports_or_senders(self):
        self.finds, self.stored, self.plan = Finds(), set(), Plan(random.randrange(100, 250))
        self.client, still_open = self.tls_client("closed.keys"), self.tls_client("open.keys")
        self.seal_all()
        server = self.start_with_keyring("--per-source-loopback", "on")  # so that every address is read and hashed
        total = SEALED * COPIES
        third = total // 3
        for begin in (0, third):
            self.send_all(server, range(begin, begin + third))
            self.send_by_program(server, SENT_BY_PROGRAM // 2)
            self.turn(server)
        self.send_all(server, range(2 * third, total))  # into the third epoch, which stays open

        # Two that are still connected: one in the middle of its head, one that was answered, whose bytes are the last
        # that the server reads, so that nothing covers them.
        waiting_agent, answered_agent = stem(), stem()
        with self.connect(server, "127.0.0.99", still_open) as waiting, self.connect(server, "127.0.0.98", still_open) as answered:
            waiting.sendall(f"GET / HTTP/1.1\r\nUser-Agent: {waiting_agent}\r\n".encode())
            time.sleep(0.2)
            answered.sendall(f"GET /health HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {answered_agent * 4}\r\n\r\n".encode())
            self.assertTrue(answered.recv(4096).startswith(b"HTTP/1.1 200"))
            self.look_in_the_kernel(server)
            dump = Dump(server.process.pid, self.folder)
        self.look_in_memory(dump)
        self.finds.add("user agent of an answered request, still connected", "memory",
                       dump.places(answered_agent[:PIECE].encode()))
        self.finds.add("user agent of an open request", "memory", dump.places(waiting_agent.encode()))
        server.kill()
        self.look_on_disk()
        self.report(dump)

        address, port = self.plan.endpoints[0]
        for planted in (b"\2\0" + port.to_bytes(2, "big") + markers.binary_address(address),  # a sockaddr_in
                        markers.binary_address(address) + port.to_bytes(2, "little")):
            self.assertEqual(1, len(self.endpoints_in(dump.content[:4096] + planted + bytes(8), str)))
        self.assertEqual(total, len(self.stored))
        self.assertGreater(len(self.tls_secrets("closed.keys")), total)
        self.assertLessEqual(self.stored, set(self.stored_ids()))  # what was taken is really there
        self.assertTrue(dump.undumped and dump.undumped <= dump.segments, "guarded pages are missing, as in a plain gcore")
        for kind in CONTROLS:
            self.assertTrue(self.finds.rows[kind]["memory"], kind)
        for kind, cells in self.finds.rows.items():
            for place in ("disk", "memory"):
                if place in cells and not (place == "memory" and kind in CONTROLS):
                    self.assertEqual([], cells[place], f"{kind}, {place}")
        used, unused = self.by_chance
        self.assertLessEqual(used, 3 * unused + 12, "more addresses than chance has")

    def report(self, dump):
        print(f"\n{len(self.plan.endpoints)} connections from {len(self.plan.addresses)} addresses; "
              f"{dump.dumped >> 20} MiB of memory, {len(dump.content) >> 10} KiB of it not zero")
        self.finds.show(("disk", "memory", "kernel"))
        print("addresses as four bytes, of those used and, for chance, of as many never used: %d, %d" % self.by_chance)
        for kind, cells in self.finds.rows.items():
            for place, found in cells.items():
                for at in found[:6] if place != "kernel" and kind not in CONTROLS else []:
                    print(f"  {kind}, {place}: {at}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
