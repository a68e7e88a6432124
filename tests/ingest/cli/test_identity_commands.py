"""merge and split as they are typed: what they say, ask and change, and their exit codes."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ingest.archive.file.opening import open_archive
from ingest.cli.commands import main
from tests.ingest.identity.test_saved_under_other_guids import guids, poll, post
from tests.ingest.values import LATER, LATER_STILL, NOW

Run = Callable[..., Result]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Entry 1 came under three guids, entry 2 under two, entry 3 under one."""
    path = tmp_path / "an.db"
    with closing(open_archive(path, create=True)) as db:
        poll(db, post("a1", 1), post("b1", 2), post("c", 3), now=NOW)
        poll(db, post("a2", 1), post("b2", 2), post("c", 3), now=LATER)
        poll(db, post("a3", 1), post("b2", 2), post("c", 3), now=LATER_STILL)
    return path


@pytest.fixture
def run(archive: Path) -> Run:
    def run(verb: str, *arguments: object, code: int = 0, answer: str | None = None) -> Result:
        result = CliRunner().invoke(main, [verb, str(archive), *map(str, arguments)], input=answer)
        assert result.exit_code == code, result.output
        return result

    return run


def kept(archive: Path) -> list[str]:
    with closing(open_archive(archive)) as db:
        return sorted(guids(db))


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("split", 9999), "The archive has no entry 9999."),
        (("split", 1, 9999), "The archive has no entry 9999."),
        (("split", 9998, 1, 9999), "The archive has no entries 9998, 9999."),
        (("merge", 9999, 1), "The archive has no entry 9999."),
        (("merge", 1, 9999), "The archive has no entry 9999."),
        (("split", "x"), "“x” is no number of an entry."),
        (("merge", 1, "x"), "“x” is no number of an entry."),
        (("split", 0), "“0” is no number of an entry."),
        (("split", "--feed", 1, 3), "Name entries or --feed, not both."),
        (("split", 1, 2, "--guid", "a2"), "--guid is for one ENTRY"),
        (("split", "--feed", 1, "--guid", "a2"), "--guid is for one ENTRY"),
        (("split", 1, "--guid", "none"), "Entry 1 has no other guid “none”."),
        (("split", 1, "--guid", "a1"), "Entry 1 has no other guid “a1”."),
    ],
)
def test_what_is_named_wrongly_is_said_and_nothing_is_changed(
    run: Run, archive: Path, arguments: tuple[object, ...], why: str
) -> None:
    assert why in run(*arguments, code=2).stderr
    assert kept(archive) == ["a1", "b1", "c"]


def test_what_was_merged_is_not_merged_again(run: Run) -> None:
    run("merge", 1, 2)
    assert "Entry 2 is a part of entry 1 already." in run("merge", 1, 2, code=1).stderr
    assert "Entry 2 is a part of entry 1 already." in run("merge", 2, 1, code=1).stderr
    assert "Entry 2 is a part of entry 1. Name that one." in run("merge", 3, 2, code=1).stderr


def test_one_guid_of_several_is_split(run: Run, archive: Path) -> None:
    assert run("split", 1, "--guid", "a2").stdout == "1 entry of its own again: 4\n"
    assert kept(archive) == ["a1", "a2", "b1", "c"]


def test_all_that_an_entry_stands_for_is_split(run: Run, archive: Path) -> None:
    assert run("split", 1).stdout == "2 entries of their own again: 4, 5\n"
    assert kept(archive) == ["a1", "a2", "a3", "b1", "c"]


def test_splitting_a_feed_says_how_many_entries_it_makes_and_asks(run: Run, archive: Path) -> None:
    said = run("split", "--feed", 1, code=1, answer="n\n").stderr
    assert "That makes 3 entries of feed 1. Split them?" in said and "Nothing was changed." in said
    assert kept(archive) == ["a1", "b1", "c"]
    assert run("split", "--feed", 1, answer="y\n").stdout.startswith("3 entries of their own again")


def test_splitting_a_feed_is_not_asked_for_with_yes(run: Run) -> None:
    assert run("split", "--feed", 1, "--yes").stderr == ""
    assert "Nothing was taken for one" in run("split", "--feed", 1, code=1).stderr


def test_a_feed_whose_entries_were_merged_makes_as_many_entries_as_is_said(run: Run) -> None:
    run("merge", 3, 1)
    run("merge", 3, 2)
    said = run("split", "--feed", 1, answer="y\n")
    assert "That makes 2 entries" in said.stderr and said.stdout.startswith("2 entries of their own again")


def test_what_is_left_of_a_merged_entry_is_split_after_one_of_its_guids(run: Run, archive: Path) -> None:
    run("merge", 1, 2)
    run("split", 1, "--guid", "a2")
    run("split", 1)
    assert kept(archive) == ["a1", "a2", "a3", "b1", "c"]
