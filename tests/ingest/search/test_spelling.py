"""Spelling suggestions (did you mean)."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from ingest.search.hits import search
from ingest.search.parse import parse_query
from ingest.search.spelling import did_you_mean, spellings
from tests.ingest.search.searchable import add_entry, add_feed


@pytest.fixture
def spelled(db: Database) -> Database:
    add_entry(
        db,
        add_feed(db),
        title="Yudkowsky on alignment",
        text="machine learning, политика and café culture",
        tags=["AI"],
    )
    return db


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("aligment", "alignment"),
        ("alignmant", "alignment"),
        ("alignmnet", "alignment"),
        ("yudkovsky", "yudkowsky"),
        ("machinelearning", '"machine learning"'),
        ("полетика", "политика"),
        ("kafe", "café"),
        ("title:aligment", "title:alignment"),
        ("aligment tag:AI -aligment", "alignment tag:AI -aligment"),
        ("xyzzyx OR (aligment culture)", "xyzzyx OR (alignment culture)"),
    ],
)
def test_a_misspelt_word_is_noticed(spelled: Database, typed: str, meant: str) -> None:
    assert search(spelled, typed).suggestion == meant


@pytest.mark.parametrize(
    "typed",
    [
        "alignment",
        "alignments",
        "xyzzyx",
        "algn",
        '"aligment culture"',
        "-aligment",
        "aligmen*",
        "tag:aligment",
        "機械",
    ],
)
def test_what_is_right_or_beyond_help_is_left_alone(spelled: Database, typed: str) -> None:
    assert search(spelled, typed).suggestion is None


def test_a_rare_misspelling_in_the_archive_is_none_the_less_one(spelled: Database) -> None:
    feed = add_feed(spelled)
    add_entry(spelled, feed, text="aligment")
    assert search(spelled, "aligment").suggestion is None
    for _ in range(10):
        add_entry(spelled, feed, text="alignment")
    assert search(spelled, "aligment").suggestion == "alignment"


@pytest.mark.parametrize(
    "typed", ["alignment OR aligment", "aligment tag:physics", "aligment breakfast", "aligment xyzzyx"]
)
def test_another_spelling_that_finds_no_more_is_not_offered(spelled: Database, typed: str) -> None:
    assert search(spelled, typed).suggestion is None


@pytest.mark.parametrize(
    ("right", "times", "common"),
    [("kelvin", 2, "kevin"), ("zeta", 1, "meta"), ("hayden", 1, "harden"), ("kelvin", 1, "kevin")],
)
def test_a_word_that_is_right_is_left_alone(db: Database, right: str, times: int, common: str) -> None:
    feed = add_feed(db)
    for text in [right] * times + [common] * 40:
        add_entry(db, feed, text=text)
    assert search(db, right).suggestion is None


def test_what_stands_beside_a_right_word_is_corrected(db: Database) -> None:
    feed = add_feed(db)
    for text in ["kelvin scale"] * 2 + ["kevin scale"] * 40:
        add_entry(db, feed, text=text)
    assert search(db, "kelvin scael").suggestion == "kelvin scale"


def test_no_more_than_five_words_are_looked_at(spelled: Database) -> None:
    query = parse_query("xaaa xbbb xccc xddd xeee aligment")
    assert did_you_mean(spelled, query) is None
    assert did_you_mean(spelled, replace(query, clauses=query.clauses[1:])) is not None


def test_the_spellings_of_a_word_are_bounded() -> None:
    assert len(spellings("a" * 20)) < 1_200
    assert {"alignment", "al igment"} <= set(spellings("aligment"))
