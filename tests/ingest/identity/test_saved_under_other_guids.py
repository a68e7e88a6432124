"""What saving does with entries whose guid changes."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlite_utils import Database

from ingest.archive.documents.warc.pack import pack
from ingest.archive.identity.aliases import MOST_ALIASES
from ingest.archive.identity.merge import merge_entries
from ingest.archive.identity.split_aliases import split_from
from ingest.archive.polls import Poll
from ingest.archive.save import save, save_reread
from ingest.archive.saving.outcome import Saved
from ingest.base.models import READER, CleanEntry, CleanFeed, ReceivedDocument
from ingest.workers.parse_pool import parse_and_clean
from tests.ingest.documents_written_here import item, rss
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


def test_a_further_guid_that_is_given_to_two_posts_with_one_address_is_of_none_alone(db: Database) -> None:
    poll(db, post("a", 1), now=NOW)
    poll(db, post("b", 1), now=LATER)
    poll(db, post("b", 1), post("b", 2, url=post("b", 1).url), now=LATER_STILL)
    assert guids(db) == ["a", "b#Post 2 2025-06-02T12:00:00Z"]


def test_an_entry_and_its_alias_stand_beside_another_with_its_guid(db: Database) -> None:
    address = post("a", 2).url
    poll(db, post("a", 1, url=address), now=NOW)
    poll(db, post("a", 1, url=address), post("a", 2), now=LATER)
    for now in (LATER_STILL, "2026-01-04T00:00:00Z"):
        poll(db, post("b", 1, url=address), post("a", 2), now=now)
        assert guids(db) == ["a", "a#Post 2 2025-06-02T12:00:00Z"]
        assert [rule for _, _, rule, _ in aliases(db)] == ["address"]


def test_guids_that_are_places_in_the_document_are_of_no_post(db: Database) -> None:
    for newest in range(2, 7):
        said = [post(f"item-{place}", newest - place) for place in range(min(newest, 4))]
        poll(db, *said, now=f"2026-01-{newest:02}T00:00:00Z")
    assert [row["title"] for row in db["entries"].rows] == [f"Post {number}" for number in (2, 1, 3, 4, 5, 6)]
    assert db["revisions"].count == 0


def test_nor_do_they_edit_a_post_that_is_edited_among_them(db: Database) -> None:
    poll(db, post("item-0", 2), post("item-1", 1), now=NOW)
    poll(db, post("item-0", 3), post("item-1", 2), now=LATER)
    poll(db, post("item-0", 3), post("item-1", 2, text="Other words."), now=LATER_STILL)
    assert [row["title"] for row in db["entries"].rows] == ["Post 2", "Post 1", "Post 3"]
    assert next(row["text"] for row in db["contents"].rows) == "Other words."


def test_one_guid_of_posts_that_come_alone_and_have_nothing_in_common_is_of_none(db: Database) -> None:
    poll(db, post("x", 1, text="Of rivers and of their names."), now=NOW)
    poll(db, post("x", 2, text="A harbour has no tides today."), now=LATER)
    poll(db, post("x", 1, text="Of rivers and of their names, again."), now=LATER_STILL)
    assert [row["title"] for row in db["entries"].rows] == ["Post 1", "Post 2"]


def test_a_post_of_which_all_but_its_words_changed_is_the_same(db: Database) -> None:
    poll(db, post("x", 1, text="Of rivers and of their names."), now=NOW)
    poll(db, post("x", 2, text="Of rivers and of all their names."), now=LATER)
    assert (guids(db), db["revisions"].count) == (["x"], 1)


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


def test_of_guids_that_are_new_each_time_the_first_are_kept_and_the_last(db: Database) -> None:
    """Rows that grew with each poll would outgrow the entries, and none of them is met again."""
    for number in range(110):
        poll(db, post(f"random:{number}"), now=f"2026-01-01T{number // 60:02}:{number % 60:02}:00Z")
    assert guids(db) == ["random:0"]
    kept = [guid for guid, _, _, _ in aliases(db)]
    assert kept == [*(f"random:{number}" for number in range(1, MOST_ALIASES)), "random:109"]


def test_posts_with_neither_date_nor_address_are_known_by_all_that_they_say(db: Database) -> None:
    bare = {"url": None, "published": None}
    poll(db, post("r:1", 2, **bare), post("r:2", 1, **bare), now=NOW)
    poll(db, post("r:3", 3, **bare), post("r:4", 2, **bare), post("r:5", 1, **bare), now=LATER)
    poll(db, post("r:6", 3, **bare), post("r:7", 2, **bare, text="Other words."), now=LATER_STILL)
    assert guids(db) == ["r:1", "r:2", "r:3", "r:7"]
    assert [(guid, entry, rule) for guid, entry, rule, _ in aliases(db)] == [
        ("r:4", 1, "title and date"),
        ("r:5", 2, "title and date"),
        ("r:6", 3, "title and date"),
    ]


def test_but_not_where_the_last_document_had_no_such_post(db: Database) -> None:
    bare = {"url": None, "published": None}
    for guid, number, now in (("r:1", 1, NOW), ("r:2", 2, LATER), ("r:3", 1, LATER_STILL)):
        poll(db, post(guid, number, **bare), now=now)
    assert guids(db) == ["r:1", "r:2", "r:3"]


def test_the_last_of_them_is_known_at_the_next_poll(db: Database) -> None:
    for number in range(MOST_ALIASES + 5):
        poll(db, post(f"random:{number}"), now=f"2026-01-01T00:{number:02}:00Z")
    moved = post(f"random:{number}", url="https://example.org/moved", title="Another", published=None)
    assert poll(db, moved, now=LATER_STILL).changed == 1
    assert guids(db) == ["random:0"]


def test_a_guid_of_a_megabyte_is_told_from_another_by_its_sum(db: Database) -> None:
    """What is stored of one is bounded, among aliases and former versions as well."""
    for now, end in ((NOW, "a"), (LATER, "b")):
        document = rss(item("g" * 1_000_000 + end).replace(f"/{'g' * 1_000_000}", "/"), url=URL)
        save(db, parse_and_clean(document, url=URL), url=URL, now=now, poll=OK)
    rows = [*db.query("SELECT guid FROM entries UNION ALL SELECT guid FROM entry_aliases")]
    assert len(rows) == 2 and all(len(row["guid"]) < 100 for row in rows)


def test_of_a_world_with_one_title_nothing_is_merged(db: Database) -> None:
    """Not with its address and its date either, where each is of several."""
    date = "2025-06-01T12:00:00Z"
    same: dict[str, Any] = {"title": "News", "text": "Read more.", "published": date}
    for day in range(1, 5):
        entries = [post(f"{day}:{n}", url=f"https://example.org/{day}/{n}", **same) for n in range(100)]
        assert poll(db, *entries, now=f"2026-01-0{day}T00:00:00Z").new == 100
    assert (db["entries"].count, db["entry_aliases"].count) == (400, 0)


FOOTNOTE = '<p>Words<a href="#n">1</a></p><p id="n">A note.</p>'


def footnoted(guid: str, html: str = FOOTNOTE) -> CleanFeed:
    return parse_and_clean(
        rss(item("1", f"<![CDATA[{html}]]>").replace(">1</guid>", f">{guid}</guid>")), url=URL
    )


def test_ids_within_a_text_are_no_edit_where_the_guid_is_another(db: Database) -> None:
    """They begin with what is derived from the guid."""
    for guid, now in (("a1", NOW), ("a2", LATER), ("a3", LATER_STILL)):
        assert save(db, footnoted(guid), url=URL, now=now, poll=OK).changed == 0
    assert (guids(db), len(aliases(db)), db["revisions"].count) == (["a1"], 2, 0)


def test_nor_are_they_where_two_are_made_one_or_two_again(db: Database) -> None:
    for guid, now in (("a1", NOW), ("a2", LATER)):
        save(db, footnoted(guid), url=URL, now=now, poll=OK)
    split_from(db, 1, LATER)
    assert save(db, footnoted("a2"), url=URL, now=LATER_STILL, poll=OK).changed == 0
    merge_entries(db, 1, 2, LATER_STILL)
    assert save(db, footnoted("a2"), url=URL, now=LATER_STILL, poll=OK).changed == 0
    assert (guids(db), db["revisions"].count) == (["a1"], 0)
    edited = footnoted("a2", FOOTNOTE.replace("Words", "Other words"))
    assert save(db, edited, url=URL, now="2026-01-05T00:00:00Z", poll=OK).changed == 1
    split_from(db, 2, LATER_STILL)
    assert save(db, edited, url=URL, now="2026-01-06T00:00:00Z", poll=OK).changed == 0
    assert db["revisions"].count == 1


TIMES = [f"2026-01-0{day}T00:00:00Z" for day in range(1, 6)]


def anew(poll_number: int, posts: Sequence[tuple[int, str]]) -> list[CleanEntry]:
    """Posts with the dates, under guids that no document had before."""
    return [post(f"{poll_number}:{number}", number, published=date) for number, date in posts]


def fetched(db: Database, entries: Sequence[CleanEntry], now: str) -> None:
    poll(db, *entries, now=now)


def imported(db: Database, entries: Sequence[CleanEntry], now: str) -> None:
    document = pack(ReceivedDocument(now.encode(), now, URL, "import"), URL)
    save(db, clean_feed(*entries), url=URL, now=now, document=document)


@pytest.mark.parametrize("came", [fetched, imported])
@pytest.mark.parametrize("hours", [1, -1])
def test_of_a_feed_whose_guids_are_new_and_dates_move_by_an_hour_none_is_doubled(
    db: Database, came: Callable[[Database, Sequence[CleanEntry], str], None], hours: int
) -> None:
    for number, now in enumerate(TIMES):
        dates = [(day, f"2025-06-0{day}T{12 + hours * number:02}:00:00Z") for day in (5, 4, 3, 2, 1)]
        came(db, anew(number, dates), now)
    assert db["entries"].count == 5


@pytest.mark.parametrize("came", [fetched, imported])
def test_nor_of_one_that_dates_all_of_them_now(
    db: Database, came: Callable[[Database, Sequence[CleanEntry], str], None]
) -> None:
    for number, now in enumerate(TIMES):
        came(db, anew(number, [(day, now) for day in range(3 + number, 0, -1)]), now)
    assert db["entries"].count == 3 + len(TIMES) - 1


def test_a_weekly_repost_stands_apart_though_the_document_before_had_the_last_one(db: Database) -> None:
    for week, now in enumerate(TIMES):
        poll(db, post(f"r{week}", 1, published=f"2025-0{week + 1}-01T12:00:00Z"), post("b", 2), now=now)
    assert db["entries"].count == len(TIMES) + 1


def test_so_does_one_of_a_feed_that_shows_no_more_than_that(db: Database) -> None:
    for week, now in enumerate(TIMES):
        poll(db, post(f"r{week}", 1, published=f"2025-0{week + 1}-01T12:00:00Z"), now=now)
    assert db["entries"].count == len(TIMES)


def test_so_does_one_that_stands_beside_it(db: Database) -> None:
    poll(db, post("a", 1), post("b", 2), now=NOW)
    poll(db, post("c", 1, published="2025-06-01T13:00:00Z"), post("a", 1), post("b", 2), now=LATER)
    assert guids(db) == ["a", "b", "c"]


def test_two_told_from_others_with_their_guid_are_two_though_a_rule_took_them_for_one(db: Database) -> None:
    poll(db, post("a", 1), post("b", 9), now=TIMES[0])
    moved = post("2", 1, url="https://example.org/moved")
    for now, one in ((TIMES[1], post("2", 1)), (TIMES[2], moved)):
        poll(db, one, post("2", 7), now=now)
    assert [guid for guid, entry, _, _ in aliases(db) if entry == 1] == [
        "2#https://example.org/1",
        "2#https://example.org/moved",
    ]
    poll(db, post("2", 1), moved, now=TIMES[3])
    assert [rule for _, _, rule, _ in aliases(db)] == ["split", "split"]
    assert sorted(guids(db)) == [
        "2#https://example.org/1",
        "2#https://example.org/7",
        "2#https://example.org/moved",
        "a",
        "b",
    ]


def test_a_post_that_shares_its_guid_is_none_that_stood_beside_it(db: Database) -> None:
    poll(db, post("1", 1), post("2", 1), now=TIMES[0])
    poll(db, post("1", 5), now=TIMES[1])
    poll(db, post("1", 1), post("1", 5), now=TIMES[2])
    assert guids(db) == ["1", "2", "1#https://example.org/1"]


def test_nor_is_it_one_where_the_document_before_had_that_alone(db: Database) -> None:
    """And but for an hour nothing is another."""
    poll(db, post("1", 1), post("2", 1), now=TIMES[0])
    poll(db, post("1", 5), post("2", 1), now=TIMES[1])
    poll(db, post("1", 1, published="2025-06-01T13:00:00Z"), post("1", 5), now=TIMES[2])
    assert guids(db) == ["1", "2", "1#https://example.org/1"]


def test_a_post_goes_before_the_entry_that_another_with_its_guid_was_found_to_be(db: Database) -> None:
    """Also where it was edited since."""
    poll(db, post("a", 1), now=TIMES[0])
    poll(db, post("b", 1), now=TIMES[1])
    poll(db, post("b", 1), post("b", 2, title="Post 1"), now=TIMES[2])
    poll(db, post("b", 2, title="Post 1", text="Edited."), now=TIMES[3])
    assert [row["text"] for row in db["contents"].rows] == ["The words of 1.", "Edited."]


def test_a_document_of_a_feed_whose_guids_are_new_each_time_makes_no_entry_when_it_is_read_again(
    db: Database,
) -> None:
    """Its guids may be among those of which no row was kept."""
    documents = [clean_feed(post(f"{n}:1", 1), post(f"{n}:2", 2)) for n in range(MOST_ALIASES + 5)]
    for n, feed in enumerate(documents):
        now = f"2026-01-01T00:{n:02}:00Z"
        save(
            db,
            feed,
            url=URL,
            now=now,
            poll=OK,
            document=pack(ReceivedDocument(b"%d" % n, now, URL, "poll"), URL),
        )
    for number, feed in enumerate(documents, 1):
        assert save_reread(db, 1, number, feed, READER + 1).new == frozenset()
    assert db["entries"].count == 2
