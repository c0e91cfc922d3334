"""Whoever stands between reporter and server and has the server's TLS key: one who listens, and one who lies."""

import contextlib
import http.server
import socket
import ssl
import threading


class Witness:
    """Passes everything on, and keeps every byte in the clear: `connections` has for each what was asked and answered."""

    def __init__(self, world, server):
        self.certificate, self.server, self.connections = world.certificate, server, []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(world.certificate, world.shared / "tls.key")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def heard(self):
        """What has passed since the last call."""
        found, self.connections = [(bytes(asked), bytes(answered)) for asked, answered in self.connections], []
        return found

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                kept = (bytearray(), bytearray())
                self.connections.append(kept)
                threading.Thread(target=self._serve, args=(client, kept), daemon=True).start()

    def _serve(self, client, kept):
        with contextlib.suppress(OSError), self.context.wrap_socket(client, server_side=True) as reporter, \
                socket.create_connection(("127.0.0.1", self.server.port)) as link, \
                ssl.create_default_context(cafile=self.certificate).wrap_socket(link, server_hostname="127.0.0.1") as server:
            up = threading.Thread(target=self._pass, args=(reporter, server, kept[0]), daemon=True)
            up.start()
            self._pass(server, reporter, kept[1])

    @staticmethod
    def _pass(source, target, kept):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                kept += data
                target.sendall(data)
            target.shutdown(socket.SHUT_RDWR)

    def end(self):
        self.listener.close()


class Liar:
    """Answers some paths in its own words, `says`, and all others as the server does."""

    def __init__(self, world, server):
        self.server, self.says = server, {}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(world.certificate, world.shared / "tls.key")
        liar = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                status, body = 200, liar.says.get(self.path)
                if body is None:
                    status, _, body = liar.server.ask("GET", self.path)
                self.send_response_only(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def end(self):
        self.http.shutdown()
        self.http.server_close()
