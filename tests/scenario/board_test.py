"""Talking back: answers on boards, read with the receipt code alone, and follow-ups, over days and restarts."""

import datetime
import hashlib
import json
import re
import shutil
import unittest

import moved_clock
from world import ORGANISATIONS, SAMPLES, World, program, run

AIKYN, BERMET = ORGANISATIONS
NO_ANSWER = "There is no answer for this code, now."
WORD_OF_SAMPLE = "активистмин"  # report_ky.json
BOARD_SIZE = 64 + 32 * 2048


class Board(World):
    @classmethod
    def make_week_keys(cls, organisation, *more):
        cls.desk("keys", "new", "--home", cls.shared / organisation, "--org", organisation, "--name-en", organisation.title(),
                 "--weeks", 3, "--work-factor", 12, *more)

    def setUp(self):
        super().setUp()
        self.homes = {}
        for organisation in ORGANISATIONS:  # each scenario has its own case file
            home = self.homes[organisation] = self.folder / f"home-{organisation}"
            shutil.copytree(self.shared / organisation, home)
            shutil.copytree(self.root / "keyring", home / "keyring")
            self.desk("case", "new", "--home", home, "--work-factor", 12)
        self.install_keyring(*sorted((self.root / "keyring").glob("*.json")))
        self.number = 0

    # --- what each of them does -----------------------------------------------------------------

    def talk(self, server, command, *words, code="", expect=0):
        done = run(program("report"), command, "--to", server.url, "--ca", self.certificate, "--root-key", self.root_key, *words,
                   stdin=f"{code}\n".encode(), expect=expect)
        return done.stdout.decode() + done.stderr.decode()

    def document(self, words):
        self.number += 1
        file = self.folder / f"document-{self.number}.json"
        file.write_text(json.dumps({"v": "1.0.0", "narrative": words}))
        return file

    def send_report(self, server):
        said = self.send(server, SAMPLES / "report_ky.json").stdout.decode()
        return re.search(r"^    ((\d{5} ?){5})$", said, re.M)[1]

    def bring(self, organisation):
        """Imports what is on the server; returns what is said of it."""
        return self.desk("import", self.export(), "--home", self.homes[organisation], "--root-key", self.root_key).stdout.decode()

    def find(self, organisation, words):
        """Ids of the reports there that say so."""
        said = self.desk("case", "find", words, "--home", self.homes[organisation]).stdout.decode()
        return re.findall(r"^([0-9a-f]{64}) ", said, re.M)

    def answer(self, organisation, report, words, *more, expect=0):
        file = self.folder / "answer.txt"
        file.write_text(words)
        return self.desk("answer", report, "--text", file, "--home", self.homes[organisation], *more, expect=expect)

    def boards(self, organisation, *more, days=3, expect=0):
        self.number += 1
        out = self.folder / f"boards-{organisation}-{self.number}"
        self.desk("board", "--days", days, "--home", self.homes[organisation], "--root-key", self.root_key, "--out", out, *more, expect=expect)
        return out

    def install(self, folder, expect=0):
        done = run(program("intake"), "board", "install", folder, "--vault", self.vault, "--root-key", self.root_key, expect=expect)
        return done.stdout.decode() + done.stderr.decode()

    def bring_boards(self, **more):
        for organisation in ORGANISATIONS:
            self.install(self.boards(organisation, **more))

    def transcript(self, organisation):
        return self.desk("answers", "--home", self.homes[organisation]).stdout.decode()

    def restart(self, server):
        self.assertEqual(0, server.stop())
        return self.start()

    # --- scenarios ------------------------------------------------------------------------------

    def test_a_conversation_of_five_turns_over_restarts_and_a_change_of_the_week(self):
        server = self.start()
        code = self.send_report(server)
        for organisation in ORGANISATIONS:
            self.bring(organisation)
        report, = self.find(AIKYN, WORD_OF_SAMPLE)
        self.assertIn(NO_ANSWER, self.talk(server, "answers", code=code))
        day, said_before = moved_clock.today(), []
        for turn, later in enumerate((0, 2, 7, 7, 8), 1):
            with moved_clock.on(day + datetime.timedelta(days=later)):
                for organisation in ORGANISATIONS:
                    words = f"{organisation} asks, turn {turn}"
                    self.answer(organisation, report, words)
                    said_before.append(words)
                self.bring_boards()
                server = self.restart(server)
                said = self.talk(server, "answers", code=code)
                for words in said_before:
                    self.assertIn(words, said)
                self.assertIn(NO_ANSWER, self.talk(server, "answers", code="3600306292500874096600282"))
                self.talk(server, "reply", self.document(f"reply of turn {turn}"), code=code)
                for organisation in ORGANISATIONS:
                    said = self.bring(organisation)
                    self.assertRegex(said, f"follow-up .* to {report}; of {turn} answers {turn} are known to be read")
                    self.assertNotIn("somebody else wrote", said)
                    transcript = self.transcript(organisation)
                    self.assertIn(f"reply of turn {turn}", transcript)
                    self.assertNotIn("not known to be read", transcript)
        self.assertIn("Threads that were answered: 1.", self.transcript(AIKYN))

    def test_boards_are_the_same_for_everybody_and_change_with_the_day(self):
        self.bring_boards(days=3)
        server = self.start()
        day = moved_clock.today()
        path = f"/board/{AIKYN}/current"
        status, headers, board = server.ask("GET", path)
        self.assertEqual((200, BOARD_SIZE), (status, len(board)))
        for name in ("ETag", "Last-Modified", "Accept-Ranges", "Content-Encoding", "Set-Cookie", "Vary"):
            self.assertIsNone(headers[name], name)
        for more in ({"Range": "bytes=0-99"}, {"If-None-Match": "*"}, {"Accept-Encoding": "gzip"}):
            self.assertEqual((200, board), server.ask("GET", path, headers=more)[::2], more)
        self.assertEqual(board, server.ask("GET", f"/board/{AIKYN}/{day}")[2])
        tomorrow = day + datetime.timedelta(days=1)
        for other in (f"/board/{AIKYN}/{tomorrow}", "/board/nobody/current", f"/board/{AIKYN}/x", f"/board/{AIKYN}", "/board/"):
            self.assertEqual(404, server.ask("GET", other)[0], other)
        self.assertNotIn("board-stale", server.ask("GET", "/health")[2].decode().split())
        with moved_clock.on(tomorrow):
            server = self.restart(server)
            self.assertNotEqual(board, server.ask("GET", path)[2])
        with moved_clock.on(day + datetime.timedelta(days=5)):
            server = self.restart(server)
            status, _, last = server.ask("GET", path)
            self.assertEqual((200, BOARD_SIZE), (status, len(last)))
            self.assertIn("board-stale", server.ask("GET", "/health")[2].decode().split())
            code = self.send_report(server)
            self.assertRegex(self.talk(server, "answers", code=code), "The board of aikyn is of .* holding back")
        log = b"".join(f.read_bytes() for f in (self.vault / "log").rglob("*") if f.is_file())
        self.assertIn(hashlib.sha256(board).hexdigest().encode(), log)

    def test_what_is_not_a_board_of_its_organisation_and_day_is_refused(self):
        day = moved_clock.today()
        forged = self.boards(AIKYN)
        for file in list(forged.iterdir()):
            file.rename(forged / file.name.replace(AIKYN, BERMET))
        self.assertIn("signed with another key than the organisation's answer key", self.install(forged, expect=3))
        old = self.boards(AIKYN)
        new = self.boards(AIKYN)
        self.install(new)
        server = self.start()
        shown = server.ask("GET", f"/board/{AIKYN}/current")[2]
        self.assertIn("numbers never go back", self.install(old, expect=3))
        other = self.folder / "other"
        self.desk("root", "new", "--home", other, "--work-factor", 12)
        elsewhere = self.boards_of_another_site(other)
        self.assertIn("one of another site", self.install(elsewhere, expect=3))
        with moved_clock.on(day + datetime.timedelta(days=9)):
            self.assertIn("its day is over", self.install(new, expect=3))
        changed = self.boards(AIKYN)
        file = next(changed.glob("*.board"))
        file.write_bytes(file.read_bytes()[:-1] + b"x")
        self.assertIn("was changed after it was signed", self.install(changed, expect=3))
        self.assertEqual(shown, server.ask("GET", f"/board/{AIKYN}/current")[2])
        self.assertEqual([], list((self.vault / "inbox").iterdir()))

    def boards_of_another_site(self, root):
        """The same organisation with the same answer key, in a keyring of another root."""
        self.desk("keyring", "sign", "--home", root, *self.public_files())
        home = self.folder / "elsewhere"
        shutil.copytree(self.homes[AIKYN], home)
        shutil.rmtree(home / "keyring")
        shutil.copytree(root / "keyring", home / "keyring")
        out = self.folder / "boards-elsewhere"
        # A number above all others, so that it is the site alone that is wrong.
        self.desk("board", "--days", 3, "--home", home, "--root-key", root / "root.pub", "--out", out, "--after", 1000)
        return out

    def test_cover_is_dropped(self):
        server = self.start()
        self.talk(server, "cover")
        self.send_report(server)
        self.assertIn("1 new, 0 duplicate, 1 cover", self.bring(AIKYN))
        self.assertIn("This is not a receipt code", self.talk(server, "answers", code="123", expect=2))

    def test_a_withdrawal_is_shown_first_and_carried_out_once_confirmed(self):
        server = self.start()
        code = self.send_report(server)
        self.bring(AIKYN)
        report, = self.find(AIKYN, WORD_OF_SAMPLE)
        self.answer(AIKYN, report, "Ring 0555123456", expect=2)
        home = ("--home", self.homes[AIKYN])
        self.desk("answer", report[:10], "--phrase", "read", "--lang", "ky", *home)
        self.install(self.boards(AIKYN))
        server = self.restart(server)
        self.assertIn("Биз билдирүүңүздү окудук", self.talk(server, "withdraw", code=code))
        said = self.bring(AIKYN)
        withdrawal = re.match(r"WITHDRAWN by the reporter: ([0-9a-f]{64})\. Act on it: ", said)[1]
        self.assertRegex(self.desk("withdrawals", *home).stdout.decode(), f"(?s){withdrawal}.*{report}.*{withdrawal}")
        self.assertNotIn("not known to be read", self.transcript(AIKYN))
        done = run("setsid", program("desk"), "withdraw", withdrawal, *home, "--passphrase-file", self.passphrase_file, expect=2)
        self.assertIn("no terminal to ask for a confirmation", done.stderr.decode())  # and nothing is gone
        self.assertEqual([report], self.find(AIKYN, WORD_OF_SAMPLE))
        said = self.desk("withdraw", withdrawal, "--yes", *home).stdout.decode()
        self.assertRegex(said, "(?s)Not reached:.*what other organisations opened.*2 reports are destroyed")
        self.assertEqual([], self.find(AIKYN, WORD_OF_SAMPLE))
        self.assertIn("No withdrawal waits.", self.desk("withdrawals", *home).stdout.decode())
        self.desk("answer", report, "--phrase", "read", *home, expect=2)
        self.assertIn("0 new, 2 duplicate", self.bring(AIKYN))  # it does not come back with the next stick
        self.assertIn("The case file is whole: 0 reports", self.desk("case", "check", *home).stdout.decode())
        self.install(self.boards(AIKYN))  # nor is it answered any more
        server = self.restart(server)
        self.assertIn(NO_ANSWER, self.talk(server, "answers", code=code))

    def test_a_desk_keeps_its_answers_under_the_passphrase(self):
        server = self.start()
        self.send_report(server)
        self.bring(AIKYN)
        report, = self.find(AIKYN, WORD_OF_SAMPLE)
        self.answer(AIKYN, report, "a secret answer")
        for file in self.homes[AIKYN].rglob("*"):
            if file.is_file():
                self.assertNotIn(b"a secret answer", file.read_bytes(), file)
        wrong = self.folder / "wrong"
        wrong.write_text("another passphrase\n")
        run(program("desk"), "answers", "--home", self.homes[AIKYN], "--passphrase-file", wrong, expect=4)


if __name__ == "__main__":
    unittest.main()
