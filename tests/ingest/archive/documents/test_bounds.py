"""How much is kept of documents: sizes as they are typed, and which of several bounds counts."""

import os
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.archive.documents.bounds import (
    UNBOUNDED,
    BadSize,
    DocumentBounds,
    archive_bounds,
    bounds_of_run,
    feed_bounds,
    human_size,
    keeps_bytes,
    parse_size,
    run_bounds,
    set_bounds,
    size_in_full,
)
from ingest.archive.feeds import insert_feed
from ingest.archive.file.errors import ArchiveError
from tests.ingest.values import NOW


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("5GB", 5_000_000_000),
        ("500MB", 500_000_000),
        ("800_000 B", 800_000),
        ("5 GB", 5_000_000_000),
        ("1.5 mb", 1_500_000),
        ("7kB", 7_000),
        ("2tb", 2_000_000_000_000),
        ("0", 0),
        ("12 b", 12),
        ("none", UNBOUNDED),
        ("9" * 30 + "GB", UNBOUNDED),
    ],
)
def test_a_size_is_in_decimal_units(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "much", "-1", "5 apples", "5GiB", "1e9", "5,5GB", "٣", "GB", "1__0", "9" * 50]
)
def test_nonsense_is_no_size(text: str) -> None:
    with pytest.raises(BadSize, match="is no size. Say it as 5GB, 500MB or 800kB"):
        parse_size(text)


@pytest.mark.parametrize("text", ["5", "800_000", "1.5"])
def test_a_number_alone_is_asked_what_it_is_in(text: str) -> None:
    with pytest.raises(BadSize, match=f"^{text}: say in what, such as {text}GB"):
        parse_size(text)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (436, "436 bytes"),
        (1_000, "1 kB"),
        (4_900_000, "4.9 MB"),
        (5_000_000_000, "5 GB"),
        (4_123_000_000, "4.1 GB"),
    ],
)
def test_a_size_is_said_in_the_unit_that_fits(size: int, words: str) -> None:
    assert human_size(size) == words


@given(st.integers(0, UNBOUNDED + 1))
def test_a_size_is_read_as_it_was_written(size: int) -> None:
    assert parse_size(size_in_full(size)) == min(size, UNBOUNDED)


@given(st.text())
def test_any_text_is_a_size_or_refused(text: str) -> None:
    with suppress(BadSize):
        assert 0 <= parse_size(text) <= UNBOUNDED


@pytest.fixture
def feed(db: Database) -> int:
    return insert_feed(db, "https://example.org/", NOW)


def test_without_a_word_all_is_kept(db: Database, feed: int) -> None:
    assert keeps_bytes(db, feed)
    assert archive_bounds(db).limit is None


@pytest.mark.parametrize(
    ("own", "run", "archive", "kept"),
    [
        (None, None, "none", False),
        (None, "all", "none", True),
        ("none", "all", "all", False),
        ("all", "none", "none", True),
        ("default", None, "none", False),
    ],
)
def test_a_feed_s_own_word_precedes_that_of_the_run_and_this_the_archive_s(
    db: Database, feed: int, own: str | None, run: str | None, archive: str, kept: bool
) -> None:
    set_bounds(db, archive, None)
    set_bounds(db, own, None, feed)
    with bounds_of_run(DocumentBounds(run)):  # type: ignore[arg-type]
        assert keeps_bytes(db, feed) is kept


def test_the_run_s_size_precedes_the_archive_s(db: Database) -> None:
    set_bounds(db, None, "5GB")
    assert archive_bounds(db).limit == 5_000_000_000
    with bounds_of_run(DocumentBounds(max_bytes=7)):
        assert archive_bounds(db).limit == 7
    with bounds_of_run(DocumentBounds(max_bytes=UNBOUNDED)):
        assert archive_bounds(db).limit is None
    assert archive_bounds(db).limit == 5_000_000_000


def test_a_feed_may_be_without_bound_where_the_archive_has_one(db: Database, feed: int) -> None:
    set_bounds(db, None, "5GB")
    set_bounds(db, None, "none", feed)
    assert feed_bounds(db)[feed].before(archive_bounds(db)).limit is None
    set_bounds(db, None, "default", feed)
    assert feed_bounds(db) == {}


def test_the_bounds_of_a_run_end_with_it() -> None:
    with bounds_of_run(DocumentBounds("none", 5)):
        assert run_bounds() == DocumentBounds("none", 5)
        assert os.environ["FEEDSETTE_KEEP_DOCUMENTS"] == "none"
    assert run_bounds() == DocumentBounds()


@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        ("FEEDSETTE_KEEP_DOCUMENTS", "some", "FEEDSETTE_KEEP_DOCUMENTS is to be all or none, not “some”."),
        ("FEEDSETTE_MAX_DOCUMENTS", "much", "FEEDSETTE_MAX_DOCUMENTS: “much” is no size."),
    ],
)
def test_an_environment_variable_that_says_neither_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, why: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ArchiveError, match=why):
        run_bounds()
