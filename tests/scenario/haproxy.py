"""HAProxy with the reference configuration of deploy/, on loopback."""

import os
import pathlib
import shutil
import socket
import ssl
import subprocess

from world import PATIENCE

DEPLOY = pathlib.Path(__file__).resolve().parent.parent.parent / "deploy"


def tool(name):
    """Where a program is, also when root's folders are not in the path."""
    return shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")


def changed(text, *changes):
    """The configuration with a few lines for this machine; every change is made exactly once."""
    for old, new in changes:
        if text.count(old) != 1:
            raise AssertionError(f"{old!r} stands {text.count(old)} times in the configuration")
        text = text.replace(old, str(new))
    return text


class Proxy:
    """One running HAProxy; ended by its process id."""

    def __init__(self, test, unix_socket):
        pem = test.folder / "proxy.pem"
        pem.write_bytes((test.shared / "tls.crt").read_bytes() + (test.shared / "tls.key").read_bytes())
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self.listener.getsockname()[1]
        self.url = f"https://127.0.0.1:{self.port}"
        config = test.folder / "haproxy.cfg"
        config.write_text(changed((DEPLOY / "haproxy.cfg").read_text(), ("    user haproxy\n    group haproxy\n", ""),
                                  ("bind :::443 v4v6", f"bind fd@{self.listener.fileno()}"),
                                  ("/etc/haproxy/sandyk.pem", pem), ("/run/sandyk/intake.sock", unix_socket)))
        os.chmod(unix_socket, 0o600)
        self.output = open(test.folder / "haproxy.log", "wb+")
        self.process = subprocess.Popen([tool("haproxy"), "-db", "-f", str(config)], pass_fds=[self.listener.fileno()],
                                        stdout=self.output, stderr=subprocess.STDOUT)
        test.addCleanup(self.end)
        self.context = ssl.create_default_context(cafile=test.certificate)

    def end(self):
        self.process.kill()
        self.process.wait(PATIENCE)
        self.listener.close()
        self.output.close()

    def connect(self, source="127.0.0.1"):
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE, source_address=(source, 0))
        return self.context.wrap_socket(plain, server_hostname="127.0.0.1")

    def said(self):
        return (self.output.seek(0), self.output.read())[1]
