"""The policy: drafted, signed, held by two people; stock minisign looks on."""

import base64
import datetime
import json
import unittest

from moved_clock import on, today
from terminal import at_a_terminal
from world import ORGANISATIONS, World, program, run

EPOCH = "00000000000000000000000000000001"


def days_ahead(days):
    return (today() + datetime.timedelta(days=days)).isoformat()


class Policy(World):
    def setUp(self):
        super().setUp()
        self.draft = self.folder / "policy.json"
        for file in (self.root / "policy").glob("*"):
            file.unlink()
        self.site = json.loads(self.keyring.read_text())["site"]
        self.log_key = f"sandyk/{self.site}+0123abcd+" + base64.b64encode(b"\x01" + bytes(32)).decode()

    def new(self, *words, expect=0):
        log_key = () if "--log-key" in words else ("--log-key", self.log_key)
        return run(program("desk"), "policy", "new", "--home", self.root, "--out", self.draft, "--defaults", *log_key, *words, expect=expect)

    def sign(self, *words, expect=0):
        return self.desk("policy", "sign", self.draft, "--home", self.root, *words, expect=expect)

    def signed(self, serial):
        return json.loads((self.root / "policy" / f"{serial}.json").read_text())

    def hold(self, *words, expect=0, until=100, review_by=50):
        file = self.folder / "hold.json"
        file.unlink(missing_ok=True)
        run(program("desk"), "hold", "new", "--epoch", EPOCH, "--reason", "court", "--until", days_ahead(until), "--review-by",
            days_ahead(review_by), "--root-key", self.root_key, "--out", file, *words, expect=expect)
        return file

    def approve(self, file, *organisations, expect=0):
        for organisation in organisations:
            said = self.desk("hold", "sign", file, "--home", self.shared / organisation, expect=expect)
        return said.stdout.decode() + said.stderr.decode()

    def test_defaults_are_drafted_signed_and_verified_by_stock_minisign(self):
        self.new()
        said = self.sign().stdout.decode()
        self.assertIn("at most 30 days", said)
        policy = self.signed(1)
        self.assertEqual({"keep_days": 30, "min_days": 7, "after_import_days": 7}, policy["unread"])
        self.assertEqual((1, self.site, self.log_key, today().isoformat(), days_ahead(365)),
                         (policy["serial"], policy["site"], policy["log_key"], policy["not_before"], policy["review_by"]))
        self.assertNotIn("previous_sha256", policy)
        done = run("minisign", "-V", "-p", self.root_key, "-m", self.root / "policy" / "1.json")
        self.assertIn(f"sandyk/1 policy {self.site} 1", done.stdout.decode())

    def test_the_next_goes_on_from_the_one_before_and_says_what_changed(self):
        self.new()
        self.sign()
        self.new("--keep-days", 20)
        said = self.sign().stdout.decode()
        self.assertIn("longest stay in days: 30 -> 20", said)
        self.assertNotIn("log key:", said)
        self.assertEqual(2, self.signed(2)["serial"])
        self.assertEqual(run("sha256sum", self.root / "policy" / "1.json").stdout.decode().split()[0], self.signed(2)["previous_sha256"])

    def test_what_is_not_sound_is_refused(self):
        self.assertIn("--min-days", self.new("--keep-days", 5, "--min-days", 6, expect=2).stderr.decode())
        self.assertIn("another site", self.new("--log-key", "sandyk/other+" + self.log_key.split("+", 1)[1], expect=2).stderr.decode())
        self.new()
        draft = json.loads(self.draft.read_text())
        for change, why in (({"review_by": days_ahead(0)}, "review_by"), ({"unread": dict(draft["unread"], min_days=31)}, "min_days"),
                            ({"owner": ""}, "not a policy"), ({"site": "0" * 16}, "site")):
            self.draft.write_text(json.dumps({**draft, **change}))
            self.assertIn(why, self.sign(expect=2).stderr.decode())
        self.assertFalse(list((self.root / "policy").glob("*")))

    def test_an_earlier_policy_that_was_changed_stops_the_next(self):
        self.new()
        self.sign()
        file = self.root / "policy" / "1.json"
        file.write_text(file.read_text().replace('"keep_days": 30', '"keep_days": 31'))
        self.assertIn("does not verify", self.sign(expect=3).stderr.decode())

    def test_questions_are_asked_on_the_terminal_and_proposals_taken_by_enter(self):
        shown = at_a_terminal(self, [program("desk"), "policy", "new", "--home", self.root, "--out", self.draft, "--review-by", days_ahead(200)],
                              [(b"Who answers for this policy: ", "the board"), (b"First day in force [", ""), (b"Longest stay, in days [30]: ", "ten"),
                               (b"Longest stay, in days [30]: ", "10"), (b"Shortest stay, in days [7]: ", ""), (b"Days after the last import [7]: ", "3"),
                               (b"The server's log key: ", self.log_key), (b"[none]: ", "")], 0)
        self.assertIn("The answer is a number of days", shown)
        self.assertIn("Whatever happens, an epoch is deleted", shown)
        self.sign()
        self.assertEqual(({"keep_days": 10, "min_days": 7, "after_import_days": 3}, "the board", days_ahead(200)),
                         (self.signed(1)["unread"], self.signed(1)["owner"], self.signed(1)["review_by"]))

    def test_a_hold_needs_two_different_approvals(self):
        self.new()
        hold = self.hold()
        self.assertIn("still needed: 1", self.approve(hold, "aikyn"))
        self.assertIn("takes two people", self.approve(hold, "aikyn", expect=2))
        self.assertIn("is not approved by two people", self.sign("--hold", hold, expect=3).stderr.decode())
        self.assertIn("still needed: 0", self.approve(hold, "bermet"))
        self.assertIn("has its two approvals", self.approve(hold, "bermet", expect=2))
        self.assertIn("hold added", self.sign("--hold", hold).stdout.decode())
        self.assertEqual([EPOCH], self.signed(1)["holds"][0]["epochs"])

    def test_an_approved_hold_that_was_changed_is_refused(self):
        self.new()
        hold = self.hold()
        self.approve(hold, *ORGANISATIONS)
        hold.write_text(hold.read_text().replace("court", "safety"))
        self.assertEqual(3, self.sign("--hold", hold, expect=3).returncode)
        self.assertIn("changed afterwards", self.approve(hold, "aikyn", expect=3))

    def test_an_officer_approves_with_a_key_of_his_own(self):
        run(program("desk"), "root", "new", "--home", self.folder / "officer", "--work-factor", 12, "--passphrase-file", self.passphrase_file)
        hold = self.hold()
        self.approve(hold, "aikyn")
        self.desk("hold", "sign", hold, "--key", self.folder / "officer" / "root.key")
        self.new()
        self.assertEqual(3, self.sign("--hold", hold, expect=3).returncode)
        self.new("--officer", self.folder / "officer" / "root.pub")
        self.assertIn("officer added", self.sign("--hold", hold).stdout.decode())
        # An officer who is one no more takes his approval along.
        self.new("--officer", "none")
        self.assertIn("is not approved by two people", self.sign(expect=3).stderr.decode())
        self.sign("--lift", json.loads(hold.read_text())["id"])
        self.assertEqual([], self.signed(2)["holds"])

    def test_a_hold_stays_until_it_is_over_and_no_longer(self):
        self.new()
        hold = self.hold()
        draft = self.draft.read_text()
        self.approve(hold, *ORGANISATIONS)
        self.sign("--hold", hold)
        self.draft.write_text(draft)  # one that knows of no hold
        self.sign()
        self.assertEqual(1, len(self.signed(2)["holds"]))
        with on(today() + datetime.timedelta(days=100)):
            self.sign()
        self.assertEqual(1, len(self.signed(3)["holds"]))
        with on(today() + datetime.timedelta(days=101)):
            self.assertIn("hold gone", self.sign().stdout.decode())
        self.assertEqual([], self.signed(4)["holds"])

    def test_a_hold_that_makes_no_sense_is_not_made(self):
        self.hold(until=-1, expect=2)
        self.hold(until=10, review_by=11, expect=2)
        self.hold("--epoch", "abc", expect=2)
        self.hold("--reason", "because", expect=2)


if __name__ == "__main__":
    unittest.main()
