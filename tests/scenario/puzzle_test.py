"""The admission puzzle with the real programs: asked for by the server, solved by the command line, refused when wrong."""

import hashlib
import http.server
import json
import signal
import ssl
import subprocess
import threading
import unittest

from world import PATIENCE, SAMPLES, World, program, run

DOCUMENT = SAMPLES / "report_min_en.json"


class Relay:
    """Stands between the command line and a server, and notes what passes: solutions and paths."""

    def __init__(self, world, server, has_puzzle=True):
        self.solutions, self.paths = [], []
        self.puzzle_was_fetched = threading.Event()
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                relay.paths.append(self.path)
                if "Sandyk-Puzzle" in self.headers:
                    relay.solutions.append(self.headers["Sandyk-Puzzle"])
                if self.path == "/puzzle" and not has_puzzle:
                    status, answer = 404, b'{"error":"not-found","say":"There is nothing at this address."}'
                else:
                    wanted = {n: v for n, v in self.headers.items() if n.startswith("Sandyk-") or n == "Content-Type"}
                    status, _, answer = server.ask(self.command, self.path, body or None, wanted)
                self.send_response_only(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
                if self.path == "/puzzle":
                    relay.puzzle_was_fetched.set()

            do_GET = do_PUT = pass_on

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(world.certificate, world.shared / "tls.key")
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()

    def end(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join(PATIENCE)


class Puzzle(World):
    def setUp(self):
        super().setUp()
        self.server = self.start_with_keyring("--puzzle-floor", 64)
        self.sealed = self.seal(DOCUMENT)
        self.id = hashlib.sha256(self.sealed).hexdigest()

    def relay(self, server=None, **more):
        relay = Relay(self, server or self.server, **more)
        self.addCleanup(relay.end)
        return relay

    def command(self, relay, sealed=None, tries=1):
        file = self.folder / "report.age"
        file.write_bytes(sealed or self.sealed)
        return [program("report"), "send-sealed", "--to", relay.url, "--ca", str(self.certificate), "--week", self.week,
                "--tries", str(tries), str(file)]

    def solved(self):
        """Has the command line send the report, and returns the solution it found."""
        relay = self.relay()
        run(*self.command(relay))
        self.assertEqual([f"/reports/{self.id}", "/puzzle", f"/reports/{self.id}"], relay.paths)
        return relay.solutions[0]

    def put(self, solution=None, sealed=None):
        more = {"Sandyk-Puzzle": solution} if solution else {}
        status, headers, body = self.server.put(sealed or self.sealed, self.week, **more)
        return status, self.error_of(body) if status != 201 else "", headers

    def test_a_report_without_work_is_told_where_the_puzzle_is(self):
        status, error, headers = self.put()
        self.assertEqual((503, "puzzle"), (status, error))
        self.assertGreater(int(headers["Retry-After"]), 0)
        self.assertEqual([], self.stored_after_stop())

    def test_the_command_line_does_the_work_when_asked(self):
        self.send(self.server, DOCUMENT)
        self.assertEqual(1, len(self.stored_after_stop()))

    def test_the_puzzle_says_what_it_should_and_no_more(self):
        status, _, body = self.server.ask("GET", "/puzzle")
        self.assertEqual(200, status)
        puzzle = json.loads(body)
        self.assertEqual(["format", "slot", "seed", "effort", "floor"], list(puzzle))
        self.assertEqual(("sandyk-puzzle/1", 64, 64, 43), (puzzle["format"], puzzle["effort"], puzzle["floor"],
                                                          len(puzzle["seed"])))

    def test_a_replay_is_answered_the_same_and_stored_once(self):
        solution = self.solved()
        for _ in range(3):
            self.assertEqual((201, ""), self.put(solution)[:2])
        self.assertEqual([self.id], self.stored_after_stop())

    def test_a_wrong_a_stale_and_a_foreign_solution_are_refused(self):
        solution = self.solved()
        slot, effort, nonce = solution.split(":")
        for changed in (f"{slot}:{effort}:{int(nonce, 16) ^ 1:016x}", f"{slot}:65:{nonce}",
                        f"{int(slot) - 2}:{effort}:{nonce}", f"{int(slot) + 1}:{effort}:{nonce}"):
            with self.subTest(changed=changed):
                self.assertEqual((503, "puzzle"), self.put(changed)[:2])
        for malformed in (f"{slot}:{nonce}", f"{slot}:{effort}:{nonce.upper()}X", f"{slot}:63:{nonce}", f"0{solution}"):
            with self.subTest(malformed=malformed):
                self.assertEqual((400, "puzzle-malformed"), self.put(malformed)[:2])
        self.assertEqual((503, "puzzle"), self.put(solution, self.seal(DOCUMENT))[:2])
        self.assertEqual((201, ""), self.put(solution)[:2])
        self.assertEqual([self.id], self.stored_after_stop())

    def test_a_restart_asks_for_new_work_and_gets_it(self):
        solution = self.solved()
        self.server.stop()
        self.server = self.start("--puzzle-floor", 64)
        self.assertEqual((503, "puzzle"), self.put(solution)[:2])
        self.assertNotEqual(solution, self.solved())

    def test_nothing_is_asked_when_the_server_is_calm(self):
        calm = self.server
        calm.stop()
        calm = self.server = self.start()
        relay = self.relay(calm)
        run(*self.command(relay))
        self.assertEqual([f"/reports/{self.id}"], relay.paths)
        self.assertEqual([], relay.solutions)

    def test_a_server_that_asks_and_has_no_puzzle_is_asked_again_later(self):
        relay = self.relay(has_puzzle=False)
        ended = run(*self.command(relay), expect=1)
        self.assertEqual([f"/reports/{self.id}", "/puzzle"], relay.paths)
        self.assertIn(b"Many reports arrive at the moment.", ended.stderr)

    def test_the_work_can_be_interrupted(self):
        self.server.stop()
        self.server = self.start("--puzzle-floor", 16384)
        relay = self.relay(self.server)
        process = subprocess.Popen(self.command(relay), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait, PATIENCE)
        self.assertTrue(relay.puzzle_was_fetched.wait(PATIENCE))
        process.send_signal(signal.SIGINT)
        self.assertEqual(-signal.SIGINT, process.wait(PATIENCE))
        self.assertEqual([], relay.solutions)

    def stored_after_stop(self):
        self.assertEqual(0, self.server.stop())
        return self.stored_ids()


if __name__ == "__main__":
    unittest.main()
