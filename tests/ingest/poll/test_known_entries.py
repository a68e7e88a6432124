"""A poll cleans only those entries of its document that the archive does not have as they stand."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ingest.base.models import CleanFeed, KnownEntry
from ingest.cli.commands import main
from ingest.poll import update as polling
from ingest.workers.parse_pool import ParsePool
from ingest.workers.parsed_feed import ParsedFeed
from tests.ingest.archive.documents.independent_reader import check_rows
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server

FIRST = rss(item("1"), item("2"), url=None)
NEXT = rss(item("1"), item("2", "Other text."), item("3"), url=None)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        server.on("/feed", Reply(body=FIRST))
        yield server


@pytest.fixture
def archive(tmp_path: Path, server: Server) -> Path:
    archive = tmp_path / "archive.db"
    run("add", archive, "--allow-private", server.url("/feed"))
    return archive


def run(command: str, archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [command, str(archive), *arguments])


def texts(archive: Path) -> list[str]:
    with closing(sqlite3.connect(archive)) as db:
        return [text for (text,) in db.execute("SELECT text FROM contents ORDER BY entry")]


def test_a_poll_cleans_what_is_new_or_was_edited(
    archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleaned: list[int] = []
    clean = ParsePool.clean

    async def counted(self: ParsePool, parsed: ParsedFeed, known: Collection[str] = ()) -> CleanFeed:
        cleaned.append(len(parsed.entries_but(known)))
        return await clean(self, parsed, known)

    monkeypatch.setattr(ParsePool, "clean", counted)
    server.on("/feed", Reply(body=NEXT))
    assert "1 entry new, 1 changed" in run("update", archive, "--all").stdout
    assert (cleaned, texts(archive)) == ([2], ["Some text.", "Other text.", "Some text."])


def test_what_was_known_and_is_not_any_more_is_cleaned_after_all(
    archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_are(_: object, __: object, entries: Sequence[KnownEntry], ___: int) -> frozenset[str]:
        return frozenset(entry.fingerprint for entry in entries)

    monkeypatch.setattr(polling, "known_fingerprints", all_are)
    server.on("/feed", Reply(body=NEXT))
    assert "1 entry new, 1 changed" in run("update", archive, "--all").stdout
    assert texts(archive) == ["Some text.", "Other text.", "Some text."]
    check_rows(archive)
