"""The desk's screen in Chromium against the real server, over a case file that came the real way: sent, exported, imported."""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest
import urllib.request
import zlib

from world import ORGANISATIONS, PATIENCE, SAMPLES, World, program, run

BROWSER = pathlib.Path(__file__).resolve().parent.parent / "screen" / "browser.mjs"
LANGUAGES = ("en", "ru", "ky")
IS_LONG = bool(os.environ.get("SANDYK_LONG"))
# "http://192.0.2.1/steal?who=desk" as the npm package qrcode 1.5.4 draws it.
QR = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAGMAAABjCAYAAACPO76VAAAAAklEQVR4AewaftIAAAPdSURBVO3BQY4cOxbAQFKo+1+Z05u3k5HORn1YAyjCfnAdYXEdY3EdY3EdY3EdY3Ed48MfqHxbxVDZqRgqo+KJypOKoTIqdlS+rWJncR1jcR3jw1+o+C2VJxVDZUdlVAyVnYpvq/gtlSeL6xiL6xgfXlJ5UvGkYqjsVOyovKGyUzFURsUTlScVbyyuYyyuY3z4R1RGxVAZKqNiVDxReaJyksV1jMV1jA//SMVQGRVDZUdlVOxUDJWdiqHyry2uYyyuY3x4qeJfqxgqo2KnYqgMlVHxRsW3La5jLK5jfPgLKt+mMiqGyqgYKqPiicqo2KkYKqNiR+W/tLiOsbiOYT/4B1R2KobKqBgqOxU7KqNiqIyKf21xHWNxHePDH6iMiqGyUzFUnlT8l1TeUBkVQ2VU7KiMiqGyU7GzuI6xuI7x4aWKHZVRsaMyVN5QGRU7KjsVTyqGyqgYKjsVOxVD5cniOsbiOob94AWVUbGjslOxo/KkYkdlp2JH5dsqhspOxZPFdYzFdYwPL1U8qdhRGRU7FUNlR+UNlScVT1RGxVAZFTsqo2JncR1jcR3DfvCCypOKofKkYqjsVLyhMiqGyqgYKqNiqOxU7KiMijcW1zEW1zHsBw9UnlQ8UdmpeENlVLyh8qTit1SeVOwsrmMsrmN8+AOVnYonKm+ojIqhslMxVEbFjspOxY7Kk4qhMiqGyhuL6xiL6xgfXlIZFU8q3lAZFTsqo2KojIonKqNiVAyVUTFU3qh4sriOsbiO8eFLVEbFUBkVQ2VUvFGxU7FT8YbKqHhS8Q2L6xiL6xgf/qDiGyqeqIyKofKk4g2VUfFEZVQ8UfmtxXWMxXWMD3+gMiqGyqh4ovJbFd+g8g0qo2Ko7FS8sbiOsbiOYT/4JZWdiicqo2JHZadiR+VJxVDZqRgqo2Ko7FT81uI6xuI6hv3ggcqoGCqjYkfljYqh8qRiqDyp2FH5too3FtcxFtcx7Af/gMqoGCrfUPFEZafiicpOxVDZqdhZXMdYXMf48Acq31axo/JbFf8llVHxWxVPFtcxFtcxPvyFit9S+a2K31LZqXij4knFUBkVQ2VU7CyuYyyuY3x4SeVJxZOKHZUdlVExVHYqhspQeaLyhsqTiieL6xiL6xgf/hGVnYqh8kbFTsVQeVLxWyq/tbiOsbiO8eH/kMqOyqjYqRgqT1R2KobKE5VRsbO4jrG4jvHhpYpvqBgqQ2VUDJVRMVR2VHYq3qh4UrGjMiqeLK5jLK5jfPgLKt+m8m0VQ2VU7FQMlaGyU/FE5bcW1zEW1zHsB9cRFtcxFtcxFtcxFtcxFtcx/gfAXyvbxqkpYAAAAABJRU5ErkJggg==")


def png(width, height, colour):
    """A picture of one colour."""
    def chunk(kind, content):
        return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")
    line = b"\0" + bytes(colour) * width
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(line * height)) + chunk(b"IEND", b"")


class Screen:
    """A running `sandyk-desk serve`, ended by its process id; and a way to ask it as the app does."""

    def __init__(self, world, home, *words):
        self.process = subprocess.Popen([program("desk"), "serve", "--home", str(home), "--no-browser", "--lang", "en", "--passphrase-file",
                                         str(world.passphrase_file), *map(str, words)], stdout=subprocess.PIPE)
        self.address = self.process.stdout.readline().decode().strip()
        found = re.fullmatch(r"(http://127\.0\.0\.1:\d+)/#([\w-]{43})", self.address)
        if not found:
            raise AssertionError(f"the screen's server said: {self.address}")
        self.origin, self.token = found.groups()

    def ask(self, method, path, body=None):
        asked = urllib.request.Request(self.origin + path, method=method, data=None if body is None else json.dumps(body).encode(),
                                       headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else {}

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)
        self.process.stdout.close()


class Desk(World):
    """One case file for all scenarios of a class; each works on a copy."""

    @classmethod
    def reports(cls):
        """Documents and their files."""
        for sample in ("report_ru", "report_ky", "report_min_en"):
            yield json.loads((SAMPLES / f"{sample}.json").read_text()), []
        for line in (SAMPLES / "case.jsonl").read_text().splitlines():
            incident = json.loads(line)
            yield {"v": "1.0.0", "lang": "en", "narrative": f"{incident['title']}.\nFictional, as all of {incident['id']}.",
                   "what": sorted({code.split(".")[0] for code in incident["types"]}), "consent": incident.get("consent", []),
                   **({"danger": "now"} if incident["id"] == "I-09" else {})}, []

    def setUp(self):
        super().setUp()
        self.screens = []
        if not hasattr(type(self), "filled"):
            type(self).filled = self.fill()
        self.home = self.folder / "home"
        shutil.copytree(self.filled, self.home)

    def tearDown(self):
        for screen in self.screens:
            screen.end()
        super().tearDown()

    def fill(self):
        """Reports are sealed, sent over HTTPS, exported and imported."""
        home = self.shared / f"filled-{type(self).__name__}"
        shutil.copytree(self.shared / ORGANISATIONS[0], home)
        self.desk("case", "new", "--home", home, "--work-factor", 12)
        server = self.start_with_keyring()
        for n, (document, files) in enumerate(self.reports()):
            report = self.folder / f"report-{n}.json"
            report.write_text(json.dumps({key: value for key, value in document.items() if key != "attachments"}, ensure_ascii=False))
            words = []
            for name, content in files:
                file = self.folder / f"{n}-{name}"
                file.write_bytes(content)
                words += ["--file", file]
            self.send(server, report, *words)
        self.assertEqual(0, server.stop())
        self.desk("import", self.export(), "--home", home, "--root-key", self.root_key)
        return home

    def serve(self, *words):
        screen = Screen(self, self.home, *words)
        self.screens.append(screen)
        return screen

    def browse(self, steps, screen, expect_quiet=True, **given):
        found = json.loads(run("node", BROWSER, steps, stdin=json.dumps({"url": screen.address, **given}).encode()).stdout)
        self.assertEqual([screen.origin], [origin.removeprefix("blob:") for origin in found["asked"] if origin != f"blob:{screen.origin}"])
        if expect_quiet:
            self.assertEqual([], found["heard"])
        return found


if __name__ == "__main__":
    unittest.main()
