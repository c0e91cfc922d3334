"""Requests that two parsers may delimit differently: where one sees the end of a request, the other sees another.

Each case is a head that would be answered 200 were it not for one oddity. What follows it in a test is a report that is
whole and right, so that it shows in the vault whenever anybody takes it for a request.
"""

HOST = "Host: localhost"


def get(*lines, first="GET /health HTTP/1.1", line_end="\r\n"):
    return line_end.join([first, HOST, *lines, "", ""]).encode()


LENGTHS = {
    "twice, the same": ("Content-Length: 0", "Content-Length: 0"),
    "twice, different": ("Content-Length: 0", "Content-Length: 40000"),
    "twice, other letters": ("Content-Length: 0", "content-length: 40000"),
    "a list": ("Content-Length: 0, 0",),
    "plus": ("Content-Length: +0",),
    "minus": ("Content-Length: -1",),
    "hexadecimal": ("Content-Length: 0x0",),
    "exponent": ("Content-Length: 0e1",),
    "fraction": ("Content-Length: 0.0",),
    "leading zeros": ("Content-Length: 000",),
    "empty": ("Content-Length:",),
    "two numbers": ("Content-Length: 0 0",),
    "quoted": ('Content-Length: "0"',),
    "beyond 64 bits": ("Content-Length: 18446744073709551616",),
    "space before the colon": ("Content-Length : 0",),
    "space before the name": (" Content-Length: 0",),
    "form feed": ("Content-Length: \x0c0",),
    "a body where none belongs": ("Content-Length: 5",),
}

CODINGS = {
    "chunked": ("Transfer-Encoding: chunked",),
    "beside a length": ("Content-Length: 0", "Transfer-Encoding: chunked"),
    "before a length": ("Transfer-Encoding: chunked", "Content-Length: 0"),
    "identity": ("Transfer-Encoding: identity",),
    "unknown": ("Transfer-Encoding: xchunked",),
    "a list": ("Transfer-Encoding: gzip, chunked",),
    "twice": ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
    "small letters": ("transfer-encoding: chunked",),
    "no space": ("Transfer-Encoding:chunked",),
    "tab": ("Transfer-Encoding:\tchunked",),
    "vertical tab": ("Transfer-Encoding:\x0bchunked",),
    "space before the colon": ("Transfer-Encoding : chunked",),
    "space before the name": (" Transfer-Encoding: chunked",),
    "folded": ("Transfer-Encoding:\r\n chunked",),
    "folded into another": ("X: y\r\n Transfer-Encoding: chunked",),
    "behind a bare LF": ("X: y\nTransfer-Encoding: chunked",),
    "behind a bare CR": ("X: y\rTransfer-Encoding: chunked",),
    "behind a NUL": ("X: y\x00\r\nTransfer-Encoding: chunked",),
}

LINES = {
    "bare LF": get(line_end="\n"),
    "bare CR": get(line_end="\r") + b"\r\n\r\n",
    "LF CR": get(line_end="\n\r") + b"\r\n\r\n",
    "CR CR LF": get(line_end="\r\r\n"),
    "bare LF at the end": get()[:-2] + b"\n",
    "folded": get("X: y\r\n z"),
    "no colon": get("X"),
    "no name": get(": y"),
    "a blank in a name": get("X Y: z"),
    "an empty one before the request": b"\r\n" + get(),
    "no host": b"GET /health HTTP/1.1\r\nX: y\r\n\r\n",
    "two hosts": get(HOST),
    "a blank in the host": b"GET /health HTTP/1.1\r\nHost: a b\r\n\r\n",
    "another expectation": get("Expect: 200-ok"),
    "two expectations": get("Expect: 100-continue", "Expect: 100-continue"),
    "Connection twice": get("Connection: keep-alive", "Connection: keep-alive"),
    "two weeks": get("Sandyk-Week: 2026-W01", "Sandyk-Week: 2026-W02"),
    "two solutions": get("Sandyk-Puzzle: 1:64:0", "Sandyk-Puzzle: 1:64:1"),
    "beyond ASCII": get("X: é"),
}

FIRST_LINES = {
    "two spaces": "GET  /health HTTP/1.1",
    "tabs": "GET\t/health\tHTTP/1.1",
    "space at the end": "GET /health HTTP/1.1 ",
    "no version": "GET /health",
    "0.9": "GET /health HTTP/0.9",
    "1.0": "GET /health HTTP/1.0",
    "2.0": "GET /health HTTP/2.0",
    "1.10": "GET /health HTTP/1.10",
    "small letters": "GET /health http/1.1",
    "small method": "get /health HTTP/1.1",
    "whole address": "GET http://localhost/health HTTP/1.1",
    "authority": "CONNECT localhost:443 HTTP/1.1",
    "star": "OPTIONS * HTTP/1.1",
    "fragment": "GET /health#x HTTP/1.1",
    "way up": "GET /x/../health HTTP/1.1",
    "NUL": "GET /health\x00 HTTP/1.1",
    "HTTP/2": "PRI * HTTP/2.0",
}


def cases():
    """Name and head of each."""
    yield from ((f"Content-Length: {name}", get(*lines)) for name, lines in LENGTHS.items())
    yield from ((f"Transfer-Encoding: {name}", get(*lines)) for name, lines in CODINGS.items())
    yield from ((f"lines: {name}", head) for name, head in LINES.items())
    yield from ((f"first line: {name}", get(first=line)) for name, line in FIRST_LINES.items())
