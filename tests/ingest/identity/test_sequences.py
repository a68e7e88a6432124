"""Whatever a feed does, and in whatever order its documents come: nothing is lost, nothing merged that was two."""

import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.archive.edits.template_changes import former_htmls
from ingest.archive.file.opening import open_archive
from ingest.base.html_tokens import TAG
from tests.ingest.identity.publisher import Edition, Post, editions, with_new_guids
from tests.ingest.identity.replay import count_entries, former_versions, poll, take_in_captures

FEW = settings(max_examples=25)


def polled(folder: str, made: Sequence[Edition]) -> Database:
    db = open_archive(Path(folder, "polled.db"), create=True)
    poll(db, [edition.timed() for edition in made])
    return db


def imported(folder: str, made: Sequence[Edition], name: str = "imported") -> Database:
    """Each archive has a folder of its own, since its documents are kept beside it."""
    Path(folder, name).mkdir()
    db = open_archive(Path(folder, name, "archive.db"), create=True)
    take_in_captures(db, [edition.timed() for edition in made])
    return db


def texts_kept(db: Database) -> set[tuple[str, str]]:
    """The titles and texts of all versions, with those that are no more, and those before a template changed."""
    rows = db.execute(
        f"""
        SELECT title, text FROM entries JOIN contents ON entry = id
        UNION SELECT title, text FROM {former_versions(db)}
        """  # noqa: S608
    )
    entries = db.execute("SELECT id, title FROM entries").fetchall()
    former = {(title, TAG.sub("", one.html)) for number, title in entries for one in former_htmls(db, number)}
    return set(rows.fetchall()) | former


def texts_said(made: Sequence[Edition]) -> set[tuple[str, str]]:
    return {(f"Number {post.number} of many", post.text) for edition in made for post in edition.posts}


def versions(db: Database) -> list[tuple[Any, ...]]:
    """Each entry with its former texts in order of time and its present one."""
    return db.execute(
        f"""
        SELECT guid, entries.title, contents.text, (
            SELECT group_concat(text, ' | ') FROM (
                SELECT text FROM {former_versions(db)} WHERE entry = entries.id ORDER BY seen, id
            )
        ) FROM entries JOIN contents ON entry = entries.id ORDER BY guid
        """  # noqa: S608
    ).fetchall()


@FEW
@given(editions())
def test_no_entry_and_no_text_is_lost(made: list[Edition]) -> None:
    with TemporaryDirectory() as folder, polled(folder, made) as db:
        assert texts_kept(db) >= texts_said(made)


@FEW
@given(editions())
def test_there_are_never_two_entries_for_one_guid(made: list[Edition]) -> None:
    with TemporaryDirectory() as folder, polled(folder, made) as db:
        guids = {post.guid for edition in made for post in edition.posts}
        assert count_entries(db) == len(guids)


@FEW
@given(editions())
def test_a_history_is_in_order_of_time(made: list[Edition]) -> None:
    with TemporaryDirectory() as folder, polled(folder, made) as db:
        rows = db.execute("SELECT entry, seen, replaced FROM revisions ORDER BY entry, id").fetchall()
        assert all(seen <= replaced for _, seen, replaced in rows)
        pairs = [(one, other) for one, other in pairwise(rows) if one[0] == other[0]]
        assert all(one[2] <= other[1] for one, other in pairs)


@FEW
@given(editions(), st.randoms(use_true_random=False))
def test_an_import_in_any_order_ends_in_the_same_entries_and_versions(
    made: list[Edition], chance: random.Random
) -> None:
    shuffled = chance.sample(made, len(made))
    with (
        TemporaryDirectory() as folder,
        imported(folder, made, "in order") as one,
        imported(folder, shuffled, "shuffled") as other,
    ):
        assert versions(one) == versions(other)


@FEW
@given(editions(), st.randoms(use_true_random=False))
def test_of_a_feed_whose_guids_are_new_each_time_nothing_is_lost_in_any_order_and_nothing_merged_that_was_two(
    made: list[Edition], chance: random.Random
) -> None:
    unstable = with_new_guids(made)
    shuffled = chance.sample(unstable, len(unstable))
    with TemporaryDirectory() as folder, imported(folder, shuffled) as db:
        assert texts_kept(db) >= texts_said(unstable)
        assert count_entries(db) >= max((len(edition.posts) for edition in made), default=0)


def test_two_hundred_entries_whose_guids_all_change_stay_two_hundred(db: Database) -> None:
    posts = [
        Post(number, f"Words {number}.", f"https://blog.example.org/{number}", f"guid-{number}")
        for number in reversed(range(200))
    ]
    before = Edition("2026-05-01T10:00:00Z", tuple(posts))
    after = Edition("2026-05-01T12:00:00Z", with_new_guids([before])[0].posts)
    poll(db, [before.timed(), after.timed()])
    assert count_entries(db) == 200
    [(aliases,)] = db.execute("SELECT count(*) FROM entry_aliases").fetchall()
    assert aliases == 200
