"""A slow line between a client and a port on loopback: a delay each way, and so many bytes a second up."""

import asyncio
import contextlib
import socket
import threading

PIECE = 512


class SlowLine:
    """Passes on what it gets, as a phone's line would; every connection has a line of its own."""

    def __init__(self, port, delay=0.3, up=4096):
        self.port, self.delay, self.up = port, delay, up
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # what waits, waits with the sender
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        self.url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(lambda *_: None)  # a connection that was cut is no news
        self.server = self.loop.run_until_complete(asyncio.start_server(self.pass_on, sock=listener, limit=PIECE))
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def end(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(30)
        self.server.close()
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self.loop.run_until_complete(asyncio.wait(tasks))
        self.loop.run_until_complete(asyncio.sleep(0))  # what they closed is closed in the next turn
        self.loop.close()

    async def pass_on(self, reader, writer):
        ends = [writer]
        try:
            # TCP's own handshake: the first bytes leave a round trip after the client began, and the server
            # hears of the connection when they come.
            await asyncio.sleep(2 * self.delay)
            connected = asyncio.ensure_future(self.connect(ends))
            up = asyncio.ensure_future(self.carry(reader, connected, self.up))
            far_reader, _ = await connected
            near = self.loop.create_future()
            near.set_result((reader, writer))
            await self.carry(far_reader, near, None)
            await up
        except OSError:
            pass
        finally:
            for end in ends:
                end.transport.abort()

    async def connect(self, ends):
        await asyncio.sleep(self.delay)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        ends.append(writer)
        return reader, writer

    async def carry(self, reader, to, rate):
        """Gives each piece to the other side when it has gone over the line, and the end too."""
        under_way = asyncio.Queue()
        delivery = asyncio.ensure_future(self.deliver(under_way, to))
        piece = b" "
        while piece and not delivery.done():
            piece = b""
            with contextlib.suppress(OSError):
                piece = await reader.read(PIECE)
            if rate:
                await asyncio.sleep(len(piece) / rate)
            under_way.put_nowait((self.loop.time() + self.delay, piece))
        await delivery

    async def deliver(self, under_way, to):
        piece = b" "
        while piece:
            due, piece = await under_way.get()
            await asyncio.sleep(due - self.loop.time())
            _, writer = await to
            if piece:
                writer.write(piece)
                await writer.drain()
            elif writer.can_write_eof():
                writer.write_eof()
