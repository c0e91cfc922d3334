"""A small HTTPS server for tests: tls_server.py FOLDER REFUSALS

FOLDER holds cert.pem and key.pem; what is in FOLDER/www is served. PUT /reports/<sha256> is answered 503 REFUSALS times,
then stored in FOLDER/stored. The port is the first line on stdout."""
import hashlib
import http.server
import pathlib
import ssl
import sys

folder = pathlib.Path(sys.argv[1])
refusals_left = int(sys.argv[2])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", **headers):
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/redirect":
            return self.answer(302, Location="/www")
        if self.path == "/headers":
            return self.answer(200, "\n".join(f"{n}: {v}" for n, v in self.headers.items()).encode())
        if self.path == "/cut":
            self.send_response_only(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"half")
            self.close_connection = True
            return None
        if self.path == "/garbage":
            self.wfile.write(b"SSH-2.0-this is not the web\r\n\r\n")
            self.close_connection = True
            return None
        if self.path == "/silence":
            self.rfile.read(1)
            return None
        file = folder / "www" / self.path.lstrip("/")
        if not file.is_file():
            return self.answer(404, b'{"error": "not_found", "say": "There is nothing here."}')
        return self.answer(200, file.read_bytes())

    def do_PUT(self):
        global refusals_left
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if refusals_left > 0:
            refusals_left -= 1
            return self.answer(503, b'{"error": "busy", "say": "Too many reports at once.\\u001b[1m"}', Retry_After="1")
        if self.path != "/reports/" + hashlib.sha256(body).hexdigest():
            return self.answer(400, b'{"error": "digest", "say": "The digest is another one."}')
        stored = folder / "stored"
        stored.mkdir(exist_ok=True)
        name = self.path.removeprefix("/reports/")
        (stored / (name + ".headers")).write_text("".join(f"{n}: {v}\n" for n, v in self.headers.items()))
        (stored / name).write_bytes(body)
        return self.answer(201)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # clients that refuse the certificate are what some tests want


server = Server(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_address[1], flush=True)
server.serve_forever()
