import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from ingest.archive.polls import KEPT_POLLS, Poll, record_poll
from ingest.archive.save import save
from ingest.cli.commands import main
from ingest.pages.health import load_health
from tests.ingest.documents_written_here import item, rss
from tests.ingest.values import clean_entry, clean_feed
from tests.server import Reply, Server

BODY = rss(item("1"), url=None)
NOW = "2026-06-01T00:00:00Z"


def feed_of(db: Database, url: str, *dates: str) -> int:
    entries = [clean_entry(f"{url}{number}", published=date) for number, date in enumerate(dates)]
    return save(db, clean_feed(*entries, title=url), url=url, now=NOW, state="active").feed


def test_a_feed_that_published_weekly_and_stopped_is_silent(db: Database) -> None:
    feed_of(db, "https://a.example/", *(f"2026-01-{day:02}T00:00:00Z" for day in (1, 8, 15, 22)))
    feed_of(db, "https://b.example/", *(f"2026-05-{day:02}T00:00:00Z" for day in (8, 15, 22, 29)))
    feed_of(db, "https://c.example/", *(f"20{year}-05-01T00:00:00Z" for year in (18, 20, 22, 24)))
    [silent] = load_health(db.conn, NOW).silent
    assert (silent.title, silent.silent_for, silent.published_every) == (
        "https://a.example/",
        "19 weeks",
        "1 week",
    )


def test_a_feed_whose_entries_all_have_one_time_published_no_more_often_than_can_be_said(
    db: Database,
) -> None:
    feed_of(db, "https://a.example/", *["2026-01-01T00:00:00Z"] * 4)
    [silent] = load_health(db.conn, NOW).silent
    assert silent.published_every == "hour, or more often"


def test_failing_and_gone_feeds_are_told_apart(db: Database) -> None:
    failing, gone = feed_of(db, "https://a.example/"), feed_of(db, "https://b.example/")
    record_poll(db, failing, Poll(500, error="A fault."), NOW)
    db.execute("UPDATE feeds SET state = 'gone' WHERE id = ?", (gone,))
    found = load_health(db.conn, NOW)
    assert [feed.last_error for feed in found.failing] == ["A fault."]
    assert [feed.id for feed in found.gone] == [gone]


def test_a_feed_that_takes_long_is_slow(db: Database) -> None:
    slow = feed_of(db, "https://a.example/")
    record_poll(db, slow, Poll(200, bytes=1, ms=9000), NOW)
    assert [feed.ms for feed in load_health(db.conn, NOW).slow] == [9000]


def test_what_conditional_requests_saved_is_the_body_that_did_not_come(db: Database) -> None:
    feed = feed_of(db, "https://a.example/")
    record_poll(db, feed, Poll(200, bytes=1000, ms=1), "2026-05-01T00:00:00Z")
    for _ in range(3):
        record_poll(db, feed, Poll(304, bytes=0, ms=1), NOW)
    found = load_health(db.conn, NOW)
    assert (found.requests, found.not_modified, found.received, found.saved) == (4, 3, 1000, 3000)
    assert found.saved_share == pytest.approx(0.75)


def test_feeds_that_were_never_asked_for_are_not_among_the_polled(db: Database) -> None:
    feed_of(db, "https://imported.example/")
    record_poll(db, feed_of(db, "https://a.example/"), Poll(200, bytes=1), NOW)
    found = load_health(db.conn, NOW)
    assert (found.polled, found.feeds) == (1, 2)


def test_an_archive_without_polls_is_well(db: Database) -> None:
    assert load_health(db.conn, NOW).saved_share == 0


def test_rows_of_datasette_s_kind_are_read_alike(db: Database, tmp_path: Path) -> None:
    feed_of(db, "https://a.example/", "2026-01-01T00:00:00Z")
    db.conn.row_factory = sqlite3.Row
    assert load_health(db.conn, NOW).feeds == 1


def test_what_was_saved_is_still_known_when_old_polls_are_thinned_out(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    with Server() as server:
        server.on(
            "/feed",
            lambda asked: (
                Reply(304) if "if-none-match" in asked.headers else Reply(200, {"ETag": '"1"'}, BODY)
            ),
        )
        CliRunner().invoke(main, ["add", str(archive), "--allow-private", server.url("/feed")])
        with closing(sqlite3.connect(archive)) as connection, connection:
            connection.execute("UPDATE polls SET at = '2019-01-01T00:00:00Z'")
            connection.executemany(
                "INSERT INTO polls (feed, at, status, bytes) VALUES (1, ?, 304, 0)",
                [
                    (f"2020-01-{1 + number // 24:02}T{number % 24:02}:00:00Z",)
                    for number in range(KEPT_POLLS + 50)
                ],
            )
        CliRunner().invoke(main, ["update", str(archive), "--all"])
    with closing(sqlite3.connect(archive)) as connection:
        found = load_health(connection, NOW)
    assert found.requests == KEPT_POLLS + 1
    assert found.saved == KEPT_POLLS * len(BODY)
