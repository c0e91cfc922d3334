"""Reports in parts with the real programs: over a line that is cut, past a kill of the server, and by hand with stock curl."""

import concurrent.futures
import hashlib
import os
import subprocess
import threading
import unittest

from cut_line import CutLine
from world import PATIENCE, SAMPLES, World, program, run

KIB, MIB = 1024, 1024 * 1024
PART = 256 * KIB
UPLOADS = 64 * MIB


class Upload(World):
    def setUp(self):
        super().setUp()
        self.config.write_text(self.config.read_text().replace("upload-spool = 8M", f"upload-spool = {UPLOADS}"))
        self.server = self.start_with_keyring()

    def evidence(self, size=5 * MIB):
        """A report with a file of random bytes, as words of a command; and that file."""
        content = os.urandom(size)
        evidence = self.folder / "evidence.bin"
        evidence.write_bytes(content)
        return [SAMPLES / "report_min_en.json", "--file", f"document:{evidence}"], content

    def sealed(self, size=5 * MIB):
        words, _ = self.evidence(size)
        return self.seal(*words)

    def line(self, limit=None):
        line = CutLine(self.server.port, limit)
        self.addCleanup(line.end)
        return line

    def send_command(self, url, sealed, tries=9):
        file = self.folder / "sealed.age"
        file.write_bytes(sealed)
        return [program("report"), "send-sealed", "--to", url, "--ca", str(self.certificate), "--week", self.week, "--tries", str(tries),
                str(file)]

    def upload_headers(self, sealed):
        return {"Upload-Complete": "?0", "Upload-Length": str(len(sealed)), "Sandyk-Week": self.week,
                "Sandyk-Report": hashlib.sha256(sealed).hexdigest()}

    def begin(self, sealed):
        status, headers, _ = self.server.ask("POST", "/uploads", headers=self.upload_headers(sealed))
        self.assertEqual(201, status)
        return headers["Location"]

    def part(self, path, sealed, start, end):
        return self.server.ask("PATCH", path, sealed[start:end], {
            "Content-Type": "application/partial-upload", "Upload-Offset": str(start), "Upload-Complete": "?1" if end == len(sealed) else "?0"})

    def offset(self, path):
        status, headers, body = self.server.ask("HEAD", path)
        self.assertEqual(b"", body)
        return int(headers["Upload-Offset"]) if status == 204 else None

    def test_a_report_arrives_over_a_line_that_cuts_each_connection_after_100_kib(self):
        words, content = self.evidence()
        line = self.line(100 * KIB)
        done = run(program("report"), "send", "--to", line.url, "--ca", self.certificate, "--root-key", self.root_key, *words)
        print(f"\n5 MiB of evidence: {line.cuts} cuts, {line.passed / MIB:.1f} MiB sent")
        self.assertGreaterEqual(line.cuts, 2)
        self.assertLess(line.passed, 1.5 * 8.1 * MIB)
        self.assertIn(b"holds your sealed report", done.stdout)
        self.server.stop()
        _, out = self.open(self.export())
        self.assertIn(content, [f.read_bytes() for f in out.rglob("*") if f.is_file()])

    def test_a_kill_of_the_server_in_the_middle_costs_a_new_beginning_and_nothing_else(self):
        sealed = self.sealed()
        line = self.line()
        half_way, is_killed = threading.Event(), threading.Event()

        def pause(passed):
            if passed > 3 * MIB and not is_killed.is_set():
                half_way.set()
                is_killed.wait(PATIENCE)

        line.on_bytes = pause
        command = subprocess.Popen(self.send_command(line.url, sealed), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(command.kill)
        self.assertTrue(half_way.wait(PATIENCE))
        self.server.kill()
        spool = (self.vault / "uploads").read_bytes()
        self.assertEqual(UPLOADS, len(spool))
        for plain in (b"age-encryption.org", sealed[:64], sealed[PART:PART + 64], sealed[MIB:MIB + 64]):
            self.assertNotIn(plain, spool)
        self.assertEqual([], self.stored_ids())
        self.server = self.start()
        line.port = self.server.port
        is_killed.set()
        out, err = command.communicate(timeout=PATIENCE)
        self.assertEqual(0, command.returncode, err)
        self.assertIn(b"holds your sealed report", out)
        self.server.stop()
        self.assertEqual([hashlib.sha256(sealed).hexdigest()], self.stored_ids())

    def test_unfinished_ones_are_no_reports_and_two_at_a_time_do_not_mix(self):
        one, two = self.sealed(), self.sealed(2 * MIB)
        paths = {self.begin(one): one, self.begin(two): two}
        for path, sealed in paths.items():
            self.assertEqual(204, self.part(path, sealed, 0, PART)[0])
        health = self.server.ask("GET", "/health")[2]
        self.assertTrue(health.startswith(b"calm\n"), health)

        def send_rest(path, sealed):
            for start in range(PART, len(sealed), PART):
                answer = self.part(path, sealed, start, min(start + PART, len(sealed)))
            return answer

        with concurrent.futures.ThreadPoolExecutor() as pool:
            answers = list(pool.map(send_rest, paths, paths.values()))
        whole = self.server.put(one, self.week)
        for status, headers, body in answers:
            self.assertEqual((201, whole[2], headers.items()), (status, body, whole[1].items()))
        left = self.begin(one)
        self.assertEqual(204, self.part(left, one, 0, PART)[0])
        self.server.stop()
        self.assertEqual(sorted(hashlib.sha256(s).hexdigest() for s in (one, two)), sorted(self.stored_ids()))

    def test_stock_curl_uploads_by_hand(self):
        sealed = self.sealed(600 * KIB)
        work = self.folder

        def curl(path, *words):
            done = run("curl", "-sS", "--cacert", self.certificate, "-D", work / "head", "-o", work / "body", self.server.url + path, *words)
            self.assertEqual(b"", done.stderr)
            status, *lines = (work / "head").read_bytes().decode().split("\r\n")
            return int(status.split()[1]), dict(line.lower().split(": ", 1) for line in lines if line)

        headers = [word for name, value in self.upload_headers(sealed).items() for word in ("-H", f"{name}: {value}")]
        status, said = curl("/uploads", "-X", "POST", *headers)
        self.assertEqual((201, "0"), (status, said["upload-offset"]))
        path = said["location"]
        for start in range(0, len(sealed), PART):
            (work / "part").write_bytes(sealed[start:start + PART])
            end = "?1" if start + PART >= len(sealed) else "?0"
            status, said = curl(path, "-X", "PATCH", "--data-binary", f"@{work / 'part'}", "-H", "Content-Type: application/partial-upload",
                                "-H", f"Upload-Offset: {start}", "-H", f"Upload-Complete: {end}", "-H", "Expect:")
            if end == "?0":
                self.assertEqual((204, str(start + PART)), (status, said["upload-offset"]))
                status, said = curl(path, "-I")
                self.assertEqual((204, str(start + PART), "?0"), (status, said["upload-offset"], said["upload-complete"]))
        self.assertEqual((201, b'{"stored":true}\n'), (status, (work / "body").read_bytes()))
        status, said = curl(path, "-X", "DELETE")
        self.assertEqual(204, status)
        self.assertEqual(404, curl(path, "-I")[0])

    def test_a_server_without_uploads_is_sent_a_put(self):
        self.server.stop()
        self.server = self.start("--upload-spool", 0)
        self.assertFalse((self.vault / "uploads").exists())
        sealed = self.sealed(2 * MIB)
        self.assertEqual(404, self.server.ask("POST", "/uploads", headers=self.upload_headers(sealed))[0])
        run(*self.send_command(self.server.url, sealed, tries=1))
        self.server.stop()
        self.assertEqual([hashlib.sha256(sealed).hexdigest()], self.stored_ids())

    def test_a_server_without_a_place_for_one_more_is_sent_a_put(self):
        self.server.stop()
        self.server = self.start("--max-uploads", 1)
        sealed = self.sealed(2 * MIB)
        self.begin(sealed)
        run(*self.send_command(self.server.url, sealed, tries=1))
        self.server.stop()
        self.assertEqual([hashlib.sha256(sealed).hexdigest()], self.stored_ids())

    def test_work_is_asked_for_once_and_not_for_each_part(self):
        self.server.stop()
        self.server = self.start("--puzzle-floor", 64)
        sealed = self.sealed(2 * MIB)
        run(*self.send_command(self.line(100 * KIB).url, sealed))
        self.server.stop()
        self.assertEqual([hashlib.sha256(sealed).hexdigest()], self.stored_ids())

    def test_five_hundred_half_finished_ones_leave_room_for_another(self):
        self.server.stop()
        self.server = self.start("--upload-spool", "128M")
        count = 500 if os.environ.get("SANDYK_LONG") else 100
        sealed = self.sealed(600 * KIB)
        for _ in range(count):
            path = self.begin(sealed)
            self.assertEqual(204, self.part(path, sealed, 0, PART)[0])
        self.assertEqual(PART, self.offset(path))
        run(*self.send_command(self.server.url, sealed, tries=1))
        self.server.stop()
        self.assertEqual([hashlib.sha256(sealed).hexdigest()], self.stored_ids())


if __name__ == "__main__":
    unittest.main(verbosity=2)
