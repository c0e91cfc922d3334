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
        self.code(home)
        return home

    def code(self, home):
        """Nothing is coded unless a class does it."""

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



PLACES = {"triage": "/triage", "report": "/report/1", "cases": "/cases", "case": "/case/CASE-0001", "incident": "/incident/I-17", "new-incident": "/incident/new?report=1",
          "entity": "/entity/E-A", "search": "/search", "keys": "/keys", "retention": "/retention"}
SIZES = ({"width": 1024, "height": 768}, {"width": 1440, "height": 900}, {"width": 2560, "height": 1440})


class TheCase(Desk):
    """The invented case of the samples: a report for each incident, and all of it coded."""

    def code(self, home):
        screen = Screen(self, home)
        rows = screen.ask("GET", "/api/reports?limit=200")["rows"]
        screen.end()
        ids = {found[1]: row["id"] for row in rows if (found := re.search(r"as all of (I-\d\d)", row["first"]))}
        self.assertEqual(30, len(ids))
        coded = self.folder / "coded.jsonl"
        incidents = [json.loads(line) for line in (SAMPLES / "case.jsonl").read_text().splitlines()]
        coded.write_text("".join(json.dumps({**each, "sources": [{"report": each["id"]}]}) + "\n" for each in incidents))
        self.desk("case", "load", SAMPLES / "case_context.jsonl", coded, *(word for name, report in ids.items() for word in ("--report", f"{name}={report}")), "--home", home)

    def test_every_screen_in_every_language_light_and_size(self):
        screen = self.serve()
        every = [(language, light, size) for language in LANGUAGES for light in ("light", "dark") for size in SIZES]
        some = every if IS_LONG else [("en", "light", SIZES[1]), ("ru", "dark", SIZES[2]), ("ky", "light", SIZES[0])]
        titles = set()
        for language, light, size in some:
            found = self.browse("tour", screen, places=PLACES, language=language, light=light, size=size)
            self.assertEqual([], found["wide"], (language, size))
            titles.add(found["titles"]["triage"])
        self.assertEqual(3, len(titles))
        for language in LANGUAGES:
            found = self.browse("untranslated", screen, places=PLACES, language=language)
            self.assertEqual(([], language), (found["keys"], found["lang"]))

    def test_axe_finds_nothing(self):
        screen = self.serve()
        act = {"triage": ["[aria-label=Keys]", "header [title='Close the case file']"], "report": ["text=Hold", "section >> text=Save…"], "cases": ["text=New case", "text=New person or body"],
               "case": ["text=New action", "[aria-label='What happened (types)']"], "incident": ["main [role=combobox]", "text=Delete"]}
        places = {name: {"place": place, "act": act.get(name, [])} for name, place in PLACES.items()}
        for light in ("light", "dark"):
            self.assertEqual([], self.browse("axe", screen, places=places, light=light)["faults"])

    def test_an_incident_is_coded_from_a_report(self):
        screen = self.serve()
        row = screen.ask("GET", "/api/reports?words=struck")["rows"][0]
        found = self.browse("code", screen, n=row["n"])
        self.assertIn(f"№ {row['n']}", found["source"])
        self.assertIn("All sources together allow", " ".join(found["consent"]))
        self.assertEqual(("month", "#/incident/I-31"), (found["precision"], found["hash"]))
        self.assertEqual(3, len(found["ladder"]))
        self.assertEqual(("A note under the door, again", True), (found["draft"], found["isSaved"]))
        stored = screen.ask("GET", "/api/incidents/I-31")
        self.assertEqual((["threat.death"], {"start": "2031-12", "precision": "month"}, "CASE-0001"), (stored["types"], stored["when"], stored["case_id"]))
        entity = next(each for each in screen.ask("GET", "/api/entities") if each["label"] == "Person Q")
        self.assertEqual([entity["id"]], [target["entity"] for target in stored["targets"] if "entity" in target])
        self.assertEqual([{"date": "2031-12-30", "code": "registered"}], stored["response"])

    def test_a_case_is_worked_on(self):
        screen = self.serve()
        suggested = screen.ask("GET", "/api/reports?words=flood+of+requests")["rows"][0]["n"]
        found = self.browse("work", screen, id="CASE-0001", suggested=suggested)
        self.assertEqual(30, len(found["shown"]))
        self.assertEqual(sorted(found["days"]), found["days"])
        self.assertIn("reversed 2031-12-13", found["reversed"])
        self.assertTrue(any("I-13" in each for each in found["objections"]))
        self.assertIn("2032-01-09", found["added"])
        self.assertLessEqual({"I-09", "I-27"}, set(found["filtered"]))
        self.assertIn("I-30", found["objection"])
        self.assertEqual(5, found["actions"])
        self.assertIn("Ask the partner.", found["notes"][0])
        self.assertIn("I-20", found["suggestion"])
        self.assertIn("I-20", found["coded"])
        self.assertIn({"from": "E-L", "to": "E-J", "type": "colleague_of"}, screen.ask("GET", "/api/relations"))
        self.assertEqual(["I-30"], next(each for each in screen.ask("GET", "/api/actions") if each["id"] == "A-5")["covers"])

    def test_a_hold_needs_two_keys(self):
        second = self.shared / ORGANISATIONS[1] / "desk.key"
        draft = self.folder / "desk-policy.json"
        run(program("desk"), "retention", "policy", "new", "--out", draft, "--officer", second.with_suffix(".pub").read_text().splitlines()[1])
        self.desk("retention", "policy", "sign", draft, "--home", self.home)
        screen = self.serve()
        asked = self.browse("hold", screen, n=1, until="2099-01-01")
        self.assertIn("waits for two signatures", asked["said"])
        order = next(found[1] for code in asked["orders"] if (found := re.search(r"sign ([0-9a-f]{16})", code)))
        for key in ((), ("--key", second)):
            self.desk("retention", "sign", order, "--home", self.home, *key)
        again = self.browse("hold", screen, n=1)
        self.assertIn("is held", again["said"])
        self.assertIn("№ 1", again["held"])

    def test_all_of_triage_by_keyboard(self):
        screen = self.serve()
        found = self.browse("triage", screen)
        self.assertIn("Driver struck", found["first"][0])  # danger now
        self.assertIn("ВЫМЫШЛЕННЫЙ", found["first"][1])  # danger soon
        self.assertEqual([2, 4, 2, 33, 1], found["cursors"][:5])
        self.assertGreater(found["cursors"][5], 5)
        self.assertEqual(["urgent", "case", "spam", "done", "urgent"], found["statuses"])
        self.assertIn("is-new", found["afterUndo"])
        self.assertIn("Done", " ".join(found["pressed"]))
        self.assertNotEqual(found["opened"], found["next"])
        self.assertTrue(found["isBack"])
        for key in "ucsdzjkr?":
            self.assertIn(key, found["help"])
        self.assertTrue(found["isDeaf"])
        counts = screen.ask("GET", "/api/state")["counts"]
        self.assertEqual((1, 1, 1, 1), tuple(counts[status] for status in ("urgent", "case", "spam", "done")))
        rows = screen.ask("GET", "/api/reports?status=case")["rows"]
        custody = screen.ask("GET", f"/api/reports/{rows[0]['n']}")["custody"]
        self.assertIn("viewed", [entry["act"] for entry in custody])

    def test_search_finds_in_every_spelling_and_shows_where(self):
        screen = self.serve()
        found = self.browse("search", screen, asked=[
            {"words": "lawy"}, {"words": "ВЫМЫШЛЕННЫИ пример"}, {"words": "вымышленный  ПРИМЕР"}, {"filters": {"Danger": "now"}},
            {"words": "lawyer", "filters": {"Consent": "desk_only"}}, {"words": "lawyer", "filters": {"Kind": "movement", "From day": "2020-01-01"}},
            {"words": "lawyer", "filters": {"To day": "2020-01-01"}}])["found"]
        self.assertTrue(all("awyer" in row for row in found[0]["rows"]) and found[0]["rows"])
        self.assertEqual({"lawy"}, {mark.lower() for mark in found[0]["marks"]})
        self.assertEqual([], found[1]["rows"])  # и is another letter than й
        self.assertEqual(1, len(found[2]["rows"]))
        self.assertEqual(["ВЫМЫШЛЕННЫЙ", "ПРИМЕР"], found[2]["marks"][:2])
        self.assertEqual(1, len(found[3]["rows"]))
        self.assertEqual(1, len(found[4]["rows"]))
        self.assertEqual(2, len(found[5]["rows"]))
        self.assertEqual([], found[6]["rows"])

    def test_a_stranger_sees_nothing(self):
        screen = self.serve()
        found = self.browse("stranger", screen)
        self.assertIn("whole", found["without"])
        self.assertIn("does not know this tab", found["wrong"])
        self.assertNotIn(screen.token, found["address"])
        self.assertEqual(0, found["kept"])


class LongList(Desk):
    SIZE = 10_000 if IS_LONG else 700

    def fill(self):
        home = self.shared / "filled-long"
        shutil.copytree(self.shared / ORGANISATIONS[0], home)
        self.desk("case", "new", "--home", home, "--work-factor", 12)
        server = self.start_with_keyring()
        packed = self.folder / "packed.tar"
        run(program("report"), "pack", SAMPLES / "report_min_en.json", "--out", packed)
        run(program("load"), "--to", server.url, "--ca", self.certificate, "--keyring", self.keyring, "--root-key", self.root_key, "--packed", packed, "--count", self.SIZE, "--keep-alive")
        self.assertEqual(0, server.stop())
        self.desk("import", self.export(), "--home", home, "--root-key", self.root_key)
        return home

    def test_a_long_list_scrolls_with_few_rows_in_the_page(self):
        found = self.browse("longList", self.serve())
        self.assertEqual((self.SIZE, self.SIZE, 1), (found["total"], found["cursor"], found["cursorAgain"]))
        self.assertLess(max(found["atFirst"], found["atEnd"], found["inBetween"]), 60)


HTML = b"<!doctype html><script>document.title='owned';fetch('http://192.0.2.1/')</script><img src=http://192.0.2.1/x>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script><image href='http://192.0.2.1/x'/></svg>"
NASTY = ("<img src=x onerror=alert(1)><script>alert(2)</script>\n<a href='javascript:alert(3)'>click</a> http://192.0.2.1/x\n"
         "left \u202eright\u202c \u2066isolate\u2069 zero\u200bwidth bell\u0007 tag\U000e0041 family 👩‍👧 ok\nשלום עולם")


class Hostile(Desk):
    @classmethod
    def reports(cls):
        yield {"v": "1.0.0", "narrative": NASTY, "what": ["<b>bold</b>", "threat"], "region": "KG-GB", "when_text": "\u202eyesterday",
               "unheard_of": {"a": ["<script>", 1]}}, [("page.html", HTML), ("picture.svg", SVG), ("qr.png", QR), ("photo.png", png(900, 500, (200, 60, 20))),
                                                       ("bomb.zip", b"PK\x03\x04" + bytes(5000))]

    def test_a_report_that_means_harm_is_looked_at_without_effect(self):
        screen = self.serve()
        n = next(row["n"] for row in screen.ask("GET", "/api/reports")["rows"] if row["files"] == 5)
        out = self.folder / "saved"
        out.mkdir()
        found = self.browse("hostile", screen, n=n, folder=str(out))
        self.assertIn("<img src=x onerror=alert(1)><script>alert(2)</script>", found["text"])
        self.assertEqual(["P", "SPAN"], found["elements"])
        self.assertEqual(["202E", "202C", "2066", "2069", "200B", "0007", "E0041"], found["codes"])
        self.assertFalse(found["raw"])
        self.assertIn("👩‍👧", found["text"])
        self.assertEqual(2, found["pictures"])
        self.assertEqual(["blob:"] * 2, found["sources"])
        self.assertEqual((True, False), (found["blurredFirst"], found["blurredThen"]))
        files = {file.read_bytes() for file in out.rglob("*") if file.is_file()}
        self.assertIn(HTML, files)
        self.assertNotEqual(found["saved"][0], found["saved"][1])  # nothing is written over


if __name__ == "__main__":
    unittest.main()
