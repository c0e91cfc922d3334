"""The story of the README: one report, end to end, with stock tools looking on."""

import hashlib
import io
import json
import tarfile
import unittest

from world import ORGANISATIONS, SAMPLES, World, program, run, stock


class Story(World):
    def test_a_report_with_a_photo_survives_the_servers_death_and_opens_offline(self):
        photo = self.folder / "IMG_20311129_marker.jpg"
        photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40 + b"\xff\xd9")
        server = self.start_with_keyring()
        first = self.send(server, SAMPLES / "report_ru.json", "--file", f"photo:{photo}")
        self.assertRegex(first.stdout.decode(), r"\d{5} \d{5} \d{5} \d{5} \d{5}")
        server.kill()
        server = self.start()
        self.send(server, SAMPLES / "report_min_en.json")
        self.assertEqual(0, server.stop())

        printed, opened = self.open(self.export(), ORGANISATIONS[1], "--print", "ru")
        reports = {json.loads((f / "report.json").read_text())["lang"]: f for f in opened.iterdir() if f.is_dir()}
        self.assertEqual({"ru", "en"}, set(reports))
        sent = json.loads((SAMPLES / "report_ru.json").read_text())
        got = json.loads((reports["ru"] / "report.json").read_text())
        attachments = got.pop("attachments")
        self.assertEqual(sent, got)
        self.assertEqual(photo.read_bytes(), (reports["ru"] / "files" / "a1").read_bytes())
        self.assertEqual(hashlib.sha256(photo.read_bytes()).hexdigest(), attachments[0]["sha256"])
        self.assertIn(sent["narrative"].split("\n")[0], printed)
        self.assertIn(attachments[0]["sha256"], printed)
        self.assertNotIn("IMG_20311129", printed)

    def test_a_second_opening_adds_nothing_and_says_so(self):
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_ky.json")
        server.stop()
        vault = self.export()
        self.open(vault)
        printed, opened = self.open(vault)
        self.assertIn("Reports: 0 new, 1 there before", printed)
        self.assertEqual(1, len(list(opened.iterdir())))

    def test_an_opening_that_was_killed_leaves_nothing_behind_after_the_next(self):
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_ky.json")
        server.stop()
        out = self.folder / "opened"
        for leftover in (".part-" + "0" * 64, ".epoch-" + "0" * 32):
            (out / leftover / "files").mkdir(parents=True)
        printed, opened = self.open(self.export())
        self.assertIn("Reports: 1 new", printed)
        self.assertEqual(1, len(list(opened.iterdir())))

    def test_stock_age_opens_a_report_taken_from_the_database(self):
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_ru.json")
        server.stop()
        epoch = self.epochs()[0]
        sealed = bytes.fromhex(self.query(epoch, "SELECT hex(bytes) FROM parts ORDER BY n;").replace("\n", ""))
        for organisation in ORGANISATIONS:
            plain = stock("age", "-d", "-i", self.identity_file(organisation), stdin=sealed).stdout
            self.assertEqual(16 * 1024, len(plain))
            with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
                self.assertEqual(["report.json", "thread.json"], tar.getnames())
                self.assertEqual(json.loads((SAMPLES / "report_ru.json").read_text()),
                                 json.load(tar.extractfile("report.json")))

    def test_stock_age_over_our_packed_tar_is_accepted_and_opened(self):
        packed = self.folder / "packed.tar"
        run(program("report"), "pack", SAMPLES / "report_ky.json", "--out", packed)
        recipients = [o["recipient"] for o in json.loads(self.keyring.read_text())["organisations"]]
        words = [word for recipient in recipients for word in ("-r", recipient)]
        sealed = self.folder / f"report-{self.week}-00000000.age"
        stock("age", *words, "-o", sealed, packed)
        server = self.start_with_keyring()
        run(program("report"), "send-sealed", "--to", server.url, "--ca", self.certificate, sealed)
        server.stop()
        printed, opened = self.open(self.export())
        self.assertIn("cannot be answered", printed)
        self.assertEqual(json.loads((SAMPLES / "report_ky.json").read_text()),
                         json.loads(next(opened.glob("*/report.json")).read_text()))

    def test_stock_minisign_verifies_the_keyring_the_server_hands_out(self):
        server = self.start_with_keyring()
        for name in ("current.json", "current.json.minisig"):
            status, _, body = server.ask("GET", "/keyring/" + name)
            self.assertEqual(200, status)
            (self.folder / name).write_bytes(body)
        done = run("minisign", "-V", "-p", self.root_key, "-m", self.folder / "current.json")
        self.assertIn("Trusted comment: sandyk/1 keyring ", done.stdout.decode())

    def test_the_same_report_twice_is_one_and_the_answer_is_the_same(self):
        sealed = self.seal(SAMPLES / "report_min_en.json")
        server = self.start_with_keyring()
        answers = [server.put(sealed, self.week) for _ in range(3)]
        self.assertEqual({201}, {status for status, _, _ in answers})
        self.assertEqual(1, len({body for _, _, body in answers}))
        self.assertEqual(1, len({str(headers) for _, headers, _ in answers}))
        server.stop()
        self.assertEqual([hashlib.sha256(sealed).hexdigest()], self.stored_ids())

    def test_a_running_server_is_exported_without_stopping(self):
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_ky.json")
        printed, _ = self.open(self.export())
        self.assertIn("Reports: 1 new", printed)
        self.send(server, SAMPLES / "report_ru.json")
        printed, _ = self.open(self.export())
        self.assertIn("Reports: 1 new, 1 there before", printed)


if __name__ == "__main__":
    unittest.main(verbosity=2)
