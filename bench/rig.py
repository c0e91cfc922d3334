"""What the measuring scripts share: a site with keys, the real server on a new vault, the load generator, and rows of figures.

A row is what was measured, beside the bar of the project and the physical reference of the same run, where there are such.
"""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")
KIB = 1024
SEALED = 18_971  # bytes of a report of the smallest class for two organisations


def processor_time(pids):
    """Seconds of processor time that processes have used."""
    def of_one(pid):
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(int(fields[i]) for i in (11, 12)) / TICKS
    return sum(of_one(pid) for pid in pids)


def memory(pid, field):
    """VmRSS or VmHWM in KiB."""
    return int(pathlib.Path(f"/proc/{pid}/status").read_text().split(field + ":")[1].split()[0])


def bytes_on_disk(folder):
    return sum(file.stat().st_blocks * 512 for file in pathlib.Path(folder).rglob("*") if file.is_file())


def median(runs, field):
    return statistics.median(getattr(run, field) for run in runs)


class Run:
    """One run of sandyk-load against one server whose processes are `pids`."""

    def __init__(self, rig, to, pids, *flags, clients=64):
        before = processor_time(pids)
        done = subprocess.run([rig.program("bench/sandyk-load"), "--to", to, "--ca", rig.cert, "--clients", str(clients),
                               *map(str, flags)], capture_output=True, text=True, timeout=3600)
        self.processor = processor_time(pids) - before
        found = re.search(r"accepted (\d+)  refused (\d+)  broken (\d+)  in ([0-9.]+) s: (\d+) .*p50 ([0-9.]+) ms  p99 ([0-9.]+)",
                          done.stdout)
        if not found:
            raise SystemExit(f"sandyk-load: {done.stdout}{done.stderr}")
        self.accepted, self.refused, self.broken = map(int, found.group(1, 2, 3))
        self.rate, self.p50, self.p99 = map(float, found.group(5, 6, 7))
        self.errors = self.refused + self.broken


class Rig:
    def __init__(self, build, folder=None, organisations=2):
        self.build = pathlib.Path(build).resolve()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sandyk-bench-", dir=folder))
        self.rows = []
        self.make_site(organisations)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def program(self, name):
        return str(self.build / name)

    def command(self, *words):
        return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True, cwd=self.folder).stdout

    def make_site(self, organisations):
        """Keys, a signed week and a certificate, with the real programs."""
        desk, words = self.program("desk/sandyk-desk"), self.folder / "words"
        words.write_text("six invented words for a bench\n")
        end = ("--passphrase-file", words)
        self.command(desk, "root", "new", "--home", self.folder / "root", "--work-factor", 12, *end)
        for number in range(1, organisations + 1):
            name = f"org-{number}"
            self.command(desk, "keys", "new", "--home", self.folder / name, "--org", name, "--name-en", name, "--weeks", 1,
                         "--work-factor", 12, *end)
        self.command(desk, "keyring", "sign", "--home", self.folder / "root", *self.folder.glob("*/orgs/*/*.json"), *end)
        self.keyring = str(next((self.folder / "root/keyring").glob("*.json")))
        self.root_key = str(self.folder / "root/root.pub")
        self.cert, self.key = str(self.folder / "tls.crt"), str(self.folder / "tls.key")
        self.command("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", 2,
                     "-keyout", self.key, "-out", self.cert, "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")

    def report_flags(self, count):
        return "--keyring", self.keyring, "--root-key", self.root_key, "--count", count

    @contextlib.contextmanager
    def server(self, *words, name="intake/sandyk-intake", vault="vault", is_unix=False):
        """A server on a new vault: its process and where to reach it."""
        config, path = self.folder / (vault + ".conf"), self.folder / vault
        listen = f"unix-socket = {self.folder}/socket\n" if is_unix else f"listen = 127.0.0.1:0\ncert = {self.cert}\nkey = {self.key}\n"
        config.write_text(f"{listen}vault = {path}\nroot-key = {self.root_key}\nstart-delay = 0\n")
        if not path.exists():
            self.command(self.program("intake/sandyk-intake"), "install", "--vault", path, "--root-key", self.root_key, self.keyring)
        start = ("serve", "--config", str(config)) if name.endswith("intake") else (str(config),)
        begin = time.monotonic()
        process = subprocess.Popen([self.program(name), *start, *map(str, words)], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        try:
            url = process.stdout.readline().split("listening on ")[1].strip()
            self.start_ms = 1000 * (time.monotonic() - begin)
            yield process, url
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(300)
            process.stdout.close()

    @contextlib.contextmanager
    def nginx(self):
        """nginx with the same certificate, TLS 1.3 and no tickets, which answers 201 to a report and stores nothing: its
        processes and where to reach it; nothing where it is not installed (Debian: nginx-light)."""
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        if not program:
            yield None, None
            return
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        folder = self.folder / "nginx"
        folder.mkdir(exist_ok=True)
        temporary = "".join(f"{name}_temp_path {folder};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(f"""
daemon off; worker_processes auto; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{ access_log off; {temporary} keepalive_requests 1000000; client_max_body_size 64m;
  server {{ listen 127.0.0.1:{port} ssl backlog=4096; ssl_certificate {self.cert}; ssl_certificate_key {self.key};
    ssl_protocols TLSv1.3; ssl_session_tickets off; ssl_session_cache off; server_tokens off;
    location /reports/ {{ default_type application/json; return 201 "{{}}\\n"; }}
    location / {{ default_type text/plain; return 200 "calm\\n"; }} }} }}
""")
        process = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")])
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        try:
            while not (folder / "pid").exists() or not children.read_text().split():
                if process.poll() is not None:
                    raise SystemExit("nginx does not start: " + (folder / "error.log").read_text())
                time.sleep(0.05)
            yield [process.pid, *map(int, children.read_text().split())], f"https://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(60)
            (folder / "pid").unlink(missing_ok=True)

    # --- references -----------------------------------------------------------------------------

    def syncs_per_second(self, size=4096, seconds=2):
        """What the disk itself does: `size` bytes written and synced, again and again."""
        with open(self.folder / "disk", "wb", buffering=0) as file:
            end, done = time.monotonic() + seconds, 0
            while time.monotonic() < end:
                file.write(bytes(size))
                os.fdatasync(file.fileno())
                done += 1
        return done / seconds

    def sqlcipher_alone(self, batch, count, size=SEALED):
        """Rows a second of SQLCipher without us."""
        said = self.command(self.program("bench/sandyk-sqlcipher-only"), "--folder", self.folder, "--batch", batch, "--count", count,
                            "--size", size)
        return float(re.search(r": (\d+) /s", said)[1])

    def stock_handshakes(self, url, seconds=3):
        """Full handshakes a second that one stock client gets: openssl s_time."""
        said = self.command("openssl", "s_time", "-connect", url.removeprefix("https://"), "-new", "-time", seconds, "-CAfile", self.cert)
        return float(re.search(r"(\d+) connections in \d+ real seconds", said)[1]) / seconds

    def wrk(self, url, seconds=3):
        """Small answers a second over 64 connections that stay, by a stock generator; nothing where it is not installed."""
        if not shutil.which("wrk"):
            return None
        return float(re.search(r"Requests/sec:\s+([0-9.]+)", self.command("wrk", "-t1", "-c64", f"-d{seconds}s", url + "/health"))[1])

    # --- figures --------------------------------------------------------------------------------

    def row(self, what, value, unit="", reference=None, bar="", met=None, digits=0):
        """Notes and prints one figure. `reference` is (name, value in the same unit), of the same run."""
        row = {"what": what, "value": round(value, digits), "unit": unit, "bar": bar, "met": met}
        if reference:
            row |= {"reference": reference[0], "reference_value": round(reference[1], digits),
                    "ratio": round(value / reference[1], 2) if reference[1] else None}
        self.rows.append(row)
        beside = f"{row['ratio']} of {reference[0]} ({reference[1]:.{digits}f})" if reference else ""
        verdict = "" if met is None else "met" if met else "MISSED"
        print(f"{what:54} {value:>10.{digits}f} {unit:6} {beside:48} {bar:16} {verdict}", flush=True)
