"""Servers that break off the connection, at any moment and in any way, fail the poll of their own feed alone."""

import socket
import sqlite3
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import trustme
from click.testing import CliRunner, Result

from ingest.archive.file.opening import open_archive
from ingest.cli.commands import main
from ingest.follow.follow import follow
from ingest.workers.parse_pool import ParsePool
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
TIMES = 10  # a reset is a race, which is lost sooner or later


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server that does this with each connection."""

    def serve_one(connection: socket.socket) -> None:
        with suppress(OSError):
            serve(connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve_one, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def reset_after(answer: bytes | None) -> Callable[[socket.socket], None]:
    """Reset the connection (RST) after the answer, or as soon as it is there."""

    def serve(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with connection:
            if answer is not None:
                connection.recv(65536)
                connection.sendall(answer)

    return serve


def break_tls(authority: trustme.CA, record: bytes) -> Callable[[socket.socket], None]:
    """Agree on an encrypted connection, and then send this in the clear."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    def serve(connection: socket.socket) -> None:
        raw = connection.dup()
        with context.wrap_socket(connection, server_side=True) as encrypted, raw:
            encrypted.recv(65536)
            raw.sendall(record)
            raw.recv(65536)

    return serve


def update(archive: Path, bad: str, server: Server, times: int = 1) -> Result:
    """What comes of polling a bad server's feeds and one good one."""
    with closing(open_archive(archive, create=True)) as db:
        for number in range(times):
            # By hosts that need not wait for each other.
            address = bad.replace("127.0.0.1", f"127.0.0.{number + 1}")
            follow(db, f"{address}/{number}", "2025-01-01T00:00:00Z", allow_private=True)
        good = server.on("/good", Reply(body=rss(item("1"), url=None)))
        follow(db, good, "2025-01-01T00:00:00Z", allow_private=True)
    return CliRunner().invoke(main, ["update", str(archive)])


def polls(archive: Path, server: Server) -> tuple[set[str], int]:
    """What was said of the bad feeds, and how many entries the good one brought."""
    with closing(sqlite3.connect(archive)) as db:
        errors = db.execute("SELECT last_error FROM feeds WHERE url != ?", [server.url("/good")]).fetchall()
        [(entries,)] = db.execute("SELECT count(*) FROM entries").fetchall()
    return {error for (error,) in errors}, entries


@pytest.mark.parametrize(
    "answer",
    [
        None,
        ANSWER,
        ANSWER + b"<rss>",
        ANSWER + b"x" * 1000,
        b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["at once", "after the headers", "in the body", "after the answer", "after a redirect"],
)
def test_a_reset_connection_costs_its_own_feed_alone(
    tmp_path: Path, server: Server, answer: bytes | None
) -> None:
    with listening(reset_after(answer)) as port:
        result = update(tmp_path / "a.db", f"http://127.0.0.1:{port}", server, TIMES)
    assert isinstance(result.exception, SystemExit), result.exception
    errors, entries = polls(tmp_path / "a.db", server)
    assert entries == 1
    assert None not in errors and not any("nobody foresaw" in error for error in errors), errors


@pytest.mark.parametrize(
    "record",
    [b"\x17\x03\x03\x00\x10" + b"x" * 16, b"\x15\x03\x03\x00\x02\x02\x28", b"HTTP/1.1 200 OK\r\n\r\n"],
    ids=["a broken record", "an alert", "no TLS at all"],
)
def test_a_broken_encrypted_connection_costs_its_own_feed_alone(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch, record: bytes
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with listening(break_tls(authority, record)) as port:
        result = update(tmp_path / "a.db", f"https://127.0.0.1:{port}", server)
    assert isinstance(result.exception, SystemExit), result.exception
    errors, entries = polls(tmp_path / "a.db", server)
    assert entries == 1
    assert all("encrypted connection was broken off" in error for error in errors), errors


def test_an_error_that_nobody_foresaw_costs_its_own_feed_alone(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = ParsePool.read

    async def stumble(readers: ParsePool, body: bytes, *how: Any, **named: Any) -> object:
        if b"stumble" in body:
            raise ZeroDivisionError("what next")
        return await read(readers, body, *how, **named)

    monkeypatch.setattr(ParsePool, "read", stumble)
    server.on("/bad/0", Reply(body=rss(item("stumble"), url=None)))
    result = update(tmp_path / "a.db", server.url("/bad"), server)
    assert isinstance(result.exception, SystemExit), result.exception
    errors, entries = polls(tmp_path / "a.db", server)
    assert entries == 1
    assert errors == {
        "Something went wrong that nobody foresaw (ZeroDivisionError: what next). Please report it."
    }
