"""Keys that die: import receipts, the destruction of a week's keys, and that nothing of that week opens after it."""

import datetime
import hashlib
import json
import re
import shutil
import unittest

from moved_clock import on, today
from terminal import at_a_terminal
from world import ORGANISATIONS, PASSPHRASE, SAMPLES, World, program, run, stock


class KeysDestroy(World):
    """One week of keys for now, and one for the day on which nothing of it can arrive any more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first_keyring, cls.first_week = cls.keyring, cls.week
        dates = json.loads(cls.keyring.read_text())
        cls.after = datetime.date.fromisoformat(dates["accept_until"]) + datetime.timedelta(days=1)
        cls.destroy_by = datetime.date.fromisoformat(dates["destroy_by"])
        with on(cls.after):
            for organisation in ORGANISATIONS:
                cls.make_week_keys(organisation)
            cls.desk("keyring", "sign", "--home", cls.root, *[f for f in cls.public_files() if f.stem != cls.first_week])
        cls.later_keyring = sorted((cls.root / "keyring").glob("*.json"))[-1]
        cls.homes = {o: cls.shared / o for o in ORGANISATIONS}

    def setUp(self):
        super().setUp()
        self.keyring, self.week = self.first_keyring, self.first_week
        self.homes = {}
        for organisation in ORGANISATIONS:
            self.homes[organisation] = self.folder / organisation
            shutil.copytree(self.shared / organisation, self.homes[organisation])

    def fill(self, later=True):
        """Two reports of the first week; a third one later, by when the first week is over for good."""
        self.install_keyring(self.first_keyring)
        server = self.start()
        for sample in ("report_ru.json", "report_ky.json"):
            self.assertEqual(201, server.put(self.seal(SAMPLES / sample), self.week)[0])
        server.stop()
        if later:
            with on(self.after):
                self.install_keyring(self.later_keyring)
                server = self.start()
                self.keyring, week = self.later_keyring, self.later_keyring.stem
                self.assertEqual(201, server.put(self.seal(SAMPLES / "report_min_en.json"), week)[0])
                server.stop()
            self.keyring = self.first_keyring
        return self.export()

    def import_vault(self, vault, organisation, *more, expect=0):
        out = self.folder / ("opened-" + organisation)
        return self.desk("open", vault, "--home", self.homes[organisation], "--out", out, "--root-key", self.root_key, *more,
                         expect=expect).stdout.decode()

    def destroy(self, vault, organisation, *more, expect=0):
        done = self.desk("keys", "destroy", "--week", self.week, "--home", self.homes[organisation], "--vault", vault,
                         "--root-key", self.root_key, "--yes", *more, expect=expect)
        return done.stdout.decode() + done.stderr.decode()

    def identity(self, organisation):
        return self.homes[organisation] / "orgs" / organisation / (self.week + ".age")

    def statement(self, organisation):
        return self.homes[organisation] / "statements" / f"{self.week}.{organisation}.json"

    def opens_with_stock_age(self, vault, home):
        """Epochs whose key any identity of the home opens."""
        opened = []
        for sealed in home.rglob("*.age"):
            plain = stock("age", "-d", "-j", "batchpass", sealed, expect=None, extra_env={"AGE_PASSPHRASE": PASSPHRASE})
            if plain.returncode == 0:
                key = self.folder / "identity"
                key.write_bytes(plain.stdout)
                opened += [e.name for e in (vault / "epochs").iterdir() for copy in ("key.age", "key.age.copy")
                           if stock("age", "-d", "-i", key, e / copy, expect=None).returncode == 0]
        return set(opened)

    def epochs_of(self, vault, week):
        return {e.name for e in (vault / "epochs").iterdir() if json.loads((e / "epoch.json").read_text())["week"] == week}

    # --- import receipts ------------------------------------------------------------------------

    def test_an_epoch_that_opened_whole_gets_a_complete_receipt_that_stock_minisign_verifies(self):
        vault = self.fill(later=False)
        out = self.folder / "carry"
        self.assertIn("Import receipts: 1 complete, 0 incomplete", self.import_vault(vault, "aikyn", "--receipts", out))
        epoch = next((vault / "epochs").iterdir())
        for folder in (out, self.homes["aikyn"] / "receipts"):
            file = folder / f"{epoch.name}.aikyn.json"
            receipt = json.loads(file.read_text())
            self.assertEqual("complete", receipt["result"])
            for member, name in (("db_sha256", "reports.db"), ("key_sha256", "key.age")):
                self.assertEqual(hashlib.sha256((epoch / name).read_bytes()).hexdigest(), receipt[member])
            done = run("minisign", "-V", "-p", self.homes["aikyn"] / "desk.pub", "-m", file)
            self.assertIn(f"import-receipt {receipt['site']} {today().isoformat()}", done.stdout.decode())

    def test_a_report_that_does_not_open_makes_the_receipt_incomplete_and_never_replaces_a_complete_one(self):
        self.install_keyring(self.first_keyring)
        server = self.start()
        sealed = bytearray(self.seal(SAMPLES / "report_ru.json"))
        sealed[-1] ^= 1
        self.assertEqual(201, server.put(bytes(sealed), self.week)[0])
        server.stop()
        vault = self.export()
        self.assertIn("Import receipts: 0 complete, 1 incomplete", self.import_vault(vault, "aikyn", expect=5))
        file = next((self.homes["aikyn"] / "receipts").glob("*.json"))
        self.assertEqual("incomplete", json.loads(file.read_text())["result"])

        other = self.fill(later=False)
        self.import_vault(other, "bermet", expect=5)
        receipts = self.homes["bermet"] / "receipts"
        complete = [f for f in receipts.glob("*.json") if json.loads(f.read_text())["result"] == "complete"]
        self.assertEqual(1, len(complete))
        before = complete[0].read_bytes()
        with on(today() + datetime.timedelta(days=1)):
            self.import_vault(other, "bermet", expect=5)
        self.assertEqual(before, complete[0].read_bytes())
        # The same epoch, one of its reports damaged on the way: nothing takes the complete receipt's place.
        shutil.rmtree(self.folder / "opened-bermet")
        database = other / "epochs" / complete[0].name.split(".")[0] / "reports.db"
        damaged = bytearray(database.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        database.write_bytes(damaged)
        self.import_vault(other, "bermet", expect=5)
        self.assertEqual(before, complete[0].read_bytes())

    def test_files_that_are_not_what_the_server_marked_get_no_receipt(self):
        vault = self.fill(later=False)
        key = next((vault / "epochs").iterdir()) / "key.age"
        key.write_bytes(key.read_bytes() + b"x")
        self.assertIn("not those that the server marked", self.import_vault(vault, "aikyn", expect=5))
        self.assertFalse(list((self.homes["aikyn"] / "receipts").glob("*")))

    def test_without_the_root_key_a_vault_opens_and_says_why_there_are_no_receipts(self):
        vault = self.fill(later=False)
        done = self.desk("open", vault, "--home", self.homes["aikyn"], "--out", self.folder / "out")
        self.assertIn("No import receipts: name the site's root key", done.stdout.decode())
        self.desk("open", vault, "--home", self.homes["aikyn"], "--out", self.folder / "out", "--receipts", self.folder / "r", expect=2)
        shutil.copy(self.root_key, self.homes["aikyn"] / "root.pub")
        done = self.desk("open", vault, "--home", self.homes["aikyn"], "--out", self.folder / "out")
        self.assertIn("1 complete", done.stdout.decode())

    # --- destruction ----------------------------------------------------------------------------

    def test_after_the_destruction_nothing_of_that_week_opens_from_any_copy(self):
        vault = self.fill()
        copy = self.folder / "copy-of-the-vault"
        shutil.copytree(vault, copy)
        old, new = (self.epochs_of(vault, w) for w in (self.week, self.later_keyring.stem))
        self.assertEqual((1, 1), (len(old), len(new)))
        with on(self.after):
            for organisation in ORGANISATIONS:
                self.assertEqual(old | new, self.opens_with_stock_age(copy, self.homes[organisation]))  # what there is to lose
                self.assertIn("2 complete", self.import_vault(vault, organisation))
                said = self.destroy(vault, organisation)
                self.assertIn("This is early", said)
                self.assertIn("Flash memory may keep", said)
                home = self.folder / ("copy-of-" + organisation)
                shutil.copytree(self.homes[organisation], home)
                self.assertEqual(new, self.opens_with_stock_age(copy, home))
                done = self.desk("open", copy, "--home", home, "--out", self.folder / ("again-" + organisation), expect=5)
                self.assertIn("Epochs opened: 1. Reports: 1 new", done.stdout.decode())
                self.assertIn(f"{self.week}: there is no key of that week here", done.stdout.decode())
        # A report by hand, too.
        sealed = self.folder / f"report-{self.week}-00000000.age"
        sealed.write_bytes(self.seal(SAMPLES / "report_ru.json"))
        self.desk("open", sealed, "--home", self.homes["aikyn"], "--out", self.folder / "by-hand", expect=4)

    def test_the_statement_is_signed_and_says_which_key_is_gone(self):
        vault = self.fill()
        with on(self.after):
            self.import_vault(vault, "aikyn")
            self.destroy(vault, "aikyn")
        statement = json.loads(self.statement("aikyn").read_text())
        recipient = json.loads(self.first_keyring.read_text())["organisations"][0]["recipient"]
        self.assertEqual({"format": "sandyk-key-destroyed/1", "site": statement["site"], "organisation": "aikyn", "week": self.week,
                          "recipient_sha256": hashlib.sha256(recipient.encode()).hexdigest(), "date": self.after.isoformat()}, statement)
        done = run("minisign", "-V", "-p", self.homes["aikyn"] / "desk.pub", "-m", self.statement("aikyn"))
        self.assertIn(f"statement {statement['site']} {self.after.isoformat()}", done.stdout.decode())
        self.assertEqual([self.later_keyring.stem + ".age"], [f.name for f in self.identity("aikyn").parent.iterdir() if f.suffix != ".json"])
        with on(self.after):
            self.assertIn("were destroyed before", self.destroy(vault, "aikyn", expect=1))

    def refused(self, vault, why, *more, expect=1):
        said = self.destroy(vault, "aikyn", *more, expect=expect)
        self.assertRegex(said, why)
        self.assertTrue(self.identity("aikyn").exists())
        self.assertFalse(self.statement("aikyn").exists())
        return said

    def test_keys_stay_while_they_are_needed(self):
        vault = self.fill()
        self.import_vault(vault, "aikyn", expect=None)
        with on(self.after - datetime.timedelta(days=1)):
            self.refused(vault, "may still arrive until")
        with on(self.after):
            shutil.rmtree(self.homes["aikyn"] / "receipts")
            self.refused(vault, "have no complete import receipt of aikyn")
            self.import_vault(vault, "bermet")  # another's receipt does not count
            shutil.copytree(self.homes["bermet"] / "receipts", self.folder / "theirs")
            self.refused(vault, "have no complete import receipt of aikyn", "--receipts", self.folder / "theirs")
            # The export's own receipts count: they are those that reached the server.
            self.import_vault(vault, "aikyn", "--receipts", vault / "receipts")
            shutil.rmtree(self.homes["aikyn"] / "receipts")
            self.destroy(vault, "aikyn")

    def test_a_copy_of_the_vault_from_before_the_end_is_too_old(self):
        vault = self.fill(later=False)
        self.import_vault(vault, "aikyn")
        with on(self.after):
            self.refused(vault, "too old to know")
            # A tombstone of a later day, or a log entry, shows that the copy is fresh.
            bundle = vault / "log" / "tile" / "entries" / "000.p" / "1"
            shutil.rmtree(vault / "log")
            bundle.parent.mkdir(parents=True)
            entry = f"sandyk-log/1 drill\ndate {self.after.isoformat()}\nwhat test\n".encode()
            bundle.write_bytes(len(entry).to_bytes(2, "big") + entry)
            self.destroy(vault, "aikyn")

    def test_unread_epochs_are_given_up_by_two_people_only_and_not_early(self):
        vault = self.fill()
        consent = self.folder / "consent.json"

        def make(expect=0):
            consent.unlink(missing_ok=True)
            return run(program("desk"), "keys", "destroy-unread", "new", "--week", self.week, "--vault", vault, "--org", "aikyn", "--home",
                       self.homes["aikyn"], "--root-key", self.root_key, "--out", consent, expect=expect)

        def sign(organisation, expect=0):
            return self.desk("keys", "destroy-unread", "sign", consent, "--home", self.homes[organisation], expect=expect)

        with on(self.after):
            make()
            for organisation in ORGANISATIONS:
                sign(organisation)
            self.refused(vault, "not allowed before", "--unread", consent)
        with on(self.destroy_by):
            self.refused(vault, "two people may give them up")
            make()
            sign("aikyn")
            sign("aikyn", expect=2)
            self.refused(vault, "not approved by two", "--unread", consent, expect=3)
            sign("bermet")
            whole = consent.read_text()
            consent.write_text(re.sub('"epochs": \\[\n +"[0-9a-f]{32}"', '"epochs": [\n  "' + "0" * 32 + '"', whole))
            self.assertNotEqual(whole, consent.read_text())
            self.refused(vault, "not for exactly the epochs", "--unread", consent, expect=3)
            consent.write_text(whole)
            self.assertIn("given up unread", self.destroy(vault, "aikyn", "--unread", consent))
        statement = json.loads(self.statement("aikyn").read_text())
        self.assertEqual(json.loads(whole)["epochs"], statement["unread"]["epochs"])
        self.assertEqual(2, len(statement["unread"]["signed_by"]))

    def test_the_week_is_typed_on_the_terminal(self):
        vault = self.fill()
        command = [program("desk"), "keys", "destroy", "--week", self.week, "--home", self.homes["aikyn"], "--vault", vault,
                   "--root-key", self.root_key, "--passphrase-file", self.passphrase_file]
        with on(self.after):
            self.import_vault(vault, "aikyn")
            at_a_terminal(self, command, [(b"Type the week to go on: ", self.later_keyring.stem)], 2)
            self.assertTrue(self.identity("aikyn").exists())
            at_a_terminal(self, command, [(b"Type the week to go on: ", self.week)], 0)
        self.assertFalse(self.identity("aikyn").exists())

    def test_a_power_cut_anywhere_is_finished_by_the_same_command_and_no_statement_comes_too_soon(self):
        """Killed by a signal at each change to the disk, as strace counts them."""
        vault = self.fill()
        with on(self.after):
            self.import_vault(vault, "aikyn")
        home, cut = self.homes["aikyn"], 0
        original = self.folder / "original"
        shutil.copytree(home, original)
        for calls in ("write", "fsync", "rename,renameat2", "unlink"):
            for n in range(1, 60):
                shutil.rmtree(home)
                shutil.copytree(original, home)
                with on(self.after):
                    done = run("strace", "-f", "-o", "/dev/null", "-e", f"inject={calls}:signal=KILL:when={n}", program("desk"), "keys",
                               "destroy", "--week", self.week, "--home", home, "--vault", vault, "--root-key", self.root_key, "--yes",
                               "--passphrase-file", self.passphrase_file, expect=None)
                if done.returncode == 0:
                    break
                cut += 1
                if self.statement("aikyn").exists():
                    self.assertFalse(self.identity("aikyn").exists(), f"{calls} {n}: stated, and the key is there")
                with on(self.after):
                    said = self.destroy(vault, "aikyn", expect=None)
                self.assertFalse(self.identity("aikyn").exists(), f"{calls} {n}: {said}")
                run("minisign", "-V", "-p", home / "desk.pub", "-m", self.statement("aikyn"))
                self.assertEqual([self.later_keyring.stem + ".age"],
                                 [f.name for f in self.identity("aikyn").parent.iterdir() if f.suffix != ".json"])
        self.assertGreater(cut, 12)

    # --- what is due ----------------------------------------------------------------------------

    def due(self, *more):
        return run(program("desk"), "keys", "due", "--home", self.homes["aikyn"], *more).stdout.decode()

    def test_what_is_due_is_said(self):
        vault = self.fill(later=False)
        with_vault = ("--vault", vault, "--root-key", self.root_key)
        self.assertIn(f"{self.week} of aikyn: in use, to be destroyed by {self.destroy_by.isoformat()}\n", self.due(*with_vault))
        self.assertIn("(estimated: no keyring here)", self.due())
        self.assertIn("aikyn has no keys for", self.due())
        self.assertIn("No keyring is signed for", self.due(*with_vault))
        with on(self.destroy_by):
            self.assertIn(f"{self.week} of aikyn: due soon", self.due(*with_vault))
            self.assertIn("Keys to destroy: 0 overdue, 1 within 14 days", self.import_vault(vault, "aikyn"))
        with on(self.destroy_by + datetime.timedelta(days=1)):
            self.assertIn(f"{self.week} of aikyn: OVERDUE", self.due(*with_vault))


if __name__ == "__main__":
    unittest.main()
