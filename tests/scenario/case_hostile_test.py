"""Casework with what an enemy wrote: the server's vault, and what reporters attach. Nothing of it has an effect."""

import hashlib
import io
import json
import pathlib
import shutil
import socket
import struct
import tarfile
import tempfile
import unittest
import zipfile
import zlib

from casework import CaseWorld
from world import ORGANISATIONS, SAMPLES, stock

SIZES = (16 * 1024, 64 * 1024, 256 * 1024, 1024 * 1024)


def padded(tar):
    return tar + bytes(next(size for size in SIZES if size >= len(tar)) - len(tar))


def member(name, content=b"", **more):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in more.items():
        setattr(info, key, value)
    return info, content


def tar_of(*members, format=tarfile.USTAR_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def document(narrative, **more):
    return member("report.json", json.dumps({"v": "1.0.0", "lang": "en", "narrative": narrative, **more}).encode())


def png(width, height, rows):
    """A PNG of one bit a pixel whose header says `width` and `height`, whatever `rows` are."""
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def zip_bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        for i in range(4):
            z.writestr(f"../../{i}.txt", bytes(50 * 1024 * 1024))
    return out.getvalue()


class Hostile(CaseWorld):
    def setUp(self):
        super().setUp()
        self.trap = socket.create_server(("127.0.0.1", 0))
        self.trap.setblocking(False)
        self.addCleanup(self.trap.close)
        self.trap_url = f"http://127.0.0.1:{self.trap.getsockname()[1]}/"
        self.recipients = [word for o in json.loads(self.keyring.read_text())["organisations"] for word in ("-r", o["recipient"])]

    def vault_of(self, *packed):
        """An export with these packed reports, sealed by stock age and taken by the real server."""
        server = self.start_with_keyring()
        for tar in packed:
            file = self.folder / "packed"
            file.write_bytes(padded(tar))
            sealed = stock("age", *self.recipients, file).stdout
            file.unlink()
            self.assertEqual(201, server.put(sealed, self.week)[0])
        self.assertEqual(0, server.stop())
        return self.export()

    def expect_no_effect(self, before):
        """Nobody fetched anything, and no file is new but in the home; nothing in that is in the clear."""
        with self.assertRaises(BlockingIOError):
            self.trap.accept()
        self.assertEqual(before, self.files())
        self.assertEqual([], self.in_the_clear(self.home, "HOSTILE-MARKER", "<script", "hostile-marker"))

    def files(self):
        return {file for file in self.folder.rglob("*") if self.home not in file.parents}

    # --- what the server wrote ------------------------------------------------------------------

    def change(self, epoch, sql):
        """Changes an epoch of the export with its key, as the server can; the mark is then made to fit."""
        key = stock("age", "-d", "-i", self.identity_file(ORGANISATIONS[0]), epoch / "key.age").stdout
        stock("sqlcipher", epoch / "reports.db",
              stdin=f"PRAGMA key = \"x'{key.hex()}'\";\nPRAGMA journal_mode = DELETE;\n.dbconfig defensive off\n{sql}\n".encode())
        mark = epoch / "closed.json"
        said = json.loads(mark.read_text())
        said["db_sha256"] = hashlib.sha256((epoch / "reports.db").read_bytes()).hexdigest()
        mark.chmod(0o600)
        mark.write_text(json.dumps(said))

    def test_a_hostile_vault(self):
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_min_en.json")
        self.assertEqual(0, server.stop())
        good = self.export()
        hostile = {
            "a view for a table": "ALTER TABLE reports RENAME TO r; CREATE VIEW reports AS SELECT * FROM r;",
            "a trigger": "CREATE TRIGGER t AFTER INSERT ON reports BEGIN DELETE FROM parts; END;",
            "another table": "CREATE TABLE extra(a);",
            "a root page that is another's": "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = 3 "
                                             "WHERE name = 'parts';",
            "a root page far away": "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = 99999999 "
                                    "WHERE name = 'parts';",
            "giant rows": "UPDATE parts SET bytes = zeroblob(40000000);",
            "another size": "UPDATE reports SET size = 9223372036854775807 WHERE kind = 'report';",
            "other bytes": "UPDATE parts SET bytes = randomblob(length(bytes));",
            "another type": "UPDATE reports SET id = 'text', size = 'x', week = x'00';",
        }
        for what, sql in hostile.items():
            with self.subTest(what):
                vault = pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "usb"
                shutil.copytree(good, vault)
                for epoch in (vault / "epochs").iterdir():
                    self.change(epoch, sql)
                said, _ = self.bring(vault, expect=5)
                self.assertIn(" 0 new, ", said)
                self.assertIn("not imported: ", said)
                self.assertNotIn("1 complete", said)
        said, _ = self.bring(good)  # the case file is as good as before
        self.assertIn(" 1 new, ", said)
        self.assertIn("1 reports", self.case("check"))

    # --- what reporters attached ----------------------------------------------------------------

    def attachments(self):
        script = f"<script>fetch('{self.trap_url}HOSTILE-MARKER')</script><img src='{self.trap_url}i'>"
        return {
            "HTML with a script": f"<!DOCTYPE html><meta http-equiv=refresh content='0;url={self.trap_url}'>{script}".encode(),
            "SVG with a script": f"<svg xmlns='http://www.w3.org/2000/svg'><script href='{self.trap_url}'/><image href='{self.trap_url}'/>"
                                 f"{script}</svg>".encode(),
            "XML that reads a file": f"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'><!ENTITY f SYSTEM '{self.trap_url}'>]><x>&e;&f;"
                                     f"</x>".encode(),
            "zip bomb": zip_bomb(),
            "huge picture": png(100_000, 100_000, bytes(50_000)),
            "picture that ends early": png(100, 100, b"")[:40],
            "polyglot": b"GIF89a/*" + bytes(8) + f"*/=1;{script}".encode() + zip_bomb()[:2000] + b"%PDF-1.4\n/OpenAction",
            "program": pathlib.Path("/bin/true").read_bytes()[:40_000],
        }

    def test_what_reporters_attach(self):
        packed = []
        for what, content in self.attachments().items():
            listed = {"id": "a1", "evidence_kind": "document", "sha256": hashlib.sha256(content).hexdigest(), "size": len(content),
                      "media_type": "image/svg+xml"}
            packed.append(tar_of(document(f"HOSTILE-MARKER with {what}", attachments=[listed]), member("files/a1", content)))
        vault = self.vault_of(*packed)
        before = self.files()
        said, _ = self.bring(vault)
        self.assertRegex(said, rf"(?m): {len(packed)} new, 0 duplicate, 0 cover, \d+ filler, 0 damaged$")
        self.assertIn(f"{len(packed)} found.", self.case("find", "hostile marker"))
        self.assertIn(f"{len(packed)} reports", self.case("check"))
        self.expect_no_effect(before)

    def test_reports_that_are_no_reports(self):
        plain = document("HOSTILE-MARKER")
        large = bytearray(tar_of(plain, member("files/a1", b"x")))
        large[1024 + 124:1024 + 136] = b"77777777777\0"  # a member that claims 8 GiB
        large[1024 + 148:1024 + 156] = b" " * 8
        large[1024 + 148:1024 + 156] = b"%06o\0 " % sum(large[1024:1536])
        bad = {
            "a way up": tar_of(plain, member("../../escaped", b"x")),
            "a way up in files": tar_of(plain, member("files/../../escaped", b"x")),
            "from the root": tar_of(plain, member("/tmp/sandyk-escaped", b"x")),
            "a link for the report": tar_of(member("report.json", type=tarfile.SYMTYPE, linkname="/etc/passwd")),
            "a link beside it": tar_of(plain, member("files/a1", type=tarfile.LNKTYPE, linkname="/etc/passwd")),
            "a device": tar_of(plain, member("files/a1", type=tarfile.CHRTYPE)),
            "a pipe": tar_of(plain, member("files/a1", type=tarfile.FIFOTYPE)),
            "twice": tar_of(plain, plain),
            "another name by pax": tar_of(plain, member("files/a1", b"x", pax_headers={"path": "../../escaped"}),
                                          format=tarfile.PAX_FORMAT),
            "many members": tar_of(plain, *(member(f"files/a{i}", b"x") for i in range(1, 60))),
            "a size that lies": bytes(large),
            "no report": tar_of(member("files/a1", b"x")),
            "no tar": b"PK\x03\x04" + bytes(range(256)) * 30,
            "something behind the end": tar_of(plain) + b"x",
        }
        odd = {  # sealed well and packed well: they come in, with a remark
            "nested deep": tar_of(member("report.json", b'{"v":"1.0.0","narrative":' + b"[" * 9000)),
            "not UTF-8": tar_of(member("report.json", b'{"v":"1.0.0","narrative":"\xff\xfe HOSTILE-MARKER"}')),
            "escapes for a terminal": tar_of(document("HOSTILE-MARKER \x1b[2J\x1b]0;title\x07 \u202etxt.exe \x00 end")),
        }
        vault = self.vault_of(*bad.values(), *odd.values(), tar_of(document("the good one")))
        before = self.files()
        said, _ = self.bring(vault, expect=5)
        self.assertRegex(said, rf"(?m): {len(odd) + 1} new, 0 duplicate, 0 cover, \d+ filler, {len(bad)} damaged$")
        self.assertIn("Import receipts: 0 complete, 1 incomplete", said)
        self.assertIn("1 found.", self.case("find", "good one"))
        shown = self.case("find", "hostile marker")
        self.assertIn("found.", shown)
        for control in ("\x1b", "\x07", "\x00"):
            self.assertNotIn(control, shown)
        self.assertIn(f"{len(odd) + 1} reports", self.case("check"))
        self.assertFalse(pathlib.Path("/tmp/sandyk-escaped").exists())
        self.expect_no_effect(before)


if __name__ == "__main__":
    unittest.main()
