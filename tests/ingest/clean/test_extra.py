"""What has no other place, as the JSON that is stored."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.base.models import Entry, Extra, Feed
from ingest.clean.extra import MOST_OF_AN_ENTRY, stored_extra
from ingest.clean.feed import clean

MOST = 300
URLS = st.sampled_from(
    [
        "https://ada:hunter2@example.org/x",
        "//ada:hunter2@example.org",
        "see ftp://ada:hunter2@example.org and ada@example.org",
        "https:\\\\ada:hunter2@example.org",
        "https%3A%2F%2Fada%3Ahunter2%40example.org",
        '<a href="https://ada:hunter2@example.org">x</a>',
        "https:ada:hunter2@example.org",
    ]
)
TEXTS = st.one_of(URLS, st.text(st.characters(codec=None), max_size=30))
VALUES = st.recursive(
    st.one_of(TEXTS, st.none(), st.booleans(), st.integers(), st.floats()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def stored(*extra: Extra, most: int = MOST) -> Any:
    found = stored_extra(extra, most)
    return found and (json.loads(found.json), found.left_out)


def nested(levels: int) -> Extra:
    element: dict[str, Any] = {"a:b": "c"}
    for _ in range(levels):
        element = {"a:b": {"#": [element]}}
    return element


def test_elements_stay_as_they_are_in_their_order() -> None:
    elements = [
        {"itunes:subtitle": "Größe & <b>"},
        {"media:rating": {"@scheme": "urn:simple", "#": "nonadult"}},
        {"_custom": {"list": [1, 1.5, True, None, {}]}},
        {"itunes:subtitle": "another"},
    ]
    assert stored(*elements) == (elements, 0)


def test_where_there_is_nothing_nothing_is_stored() -> None:
    assert stored() is None


def test_elements_beyond_the_bound_are_left_out_whole_and_counted() -> None:
    small, large = {"a:b": "x" * 100}, {"a:b": "y" * 500}
    assert stored(small, large, small, small) == (
        [small, small],
        len(json.dumps(large)) + len(json.dumps(small)),
    )


def test_what_is_nested_too_deeply_is_left_out() -> None:
    found = stored({"a:b": "c"}, nested(5000))
    assert found[0] == [{"a:b": "c"}]
    assert found[1] > 5000


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b\x1bc\x7f\x9b", "abc"),
        ("lone \ud800", "lone \ufffd"),
        ("two\nlines", "two\nlines"),
        ("https://ada:hunter2@example.org/@ada", "https://example.org/@ada"),
        ("mail ada@example.org or //bob@example.net", "mail ada@example.org or //example.net"),
        ("https://example.org/?u=https%3A%2F%2Fada%3Ahunter2%40example.net", None),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_texts_are_clean_and_else_as_they_are(text: str, kept: str | None) -> None:
    kept = "https://example.org/?u=https%3A%2F%2Fexample.net" if kept is None else kept
    assert stored({"a:b": {"@c": text, "#": text}}) == ([{"a:b": {"@c": kept, "#": kept}}], 0)


def test_numbers_that_json_has_not_are_text() -> None:
    assert stored({"_a": [float("nan"), float("inf")]}) == ([{"_a": ["nan", "inf"]}], 0)


@given(st.lists(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=2), max_size=6))
@settings(max_examples=60, deadline=None)
def test_whatever_it_is_it_is_valid_json_within_the_bound_without_credentials(elements: list[Extra]) -> None:
    found = stored_extra(elements, MOST)
    if found:
        assert len(found.json) <= MOST
        assert "hunter2" not in found.json
        assert json.loads(found.json, parse_constant=pytest.fail) is not None
        found.json.encode()


@pytest.mark.parametrize(
    "text",
    ["/" * 10**6 + "@", "http:" * 10**5 + "@", "@" * 10**6, "//" + "a@" * 10**5, "%2F%2Fa" * 10**5 + "%40"],
    ids=["slashes", "schemes", "ats", "users", "escapes"],
)
def test_long_texts_take_no_longer_than_they_are_long(text: str) -> None:
    began = time.process_time()
    stored({"a:b": text})
    assert time.process_time() - began < 2


def test_an_entry_with_anything_in_extra_is_cleaned_and_has_a_fingerprint() -> None:
    deep = Entry("1", extra=(nested(5000), {"a:b": "\ud800"}))
    other = Entry("1", extra=(nested(5000), {"a:b": "another"}))
    one, two = clean(Feed("rss2.0", entries=(deep, other))).entries
    assert one.fingerprint != two.fingerprint
    assert one.extra and len(one.extra.json) < MOST_OF_AN_ENTRY
