"""Casework: a vault into the case file, by the real programs; receipts, backups, shares."""

import json
import shutil
import unittest

from casework import CaseWorld
from terminal import at_a_terminal
from world import ORGANISATIONS, PASSPHRASE, SAMPLES, program, run


class Casework(CaseWorld):
    def test_a_vault_into_the_case_file(self):
        server = self.start_with_keyring()
        marker = "FICTIONAL-MARKER-7731"
        document = self.folder / "own.json"
        document.write_text(json.dumps({"v": "1.0.0", "lang": "ru", "narrative": f"Ёлка во дворе Өзгөн, {marker}",
                                        "what": ["threat"]}, ensure_ascii=False))
        for file in (document, SAMPLES / "report_min_en.json", SAMPLES / "report_ky.json"):
            self.send(server, file)
        self.assertEqual(0, server.stop())
        vault = self.export()
        before = {file: file.read_bytes() for file in vault.rglob("*") if file.is_file()}

        said, _ = self.bring(vault)
        self.assertRegex(said, r"(?m)^\d{4}-\d\d-\d\d: 3 new, 0 duplicate, 0 cover, \d+ filler, 0 damaged$")
        self.assertIn("Import receipts: 1 complete, 0 incomplete", said)
        again, _ = self.bring(vault)
        self.assertRegex(again, r"(?m): 0 new, 3 duplicate, ")
        self.assertEqual(before, {file: file.read_bytes() for file in vault.rglob("*") if file.is_file()})

        self.assertIn("1 found.", self.case("find", "елка озгон"))
        self.assertIn("1 found.", self.case("find", "ЁЛКА", "--family", "threat"))
        self.assertIn("0 found.", self.case("find", "ЁЛКА", "--family", "physical"))
        self.assertIn("3 reports", self.case("check"))
        self.assertEqual(2, len(list((self.home / "backups").glob("*.db"))))
        document.unlink()  # the reporter's own copy
        self.assertEqual([], self.in_the_clear(self.folder, marker, marker.lower(), "SQLite format"))

        wrong = self.folder / "wrong"
        wrong.write_text("other invented words\n")
        done = run(program("desk"), "case", "check", "--home", self.home, "--passphrase-file", wrong, expect=4)
        self.assertIn("not the passphrase of the case file", done.stderr.decode())

        receipt = next((self.home / "receipts").glob("*.json"))
        self.assertEqual("complete", json.loads(receipt.read_text())["result"])

    def import_at_a_terminal(self, vault):
        return at_a_terminal(self, [program("desk"), "import", vault, "--root-key", self.root_key, "--home", self.home],
                             [(b"Passphrase of the case file: ", PASSPHRASE), (b"Passphrase of the week keys: ", PASSPHRASE)], 0)

    def test_an_import_at_a_terminal_shows_how_far_it_is(self):
        server = self.start_with_keyring()
        self.assertEqual(0, server.stop())
        empty = self.import_at_a_terminal(self.vault)
        self.assertRegex(empty, r": 0 new, ")  # an epoch without a report
        server = self.start()
        self.send(server, SAMPLES / "report_min_en.json")
        self.assertEqual(0, server.stop())
        vault = self.export()
        for shown in (self.import_at_a_terminal(vault), self.import_at_a_terminal(vault)):  # then there is nothing new
            self.assertIn("1 of 1 reports, 0 s left", shown)
        self.assertNotRegex(empty + shown, r"\b(inf|nan)\b")

    def test_a_log_that_does_not_verify_is_a_warning_and_stops_nothing(self):
        server = self.start_with_keyring()
        self.put_policy()
        self.send(server, SAMPLES / "report_min_en.json")
        self.assertEqual(0, server.stop())
        vault = self.export()
        said, warned = self.bring(vault)
        self.assertIn("The audit log verifies", said, warned)
        checkpoint = vault / "log" / "checkpoint"
        checkpoint.chmod(0o600)
        checkpoint.write_bytes(checkpoint.read_bytes().replace(b"\n0\n", b"\n7\n", 1).replace(b"sandyk/", b"sandyx/", 1))
        said, warned = self.bring(vault)
        self.assertIn("WARNING: THE AUDIT LOG DOES NOT VERIFY", warned)
        self.assertRegex(said, r"(?m): 0 new, 1 duplicate, ")

    def test_keys_in_shares(self):
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_min_en.json")
        self.assertEqual(0, server.stop())
        self.bring(self.export())
        shares = self.folder / "shares"
        run(program("desk"), "case", "shares", "new", "--home", self.home, "--out", shares, "--needed", 2, "--of", 3)
        sealed, one, three = shares / "case.keys.sealed", shares / "share-1-of-3.txt", shares / "share-3-of-3.txt"
        run(program("desk"), "case", "shares", "rehearse", "--sealed", sealed, one, three)
        run(program("desk"), "case", "shares", "rehearse", "--sealed", sealed, one, expect=4)
        (self.home / "case.keys").unlink()
        self.desk("case", "check", "--home", self.home, expect=4)
        run(program("desk"), "case", "shares", "restore", "--home", self.home, "--sealed", sealed, one, three)
        self.assertIn("1 reports", self.case("check"))

    def test_restored_from_a_backup_and_shares(self):
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_ky.json")
        self.send(server, SAMPLES / "report_min_en.json")
        self.assertEqual(0, server.stop())
        self.bring(self.export())
        found = self.case("find", "а")
        self.case("backup")
        shares = self.folder / "shares"
        run(program("desk"), "case", "shares", "new", "--home", self.home, "--out", shares, "--needed", 2, "--of", 3)
        backup = sorted((self.home / "backups").glob("*.db"))[-1]
        for file in self.home.glob("case.*"):
            file.unlink()
        # Another machine: the keys from two of the three shares, the rest from the backup.
        shutil.copy(backup, self.home / "case.db")
        shutil.copy(backup.with_suffix(".json"), self.home / "case.json")
        run(program("desk"), "case", "shares", "restore", "--home", self.home, "--sealed", shares / "case.keys.sealed",
            shares / "share-2-of-3.txt", shares / "share-3-of-3.txt")
        self.assertIn("case rebuild", self.case("check", expect=5))
        self.assertIn("2 reports are listed again; 0 cannot be read", self.case("rebuild"))
        self.assertIn("2 reports", self.case("check"))
        self.assertEqual(found, self.case("find", "а"))

    def test_the_server_takes_the_receipts(self):
        self.put_policy()
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_min_en.json")
        self.assertEqual(0, server.stop())
        vault, receipts = self.export(), self.folder / "receipts"
        plan = ("retention", "plan", "--vault", self.vault, "--root-key", self.root_key)
        self.assertNotIn("imported by every organisation", run(program("intake"), *plan).stdout.decode())
        for home in (self.home, self.home_of(ORGANISATIONS[1])):
            said, _ = self.bring(vault, "--receipts", receipts, home=home)
            self.assertIn("Import receipts: 1 complete, 0 incomplete", said)
        run(program("intake"), "install", "--vault", self.vault, *receipts.glob("*.json"))
        self.assertEqual(0, self.start().stop())
        self.assertIn("imported by every organisation", run(program("intake"), *plan).stdout.decode())


if __name__ == "__main__":
    unittest.main()
