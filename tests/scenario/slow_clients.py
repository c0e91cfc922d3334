"""Slow clients, many of them, each of one kind; a program of its own, so that it slows no one who measures.

  slow_clients.py KIND PORT COUNT SECONDS WEEK LENGTH

Every one of them connects, drips, is closed at some time, waits a little and comes again. On loopback only. Prints a line
once all have tried to connect, and ends by itself after SECONDS.
"""

import asyncio
import contextlib
import random
import resource
import secrets
import ssl
import sys

PAUSE = 1.0  # between two bytes
AGAIN = (2.0, 6.0)  # until one that was closed comes again
HELLO = b"\x16\x03\x01\x01\x00\x01\x00\x00\xfc\x03\x03" + bytes(250)  # a ClientHello that never ends


def head_that_never_ends(week):
    return b"GET /health HTTP/1.1\r\nHost: localhost\r\n", b"X-Slow: " + b"x" * 4000


def body_that_never_ends(week, length):
    head = (f"PUT /reports/{secrets.token_hex(32)} HTTP/1.1\r\nHost: localhost\r\nSandyk-Week: {week}\r\n"
            f"Content-Length: {length}\r\n\r\n")
    return head.encode(), b"age-encryption.org/v1\n" + b"x" * length


class Crowd:
    def __init__(self, kind, port, count, week, length):
        self.kind, self.port, self.count, self.week, self.length = kind, port, count, week, length
        self.tried = 0
        self.all_tried = asyncio.Event()
        self.tls = ssl.create_default_context()
        self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE

    def plan(self):
        """Whether it shakes hands, what it says at once, and what it drips."""
        return {"silent connects": (False, b"", b""),
                "dripping handshake": (False, HELLO[:1], HELLO[1:]),
                "slow headers": (True, *head_that_never_ends(self.week)),
                "byte drip": (True, b"", b"GET /health HTTP/1.1\r\nHost: localhost\r\n" * 90),
                "slow body": (True, *body_that_never_ends(self.week, self.length))}[self.kind]

    async def once(self, number):
        shakes_hands, at_once, dripped = self.plan()
        source = f"127.66.{number >> 8}.{number & 255 or 1}"
        opening = asyncio.open_connection("127.0.0.1", self.port, local_addr=(source, 0),
                                          ssl=self.tls if shakes_hands else None)
        reader, writer = await asyncio.wait_for(opening, 30)
        try:
            writer.write(at_once)
            for i in range(len(dripped)):
                await writer.drain()
                if reader.at_eof():
                    return
                await asyncio.sleep(PAUSE)
                writer.write(dripped[i:i + 1])
            await reader.read()
        finally:
            writer.transport.abort()

    async def again_and_again(self, number):
        await asyncio.sleep(random.uniform(0, 1))
        first = True
        while True:
            attempt = asyncio.ensure_future(self.once(number))
            if first:
                await asyncio.wait([attempt], timeout=0.2)
                first = False
                self.tried += 1
                if self.tried == self.count:
                    self.all_tried.set()
            with contextlib.suppress(OSError, asyncio.TimeoutError, ssl.SSLError, asyncio.IncompleteReadError):
                await attempt
            await asyncio.sleep(random.uniform(*AGAIN))

    async def attack(self, seconds):
        clients = [asyncio.ensure_future(self.again_and_again(i)) for i in range(self.count)]
        await self.all_tried.wait()
        print("begun", flush=True)
        await asyncio.wait(clients, timeout=seconds)
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)


async def main(kind, port, count, seconds, week, length):
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # a connection that was cut is no news
    await Crowd(kind, int(port), int(count), week, int(length)).attack(float(seconds))


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(main(*sys.argv[1:]))
