"""What the endpoint holds, measured on the real server, with a new connection and a full handshake for each report.

    bench/capacity.py BUILD [--rounds N] [--count N] [--folder F]     BUILD is a build folder, such as build/release

Prints a table against the bars of the project. The generator shares the processors with the server, so rates are of both
together; the server's own processor time is told apart. What is compared is run in turn, the median counts. The handshakes
are compared with nginx when it is there (Debian: nginx-light); without it that row is left out and says so.
"""
import argparse
import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
IDLE, IDLE_SECONDS = 1000, 10


def read_stat(pid):
    """Seconds of processor time that a process and its ended children have used."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(fields[i]) for i in (11, 12)) / TICKS


def processor_time(pids):
    return sum(read_stat(pid) for pid in pids)


def memory(pid, field):
    """VmRSS or VmHWM in KiB."""
    return int(pathlib.Path(f"/proc/{pid}/status").read_text().split(field + ":")[1].split()[0])


class Run:
    """One run of sandyk-load against one server."""

    def __init__(self, bench, port, pids, *flags, clients=64):
        before = processor_time(pids)
        done = subprocess.run([bench.program("bench/sandyk-load"), "--to", f"https://127.0.0.1:{port}", "--ca", bench.cert,
                               "--clients", str(clients), *map(str, flags)], capture_output=True, text=True, timeout=600)
        self.processor = processor_time(pids) - before
        found = re.search(r"accepted (\d+)  refused (\d+)  broken (\d+)  in ([0-9.]+) s: (\d+) .*p50 ([0-9.]+) ms  p99 ([0-9.]+)",
                          done.stdout)
        if not found:
            raise SystemExit(f"sandyk-load: {done.stdout}{done.stderr}")
        self.accepted, self.refused, self.broken = map(int, found.group(1, 2, 3))
        self.rate, self.p50, self.p99 = map(float, found.group(5, 6, 7))


class Bench:
    def __init__(self, build, folder, count, rounds):
        self.build, self.folder, self.count, self.rounds = build, folder, count, rounds
        self.rows = []
        self.make_site()

    def program(self, name):
        return str(self.build / name)

    def command(self, *words):
        return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True, cwd=self.folder)

    def make_site(self):
        """Keys, a signed week and a certificate, with the real programs."""
        desk, words = self.program("desk/sandyk-desk"), self.folder / "words"
        words.write_text("six invented words for a bench\n")
        end = ("--passphrase-file", words)
        self.command(desk, "root", "new", "--home", self.folder / "root", "--work-factor", 12, *end)
        for name in ("aikyn", "bermet"):
            self.command(desk, "keys", "new", "--home", self.folder / name, "--org", name, "--name-en", name.title(),
                         "--weeks", 1, "--work-factor", 12, *end)
        self.command(desk, "keyring", "sign", "--home", self.folder / "root", *self.folder.glob("*/orgs/*/*.json"), *end)
        self.keyring = str(next((self.folder / "root/keyring").glob("*.json")))
        self.root_key = str(self.folder / "root/root.pub")
        self.cert, self.key = str(self.folder / "tls.crt"), str(self.folder / "tls.key")
        self.command("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", 2,
                     "-keyout", self.key, "-out", self.cert, "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")

    @contextlib.contextmanager
    def server(self, *words, name="intake/sandyk-intake", vault="vault"):
        """A server on a new vault: its process and its port."""
        config = self.folder / (vault + ".conf")
        config.write_text(f"listen = 127.0.0.1:0\nvault = {self.folder / vault}\ncert = {self.cert}\nkey = {self.key}\n"
                          f"root-key = {self.root_key}\nstart-delay = 0\n")
        if not (self.folder / vault).exists():
            self.command(self.program("intake/sandyk-intake"), "install", "--vault", self.folder / vault, "--root-key", self.root_key,
                         self.keyring)
        start = ("serve", "--config", str(config)) if name.endswith("intake") else (str(config),)
        process = subprocess.Popen([self.program(name), *start, *map(str, words)], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        try:
            yield process, int(process.stdout.readline().rsplit(":", 1)[1])
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(120)
            process.stdout.close()

    def report_flags(self):
        return "--keyring", self.keyring, "--root-key", self.root_key, "--count", self.count

    def row(self, what, value, bar, is_met):
        self.rows.append((what, value, bar, "" if is_met is None else "met" if is_met else "MISSED"))
        print("{:58} {:>22}   {:16} {}".format(*self.rows[-1]), flush=True)

    # --- the rows ---------------------------------------------------------------------------------

    def disk(self):
        """What the disk itself does: 4 KiB written and synced, again and again."""
        with open(self.folder / "disk", "wb", buffering=0) as file:
            end, done = time.monotonic() + 2, 0
            while time.monotonic() < end:
                file.write(bytes(4096))
                os.fdatasync(file.fileno())
                done += 1
        self.row("4 KiB written and synced, one after the other", f"{done / 2:.0f} /s", "", None)

    def reports(self):
        runs = []
        for n in range(self.rounds):
            with self.server(vault=f"reports-{n}") as (process, port):
                runs.append(Run(self, port, [process.pid], *self.report_flags()))
                runs[-1].memory = memory(process.pid, "VmHWM") / 1024
        middle = lambda field: statistics.median(getattr(run, field) for run in runs)
        lost = sum(run.refused + run.broken for run in runs)
        self.row("reports accepted and synced, 64 submitters", f"{middle('rate'):.0f} /s", "over 1000", middle("rate") > 1000)
        self.row("  median of a report, connection included", f"{middle('p50'):.0f} ms", "", None)
        self.row("  p99", f"{middle('p99'):.0f} ms", "under 100 ms", middle("p99") < 100)
        self.row("  refused or broken, of all runs", f"{lost} of {self.count * len(runs)}", "none", lost == 0)
        most = max(run.memory for run in runs)
        self.row("  most memory of the server", f"{most:.0f} MiB", "under 64 MiB", most < 64)
        processor = 1000 * middle("processor") / self.count
        self.row("  server's processor for 1000", f"{processor:.2f} s", "under 1 s", processor < 1)

    def storing(self):
        """Connections that stay: what storing leaves of the front's own rate."""
        rates = {"stored": [], "checked": [], "bare": []}
        for n in range(self.rounds):
            with self.server(vault=f"keep-{n}") as (process, port):
                rates["stored"].append(Run(self, port, [process.pid], *self.report_flags(), "--keep-alive").rate)
            for kind, words in (("checked", ()), ("bare", ("--unchecked",))):
                with self.server(*words, name="bench/sandyk-front-only", vault=f"keep-{n}") as (process, port):
                    rates[kind].append(Run(self, port, [process.pid], *self.report_flags(), "--keep-alive").rate)
        stored, checked, bare = (statistics.median(rates[kind]) for kind in ("stored", "checked", "bare"))
        self.row("with connections that stay: stored", f"{stored:.0f} /s", "", None)
        self.row("  the same front, checking, not storing", f"{checked:.0f} /s: {stored / checked:.2f}", "0.5 or more", stored / checked >= 0.5)
        self.row("  the same front, neither", f"{bare:.0f} /s: {stored / bare:.2f}", "", None)

    def handshakes(self):
        if not (nginx := shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")):
            print("full handshakes: nginx is not there to compare with (Debian: nginx-light)")
            return
        ours, theirs, flags = [], [], ("--get", "/health", "--count", 2 * self.count)
        with self.server("--handshake-rate", 0) as (process, port), self.nginx(nginx) as (pids, nginx_port):
            for _ in range(max(3, self.rounds)):
                ours.append(Run(self, port, [process.pid], *flags))
                theirs.append(Run(self, nginx_port, pids, *flags))
        middle = lambda runs, field: statistics.median(getattr(run, field) for run in runs)
        ratio = middle(ours, "rate") / middle(theirs, "rate")
        self.row("full handshakes with a small answer", f"{middle(ours, 'rate'):.0f} /s", "", None)
        self.row("  nginx, the same certificate, TLS 1.3, no tickets", f"{middle(theirs, 'rate'):.0f} /s: {ratio:.2f}", "0.9 or more",
                 ratio >= 0.9)
        thousand = lambda runs: 1000 * middle(runs, "processor") / (2 * self.count)
        self.row("  processor for 1000: ours, nginx", f"{thousand(ours):.2f} s, {thousand(theirs):.2f} s", "", None)

    @contextlib.contextmanager
    def nginx(self, program):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        folder = self.folder / "nginx"
        folder.mkdir()
        temporary = "".join(f"{name}_temp_path {folder};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(f"""
daemon off; worker_processes auto; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{ access_log off; {temporary}
  server {{ listen 127.0.0.1:{port} ssl backlog=4096; ssl_certificate {self.cert}; ssl_certificate_key {self.key};
    ssl_protocols TLSv1.3; ssl_session_tickets off; ssl_session_cache off; server_tokens off;
    location / {{ default_type text/plain; return 200 "calm\\n"; }} }} }}
""")
        process = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")])
        try:
            while not (folder / "pid").exists() or not self.children(process.pid):
                if process.poll() is not None:
                    raise SystemExit("nginx does not start: " + (folder / "error.log").read_text())
                time.sleep(0.05)
            yield [process.pid, *self.children(process.pid)], port
        finally:
            process.terminate()
            process.wait(60)

    @staticmethod
    def children(pid):
        return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def idle(self):
        """Connections after their handshake, which say nothing more."""
        context = ssl.create_default_context(cafile=self.cert)
        with self.server("--header-time", 120, "--handshake-time", 60, "--max-connections", 2 * IDLE) as (process, port):
            Run(self, port, [process.pid], "--get", "/health", "--count", 500)  # what is there once for all
            before = memory(process.pid, "VmRSS")
            with contextlib.ExitStack() as stack:
                for _ in range(IDLE):
                    link = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
                    stack.enter_context(context.wrap_socket(link, server_hostname="127.0.0.1"))
                time.sleep(1)
                each = (memory(process.pid, "VmRSS") - before) / IDLE
                used = processor_time([process.pid])
                time.sleep(IDLE_SECONDS)
                used = processor_time([process.pid]) - used
                open_ones = len(os.listdir(f"/proc/{process.pid}/fd"))
            assert open_ones > IDLE, "the server closed some"
        self.row(f"an idle TLS connection, of {IDLE}", f"{each:.1f} KiB", "at most 20 KiB", each <= 20)
        with self.server("--max-connections", 2 * IDLE) as (process, port):
            time.sleep(1)
            alone = processor_time([process.pid])
            time.sleep(IDLE_SECONDS)
            alone = processor_time([process.pid]) - alone
        # The sweep looks at every deadline ten times a second: what that costs, and what a server without any does.
        self.row(f"  processor over {IDLE_SECONDS} s with them, and without any", f"{used:.2f} s, {alone:.2f} s", "not measurable",
                 used - alone <= 2 / TICKS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=5000, help="reports in a run")
    parser.add_argument("--folder", help="where the vaults go: on the disk to be measured (default: for temporary files); in memory, "
                                         "such as /dev/shm, to see what is not the disk's")
    parser.add_argument("--only", nargs="*", default=["disk", "reports", "storing", "handshakes", "idle"], help="rows to measure")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sandyk-capacity-", dir=options.folder))
    try:
        print(f"{os.cpu_count()} processors, load before: {os.getloadavg()[0]:.1f} (a busy machine measures itself)")
        bench = Bench(options.build.resolve(), folder, options.count, options.rounds)
        for name in options.only:
            getattr(bench, name)()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(any(row[3] == "MISSED" for row in bench.rows))


if __name__ == "__main__":
    main()
