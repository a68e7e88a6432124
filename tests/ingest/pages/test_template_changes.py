"""What pages say of templates that changed: a line for each day, not a version of each entry."""

from sqlite_utils import Database

from ingest.archive.identity.merge import merge_entries
from ingest.pages.template_changes import (
    ShownTemplateChange,
    load_template_changes,
    template_changes_of_feed,
)
from tests.ingest.archive.edits.test_saving_templates import BANNER, FOOTER, PLAIN, poll, posts
from tests.ingest.values import LATER, LATER_STILL, NOW, clean_entry


def test_an_entry_says_when_its_template_changed_and_what_came_in(db: Database) -> None:
    poll(db, posts(PLAIN), NOW)
    poll(db, [*posts(FOOTER), clean_entry("new")], LATER)
    poll(db, [*posts(BANNER)], LATER_STILL)
    found = load_template_changes(db.conn, 1)
    assert found == (
        ShownTemplateChange(2, LATER_STILL, 3, "News."),
        ShownTemplateChange(1, LATER, 3, "Read us."),
    )
    assert load_template_changes(db.conn, 4) == ()


def test_markup_alone_brings_no_words(db: Database) -> None:
    poll(db, posts("<p>News.</p>{}"), NOW)
    poll(db, posts("<h2>News.</h2>{}"), LATER)
    assert load_template_changes(db.conn, 1) == (ShownTemplateChange(1, LATER, 3, ""),)


def test_a_feed_says_it_of_all_its_entries(db: Database) -> None:
    poll(db, posts(PLAIN), NOW)
    poll(db, posts(FOOTER), LATER)
    assert template_changes_of_feed(db.conn, 1) == (ShownTemplateChange(1, LATER, 3, "Read us."),)
    assert template_changes_of_feed(db.conn, 2) == ()


def test_an_entry_that_another_was_merged_into_says_it_of_both(db: Database) -> None:
    poll(db, [*posts(PLAIN), clean_entry("new", published="2025-01-01T00:00:00Z")], NOW)
    poll(db, posts(FOOTER), LATER)
    merge_entries(db, 4, 1, LATER_STILL)
    assert [change.at for change in load_template_changes(db.conn, 4)] == [LATER]


def test_an_archive_of_an_older_release_knows_of_none(db: Database) -> None:
    db.execute("DROP TABLE template_changes")
    assert load_template_changes(db.conn, 1) == template_changes_of_feed(db.conn, 1) == ()
