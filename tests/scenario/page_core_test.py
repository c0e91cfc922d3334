"""What the page seals, against the real programs: the same tar as the command line's, opened by the desk and by stock age."""

import json
import os
import pathlib
import tarfile
import unittest

from world import ORGANISATIONS, SAMPLES, World, run, stock

RUN = pathlib.Path(__file__).resolve().parent.parent / "page" / "run.mjs"
CODE = "3600306292500874096600282"  # of tests/vectors/receipt.json
OTHER = "6283535735288102711675276"


def tool(*words, expect=0):
    return run("node", RUN, "tool", *words, expect=expect)


class PageCore(World):
    def seal_in_page(self, text, *files, code=CODE, kind="report"):
        out = self.folder / "from-page.age"
        tool("seal", self.root_key, self.keyring, code, kind, text, out, *files)
        return out.read_bytes()

    def opened(self, server, *sealed):
        """Has the server take what was sealed, and the desk open it: reports by their text."""
        for each in sealed:
            self.assertEqual(201, server.put(each, self.week)[0])
        self.assertEqual(0, server.stop())
        said, out = self.open(self.vault)
        return said, {json.loads(f.read_text()).get("narrative"): f.parent for f in out.rglob("report.json")}

    def test_the_desk_opens_what_the_page_seals(self):
        photo = self.folder / "photo"
        photo.write_bytes(b"\xff\xd8\xff" + os.urandom(70_000))
        said, reports = self.opened(self.start_with_keyring(), self.seal_in_page("Эмне болду? Ң Ү Ө"),
                                    self.seal_in_page("Сүрөт", photo), self.seal_in_page("Уландысы", kind="followup"),
                                    self.seal_in_page("Башка", code=OTHER))
        self.assertEqual({"Эмне болду? Ң Ү Ө", "Сүрөт", "Уландысы", "Башка"}, set(reports), said)
        self.assertEqual(photo.read_bytes(), (reports["Сүрөт"] / "files" / "a1").read_bytes())

    def test_every_organisation_opens_it_with_stock_age(self):
        sealed = self.folder / "one.age"
        sealed.write_bytes(self.seal_in_page("text"))
        for organisation in ORGANISATIONS:
            packed = stock("age", "-d", "-i", self.identity_file(organisation), sealed).stdout
            self.assertEqual(16384, len(packed))

    def test_the_page_packs_the_same_bytes_as_the_command_line(self):
        photo = self.folder / "photo"
        photo.write_bytes(os.urandom(1025))
        sealed = self.folder / "cli.age"
        sealed.write_bytes(self.seal(SAMPLES / "report_min_en.json", "--file", photo))
        packed = self.folder / "cli.tar"
        packed.write_bytes(stock("age", "-d", "-i", self.identity_file(ORGANISATIONS[0]), sealed).stdout)
        words = []
        with tarfile.open(packed) as tar:
            for n, member in enumerate(tar.getmembers()):
                content = self.folder / f"member{n}"
                content.write_bytes(tar.extractfile(member).read())
                words += [member.name, content]
        tool("repack", packed, self.folder / "page.tar", *words)
        self.assertEqual(packed.read_bytes(), (self.folder / "page.tar").read_bytes())

    def test_the_page_reads_the_desks_keyring_and_no_other(self):
        self.assertEqual(self.week, tool("keyring", self.root_key, self.keyring).stdout.decode().strip())
        forged = self.folder / "forged.json"
        forged.write_text(self.keyring.read_text().replace("aikyn", "bikyn"))
        (self.folder / "forged.json.minisig").write_bytes(self.keyring.with_suffix(".json.minisig").read_bytes())
        self.assertIn(b"keyring-signature", tool("keyring", self.root_key, forged, expect=None).stderr)


if __name__ == "__main__":
    unittest.main()
