"""Parsing the parameters of lists of entries."""

import pytest
from sqlite_utils import Database

from ingest.pages.entry_list import (
    FULL_TEXTS,
    TITLES,
    ListedEntries,
    is_long,
    list_request,
    load_entry_list,
)
from ingest.pages.listing import feed_scope
from tests.ingest.pages.archives import add_entry, add_feed


@pytest.mark.parametrize(
    ("parameters", "full"),
    [({}, True), ({"view": "titles"}, False), ({"view": "full"}, True), ({"view": "other"}, True)],
)
def test_a_list_is_in_full_or_by_title(parameters: dict[str, str], full: bool) -> None:
    assert list_request(parameters, full=True).full == full
    assert list_request(parameters, full=False).full == (parameters.get("view") == "full")


def test_what_is_no_period_and_no_page_is_passed_over_and_said() -> None:
    request = list_request({"period": "2024-13", "after": "junk", "view": "full"}, full=True)
    assert request.period is None
    assert [note.partition(".")[0] for note in request.notes] == [
        "“2024-13” is no year, month or day",
        "There is no such page",
    ]
    assert request.address() == "?view=full"


def test_the_address_of_another_page_keeps_what_was_asked_for() -> None:
    request = list_request({"period": "2024", "view": "titles"}, full=True)
    assert request.address(after="x~1") == "?view=titles&period=2024&after=x~1"
    assert request.address(period=None) == "?view=titles"


def test_a_list_leads_to_the_pages_beside_it_and_to_its_rows(db: Database) -> None:
    feed = add_feed(db)
    for number in range(TITLES + 1):
        add_entry(db, number + 1)
    first = load_entry_list(db.conn, feed_scope(feed), list_request({"view": "titles"}, full=True), True)
    assert (len(first.listing.items), first.newer, first.texts) == (TITLES, None, {})
    assert first.older and first.older.startswith("?view=titles&after=")
    assert db.conn.execute(first.sql).fetchall() and f"_size={TITLES}" in first.filters


def listed(db: Database, words: int, view: str | None = None) -> ListedEntries:
    feed = add_feed(db)
    for number in range(FULL_TEXTS):
        add_entry(db, number + 1, text="word " * words)
    asked = {"view": view} if view else {}
    return load_entry_list(db.conn, feed_scope(feed), list_request(asked, full=True), True)


def test_texts_that_are_longer_than_some_screens_are_excerpts(db: Database) -> None:
    long = listed(db, 1000)
    assert long.excerpts and not long.texts and len(long.listing.items) == FULL_TEXTS


def test_short_texts_are_shown_whole(db: Database) -> None:
    short = listed(db, 50)
    assert not short.excerpts and len(short.texts) == FULL_TEXTS


def test_long_texts_are_a_click_away(db: Database) -> None:
    asked = listed(db, 1000, "full")
    assert not asked.excerpts and len(asked.texts) == FULL_TEXTS


def test_excerpts_of_short_texts_are_there_for_who_asks(db: Database) -> None:
    asked = listed(db, 50, "excerpts")
    assert asked.excerpts and asked.full and not asked.texts


def test_pictures_make_a_text_long() -> None:
    assert is_long(["<img>" * 20], 0) and not is_long(["<img>"], 20)
