"""What of pushed documents is kept, read and noted."""

import asyncio
import hashlib
import hmac
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ingest.archive.documents.warc.folder import warc_folder
from ingest.archive.websub_subscriptions import Hub
from ingest.cli.commands import main
from ingest.poll.websub import _secret_of, key_of
from ingest.web.websub_pushes import Pushes
from ingest.workers.parse_pool import ParsePool
from tests.ingest.archive.documents.independent_reader import PlainRecord, check_rows, plain_records
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server

A, B = rss(item("1"), item("2"), url=None), rss(item("2"), item("3"), url=None)
GARBAGE, PAGE = b"<rss>no feed</rss>", b"<!doctype html><title>A page</title>"
HUB = Hub(1, "https://hub.example/", "https://feeds.example/own", "n0nce")


@pytest.fixture
def feed(server: Server) -> str:
    return server.on("/feed", Reply(body=A))


@pytest.fixture
def archive(tmp_path: Path, feed: str) -> Path:
    """An archive whose feed, with document A, may be pushed to."""
    path = tmp_path / "archive.db"
    assert CliRunner().invoke(main, ["add", str(path), "--allow-private", feed]).exit_code == 0
    rows(path, "UPDATE feeds SET hub_url = 'https://hub.example/'")
    rows(
        path,
        "INSERT INTO hubs (feed, hub, topic, nonce, asked, lease_until) VALUES (1, 'https://hub.example/', "
        "'https://feeds.example/own', 'n0nce', '2026-01-01T00:00:00Z', '2999-01-01T00:00:00Z')",
    )
    return path


@pytest.fixture
def parsed(archive: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """The documents that were parsed since the feed was added."""
    bodies: list[bytes] = []
    read = ParsePool.read

    async def counted(self: ParsePool, body: bytes, *rest: Any, **named: Any) -> Any:
        bodies.append(body)
        return await read(self, body, *rest, **named)

    monkeypatch.setattr(ParsePool, "read", counted)
    yield bodies


def rows(archive: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as connection, connection:
        return connection.execute(query).fetchall()


def records(archive: Path) -> list[PlainRecord]:
    """The documents in the WARC files."""
    found = [record for path in sorted(warc_folder(archive).iterdir()) for record in plain_records(path)]
    return [record for record in found if record.kind in ("response", "resource", "revisit")]


async def push(archive: Path, body: bytes) -> None:
    digest = hmac.new(_secret_of(key_of(archive), HUB).encode(), body, "sha256").hexdigest()
    await Pushes().save(archive, HUB, body, f"sha256={digest}", "application/rss+xml")


async def update(archive: Path) -> str:
    return (await asyncio.to_thread(CliRunner().invoke, main, ["update", str(archive), "--all"])).stdout


async def test_a_push_is_kept_as_a_resource_of_its_feed(archive: Path, feed: str) -> None:
    await push(archive, B)
    columns = "came, url, final_url, content_type, sha256, error"
    assert rows(archive, f"SELECT {columns} FROM documents WHERE id = 2") == [  # noqa: S608
        ("push", feed, feed, "application/rss+xml", hashlib.sha256(B).hexdigest(), None)
    ]
    kept = records(archive)[-1]
    assert (kept.kind, kept.block) == ("resource", B)
    assert kept.fields["Content-Type"] == "application/rss+xml"
    assert kept.fields["WARC-Target-URI"] == kept.fields["Feedsette-Feed"] == feed
    assert rows(archive, "SELECT last_push FROM hubs") == rows(
        archive, "SELECT at FROM documents WHERE id = 2"
    )
    check_rows(archive)


@pytest.mark.parametrize(
    ("bodies", "kept", "read", "pushed"),
    [
        ([A], "response", 0, True),
        ([A + b"\n"], "response resource", 1, True),
        ([B, B], "response resource", 1, True),
        ([B, A], "response resource revisit", 2, True),
        ([GARBAGE], "response resource", 1, False),
        ([GARBAGE, GARBAGE], "response resource", 1, False),
        ([PAGE], "response", 1, False),
        ([b" "], "response", 1, False),
    ],
    ids=["same", "white space", "twice", "back", "no feed", "no feed, twice", "page", "nothing"],
)
async def test_what_is_kept_and_read_of_pushes(
    archive: Path, parsed: list[bytes], bodies: list[bytes], kept: str, read: int, pushed: bool
) -> None:
    for body in bodies:
        await push(archive, body)
    assert " ".join(record.kind for record in records(archive)) == kept
    assert len(parsed) == read
    [(last_push, error)] = rows(archive, "SELECT last_push, error FROM hubs")
    assert (bool(last_push), bool(error)) == (pushed, not pushed)
    check_rows(archive)


async def test_what_cannot_be_read_is_kept_with_why_and_noted(archive: Path) -> None:
    await push(archive, GARBAGE)
    [(why,)] = rows(archive, "SELECT error FROM documents WHERE id = 2")
    [(noted,)] = rows(archive, "SELECT error FROM hubs")
    assert why.startswith("It ") and noted.lower().endswith(f"could not be read: {why.lower()}")


async def test_a_push_that_nobody_waits_for_is_neither_read_nor_kept(
    archive: Path, parsed: list[bytes]
) -> None:
    rows(archive, "UPDATE hubs SET lease_until = '2020-01-01T00:00:00Z'")
    await push(archive, B)
    await push(archive, GARBAGE)
    assert (len(records(archive)), parsed) == (1, [])


async def test_a_poll_reads_what_was_pushed_once_more_since_only_it_tells_what_is_gone(
    archive: Path, server: Server, parsed: list[bytes]
) -> None:
    newest, older, oldest = item("2"), item("3").replace("2025", "2024"), item("0").replace("2025", "2023")
    body = rss(newest, older, oldest, url=None)
    # Added in an earlier second, which all that follows may share.
    rows(archive, "UPDATE entries SET last_seen = '2026-01-01T00:00:00Z'")
    rows(archive, "UPDATE feeds SET last_document = '2026-01-01T00:00:00Z'")
    await push(archive, body)
    server.on("/feed", Reply(body=body))
    await update(archive)
    assert "1 unchanged" in await update(archive)
    assert parsed == [body, body]
    assert [record.kind for record in records(archive)] == ["response", "resource"]
    assert rows(archive, "SELECT document FROM polls") == [(1,), (2,), (2,)]
    assert rows(archive, "SELECT window FROM feeds") == [(3,)]
    server.on("/feed", Reply(body=rss(newest, oldest, url=None)))
    await update(archive)
    assert rows(archive, "SELECT guid FROM entries WHERE missing_since IS NOT NULL") == [("3",)]


async def test_a_poll_that_brings_what_could_not_be_read_in_a_push_fails_without_reading_it(
    archive: Path, server: Server, parsed: list[bytes]
) -> None:
    await push(archive, GARBAGE)
    server.on("/feed", Reply(body=GARBAGE))
    await update(archive)
    assert parsed == [GARBAGE]
    assert rows(archive, "SELECT last_error FROM feeds") == rows(
        archive, "SELECT error FROM documents WHERE id = 2"
    )


async def test_pushes_free_what_is_above_a_bound_at_most_once_an_hour(
    archive: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pruned: list[asyncio.Task[None]] = []
    monkeypatch.setenv("FEEDSETTE_MAX_DOCUMENTS", "100B")
    pushes = Pushes()
    for number in range(3):
        body = rss(item("1"), item(f"more {number}"), url=None)
        digest = hmac.new(_secret_of(key_of(archive), HUB).encode(), body, "sha256").hexdigest()
        await pushes.save(archive, HUB, body, f"sha256={digest}", "application/rss+xml")
        if pushes._pruning and pushes._pruning not in pruned:
            pruned.append(pushes._pruning)
            await pushes._pruning
    assert len(pruned) == 1
    [said] = [record.message for record in caplog.records if record.name == "ingest.web.websub_pushes"]
    assert "above its bound: the rest are the first or last document" in said
