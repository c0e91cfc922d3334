"""The way over Tor, without Tor: a real SOCKS proxy that knows one onion name leads to the server's UNIX socket."""

import os
import socket
import struct
import tempfile
import threading
import unittest

from world import SAMPLES, World, program, run

ONION = "sandykexampleexampleexampleexampleexampleexampleexample7.onion"


class SocksProxy(threading.Thread):
    """SOCKS 5, CONNECT by name only (RFC 1928). Writes down the names it was asked for."""

    def __init__(self, unix_socket):
        super().__init__(daemon=True)
        self.unix_socket, self.names = unix_socket, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"socks5h://127.0.0.1:{self.listener.getsockname()[1]}"
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        reader = client.makefile("rb")
        reader.read(reader.read(2)[1])
        client.sendall(b"\x05\x00")
        version, command, _, kind = reader.read(4)
        if (version, command, kind) != (5, 1, 3):  # an address in place of a name would have been looked up by the client
            client.close()
            return
        name = reader.read(reader.read(1)[0]).decode()
        port = struct.unpack(">H", reader.read(2))[0]
        self.names.append((name, port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(self.unix_socket))
        client.sendall(b"\x05\x00\x00\x01" + bytes(6))
        back = threading.Thread(target=self.pump, args=(server, client), daemon=True)
        back.start()
        self.pump(client, server, reader)
        back.join(30)

    @staticmethod
    def pump(source, target, reader=None):
        try:
            while part := (reader.read1(65536) if reader else source.recv(65536)):
                target.sendall(part)
        except OSError:
            pass
        finally:
            try:
                target.shutdown(socket.SHUT_WR)
            except OSError:
                pass


class Onion(World):
    def setUp(self):
        super().setUp()
        # The path of a UNIX socket may have 107 bytes: a short folder.
        self.unix_socket = os.path.join(tempfile.mkdtemp(dir=self.shared), "s")
        self.config.write_text(f"unix-socket = {self.unix_socket}\nvault = {self.vault}\nroot-key = {self.root_key}\n")
        self.server = self.start_with_keyring()
        self.proxy = SocksProxy(self.unix_socket)
        self.addCleanup(self.proxy.listener.close)

    def test_a_report_goes_over_an_onion_address_and_the_name_is_never_looked_up(self):
        run(program("report"), "send", "--to", f"http://{ONION}", "--proxy", self.proxy.url, "--root-key", self.root_key,
            SAMPLES / "report_ky.json")
        self.assertEqual({(ONION, 80)}, set(self.proxy.names))
        self.server.stop()
        printed, _ = self.open(self.export())
        self.assertIn("Reports: 1 new", printed)

    def test_without_a_proxy_nothing_is_sent(self):
        done = run(program("report"), "send", "--to", f"http://{ONION}", "--root-key", self.root_key, SAMPLES / "report_ky.json",
                   expect=2)
        self.assertIn(b"--proxy", done.stderr)

    def test_plain_http_is_for_onions_only(self):
        run(program("report"), "send", "--to", "http://127.0.0.1:80", "--root-key", self.root_key, SAMPLES / "report_ky.json",
            expect=2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
