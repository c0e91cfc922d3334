"""What was never to be written down is nowhere: planted markers are looked for in every file and every output."""

import hashlib
import json
import os
import shutil
import unittest

from markers import binary_address, everything_written, forms_of
from world import SAMPLES, World, program, run

MARKERS = {
    "plaintext": "KARAGAND-MARKER-NARRATIVE",
    "file name": "marker-file-name-on-the-phone",
    "file content": "MARKER-INSIDE-THE-FILE",
    "user agent": "MarkerBrowser/66.6",
    "cookie": "marker-cookie-value",
    "path": "marker-path",
    "address": "127.66.77.88",
    "forwarded address": "203.0.113.77",
}


class Markers(World):
    def look_for_markers(self):
        return [f"{name} in {where}" for where, content in everything_written(self)
                for name, marker in MARKERS.items() for form in forms_of(marker) if form in content or form in where.encode()]

    def test_nothing_of_a_report_or_its_sender_is_in_vault_log_or_output(self):
        document = self.folder / "report.json"
        document.write_text(json.dumps({"v": "1.0.0", "lang": "en", "narrative": MARKERS["plaintext"] * 20}))
        evidence = self.folder / (MARKERS["file name"] + ".txt")
        evidence.write_text(MARKERS["file content"] * 100)
        server = self.start_with_keyring()
        telling = {"User-Agent": MARKERS["user agent"], "Cookie": MARKERS["cookie"],
                   "X-Forwarded-For": MARKERS["forwarded address"], "Referer": "https://" + MARKERS["path"]}

        sent = self.send(server, document, "--file", f"document:{evidence}")
        sealed = self.seal(document)
        source = (MARKERS["address"], 0)
        for path, body in (("/reports/" + MARKERS["path"], sealed), ("/" + MARKERS["path"], b"")):
            server.ask("PUT", path, body, {"Sandyk-Week": self.week, **telling}, source)
        status, _, _ = server.ask("PUT", "/reports/" + hashlib.sha256(sealed).hexdigest(), sealed,
                                  {"Sandyk-Week": self.week, **telling}, source)
        self.assertEqual(201, status)
        answers = [server.ask("GET", path, None, telling, source) for path in ("/", "/health", "/" + MARKERS["path"])]
        for _, headers, body in answers:
            for marker in MARKERS.values():
                self.assertNotIn(marker, str(headers) + body.decode())
            self.assertFalse({"Set-Cookie", "ETag", "Server", "Last-Modified", "Accept-Ranges", "Date"} & set(headers), headers)
            self.assertEqual("no-store", headers["Cache-Control"])
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertEqual([], self.look_for_markers())

        server.kill()  # what a seizure finds: the write-ahead log is still there
        self.assertEqual([], self.look_for_markers())
        self.start().stop()
        self.export()
        self.assertEqual([], self.look_for_markers())
        for marker in MARKERS.values():
            self.assertNotIn(marker, sent.stderr.decode() + sent.stdout.decode())

        # Positive control: the markers are there to be found, by those with the key.
        _, opened = self.open(self.folder / "usb")
        found = [f for f in opened.rglob("*") if f.is_file() and MARKERS["plaintext"].encode() in f.read_bytes()]
        self.assertEqual(2, len(found))

    def test_the_address_is_not_there_in_binary_either(self):
        server = self.start_with_keyring()
        sealed = self.seal(SAMPLES / "report_min_en.json")
        path = "/reports/" + hashlib.sha256(sealed).hexdigest()
        # Four bytes may turn up by chance in what is encrypted; fifteen addresses at once may not.
        for last in range(15):
            server.ask("PUT", path, sealed, {"Sandyk-Week": self.week}, (f"127.77.88.{last + 10}", 0))
        server.stop()
        for where, content in everything_written(self):
            hits = sum(binary_address(f"127.77.88.{last + 10}") in content for last in range(15))
            self.assertLess(hits, 3, where)

    def test_nothing_is_left_on_the_reporters_device(self):
        home = self.folder / "device"
        home.mkdir()
        document = home / "report.json"
        shutil.copy(SAMPLES / "report_min_en.json", document)
        server = self.start_with_keyring()
        env = dict(os.environ, HOME=str(home), TMPDIR=str(home), XDG_CACHE_HOME=str(home))
        run(program("report"), "send", "--to", server.url, "--ca", self.certificate, "--root-key", self.root_key, document,
            env=env, cwd=home)
        self.assertEqual([document], list(home.rglob("*")))

    def test_modes_keep_others_out(self):
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_min_en.json")
        for file in self.vault.rglob("*"):
            self.assertEqual(0, file.lstat().st_mode & 0o077, file)


if __name__ == "__main__":
    unittest.main(verbosity=2)
