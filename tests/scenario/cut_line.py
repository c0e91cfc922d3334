"""A line that is cut again and again: relays TCP, and ends each connection after so many bytes in one direction."""

import contextlib
import socket
import threading


class CutLine:
    """Stands before the port of a server. `port` may be changed while it runs; `cuts` counts."""

    def __init__(self, port, limit=None):
        self.port, self.limit = port, limit
        self.cuts, self.passed = 0, 0
        self.on_bytes = None  # called with all that has passed to the server
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        self.open = set()
        self.lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            except OSError:
                client.close()
                continue
            with self.lock:
                self.open |= {client, server}
            for source, target, is_up in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._relay, args=(source, target, is_up), daemon=True).start()

    def _relay(self, source, target, is_up):
        left = self.limit
        with contextlib.suppress(OSError):
            while data := source.recv(16384 if left is None else min(left, 16384)):
                target.sendall(data)
                if is_up:
                    self.passed += len(data)
                    if self.on_bytes:
                        self.on_bytes(self.passed)
                if left is not None:
                    left -= len(data)
                    if left == 0:
                        self.cuts += 1
                        break
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def end(self):
        self.listener.close()
        with self.lock:
            for end in self.open:
                with contextlib.suppress(OSError):
                    end.close()
