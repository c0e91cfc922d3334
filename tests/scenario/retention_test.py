"""What the signed policy says is deleted, and nothing else: on the real server, over weeks, by a moved clock."""

import datetime
import json
import unittest

from moved_clock import on, today
from world import ORGANISATIONS, SAMPLES, World, program, run


class Retention(World):
    def setUp(self):
        super().setUp()
        self.first = today()  # the certificate is not older
        draft = self.folder / "policy.json"
        for file in (self.root / "policy").glob("*"):
            file.unlink()
        run(program("desk"), "policy", "new", "--home", self.root, "--out", draft, "--defaults", "--log-key", self.log_key,
            "--not-before", self.first.isoformat())
        self.desk("policy", "sign", draft, "--home", self.root)
        self.install_keyring(self.keyring, self.root / "policy" / "1.json")
        with self.after(0):
            server = self.start()
            self.send(server, SAMPLES / "report_ky.json")
            self.assertEqual(0, server.stop())
        self.epoch = self.epochs()[0]

    def after(self, days):
        return on(self.first + datetime.timedelta(days=days))

    def said(self):
        return (self.folder / "intake.log").read_text()

    def visit(self, days):
        """The server is started on that day, does the day's round, and is stopped."""
        with self.after(days):
            self.assertEqual(0, self.start().stop())

    def import_everywhere(self):
        usb = self.export()
        for organisation in ORGANISATIONS:
            self.desk("open", usb, "--home", self.shared / organisation, "--out", self.folder / organisation, "--root-key",
                      self.root_key, "--receipts", self.folder / "receipts")
        run(program("intake"), "install", "--vault", self.vault, *(self.folder / "receipts").glob("*.json"))

    def audit(self, days, *more, expect=0):
        return run(program("audit"), "verify", self.vault, "--log-key", self.log_key, "--root-key", self.root_key, "--as-of",
                   (self.first + datetime.timedelta(days=days)).isoformat(), *more, expect=expect).stdout.decode()

    def tombstone(self):
        return json.loads((self.vault / "tombstones" / (self.epoch.name + ".json")).read_text())

    def test_an_epoch_that_everybody_imported_goes_early(self):
        with self.after(1):
            self.import_everywhere()
        self.visit(1)
        for days in (6, 7):
            self.assertTrue(self.epoch.exists())
            self.visit(days)
        self.assertTrue(self.epoch.exists())  # seven days after the import, which was on the first day
        with self.after(8):
            plan = run(program("intake"), "retention", "plan", "--vault", self.vault, "--root-key", self.root_key).stdout.decode()
        self.assertIn(f"{(self.first + datetime.timedelta(days=8)).isoformat()}  {self.epoch.name}", plan)
        self.assertIn("imported by every organisation", plan)
        self.visit(8)
        self.assertFalse(self.epoch.exists())
        self.assertEqual("imported", self.tombstone()["reason"])
        self.assertEqual(2, len(self.tombstone()["receipts"]))
        self.assertIn("every organisation has imported it", self.said())
        self.visit(9)  # its entry is under the next day's checkpoint
        printed = self.audit(9)
        self.assertIn("1 deletions: 1 imported, 0 unread", printed.replace("1 deletion:", "1 deletions:"))

    def test_an_unread_epoch_is_announced_and_goes_on_its_last_day(self):
        for days in (1, 8, 15, 22, 29):
            self.visit(days)
            self.assertTrue(self.epoch.exists(), days)
        last_day = (self.first + datetime.timedelta(days=30)).isoformat()
        self.assertIn(f"On {last_day} an epoch is deleted by policy without having been imported by aikyn, bermet", self.said())
        self.visit(30)
        self.assertFalse(self.epoch.exists())
        self.assertEqual("unread", self.tombstone()["reason"])
        self.audit(30)
        # The auditor would have seen it stay.
        self.assertIn("FAILS", self.audit(60, expect=3))

    def test_a_clock_that_jumps_deletes_nothing_until_the_operator_has_looked(self):
        with self.after(40):
            server = self.start()
            self.assertEqual(0, server.stop())
            self.assertIn("The clock jumped ahead", self.said())
            self.assertTrue(self.epoch.exists())
            day = (self.first + datetime.timedelta(days=40)).isoformat()
            run(program("intake"), "retention", "confirm-day", day, "--vault", self.vault)
            self.visit(40)
            self.assertFalse(self.epoch.exists())
        self.visit(0)
        self.assertIn("The clock went back", self.said())

    def test_without_a_policy_that_the_root_signed_nothing_goes(self):
        policy = self.vault / "policy" / "1.json"
        policy.write_text(policy.read_text().replace('"keep_days": 30', '"keep_days": 10'))
        for days in (7, 14):
            self.visit(days)
        self.assertTrue(self.epoch.exists())
        self.assertIn("No retention policy is in force", self.said())

    def test_a_changed_log_is_frozen_and_reports_are_taken_all_the_same(self):
        bundle = next(file for file in (self.vault / "log" / "tile" / "entries").rglob("*") if file.is_file())
        changed = bytearray(bundle.read_bytes())
        changed[40] ^= 1
        bundle.write_bytes(changed)
        checkpoint = (self.vault / "log" / "checkpoint").read_bytes()
        with self.after(0):
            server = self.start()
            self.send(server, SAMPLES / "report_ru.json")
            for _ in range(200):  # the round is made beside taking reports
                words = server.ask("GET", "/health")[2].decode().split()
                if "log-frozen" in words:
                    break
            self.assertIn("log-frozen", words)
            self.assertEqual(0, server.stop())
        self.assertEqual(bytes(changed), bundle.read_bytes())
        self.assertEqual(checkpoint, (self.vault / "log" / "checkpoint").read_bytes())
        self.assertIn("FAILS", self.audit(0, expect=3))


if __name__ == "__main__":
    unittest.main(verbosity=2)
