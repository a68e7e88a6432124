"""Entries of a document that another version of the reading finds under another title, date, URL or guid."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.archive.documents.same_entries import SaidEntry, read_otherwise, unknown_entries
from ingest.archive.identity.guids import Stored, identify
from ingest.archive.saving.outcome import Reread
from ingest.base.models import CleanEntry
from tests.ingest.archive.documents.saying import read_again, revisions, say
from tests.ingest.values import clean_entry

EARLY, NOW, LATER = (f"2026-01-0{day}T00:00:00Z" for day in (1, 2, 3))
JUNE = [f"2025-06-{day:02}T12:00:00Z" for day in range(1, 9)]
LINK = "https://example.org/"


def alike(title: str | None, published: str | None = None, **values: Any) -> CleanEntry:
    """An entry whose guid is its link, which others have too."""
    return clean_entry(LINK, url=LINK, title=title, published=published, guid_derived=True, **values)


def hashed(title: str, **values: Any) -> CleanEntry:
    """An entry without guid and link."""
    return clean_entry(f"urn:sha256:{title}", url=None, title=title, guid_derived=True, **values)


def retitled(entry: CleanEntry) -> CleanEntry:
    return replace(entry, title=f"On: {entry.title}", fingerprint=f"2 {entry.fingerprint}")


def titles(db: Database) -> list[tuple[int, str, str]]:
    return db.execute(
        "SELECT id, title, text FROM entries JOIN contents ON entry = id ORDER BY id"
    ).fetchall()


def test_entries_that_share_a_guid_are_known_by_their_dates(db: Database) -> None:
    said = [alike(title, date, text=title) for title, date in zip("ABC", JUNE, strict=False)]
    say(db, NOW, *said)
    assert read_again(db, 1, *map(retitled, reversed(said))).new == set()
    assert titles(db) == [(1, "On: A", "A"), (2, "On: B", "B"), (3, "On: C", "C")]
    assert revisions(db, "edit") == []


def test_or_else_by_their_order(db: Database) -> None:
    said = [alike(title, text=title) for title in "ABC"]
    say(db, NOW, *said)
    assert read_again(db, 1, *map(retitled, said)).new == set()
    assert titles(db) == [(1, "On: A", "A"), (2, "On: B", "B"), (3, "On: C", "C")]


def test_where_their_order_is_not_known_they_are_new(db: Database) -> None:
    a, b, c = (alike(title, text=title) for title in "ABC")
    say(db, EARLY, a, c)
    say(db, NOW, b, a, c)
    assert len(read_again(db, 2, *map(retitled, (b, a, c))).new) == 3


def test_what_was_read_otherwise_in_an_earlier_document_is_known_in_the_later(db: Database) -> None:
    a, b, c = (alike(title, text=title) for title in "ABC")
    say(db, EARLY, a, c)
    say(db, NOW, b, a, c)
    assert read_again(db, 1, *map(retitled, (a, c))).new == set()
    assert read_again(db, 2, *map(retitled, (b, a, c))).new == set()
    assert [title for _, title, _ in titles(db)] == ["On: A", "On: C", "On: B"]


def test_a_later_poll_knows_them_by_what_they_are_titled_now(db: Database) -> None:
    a, b = (alike(title, text=title) for title in "AB")
    say(db, EARLY, a, b, poll=True)
    read_again(db, 1, retitled(a), retitled(b))
    saved = say(db, LATER, retitled(b), poll=True, reader=2)
    assert (saved.new, saved.changed, saved.unchanged) == (0, 0, 1)


def test_a_poll_that_another_reader_reads_knows_those_of_the_last_document_by_their_dates(
    db: Database,
) -> None:
    said = [alike(title, date, text=title) for title, date in zip("ABC", JUNE, strict=False)]
    say(db, EARLY, *said[:2], poll=True)
    saved = say(db, LATER, *map(retitled, said), poll=True, reader=2)
    assert (saved.new, saved.changed, saved.unchanged) == (1, 0, 2)


def test_an_entry_whose_guid_is_derived_otherwise_is_known_by_its_date(db: Database) -> None:
    said = [hashed(title, published=date) for title, date in zip("ABC", JUNE, strict=False)]
    say(db, NOW, *said)
    again = [hashed(f"On: {entry.title}", published=entry.published) for entry in said]
    assert read_again(db, 1, *again).new == set()
    assert [title for _, title, _ in titles(db)] == ["On: A", "On: B", "On: C"]
    assert db.execute("SELECT guid FROM entries").fetchall() == [(entry.guid,) for entry in said]


def test_an_entry_with_a_date_of_its_own_is_another(db: Database) -> None:
    say(db, NOW, alike("A", JUNE[0]), alike("B", JUNE[1]))
    again = read_again(db, 1, alike("A", JUNE[0]), alike("B", JUNE[1]), alike("C", JUNE[2]))
    assert len(again.new) == 1


def test_an_entry_that_is_not_found_any_more_does_not_become_another(db: Database) -> None:
    say(db, NOW, alike("A", JUNE[0]), alike("B", JUNE[1]))
    assert len(read_again(db, 1, alike("A", JUNE[0]), alike("C", JUNE[2])).new) == 1
    assert titles(db)[1][1] == "B"


def test_reading_again_twice_changes_nothing(db: Database) -> None:
    said = [alike(title, text=title) for title in "ABC"]
    say(db, NOW, *said)
    read_again(db, 1, *map(retitled, said))
    before = list(db.conn.iterdump())
    assert read_again(db, 1, *map(retitled, said)) == Reread()
    assert list(db.conn.iterdump()) == before


def posts(guid: str) -> list[CleanEntry]:
    """Two with one guid and one address."""
    said = {"url": LINK, "text": "Words."}
    return [
        clean_entry(guid, title=title, published=date, **said)
        for title, date in zip("AB", JUNE, strict=False)
    ]


def test_entries_that_share_a_further_guid_are_known_by_their_dates(db: Database) -> None:
    say(db, NOW, *posts("1"))
    say(db, LATER, *posts("2"))
    assert read_again(db, 2, *map(retitled, posts("2"))).new == set()
    assert db.execute("SELECT count(*) FROM entries").fetchall() == [(2,)]


def test_a_poll_that_another_reader_reads_knows_those_that_share_a_further_guid(db: Database) -> None:
    say(db, NOW, *posts("1"), poll=True)
    say(db, LATER, *posts("2"), poll=True)
    say(db, "2026-01-04T00:00:00Z", *map(retitled, posts("2")), poll=True, reader=2)
    assert [title for _, title, _ in titles(db)] == ["On: A", "On: B"]
    assert revisions(db, "edit") == []


FEW = st.sampled_from(["x", "x#x", "y", ""])
ENTRIES = st.lists(
    st.builds(
        lambda guid, url, title, date, derived, fingerprint: clean_entry(
            guid or "z",
            url=url or None,
            title=title,
            published=date or None,
            guid_derived=derived,
            fingerprint=fingerprint,
        ),
        *[FEW] * 4,
        st.booleans(),
        FEW,
    ),
    max_size=6,
)


@given(ENTRIES, ENTRIES, st.lists(st.booleans(), min_size=6, max_size=6))
def test_no_two_entries_of_a_document_become_one(before: Any, now: Any, first: list[bool]) -> None:
    stored = dict(zip(identify(before, {}), before, strict=True))
    known = {guid: Stored(entry.url, entry.title, entry.published) for guid, entry in stored.items()}
    guids = identify(now, known)
    said = [
        SaidEntry(guid, known[guid], entry.fingerprint, is_first)
        for (guid, entry), is_first in zip(stored.items(), first, strict=False)
    ]
    found = read_otherwise(unknown_entries(now, guids, known), set(guids), known, said)
    again = [found.get(guid, guid) for guid in guids]
    assert set(found.values()) <= {one.guid for one in said}
    assert len(set(again)) == len(set(guids))
