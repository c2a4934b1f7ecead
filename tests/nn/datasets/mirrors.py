"""A small MNIST, and mirrors of it on this machine that serve it well or badly."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
from idx_files import file_of, header

from nn.datasets.download import Published
from nn.datasets.mnist import TEST, TRAIN

IMAGES = {TRAIN: np.random.default_rng(0).integers(0, 256, (5, 28, 28), "uint8"), TEST: np.full((3, 28, 28), 255, "uint8")}
LABELS = {TRAIN: np.array([5, 0, 4, 1, 9], "uint8"), TEST: np.array([7, 2, 1], "uint8")}

#: The four files, uncompressed; and what must be known of them.
CONTENT = {name: file_of(array) for part in (TRAIN, TEST) for name, array in zip(part, (IMAGES[part], LABELS[part]), strict=True)}
SMALL_MNIST = {name: Published(len(content), sha256(content).hexdigest()) for name, content in CONTENT.items()}

#: A whole IDX file of 64 MiB of zeros, in 64 KiB.
BOMB = 1 << 26
BOMB_PACKED = gzip.compress(header([BOMB]) + bytes(BOMB))


class Exchange(BaseHTTPRequestHandler):
    """One request; the server's table says how it is answered, file by file."""

    server: Mirror

    def do_GET(self) -> None:
        name = self.path.strip("/").removesuffix(".gz")
        self.server.asked.append(name)
        self.server.manners.get(name, self.server.manners["*"])(self, CONTENT[name])

    def answer(self, body: bytes, length: str | None = None, **headers: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", length or str(len(body)))
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


Manner = Callable[[Exchange, bytes], None]


class Mirror(ThreadingHTTPServer):
    """A server whose manners are a table: file name, or "*" for all others, to how it is answered. `asked` lists what was asked for."""

    daemon_threads = True

    def __init__(self, manners: Mapping[str, Manner]) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.manners = manners
        self.asked: list[str] = []
        self.reached, self.released = threading.Event(), threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def mirror(manner: Manner, **others: Manner) -> Iterator[Mirror]:
    """A mirror that runs inside the `with`; `others` by file name, with _ for -."""
    server = Mirror({"*": manner, **{name.replace("_", "-"): other for name, other in others.items()}})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


def whole(exchange: Exchange, content: bytes) -> None:
    exchange.answer(gzip.compress(content))


def unpacked(exchange: Exchange, content: bytes) -> None:
    exchange.answer(content)


def unpacked_on_the_way(exchange: Exchange, content: bytes) -> None:
    exchange.answer(gzip.compress(content), Content_Encoding="gzip")


def not_there(exchange: Exchange, content: bytes) -> None:
    exchange.send_error(404)


def truncated(exchange: Exchange, content: bytes) -> None:
    packed = gzip.compress(content)
    exchange.answer(packed[: len(packed) // 2])


def truncated_and_unpacked(exchange: Exchange, content: bytes) -> None:
    exchange.answer(content[:-1])


def breaks_off(exchange: Exchange, content: bytes) -> None:
    packed = gzip.compress(content)
    exchange.answer(packed[: len(packed) // 2], length=str(len(packed)))


def says_too_little(exchange: Exchange, content: bytes) -> None:
    packed = gzip.compress(content)
    exchange.answer(packed, length=str(len(packed) // 2))


def says_nonsense(exchange: Exchange, content: bytes) -> None:
    exchange.answer(gzip.compress(content), length="many")


def page(exchange: Exchange, content: bytes) -> None:
    exchange.answer(b"<!DOCTYPE html>\n<title>Please sign in</title>", Content_Type="text/html")


def other_data(exchange: Exchange, content: bytes) -> None:
    exchange.answer(gzip.compress(content[:-1] + bytes([content[-1] ^ 1])))


def other_size(exchange: Exchange, content: bytes) -> None:
    exchange.answer(gzip.compress(header([0])))


def bomb(exchange: Exchange, content: bytes) -> None:
    exchange.answer(BOMB_PACKED)


def endless(exchange: Exchange, content: bytes) -> None:
    exchange.send_response(200)
    exchange.end_headers()
    while True:  # until the client hangs up, which raises
        exchange.wfile.write(bytes(1 << 16))


def in_circles(exchange: Exchange, content: bytes) -> None:
    exchange.send_response(302)
    exchange.send_header("Location", exchange.path)
    exchange.end_headers()


def no_http(exchange: Exchange, content: bytes) -> None:
    exchange.wfile.write(b"220 smtp.example.org ready\r\n")


def stalls(exchange: Exchange, content: bytes) -> None:
    packed = gzip.compress(content)
    exchange.answer(packed[: len(packed) // 2], length=str(len(packed)))
    silent(exchange, content)


def silent(exchange: Exchange, content: bytes) -> None:
    exchange.server.reached.set()
    exchange.server.released.wait()
