"""An archive made before documents were kept goes on as it is, and keeps from its next poll on."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.archive.file.opening import open_archive
from ingest.cli.commands import main
from ingest.follow.follow import follow
from tests.independent_reader import untraced, untrue
from tests.ingest.archive.file.test_old_archives import restored
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server, of_feeds

BEFORE = 13  # the last schema without documents


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return restored(BEFORE, tmp_path / "archive.db")


def update(archive: Path, *feeds: str) -> None:
    result = CliRunner().invoke(main, ["update", str(archive), *feeds], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def rows(archive: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(archive)) as db:
        return db.execute(query).fetchall()


def followed_before(archive: Path, url: str) -> None:
    """As if the feed had been polled before, and had answered with what its server has now."""
    with closing(open_archive(archive)) as db, db.atomic():
        follow(db, url, "2025-01-01T00:00:00Z", allow_private=True)
        db.execute(
            "UPDATE feeds SET etag = '\"1\"', body_hash = ?, last_polled = '2025-01-02T00:00:00Z' WHERE url = ?",
            ("0" * 64, url),
        )


def test_it_opens_and_no_document_of_its_entries_is_claimed(archive: Path) -> None:
    entries = rows(archive, "SELECT count(*) FROM entries")
    open_archive(archive).close()
    assert rows(archive, "SELECT count(*) FROM entries") == entries
    assert rows(archive, "SELECT count(*) FROM documents") == [(0,)]
    assert rows(archive, "SELECT count(*) FROM entry_documents WHERE document IS NOT NULL") == [(0,)]
    assert rows(archive, "SELECT count(*) FROM revisions WHERE document IS NOT NULL OR kind <> 'edit'") == [
        (0,)
    ]


def test_its_feeds_are_asked_once_without_conditions_and_their_documents_are_kept_from_then_on(
    archive: Path, server: Server
) -> None:
    url = server.on("/feed", Reply(body=rss(item("1"), url=None), headers={"ETag": '"1"'}))
    followed_before(archive, url)
    update(archive, url)
    update(archive, url)
    assert ["if-none-match" in asked.headers for asked in of_feeds(server)] == [False, True]
    assert rows(archive, "SELECT url, came, file IS NOT NULL FROM documents") == [(url, "poll", 1)]
    assert untrue(archive) == []


def test_what_comes_from_then_on_is_traced_and_what_came_before_is_not(archive: Path, server: Server) -> None:
    open_archive(archive).close()
    before = untraced(archive)
    url = server.on("/feed", Reply(body=rss(item("1"), url=None)))
    followed_before(archive, url)
    update(archive, url)
    server.on("/feed", Reply(body=rss(item("1", "It was edited."), item("2"), url=None)))
    update(archive, url)
    assert before
    assert untraced(archive) == before
    assert rows(archive, "SELECT count(*) FROM revisions WHERE document IS NOT NULL") == [(1,)]
