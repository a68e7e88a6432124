"""A template that changes in all entries of a document: no edit, noted once, and each former HTML is rebuilt."""

import pytest
from sqlite_utils import Database

from ingest.archive.documents.warc.pack import pack
from ingest.archive.edits.template_changes import former_htmls
from ingest.archive.identity.merge import merge_entries, split_entry
from ingest.archive.polls import Poll
from ingest.archive.save import save, save_reread
from ingest.archive.saving.outcome import Saved
from ingest.base.models import CleanEntry, ReceivedDocument
from tests.ingest.values import LATER, LATER_STILL, NOW, clean_entry, clean_feed

URL = "https://example.org/feed.xml"
NUMBERS = (1, 2, 3)
PLAIN, FOOTER, BANNER = "{}", "{}<p>Read us.</p>", "<p>News.</p>{}<p>Read us.</p>"


def post(number: int, template: str, **values: object) -> CleanEntry:
    html = template.format(f"<p>Body {number}.</p>")
    return clean_entry(str(number), html=html, text=html, **values)


def posts(template: str, **values: object) -> list[CleanEntry]:
    return [post(number, template, **values) for number in NUMBERS]


def poll(db: Database, entries: list[CleanEntry], now: str) -> Saved:
    return save(db, clean_feed(*entries), url=URL, now=now, poll=Poll(status=200))


def capture(db: Database, entries: list[CleanEntry], at: str) -> Saved:
    document = pack(ReceivedDocument(repr(entries).encode(), at, URL, "import"), URL)
    return save(db, clean_feed(*entries), url=URL, now=at, document=document, dated=True)


def html_of(entries: list[CleanEntry]) -> list[str]:
    return [entry.html for entry in entries]


def stored(db: Database) -> list[str]:
    return [html for (html,) in db.execute("SELECT html FROM contents ORDER BY entry")]


def former(db: Database, which: int = 0) -> list[str]:
    return [former_htmls(db, number)[which].html for number in NUMBERS]


def test_it_is_no_edit_and_each_former_html_is_rebuilt_from_what_is_noted_once(db: Database) -> None:
    poll(db, posts(PLAIN), NOW)
    saved = poll(db, [*posts(FOOTER), clean_entry("new")], LATER)
    assert (saved.changed, db["revisions"].count, db["template_changes"].count) == (0, 0, 1)
    assert stored(db)[:3] == html_of(posts(FOOTER))
    assert former(db) == html_of(posts(PLAIN))


def test_a_document_of_unknown_time_tells_it_too(db: Database) -> None:
    for entries in (posts(PLAIN), posts(FOOTER)):
        save(db, clean_feed(*entries), url=URL, now=NOW)
    assert (db["revisions"].count, former(db)) == (0, html_of(posts(PLAIN)))


def test_one_after_another_is_undone_one_after_another(db: Database) -> None:
    for template, now in ((PLAIN, NOW), (FOOTER, LATER), (BANNER, LATER_STILL)):
        poll(db, posts(template), now)
    assert (former(db, 0), former(db, 1)) == (html_of(posts(FOOTER)), html_of(posts(PLAIN)))


def test_the_former_html_of_a_version_that_was_edited_since_is_rebuilt(db: Database) -> None:
    poll(db, posts(PLAIN), NOW)
    poll(db, posts(FOOTER), LATER)
    edited = [post(1, "<p>More.</p>{}<p>Read us.</p>"), *posts(FOOTER)[1:]]
    assert poll(db, edited, LATER_STILL).changed == 1
    assert former(db) == html_of(posts(PLAIN))


@pytest.mark.parametrize(
    "after",
    [
        [post(1, FOOTER, title="Another"), *posts(FOOTER)[1:]],
        [post(1, "{}<p>Another.</p>"), *posts(FOOTER)[1:]],
        posts("<p>Lost.</p>"),
    ],
)
def test_where_one_entry_is_edited_too_each_is_an_edit(db: Database, after: list[CleanEntry]) -> None:
    poll(db, posts(PLAIN), NOW)
    assert poll(db, after, LATER).changed == 3
    assert (db["revisions"].count, db["template_changes"].count) == (3, 0)


def test_where_one_entry_is_as_it_was_the_others_are_edited(db: Database) -> None:
    poll(db, [*posts(PLAIN), post(4, PLAIN)], NOW)
    assert poll(db, [*posts(FOOTER), post(4, PLAIN)], LATER).changed == 3


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)])
def test_captures_tell_it_in_any_order(db: Database, order: tuple[int, ...]) -> None:
    captures = [(posts(PLAIN), NOW), (posts(FOOTER), LATER), (posts(FOOTER, published=NOW), LATER_STILL)]
    for number in order:
        capture(db, *captures[number])
    assert (db["revisions"].count, db["template_changes"].count) == (0, 1)
    assert stored(db) == html_of(posts(FOOTER))
    assert former(db) == html_of(posts(PLAIN))


def test_reading_all_again_keeps_what_is_noted_and_makes_no_copies(db: Database) -> None:
    captures = [posts(PLAIN), posts(FOOTER)]
    for entries, at in zip(captures, (NOW, LATER), strict=True):
        capture(db, entries, at)
    for number, entries in enumerate(captures, 1):
        save_reread(db, 1, number, clean_feed(*entries), 99)
    assert (stored(db), db["revisions"].count) == (html_of(posts(FOOTER)), 0)
    assert former(db) == html_of(posts(PLAIN))


def test_so_it_is_where_an_entry_was_merged_into_another_since(db: Database) -> None:
    other = [clean_entry("other")]
    for entries, at in ((posts(PLAIN), NOW), (other, NOW), (posts(FOOTER), LATER)):
        capture(db, entries, at)
    merge_entries(db, 4, 1, LATER_STILL)
    before = db["revisions"].count
    save_reread(db, 1, 1, clean_feed(*posts(PLAIN)), 99)
    assert db["revisions"].count == before


def texts_of(db: Database, number: int) -> list[str]:
    return [one.html for one in former_htmls(db, number)]


@pytest.mark.parametrize(("entry", "gone"), [(1, 2), (2, 1)])
def test_a_merged_entry_has_the_former_html_of_both_and_a_split_gives_each_its_own(
    db: Database, entry: int, gone: int
) -> None:
    poll(db, posts(PLAIN), NOW)
    poll(db, posts(FOOTER), LATER)
    merge_entries(db, entry, gone, LATER_STILL)
    assert sorted(texts_of(db, entry)) == html_of(posts(PLAIN))[:2]
    assert texts_of(db, gone) == []
    split_entry(db, gone)
    assert former(db) == html_of(posts(PLAIN))


def test_what_changed_after_a_merge_goes_with_the_entry_that_said_it(db: Database) -> None:
    poll(db, posts(PLAIN), NOW)
    poll(db, [post(4, PLAIN), *posts(PLAIN)[1:]], LATER)
    merge_entries(db, 1, 4, LATER)
    poll(db, [post(4, FOOTER), *posts(FOOTER)[1:]], LATER_STILL)
    assert (db["template_changes"].count, texts_of(db, 1)) == (1, html_of([post(4, PLAIN)]))
    split_entry(db, 4)
    assert (texts_of(db, 1), texts_of(db, 4)) == ([], html_of([post(4, PLAIN)]))


def test_reading_again_what_came_before_keeps_the_html_of_the_part_that_changed(db: Database) -> None:
    capture(db, [*posts(PLAIN), post(4, PLAIN)], NOW)
    capture(db, posts(FOOTER), LATER)
    merge_entries(db, 1, 4, LATER_STILL)
    save_reread(db, 1, 1, clean_feed(post(4, PLAIN), *posts(PLAIN)), 99)
    assert stored(db)[0] == post(1, FOOTER).html
    assert texts_of(db, 1) == [post(1, PLAIN).html]
