"""A sealed report that reaches the desk as a file: on a stick, by mail, by messenger, past every server."""

import base64
import json
import shutil
import textwrap
import unittest

from world import ORGANISATIONS, SAMPLES, World, program, run, stock

BEGIN, END = "-----BEGIN AGE ENCRYPTED FILE-----", "-----END AGE ENCRYPTED FILE-----"


def armored(sealed):
    return "\n".join([BEGIN, *textwrap.wrap(base64.b64encode(sealed).decode(), 64), END, ""])


class ByHand(World):
    def file(self, content, name=None):
        path = self.folder / (name or f"report-{self.week}-0123abcd.age")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def expect_report(self, opened, sample):
        self.assertEqual(json.loads((SAMPLES / sample).read_text()),
                         json.loads(next(opened.glob("*/report.json")).read_text()))

    def test_a_sealed_file_opens_at_the_desk_without_any_server(self):
        printed, opened = self.open(self.file(self.seal(SAMPLES / "report_ky.json")), ORGANISATIONS[1])
        self.assertIn("Reports: 1 new", printed)
        self.expect_report(opened, "report_ky.json")

    def test_an_armored_one_opens_also_with_the_line_ends_and_blank_lines_that_mail_adds(self):
        sealed = self.seal(SAMPLES / "report_ru.json")
        printed, opened = self.open(self.file("\r\n" + armored(sealed).replace("\n", "\r\n") + "\r\n\r\n"), ORGANISATIONS[0],
                                    "--keep-sealed")
        self.assertIn("Reports: 1 new", printed)
        self.expect_report(opened, "report_ru.json")
        self.assertEqual(sealed, next(opened.glob("*/sealed.age")).read_bytes())

    def test_what_stock_age_sealed_as_text_opens(self):
        packed = self.folder / "packed.tar"
        run(program("report"), "pack", SAMPLES / "report_min_en.json", "--out", packed)
        recipients = [word for o in json.loads(self.keyring.read_text())["organisations"] for word in ("-r", o["recipient"])]
        sealed = self.folder / f"report-{self.week}-00000000.age"
        stock("age", "-a", *recipients, "-o", sealed, packed)
        self.assertTrue(sealed.read_text().startswith(BEGIN))
        printed, opened = self.open(sealed)
        self.assertIn("cannot be answered", printed)
        self.expect_report(opened, "report_min_en.json")

    def test_a_report_that_also_came_by_a_vault_is_known_armored_or_not(self):
        sealed = self.seal(SAMPLES / "report_ky.json")
        server = self.start_with_keyring()
        self.assertEqual(201, server.put(sealed, self.week)[0])
        server.stop()
        self.open(self.export())
        for content in (sealed, armored(sealed)):
            printed, opened = self.open(self.file(content))
            self.assertIn("Reports: 0 new, 1 there before", printed)
        self.assertEqual(1, len(list(opened.iterdir())))

    def test_the_week_is_asked_for_when_the_name_does_not_say_it(self):
        file = self.file(self.seal(SAMPLES / "report_ky.json"), "from-a-messenger.bin")
        out = self.folder / "opened"
        home = self.shared / ORGANISATIONS[0]
        done = self.desk("open", file, "--home", home, "--out", out, expect=2)
        self.assertIn("--week", done.stderr.decode())
        self.assertIn("--week takes", self.desk("open", file, "--home", home, "--out", out, "--week", "48", expect=2).stderr.decode())
        self.assertFalse(out.exists())
        self.open(file, ORGANISATIONS[0], "--week", self.week)

    def test_what_cannot_be_opened_is_said_and_leaves_no_report(self):
        sealed = self.seal(SAMPLES / "report_ky.json")
        flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
        text = armored(sealed)
        cases = {
            "empty": (b"", 5, "is not an age file"),
            "not an age file": (b"hello\n", 5, "is not an age file"),
            "cut off": (sealed[:-100], 5, "changed or cut off"),
            "flipped": (flipped, 5, "changed or cut off"),
            "armor cut off": (text[:3000], 2, "its text is malformed or was cut off"),
            "armor with a line changed": (text.replace("\n", "\nx", 5), 2, "its text is malformed or was cut off"),
            "armor in a letter": ("Dear colleague,\n" + text, 5, "is not an age file"),
        }
        for name, (content, code, sentence) in cases.items():
            with self.subTest(name):
                out = self.folder / "opened"
                done = self.desk("open", self.file(content), "--home", self.shared / ORGANISATIONS[0], "--out", out, expect=code)
                self.assertIn(sentence, done.stdout.decode() + done.stderr.decode())
                self.assertEqual([], list(out.iterdir()) if out.exists() else [])

    def test_without_the_weeks_key_the_exit_code_says_so(self):
        file = self.file(self.seal(SAMPLES / "report_ky.json"))
        home = self.folder / "empty-home"
        home.mkdir()
        done = self.desk("open", file, "--home", home, "--out", self.folder / "opened", expect=4)
        self.assertIn("there is no key of that week here", done.stdout.decode())

    def test_an_identity_file_that_somebody_armored_unlocks_as_well(self):
        home = self.folder / "home"
        shutil.copytree(self.shared / ORGANISATIONS[0], home)
        identity = home / "orgs" / ORGANISATIONS[0] / (self.week + ".age")
        identity.write_text(armored(identity.read_bytes()))
        file = self.file(self.seal(SAMPLES / "report_ky.json"))
        done = self.desk("open", file, "--home", home, "--out", self.folder / "opened")
        self.assertIn("Reports: 1 new", done.stdout.decode())

    def test_the_intake_refuses_armor_with_a_sentence(self):
        server = self.start_with_keyring()
        status, _, body = server.put(armored(self.seal(SAMPLES / "report_ky.json")).encode(), self.week)
        self.assertEqual(400, status)
        self.assertIn("armor", body.decode())


if __name__ == "__main__":
    unittest.main(verbosity=2)
