"""What of the documents that polls bring is kept, read and counted, with the real command over a real socket."""

import errno
import gzip
import hashlib
import sqlite3
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import brotli
import pytest
from click.testing import CliRunner, Result

import ingest.poll.update
from ingest.archive.documents import known
from ingest.archive.documents.read_back import document_body
from ingest.archive.documents.warc.folder import warc_folder
from ingest.base.decompress import zstd
from ingest.cli.commands import main
from ingest.fetch.messages import Response
from ingest.poll.judge import Judged
from ingest.workers.parse_pool import ParsePool
from tests.ingest.archive.documents.independent_reader import PlainRecord, check_rows, plain_records
from tests.ingest.documents_written_here import item, rss
from tests.server import Asked, Reply, Server, of_feeds
from tests.unprivileged import AS_ANYBODY, needs_permissions

ROOT = Path(__file__).parents[3]
A = rss(item("1"), item("2"), url=None)
B = rss(item("1"), item("2"), item("3"), url=None)
GARBAGE = b"<rss>no feed</rss>"
PAGE = b"<!doctype html><title>A page</title>"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        server.on("/feed", Reply(headers={"ETag": '"A"', "Content-Type": "application/rss+xml"}, body=A))
        yield server


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The documents that were parsed."""
    bodies: list[bytes] = []
    read = ParsePool.read

    async def counted(self: ParsePool, body: bytes, *rest: Any) -> Any:
        bodies.append(body)
        return await read(self, body, *rest)

    monkeypatch.setattr(ParsePool, "read", counted)
    return bodies


@pytest.fixture
def add(archive: Path, server: Server) -> Callable[..., Result]:
    def add(*options: str, path: str = "/feed") -> Result:
        return run("add", archive, "--allow-private", *options, server.url(path))

    return add


def run(command: str, archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [command, str(archive), *arguments])


def update(archive: Path) -> Result:
    return run("update", archive, "--all")


def rows(archive: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as connection, connection:
        return connection.execute(query).fetchall()


def records(archive: Path) -> list[PlainRecord]:
    return [record for path in sorted(warc_folder(archive).iterdir()) for record in plain_records(path)]


def kinds(archive: Path) -> str:
    """The documents in the WARC files, each as it is kept there."""
    return " ".join(one.kind for one in records(archive) if one.kind in ("response", "resource", "revisit"))


SAME, CONFIRMED, ONE_MORE = Reply(body=A), Reply(304), Reply(body=A + b"\n")
OTHER, NO_FEED_AT_ALL = Reply(body=B), Reply(body=GARBAGE)
# The answers after the feed was added, which brought A; what the WARC files then have; the row of the document that
# each poll points to; how often was parsed; what the last poll counted: new, changed, failures in a row.
WHAT_IS_KEPT: dict[str, tuple[list[Reply], str, list[int | None], int, tuple[int, int, int]]] = {
    "304": ([CONFIRMED], "response", [1, 1], 1, (0, 0, 0)),
    "the same bytes": ([SAME], "response", [1, 1], 1, (0, 0, 0)),
    "one byte of white space more": ([ONE_MORE], "response response", [1, 2], 2, (0, 0, 0)),
    "another, then 304": ([OTHER, CONFIRMED], "response response", [1, 2, 2], 2, (0, 0, 0)),
    "another, and the first again": ([OTHER, SAME], "response response revisit", [1, 2, 3], 3, (0, 0, 0)),
    "another": ([OTHER], "response response", [1, 2], 2, (1, 0, 0)),
    "what is no feed": ([NO_FEED_AT_ALL], "response response", [1, 2], 2, (0, 0, 1)),
    "what is no feed, twice": ([NO_FEED_AT_ALL] * 2, "response response", [1, 2, 2], 2, (0, 0, 2)),
    "what is no feed, then 304": (
        [NO_FEED_AT_ALL, CONFIRMED], "response response", [1, 2, 1], 2, (0, 0, 0)
    ),
    "a web page": ([Reply(body=PAGE)], "response", [1, None], 1, (0, 0, 1)),
    "nothing": ([Reply(body=b"")], "response", [1, None], 1, (0, 0, 1)),
    "status 404": ([Reply(404, body=A)], "response", [1, None], 1, (0, 0, 1)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "kept", "pointed_to", "read", "counted"), WHAT_IS_KEPT.values(), ids=WHAT_IS_KEPT.keys()
)
def test_what_is_kept_read_and_counted(
    add: Callable[..., Result],
    archive: Path,
    server: Server,
    parsed: list[bytes],
    answers: list[Reply],
    kept: str,
    pointed_to: list[int | None],
    read: int,
    counted: tuple[int, int, int],
) -> None:
    assert add().exit_code == 0
    for answer in answers:
        server.on("/feed", answer)
        update(archive)
    assert kinds(archive) == kept
    assert len(rows(archive, "SELECT id FROM documents")) == len(kept.split())
    assert [row for (row,) in rows(archive, "SELECT document FROM polls ORDER BY id")] == pointed_to
    assert len(parsed) == read
    last = "SELECT new, changed, failures FROM polls JOIN feeds ON feeds.id = feed ORDER BY polls.id DESC LIMIT 1"
    assert rows(archive, last) == [counted]
    check_rows(archive)


def test_a_document_is_kept_with_where_it_came_from(
    add: Callable[..., Result], archive: Path, server: Server
) -> None:
    add()
    update(archive)
    server.on("/elsewhere", Reply(headers={"Content-Type": "text/xml"}, body=B))
    server.on("/feed", Reply(302, {"Location": "/elsewhere"}))
    update(archive)
    ours, there = server.url("/feed"), server.url("/elsewhere")
    columns = "came, url, final_url, content_type, bytes, sha256, name, error"
    assert rows(archive, f"SELECT {columns} FROM documents ORDER BY id") == [  # noqa: S608
        ("poll", ours, ours, "application/rss+xml", len(A), hashlib.sha256(A).hexdigest(), None, None),
        ("poll", ours, there, "text/xml", len(B), hashlib.sha256(B).hexdigest(), None, None),
    ]
    last = [record for record in records(archive) if record.kind in ("request", "response")][-2:]
    assert [record.fields["WARC-Target-URI"] for record in last] == [there, there]
    assert [record.fields.get("Feedsette-Feed") for record in last] == [None, ours]


def test_a_feed_that_is_found_behind_a_permanent_redirect_is_kept_under_its_new_address(
    add: Callable[..., Result], archive: Path, server: Server
) -> None:
    server.on("/old", Reply(301, {"Location": "/feed"}))
    assert add(path="/old").exit_code == 0
    [kept] = [record for record in records(archive) if record.kind == "response"]
    assert kept.fields["Feedsette-Feed"] == server.url("/feed")
    assert rows(archive, "SELECT url, final_url FROM documents") == [
        (server.url("/old"), server.url("/feed"))
    ]


def test_a_document_was_received_when_its_poll_was(add: Callable[..., Result], archive: Path) -> None:
    add()
    [(poll, document, feed)] = rows(
        archive, "SELECT polls.at, documents.at, last_document FROM polls, documents, feeds"
    )
    assert poll == document == feed


def test_a_feed_that_is_added_again_is_not_kept_again(add: Callable[..., Result], archive: Path) -> None:
    add()
    assert "Already followed" in add().stdout
    assert kinds(archive) == "response"
    assert rows(archive, "SELECT document FROM polls") == [(1,), (1,)]


@pytest.mark.parametrize(
    ("encoding", "compress"), [("gzip", gzip.compress), ("br", brotli.compress), ("zstd", zstd.compress)]
)
def test_a_compressed_document_is_read_back(
    add: Callable[..., Result],
    archive: Path,
    server: Server,
    encoding: str,
    compress: Callable[[bytes], bytes],
) -> None:
    sent = compress(A)
    server.on("/feed", Reply(200, {"Content-Encoding": encoding}, sent))
    add()
    with closing(sqlite3.connect(archive)) as connection:
        assert document_body(connection, archive, 1) == A
    assert [record.body for record in records(archive) if record.kind == "response"] == [sent]


def test_what_cannot_be_read_is_kept_with_why(
    add: Callable[..., Result], archive: Path, server: Server, parsed: list[bytes]
) -> None:
    add()
    server.on("/feed", NO_FEED_AT_ALL)
    first, second = update(archive), update(archive)
    [(error, reading)] = rows(archive, "SELECT error, reading FROM documents WHERE id = 2")
    assert error in first.stderr and error in second.stderr and reading is None
    assert rows(archive, "SELECT last_error, failures FROM feeds") == [(error, 2)]
    assert parsed == [A, GARBAGE]


def test_while_it_waits_to_be_saved_a_document_is_in_memory_only_as_it_is_kept(
    add: Callable[..., Result], archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    add()
    server.on("/feed", OTHER)
    real, seen = ingest.poll.update.record_answer, []

    def record(db: Any, feed: Any, judged: Judged, *rest: Any) -> Any:
        assert isinstance(judged.answer, Response)
        seen.extend([judged.received, judged.answer.body, judged.answer.exchange])
        return real(db, feed, judged, *rest)

    monkeypatch.setattr(ingest.poll.update, "record_answer", record)
    update(archive)
    assert seen == [None, None, None]
    assert kinds(archive) == "response response"


def test_a_server_that_sends_other_garbage_each_time_has_each_kept(
    add: Callable[..., Result], archive: Path, server: Server
) -> None:
    add()
    for number in range(4):
        server.on("/feed", Reply(body=GARBAGE + b" " * number))
        update(archive)
    assert rows(archive, "SELECT count(*), count(error) FROM documents") == [(5, 4)]
    server.on("/feed", SAME)
    assert "1 unchanged" not in update(archive).stdout  # it is not what was there last
    assert rows(archive, "SELECT failures, last_error FROM feeds") == [(0, None)]
    check_rows(archive)


def test_an_error_of_ours_is_no_documents_fault(
    add: Callable[..., Result], archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    add()
    server.on("/feed", OTHER)
    with monkeypatch.context() as patch:

        async def fail(*_: Any) -> None:
            raise RuntimeError("no more processes")

        patch.setattr(ParsePool, "read", fail)
        assert "nobody foresaw" in update(archive).stderr
    assert kinds(archive) == "response"
    assert "1 entry new" in update(archive).stdout


def test_a_document_that_an_earlier_reader_read_is_read_again_but_not_kept_again(
    add: Callable[..., Result], archive: Path, parsed: list[bytes]
) -> None:
    add()
    rows(archive, "UPDATE documents SET reader = reader - 1, reading = 'of then'")
    update(archive)
    update(archive)
    assert (kinds(archive), len(parsed)) == ("response", 2)
    assert rows(archive, "SELECT reader, reading = 'of then' FROM documents") == [(known.READER, 0)]
    assert rows(archive, "SELECT new, changed, document FROM polls")[1:] == [(0, 0, 1)] * 2


def test_an_archive_of_before_gets_its_document_though_the_server_would_say_304(
    add: Callable[..., Result], archive: Path, server: Server
) -> None:
    server.on(
        "/feed",
        lambda asked: Reply(304) if "if-none-match" in asked.headers else Reply(200, {"ETag": '"A"'}, A),
    )
    add()
    rows(archive, "DELETE FROM documents")
    for path in warc_folder(archive).iterdir():
        path.unlink()
    update(archive)
    assert (kinds(archive), rows(archive, "SELECT document FROM polls")[1:]) == ("response", [(1,)])
    update(archive)
    assert [asked.headers.get("if-none-match") for asked in of_feeds(server)] == [None, None, '"A"']


def test_a_document_of_the_future_makes_none_of_today_new(add: Callable[..., Result], archive: Path) -> None:
    add()
    rows(
        archive,
        "INSERT INTO documents (feed, at, sha256, bytes, url, final_url, came, reader) "
        "VALUES (1, '2999-01-01T00:00:00Z', 'another', 1, 'file:///a', 'file:///a', 'import', 1)",
    )
    assert "1 unchanged" in update(archive).stdout
    assert kinds(archive) == "response"


SECRET = "hunter2secret"


@pytest.mark.parametrize(
    ("secret", "reference"),
    [
        (f"ada:{SECRET}", "env"),
        (f"X-Token: {SECRET}", "env"),
        (SECRET, "file"),
        (f"Cookie: session={SECRET}", "file"),
    ],
    ids=["basic", "header", "bearer", "cookie"],
)
def test_a_secret_is_in_no_file(
    add: Callable[..., Result],
    archive: Path,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    secret: str,
    reference: str,
) -> None:
    monkeypatch.setenv("FEED_SECRET", secret)
    (tmp_path / "secret.txt").write_text(secret)
    where = "env:FEED_SECRET" if reference == "env" else f"file:{tmp_path / 'secret.txt'}"
    answers = iter([Reply(headers={"Set-Cookie": f"session={SECRET}"}, body=body) for body in (A, B)])

    def answer(asked: Asked) -> Reply:
        sent = [asked.headers.get(name, "") for name in ("x-token", "authorization", "cookie")]
        assert any(SECRET in value or b64encode(f"ada:{SECRET}".encode()).decode() in value for value in sent)
        there = f"http://ada:{SECRET}@127.0.0.1:{server.port}/there"
        return Reply(302, {"Location": there}) if asked.path == "/feed" else next(answers)

    server.on("/feed", answer)
    server.on("/there", answer)
    assert add("--secret", where).exit_code == 0
    assert update(archive).exit_code == 0
    assert kinds(archive) == "response response"
    with closing(sqlite3.connect(archive)) as connection:
        dump = "\n".join(connection.iterdump())
    kept = "\n".join(
        f"{record.fields} {record.block!r}" for record in records(archive)
    )  # which are decompressed
    for text in (dump, kept):
        assert SECRET not in text and b64encode(f"ada:{SECRET}".encode()).decode() not in text


def test_credentials_in_the_address_of_a_feed_are_not_kept_with_its_documents(
    add: Callable[..., Result], archive: Path, server: Server
) -> None:
    add()
    rows(archive, f"UPDATE feeds SET url = replace(url, '//', '//ada:{SECRET}@')")  # noqa: S608
    server.on("/feed", OTHER)
    assert update(archive).exit_code == 0
    assert "authorization" in of_feeds(server)[-1].headers
    assert rows(archive, "SELECT url, final_url FROM documents WHERE id = 2") == [(server.url("/feed"),) * 2]
    assert SECRET not in "".join(f"{record.fields} {record.block!r}" for record in records(archive))


def test_cookies_of_a_public_feed_stay_as_the_server_sent_them(
    add: Callable[..., Result], archive: Path, server: Server
) -> None:
    server.on("/feed", Reply(headers={"Set-Cookie": "visitor=1"}, body=A))
    add()
    [response] = [record for record in records(archive) if record.kind == "response"]
    assert b"\r\nSet-Cookie: visitor=1\r\n" in response.head


def test_a_document_as_large_as_the_limit_is_kept(
    add: Callable[..., Result], archive: Path, server: Server
) -> None:
    body = A + b" " * (32_000_000 - len(A))
    server.on("/feed", Reply(body=body))
    assert add().exit_code == 0
    assert rows(archive, "SELECT bytes FROM documents") == [(32_000_000,)]
    server.on("/feed", Reply(body=body + b" "))
    assert "more than 32,000,000 bytes" in update(archive).stderr
    assert kinds(archive) == "response"


def test_headers_of_a_megabyte_are_refused_in_a_word(
    add: Callable[..., Result], archive: Path, server: Server
) -> None:
    add()
    server.on("/feed", Reply(headers={"X-Long": "x" * 1_000_000}, body=B))
    assert "headers are larger than" in update(archive).stderr
    assert kinds(archive) == "response"


@contextmanager
def no_folder(folder: Path) -> Iterator[None]:
    folder.rename(folder.with_name("away"))
    folder.write_text("no folder")
    yield
    folder.unlink()
    folder.with_name("away").rename(folder)


@contextmanager
def full_disk(_: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fdatasync", Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
        yield


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    for path in (*folder.iterdir(), folder):
        path.chmod(0o500)
    yield
    for path in (folder, *folder.iterdir()):
        path.chmod(0o700)


@needs_permissions
@pytest.mark.parametrize(
    ("trouble", "said"),
    [(no_folder, "is not a folder"), (full_disk, "the disk is full"), (read_only, "cannot be written to")],
)
def test_where_a_document_cannot_be_kept_it_is_not_saved_until_it_can(
    add: Callable[..., Result],
    archive: Path,
    server: Server,
    trouble: Callable[[Path], AbstractContextManager[None]],
    said: str,
) -> None:
    add()
    server.on("/feed", OTHER)
    with trouble(warc_folder(archive)):
        if trouble is read_only:
            command = [*AS_ANYBODY, sys.executable, "-m", "ingest", "update", str(archive), "--all"]
            ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            code, stderr = ran.returncode, ran.stderr
        else:
            result = update(archive)
            code, stderr = result.exit_code, result.stderr
        assert (code, said in stderr, "Traceback" in stderr) == (1, True, False), stderr
        assert rows(archive, "SELECT count(*) FROM entries") == [(2,)]
        assert rows(archive, "SELECT count(*) FROM polls") == [(1,)]
    assert "1 entry new" in update(archive).stdout
    assert kinds(archive) == "response response"
    check_rows(archive)


def test_neither_what_repeats_a_secret_nor_a_signed_address_is_in_any_file(
    add: Callable[..., Result], archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEED_SECRET", SECRET)
    heard = {"X-You-Said": f"token {SECRET}", "ETag": f'"{SECRET}"', "Link": f'</hub?{SECRET}>; rel="hub"'}

    def answer(asked: Asked) -> Reply:
        if asked.path == "/feed":
            return Reply(302, {"Location": "/there?signature=s1gned"})
        return Reply(headers=heard, body=A if len(of_feeds(server)) < 3 else B)

    server.on("/feed", answer)
    server.on("/there?signature=s1gned", answer)
    assert add("--secret", "env:FEED_SECRET").exit_code == 0
    assert update(archive).exit_code == 0
    assert kinds(archive) == "response response"
    with closing(sqlite3.connect(archive)) as connection:
        dump = "\n".join(connection.iterdump())
    kept = "\n".join(f"{record.fields} {record.block!r}" for record in records(archive))
    assert server.url("/there") in dump and "GET /there HTTP/1.1" in kept
    for text in (dump, kept):
        assert SECRET not in text and "s1gned" not in text
