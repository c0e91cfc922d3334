"""The server cannot tell a reporter with an answer from one without: neither from what it is asked, nor on its disk or in its memory."""

import base64
import hashlib
import hmac
import io
import json
import re
import struct
import tarfile
import unittest

from answering_world import AIKYN, ORGANISATIONS, WORD_OF_SAMPLE, AnsweringWorld
from between import Witness
from markers import forms_of
from memory import Dump
from world import SAMPLES, program, run, stock

WRONG_CODE = "3600306292500874096600282"
SAID = "a question to one reporter alone"
SLOT = 2048


class NoDifference(AnsweringWorld):
    def setUp(self):
        super().setUp()
        self.addCleanup(lambda: [one.end() for one in self.servers])  # also when what follows fails
        server = self.start()
        self.with_answer, self.thread = self.send_and_look(server)
        for organisation in ORGANISATIONS:
            self.bring(organisation)
            report, = self.find(organisation, WORD_OF_SAMPLE)
            self.answer(organisation, report, SAID)
        self.without, _ = self.send_and_look(server)
        self.bring_boards()
        self.server = self.restart(server)

    def send_and_look(self, server):
        """Sends a report; returns its code, and what stands in its thread.json, by stock age and tar."""
        out = self.folder / "sealed"
        out.mkdir(exist_ok=True)
        said = run(program("report"), "seal", "--root-key", self.root_key, "--keyring", self.keyring, "--out", out,
                   SAMPLES / "report_ky.json").stdout.decode()
        file, = out.glob("*.age")
        sealed = file.read_bytes()
        self.assertEqual(201, server.put(sealed, self.week)[0])
        packed = stock("age", "-d", "-i", self.identity_file(AIKYN), file).stdout
        file.unlink()
        thread = json.load(tarfile.open(fileobj=io.BytesIO(packed)).extractfile("thread.json"))
        decoded = {name: base64.urlsafe_b64decode(thread[name] + "==") for name in ("thread", "reply_key", "verify_key")}
        return re.search(r"^    ((\d{5} ?){5})$", said, re.M)[1], decoded

    def listen(self, command, *words, code):
        """What passes when a reporter does this."""
        witness = Witness(self, self.server)
        self.addCleanup(witness.end)
        said = self.talk(witness, command, *words, code=code)
        heard = [(asked.replace(witness.url[8:].encode(), b"HOST"), answered) for asked, answered in witness.heard()]
        return said, heard

    def test_asking_is_the_same_bytes_with_and_without_an_answer(self):
        said, first = self.listen("answers", code=self.with_answer)
        self.assertEqual(2, said.count(SAID))
        self.assertGreater(sum(len(answered) for _, answered in first), 2 * 32 * SLOT)
        for code in (self.without, WRONG_CODE):
            said, heard = self.listen("answers", code=code)
            self.assertNotIn(SAID, said)
            self.assertEqual(first, heard)

    def test_a_reply_is_the_same_but_for_sealed_bytes(self):
        def shape(heard):
            """Without the report's name and its sealed bytes, of which only the length is left."""
            lines = []
            for asked, answered in heard:
                before, put, after = asked.partition(b"PUT /reports/")
                head, _, body = after.partition(b"\r\n\r\n")
                lines.append((before, put, head[64:], len(body), re.sub(rb"[0-9a-f]{64}", b"ID", answered)))
            return lines

        said, heard = self.listen("reply", self.document("yes"), code=self.with_answer)
        self.assertEqual(2, said.count(SAID))
        first = shape(heard)
        self.assertEqual(1, sum(size > 16 * 1024 for _, _, _, size, _ in first))
        for command, code in (("reply", self.without), ("reply", WRONG_CODE), ("withdraw", self.with_answer), ("withdraw", self.without)):
            words = [self.document("another text of another length")] if command == "reply" else []
            self.assertEqual(first, shape(self.listen(command, *words, code=code)[1]))

    def test_asking_leaves_nothing_on_the_disk(self):
        def files():
            """The open epoch's database grows by filler at random times: it is looked into at the end."""
            return {str(file): (file.lstat().st_mtime_ns, file.read_bytes()) for file in self.vault.rglob("*")
                    if file.is_file() and not file.name.startswith("reports.db")}

        before = files()
        self.assertGreater(len(before), 10)
        for code in (self.with_answer, self.without, WRONG_CODE):
            self.talk(self.server, "answers", code=code)
            self.assertEqual(before, files())
        known = self.stored_ids()
        self.assertEqual(2, len(known))
        self.assertEqual(0, self.server.stop())
        self.assertEqual(known, self.stored_ids())

    def test_the_server_knows_no_key_of_the_thread_and_no_slot_from_another(self):
        self.talk(self.server, "answers", code=self.with_answer)
        self.talk(self.server, "reply", self.document("yes"), code=self.with_answer)
        board = self.server.ask("GET", f"/board/{AIKYN}/current")[2]
        number, = struct.unpack(">I", board[8:12])
        tag = self.tag(AIKYN, number)
        at = board.index(tag)
        self.assertEqual(64 % SLOT, at % SLOT)
        dump = Dump(self.server.process.pid, self.folder)
        self.assertIn(board[64:64 + SLOT], dump.content)  # it is the memory with the boards in it
        digits = self.with_answer.replace(" ", "")
        for secret in (*self.thread.values(), digits, self.with_answer, SAID):
            for form in forms_of(secret):
                self.assertEqual([], dump.places(form), form)
        # The tag stands in copies of the board alone: beside it is what stands there for everybody.
        found = [match.start() for match in re.finditer(re.escape(tag), dump.content)]
        self.assertTrue(found)
        for place in found:
            around = (dump.content[place - 32:place] == board[at - 32:at], dump.content[place + 16:place + 48] == board[at + 16:at + 48])
            self.assertIn(True, around, dump.where(place))

    def tag(self, organisation, number):
        """The first slot's, as docs/formats.md has it: HKDF-SHA-256 without salt."""
        info = b"sandyk/board/1" + organisation.encode() + struct.pack(">IB", number, 0)
        inner = hmac.digest(bytes(32), self.thread["reply_key"], hashlib.sha256)
        return hmac.digest(inner, info + b"\x01", hashlib.sha256)[:16]


if __name__ == "__main__":
    unittest.main()
