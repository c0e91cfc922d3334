"""The auditor, who has no key: what holds is said to hold, and each change is found."""

import json
import shutil
import unittest

from world import ORGANISATIONS, SAMPLES, World, program, run, stock


class Audit(World):
    def setUp(self):
        super().setUp()
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_ky.json")
        server.kill()
        server = self.start()
        self.send(server, SAMPLES / "report_ru.json")
        server.stop()
        self.usb = self.export()
        self.clean, self.unclean = sorted((self.usb / "epochs").iterdir(), key=lambda e: (e / "unclean.json").exists())

    def audit(self, expect):
        done = run(program("audit"), "vault", self.usb, "--root-key", self.root_key, expect=expect)
        return done.stdout.decode()

    def fails(self, what):
        printed = self.audit(3)
        failed = [line for line in printed.splitlines() if line.startswith("FAILS")]
        self.assertEqual(1, len(failed), printed)
        self.assertIn(what, failed[0])

    def test_everything_holds_after_a_kill_and_a_clean_stop(self):
        printed = self.audit(0)
        self.assertEqual(6, printed.count("holds  "), printed)
        self.assertIn("No one can check from here", printed)

    def test_a_changed_database_is_found(self):
        for epoch in (self.clean, self.unclean):
            with self.subTest(epoch.name):
                file = epoch / "reports.db"
                whole = file.read_bytes()
                file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
                self.fails("finished epochs are as they were")
                file.write_bytes(whole)

    def test_a_changed_keyring_is_found(self):
        file = next((self.usb / "keyring").glob("*.json"))
        file.write_bytes(file.read_bytes().replace(b'"board_slots": 32', b'"board_slots": 33', 1))
        printed = self.audit(3)
        self.assertIn("FAILS  keyrings are signed by the root key", printed)

    def test_a_key_sealed_to_somebody_else_is_found(self):
        recipient = stock("age-keygen", "-y", self.identity_file(ORGANISATIONS[0])).stdout.decode().strip()
        (self.clean / "key.age.copy").write_bytes(stock("age", "-r", recipient, "-r", recipient, "-r", recipient,
                                                        stdin=b"k" * 32).stdout)
        self.fails("epoch keys are sealed to exactly")

    def test_an_epoch_of_another_keyring_is_found(self):
        file = self.clean / "epoch.json"
        info = json.loads(file.read_text())
        info["keyring_sha256"] = "0" * 64
        file.write_text(json.dumps(info))
        self.fails("every epoch rests on a signed keyring")

    def test_an_epoch_under_another_name_is_found(self):
        shutil.move(self.clean, self.clean.with_name("0" * 32))
        self.fails("every epoch says what it is")

    def test_a_folder_that_is_not_a_vault_is_a_usage_error(self):
        run(program("audit"), "vault", self.folder, "--root-key", self.root_key, expect=2)
        run(program("audit"), "vault", self.usb, "--root-key", self.folder / "none", expect=2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
