"""What a poll costs does not depend on how old its feed is: no statement takes more steps where more is stored."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from ingest.archive.file.opening import open_archive, transaction
from ingest.archive.known.known_entries import known_fingerprints
from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.archive.subscriptions import publishing
from ingest.base.models import READER, CleanEntry, CleanFeed, KnownEntry, Link, StoredExtra
from ingest.base.rhythm import LATEST
from tests.ingest.values import clean_entry, clean_feed

URL = "https://example.org/feed.xml"
FEW, MANY = 2 * LATEST, 3_000  # entries from before
STEPS = 10  # of SQLite's machine, counted at once
MORE = 300  # of these that a statement may take by the shape of its index
TOP = range(FEW + MANY, FEW + MANY + 12)

# Further entries as of years before, each with aliases, a revision and a removal, past the index of words.
_OLDER = (
    "INSERT INTO settings (name, value) VALUES ('indexes_later', '')",
    """
    INSERT INTO entries (id, feed, guid, url, url_key, title, published, date, date_from, first_seen, last_seen,
        fingerprint, words)
    SELECT value + 1000, 1, 'old:' || value, 'https://example.org/' || value, 'example.org/' || value,
        'Post ' || value, strftime('%Y-%m-%dT%H:00:00Z', '2005-01-01', value || ' hours'),
        strftime('%Y-%m-%dT%H:00:00Z', '2005-01-01', value || ' hours'), 'published',
        '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z', 'old:' || value, 3
    FROM generate WHERE value < :many
    """,
    "INSERT INTO contents (entry, html, text) SELECT id, '<p>old</p>', 'old' FROM entries WHERE id >= 1000",
    "INSERT INTO entry_documents (entry, reader) SELECT id, :reader FROM entries WHERE id >= 1000",
    """
    INSERT INTO entry_aliases (feed, guid, entry, rule, at)
    SELECT 1, 'alias:' || id, id, 'address', '2025-01-01T00:00:00Z' FROM entries WHERE id >= 1000
    """,
    """
    INSERT INTO removals (entry, last_seen, removed)
    SELECT id, last_seen, last_seen FROM entries WHERE id >= 1000
    """,
    # The site's page is the address of every second one, and all link to it.
    "UPDATE entries SET url = 'https://example.org/', url_key = 'example.org' WHERE id >= 1000 AND id % 2",
    """
    INSERT INTO links (entry, url, host, url_key, host_key, target)
    SELECT id, 'https://example.org/', 'example.org', 'example.org', 'org.example.',
        (SELECT min(id) FROM entries AS one WHERE url_key = 'example.org' AND one.id != entries.id)
    FROM entries WHERE id >= 1000
    """,
    "DELETE FROM settings WHERE name = 'indexes_later'",
)


def post(number: int, **values: Any) -> CleanEntry:
    at = datetime(2005, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    said: dict[str, Any] = {
        "guid": f"g{number}",
        "url": f"https://example.org/{number}",
        "title": f"Post {number}",
        "published": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "text": f"The words of post {number}.",
    } | values
    return clean_entry(said.pop("guid"), **said)


def poll(db: Database, day: int, *entries: CleanEntry, extra: StoredExtra | None = None) -> None:
    save(
        db,
        without_known(db, clean_feed(*entries, extra=extra)),
        url=URL,
        now=f"2026-01-{day:02}T00:00:00Z",
        poll=Poll(status=200),
    )
    publishing(db, 1, LATEST)


def without_known(db: Database, feed: CleanFeed) -> CleanFeed:
    known = known_fingerprints(db, 1, feed.entries, READER)
    each = (
        KnownEntry(one.guid, one.fingerprint, one.published, one.updated) if one.fingerprint in known else one
        for one in feed.entries
    )
    return replace(feed, entries=tuple(each))


@contextmanager
def feed_with(path: Path, older: int) -> Iterator[Database]:
    """A feed with so many entries of before, whose last document had those of TOP."""
    with closing(open_archive(path, create=True)) as db:
        poll(db, 1, *(post(number) for number in reversed(TOP)))
        numbers = "WITH RECURSIVE generate (value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM generate LIMIT :many)"
        with transaction(db):
            for statement in _OLDER:
                db.execute(
                    statement.replace("SELECT value + 1000", f"{numbers} SELECT value + 1000"),
                    {"many": older, "reader": READER},
                )
        yield db


NEWEST = [post(number) for number in reversed(TOP)]
DELETED = f'[{{"at:deleted-entry": {{"@ref": "g{TOP[3]}", "@when": "2026-01-02T00:00:00Z"}}}}]'
DOCUMENTS: dict[str, tuple[CleanEntry, ...]] = {
    "nothing new": tuple(NEWEST),
    "a new entry": (post(TOP.stop), *NEWEST),
    "an edit": (*NEWEST[:-1], post(TOP[0], text="Of something else.")),
    "guids that are all new": tuple(post(number, guid=f"new:{number}") for number in reversed(TOP)),
    "guids that came before": tuple(
        post(number, guid=f"alias:{1000 + number}", url=f"https://example.org/{number}")
        for number in range(3, 9)
    ),
    "one guid for all": tuple(post(number, guid="same") for number in reversed(TOP)),
    "a new one with the address of its site": (
        post(
            TOP.stop, url="https://example.org/", links=(Link("https://example.org/", "example.org", "home"),)
        ),
        *NEWEST,
    ),
    "one that is missing": (*NEWEST[:4], *NEWEST[5:]),
    "another template": tuple(
        post(number, html=f"<div><p>The words of post {number}.</p><p>Subscribe</p></div>")
        for number in reversed(TOP)
    ),
}


def steps(path: Path, older: int, entries: tuple[CleanEntry, ...]) -> Counter[str]:
    """How many steps each statement takes that saves a document, twice."""
    counted: Counter[str] = Counter()
    statement = ""

    def begin(sql: str) -> None:
        nonlocal statement
        statement = sql.split("[")[0][:300]  # up to what is looked for

    def count() -> None:
        counted[statement] += STEPS

    with feed_with(path, older) as db:
        db.conn.set_trace_callback(begin)
        db.conn.set_progress_handler(count, STEPS)
        poll(db, 2, *entries, extra=StoredExtra(DELETED))
        poll(db, 3, *entries)
        db.conn.set_progress_handler(None, 0)
        db.conn.set_trace_callback(None)
    return counted


@pytest.mark.parametrize("entries", DOCUMENTS.values(), ids=DOCUMENTS)
def test_no_statement_takes_longer_where_a_feed_has_more_entries(
    tmp_path: Path, entries: tuple[CleanEntry, ...]
) -> None:
    few, many = (steps(tmp_path / f"{older}.db", older, entries) for older in (FEW, MANY))
    grown = {sql: (few[sql], took) for sql, took in many.items() if took > 1.5 * few[sql] + MORE}
    assert not grown


def test_an_edit_is_not_compared_with_all_versions_before(tmp_path: Path) -> None:
    with closing(open_archive(tmp_path / "a.db", create=True)) as db:
        for day in range(1, 5):
            poll(db, day, post(1, text=f"Words of day {day}, which are other words."))
        asked: list[str] = []
        db.conn.set_trace_callback(asked.append)
        poll(db, 5, post(1, text="And now others still."))
        db.conn.set_trace_callback(None)
        assert db["revisions"].count == 4
    assert not [sql for sql in asked if "FROM versions" in sql]


def test_an_edit_that_leaves_the_address_resolves_no_links_to_it(tmp_path: Path) -> None:
    with closing(open_archive(tmp_path / "a.db", create=True)) as db:
        poll(db, 1, post(1))
        asked: list[str] = []
        db.conn.set_trace_callback(asked.append)
        poll(db, 2, post(1, text="And now others still."))
        db.conn.set_trace_callback(None)
    assert not [sql for sql in asked if "UPDATE links" in sql]
