"""Talking back through the page in Chromium: answers, follow-ups, cover and withdrawal, and what a lying server gives."""

import base64
import datetime
import pathlib
import unittest

import moved_clock
from answering_world import AIKYN, BERMET, ORGANISATIONS, AnsweringWorld
from page_test import Browsing

NO_ANSWER = "There is no answer under this code"
SOMEBODY_ELSE = "3600306292500874096600282"  # of tests/vectors/receipt.json
READ_ALL = [f"GET /board/{organisation}/current{suffix} 0" for organisation in ORGANISATIONS for suffix in ("", ".minisig")]


class PageAnswers(AnsweringWorld, Browsing):
    def visit(self, server, code, **given):
        return self.browse("visit", server, code=code, **given)

    def visits(self, server, *each):
        return self.browse("visits", server, each=each)["found"]

    def sent(self, server, **given):
        """A report that the page sent and both desks have: its code, and its id there."""
        code = self.browse("send", server, text="the first words", **given)["code"]
        for organisation in ORGANISATIONS:
            self.bring(organisation)
        report, = self.find(AIKYN, "first words")
        return code, report

    def on_boards(self, folder, organisation, day, *suffixes):
        """Those files of a folder of boards, as a server would give them for the current board."""
        file = pathlib.Path(folder) / f"{organisation}.{day}.board"
        return {f"/board/{organisation}/current{suffix}": base64.b64encode(pathlib.Path(f"{file}{suffix}").read_bytes()).decode()
                for suffix in suffixes or ("", ".minisig")}

    # --- a conversation -------------------------------------------------------------------------

    def test_a_browser_holds_a_conversation_of_five_turns_over_restarts_and_a_change_of_the_week(self):
        server = self.start()
        code, report = self.sent(server)
        first, told = moved_clock.today(), {organisation: [] for organisation in ORGANISATIONS}
        for turn, later in enumerate((0, 0, 2, 7, 8), 1):
            day = first + datetime.timedelta(days=later)
            with moved_clock.on(day):
                for organisation in ORGANISATIONS:
                    words = f"{organisation} сурайт, {turn}\n<b>«?»</b>"
                    self.answer(organisation, report, words)
                    told[organisation].append([str(day), words])
                self.bring_boards()
                server = self.restart(server)
            self.take_a_turn(server, turn, day, code, told)
            self.is_heard(turn, day, report)
        for organisation in ORGANISATIONS:
            self.assertIn("Threads that were answered: 1.", self.transcript(organisation))

    def take_a_turn(self, server, turn, day, code, told):
        """Reads all that was told, and answers; somebody else learns nothing, and looks the same to the server."""
        name = f"en-phone-conversation-{turn}" if turn in (1, 5) else None
        found, other = self.visits(server, {"code": code, "day": str(day), "follow": f"reply of turn {turn}", "name": name},
                                   {"code": SOMEBODY_ELSE, "day": str(day)})
        self.assertEqual({f"{organisation.title()} answers:": said for organisation, said in told.items()}, found["answers"])
        self.assertEqual([], found["said"])
        self.assertIn("It is added to your report.", found["note"])
        self.assertEqual({}, other["answers"])
        self.assertIn(NO_ANSWER, other["said"][0])
        for each in (found, other):
            self.assertEqual(["", "", False], each["left"])
        self.assertEqual(found["reading"], other["reading"])
        self.assertEqual(sorted(READ_ALL), sorted(line for line in other["reading"] if "/board/" in line))

    def is_heard(self, turn, day, report):
        with moved_clock.on(day):
            for organisation in ORGANISATIONS:
                self.assertRegex(self.bring(organisation), f"follow-up .* to {report}; of {turn} answers {turn} are known to be read")
                self.assertIn(f"reply of turn {turn}", self.transcript(organisation))

    # --- cover and withdrawal -------------------------------------------------------------------

    def test_a_cover_report_is_on_the_line_as_any_and_the_desk_drops_it(self):
        server = self.start()
        code, _ = self.sent(server)
        follow = self.visit(server, code, follow="more")
        cover = self.browse("cover", server)
        self.assertEqual("begun", cover["left"])
        self.assertIn("It was empty", cover["note"])
        self.assertEqual(follow["sending"], cover["traffic"][-len(follow["sending"]):])
        self.assertEqual(sorted(follow["reading"] + follow["sending"]), sorted(cover["traffic"]))
        self.assertIn("1 new, 1 duplicate, 1 cover", self.bring(AIKYN))

    def test_a_withdrawal_is_meant_signed_and_shown_first_at_both_desks(self):
        server = self.start()
        code, report = self.sent(server, language="ky")
        for organisation in ORGANISATIONS:
            self.answer(organisation, report, "Биз окудук.")
        self.bring_boards()
        server = self.restart(server)
        found = self.visit(server, code, language="ky", withdraw=True, name="ky-phone-withdrawal")
        self.assertIn("белги коюңуз", found["unsure"])
        self.assertIn("Кайтарып алууңуз", found["note"])
        for organisation in ORGANISATIONS:
            self.assertTrue(self.bring(organisation).startswith("WITHDRAWN by the reporter: "))
            self.assertIn(report, self.desk("withdrawals", "--home", self.homes[organisation]).stdout.decode())
            self.assertNotIn("not known to be read", self.transcript(organisation))

    def test_the_keyboard_is_enough_to_read_and_to_withdraw(self):
        server = self.start()
        code, _ = self.sent(server)
        found = self.browse("withdrawByKeyboard", server, code=code)
        self.assertEqual("Answers", found["begin"])
        self.assertIn("Your withdrawal is on its way", found["note"])
        self.assertIn("WITHDRAWN by the reporter", self.bring(AIKYN))

    # --- a server that lies ---------------------------------------------------------------------

    def test_a_server_that_lies_about_boards_is_found_out(self):
        server = self.start()
        code, report = self.sent(server)
        folders, answers = {}, {}
        today = moved_clock.today()
        for organisation in ORGANISATIONS:
            self.answer(organisation, report, f"{organisation} has read it")
            folders[organisation] = self.boards(organisation)
            self.install(folders[organisation])
            answers[f"{organisation.title()} answers:"] = [[str(today), f"{organisation} has read it"]]
        server = self.restart(server)
        self.shows_nothing_that_is_not_signed(server, code, folders, answers)
        self.says_which_board_is_old(server, code, folders, answers)

    def shows_nothing_that_is_not_signed(self, server, code, folders, answers):
        day = moved_clock.today()
        of_aikyn = self.on_boards(folders[AIKYN], AIKYN, day)
        forged = {path.replace(AIKYN, BERMET): content for path, content in of_aikyn.items()}
        changed = self.on_boards(folders[BERMET], BERMET, day)
        changed[f"/board/{BERMET}/current"] = changed[f"/board/{BERMET}/current"].replace("A", "B")
        root = self.folder / "other"
        self.desk("root", "new", "--home", root, "--work-factor", 12)
        elsewhere = self.on_boards(self.boards_of_another_site(root), AIKYN, day)
        # The next day's board came between the two files: an honest server does that at midnight.
        between = self.on_boards(folders[AIKYN], AIKYN, day + datetime.timedelta(days=1), ".minisig")
        lies = ((forged, BERMET, "en-phone-forged"), (changed, BERMET, None), (elsewhere, AIKYN, None))
        visits = [{"code": of, "boards": boards, "name": name} for boards, _, name in lies for of in (code, SOMEBODY_ELSE)]
        *found, once = self.visits(server, *visits, {"code": code, "boards": between, "times": 1})
        for (_, liar, _), mine, others in zip(lies, found[::2], found[1::2]):
            honest = {name: said for name, said in answers.items() if liar.title() not in name}
            self.assertEqual((honest, {}), (mine["answers"], others["answers"]))
            for each in (mine, others):
                self.assertRegex(each["said"][-1], f"What came as the answers of {liar.title()} was not signed by this organisation")
        self.assertEqual((answers, []), (once["answers"], once["said"]))

    def says_which_board_is_old(self, server, code, folders, answers):
        first = moved_clock.today()
        later = first + datetime.timedelta(days=1)
        with moved_clock.on(later):
            server = self.restart(server)
        old = self.on_boards(folders[AIKYN], AIKYN, first)
        found, honest = self.visits(server, {"code": code, "day": str(later), "boards": old, "name": "en-phone-replayed"}, {"code": code, "day": str(later)})
        self.assertEqual(answers, found["answers"])
        self.assertEqual([f"The answers of Aikyn are as of {first}: what was written since is not among them. Somebody may be holding it back."], found["said"])
        self.assertEqual((answers, []), (honest["answers"], honest["said"]))

    def test_a_site_that_has_no_boards_yet_says_so(self):
        found = self.visit(self.start(), SOMEBODY_ELSE, name="en-phone-no-boards")
        self.assertEqual([f"{o.title()} has no answers on this server, or the server does not give them out." for o in ORGANISATIONS], found["said"])


if __name__ == "__main__":
    unittest.main()
