"""Archives of a million entries of short texts, made in minutes: rows are copied with a guid, address and text each.

What no document is ever compared with is written by executemany, past the triggers, and indexed at once; the latest
entries of each feed that is to be polled are saved as they always are, so that they are known as they stand.
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from ingest.archive.file.opening import transaction
from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.base.models import CleanEntry
from tests.ingest.values import clean_entry, clean_feed

WORDS, VOCABULARY = 60, 30_000
FIRST = datetime(2005, 1, 1, tzinfo=UTC)
FILLED, LATEST = "2026-01-01T00:00:00Z", 20
AT_ONCE = 20_000  # rows


def _drawn() -> Sequence[str]:
    """Words as often as those of a language are: few very often, most seldom."""
    chance = random.Random(15)
    vocabulary = [
        "".join(chance.choices("aeioubdfgklmnprst", k=chance.randint(3, 11))) for _ in range(VOCABULARY)
    ]
    weights = [1 / rank for rank in range(1, VOCABULARY + 1)]
    return chance.choices(vocabulary, weights, k=1_000_000)


_WORDS = _drawn()


def address(feed: str) -> str:
    return f"https://{feed}.example/feed"


def values(feed: str, number: int) -> dict[str, str]:
    """What tells an entry of a feed from the others."""
    at = random.Random(f"{feed} {number}").randrange(len(_WORDS) - WORDS)
    text = " ".join(_WORDS[at : at + WORDS])
    return {
        "guid": f"{feed}-{number}",
        "title": f"Post {number} {text[:40]}",
        "text": text,
        "url": f"https://{feed}.example/{number}",
        "published": (FIRST + timedelta(hours=number)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def entries(feed: str, first: int, end: int) -> tuple[CleanEntry, ...]:
    """From `first` up to `end`, newest first, as documents have them."""
    return tuple(clean_entry(**values(feed, number)) for number in reversed(range(first, end)))


def add_feed(db: Database, feed: str, count: int) -> None:
    """A feed with so many entries, all of which were there when it was polled last."""
    latest = entries(feed, max(0, count - LATEST), count)
    said = clean_feed(*latest, url=address(feed))
    save(db, said, url=address(feed), now=FILLED, poll=Poll(status=200))
    if count > LATEST:
        copy_entries(db, feed, count - LATEST)


def copy_entries(db: Database, feed: str, count: int) -> None:
    """Add the first entries of a feed, as copies of its latest one."""
    [(feed_id,)] = db.execute("SELECT id FROM feeds WHERE url = ?", (address(feed),)).fetchall()
    [(latest, last)] = db.execute(
        "SELECT max(id), (SELECT max(id) FROM entries) FROM entries WHERE feed = ?", (feed_id,)
    ).fetchall()
    with transaction(db):
        for first in range(0, count, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, count))
            _copy(db, latest, [(last + 1 + number, values(feed, number)) for number in numbers])


def _copy(db: Database, entry: int, copies: Sequence[tuple[int, dict[str, str]]]) -> None:
    db.execute("INSERT INTO settings (name, value) VALUES ('indexes_later', '')")
    for table, key in (("entries", "id"), ("contents", "entry"), ("entry_documents", "entry")):
        for row in list(db.query(f"SELECT * FROM {table} WHERE {key} = ?", (entry,))):  # noqa: S608
            places = ", ".join(f":{name}" for name in row)
            copied = ({**row, **_own(row, said), key: id} for id, said in copies)
            db.conn.executemany(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", copied)  # noqa: S608
    db.conn.executemany(
        "INSERT INTO entries_fts (rowid, title, author, text) VALUES (?, ?, NULL, ?)",
        ((id, said["title"], said["text"]) for id, said in copies),
    )
    db.execute("DELETE FROM settings WHERE name = 'indexes_later'")


def _own(row: dict[str, Any], said: dict[str, str]) -> dict[str, str | None]:
    """The columns of a row in which a copy has something of its own."""
    day = said["published"]
    own = {
        **said,
        "excerpt": said["text"][:200],
        "html": f"<p>{said['text']}</p>",
        "date": day,
        "year": day[:4],
        "month": day[:7],
        "url_key": said["url"].removeprefix("https://"),
        "fingerprint": said["guid"],
    }
    return {name: value for name, value in own.items() if row.get(name) is not None}
