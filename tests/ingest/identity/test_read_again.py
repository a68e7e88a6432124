"""Documents that are read again say the entries that they were found to say, whatever guids their feed gives them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlite_utils import Database

from ingest.archive.saving.outcome import Reread
from ingest.base.models import CleanEntry
from tests.ingest.archive.documents.saying import read_again, say
from tests.ingest.values import clean_entry

Documents = Sequence[Sequence[CleanEntry]]


def post(guid: str, number: int, **values: Any) -> CleanEntry:
    said: dict[str, Any] = {
        "url": f"https://example.org/{number}",
        "title": f"Post {number}",
        "published": f"2025-06-{number + 1:02}T12:00:00Z",
        "text": f"The words of {number}, which are {number * 7} and {number * 11}.",
    }
    return clean_entry(guid, **(said | values))


PLACES = [[post(str(place), newest - place) for place in range(5)] for newest in range(4, 12)]
EDITED_AMONG_PLACES = [
    [post(str(place), newest - place, text=f"Edited {newest // 3}.") for place in range(5)]
    for newest in range(4, 12)
]
PLACES_FROM_THE_LAST = [
    [post(str(4 - place), newest - place) for place in range(5)] for newest in range(4, 12)
]
ONE_GUID = [[post("today", number)] for number in range(5)]
ONE_GUID_OF_SOME = [[post("page", number + place) for place in range(3)] for number in range(5)]
MADE_ANEW = [[post(f"{poll}-{number}", number) for number in range(3)] for poll in range(30)]
MADE_ANEW_WITH_DATES = [
    [post(f"{poll}-{number}", number, published=f"2025-06-01T12:{poll:02}:00Z") for number in range(3)]
    for poll in range(30)
]
MADE_ANEW_WITHOUT_ADDRESSES = [
    [post(f"{poll}-{number}", number, url=None, published=None) for number in range(3)] for poll in range(30)
]
FEEDS = {name: feed for name, feed in globals().items() if name.isupper() and isinstance(feed, list)}


def at(number: int) -> str:
    return f"2026-01-01T{number:02}:00:00Z" if number < 24 else f"2026-01-02T{number - 24:02}:00:00Z"


def save_all(db: Database, documents: Documents, poll: bool, backwards: bool) -> None:
    for number in reversed(range(len(documents))) if backwards else range(len(documents)):
        say(db, at(number), *documents[number], poll=poll)


def read_all_again(db: Database, documents: Documents, reader: int = 2) -> list[Reread]:
    """In order of time."""
    rows = db.execute("SELECT id, at FROM documents ORDER BY at, id").fetchall()
    of_time = {at(number): document for number, document in enumerate(documents)}
    return [read_again(db, row, *of_time[time], reader=reader) for row, time in rows]


def identities(db: Database) -> list[list[tuple[Any, ...]]]:
    return [
        db.execute(f"SELECT {columns} FROM {table} ORDER BY id").fetchall()  # noqa: S608
        for table, columns in (
            ("entries", "id, guid, url, title, published, first_seen, last_seen, removed"),
            ("entry_aliases", "id, guid, entry, rule, at"),
            ("revisions", "id, entry, title, url, text"),
        )
    ]


@pytest.mark.parametrize("saved", ["polled", "imported", "backwards"])
@pytest.mark.parametrize("feed", FEEDS)
def test_what_was_told_apart_or_found_to_be_one_stays_so(db: Database, feed: str, saved: str) -> None:
    save_all(db, FEEDS[feed], saved == "polled", saved == "backwards")
    before = identities(db)
    made = read_all_again(db, FEEDS[feed])
    assert not any(one.new or one.edited or one.kept for one in made)
    assert identities(db) == before


@pytest.mark.parametrize("saved", ["polled", "imported", "backwards"])
@pytest.mark.parametrize("feed", FEEDS)
def test_also_where_another_reader_reads_more(db: Database, feed: str, saved: str) -> None:
    save_all(db, FEEDS[feed], saved == "polled", saved == "backwards")
    before = identities(db)[:2]
    more = [
        [replace(entry, author="Somebody", fingerprint=f"more {entry.fingerprint}") for entry in document]
        for document in FEEDS[feed]
    ]
    assert not any(made.new or made.edited for made in read_all_again(db, more))
    assert identities(db)[:2] == before
