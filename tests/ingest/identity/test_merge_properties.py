"""Whatever is merged, and in whichever order it is split: all rows of all tables are as they were."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.archive.file.opening import open_archive
from ingest.archive.identity.entry_rows import with_whole_texts
from ingest.archive.identity.merge import merge_entries, split_entry
from ingest.archive.identity.split_aliases import split_from
from ingest.base.models import Credit, Enclosure, Link, Media, Source, StoredExtra
from tests.ingest.identity.test_saved_under_other_guids import poll, post

NUMBERS = range(1, 7)
MERGED = "2026-02-01T00:00:00Z"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Six entries with all that an entry can have, which link to each other, came twice and changed their guids."""
    path: Path = tmp_path_factory.mktemp("merged") / "archive.db"
    with open_archive(path, create=True) as db:
        for day, age in enumerate(("old", "new", "newer"), 1):
            poll(db, *(_post(age, number, day) for number in NUMBERS), now=f"2026-01-0{day}T00:00:00Z")
        yield db


def _post(age: str, number: int, day: int) -> Any:
    guid = f"{age}:{number}" if number % 2 else f"{number}"
    to = number % len(NUMBERS) + 1
    return post(
        guid,
        number,
        text=f"The words of {number}." if number % 3 else f"The words of {number} on day {day}.",
        authors=(f"Ann {number}", "Bo"),
        tags=("x", f"t{number}"),
        enclosures=(Enclosure(f"https://example.org/{number}.mp3", "audio/mpeg", number),),
        media=(
            Media("image", f"https://example.org/{number}.png", width=number),
            Media("chapter", start=1.5),
        ),
        credits=(Credit("Cleo", "guest"),),
        source=Source(f"Source {number % 2}", f"https://source.example/{number % 2}"),
        links=tuple(Link(f"https://example.org/{n}", "example.org", f"to {n}") for n in (to, 7 - number)),
        comments_url=f"https://example.org/{number}#comments",
        summary=f"<p>Summary {number}</p>",
        summary_text=f"Summary {number}",
        extra=StoredExtra(json.dumps({"dc:rights": [str(number)]})),
    )


def all_rows(db: Database) -> dict[str, list[str]]:
    tables = [name for name in db.table_names() if "fts" not in name]
    return {name: sorted(map(repr, db.execute(f'SELECT * FROM "{name}"'))) for name in tables}  # noqa: S608


def fail_on_disagreement(db: Database) -> None:
    db.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")


pairs = st.lists(st.tuples(st.sampled_from(NUMBERS), st.sampled_from(NUMBERS)), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=pairs, order=st.permutations(NUMBERS))
@example(pairs=[(3, 4), (5, 2), (1, 3)], order=[1, 2, 3, 4, 5, 6])
@example(pairs=[(5, 2), (3, 5), (4, 1)], order=[4, 3, 5, 1, 2, 6])
@example(pairs=[(2, 3), (5, 6), (1, 5)], order=[1, 2, 3, 4, 5, 6])
@example(pairs=[(5, 2), (3, 5), (1, 4)], order=[5, 4, 2, 1, 3, 6])
@example(pairs=[(2, 5), (3, 2), (1, 4)], order=[1, 2, 3, 4, 5, 6])
def test_a_split_in_any_order_restores_all_rows_exactly(
    db: Database, pairs: list[tuple[int, int]], order: list[int]
) -> None:
    before = all_rows(db)
    db.conn.execute("BEGIN")
    try:
        merged = _merge(db, pairs)
        for number in order:
            if number in merged:
                split_entry(db, number)
        assert all_rows(db) == before
        fail_on_disagreement(db)
    finally:
        db.conn.rollback()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=pairs, kept=st.sets(st.sampled_from(NUMBERS)))
def test_what_is_not_split_is_as_if_nothing_else_had_been_merged(
    db: Database, pairs: list[tuple[int, int]], kept: set[int]
) -> None:
    """But for the times and numbers of the merges and what was kept of them."""
    db.conn.execute("BEGIN")
    try:
        merged = _merge(db, pairs)
        for number in merged - kept:
            split_entry(db, number)
        formers = {row["id"] for row in db["former_entries"].rows}
        assert formers == merged & kept
        assert {row["id"] for row in db["entries"].rows} == {*NUMBERS} - formers
        assert not db.execute(
            "SELECT 1 FROM former_entries WHERE entry NOT IN (SELECT id FROM entries)"
        ).fetchall()
    finally:
        db.conn.rollback()


def test_all_that_was_merged_into_an_entry_is_split_by_its_number(db: Database) -> None:
    db.conn.execute("BEGIN")
    try:
        before = all_rows(db)["entries"]
        db.execute("DELETE FROM entry_aliases")  # what rules found would be undone as well
        _merge(db, [(1, 2), (3, 1), (3, 4), (5, 6)])
        assert sorted(split_from(db, 3, MERGED)) == [1, 2, 4]
        split_from(db, 5, MERGED)
        assert all_rows(db)["entries"] == before
    finally:
        db.conn.rollback()


def test_what_is_kept_of_merges_grows_with_their_number_alone(db: Database) -> None:
    """The rows of what was merged before are not kept in the rows of the next, and in those of that once more."""
    db.conn.execute("BEGIN")
    try:
        _merge(db, [(1, number) for number in NUMBERS])
        sizes = [len(row["present"]) for row in db["former_entries"].rows]
        assert max(sizes) < 8 * min(sizes)
    finally:
        db.conn.rollback()


def test_versions_that_have_their_text_from_another_are_whole() -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "contents": [{"html": "<p>now</p>", "text": "now"}],
        "revisions": [
            {"id": 1, "html": None, "text": None, "text_from": 2},
            {"id": 2, "html": "<p>then</p>", "text": "then", "text_from": None},
            {"id": 3, "html": None, "text": None, "text_from": 0},
        ],
    }
    whole = with_whole_texts(rows)["revisions"]
    assert [(row["text"], row["text_from"]) for row in whole] == [
        ("then", None),
        ("then", None),
        ("now", None),
    ]


def _merge(db: Database, pairs: list[tuple[int, int]]) -> set[int]:
    """Merge each of the pairs that are entries still, and say which were merged into others."""
    merged: set[int] = set()
    for entry, former in pairs:
        if entry != former and not merged & {entry, former}:
            merge_entries(db, entry, former, MERGED)
            merged.add(former)
    return merged
