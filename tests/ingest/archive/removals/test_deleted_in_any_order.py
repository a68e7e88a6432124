"""What a document says was deleted is removed then, also where documents of before are saved after it."""

from collections.abc import Sequence
from itertools import permutations

import pytest
from sqlite_utils import Database

from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.clean.feed import clean
from ingest.parse.document import parse
from tests.ingest.archive.removals.test_cases import ATOM, ENTRY

URL = "https://example.org/feed"
FIRST, SECOND = (ENTRY.format(id=id) for id in (1, 2))
DELETED = '<at:deleted-entry ref="tag:2" when="2025-01-05T01:00:00Z"/>'
HAS_IT, STATES, STATES_AGAIN, HAS_IT_AGAIN = SECOND + FIRST, FIRST + DELETED, DELETED + FIRST, FIRST + SECOND
STORED = """
SELECT entries.removed, removals.last_seen, removals.missing_since, removals.looks, rule
FROM entries JOIN removals ON removals.entry = entries.id WHERE returned IS NULL
"""


def hour(number: int) -> str:
    return f"2025-01-05T{number:02}:00:00Z"


def take_in(db: Database, parts: str, at: int, dated: bool = True) -> int:
    feed = clean(parse(ATOM.format(parts=parts).encode()))
    return save(db, feed, url=URL, now=hour(at), dated=dated).removed


def stored(db: Database) -> list[tuple[object, ...]]:
    return db.execute(STORED).fetchall()


def test_an_entry_is_removed_whose_deletion_was_stated_by_a_later_document_saved_before(db: Database) -> None:
    take_in(db, STATES, 3)
    assert take_in(db, HAS_IT, 0) == 1
    assert stored(db) == [(hour(3), hour(0), hour(3), 1, "tombstone")]


@pytest.mark.parametrize("order", [*permutations([(HAS_IT, 0), (STATES, 3), (STATES_AGAIN, 6)])])
def test_it_is_removed_by_the_first_that_states_it_in_any_order(
    db: Database, order: Sequence[tuple[str, int]]
) -> None:
    for parts, at in order:
        take_in(db, parts, at)
    assert stored(db) == [(hour(3), hour(0), hour(3), 1, "tombstone")]


@pytest.mark.parametrize("order", [*permutations([(HAS_IT, 0), (STATES, 3), (HAS_IT_AGAIN, 6)])])
def test_what_a_later_document_has_again_is_not_removed_in_any_order(
    db: Database, order: Sequence[tuple[str, int]]
) -> None:
    for parts, at in order:
        take_in(db, parts, at)
    assert stored(db) == []
    assert db.execute("SELECT count(removed) FROM entries").fetchone() == (0,)


def test_what_was_updated_after_it_was_deleted_is_not_removed(db: Database) -> None:
    take_in(db, STATES.replace("2025-01-05T01", "2025-01-01T01"), 3)
    take_in(db, HAS_IT, 0)
    assert stored(db) == []


def test_a_deletion_is_stored_once_as_the_first_document_stated_it(db: Database) -> None:
    for at in (6, 3, 9):
        take_in(db, STATES, at)
    assert db.execute("SELECT guid, deleted, seen FROM tombstones").fetchall() == [
        ("tag:2", hour(1), hour(3))
    ]


def test_an_earlier_deletion_of_what_was_published_again_is_not_when_it_was_removed(db: Database) -> None:
    take_in(db, HAS_IT.replace("2025-01-02T00", "2025-01-05T02"), 2)
    take_in(db, STATES.replace("T01", "T05"), 6)
    take_in(db, STATES, 3)
    assert stored(db) == [(hour(6), hour(2), hour(6), 1, "tombstone")]


def test_a_deletion_that_a_poll_found_holds_of_what_is_imported_from_before(db: Database) -> None:
    feed = clean(parse(ATOM.format(parts=STATES).encode()))
    save(db, feed, url=URL, now=hour(3), poll=Poll(200))
    assert take_in(db, HAS_IT, 0) == 1
    assert stored(db) == [(hour(3), hour(0), hour(3), 1, "tombstone")]
