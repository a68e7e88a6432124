"""A feed is edited: it moves without a redirect and keeps its history; what is not named stays as it is."""

from typing import Any

import pytest
from sqlite_utils import Database

from ingest.archive.feed_changes.edit import NO_SECRET, FeedEdit, FeedEdited, FeedNotEdited, edit_feed
from ingest.archive.feeds import find_feed, insert_feed
from ingest.archive.polls import Poll
from ingest.archive.save import save
from tests.ingest.values import LATER, LATER_STILL, NOW, clean_entry, clean_feed

OLD, NEW = "https://old.example/feed", "https://new.example/feed"


@pytest.fixture
def feed(db: Database) -> int:
    """A feed that was polled twice."""
    for now in (NOW, LATER):
        entries = [clean_entry("1"), clean_entry("2", published="2025-05-01T12:00:00Z")]
        save(db, clean_feed(*entries, url=None), url=OLD, now=now, poll=Poll(200, etag='"1"', body_hash="00"))
    db.execute("UPDATE feeds SET state = 'active', hub_url = 'https://hub.example/', self_url = ?", [OLD])
    db.execute("UPDATE feeds SET folder = 'Friends', note = 'From school.', next_poll = ?", [LATER_STILL])
    return 1


def row(db: Database, feed_id: int = 1) -> dict[str, Any]:
    return dict(db.table("feeds").get(feed_id))


def edit(db: Database, **changes: Any) -> FeedEdited:
    return edit_feed(db, 1, FeedEdit(**changes), LATER_STILL)


def test_what_is_not_named_stays_as_it_is(db: Database, feed: int) -> None:
    before = row(db)
    edit(db, folder="Others")
    assert row(db) == before | {"folder": "Others"}


@pytest.mark.parametrize(("name", "column"), [("folder", "folder"), ("note", "note"), ("title", "own_title")])
def test_an_empty_one_is_none(db: Database, feed: int, name: str, column: str) -> None:
    edit(db, **{name: "Mine"})
    edit(db, **{name: " "})
    assert row(db)[column] is None


def test_a_title_of_the_owners_takes_precedence_over_later_documents(db: Database, feed: int) -> None:
    assert edit(db, title="Mine").name == "Mine"
    save(db, clean_feed(title="Theirs", url=None), url=OLD, now=LATER_STILL, poll=Poll(200))
    assert row(db)["title"] == "Mine"


def test_a_state_that_there_is_not_is_refused_and_nothing_is_changed(db: Database, feed: int) -> None:
    before = row(db)
    with pytest.raises(FeedNotEdited, match="active or paused or gone"):
        edit(db, folder="Others", address=NEW, state="happy")
    assert row(db) == before


def test_a_feed_that_moved_keeps_its_entries_and_is_found_by_both_addresses(db: Database, feed: int) -> None:
    edited = edit(db, address=NEW)
    assert (edited.url, edited.former_url) == (NEW, OLD)
    assert find_feed(db, OLD) == find_feed(db, NEW) == 1
    assert [guid for (guid,) in db.execute("SELECT guid FROM entries WHERE feed = 1")] == ["1", "2"]


def test_nothing_of_the_former_address_is_said_to_the_new_one(db: Database, feed: int) -> None:
    edit(db, address=NEW)
    known = row(db)
    names = ("etag", "last_modified", "body_hash", "hub_url", "self_url", "next_poll", "last_error")
    assert {name: known[name] for name in names} == dict.fromkeys(names)


def test_what_the_document_of_the_new_address_lacks_was_not_removed(db: Database, feed: int) -> None:
    edit(db, address=NEW)
    document = clean_feed(clean_entry("3", published="2024-01-01T12:00:00Z"), url=None)
    assert save(db, document, url=NEW, now="2026-01-04T00:00:00Z", poll=Poll(200)).removed == 0


def test_a_feed_that_was_gone_is_polled_at_its_new_address(db: Database, feed: int) -> None:
    edit(db, state="gone")
    assert edit(db, address=NEW).state == "active"


def test_one_that_was_paused_stays_so(db: Database, feed: int) -> None:
    edit(db, state="paused")
    assert edit(db, address=NEW).state == "paused"


def test_the_address_that_it_has_changes_nothing(db: Database, feed: int) -> None:
    before = row(db)
    assert edit(db, address=f" {OLD} ").former_url is None
    assert row(db) == before


def test_an_address_without_a_scheme_is_one_of_https(db: Database, feed: int) -> None:
    assert edit(db, address="new.example/feed").url == NEW


def test_going_back_to_the_former_address_is_possible(db: Database, feed: int) -> None:
    edit(db, address=NEW)
    edit(db, address=OLD)
    assert (row(db)["url"], find_feed(db, NEW)) == (OLD, 1)


@pytest.mark.parametrize("address", [NEW, "http://new.example/feed"])
def test_the_address_of_another_feed_is_refused_with_how_to_merge_them(
    db: Database, feed: int, address: str
) -> None:
    other = insert_feed(db, NEW, NOW)
    with pytest.raises(FeedNotEdited, match=f"merge-feeds ARCHIVE {other} 1"):
        edit(db, address=address)


@pytest.mark.parametrize("address", ["", " ", "javascript:alert(1)", "ftp://new.example/feed", "https://"])
def test_what_is_no_address_of_the_web_is_refused(db: Database, feed: int, address: str) -> None:
    with pytest.raises(FeedNotEdited):
        edit(db, address=address)


def test_a_password_in_an_address_is_refused_and_not_repeated(db: Database, feed: int) -> None:
    with pytest.raises(FeedNotEdited, match="--secret env:NAME") as refused:
        edit(db, address="https://me:s3cret@new.example/feed")
    assert "s3cret" not in str(refused.value)


def test_what_was_imported_from_a_file_gets_an_address_on_the_web(db: Database) -> None:
    save(db, clean_feed(clean_entry("1"), url=None), url="file:///feed.xml#1", now=NOW)
    edited = edit(db, address=NEW, state="active")
    assert (edited.url, edited.state, edited.former_url) == (NEW, "active", "file:///feed.xml#1")
    assert find_feed(db, "file:///feed.xml#1") == 1


def test_a_secret_goes_to_no_other_host_by_itself(db: Database, feed: int) -> None:
    edit(db, secret="env:TOKEN")
    with pytest.raises(FeedNotEdited, match="env:TOKEN"):
        edit(db, address=NEW)
    edit(db, address="https://old.example/other")
    assert row(db)["secret"] == "env:TOKEN"


@pytest.mark.parametrize(("said", "kept"), [("env:OTHER", "env:OTHER"), (NO_SECRET, None)])
def test_a_secret_for_the_new_host_is_said_with_it(
    db: Database, feed: int, said: str, kept: str | None
) -> None:
    edit(db, secret="env:TOKEN")
    edit(db, address=NEW, secret=said)
    assert row(db)["secret"] == kept


def test_the_permission_to_be_in_a_private_network_is_for_one_host(db: Database, feed: int) -> None:
    edit(db, allow_private=True)
    edit(db, address="https://old.example/other")
    assert row(db)["allow_private"] == 1
    edit(db, address=NEW)
    assert row(db)["allow_private"] == 0
    edit(db, address="https://third.example/feed", allow_private=True)
    assert row(db)["allow_private"] == 1
