"""Aliases that rules found, undone."""

import random
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.archive.file.opening import open_archive
from ingest.archive.identity.split_aliases import split_alias, split_feed, split_from
from ingest.cli.commands import main
from tests.ingest.identity.test_saved_under_other_guids import guids, poll, post
from tests.ingest.values import LATER, LATER_STILL, NOW

AFTER_ALL = "2026-01-04T00:00:00Z"
PAGES = range(1, 31)


def test_a_feed_whose_guids_all_changed_is_undone_at_once(db: Database) -> None:
    poll(db, *(post(f"old:{n}", n) for n in reversed(PAGES)), now=NOW)
    poll(db, *(post(f"new:{n}", n) for n in reversed(PAGES)), now=LATER)
    assert (db["entries"].count, db["entry_aliases"].count) == (30, 30)
    assert len(split_feed(db, 1, LATER_STILL)) == 30
    assert sorted(guids(db)) == sorted(f"{age}:{n}" for age in ("old", "new") for n in PAGES)


def test_what_was_split_is_not_taken_for_one_again(db: Database) -> None:
    poll(db, post("a1"), now=NOW)
    poll(db, post("a2"), now=LATER)
    split_from(db, 1, LATER_STILL)
    for guid in ("a2", "a1", "a2"):
        poll(db, post(guid), now=AFTER_ALL)
    assert guids(db) == ["a1", "a2"]


def test_versions_go_with_the_guid_that_they_came_under(db: Database) -> None:
    for text, guid, now in (("One", "a1", NOW), ("Two", "a2", LATER), ("Three", "a2", LATER_STILL)):
        poll(db, post(guid, text=text), now=now)
    split_from(db, 1, AFTER_ALL)
    rows = db.query("SELECT entry, text FROM revisions ORDER BY entry")
    assert [(row["entry"], row["text"]) for row in rows] == [(2, "Two")]
    rows = db.query("SELECT entry, text FROM contents ORDER BY entry")
    assert [(row["entry"], row["text"]) for row in rows] == [(1, "One"), (2, "Three")]


def presents(db: Database) -> list[tuple[str, str, str, str, str, str]]:
    rows = db.execute(
        """
        SELECT guid, title, published, text, first_seen, last_seen
        FROM entries JOIN contents ON entry = id ORDER BY first_seen
        """
    )
    return rows.fetchall()


THREE = ((NOW, "a1", "One"), (LATER, "a2", "Two"), (LATER_STILL, "a3", "Three"))


def three_in_a_row(db: Database) -> None:
    for day, (now, guid, text) in enumerate(THREE, 1):
        poll(db, post(guid, text=text, updated=f"2025-06-0{day}T12:00:00Z", tags=(text,)), now=now)
    assert guids(db) == ["a1"]


def test_each_of_three_guids_in_a_row_has_the_words_that_came_under_it(db: Database) -> None:
    three_in_a_row(db)
    split_from(db, 1, AFTER_ALL)
    assert [(guid, text, first, last) for guid, _, _, text, first, last in presents(db)] == [
        (guid, text, now, now) for now, guid, text in THREE
    ]
    tags = db.execute("SELECT name FROM entry_tags JOIN tags ON id = tag ORDER BY entry").fetchall()
    assert tags == [("One",), ("Two",), ("Three",)]
    assert db["revisions"].count == 0


def test_so_it_has_where_the_one_in_the_middle_alone_is_split(db: Database) -> None:
    three_in_a_row(db)
    [(alias,)] = db.execute("SELECT id FROM entry_aliases WHERE guid = 'a2'").fetchall()
    split_alias(db, 1, alias, AFTER_ALL)
    assert [(guid, text, last) for guid, _, _, text, _, last in presents(db)] == [
        ("a1", "Three", LATER_STILL),
        ("a2", "Two", LATER),
    ]
    assert [row["text"] for row in db["revisions"].rows] == ["One"]


def test_words_that_came_under_two_guids_are_of_both(db: Database) -> None:
    for now, guid, text in ((NOW, "a1", "One"), (LATER, "a2", "One"), (LATER_STILL, "a2", "Two")):
        poll(db, post(guid, text=text), now=now)
    split_from(db, 1, AFTER_ALL)
    assert [(guid, text) for guid, _, _, text, _, _ in presents(db)] == [("a1", "One"), ("a2", "Two")]


def test_an_alias_that_is_the_guid_of_its_entry_is_none_to_be_split(db: Database) -> None:
    """As was stored of guids that end with "#"."""
    poll(db, post("a1"), now=NOW)
    db.execute(
        "INSERT INTO entry_aliases (feed, guid, entry, rule, at) VALUES (1, 'a1', 1, 'guid', ?)", (NOW,)
    )
    db.conn.commit()
    assert (split_from(db, 1, AFTER_ALL), guids(db)) == ([], ["a1"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["a1", "a2", "a3", "a4"]), min_size=2, max_size=8), st.randoms())
def test_whatever_guids_were_taken_for_one_each_has_its_own_words_again(
    sequence: list[str], by: random.Random
) -> None:
    with tempfile.TemporaryDirectory() as folder, open_archive(Path(folder) / "an.db", create=True) as db:
        words_are_their_own(db, sequence, by)


def words_are_their_own(db: Database, sequence: list[str], by: random.Random) -> None:
    for number, guid in enumerate(sequence):
        poll(db, post(guid, text=f"Words {number}"), now=f"2026-01-01T{number:02}:00:00Z")
    assert guids(db) == sequence[:1]
    split = db.execute("SELECT id FROM entry_aliases").fetchall()
    by.shuffle(split)
    for (alias,) in split:
        split_alias(db, 1, alias, AFTER_ALL)
    last = {guid: number for number, guid in enumerate(sequence)}
    assert {(guid, text, last) for guid, _, _, text, _, last in presents(db)} == {
        (guid, f"Words {number}", f"2026-01-01T{number:02}:00:00Z") for guid, number in last.items()
    }
    kept = "SELECT entries.guid, revisions.text FROM revisions JOIN entries ON entries.id = entry"
    assert sorted(db.execute(kept).fetchall()) == sorted(
        (guid, f"Words {number}") for number, guid in enumerate(sequence) if last[guid] != number
    )


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "an.db"
    with closing(open_archive(path, create=True)) as db:
        poll(db, post("a", 1), post("b", 2), now=NOW)
    return path


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_commands_merge_and_split(archive: Path) -> None:
    code, said, _ = run("merge", archive, 1, 2)
    assert (code, said) == (
        0,
        f"Entry 2 is part of entry 1 now. Undo it with: feedsette split {archive} 2\n",
    )
    assert run("split", archive, 2)[:2] == (0, "1 entry of its own again: 2\n")
    with closing(open_archive(archive)) as db:
        assert guids(db) == ["a", "b"]


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("merge", 1, 9), 2, "The archive has no entry 9."),
        (("split", 1), 1, "Nothing was taken for one with another: 1."),
        (("split",), 2, "Name entries, or a feed with --feed."),
        (("split", "--feed", "nowhere"), 2, "The archive has no feed nowhere."),
    ],
)
def test_what_cannot_be_done_is_said(
    archive: Path, arguments: tuple[object, ...], code: int, why: str
) -> None:
    command, *rest = arguments
    ended, _, said = run(command, archive, *rest)
    assert (ended, why in said) == (code, True)
