"""The programs on both sides of an attack: attackers and honest senders, each ended by its process id."""

import dataclasses
import os
import pathlib
import shutil
import subprocess
import threading

from world import PATIENCE, program


class Running:
    """A program that runs beside others; what it prints is read at its end."""

    def __init__(self, test, name, *command, begins=None):
        self.output = test.folder / f"{name}.{len(list(test.folder.glob(name + '.*')))}"
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen([str(word) for word in command], stdout=output, stderr=subprocess.STDOUT,
                                            stdin=subprocess.DEVNULL)
        test.addCleanup(self.end)
        self.begins = begins

    def is_running(self):
        return self.process.poll() is None

    def has_begun(self):
        return self.begins is None or self.begins in self.output.read_text(errors="replace")

    def end(self):
        """Ends it, and gives what it said."""
        if self.is_running():
            self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(PATIENCE)
        return self.output.read_text(errors="replace")


def attacker(test, kind, port, count, seconds, *more):
    return Running(test, "attack", program("attack"), kind, "--port", port, "--count", count, "--seconds", seconds,
                   "--ca", test.certificate, "--week", test.week, "--sealed", test.sealed_file, *more, begins="begun")


def slowhttptest():
    return shutil.which("slowhttptest")


class StockAttacker:
    """Debian's slowhttptest: -H headers, -B bodies, -X slow reading. It ends when nobody is left, and is begun again then."""

    def __init__(self, test, mode, port, count, seconds):
        modes = {"-H": ["-H", "-u", f"https://127.0.0.1:{port}/health"],
                 "-B": ["-B", "-t", "PUT", "-s", "17000", "-u", f"https://127.0.0.1:{port}/reports/{'a' * 64}"],
                 "-X": ["-X", "-w", "256", "-y", "512", "-z", "32", "-n", "3", "-k", "10", "-u", f"https://127.0.0.1:{port}/"]}
        self.command = [slowhttptest(), *modes[mode], "-c", count, "-r", "500", "-i", "1", "-x", "24", "-p", "3", "-l",
                        int(seconds)]
        self.test, self.times, self.is_over = test, 0, threading.Event()
        self.thread = threading.Thread(target=self.again_and_again)
        self.thread.start()

    def again_and_again(self):
        while not self.is_over.is_set():
            self.now = Running(self.test, "slowhttptest", *self.command)
            self.times += 1
            while self.now.is_running() and not self.is_over.wait(0.05):
                pass
            self.said = self.now.end()

    def is_running(self):
        return self.thread.is_alive()

    def has_begun(self):
        return self.times > 0

    def end(self):
        self.is_over.set()
        self.thread.join(PATIENCE)
        return f"begun {self.times} times"


class HalfUploads:
    """Resumable uploads that are begun, get one part each, and are never finished; what holds them is the server's."""

    PART = 256 << 10
    WHOLE = 1 << 20  # the size class

    def __init__(self, test, ask, count):
        """`ask` makes a request and gives status and headers."""
        overhead = len(test.sealed) - (16 << 10) - 16  # of age's header and nonce
        self.length = overhead + self.WHOLE + 16 * (self.WHOLE >> 16)
        self.test, self.ask, self.begun = test, ask, 0
        self.thread = threading.Thread(target=self.begin, args=(count,))
        self.count, self.problem = count, ""
        self.thread.start()

    def begin(self, count):
        for _ in range(count):
            status, headers = self.create()
            if status != 201:
                self.problem = f"POST /uploads: {status}"
                return
            status, _ = self.ask("PATCH", headers["Location"], os.urandom(self.PART),
                                 {"Content-Type": "application/partial-upload", "Upload-Offset": "0", "Upload-Complete": "?0"})
            if status not in (201, 204):
                self.problem = f"PATCH: {status}"
                return
            self.begun += 1

    def create(self):
        return self.ask("POST", "/uploads", None, {
            "Sandyk-Week": self.test.week, "Sandyk-Report": os.urandom(32).hex(), "Upload-Complete": "?0",
            "Upload-Length": str(self.length)})

    def is_running(self):
        return not self.problem

    def has_begun(self):
        return self.begun == self.count

    def end(self):
        self.thread.join(PATIENCE)
        return f"{self.begun} begun {self.problem}"


@dataclasses.dataclass
class Sent:
    """What became of the honest reports of one sender; times in milliseconds beside the puzzle."""
    tried: int = 0
    ids: list = dataclasses.field(default_factory=list)
    times: list = dataclasses.field(default_factory=list)
    puzzles: list = dataclasses.field(default_factory=list)
    said: list = dataclasses.field(default_factory=list)  # why one had to wait

    @classmethod
    def read(cls, text):
        sent = cls()
        for line in text.splitlines():
            word, *rest = line.split()
            if word not in ("accepted", "lost"):
                sent.said.append(line)
                continue
            sent.tried += 1
            if word == "accepted":
                sent.ids.append(rest[0])
                sent.times.append(float(rest[1]))
                sent.puzzles.append(float(rest[2]))
        return sent

    def at(self, share, times=None):
        times = sorted(self.times if times is None else times)
        return times[min(len(times) - 1, int(share * len(times)))] if times else float("nan")


def honest(test, url, clients, seconds, *more):
    return Running(test, "honest", program("honest"), "--to", url, "--ca", test.certificate, "--keyring", test.keyring,
                   "--root-key", test.root_key, "--packed", test.packed, "--clients", clients, "--seconds", seconds, *more)


def memory_of(process):
    """Its resident memory in MiB."""
    return int(pathlib.Path(f"/proc/{process.pid}/status").read_text().split("VmRSS:")[1].split()[0]) >> 10


def descriptors_of(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))
