"""What looks at documents prove of entries that an earlier release marked as removed."""

import pytest

from ingest.archive.removals.absences import EntryTimes
from ingest.archive.removals.proof import MarkedEntry, ProvenRemoval, Proving, ProvingDocument, ShownEntry
from ingest.archive.removals.tombstones import Tombstone

TEN, HALF_PAST, ELEVEN, TWELVE = (f"2025-02-01T{time}:00Z" for time in ("10:00", "10:30", "11:00", "12:00"))


def times(day):
    return EntryTimes(f"2025-01-{day:02}T00:00:00Z", None)


def shown(*days, tombstones=(), damaged=False, guid="{}"):
    entries = (ShownEntry(guid.format(day), f"/{day}", f"Post {day}", times(day), None) for day in days)
    return ProvingDocument(tuple(entries), tombstones, damaged)


def marked(day, *guids):
    return MarkedEntry(day, frozenset({str(day), *guids}), f"/{day}", f"Post {day}", times(day))


def proven(*looks, of=(2,), document=None):
    """What is proven of the entries of these days by looks: times and documents; None is the same again."""
    proving, found, last, number = Proving([marked(day) for day in of]), [], None, 0
    for at, one in looks:
        number += one is not None
        last = one or last
        found += proving.look(at, number, last)
    return found


def test_two_documents_an_hour_apart_prove_it():
    found = proven((TEN, shown(3, 2, 1)), (ELEVEN, shown(3, 1)), (TWELVE, shown(4, 3, 1)))
    assert found == [ProvenRemoval(2, ELEVEN, 2, "order")]


def test_a_confirmation_an_hour_later_proves_it():
    found = proven((TEN, shown(3, 2, 1)), (ELEVEN, shown(3, 1)), (TWELVE, None))
    assert found == [ProvenRemoval(2, ELEVEN, 2, "order")]


def test_a_tombstone_proves_it():
    found = proven((TEN, shown(3, 2, 1)), (HALF_PAST, shown(3, 1, tombstones=(Tombstone("2", TEN),))))
    assert found == [ProvenRemoval(2, HALF_PAST, 1, "tombstone")]


def test_a_document_of_one_entry_hides_nothing():
    looks = (TEN, shown(3, 2, 1)), (HALF_PAST, shown(4)), (ELEVEN, shown(3, 1)), (TWELVE, shown(4, 3, 1))
    assert proven(*looks) == [ProvenRemoval(2, ELEVEN, 2, "order")]


@pytest.mark.parametrize(
    "looks",
    [
        [(TEN, shown(3, 2, 1)), (ELEVEN, shown(3, 1))],
        [(TEN, shown(3, 2, 1)), (HALF_PAST, shown(3, 1)), (ELEVEN, shown(4, 3, 1))],
        [(TEN, shown(3, 2, 1)), (ELEVEN, shown(3, 1)), (TWELVE, shown(3, 2, 1))],
        [(TEN, shown(3, 2, 1)), (ELEVEN, shown(4, 3)), (TWELVE, shown(4, 3))],
        [(TEN, shown(9, 2, 5)), (ELEVEN, shown(9, 1, 5)), (TWELVE, shown(9, 1, 5))],
        [(TEN, shown(3, 2, 1)), (ELEVEN, shown(3, 1, damaged=True)), (TWELVE, shown(3, 1))],
        [(TEN, shown(3, 1)), (ELEVEN, shown(3, 1)), (TWELVE, shown(3, 1))],
    ],
    ids=[
        "one look",
        "within an hour",
        "it came back",
        "it dropped out",
        "ranked",
        "damaged",
        "it was not there",
    ],
)
def test_what_proves_nothing(looks):
    assert proven(*looks) == []


def test_an_entry_that_came_under_another_guid_was_not_removed():
    renamed = shown(3, 2, 1, guid="new {}")
    assert proven((TEN, shown(3, 2, 1)), (ELEVEN, renamed), (TWELVE, renamed), of=(1, 2, 3)) == []


def test_no_more_is_looked_at_where_nothing_can_be_proven_any_more():
    proving = Proving([marked(1)])
    proving.look(TEN, 1, shown(2, 1))
    assert proving.may_prove_more
    proving.look(ELEVEN, 2, shown(3, 2))
    assert not proving.may_prove_more
