"""Talking back: answers on boards, read with the receipt code alone, and follow-ups, over days and restarts."""

import datetime
import hashlib
import os
import pathlib
import re
import time
import unittest

import moved_clock
from answering_world import AIKYN, BERMET, NO_ANSWER, ORGANISATIONS, WORD_OF_SAMPLE, AnsweringWorld
from between import Liar
from terminal import at_a_terminal
from world import PATIENCE, program, run

BOARD_SIZE = 64 + 32 * 2048
WRONG_CODE = "3600306292500874096600282"


class Board(AnsweringWorld):
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
                self.assertIn(NO_ANSWER, self.talk(server, "answers", code=WRONG_CODE))
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
        self.assertEqual(0, server.stop())
        printed = run(program("audit"), "verify", self.vault, "--log-key", self.log_key, "--root-key", self.root_key, expect=None).stdout.decode()
        for claim in ("every board that was shown is logged", "every entry is well formed"):
            self.assertIn(f"holds        {claim}", printed)

    def test_boards_change_at_midnight_under_a_confined_server_that_runs(self):
        today = moved_clock.today()
        midnight = datetime.datetime.combine(today + datetime.timedelta(days=1), datetime.time(), datetime.timezone.utc)
        with moved_clock.at(midnight - datetime.timedelta(seconds=20)):
            server = self.start()
        filtered = 0 if "SANDYK_SANITIZED" in os.environ else 2  # a sanitizer cannot be confined
        self.assertIn(f"Seccomp:\t{filtered}", pathlib.Path(f"/proc/{server.process.pid}/status").read_text())
        made = self.boards(AIKYN)
        self.install(made)  # it runs, and takes them out of the inbox itself
        first, second = (file.read_bytes() for file in sorted(made.glob("*.board"))[:2])
        self.wait_for(lambda: server.ask("GET", f"/board/{AIKYN}/current")[2] in (first, second))
        self.wait_for(lambda: server.ask("GET", f"/board/{AIKYN}/current")[2] == second)
        self.assertEqual(second, (self.vault / "board" / AIKYN / str(midnight.date())).read_bytes())
        self.assertFalse((self.vault / "inbox" / f"{AIKYN}.{midnight.date()}.board").exists())

    def wait_for(self, is_so):
        end = time.monotonic() + PATIENCE
        while not is_so():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)

    def test_a_wrong_code_an_answer_that_has_ended_and_none_look_the_same(self):
        server = self.start()
        with_answer, without = self.send_report(server), self.send_report(server)
        self.bring(AIKYN)
        self.answer(AIKYN, self.find(AIKYN, WORD_OF_SAMPLE)[-1], "asked")  # the first that came
        said = self.talk(server, "answers", code=with_answer)
        self.bring_boards()
        server = self.restart(server)
        self.assertEqual({True, False}, {"asked" in self.talk(server, "answers", code=code) for code in (with_answer, without)})
        with moved_clock.on(moved_clock.today() + datetime.timedelta(days=15)):
            self.bring_boards("--stay", 14)
            server = self.restart(server)
            after = {self.talk(server, "answers", code=code) for code in (with_answer, without, WRONG_CODE)}
            self.assertEqual({f"{NO_ANSWER}\n"}, after)
        self.assertIn(NO_ANSWER, said)

    def test_the_code_is_typed_unseen(self):
        server = self.start()
        code = self.send_report(server)
        prompt = b"Receipt code (not shown): "
        shown = at_a_terminal(self, [program("report"), "answers", "--to", server.url, "--ca", self.certificate, "--root-key", self.root_key],
                              [(prompt, "12345 12345"), (prompt, code)], expect=0)
        self.assertIn(NO_ANSWER, shown)
        for typed in ("12345", code[:5], code[-5:]):
            self.assertNotIn(typed, shown)

    def test_a_server_that_lies_is_found_out(self):
        self.bring_boards()
        server = self.start()
        code = self.send_report(server)
        self.bring(AIKYN)
        report, = self.find(AIKYN, WORD_OF_SAMPLE)
        path = f"/board/{AIKYN}/current"
        liar = Liar(self, server)
        self.addCleanup(liar.end)

        def show(folder, name):
            liar.says[path] = (folder / name).read_bytes()
            liar.says[path + ".minisig"] = (folder / (name + ".minisig")).read_bytes()

        today = moved_clock.today()
        yesterdays = self.boards(AIKYN)
        self.answer(AIKYN, report, "the real answer")
        self.install(self.boards(AIKYN))
        server = self.restart(server)
        liar.server = server
        self.assertIn("the real answer", self.talk(liar, "answers", code=code))
        # The other organisation knows the thread's key, too, and answers in the first one's name.
        self.bring(BERMET)
        self.answer(BERMET, report, "a forged answer")
        forged = self.boards(BERMET)
        show(forged, f"{BERMET}.{today}.board")
        said = self.talk(liar, "answers", code=code, expect=3)
        self.assertIn("The board of aikyn is signed with another key than the organisation's answer key: nothing on it is shown", said)
        self.assertNotIn("forged answer", said)
        # A board of before is only seen by its day: that day is said.
        show(yesterdays, f"{AIKYN}.{today}.board")
        with moved_clock.on(today + datetime.timedelta(days=1)):
            said = self.talk(liar, "answers", code=code)
        self.assertRegex(said, f"The board of aikyn is of {today}: .*Somebody may be holding back the newer ones")
        self.assertIn(NO_ANSWER, said)
        other = self.folder / "other"
        self.desk("root", "new", "--home", other, "--work-factor", 12)
        show(self.boards_of_another_site(other), f"{AIKYN}.{today}.board")
        self.assertRegex(self.talk(liar, "answers", code=code, expect=3), "The board of aikyn is .*another site.*: nothing on it is shown")

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
            said = self.install(new, expect=3)
        self.assertIn("its day is over", said)
        self.assertIn("No board was installed", said)
        changed = self.boards(AIKYN)
        file = next(changed.glob("*.board"))
        file.write_bytes(file.read_bytes()[:-1] + b"x")
        self.assertIn("was changed after it was signed", self.install(changed, expect=3))
        self.assertEqual(shown, server.ask("GET", f"/board/{AIKYN}/current")[2])
        self.assertEqual([], list((self.vault / "inbox").iterdir()))

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
        withdrawal = re.search(r"(?m)^WITHDRAWN by the reporter: ([0-9a-f]{64})\. Act on it: ", said)[1]
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


class FullBoard(AnsweringWorld):
    @classmethod
    def make_week_keys(cls, organisation, *more):
        super().make_week_keys(organisation, "--board-slots", 1, *more)

    def test_the_desk_says_what_finds_no_room_and_what_was_read_goes_first(self):
        server = self.start()
        codes = [self.send_report(server), self.send_report(server)]
        self.bring(AIKYN)
        for report in self.find(AIKYN, WORD_OF_SAMPLE):
            self.answer(AIKYN, report, "asked")
        done = self.desk("board", "--days", 1, "--home", self.homes[AIKYN], "--root-key", self.root_key, "--out", self.folder / "boards", expect=5)
        self.assertIn("1 new answers found no room: there are too few slots", done.stderr.decode())
        self.install(self.folder / "boards")
        server = self.restart(server)
        first, other = sorted(codes, key=lambda code: "asked" not in self.talk(server, "answers", code=code))
        self.assertIn(NO_ANSWER, self.talk(server, "answers", code=other))
        self.talk(server, "reply", self.document("yes"), code=first)
        self.bring(AIKYN)
        with moved_clock.on(moved_clock.today() + datetime.timedelta(days=15)):
            done = self.desk("board", "--days", 1, "--home", self.homes[AIKYN], "--root-key", self.root_key, "--out", self.folder / "later")
            self.assertIn("The boards are full: 1 answers that were read", done.stdout.decode())
            self.install(self.folder / "later")
            server = self.restart(server)
            self.assertIn("asked", self.talk(server, "answers", code=other))
            self.assertIn(NO_ANSWER, self.talk(server, "answers", code=first))


if __name__ == "__main__":
    unittest.main()
