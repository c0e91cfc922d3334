"""What holds for the real program once it serves: every thread of it, whoever opened its socket."""

import os
import pathlib
import socket
import subprocess
import tempfile
import unittest

from world import PATIENCE, SAMPLES, World, program, run

IS_SANITIZED = "SANDYK_SANITIZED" in os.environ


def states(process):
    """What /proc says of every thread: name and value of each line."""
    tasks = pathlib.Path(f"/proc/{process.pid}/task").iterdir()
    return [dict(line.split(":\t", 1) for line in (t / "status").read_text().splitlines() if ":\t" in line) for t in tasks]


class Confinement(World):
    def said(self):
        return (self.folder / "intake.log").read_text()

    @unittest.skipIf(IS_SANITIZED, "a sanitizer cannot be confined")
    def test_every_thread_is_confined_and_the_server_says_so(self):
        server = self.start_with_keyring()
        self.send(server, SAMPLES / "report_min_en.json")
        threads = states(server.process)
        self.assertGreater(len(threads), 4)
        self.assertEqual({("1", "2")}, {(t["NoNewPrivs"], t["Seccomp"]) for t in threads})
        self.assertRegex(self.said(), r"Confined: no new privileges, seccomp, (Landlock ABI \d+|no Landlock, which .*)\.\n")
        self.assertEqual(0, server.stop())

    def test_it_can_be_switched_off_loudly(self):
        server = self.start_with_keyring("--confinement", "off")
        self.assertEqual({("0", "0")}, {(t["NoNewPrivs"], t["Seccomp"]) for t in states(server.process)})
        self.assertIn("NOT CONFINED", self.said())
        self.assertEqual(0, server.stop())
        done = run(program("intake"), "check", "--config", self.config, "--confinement", "of", expect=2)
        self.assertIn(b"confinement must be", done.stderr)

    def test_a_vault_that_is_not_there_yet_is_made(self):
        server = self.start()
        self.assertEqual(0, server.stop())
        self.assertTrue((self.vault / "epochs").is_dir())


class HandedOver(World):
    """Socket activation by the protocol of sd_listen_fds(3), with a shell as the service manager."""

    def setUp(self):
        super().setUp()
        self.install_keyring()
        self.short = pathlib.Path(tempfile.mkdtemp(dir=self.shared))

    def command(self, handed, *flags, count="1", pid="$$"):
        """The server with `handed` as descriptor 3."""
        script = f'exec 3<&{handed.fileno()}; LISTEN_PID={pid} LISTEN_FDS={count} exec "$@"'
        return ["bash", "-c", script, "bash", program("intake"), "serve", "--config", str(self.config), *map(str, flags)]

    def refused(self, handed, *flags, **how):
        done = subprocess.run(self.command(handed, *flags, **how), pass_fds=[handed.fileno()], capture_output=True,
                              timeout=PATIENCE)
        self.assertEqual(2, done.returncode, done.stderr)
        self.assertIn(b"service manager", done.stderr)

    def serving(self, handed, *flags, **how):
        """Started like that, waited for by its first line."""
        process = subprocess.Popen(self.command(handed, *flags, **how), pass_fds=[handed.fileno()], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait, PATIENCE)
        self.addCleanup(process.kill)
        return process, process.stdout.readline().decode().split()[-1]

    def end(self, process):
        process.terminate()
        self.assertEqual(0, process.wait(PATIENCE))

    def deliver(self, url):
        run(program("report"), "send", "--to", url, "--ca", self.certificate, "--root-key", self.root_key,
            SAMPLES / "report_min_en.json")

    def test_a_tcp_socket_is_taken_over(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            process, url = self.serving(listener)
            self.assertEqual(f"https://127.0.0.1:{listener.getsockname()[1]}", url)
            self.deliver(url)
            self.end(process)
        self.assertEqual(1, len(self.stored_ids()))

    def test_a_unix_socket_is_taken_over_and_left_where_it_is(self):
        path = self.short / "s"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen()
            process, url = self.serving(listener, "--unix-socket", path)
            self.assertEqual(f"unix:{path}", url)
            self.assertIn(b"calm", run("curl", "-sS", "--unix-socket", path, "http://a/health").stdout)
            self.end(process)
        self.assertTrue(path.is_socket())

    def test_a_socket_that_is_meant_for_another_process_is_left_alone(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            process, url = self.serving(listener, pid="1")
            self.assertNotEqual(f"https://127.0.0.1:{listener.getsockname()[1]}", url)
            self.end(process)

    def test_anything_but_one_listening_socket_of_the_kind_that_was_named_is_refused(self):
        with socket.create_server(("127.0.0.1", 0)) as tcp:
            self.refused(tcp, count="2")
            self.refused(tcp, count="0")
            self.refused(tcp, count="1x")
            self.refused(tcp, "--unix-socket", self.short / "t")
            with socket.create_connection(tcp.getsockname()) as connected:
                self.refused(connected)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self.short / "u"))
            listener.listen()
            self.refused(listener)
        with open("/dev/null", "rb") as file:
            self.refused(file)


if __name__ == "__main__":
    unittest.main(verbosity=2)
