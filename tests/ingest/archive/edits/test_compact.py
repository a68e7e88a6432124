"""What an archive of before noise was known has too many of, and what is left when it is gone."""

import json

import pytest
from sqlite_utils import Database

from ingest.archive.changes import version
from ingest.archive.documents.said_by import SaidBy
from ingest.archive.edits.compact import FeedNoise, noise_by_feed, noise_revisions, remove_noise
from ingest.archive.revisions import insert_revision
from ingest.archive.save import save
from tests.ingest.values import clean_entry, clean_feed

DAY = "2026-01-0{}T00:00:00Z"


@pytest.fixture
def archive(db: Database) -> Database:
    """An entry whose date moved three times, and whose text was edited between."""
    save(
        db,
        clean_feed(clean_entry("1", text="new", published=DAY.format(4))),
        url="https://example.org/",
        now=DAY.format(1),
    )
    for day, text in enumerate(("old", "old", "new"), 1):
        was = version(clean_entry("1", text=text, published=DAY.format(day)), DAY.format(day))
        insert_revision(db, 1, was, DAY.format(day + 1), "edit", SaidBy())
    return db


def test_a_revision_that_differs_from_the_next_in_its_date_alone_is_noise(archive):
    assert [(one.id, one.followed_by, one.reason) for one in noise_revisions(archive, 1)] == [
        (3, None, "dates"),
        (1, 2, "dates"),
    ]


def test_they_are_counted_by_feed_and_rule(archive):
    [said] = noise_by_feed(archive)
    assert said == FeedNoise(1, "An example", "dates", 2, said.bytes)
    assert said.bytes > 0


def test_to_list_them_changes_nothing(archive):
    before = list(archive.conn.iterdump())
    noise_by_feed(archive)
    assert list(archive.conn.iterdump()) == before


def test_what_stays_has_its_text_and_was_there_since_the_noise_before_it(archive):
    assert list(remove_noise(archive)) == [2]
    [left] = archive.query("SELECT id, text, seen, replaced, other FROM versions WHERE kind = 'edit'")
    assert (left["id"], left["text"], left["seen"], left["replaced"]) == (
        2,
        "old",
        DAY.format(1),
        DAY.format(3),
    )
    assert json.loads(left["other"])["published"] == DAY.format(2)
    [present] = archive.query("SELECT text, seen FROM versions WHERE kind = 'present'")
    assert present == {"text": "new", "seen": DAY.format(3)}


def test_to_remove_them_again_removes_nothing(archive):
    assert sum(remove_noise(archive)) == 2
    assert sum(remove_noise(archive)) == 0


def test_a_former_reading_stays(archive):
    archive.execute("UPDATE revisions SET kind = 'reading' WHERE id = 1")
    assert [one.id for one in noise_revisions(archive, 1)] == [3]
