"""A site with two desks that answer: what reporter, desks and server do in a conversation."""

import json
import re
import shutil

from world import ORGANISATIONS, SAMPLES, World, program, run

AIKYN, BERMET = ORGANISATIONS
NO_ANSWER = "There is no answer for this code, now."
WORD_OF_SAMPLE = "активистмин"  # report_ky.json


class AnsweringWorld(World):
    @classmethod
    def make_week_keys(cls, organisation, *more):
        cls.desk("keys", "new", "--home", cls.shared / organisation, "--org", organisation, "--name-en", organisation.title(),
                 "--weeks", 4, "--work-factor", 12, *more)

    def setUp(self):
        super().setUp()
        self.homes = {}
        for organisation in ORGANISATIONS:  # each scenario has its own case file
            home = self.homes[organisation] = self.folder / f"home-{organisation}"
            shutil.copytree(self.shared / organisation, home)
            shutil.copytree(self.root / "keyring", home / "keyring")
            self.desk("case", "new", "--home", home, "--work-factor", 12)
        keyrings = sorted((self.root / "keyring").glob("*.json"))
        self.keyring, self.week = keyrings[0], keyrings[0].stem
        self.install_keyring(*keyrings)
        self.number = 0

    # --- what each of them does -----------------------------------------------------------------

    def talk(self, server, command, *words, code="", expect=0):
        """`server` is one, or whoever stands before it: what the command line prints there."""
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

    def install(self, folder, expect=0):
        done = run(program("intake"), "board", "install", folder, "--vault", self.vault, "--root-key", self.root_key, expect=expect)
        return done.stdout.decode() + done.stderr.decode()

    def bring_boards(self, *more, **how):
        for organisation in ORGANISATIONS:
            self.install(self.boards(organisation, *more, **how))

    def transcript(self, organisation):
        return self.desk("answers", "--home", self.homes[organisation]).stdout.decode()

    def restart(self, server):
        self.assertEqual(0, server.stop())
        return self.start()
