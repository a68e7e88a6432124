"""An HTTP server on loopback with scripted answers: well-behaved, slow, broken or hostile.

    with Server() as server:
        server.on("/feed", Reply(body=b"<rss/>", headers={"ETag": '"1"'}))
        server.on("/slow", drip())
        … server.url("/feed") …
        assert server.requests[0].headers["user-agent"]

It runs in a thread of its own, so that it serves asynchronous tests, commands and other processes alike. Given an
SSL context it speaks HTTPS, and HTTP/2 where that is agreed on.
"""

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

import h2.config
import h2.connection
import h2.events


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it. Names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    version: str = "HTTP/1.1"


@dataclass(frozen=True)
class Reply:
    """An answer. `seconds` is the wait before it."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0


def of_feeds(server: "Server") -> list[Asked]:
    """What was asked for but icons, which are looked for once after a feed is polled."""
    return [asked for asked in server.requests if asked.path != "/favicon.ico"]


TLS_HANDSHAKE = b"\x16"
# The bytes of an answer, status line and all: what a server sends that keeps to no rules. HTTP/1.1 only.
Raw = Callable[[Asked], AsyncIterator[bytes]]
Answer = Reply | Raw | Callable[[Asked], Reply]


class Server:
    def __init__(
        self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", name: str | None = None
    ) -> None:
        """`host` is the address to listen on, `name` what its URLs call it."""
        self.requests: list[Asked] = []
        self.most_at_once = 0
        self._at_once = 0
        self._answers: dict[str, Answer] = {}
        self._tls = tls
        self._host = host
        self._name = name or (f"[{host}]" if ":" in host else host)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def on(self, path: str, answer: Answer) -> str:
        """Answer so from now on. Returns the URL."""
        self._answers[path] = answer
        return self.url(path)

    def url(self, path: str = "/", name: str | None = None) -> str:
        return f"{'https' if self._tls else 'http'}://{name or self._name}:{self.port}{path}"

    def _run(self, work: Awaitable[Any]) -> None:
        async def run() -> None:
            await work

        asyncio.run_coroutine_threadsafe(run(), self._loop).result(timeout=60)

    async def _listen(self) -> None:
        if self._tls:
            self._tls.set_alpn_protocols(["h2", "http/1.1"])
        self._server = await asyncio.start_server(self._serve, self._host, 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            if task.get_coro().__name__ != "run":  # type: ignore[union-attr]
                task.cancel()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        agreed = writer.get_extra_info("ssl_object")
        speak = _http2 if agreed and agreed.selected_alpn_protocol() == "h2" else _http1
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await speak(self, reader, writer)
        with suppress(Exception):
            writer.close()

    async def reply(self, asked: Asked) -> Reply | AsyncIterator[bytes]:
        self.requests.append(asked)
        answer = self._answers.get(asked.path, Reply(404))
        if not isinstance(answer, Reply):
            made = answer(asked)
            if not isinstance(made, Reply):
                return made
            answer = made
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        await asyncio.sleep(answer.seconds)
        self._at_once -= 1
        return answer


async def _http1(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        first = await reader.readexactly(1)
        if first == TLS_HANDSHAKE:  # would be waited for to its end, which as HTTP it never comes to
            writer.write(b"HTTP/1.1 400 Said\r\nConnection: close\r\n\r\n")
            return
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, version = head[0].split(" ")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:-2])
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        answer = await server.reply(Asked(method, path, headers, body, version))
        if not isinstance(answer, Reply):
            async for part in answer:
                writer.write(part)
                await writer.drain()
            return
        lines = [
            f"HTTP/1.1 {answer.status} Said",
            *(f"{name}: {value}" for name, value in answer.headers.items()),
        ]
        if answer.status != 304:
            lines.append(f"Content-Length: {len(answer.body)}")
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body)
        await writer.drain()


async def _http2(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    connection.encoder.encode = partial(
        connection.encoder.encode, huffman=False
    )  # which takes ages for a megabyte
    connection.initiate_connection()
    writer.write(connection.data_to_send())

    async def answer(stream: int, asked: Asked) -> None:
        reply = await server.reply(asked)
        assert isinstance(reply, Reply), "only HTTP/1.1 is answered in raw bytes"
        headers = [(name.lower(), value) for name, value in reply.headers.items()]
        connection.send_headers(stream, [(":status", str(reply.status)), *headers])
        body = reply.body
        while body:
            room = min(
                connection.local_flow_control_window(stream), connection.max_outbound_frame_size, len(body)
            )
            connection.send_data(stream, body[:room]) if room else await asyncio.sleep(0.01)
            body = body[room:]
            writer.write(connection.data_to_send())
            await writer.drain()
        connection.end_stream(stream)
        writer.write(connection.data_to_send())

    tasks = set()
    while data := await reader.read(65536):
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                fields = {bytes(k).decode(): bytes(v).decode() for k, v in event.headers}
                asked = Asked(fields[":method"], fields[":path"], fields, version="HTTP/2")
                tasks.add(asyncio.ensure_future(answer(event.stream_id, asked)))
            elif isinstance(event, h2.events.ConnectionTerminated):
                return
        writer.write(connection.data_to_send())


def raw(data: bytes) -> Raw:
    """These bytes, and the end of the connection."""

    async def answer(_: Asked) -> AsyncIterator[bytes]:
        yield data

    return answer


def endless(piece: bytes, headers: str = "", seconds: float = 0.0) -> Raw:
    """A good answer's headers, and a body of the piece again and again, with a wait before each."""

    async def answer(_: Asked) -> AsyncIterator[bytes]:
        yield f"HTTP/1.1 200 OK\r\n{headers}\r\n".encode()
        while True:
            await asyncio.sleep(seconds)
            yield piece

    return answer


def drip(seconds: float = 0.05) -> Raw:
    """A good answer whose body comes a byte at a time."""
    return endless(b"x", seconds=seconds)


def silent() -> Raw:
    """Not a byte."""

    async def answer(_: Asked) -> AsyncIterator[bytes]:
        await asyncio.sleep(3600)
        yield b""

    return answer


def bomb(start: bytes, piece: bytes, encoding: str, times: int) -> Raw:
    """A body in a Content-Encoding: its start, and the piece so many times."""

    async def answer(_: Asked) -> AsyncIterator[bytes]:
        yield f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\n\r\n".encode() + start
        for _ in range(times):
            yield piece

    return answer
