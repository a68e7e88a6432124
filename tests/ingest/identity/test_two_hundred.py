"""A feed of 200 entries whose guids all change between two polls, from its address to the split that undoes it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ingest.cli.commands import main
from tests.ingest.documents_written_here import rss
from tests.server import Reply, Server

NUMBERS = range(1, 201)
Run = Callable[..., str]


def document(age: str) -> bytes:
    """200 entries, the newest first, whose guids say how old the site's software is."""
    return rss(*(_item(age, number) for number in reversed(NUMBERS)), url=None)


def _item(age: str, number: int) -> str:
    return (
        f"<item><title>Post {number}</title><link>https://blog.example.org/{number}</link>"
        f'<guid isPermaLink="false">{age}-{number}</guid><description>The words of {number}.</description>'
        f"<pubDate>{1 + number // 24:02} Jun 2025 {number % 24:02}:00:00 GMT</pubDate></item>"
    )


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        server.on("/feed", Reply(body=document("old")))
        yield server


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def run(archive: Path) -> Run:
    def run(verb: str, *arguments: object) -> str:
        result = CliRunner().invoke(main, [verb, str(archive), *map(str, arguments)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


def rows(archive: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as connection:
        return connection.execute(query).fetchall()


def entries(archive: Path) -> list[tuple[Any, ...]]:
    """What the entries of the first poll say."""
    return rows(
        archive,
        """
        SELECT entries.id, guid, url, title, author, date, published, updated, first_seen, html, text
        FROM entries JOIN contents ON entry = entries.id WHERE entries.id <= 200 ORDER BY entries.id
        """,
    )


def test_200_before_and_after_with_200_aliases_undone_by_one_command(
    run: Run, archive: Path, server: Server
) -> None:
    run("add", "--allow-private", server.url("/feed"))
    before = entries(archive)
    server.on("/feed", Reply(body=document("new")))
    run("update", "--all")
    assert entries(archive) == before
    assert rows(archive, "SELECT count(*), count(removed) FROM entries") == [(200, 0)]
    assert rows(archive, "SELECT count(DISTINCT entry), count(*) FROM entry_aliases") == [(200, 200)]

    assert run("split", "--feed", 1, "--yes").startswith("200 entries of their own again: ")
    assert entries(archive) == before
    split = rows(archive, "SELECT guid FROM entries WHERE id > 200 ORDER BY id")
    assert sorted(split) == sorted((f"new-{number}",) for number in NUMBERS)


def test_what_was_undone_stays_so_at_the_next_poll(run: Run, archive: Path, server: Server) -> None:
    run("add", "--allow-private", server.url("/feed"))
    for age in ("new", "old", "new"):
        server.on("/feed", Reply(body=document(age)))
        run("update", "--all")
        if age == "new" and rows(archive, "SELECT count(*) FROM entries") == [(200,)]:
            run("split", "--feed", server.url("/feed"), "--yes")
        assert rows(archive, "SELECT count(*) FROM entries") == [(400,)]
    assert rows(archive, "SELECT count(*) FROM revisions") == [(0,)]


def test_the_same_by_imported_documents(run: Run, archive: Path, tmp_path: Path) -> None:
    for age in ("old", "new"):
        saved = tmp_path / f"{age}.xml"
        saved.write_bytes(document(age))
        run("import", "--feed", "https://blog.example.org/feed", saved)
    assert rows(archive, "SELECT count(*) FROM entries") == [(200,)]
    assert rows(archive, "SELECT count(*) FROM entry_aliases") == [(200,)]
    run("split", "--feed", "https://blog.example.org/feed", "--yes")
    assert rows(archive, "SELECT count(*), count(DISTINCT guid) FROM entries") == [(400, 400)]


def test_two_that_the_owner_made_one_stay_one_at_polls_that_show_both(
    run: Run, archive: Path, server: Server
) -> None:
    run("add", "--allow-private", server.url("/feed"))
    run("merge", 1, 2)
    counts = []
    for title in ("One", "Two", "Three"):  # so that the document is another each time
        server.on("/feed", Reply(body=document("old").replace(b"A blog", title.encode())))
        run("update", "--all")
        counts += rows(archive, "SELECT (SELECT count(*) FROM entries), (SELECT count(*) FROM revisions)")
    assert {entries for entries, _ in counts} == {199}
    assert counts[0] == counts[-1]
    run("split", 2)
    assert rows(archive, "SELECT guid FROM entries WHERE id IN (1, 2) ORDER BY id") == [
        ("old-200",),
        ("old-199",),
    ]
    assert rows(archive, "SELECT (SELECT count(*) FROM entries), (SELECT count(*) FROM revisions)") == [
        (200, 0)
    ]
