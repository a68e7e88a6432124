"""Two feeds that are one are merged: nothing is lost, and what both have becomes one."""

from typing import Any

import pytest
from sqlite_utils import Database

from ingest.archive.feed_changes.matching import MatchedEntry
from ingest.archive.feed_changes.merge import (
    FeedMerge,
    FeedsNotMerged,
    merge_feeds,
    plan_feed_merge,
    shown_pairs,
)
from ingest.archive.feeds import find_feed
from ingest.archive.identity.aliases import entry_that_was
from ingest.archive.identity.merge import merge_entries, split_entry
from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.base.urls import feed_key
from tests.ingest.values import LATER, LATER_STILL, NOW, clean_entry, clean_feed

ANCIENT = "https://ancient.example/feed"
OLD, NEW = "https://old.example/feed", "https://new.example/feed"


@pytest.fixture(autouse=True)
def both(db: Database) -> None:
    """Feed 1 with the entries 1 (edited), 2 and 9; feed 2, where it moved, with 2, 3 and another of guid 9."""
    first, second, third = (clean_entry(str(number)) for number in (1, 2, 3))
    mine, theirs = (
        clean_entry(
            "9", url=f"https://{name}.example/{name}", title=name, published=f"{year}-01-01T00:00:00Z"
        )
        for name, year in (("old", 2023), ("new", 2024))
    )
    edited = clean_entry("1", text="Another text of it.")
    for now, entries in ((NOW, [first, second, mine]), (LATER, [edited, second, mine])):
        save(db, clean_feed(*entries, url=None), url=OLD, now=now, poll=Poll(200))
    save(db, clean_feed(second, third, theirs, url=None), url=NEW, now=LATER, poll=Poll(200))


def ids(db: Database, feed: int) -> dict[str, int]:
    return dict(db.execute("SELECT guid, id FROM entries WHERE feed = ? ORDER BY id", (feed,)).fetchall())


def row(db: Database, feed: int) -> dict[str, Any]:
    return dict(db.table("feeds").get(feed))


def merged(db: Database, staying: int = 2, going: int = 1) -> FeedMerge:
    plan = plan_feed_merge(db, staying, going)
    merge_feeds(db, plan, LATER_STILL)
    return plan


def test_what_would_be_merged_is_shown_and_nothing_is_written(db: Database) -> None:
    before = list(db.conn.iterdump())
    plan = plan_feed_merge(db, 2, 1)
    assert (plan.staying.entries, plan.going.entries, plan.others) == (3, 3, 2)
    assert plan.matched == (MatchedEntry(ids(db, 2)["2"], ids(db, 1)["2"], "guid"),)
    assert list(db.conn.iterdump()) == before


def test_what_both_have_is_one_entry_to_which_the_other_leads(db: Database) -> None:
    [one] = merged(db).matched
    assert sorted(ids(db, 2)) == ["1", "2", "3", "9", "9#https://old.example/old"]
    assert entry_that_was(db, one.former) == one.entry


def test_the_other_entries_keep_their_numbers_and_all_their_history(db: Database) -> None:
    before, revisions = ids(db, 1), db.execute("SELECT entry, text FROM revisions").fetchall()
    merged(db)
    assert ids(db, 2)["1"] == before["1"]
    assert db.execute("SELECT entry, text FROM revisions").fetchall() == revisions


def test_what_was_made_one_can_be_split_in_the_feed_that_stays(db: Database) -> None:
    [one] = merged(db).matched
    assert split_entry(db, one.former) == one.entry
    assert ids(db, 2)["2#https://example.org/2"] == one.former


@pytest.mark.parametrize(("entry", "former"), [("1", "9"), ("9", "1")])
def test_what_was_made_one_before_can_be_split_after_the_feeds_are(
    db: Database, entry: str, former: str
) -> None:
    before, theirs = ids(db, 1), ids(db, 2)
    merge_entries(db, before[entry], before[former], LATER)
    merged(db)
    split_entry(db, before[former])
    after = ids(db, 2)
    assert {number: guid.partition("#")[0] for guid, number in after.items()} == {
        **{number: guid for guid, number in theirs.items()},
        before["1"]: "1",
        before["9"]: "9",
    }
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_another_entry_that_has_the_same_guid_stays_beside_it(db: Database) -> None:
    merged(db)
    assert {"9", "9#https://old.example/old"} <= ids(db, 2).keys()


def test_the_feed_that_goes_is_found_by_its_address_from_then_on(db: Database) -> None:
    merged(db)
    assert db.execute("SELECT id FROM feeds").fetchall() == [(2,)]
    assert find_feed(db, OLD) == find_feed(db, NEW) == 2


def test_its_polls_and_former_addresses_come_too(db: Database) -> None:
    db.execute("INSERT INTO feed_addresses VALUES (?, 1, ?, ?)", [ANCIENT, NOW, feed_key(ANCIENT)])
    merged(db)
    assert db.execute("SELECT count(*) FROM polls WHERE feed = 2").fetchone() == (3,)
    assert find_feed(db, ANCIENT) == 2


def test_the_owners_words_of_it_are_taken_where_the_other_has_none(db: Database) -> None:
    db.execute("UPDATE feeds SET folder = 'Friends', note = 'Old.', own_title = 'Mine' WHERE id = 1")
    db.execute("UPDATE feeds SET note = 'New.' WHERE id = 2")
    merged(db)
    known = row(db, 2)
    assert (known["folder"], known["note"], known["title"]) == ("Friends", "New.\nOld.", "Mine")


def test_what_the_next_document_lacks_was_not_removed(db: Database) -> None:
    merged(db)
    document = clean_feed(clean_entry("0", published="2020-01-01T00:00:00Z"), url=None)
    assert save(db, document, url=NEW, now="2026-01-04T00:00:00Z", poll=Poll(200)).removed == 0


def test_no_row_refers_to_the_feed_that_is_gone(db: Database) -> None:
    merged(db)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_has_changed_since_it_was_shown_is_not_merged(db: Database) -> None:
    plan = plan_feed_merge(db, 2, 1)
    save(db, clean_feed(clean_entry("4"), url=None), url=OLD, now=LATER_STILL, poll=Poll(200))
    before = list(db.conn.iterdump())
    with pytest.raises(FeedsNotMerged, match="changed since this was shown"):
        merge_feeds(db, plan, LATER_STILL)
    assert list(db.conn.iterdump()) == before


@pytest.mark.parametrize("feeds", [(1, 1), (1, 9), (9, 1)])
def test_two_feeds_are_needed(db: Database, feeds: tuple[int, int]) -> None:
    with pytest.raises(FeedsNotMerged):
        plan_feed_merge(db, *feeds)


def test_pairs_that_the_guid_did_not_find_are_shown_with_their_titles_or_words(db: Database) -> None:
    db.execute("UPDATE entries SET guid = 'other', title = NULL WHERE feed = 1 AND guid = '2'")
    db.execute("UPDATE entries SET title = NULL WHERE feed = 2 AND guid = '2'")
    [pair] = shown_pairs(db, plan_feed_merge(db, 2, 1), 5)
    assert (pair.title, pair.former_title, pair.matched.rule) == (
        "The text of 2.",
        "The text of 2.",
        "address",
    )
    assert shown_pairs(db, plan_feed_merge(db, 2, 1), 0) == []


def test_pairs_of_the_same_guid_are_shown_behind_the_others_where_all_are_asked_for(db: Database) -> None:
    db.execute("UPDATE entries SET guid = 'other' WHERE feed = 1 AND guid = '2'")
    plan = plan_feed_merge(db, 2, 1)
    rules = [pair.matched.rule for pair in shown_pairs(db, plan, 50, of_guid=True)]
    assert rules == ["address", *["guid"] * (len(plan.matched) - 1)]


def test_the_number_of_the_feed_that_went_leads_to_the_other_and_is_given_to_none(db: Database) -> None:
    merged(db, staying=1, going=2)
    assert [*db["former_feeds"].rows] == [{"id": 2, "feed": 1, "at": LATER_STILL}]
    assert (
        save(db, clean_feed(clean_entry("x"), url=None), url=ANCIENT, now=LATER_STILL, poll=Poll(200)).feed
        == 3
    )


def test_it_does_so_when_that_is_merged_as_well(db: Database) -> None:
    save(db, clean_feed(clean_entry("x"), url=None), url=ANCIENT, now=LATER_STILL, poll=Poll(200))
    merged(db, staying=1, going=2)
    merged(db, staying=3, going=1)
    assert [row["feed"] for row in db["former_feeds"].rows] == [3, 3]
