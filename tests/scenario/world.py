"""A small world for scenario tests: the real programs, real keys, a real vault, on loopback.

Every scenario is a Python unittest run by ctest with SANDYK_INTAKE, SANDYK_REPORT, SANDYK_DESK, ... set to the built
programs and SANDYK_DEPS to the folder of the stock tools.
"""

import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import unittest

SAMPLES = pathlib.Path(__file__).resolve().parent.parent / "samples"
DEPS = pathlib.Path(os.environ["SANDYK_DEPS"])
PATIENCE = 120  # seconds after which a program that hangs fails its test
ORGANISATIONS = ("aikyn", "bermet")
PASSPHRASE = "six invented words for a test"


def program(name):
    return os.environ["SANDYK_" + name.upper()]


def run(*command, expect=0, env=None, cwd=None, stdin=None):
    """Runs a program to its end and returns it; another exit code than `expect` fails the test."""
    done = subprocess.run([str(word) for word in command], capture_output=True, timeout=PATIENCE, env=env, cwd=cwd,
                          input=stdin)
    if expect is not None and done.returncode != expect:
        raise AssertionError(f"{command[0]} {command[1] if len(command) > 1 else ''} ended with {done.returncode}, "
                             f"not {expect}:\n{done.stdout.decode(errors='replace')}\n{done.stderr.decode(errors='replace')}")
    return done


def stock(name, *words, **options):
    """Runs one of the stock tools that tools/setup brought: age, age-keygen, sqlcipher."""
    env = dict(os.environ, PATH=f"{DEPS}/usr/bin:{os.environ['PATH']}", **options.pop("extra_env", {}))
    env["LD_LIBRARY_PATH"] = str(next((DEPS / "usr/lib").glob("*-linux-gnu")))
    return run(DEPS / "usr/bin" / name, *words, env=env, **options)


@contextlib.contextmanager
def environment(**values):
    """Every program started inside sees these variables."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update({name: str(value) for name, value in values.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class Server:
    """One running sandyk-intake; ended by its process id."""

    def __init__(self, world, *flags):
        self.world = world
        self.output = open(world.folder / "intake.log", "ab+")
        start = self.output.tell()
        self.process = subprocess.Popen([program("intake"), "serve", "--config", str(world.config), *map(str, flags)],
                                        stdout=self.output, stderr=subprocess.STDOUT, cwd=world.folder)
        self.url = self._wait_for_url(start)
        self.port = int(self.url.rsplit(":", 1)[1]) if self.url.startswith("https:") else None

    def _wait_for_url(self, start):
        for _ in range(PATIENCE * 20):
            with open(self.output.name, "rb") as log:
                log.seek(start)
                said = log.read().decode(errors="replace")
            if found := re.search(r"listening on (https://\S+:\d+|unix:\S+)", said):
                return found[1]
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)
                raise AssertionError(f"the server ended with {self.process.returncode}: {said}")
        raise AssertionError("the server did not start")

    def connection(self, source=None):
        context = ssl.create_default_context(cafile=self.world.certificate)
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=30, source_address=source)

    def ask(self, method, path, body=None, headers=None, source=None):
        """One request over a connection of its own: status, headers, body."""
        link = self.connection(source)
        try:
            link.request(method, path, body=body, headers=headers or {})
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            link.close()

    def put(self, sealed, week, path=None, **headers):
        path = path or "/reports/" + hashlib.sha256(sealed).hexdigest()
        return self.ask("PUT", path, sealed, {"Sandyk-Week": week, "Content-Type": "application/octet-stream", **headers})

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self):
        """A clean end; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def end(self):
        if self.process.poll() is None:
            self.kill()
        self.output.close()


class World(unittest.TestCase):
    """Makes keys once for a class of scenarios, and a fresh vault for each."""

    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="sandyk-scenario-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.passphrase_file = cls.shared / "passphrase"
        cls.passphrase_file.write_text(PASSPHRASE + "\n")
        cls.root = cls.shared / "root"
        cls.desk("root", "new", "--home", cls.root, "--work-factor", 12)
        cls.root_key = cls.root / "root.pub"
        for organisation in ORGANISATIONS:
            cls.make_week_keys(organisation)
        cls.sign_keyrings()
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", 90,
            "-keyout", cls.shared / "tls.key", "-out", cls.shared / "tls.crt", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost")
        cls.certificate = cls.shared / "tls.crt"
        cls.log_key_file = cls.shared / "log.key"
        cls.log_key = run(program("intake"), "log-key", "new", cls.log_key_file, "--root-key", cls.root_key).stdout.decode().split()[-1]

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=self.shared))
        self.vault = self.folder / "vault"
        self.config = self.folder / "intake.conf"
        self.config.write_text(f"listen = 127.0.0.1:0\nvault = {self.vault}\ncert = {self.shared}/tls.crt\n"
                               f"key = {self.shared}/tls.key\nroot-key = {self.root_key}\nlog-key = {self.log_key_file}\nstart-delay = 0\nupload-spool = 8M\n")
        self.servers = []

    def tearDown(self):
        for server in self.servers:
            server.end()

    # --- the programs ---------------------------------------------------------------------------

    @classmethod
    def desk(cls, *words, expect=0):
        return run(program("desk"), *words, "--passphrase-file", cls.passphrase_file, expect=expect)

    @classmethod
    def make_week_keys(cls, organisation, *more):
        cls.desk("keys", "new", "--home", cls.shared / organisation, "--org", organisation, "--name-en", organisation.title(),
                 "--weeks", 1, "--work-factor", 12, *more)

    @classmethod
    def public_files(cls):
        return [f for o in ORGANISATIONS for f in sorted((cls.shared / o / "orgs" / o).glob("*.json"))]

    @classmethod
    def sign_keyrings(cls, *more):
        cls.desk("keyring", "sign", "--home", cls.root, *cls.public_files(), *more)
        cls.keyring = sorted((cls.root / "keyring").glob("*.json"))[-1]
        cls.week = cls.keyring.stem

    def install_keyring(self, *files):
        return run(program("intake"), "install", "--vault", self.vault, "--root-key", self.root_key,
                   *(files or [self.keyring]))

    def start(self, *flags):
        server = Server(self, *flags)
        self.servers.append(server)
        return server

    def start_with_keyring(self, *flags):
        self.install_keyring()
        return self.start(*flags)

    def send(self, server, document, *more, expect=0):
        return run(program("report"), "send", "--to", server.url, "--ca", self.certificate, "--root-key", self.root_key,
                   document, *more, expect=expect)

    def seal(self, document, *more, out=None):
        """Seals on the reporter's side and returns the sealed bytes."""
        out = out or pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        run(program("report"), "seal", "--root-key", self.root_key, "--keyring", self.keyring, "--out", out, document, *more)
        return next(out.glob("*.age")).read_bytes()

    def export(self):
        target = self.folder / "usb"
        run(program("intake"), "export", target, "--vault", self.vault)
        return target

    def open(self, vault, organisation=ORGANISATIONS[0], *more, expect=0):
        """Opens an exported vault; returns what was printed and the folder of opened reports."""
        out = self.folder / "opened"
        done = self.desk("open", vault, "--home", self.shared / organisation, "--out", out, *more, expect=expect)
        return done.stdout.decode(), out

    # --- what is where --------------------------------------------------------------------------

    def identity_file(self, organisation):
        """The week's identity in the clear, by stock age: for tests that open with stock tools."""
        sealed = self.shared / organisation / "orgs" / organisation / (self.week + ".age")
        plain = stock("age", "-d", "-j", "batchpass", sealed, extra_env={"AGE_PASSPHRASE": PASSPHRASE}).stdout
        file = self.folder / (organisation + ".identity")
        file.write_bytes(plain)
        return file

    def epochs(self):
        return sorted((self.vault / "epochs").iterdir())

    def query(self, epoch, sql, organisation=ORGANISATIONS[0]):
        """Asks an epoch's database with stock tools only: age for its key, sqlcipher for the rest."""
        key = stock("age", "-d", "-i", self.identity_file(organisation), epoch / "key.age").stdout
        self.assertEqual(32, len(key))
        copy = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        for file in epoch.glob("reports.db*"):
            shutil.copy(file, copy)
        script = f"PRAGMA key = \"x'{key.hex()}'\";\n{sql}\n"
        return stock("sqlcipher", copy / "reports.db", stdin=script.encode()).stdout.decode().split("\n", 1)[1].strip()

    def stored_ids(self):
        """Ids of all stored reports, epoch by epoch."""
        return [line.lower() for epoch in self.epochs() for line in
                self.query(epoch, "SELECT hex(id) FROM reports WHERE kind = 'report' ORDER BY n;").split()]

    def error_of(self, body):
        answer = json.loads(body)
        self.assertEqual({"error", "say"}, set(answer))
        return answer["error"]
