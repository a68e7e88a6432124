"""Documents in order of time: the archive finds the entries, edits and removals that a person finds."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ingest.archive.file.opening import open_archive
from tests.ingest.identity.histories import HISTORIES, SHARED, Aspect, History
from tests.ingest.identity.replay import Found, count_entries, edited_guids, poll, removed_guids

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")


def those_with(aspect: Aspect) -> list[object]:
    """The histories, those marked as failing of which this aspect is not found yet."""
    parameters: list[object] = []
    for history in HISTORIES:
        areas = [area for name, area in history.otherwise if name == aspect]
        marks = [pytest.mark.xfail(reason=f"mended by {' and '.join(areas)}", strict=True)] if areas else []
        parameters.append(pytest.param(history, id=history.name, marks=marks))
    return parameters


@cache
def found_by_us(history: History) -> Found:
    with TemporaryDirectory() as folder, open_archive(Path(folder, "archive.db"), create=True) as db:
        poll(db, history.timed())
        return Found(count_entries(db), tuple(edited_guids(db)), tuple(removed_guids(db)))


def in_person_words(guids: tuple[str, ...], expected: tuple[str, ...]) -> list[str]:
    """The guids that were found, each by the end by which a person names it, in one order."""
    named = (next((end for end in expected if guid.endswith(end)), guid) for guid in guids)
    return sorted(named)


@pytest.mark.parametrize("history", those_with("entries"))
def test_the_entries_are_those_that_a_person_finds(history: History) -> None:
    assert found_by_us(history).entries == history.person.entries


@pytest.mark.parametrize("history", those_with("edited"))
def test_the_edits_are_those_that_a_person_finds(history: History) -> None:
    expected = history.person.edited
    assert in_person_words(found_by_us(history).edited, expected) == sorted(expected)


@pytest.mark.parametrize("history", those_with("removed"))
def test_what_is_removed_is_what_a_person_finds_missing(history: History) -> None:
    expected = history.person.removed
    assert in_person_words(found_by_us(history).removed, expected) == sorted(expected)
