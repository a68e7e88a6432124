"""What the owner merged stays one whatever documents say, and what rules took for one is told apart all the same."""

from typing import Any

import pytest
from sqlite_utils import Database

from ingest.archive.documents.identify_entries import contradicted
from ingest.archive.documents.warc.pack import pack
from ingest.archive.feeds import find_feed
from ingest.archive.identity.aliases import Alias
from ingest.archive.identity.merge import merge_entries, split_entry
from ingest.archive.identity.split_aliases import split_from
from ingest.archive.save import save, save_reread
from ingest.archive.saving.outcome import Saved
from ingest.base.models import READER, CleanEntry, ReceivedDocument
from tests.ingest.identity.test_saved_under_other_guids import URL, aliases, guids, poll, post
from tests.ingest.values import LATER, LATER_STILL, NOW, clean_feed

AFTER_ALL = "2026-01-04T00:00:00Z"


def page(scheme: str, number: int, **values: Any) -> CleanEntry:
    return post(f"{scheme}://example.org/?p={number}", number, **values)


def capture(db: Database, *entries: CleanEntry, at: str) -> Saved:
    body = repr(entries).encode()
    received = ReceivedDocument(body=body, at=at, url=URL, came="import")
    return save(db, clean_feed(*entries), url=URL, now=at, document=pack(received, URL), dated=True)


def merged_after_a_move(db: Database, say: Any) -> None:
    """1 and 2 moved to https, and the owner said then that they are one."""
    for scheme, at in (("http", NOW), ("https", LATER)):
        say(db, page(scheme, 2), page(scheme, 1), at=at)
    merge_entries(db, 2, 1, AFTER_ALL)


def said_by_poll(db: Database, *entries: CleanEntry, at: str) -> Saved:
    return poll(db, *entries, now=at)


@pytest.mark.parametrize("say", [said_by_poll, capture])
def test_two_that_were_merged_stay_one_under_the_guids_that_rules_found(db: Database, say: Any) -> None:
    merged_after_a_move(db, say)
    saved = say(db, page("https", 3), page("https", 2), page("https", 1), at=LATER_STILL)
    assert (saved.new, guids(db)) == (1, ["http://example.org/?p=1", "https://example.org/?p=3"])
    assert "split" not in {rule for _, _, rule, _ in aliases(db)}


def test_so_they_do_where_their_documents_are_read_again(db: Database) -> None:
    merged_after_a_move(db, capture)
    entries = (page("https", 2), page("https", 1))
    for document, at in ((2, LATER), (1, NOW), (2, LATER)):
        scheme = "http" if at == NOW else "https"
        entries = (page(scheme, 2), page(scheme, 1))
        reread = save_reread(db, find_feed(db, URL) or 0, document, clean_feed(*entries), READER + 1)
        assert reread.new == set()
    assert guids(db) == ["http://example.org/?p=1"]


def test_so_they_do_where_one_has_its_first_guid(db: Database) -> None:
    merged_after_a_move(db, said_by_poll)
    for one, other in (("http", "https"), ("https", "http")):
        assert poll(db, page(one, 2), page(other, 1), now=LATER_STILL).new == 0
    assert guids(db) == ["http://example.org/?p=1"]


def test_each_has_its_guids_again_where_they_are_split_then(db: Database) -> None:
    merged_after_a_move(db, said_by_poll)
    poll(db, page("https", 2), page("https", 1), now=LATER_STILL)
    split_entry(db, 1)
    assert poll(db, page("https", 2), page("https", 1), now=AFTER_ALL).new == 0
    assert sorted((guid, entry) for guid, entry, _, _ in aliases(db)) == [
        ("https://example.org/?p=1", 2),
        ("https://example.org/?p=2", 1),
    ]


def test_guids_that_both_got_since_stay_those_of_one(db: Database) -> None:
    poll(db, post("b1", 2), post("a1"), now=NOW)
    merge_entries(db, 1, 2, LATER)
    poll(db, post("b2", 2), post("a2"), now=LATER)
    [other] = [row["id"] for row in db["entries"].rows if row["id"] != 1]
    merge_entries(db, 1, other, LATER)
    assert poll(db, post("b2", 2), post("a2"), now=LATER_STILL).new == 0
    assert guids(db) == ["b1"]


@pytest.mark.parametrize(("entry", "former"), [(1, 2), (2, 1)])
def test_what_a_rule_took_for_one_of_them_is_told_apart_all_the_same(
    db: Database, entry: int, former: int
) -> None:
    poll(db, post("b", 2), post("a1"), now=NOW)
    poll(db, post("b", 2), post("a2"), now=LATER)
    merge_entries(db, entry, former, LATER)
    poll(db, post("b", 2), post("a2"), post("a1"), now=LATER_STILL)
    assert [guid for guid, _, rule, _ in aliases(db) if rule == "split"] == ["a2"]
    assert db["entries"].count == 2


def test_what_is_told_apart_is_counted_as_new(db: Database) -> None:
    poll(db, post("a1"), now=NOW)
    poll(db, post("a2"), now=LATER)
    saved = poll(db, post("a2"), post("a1"), now=LATER_STILL)
    assert (saved.new, saved.changed, saved.unchanged) == (1, 0, 1)
    assert db.execute("SELECT new FROM polls ORDER BY id DESC LIMIT 1").fetchone() == (1,)


def test_an_alias_of_another_part_contradicts_nothing() -> None:
    both = {guid: Alias(1, "a", "scheme", NOW, merged=True) for guid in ("a2", "b2")}  # type: ignore[arg-type]
    shown = {("a", guid) for guid in both}
    assert contradicted(shown, both, {"a2": 1, "b2": 2}) == set()
    assert contradicted(shown, both, {"a2": 1, "b2": 1}) == {"a2", "b2"}
    assert contradicted({*shown, ("a", "a")}, both, {"a2": 1, "b2": 2}) == {"a2"}
    assert contradicted({*shown, ("a", "a")}, both, {}) == set()


def test_what_the_owner_split_off_stays_split(db: Database) -> None:
    merged_after_a_move(db, said_by_poll)
    split_from(db, 2, AFTER_ALL)
    before = sorted(guids(db))
    poll(db, page("https", 2), page("https", 1), now=LATER_STILL)
    assert sorted(guids(db)) == before
