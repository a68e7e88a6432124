"""What saving does with entries whose guid changes."""

from typing import Any

import pytest
from sqlite_utils import Database

from ingest.archive.polls import Poll
from ingest.archive.save import Saved, save
from ingest.base.models import CleanEntry
from tests.ingest.values import LATER, LATER_STILL, NOW, clean_entry, clean_feed

URL = "https://example.org/feed.xml"
OK = Poll(status=200, bytes=1000, ms=20, etag='"1"', body_hash="abc")


def post(guid: str, number: int = 1, **values: Any) -> CleanEntry:
    said: dict[str, Any] = {
        "url": f"https://example.org/{number}",
        "title": f"Post {number}",
        "published": f"2025-06-{number:02}T12:00:00Z",
        "text": f"The words of {number}.",
    }
    return clean_entry(guid, **(said | values))


def poll(db: Database, *entries: CleanEntry, now: str) -> Saved:
    return save(db, clean_feed(*entries), url=URL, now=now, poll=OK)


def guids(db: Database) -> list[str]:
    return [row["guid"] for row in db["entries"].rows]


def aliases(db: Database) -> list[tuple[str, int, str, str]]:
    return [(row["guid"], row["entry"], row["rule"], row["at"]) for row in db["entry_aliases"].rows]


def test_a_feed_whose_guids_change_has_the_same_entries_and_a_row_says_why(db: Database) -> None:
    poll(db, post("b1", 2), post("a1"), now=NOW)
    saved = poll(db, post("b2", 2), post("a2"), now=LATER)
    assert (saved.new, saved.removed, guids(db)) == (0, 0, ["b1", "a1"])
    assert aliases(db) == [("b2", 1, "address", LATER), ("a2", 2, "address", LATER)]


def test_the_next_poll_knows_an_alias_whatever_the_entry_says(db: Database) -> None:
    poll(db, post("a1"), now=NOW)
    poll(db, post("a2"), now=LATER)
    moved = post("a2", url="https://example.org/moved", title="Another", published=None)
    assert poll(db, moved, now=LATER_STILL).changed == 1
    assert guids(db) == ["a1"]


def test_a_version_has_the_guid_that_it_came_under(db: Database) -> None:
    poll(db, post("a1"), now=NOW)
    poll(db, post("a2", text="Edited."), now=LATER)
    poll(db, post("a2", text="Edited again."), now=LATER_STILL)
    assert [row["guid"] for row in db["revisions"].rows] == [None, "a2"]


def test_a_scheme_that_changes_and_changes_back_doubles_nothing(db: Database) -> None:
    for scheme, now in (("http", NOW), ("https", LATER), ("http", LATER_STILL)):
        saved = poll(db, post(f"{scheme}://example.org/?p=1", text=scheme), now=now)
        assert saved.removed == 0
    assert guids(db) == ["http://example.org/?p=1"]


def test_two_that_stand_in_a_document_are_two_though_a_rule_took_them_for_one(db: Database) -> None:
    poll(db, post("a1"), now=NOW)
    poll(db, post("a2"), now=LATER)
    poll(db, post("a2"), post("a1"), now=LATER_STILL)
    assert sorted(guids(db)) == ["a1", "a2"]
    assert [rule for _, _, rule, _ in aliases(db)] == ["split"]


def test_what_each_of_them_said_is_its_own_again(db: Database) -> None:
    poll(db, post("a1", text="One."), now=NOW)
    poll(db, post("a2", text="Two."), now=LATER)
    saved = poll(db, post("a2", text="Two."), post("a1", text="One."), now=LATER_STILL)
    assert (saved.changed, db["revisions"].count) == (0, 0)
    texts = db.query(
        "SELECT guid, text, first_seen FROM contents JOIN entries ON entries.id = entry ORDER BY guid"
    )
    assert [(row["guid"], row["text"], row["first_seen"]) for row in texts] == [
        ("a1", "One.", NOW),
        ("a2", "Two.", LATER),
    ]


def test_a_repost_is_another_entry(db: Database) -> None:
    address = "https://example.org/linked"
    poll(db, post("a", 1, url=address), post("b", 2), now=NOW)
    poll(db, post("c", 3, url=address), post("b", 2), now=LATER)
    assert guids(db) == ["a", "b", "c"]


def test_entries_of_other_feeds_are_no_candidates(db: Database) -> None:
    save(db, clean_feed(post("a1")), url="https://example.org/other.xml", now=NOW)
    poll(db, post("a2"), now=LATER)
    assert guids(db) == ["a1", "a2"]


def test_an_imported_document_says_nothing_of_what_came_later(db: Database) -> None:
    """The page has another entry of that name since."""
    poll(db, post("a2", 9, url="https://example.org/daily", title="Daily"), now=LATER)
    save(db, clean_feed(post("a1", 1, url="https://example.org/daily", title="Daily")), url=URL, now=NOW)
    assert sorted(guids(db)) == ["a1", "a2"]


def test_a_guid_that_was_given_to_two_posts_is_of_none_alone(db: Database) -> None:
    poll(db, *(post("x", number) for number in (1, 2)), now=NOW)
    poll(db, post("x", 3), now=LATER)
    poll(db, post("x", 4), now=LATER_STILL)
    assert [row["title"] for row in db["entries"].rows] == [f"Post {number}" for number in (1, 2, 3, 4)]


@pytest.mark.parametrize("url", ["https://example.org/N/A", None])
def test_entries_that_share_guid_and_address_are_told_apart_by_title_and_date(
    db: Database, url: str | None
) -> None:
    documents = [[3, 2, 1], [4], [5], [1], [3, 2, 1]]
    for day, numbers in enumerate(documents, 1):
        poll(db, *(post("N/A", number, url=url) for number in numbers), now=f"2026-01-{day:02}T00:00:00Z")
    assert sorted(row["title"] for row in db["entries"].rows) == [f"Post {number}" for number in range(1, 6)]


def test_so_they_are_when_the_first_came_alone(db: Database) -> None:
    url = "https://example.org/N/A"
    for day, numbers in enumerate([[1], [2, 1], [3], [1]], 1):
        poll(db, *(post("N/A", number, url=url) for number in numbers), now=f"2026-01-{day:02}T00:00:00Z")
    assert sorted(row["title"] for row in db["entries"].rows) == ["Post 1", "Post 2", "Post 3"]


def test_of_guids_that_are_new_each_time_a_hundred_are_kept(db: Database) -> None:
    for number in range(110):
        poll(db, post(f"random:{number}"), now=f"2026-01-01T{number // 60:02}:{number % 60:02}:00Z")
    assert guids(db) == ["random:0"]
    assert len(aliases(db)) == 100
