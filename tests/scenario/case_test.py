"""Casework: a vault into the case file, by the real programs; then a vault that an enemy wrote."""

import hashlib
import json
import pathlib
import shutil
import tempfile
import unittest

from world import ORGANISATIONS, SAMPLES, World, program, run, stock

ORGANISATION = ORGANISATIONS[0]


class Casework(World):
    def setUp(self):
        super().setUp()
        self.home = self.folder / "home"
        shutil.copytree(self.shared / ORGANISATION, self.home)
        self.case("new", "--work-factor", 12)

    def case(self, *words, expect=0):
        return self.desk("case", *words, "--home", self.home, expect=expect).stdout.decode()

    def bring(self, vault, *more, expect=0):
        done = self.desk("import", vault, "--home", self.home, "--root-key", self.root_key, *more, expect=expect)
        return done.stdout.decode(), done.stderr.decode()

    def put_policy(self, server):
        """The policy that names the log's key, as the root signs it."""
        draft = self.folder / "policy.json"
        run(program("desk"), "policy", "new", "--home", self.root, "--out", draft, "--defaults", "--log-key", self.log_key)
        self.desk("policy", "sign", draft, "--home", self.root)
        run(program("intake"), "install", "--vault", self.vault, "--root-key", self.root_key,
            sorted((self.root / "policy").glob("*.json"))[-1])

    def in_the_clear(self, folder, *markers):
        found = []
        for file in folder.rglob("*"):
            if file.is_file():
                content = file.read_bytes()
                found += [str(file) for marker in markers if marker.encode() in content]
        return found

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
        self.assertEqual([], self.in_the_clear(self.folder / "home", marker, marker.lower(), "SQLite format"))

        wrong = self.folder / "wrong"
        wrong.write_text("other invented words\n")
        done = run(program("desk"), "case", "check", "--home", self.home, "--passphrase-file", wrong, expect=4)
        self.assertIn("not the passphrase of the case file", done.stderr.decode())

        receipt = next((self.home / "receipts").glob("*.json"))
        self.assertEqual("complete", json.loads(receipt.read_text())["result"])

    def test_a_log_that_does_not_verify_is_a_warning_and_stops_nothing(self):
        server = self.start_with_keyring()
        self.put_policy(server)
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

    # --- what an enemy wrote ----------------------------------------------------------------------

    def change(self, epoch, sql):
        """Changes an epoch of the export with its key, as the server can; the mark is then made to fit."""
        key = stock("age", "-d", "-i", self.identity_file(ORGANISATION), epoch / "key.age").stdout
        stock("sqlcipher", epoch / "reports.db",
              stdin=f"PRAGMA key = \"x'{key.hex()}'\";\nPRAGMA journal_mode = DELETE;\n.dbconfig defensive off\n{sql}\n".encode())
        mark = epoch / "closed.json"
        said = json.loads(mark.read_text())
        said["db_sha256"] = hashlib.sha256((epoch / "reports.db").read_bytes()).hexdigest()
        mark.chmod(0o600)
        mark.write_text(json.dumps(said))

    def test_a_hostile_vault(self):
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_min_en.json")
        self.assertEqual(0, server.stop())
        good = self.export()
        hostile = {
            "a view for a table": "ALTER TABLE reports RENAME TO r; CREATE VIEW reports AS SELECT * FROM r;",
            "a trigger": "CREATE TRIGGER t AFTER INSERT ON reports BEGIN DELETE FROM parts; END;",
            "another table": "CREATE TABLE extra(a);",
            "a root page that is another's": "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = 3 "
                                             "WHERE name = 'parts';",
            "a root page far away": "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = 99999999 "
                                    "WHERE name = 'parts';",
            "giant rows": "UPDATE parts SET bytes = zeroblob(40000000);",
            "another size": "UPDATE reports SET size = 9223372036854775807 WHERE kind = 'report';",
            "other bytes": "UPDATE parts SET bytes = randomblob(length(bytes));",
            "another type": "UPDATE reports SET id = 'text', size = 'x', week = x'00';",
        }
        for what, sql in hostile.items():
            with self.subTest(what):
                vault = pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "usb"
                shutil.copytree(good, vault)
                for epoch in (vault / "epochs").iterdir():
                    self.change(epoch, sql)
                said, _ = self.bring(vault, expect=5)
                self.assertIn(" 0 new, ", said)
                self.assertIn("not imported: ", said)
                self.assertNotIn("1 complete", said)
        said, _ = self.bring(good)  # the case file is as good as before
        self.assertIn(" 1 new, ", said)
        self.assertIn("1 reports", self.case("check"))


if __name__ == "__main__":
    unittest.main()
