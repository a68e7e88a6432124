import pytest

from ingest.archive.removals.absences import EntryTimes
from ingest.archive.removals.tombstones import Tombstone, tombstones_in
from ingest.base.models import StoredExtra
from ingest.clean.extra import MOST_OF_A_FEED, stored_extra

AT = "2025-01-02T00:00:00Z"


def found(*elements):
    return tombstones_in(stored_extra(elements, MOST_OF_A_FEED))


def deleted(**attributes):
    return {"at:deleted-entry": {f"@{name}": value for name, value in attributes.items()}}


def test_a_deleted_entry_and_when_it_was_deleted():
    extra = {"atom:id": "x"}, deleted(ref="tag:b", when="2025-01-02T02:00:00.5+02:00")
    assert found(*extra) == (Tombstone("tag:b", AT),)


@pytest.mark.parametrize(
    ("said", "comment"),
    [
        ("Taken down:  <lawyers>", "Taken down: <lawyers>"),
        ({"@type": "html", "#": "Taken <b>down</b>"}, "Taken down"),
        (" ", None),
        ({"@type": "xhtml", "#": [{"xhtml:div": "Taken down"}]}, None),
        (["?"], None),
    ],
)
def test_the_comment_of_a_tombstone_is_text(said, comment):
    element = deleted(ref="tag:b", when=AT)
    element["at:deleted-entry"]["#"] = [{"at:by": {"#": [{"atom:name": "Ed"}]}}, {"at:comment": said}]
    assert [one.comment for one in found(element)] == [comment]


@pytest.mark.parametrize(
    "element",
    [
        {"at:deleted-entry": "words alone"},
        deleted(ref="tag:b"),
        deleted(when=AT),
        deleted(ref=" ", when=AT),
        deleted(ref="tag:b", when="yesterday"),
        deleted(ref="tag:b", when="2025-01-02T00:00:00"),
        deleted(ref="tag:b", when="0001-01-01T00:00:00+14:00"),
    ],
)
def test_what_says_no_entry_or_no_time_is_no_tombstone(element):
    assert found(element) == ()


def test_a_feed_that_says_nothing_has_none():
    assert tombstones_in(None) == ()
    assert tombstones_in(StoredExtra("[]")) == ()


@pytest.mark.parametrize(
    ("published", "updated", "holds"),
    [
        ("2025-01-01T00:00:00Z", None, True),
        (None, None, True),
        ("2025-01-01T00:00:00Z", "2025-01-03T00:00:00Z", False),
    ],
)
def test_it_holds_of_what_was_not_updated_afterwards(published, updated, holds):
    assert Tombstone("tag:b", AT).is_of(EntryTimes(published, updated)) is holds
