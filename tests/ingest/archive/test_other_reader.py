"""What a version means that another version of the reading reads otherwise: on values."""

from typing import Any

import pytest

from ingest.archive.changes import Verdict, decide, fields_read_otherwise, is_lost, version, words_lost
from ingest.archive.documents.said_by import DocumentTime, Said, SaidBy, also_said_by, said_then
from ingest.base.models import Link
from tests.ingest.values import LATER, NOW, clean_entry

STORED, READ = version(clean_entry(text="before"), LATER), version(clean_entry(text="after"), LATER)
D1, D2, D3, D4 = (DocumentTime(f"2026-01-0{day}T00:00:00Z", day) for day in (1, 2, 3, 4))


def entry(**values: Any) -> Any:
    return version(clean_entry(**values))


@pytest.mark.parametrize("current", [True, False])
def test_a_version_that_is_read_otherwise_is_no_edit(current: bool) -> None:
    assert decide(READ, STORED, [], current, other_reader=True) is Verdict.REREAD


def test_the_same_document_is_compared_in_full_since_it_may_be_cleaned_otherwise() -> None:
    linked = entry(links=(Link("https://e.org/", "e.org", "see"),), fingerprint="f")
    assert decide(linked, entry(fingerprint="f"), [], True, other_reader=True) is Verdict.REREAD
    assert decide(linked, linked, [], True, other_reader=True) is Verdict.UNCHANGED
    assert decide(linked, entry(fingerprint="f"), [], True) is Verdict.UNCHANGED


def test_an_older_version_of_what_another_reader_read_is_kept_and_no_edit() -> None:
    older = version(clean_entry(text="after"), NOW)
    assert decide(older, STORED, [], False, other_reader=True) is Verdict.OLDER_REREAD
    assert decide(older, STORED, [older], False, other_reader=True) is Verdict.UNCHANGED


def test_so_is_a_version_that_its_document_has_before_the_last() -> None:
    assert decide(READ, STORED, [], False, other_reader=True, superseded=True) is Verdict.OLDER_REREAD


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ({"text": "the whole story"}, {"text": "the whole"}, True),
        ({"text": "it is what it is"}, {"text": "what it is"}, True),
        ({"text": "the whole"}, {"text": "the whole story"}, False),
        ({"text": "The whole, story"}, {"text": "the  whole story!"}, False),
        ({"text": "a\x01b"}, {"text": "ab"}, False),
        ({"text": "well \N{PARTY POPPER}"}, {"text": "well"}, True),
        ({"title": "Title: more"}, {"title": "Title"}, True),
        ({"title": "Title: more", "text": ""}, {"title": "Title", "text": "more"}, False),
        ({"authors": ("Ada", "Bo")}, {"authors": ("Ada",)}, True),
        ({"tags": ("one", "two")}, {"tags": ("two",)}, True),
        ({"tags": ("Two",)}, {"tags": ("two", "one")}, False),
    ],
)
def test_words_are_lost_that_the_new_reading_lacks(
    before: dict[str, Any], after: dict[str, Any], lost: bool
) -> None:
    assert words_lost(entry(**before), entry(**after)) is lost


def test_what_a_revision_has_is_not_lost() -> None:
    assert is_lost(entry(text="a b"), entry(text="a"), [])
    assert not is_lost(entry(text="a b"), entry(text="a"), [entry(text="a b")])


def test_fields_that_are_read_otherwise_are_named() -> None:
    one, two = entry(tags=("a", "B"), text="t"), entry(tags=("b", "A"), text="t", language="fr", words=2)
    assert fields_read_otherwise(two, one) == ["language", "words"]


def test_a_document_extends_on_either_side_those_that_said_a_version() -> None:
    said = SaidBy(D2, D2, D2, 1)
    assert also_said_by(said, D3, 1) == SaidBy(D2, D3, D3, 1)
    assert also_said_by(said, D1, 1) == SaidBy(D1, D2, D2, 1)
    assert also_said_by(said, D1, 2) == SaidBy(D1, D2, D1, 2)
    assert also_said_by(said, None, 1) == said
    assert also_said_by(said, None, 2) == SaidBy(D2, D2, None, 2)
    assert also_said_by(SaidBy(), D1, 1) == SaidBy(D1, D1, D1, 1)


@pytest.mark.parametrize(
    ("document", "present", "earlier", "said"),
    [
        (D1, (D1, D3), [], Said.THE_PRESENT),
        (D2, (D1, D3), [], Said.THE_PRESENT),
        (D2, (D1, D3), [(D2, D2)], Said.AN_EARLIER_VERSION),
        (D1, (D2, D3), [(D1, D1)], Said.AN_EARLIER_VERSION),
        (D2, (D4, D4), [(D1, D3)], Said.AN_EARLIER_VERSION),
        (D2, (D1, D3), [(D1, D3)], Said.THE_PRESENT),
        (D1, (D2, D3), [], Said.NOTHING_KNOWN),
        (D1, (None, None), [(None, None)], Said.NOTHING_KNOWN),
    ],
)
def test_a_document_that_is_read_again_said_the_version_that_it_is_known_for(
    document: DocumentTime,
    present: tuple[DocumentTime | None, DocumentTime | None],
    earlier: list[tuple[DocumentTime | None, DocumentTime | None]],
    said: Said,
) -> None:
    assert said_then(document, SaidBy(*present), [SaidBy(*one) for one in earlier]) is said
