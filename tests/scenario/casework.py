"""What the scenarios of casework share: a home with a case file, importing, and looking for what should not be there."""

import shutil

from world import ORGANISATIONS, World, program, run


class CaseWorld(World):
    def setUp(self):
        super().setUp()
        self.home = self.home_of(ORGANISATIONS[0])

    def home_of(self, organisation):
        home = self.folder / ("home-" + organisation)
        shutil.copytree(self.shared / organisation, home)
        self.desk("case", "new", "--home", home, "--work-factor", 12)
        return home

    def case(self, *words, expect=0):
        return self.desk("case", *words, "--home", self.home, expect=expect).stdout.decode()

    def bring(self, vault, *more, home=None, expect=0):
        done = self.desk("import", vault, "--home", home or self.home, "--root-key", self.root_key, *more, expect=expect)
        return done.stdout.decode(), done.stderr.decode()

    def put_policy(self):
        """The policy that names the log's key, as the root signs it; the server has it from its next round on."""
        draft = self.folder / "policy.json"
        for file in (self.root / "policy").glob("*"):
            file.unlink()
        run(program("desk"), "policy", "new", "--home", self.root, "--out", draft, "--defaults", "--log-key", self.log_key)
        self.desk("policy", "sign", draft, "--home", self.root)
        run(program("intake"), "install", "--vault", self.vault, "--root-key", self.root_key,
            sorted((self.root / "policy").glob("*.json"))[-1])

    def in_the_clear(self, folder, *markers):
        """The files below `folder` in which one of the markers stands, in any of the forms that it may take."""
        from markers import forms_of
        forms = [form for marker in markers for form in forms_of(marker)]
        return [str(file) for file in folder.rglob("*") if file.is_file() and any(form in file.read_bytes() for form in forms)]
