"""The screen's server as a person starts it: by the real program, over a case file that was imported."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import stat
import subprocess
import unittest

from world import ORGANISATIONS, PATIENCE, SAMPLES, World, program

ORGANISATION = ORGANISATIONS[0]
FAKE_BROWSER = """#!/bin/sh
cp "$1" "{folder}/page" && stat -c %a "$1" > "{folder}/mode" && echo "$@" > "{folder}/words.new" && mv "{folder}/words.new" "{folder}/words"
"""


class Screen:
    """One running `sandyk-desk serve`; ended by its process id."""

    def __init__(self, home, passphrases, *flags, env=None):
        self.process = subprocess.Popen(
            [program("desk"), "serve", "--home", str(home), "--passphrase-file", str(passphrases), *flags],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
        line = self.process.stdout.readline().decode()
        found = re.fullmatch(r"(http://127\.0\.0\.1:(\d+))/#([\w-]{43})\n", line)
        if not found:
            self.process.kill()
            raise AssertionError(f"no address: {line} {self.process.communicate()}")
        self.origin, self.port, self.token = found[1], int(found[2]), found[3]

    def ask(self, method, path, body=None, **headers):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(link):
            said = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
            link.request(method, path, body=None if body is None else json.dumps(body), headers=said)
            answer = link.getresponse()
            return answer.status, json.loads(answer.read())

    def end(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


class Serve(World):
    def setUp(self):
        super().setUp()
        self.home = self.folder / "home"
        shutil.copytree(self.shared / ORGANISATION, self.home)
        self.desk("case", "new", "--work-factor", 12, "--home", self.home)

    def serve(self, *flags, env=None):
        screen = Screen(self.home, self.passphrase_file, *flags, env=env)
        self.addCleanup(screen.end)
        return screen

    def test_what_was_imported_is_seen(self):
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_min_en.json")
        self.send(server, SAMPLES / "report_ru.json")
        self.assertEqual(0, server.stop())
        self.desk("import", self.export(), "--home", self.home, "--root-key", self.root_key)
        screen = self.serve("--no-browser", "--lang", "ky", "--as", "desk-3")
        status, state = screen.ask("GET", "/api/state")
        self.assertEqual((200, 2, "ky", "desk-3"), (status, state["counts"]["new"], state["lang"], state["desk"]))
        _, listed = screen.ask("GET", "/api/reports")
        self.assertEqual(2, listed["total"])
        for row in listed["rows"]:
            status, report = screen.ask("GET", f"/api/reports/{row['n']}")
            self.assertEqual(200, status)
            self.assertTrue(report["document"]["narrative"].startswith(row["first"][:40]))
            self.assertEqual(row["id"], report["sealed"]["sha256"])
        out = self.folder / "out"
        out.mkdir()
        status, saved = screen.ask("POST", "/api/reports/1/save", {"folder": str(out)})
        self.assertEqual(200, status)
        folder = pathlib.Path(saved["path"])
        subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
        _, keys = screen.ask("GET", "/api/keys")
        self.assertEqual([ORGANISATION], [one["org"] for one in keys["organisations"]])
        self.assertIn(2, [week.get("reports") for week in keys["organisations"][0]["weeks"]])
        self.assertEqual(0, screen.end())

    def test_it_ends_when_it_is_told(self):
        for how in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            screen = self.serve("--no-browser")
            self.assertEqual(200, screen.ask("GET", "/api/state")[0])
            self.assertEqual(0, screen.end(how))
            with self.assertRaises(ConnectionRefusedError):
                screen.ask("GET", "/api/state")
        screen = self.serve("--no-browser")
        self.assertEqual((200, {}), screen.ask("POST", "/api/quit", {}))
        self.assertEqual(0, screen.process.wait(PATIENCE))

    def test_whoever_has_no_token_gets_nothing(self):
        screen = self.serve("--no-browser")
        self.assertEqual(403, screen.ask("GET", "/api/state", Authorization="Bearer " + "A" * 43)[0])
        self.assertEqual(403, screen.ask("GET", "/api/state", Host=f"localhost:{screen.port}")[0])
        self.assertEqual(403, screen.ask("GET", "/api/state", Origin="http://evil.example")[0])
        other = self.serve_again()
        self.assertIn(b"open in another sandyk-desk", other.stderr)

    def serve_again(self):
        return self.desk("serve", "--no-browser", "--home", self.home, expect=1)

    def test_the_browser_is_led_there_by_a_file_of_ones_own(self):
        place = self.folder / "browser"
        place.mkdir()
        (place / "xdg-open").write_text(FAKE_BROWSER.format(folder=place))
        (place / "xdg-open").chmod(0o755)
        screen = self.serve(env=dict(os.environ, PATH=f"{place}:{os.environ['PATH']}"))
        for _ in range(PATIENCE * 20):
            if (place / "words").exists():
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                screen.process.wait(0.05)
        words = (place / "words").read_text()
        self.assertNotIn(screen.token, words)
        self.assertIn(f"{screen.origin}/#{screen.token}", (place / "page").read_text())
        self.assertEqual("600", (place / "mode").read_text().strip())
        way_in = pathlib.Path(words.strip())
        self.assertEqual(0o600, stat.S_IMODE(way_in.stat().st_mode))
        self.assertEqual(0, screen.end())
        self.assertFalse(way_in.exists())

    def test_wrong_words(self):
        wrong = self.folder / "wrong"
        wrong.write_text("other words than those\n")
        self.desk("serve", "--no-browser", "--home", self.home, "--as", "Aida K.", expect=2)
        done = subprocess.run([program("desk"), "serve", "--no-browser", "--home", self.home, "--passphrase-file", wrong],
                              capture_output=True, timeout=PATIENCE)
        self.assertEqual(4, done.returncode)
        self.assertIn(b"not the passphrase of the case file", done.stderr)


if __name__ == "__main__":
    unittest.main()
