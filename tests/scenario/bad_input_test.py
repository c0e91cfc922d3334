"""Bad input gets a clear sentence, the right status or exit code, and nothing stored."""

import datetime
import hashlib
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

from world import ORGANISATIONS, PASSPHRASE, PATIENCE, SAMPLES, World, program, run, stock


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


class AtTheServer(World):
    def setUp(self):
        super().setUp()
        self.server = self.start_with_keyring()
        self.good = self.seal(SAMPLES / "report_min_en.json")

    def tearDown(self):
        self.server.stop()
        self.assertEqual([], self.stored_ids())
        super().tearDown()

    def refused(self, status, sealed, week=None, **more):
        got, _, body = self.server.put(sealed, week or self.week, **more)
        self.assertEqual(status, got, body)
        self.assertNotIn(b"<", body)
        return self.error_of(body)

    def test_truncated(self):
        self.refused(400, self.good[:-1])

    def test_one_byte_too_long(self):
        self.refused(400, self.good + b"\0")

    def test_empty(self):
        self.refused(400, b"")

    def test_a_digest_that_is_not_its_own(self):
        self.refused(400, flipped(self.good, len(self.good) - 1),
                     path="/reports/" + hashlib.sha256(self.good).hexdigest())

    def test_a_bit_flipped_on_the_way(self):
        path = "/reports/" + hashlib.sha256(self.good).hexdigest()
        for at in (*range(0, 100, 7), 1540, 3190, 3236, len(self.good) // 2, len(self.good) - 1):
            with self.subTest(at=at):
                self.refused(400, flipped(self.good, at), path=path)

    def test_a_header_that_is_damaged_under_a_digest_of_its_own(self):
        for at in (0, 5, 21, 22, 23, 24, 25, 38, 39, 1534, 1578, 3136, 3139, 3183):
            with self.subTest(at=at):
                self.refused(400, flipped(self.good, at))

    def sealed_by_age(self, *recipients):
        words = [word for r in recipients for word in ("-r", r)]
        packed = self.folder / "packed.tar"
        run(program("report"), "pack", SAMPLES / "report_min_en.json", "--out", packed)
        return stock("age", *words, packed).stdout

    def recipient(self):
        return stock("age-keygen", "-y", self.identity_file(ORGANISATIONS[0])).stdout.decode().strip()

    def test_too_few_stanzas(self):
        self.refused(400, self.sealed_by_age(self.recipient()))

    def test_too_many_stanzas(self):
        self.refused(400, self.sealed_by_age(*[self.recipient()] * 3))

    def test_stanzas_of_another_kind(self):
        identity = stock("age-keygen").stdout
        x25519 = stock("age-keygen", "-y", stdin=identity).stdout.decode().strip()
        self.refused(400, self.sealed_by_age(x25519, x25519))

    def test_armor(self):
        self.refused(400, b"-----BEGIN AGE ENCRYPTED FILE-----\n" + self.good[35:])

    def test_oversized(self):
        link = self.server.connection()
        link.putrequest("PUT", "/reports/" + "0" * 64)
        for name, value in (("Sandyk-Week", self.week), ("Content-Length", str(1 << 40))):
            link.putheader(name, value)
        link.endheaders()
        self.assertEqual(413, link.getresponse().status)

    def test_a_week_that_nobody_signed(self):
        self.refused(400, self.good, week="2019-W01")
        self.refused(400, self.good, week="next")

    def test_other_paths_and_methods(self):
        self.assertEqual(404, self.server.ask("GET", "/nothing")[0])
        self.assertEqual(404, self.server.ask("PUT", "/reports/short", b"x", {"Sandyk-Week": self.week})[0])
        self.assertEqual(405, self.server.ask("GET", "/reports/" + "0" * 64)[0])

    # --- as bytes, since no client library would send them ----------------------------------------

    def raw(self, request, then=b""):
        context = ssl.create_default_context(cafile=self.certificate)
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=60) as link:
            with context.wrap_socket(link, server_hostname="127.0.0.1") as tls:
                tls.sendall(request)
                answer = b""
                try:
                    while part := tls.recv(4096):
                        answer += part
                except (ConnectionError, ssl.SSLError):
                    pass
                return answer.split(b"\r\n", 1)[0]

    def head(self, *lines, path=None):
        path = path or "/reports/" + hashlib.sha256(self.good).hexdigest()
        first = [f"PUT {path} HTTP/1.1", "Host: 127.0.0.1", f"Sandyk-Week: {self.week}"]
        return ("\r\n".join([*first, *lines]) + "\r\n\r\n").encode()

    def test_two_content_lengths(self):
        n = len(self.good)
        self.assertIn(b" 400 ", self.raw(self.head(f"Content-Length: {n}", f"Content-Length: {n}") + self.good))

    def test_transfer_encoding(self):
        n = len(self.good)
        self.assertIn(b" 400 ", self.raw(self.head(f"Content-Length: {n}", "Transfer-Encoding: chunked") + self.good))
        self.assertIn(b" 400 ", self.raw(self.head("Transfer-Encoding: chunked") + b"0\r\n\r\n"))

    def test_no_content_length(self):
        self.assertIn(b" 411 ", self.raw(self.head()))

    def test_header_bomb(self):
        self.assertIn(b" 431 ", self.raw(self.head(*[f"X-{i}: {'y' * 100}" for i in range(1000)])))


class WithShortDeadlines(World):
    def test_a_slow_drip_is_cut_and_nothing_is_stored(self):
        server = self.start_with_keyring("--min-rate", 1048576)
        sealed = self.seal(SAMPLES / "report_min_en.json")
        context = ssl.create_default_context(cafile=self.certificate)
        with socket.create_connection(("127.0.0.1", server.port)) as link:
            with context.wrap_socket(link, server_hostname="127.0.0.1") as tls:
                tls.settimeout(1)
                tls.sendall(f"PUT /reports/{hashlib.sha256(sealed).hexdigest()} HTTP/1.1\r\nHost: x\r\nSandyk-Week: {self.week}\r\n"
                            f"Content-Length: {len(sealed)}\r\n\r\n".encode())
                sent = 0
                answer = b""
                while sent < 60 and not answer:  # a minute at the most; the deadline is about ten seconds
                    try:
                        tls.sendall(sealed[sent:sent + 1])
                        sent += 1
                        answer = tls.recv(100)
                        break  # an answer, or the end
                    except TimeoutError:
                        continue
                    except (ConnectionError, ssl.SSLError):
                        break
        self.assertLess(sent, 60)
        self.assertTrue(answer == b"" or b" 408 " in answer, answer)
        server.stop()
        self.assertEqual([], self.stored_ids())


class Weeks(World):
    """Keyrings of other weeks than this one."""

    def old_keyring(self, weeks_ago):
        """A keyring signed for a week that is over, with keys of its own."""
        date = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(weeks=weeks_ago)
        year, number, _ = date.isocalendar()
        week = f"{year}-W{number:02}"
        for organisation in ORGANISATIONS:
            self.make_week_keys(organisation, "--from", week)
        files = [self.shared / o / "orgs" / o / (week + ".json") for o in ORGANISATIONS]
        if not (self.root / "keyring" / (week + ".json")).exists():
            self.desk("keyring", "sign", "--home", self.root, *files)
        return self.root / "keyring" / (week + ".json")

    def test_a_week_that_is_over_is_410_and_nothing_is_stored(self):
        old = self.old_keyring(5)
        self.install_keyring(self.keyring, old)
        server = self.start()
        out = self.folder / "sealed"
        run(program("report"), "seal", "--root-key", self.root_key, "--keyring", old, "--out", out,
            SAMPLES / "report_min_en.json", expect=3)  # the reporter's own program does not seal for it
        sealed = self.seal(SAMPLES / "report_min_en.json")
        status, _, body = server.put(sealed, old.stem)
        self.assertEqual(410, status)
        self.assertIn("seal", json.loads(body)["say"].lower())
        server.stop()
        self.assertEqual([], self.stored_ids())

    def test_a_week_just_over_is_still_taken(self):
        last = self.old_keyring(1)
        self.install_keyring(self.keyring, last)
        server = self.start()
        recipients = [o["recipient"] for o in json.loads(last.read_text())["organisations"]]
        packed = self.folder / "packed.tar"
        run(program("report"), "pack", SAMPLES / "report_min_en.json", "--out", packed)
        sealed = stock("age", *[w for r in recipients for w in ("-r", r)], packed).stdout
        self.assertEqual(201, server.put(sealed, last.stem)[0])
        server.stop()
        printed, _ = self.open(self.export())
        self.assertIn("Reports: 1 new", printed)

    def test_without_a_week_in_force_it_is_503_and_no_epoch_begins(self):
        sealed = self.seal(SAMPLES / "report_min_en.json")
        server = self.start()
        status, headers, _ = server.put(sealed, self.week)
        self.assertEqual(503, status)
        self.assertIn("Retry-After", headers)
        self.assertIn(b"no-week", server.ask("GET", "/health")[2])
        self.assertEqual(503, server.ask("GET", "/keyring/current.json")[0])
        server.stop()
        self.assertEqual([], self.epochs())

    def test_a_keyring_put_in_while_it_runs_is_used_at_once(self):
        server = self.start()
        self.install_keyring()
        end = time.monotonic() + PATIENCE
        while b"no-week" in server.ask("GET", "/health")[2] and time.monotonic() < end:
            time.sleep(0.05)
        self.send(server, SAMPLES / "report_min_en.json")


class AtTheReporter(World):
    def setUp(self):
        super().setUp()
        self.server = self.start_with_keyring()

    def says(self, expect, *words):
        done = self.send(self.server, *words, expect=expect)
        self.assertEqual(b"", done.stdout)
        return done.stderr.decode()

    def test_a_document_that_lists_files_not_given(self):
        document = json.loads((SAMPLES / "report_min_en.json").read_text())
        document["attachments"] = [{"id": "a1", "evidence_kind": "photo", "size": 3, "sha256": "0" * 64,
                                    "media_type": "image/jpeg"}]
        file = self.folder / "report.json"
        file.write_text(json.dumps(document))
        self.says(2, file)

    def test_a_document_that_is_not_one(self):
        file = self.folder / "report.json"
        for text in ("", "{", "[]", "{}", '{"v": "1.0.0"}', '{"v": "2.0.0", "narrative": "x"}',
                     '{"v": "1.0.0", "narrative": ""}', '{"v": "1.0.0", "narrative": null}'):
            file.write_text(text)
            with self.subTest(text=text):
                self.says(2, file)

    def test_a_file_that_is_not_there(self):
        self.says(2, SAMPLES / "report_min_en.json", "--file", self.folder / "none.jpg")

    def test_more_than_the_largest_class(self):
        big = self.folder / "big"
        with open(big, "wb") as f:
            f.truncate(33 * 1024 * 1024)
        self.says(2, SAMPLES / "report_min_en.json", "--file", big)

    def test_another_root_key(self):
        other = pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "root"
        self.desk("root", "new", "--home", other, "--work-factor", 12)
        done = run(program("report"), "send", "--to", self.server.url, "--ca", self.certificate, "--root-key", other / "root.pub",
                   SAMPLES / "report_min_en.json", expect=3)
        self.assertIn("key", done.stderr.decode())

    def test_a_certificate_it_does_not_trust(self):
        run(program("report"), "send", "--to", self.server.url, "--root-key", self.root_key, "--tries", 1,
            SAMPLES / "report_min_en.json", expect=3)

    def test_a_server_that_is_not_there(self):
        self.server.stop()
        done = run(program("report"), "send", "--to", self.server.url, "--ca", self.certificate, "--root-key", self.root_key,
                   "--tries", 1, SAMPLES / "report_min_en.json", expect=1)
        self.assertEqual(b"", done.stdout)


class AtTheDesk(World):
    def setUp(self):
        super().setUp()
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_ky.json")
        self.send(server, SAMPLES / "report_ru.json")
        # A report whose payload a stranger made up: shaped well, but no key opens it.
        good = self.seal(SAMPLES / "report_min_en.json")
        self.assertEqual(201, server.put(flipped(good, len(good) - 1), self.week)[0])
        server.stop()
        self.usb = self.export()

    def test_one_damaged_report_does_not_stop_the_others(self):
        printed, opened = self.open(self.usb, expect=5)
        self.assertIn("Reports: 2 new", printed)
        self.assertIn("its content was changed or cut off", printed)
        self.assertEqual(2, len(list(opened.glob("*/report.json"))))

    def test_a_wrong_passphrase(self):
        wrong = self.folder / "wrong"
        wrong.write_text("not the passphrase at all\n")
        done = run(program("desk"), "open", self.usb, "--home", self.shared / ORGANISATIONS[0], "--out", self.folder / "o",
                   "--passphrase-file", wrong, expect=4)
        self.assertIn("the passphrase does not unlock", done.stdout.decode())

    def test_a_missing_key(self):
        printed, _ = self.open_with_home(self.folder / "empty-home", expect=4)
        self.assertIn("there is no key of that week", printed)

    def open_with_home(self, home, expect):
        out = self.folder / "o"
        done = self.desk("open", self.usb, "--home", home, "--out", out, expect=expect)
        return done.stdout.decode(), out

    def test_one_copy_of_the_epochs_key_is_enough(self):
        for epoch in (self.usb / "epochs").iterdir():
            (epoch / "key.age").write_bytes(flipped((epoch / "key.age").read_bytes(), 3000))
        printed, _ = self.open(self.usb, expect=5)
        self.assertIn("Reports: 2 new", printed)

    def test_a_database_that_was_cut_or_changed(self):
        epoch = next((self.usb / "epochs").iterdir())
        whole = (epoch / "reports.db").read_bytes()
        for what, changed in (("cut", whole[:20_000]), ("flipped", flipped(whole, 2000)), ("empty", b""),
                              ("other", os.urandom(len(whole)))):
            with self.subTest(what):
                (epoch / "reports.db").write_bytes(changed)
                shutil.rmtree(self.folder / "opened", ignore_errors=True)
                printed, _ = self.open(self.usb, expect=5)
                self.assertIn("not opened: epoch", printed)
        (epoch / "reports.db").write_bytes(whole)

    def test_something_that_is_not_a_vault(self):
        done = self.desk("open", self.folder, "--home", self.shared / ORGANISATIONS[0], "--out", self.folder / "o", expect=2)
        self.assertIn("is not a vault", done.stderr.decode())


class Ceremonies(World):
    def test_keys_are_never_written_over(self):
        done = self.desk("root", "new", "--home", self.root, expect=1)
        self.assertIn("There is a root key already", done.stderr.decode())
        identity = self.shared / ORGANISATIONS[0] / "orgs" / ORGANISATIONS[0] / (self.week + ".age")
        before = identity.read_bytes()
        self.make_week_keys(ORGANISATIONS[0])
        self.assertEqual(before, identity.read_bytes())

    def test_keys_new_goes_on_where_a_run_was_cut_off(self):
        public = self.shared / ORGANISATIONS[0] / "orgs" / ORGANISATIONS[0] / (self.week + ".json")
        before = public.read_bytes()
        public.unlink()
        self.make_week_keys(ORGANISATIONS[0])
        self.assertEqual(before, public.read_bytes())

    def test_keys_are_not_made_further_ahead_than_eight_weeks(self):
        done = self.desk("keys", "new", "--home", self.folder / "h", "--org", "x", "--weeks", 1, "--from", "2099-W01", expect=2)
        self.assertIn("at most 8 weeks ahead", done.stderr.decode())

    def test_a_keyring_needs_the_same_organisations_every_week(self):
        self.make_week_keys(ORGANISATIONS[0], "--from", self.next_week())
        files = [self.shared / o / "orgs" / o / (w + ".json") for o, w in
                 ((ORGANISATIONS[0], self.week), (ORGANISATIONS[1], self.week), (ORGANISATIONS[0], self.next_week()))]
        done = self.desk("keyring", "sign", "--home", self.root, "--replace", *files, expect=2)
        self.assertIn("the same organisations", done.stderr.decode())

    def next_week(self):
        date = datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(weeks=1)
        year, number, _ = date.isocalendar()
        return f"{year}-W{number:02}"

    def test_short_passphrases_are_refused(self):
        short = self.folder / "short"
        short.write_text("sesame\n")
        run(program("desk"), "root", "new", "--home", self.folder / "r", "--passphrase-file", short, expect=2)
        self.assertFalse((self.folder / "r" / "root.key").exists())

    def test_key_files_are_for_their_owner_only(self):
        for file in (self.root / "root.key", self.shared / ORGANISATIONS[0] / "desk.key"):
            self.assertEqual(0o600, file.stat().st_mode & 0o777)
        self.assertEqual(0o700, self.root.stat().st_mode & 0o777)

    def test_stock_tools_read_what_the_ceremonies_make(self):
        identity = self.identity_file(ORGANISATIONS[0])
        recipient = stock("age-keygen", "-y", identity).stdout.decode().strip()
        self.assertIn(recipient, self.keyring.read_text())
        message = self.folder / "message"
        message.write_text("x")
        done = subprocess.run(["minisign", "-S", "-s", str(self.root / "root.key"), "-m", str(message)],
                              input=PASSPHRASE.encode() + b"\n", capture_output=True, timeout=60)
        self.assertEqual(0, done.returncode, done.stderr)
        run("minisign", "-V", "-p", self.root_key, "-m", message)

    def test_the_server_takes_no_keyring_that_does_not_verify(self):
        changed = self.folder / self.keyring.name
        changed.write_bytes(self.keyring.read_bytes().replace(b'"serial": 1', b'"serial": 2'))
        shutil.copy(str(self.keyring) + ".minisig", str(changed) + ".minisig")
        run(program("intake"), "install", "--vault", self.vault, "--root-key", self.root_key, changed, expect=3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
