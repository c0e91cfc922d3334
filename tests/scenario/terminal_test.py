"""At a terminal: passphrases are asked for and not shown, and long work shows how far it is."""

import os
import unittest

from terminal import at_a_terminal
from world import ORGANISATIONS, PASSPHRASE, SAMPLES, World, program


class Terminal(World):
    def make_root(self, first, second, expect):
        home = self.folder / "typed"
        shown = at_a_terminal(self, [program("desk"), "root", "new", "--home", home, "--work-factor", 12],
                                   [(b"New passphrase of the root key: ", first), (b"The same again: ", second)], expect)
        return home, shown

    def test_a_new_passphrase_is_asked_for_twice_and_never_shown(self):
        home, shown = self.make_root(PASSPHRASE, PASSPHRASE, 0)
        self.assertTrue((home / "root.key").exists())
        self.assertNotIn(PASSPHRASE, shown)

    def test_two_that_differ_make_nothing(self):
        home, shown = self.make_root(PASSPHRASE, PASSPHRASE + "x", 2)
        self.assertIn("The two passphrases differ", shown)
        self.assertFalse((home / "root.key").exists())

    def test_a_vault_opens_with_a_typed_passphrase_and_shows_progress(self):
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_min_en.json")
        server.stop()
        usb = self.export()
        shown = at_a_terminal(self, [program("desk"), "open", usb, "--home", self.shared / ORGANISATIONS[0], "--out",
                                    self.folder / "opened"], [(b"Passphrase of the week keys: ", PASSPHRASE)], 0)
        self.assertIn("Reports: 1 new", shown)
        self.assertIn("1 of 1 reports", shown)
        self.assertNotIn(PASSPHRASE, shown)

    def test_sending_shows_a_bar_that_ends_at_all(self):
        server = self.start_with_keyring()
        photo = self.folder / "photo.jpg"
        photo.write_bytes(os.urandom(3 * 1024 * 1024))
        shown = at_a_terminal(self, [program("report"), "send", "--to", server.url, "--ca", self.certificate, "--root-key",
                                    self.root_key, SAMPLES / "report_min_en.json", "--file", f"photo:{photo}"], [], 0)
        self.assertIn("100 %", shown)
        self.assertRegex(shown, r"\d{5} \d{5} \d{5} \d{5} \d{5}")

    def test_solving_a_puzzle_shows_how_far_it_is(self):
        server = self.start_with_keyring("--puzzle-floor", 1024)
        shown = at_a_terminal(self, [program("report"), "send", "--to", server.url, "--ca", self.certificate, "--root-key",
                                    self.root_key, SAMPLES / "report_min_en.json"], [], 0)
        self.assertRegex(shown, r"(?i)work.*\d+ %")
        self.assertRegex(shown, r"\d{5} \d{5} \d{5} \d{5} \d{5}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
