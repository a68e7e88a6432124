"""`feedsette update --again`: whole documents are asked for, so that what an older release has read is read anew."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ingest.archive.file.opening import open_archive
from ingest.base.models import READER
from ingest.cli.commands import main
from ingest.follow.follow import follow
from tests.ingest.documents_written_here import item, rss
from tests.server import Asked, Reply, Server, of_feeds

LONG_AGO = "2025-01-01T00:00:00Z"
ITEM = item("1", "The tide is high.").replace(
    "</item>", "<comments>https://blog.example/1#c</comments></item>"
)
FEED = rss(ITEM, item("2"), url=None)


def unchanged_since(body: bytes) -> Reply:
    return Reply(body=body, headers={"ETag": '"1"', "Last-Modified": "Thu, 30 Jan 2025 12:00:00 GMT"})


def answers_304(asked: Asked) -> Reply:
    return Reply(304) if "if-none-match" in asked.headers else unchanged_since(FEED)


@pytest.fixture
def archive(tmp_path: Path, server: Server) -> Path:
    """An archive with two feeds, which were polled, and are not due."""
    path = tmp_path / "archive.db"
    with closing(open_archive(path, create=True)) as db, db.atomic():
        for name in ("/one", "/two"):
            follow(db, server.on(name, answers_304), LONG_AGO, allow_private=True)
    assert "4 entries new" in run(path).stdout
    server.requests.clear()
    return path


def run(archive: Path, *options: str) -> Result:
    result = CliRunner().invoke(main, ["update", str(archive), *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def rows(archive: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as db:
        return db.execute(query).fetchall()


def as_an_older_release_read_it(archive: Path, kept_documents: bool) -> None:
    """What it knew of the entries: not their comments, and only a part of the text."""
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute("UPDATE entries SET comments_url = NULL, fingerprint = 'of before'")
        db.execute("UPDATE contents SET html = '<p>The tide</p>', text = 'The tide' WHERE entry = 1")
        db.execute("UPDATE entry_documents SET reader = 1")
        db.execute("UPDATE documents SET reader = 1")
        if not kept_documents:
            db.execute("UPDATE entry_documents SET document = NULL, last_document = NULL")
            db.execute("DELETE FROM documents")


def test_all_feeds_are_asked_without_validators_though_none_is_due(archive: Path, server: Server) -> None:
    assert "No feed is due" in run(archive).stdout
    done = run(archive, "--again")
    assert "2 feeds polled (2 unchanged)" in done.stdout
    assert "read otherwise" not in done.stdout
    assert sorted(asked.path for asked in of_feeds(server)) == ["/one", "/two"]
    for asked in of_feeds(server):
        assert not {"if-none-match", "if-modified-since"} & set(asked.headers)


def test_named_feeds_alone_are_asked(archive: Path, server: Server) -> None:
    run(archive, "--again", "2")
    assert [(asked.path, "if-none-match" in asked.headers) for asked in of_feeds(server)] == [("/two", False)]


def test_the_next_poll_has_validators_again(archive: Path, server: Server) -> None:
    run(archive, "--again", "1")
    run(archive, "1")
    assert ["if-none-match" in asked.headers for asked in of_feeds(server)] == [False, True]


@pytest.mark.parametrize("kept_documents", [True, False])
def test_entries_of_an_older_reader_get_what_is_read_now_and_none_is_edited(
    archive: Path, kept_documents: bool
) -> None:
    expected = rows(
        archive,
        "SELECT title, comments_url, html, text, fingerprint FROM entries JOIN contents ON entry = entries.id",
    )
    first_seen = rows(archive, "SELECT id, first_seen FROM entries")
    as_an_older_release_read_it(archive, kept_documents)
    done = run(archive, "--again")
    assert "0 entries new, 0 changed" in done.stdout
    assert done.stdout.endswith(" received; 2 entries read otherwise\n")
    assert expected == rows(
        archive,
        "SELECT title, comments_url, html, text, fingerprint FROM entries JOIN contents ON entry = entries.id",
    )
    assert rows(archive, "SELECT id, first_seen FROM entries") == first_seen
    assert rows(archive, "SELECT DISTINCT reader FROM entry_documents") == [(READER,)]
    assert rows(archive, "SELECT count(*) FROM revisions WHERE kind = 'edit'") == [(0,)]
    assert rows(archive, "SELECT sum(new), sum(changed) FROM polls WHERE id > 2") == [(0, 0)]
    assert rows(archive, "SELECT count(*) FROM documents WHERE file IS NULL") == [(0,)]


def test_what_the_feed_has_edited_meanwhile_is_an_edit(archive: Path, server: Server) -> None:
    server.on("/one", Reply(body=rss(item("1", "The tide is low."), item("2"), url=None)))
    assert "1 changed" in run(archive, "--again").stdout


def test_a_host_that_asked_to_be_left_alone_is(archive: Path, server: Server) -> None:
    server.on("/one", Reply(429, headers={"Retry-After": "3600"}))
    run_held = CliRunner().invoke(main, ["update", str(archive), "1"])
    assert "429" in run_held.output
    server.requests.clear()
    CliRunner().invoke(main, ["update", str(archive), "--again"])
    assert server.requests == []
