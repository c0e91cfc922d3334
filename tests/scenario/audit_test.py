"""The auditor, who has no key: what holds is said to hold, and each change is found."""

import json
import shutil
import subprocess
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

    def audit(self, source, *more, expect=0):
        done = run(program("audit"), "verify", source, "--log-key", self.log_key, *more, expect=expect)
        return done.stdout.decode()

    def with_root(self, source, *more, expect=0):
        return self.audit(source, "--root-key", self.root_key, *more, expect=expect)

    def fails(self, what):
        printed = self.with_root(self.usb, expect=3)
        failed = [line for line in printed.splitlines() if line.startswith("FAILS")]
        self.assertEqual(1, len(failed), printed)
        self.assertIn(what, failed[0])

    def install_policy(self):
        draft = self.folder / "policy.json"
        for file in (self.root / "policy").glob("*"):
            file.unlink()
        run(program("desk"), "policy", "new", "--home", self.root, "--out", draft, "--defaults", "--log-key", self.log_key)
        self.desk("policy", "sign", draft, "--home", self.root)
        (self.vault / "inbox").mkdir(parents=True, exist_ok=True)
        for name in ("1.json.minisig", "1.json"):
            shutil.copy(self.root / "policy" / name, self.vault / "inbox" / ("policy-" + name))

    # --- a folder -------------------------------------------------------------------------------

    def test_everything_holds_after_a_kill_and_a_clean_stop(self):
        printed = self.with_root(self.usb)
        self.assertNotIn("FAILS", printed)
        self.assertIn("2 epochs, 1 of them unclean, 0 still open", printed)
        self.assertIn("What no auditor can check", printed)
        self.assertNotIn("not checked  every epoch", printed)

    def test_without_the_root_key_less_is_checked_and_it_says_so(self):
        printed = self.audit(self.usb)
        self.assertIn("not checked  keyrings are signed by the root key (needs --root-key)", printed)

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
        printed = self.with_root(self.usb, expect=3)
        self.assertIn("FAILS        keyrings are signed by the root key", printed)

    def test_a_key_sealed_to_somebody_else_is_found(self):
        recipient = stock("age-keygen", "-y", self.identity_file(ORGANISATIONS[0])).stdout.decode().strip()
        (self.clean / "key.age.copy").write_bytes(stock("age", "-r", recipient, "-r", recipient, "-r", recipient,
                                                        stdin=b"k" * 32).stdout)
        self.fails("epoch keys are as they were logged")

    def test_an_epoch_of_another_keyring_is_found(self):
        file = self.clean / "epoch.json"
        info = json.loads(file.read_text())
        info["keyring_sha256"] = "0" * 64
        file.write_text(json.dumps(info))
        self.fails("no epoch has vanished")

    def test_an_epoch_that_vanished_or_has_another_name_is_found(self):
        shutil.move(self.clean, self.clean.with_name("0" * 32))
        self.fails("no epoch has vanished")
        shutil.rmtree(self.clean.with_name("0" * 32))
        self.fails("no epoch has vanished")

    def test_a_folder_that_is_not_a_vault_is_a_usage_error(self):
        run(program("audit"), "verify", self.folder, "--log-key", self.log_key, expect=2)
        run(program("audit"), "verify", self.usb, "--log-key", self.folder / "none", expect=2)
        run(program("audit"), "verify", self.usb, "--log-key", self.log_key, "--root-key", self.folder / "none", expect=2)
        run(program("audit"), "verify", self.usb, expect=2)

    # --- a server -------------------------------------------------------------------------------

    def test_a_server_is_audited_over_the_network_and_then_watched(self):
        self.install_policy()
        server = self.start()
        kept = self.folder / "kept"
        printed = self.with_root(server.url, "--ca", self.certificate, "--keep", kept)
        self.assertNotIn("FAILS", printed)
        self.assertIn("holds        the log is not standing still", printed)
        self.assertIn("not checked  no epoch has vanished, and none is there that was never logged "
                      "(a server does not show it", printed)
        self.assertTrue((kept / "log" / "checkpoint").is_file())
        printed = self.with_root(server.url, "--ca", self.certificate, "--since", kept / "log" / "checkpoint")
        self.assertIn("holds        the checkpoint seen before is the beginning of this log", printed)
        server.stop()
        run(program("audit"), "verify", server.url, "--ca", self.certificate, "--log-key", self.log_key, expect=1)

    def test_a_policy_and_its_schedule_are_in_the_page(self):
        self.install_policy()
        self.start().stop()
        page = self.folder / "audit.html"
        self.with_root(self.export(), "--html", page)
        text = page.read_text()
        self.assertIn("<b>30 days</b> after its beginning", text)
        self.assertIn("Everything that was checked holds", text)
        self.assertNotIn("<script", text)

    # --- witnesses ------------------------------------------------------------------------------

    def test_a_witness_cosigns_and_the_cosigned_checkpoint_satisfies_a_trust_file(self):
        key, note, trust = self.folder / "w" / "witness.key", self.folder / "cosigned", self.folder / "trust"
        key.parent.mkdir()
        said = run(program("audit"), "witness-key", "new", "bermet.example.org/w1", key).stdout.decode()
        vkey = next(line for line in said.splitlines() if line.startswith("bermet"))
        trust.write_text(f"witness bermet {vkey}\nquorum bermet\n")
        printed = self.audit(self.usb, "--trust", trust, expect=3)
        self.assertIn("too few of them cosigned it", printed)
        run(program("audit"), "cosign", self.usb, "--key", key, "--log-key", self.log_key, "--out", note)
        printed = self.audit(self.usb, "--trust", trust, "--checkpoint", note)
        self.assertIn("holds        as many witnesses cosigned the checkpoint as the trust file asks for", printed)
        self.assertRegex(note.read_text().splitlines()[-1], "^— bermet.example.org/w1 ")
        run(program("audit"), "cosign", self.usb, "--key", self.log_key_file, "--log-key", self.log_key, "--out", note, expect=4)

    def test_a_witness_refuses_the_log_of_a_server_that_began_anew(self):
        key = self.folder / "witness.key"
        run(program("audit"), "witness-key", "new", "w", key)
        cosign = ("cosign", "--key", key, "--log-key", self.log_key, "--out", self.folder / "cosigned")
        run(program("audit"), *cosign, self.usb)
        shutil.rmtree(self.vault)
        self.install_policy()
        self.start_with_keyring().stop()
        refused = run(program("audit"), *cosign, self.vault, expect=3)
        self.assertIn("Nothing was signed", refused.stderr.decode())

    def test_the_checkpoint_verifies_with_stock_openssl(self):
        script = r"""
        (printf '\060\052\060\005\006\003\053\145\160\003\041\000'
         printf %s "$KEY" | cut -d+ -f3- | base64 -d | tail -c 32) | openssl pkey -pubin -inform DER -out log.pem
        sed '/^$/,$d' "$CHECKPOINT" > text
        sed -n 's|^— sandyk/[0-9a-f]* ||p' "$CHECKPOINT" | base64 -d | tail -c 64 > signature
        openssl pkeyutl -verify -rawin -pubin -inkey log.pem -in text -sigfile signature
        """
        def verify(checkpoint):
            return subprocess.run(["sh", "-ec", script], cwd=self.folder, capture_output=True,
                                  env={"PATH": "/usr/bin:/bin", "KEY": self.log_key, "CHECKPOINT": str(checkpoint)})
        checkpoint = self.usb / "log" / "checkpoint"
        done = verify(checkpoint)
        self.assertEqual(0, done.returncode, done)
        self.assertIn(b"Verified Successfully", done.stdout)
        changed = self.folder / "changed"
        changed.write_text(checkpoint.read_text().replace("\n", "\n1", 1))
        self.assertNotEqual(0, verify(changed).returncode)


if __name__ == "__main__":
    unittest.main(verbosity=2)
