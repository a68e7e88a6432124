"""A field of CleanEntry is stored, compared and kept in revisions without being named for each of these."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from sqlite_utils import Database

from ingest.archive.changes import Verdict, decide, version
from ingest.archive.columns import ENTRY_COLUMNS, OTHER
from ingest.archive.save import save
from ingest.base.models import CleanEntry, Credit, Enclosure, Link, Media, Source
from tests.ingest.values import LATER, NOW, clean_entry, clean_feed

URL = "https://example.org/feed.xml"
BY_THE_ARCHIVE = {
    "id",
    "feed",
    "guid",
    "date",
    "date_from",
    "date_corrected",
    "shortened",
    "first_seen",
    "last_seen",
    "removed",
    "year",
    "month",
    "missing_since",
    "looks",
}
STORED_BESIDE = {"source", "comments"}
ANOTHER: dict[str, Any] = {
    "authors": ("Another",),
    "tags": ("another",),
    "enclosures": (Enclosure("https://example.org/another.mp3", "audio/mpeg", 5),),
    "links": (Link("https://example.net/another", "example.net", "another"),),
    "words": 77,
    "media": (Media("image", "https://example.org/another.png", description="another", width=5),),
    "credits": (Credit("Another", "guest"),),
    "source": Source("another", "https://example.net/"),
    "duration": 61.5,
    "season": 2,
    "episode": 3,
    "latitude": 1.5,
    "longitude": -2.5,
}
NO_EDIT = {"guid", "guid_derived", "fingerprint", "text", "excerpt", "words", "links", "comments", "extra"}
# Which are not read: alone they are no edit, by issue 15. See ingest.archive.edits.
NOT_READ = {"published", "posted", "updated", "published_text", "tags", "language"}


def different(name: str) -> CleanEntry:
    """An entry like clean_entry() but in this field, from another document."""
    return replace(clean_entry(), **{name: ANOTHER.get(name, "another"), "fingerprint": "another"})


def test_every_column_of_entries_is_stated_or_the_archive_s_own(db: Database) -> None:
    assert {column.name for column in db["entries"].columns} == (
        {*ENTRY_COLUMNS} | BY_THE_ARCHIVE | STORED_BESIDE
    )


@pytest.mark.parametrize("name", sorted({field.name for field in fields(CleanEntry)} - NO_EDIT - NOT_READ))
def test_what_differs_in_any_field_is_an_edit_of_which_both_versions_are_kept(
    db: Database, name: str
) -> None:
    save(db, clean_feed(clean_entry()), url=URL, now=NOW)
    assert save(db, clean_feed(different(name)), url=URL, now=LATER).changed == 1
    [revision] = db["revisions"].rows
    kept = json.loads(revision["other"])[name] if name in OTHER else revision[name]
    before = getattr(clean_entry(), name)
    assert kept == (list(before) if isinstance(before, tuple) else before)
    again = save(db, clean_feed(replace(different(name), fingerprint="a third")), url=URL, now=LATER)
    assert again.unchanged == 1  # so that what is stored reads as what was saved


@pytest.mark.parametrize("name", sorted({"excerpt", "words", "links"}))
def test_what_follows_from_the_rest_is_no_edit(name: str) -> None:
    assert decide(version(different(name)), version(clean_entry()), [], True) is Verdict.TOUCHED


def test_a_revision_from_before_a_column_was_there_is_known_again_by_the_others() -> None:
    incoming, stored = version(clean_entry(text="before")), version(clean_entry(text="after"))
    kept = {name: value for name, value in incoming.other.items() if name != "language"}
    earlier = replace(incoming, fingerprint="of the document then", other=kept)
    assert decide(incoming, stored, [earlier], current=False) is Verdict.UNCHANGED
