"""Casework: the invented case of the samples through the real path, from sealed reports sent over HTTPS to coded
incidents, suggestions and retention, by the real programs."""

import http.client
import json
import re
import shutil
import subprocess
import unittest

from world import ORGANISATIONS, PASSPHRASE, SAMPLES, World, program, run

ORGANISATION = ORGANISATIONS[0]
INCIDENTS = [json.loads(line) for line in (SAMPLES / "case.jsonl").read_text().splitlines()]


class Screen:
    """A running `sandyk-desk serve`, asked as its page asks it."""

    def __init__(self, home, words):
        self.process = subprocess.Popen([program("desk"), "serve", "--home", home, "--no-browser", "--as", "desk-2",
                                         "--passphrase-file", words], stdout=subprocess.PIPE)
        self.port, self.token = re.match(r"http://127\.0\.0\.1:(\d+)/#(\S+)", self.process.stdout.readline().decode()).groups()

    def ask(self, method, path, body=None, expect=200):
        link = http.client.HTTPConnection("127.0.0.1", int(self.port), timeout=60)
        try:
            link.request(method, path, None if body is None else json.dumps(body),
                         {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
            reply = link.getresponse()
            content = reply.read()
        finally:
            link.close()
        if reply.status != expect:
            raise AssertionError(f"{method} {path} was answered with {reply.status}: {content.decode()}")
        return json.loads(content) if content else None

    def end(self):
        self.process.terminate()
        self.process.wait(60)
        self.process.stdout.close()


class CaseworkTest(World):
    def setUp(self):
        super().setUp()
        self.home = self.folder / "home"
        shutil.copytree(self.shared / ORGANISATION, self.home)
        self.words = self.folder / "words"
        self.words.write_text(PASSPHRASE + "\n")
        self.case("new", "--work-factor", 12)

    def case(self, *words, expect=0):
        return self.desk("case", *words, "--home", self.home, expect=expect).stdout.decode()

    def retention(self, *words, expect=0):
        return run(program("desk"), "retention", *words, expect=expect).stdout.decode()

    def id_of(self, *words):
        found = re.match(r"([0-9a-f]{64}) (?s:.*)\n1 found", self.case("find", " ".join(words)))
        self.assertTrue(found, words)
        return found[1]

    def screen(self):
        screen = Screen(self.home, self.words)
        self.addCleanup(screen.end)
        return screen

    def write(self, name, documents):
        file = self.folder / name
        file.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in documents))
        return file

    def reports_of_the_others(self):
        """For the incidents that have no source in the samples: one report for each list of what is allowed."""
        groups = {}
        for incident in INCIDENTS:
            if "sources" not in incident:
                groups.setdefault(tuple(incident["consent"]), []).append(incident)
        self.assertEqual(3, len(groups))
        for number, (consent, incidents) in enumerate(groups.items()):
            marker = f"inventedgroup{number}"
            yield marker, incidents, self.write(f"{marker}.json", [{
                "v": "1.0.0", "narrative": f"FICTIONAL TEST {marker}. " + "; ".join(each["title"] for each in incidents),
                "what": sorted({kind.split(".")[0] for each in incidents for kind in each["types"]}),
                "consent": list(consent)}])

    def send_all(self):
        server = self.start_with_keyring()
        others = list(self.reports_of_the_others())
        for file in [SAMPLES / f"report_{name}.json" for name in ("ru", "ky", "min_en")] + [file for _, _, file in others]:
            self.send(server, file)
        self.assertEqual(0, server.stop())
        said = self.desk("import", self.export(), "--home", self.home, "--root-key", self.root_key).stdout.decode()
        self.assertIn(": 6 new, ", said)
        for marker, incidents, _ in others:
            for incident in incidents:
                incident["sources"] = [{"report": marker}]
        return [marker for marker, _, _ in others]

    def code_all(self):
        markers = self.send_all()
        coded = self.write("case.jsonl", INCIDENTS)
        names = {"R-ru": self.id_of("Лицо А таможенном"), "R-ky": self.id_of("жарандык активистмин"),
                 **{marker: self.id_of(marker) for marker in markers}}
        options = [word for name, report in names.items() for word in ("--report", f"{name}={report}")]
        said = self.case("load", SAMPLES / "case_context.jsonl", coded, *options)
        self.assertIn("1 cases, 25 entities, 30 incidents, 22 relations, 4 actions", said)
        self.assertEqual(said, self.case("load", SAMPLES / "case_context.jsonl", coded, *options))  # changes nothing

    def test_the_invented_case_from_sealed_reports_to_coded_incidents(self):
        self.code_all()
        desk = self.screen()
        incidents = desk.ask("GET", "/api/incidents?case=CASE-0001")
        self.assertEqual(30, len(incidents))
        self.assertTrue(all(each["sources"] for each in incidents))
        public = [each for each in incidents if each["consent"] != ["desk_only"]]
        self.assertEqual(29, len(public))
        by_id = {each["id"]: each for each in incidents}
        self.assertEqual({"start": "2031-12", "precision": "month"}, by_id["I-25"]["when"])
        self.assertEqual("reversed", by_id["I-17"]["response"][0]["code"])
        self.assertEqual(["I-02", "I-05", "I-07", "I-09"],
                         [each["id"] for each in desk.ask("GET", f"/api/incidents?report={by_id['I-02']['sources'][0]['report']}")])

        self.suggestion_is_decided(desk)
        self.consent_stays_the_strictest(desk, by_id["I-13"])
        self.notes_and_search(desk)

    def suggestion_is_decided(self, desk):
        row = desk.ask("GET", "/api/reports?words=flood+of+requests")["rows"][0]
        subject = f"report:{row['n']}"
        found = desk.ask("GET", f"/api/suggestions?on={subject}")
        self.assertEqual([("same_event", "incident:I-20")], [(each["kind"], each["to"]) for each in found])
        self.assertIn({"code": "same_outlet", "detail": "Outlet E"}, found[0]["why"])
        everything = desk.ask("GET", "/api/suggestions")
        self.assertEqual((subject, "incident:I-20"), (everything[0]["from"], everything[0]["to"]))
        self.assertLess(len(everything), 20)
        # The report allows nothing beyond the desk: with it, the incident does not either, and the answer says so.
        answered = desk.ask("POST", "/api/suggestions/decide",
                            {"kind": "same_event", "from": subject, "to": "incident:I-20", "decision": "yes"})
        self.assertEqual(["desk_only"], answered["incident"]["consent"])
        self.assertEqual([], desk.ask("GET", f"/api/suggestions?on={subject}"))
        self.assertIn("I-20", desk.ask("GET", "/api/reports?words=flood+of+requests")["rows"][0]["incidents"])
        acts = [(each["act"], each["by"]) for each in desk.ask("GET", f"/api/reports/{row['n']}")["custody"]]
        self.assertIn(("coded", "desk-2"), acts)

    def consent_stays_the_strictest(self, desk, incident):
        wider = dict(incident, consent=["count", "publish_no_names", "call_authorities"])
        self.assertIn("wider", desk.ask("PUT", "/api/incidents/I-13", wider, expect=400)["error"])
        desk.ask("PUT", "/api/incidents/I-13", dict(incident, consent=["count"]))
        self.assertIn("no such field", desk.ask("PUT", "/api/incidents/I-13", dict(incident, street="x"), expect=400)["error"])
        made = desk.ask("POST", "/api/incidents", {"types": ["digital.ddos"], "title": "A new one"})
        self.assertEqual(("I-31", ["desk_only"]), (made["id"], made["consent"]))
        desk.ask("DELETE", "/api/incidents/I-31")
        desk.ask("GET", "/api/incidents/I-31", expect=404)
        self.assertIn("names it", desk.ask("DELETE", "/api/entities/E-A", expect=400)["error"])

    def notes_and_search(self, desk):
        desk.ask("POST", "/api/notes", {"on": "incident:I-09", "text": "Спросить про Ёлкина"})
        found = desk.ask("GET", "/api/search?words=" + "%D0%B5%D0%BB%D0%BA%D0%B8%D0%BD")  # елкин
        self.assertEqual(["incident:I-09"], [each["on"] for each in found["notes"]])
        found = desk.ask("GET", "/api/search?words=outlet")
        self.assertLessEqual({"O-D", "O-E"}, {each["id"] for each in found["entities"]})
        found = desk.ask("GET", "/api/search?words=unreachable")
        self.assertEqual(["I-20"], [each["id"] for each in found["incidents"]])
        saved = self.folder / "saved.jsonl"
        desk.end()
        self.case("save", "--out", saved)
        lines = [json.loads(line) for line in saved.read_text().splitlines()]
        self.assertEqual(30, sum("types" in line for line in lines))
        self.assertNotIn("Спросить", saved.read_text())  # notes never travel

    def test_retention_at_the_desk(self):
        server = self.start_with_keyring()
        for name in ("min_en", "ky"):
            self.send(server, SAMPLES / f"report_{name}.json")
        self.assertEqual(0, server.stop())
        self.desk("import", self.export(), "--home", self.home, "--root-key", self.root_key)
        report = self.id_of("flood of requests")
        second = self.shared / ORGANISATIONS[1] / "desk.key"
        draft = self.folder / "desk-policy.json"
        officer = second.with_suffix(".pub").read_text().splitlines()[1]
        self.retention("policy", "new", "--out", draft, "--days", "closed_case=30", "--officer", officer)
        self.desk("retention", "policy", "sign", draft, "--home", self.home)
        self.assertIn("0 overdue", self.desk("retention", "list", "--home", self.home).stdout.decode())

        def order(act, *more):
            said = self.retention(act, "--home", self.home, "--report", report, *more)
            return re.search(r"Order ([0-9a-f]{16})", said)[1]

        def carry_out(number, expect=0):
            return self.desk("retention", "carry-out", number, "--home", self.home, expect=expect)

        held = order("hold", "--reason", "court", "--until", "2099-01-01", "--review-by", "2098-01-01")
        carry_out(held, expect=1)
        self.desk("retention", "sign", held, "--home", self.home)
        carry_out(held, expect=1)
        self.desk("retention", "sign", held, "--home", self.home, expect=2)  # the same key again
        self.desk("retention", "sign", held, "--home", self.home, "--key", second)
        carry_out(held)
        self.assertIn("1 held", self.desk("retention", "list", "--home", self.home).stdout.decode())

        gone = order("destroy", "--reason", "request")
        for key in ((), ("--key", second)):
            self.desk("retention", "sign", gone, "--home", self.home, *key)
        self.assertIn("held", carry_out(gone, expect=1).stderr.decode())
        let_go = order("release", "--reason", "court")
        for key in ((), ("--key", second)):
            self.desk("retention", "sign", let_go, "--home", self.home, *key)
        carry_out(let_go)
        carry_out(gone)
        self.assertIn("0 found", self.case("find", "flood of requests"))
        self.assertIn("1 reports", self.case("check"))
        # Bringing the same vault again brings nothing back: its tombstone is known.
        said = self.desk("import", self.folder / "usb", "--home", self.home, "--root-key", self.root_key, expect=None)
        self.assertNotIn(" 1 new", said.stdout.decode())

        desk = self.screen()
        row = desk.ask("GET", "/api/reports")["rows"][0]
        asked = desk.ask("POST", "/api/retention/hold", {"n": row["n"], "reason": "court", "until": "2099-01-01"})
        self.assertEqual((False, 0), (asked["done"], asked["approvals"]))
        for key in ((), ("--key", second)):
            self.desk("retention", "sign", asked["order"], "--home", self.home, *key)  # while the screen is open
        self.assertTrue(desk.ask("POST", "/api/retention/hold", {"n": row["n"], "reason": "court", "until": "2099-01-01"})["done"])
        self.assertEqual([row["n"]], [each["n"] for each in desk.ask("GET", "/api/retention")["held"]])
        kept = desk.ask("GET", f"/api/reports/{row['n']}")["retention"]
        self.assertEqual(("intake_unread", True, False), (kept["class"], kept["held"], kept["overdue"]))


if __name__ == "__main__":
    unittest.main()
