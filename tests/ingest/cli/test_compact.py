"""`feedsette compact`: what it lists, and that it removes nothing before it is told to."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ingest.archive.changes import version
from ingest.archive.documents.said_by import SaidBy
from ingest.archive.file.opening import open_archive
from ingest.archive.revisions import insert_revision
from ingest.archive.save import save
from ingest.cli.commands import main
from tests.ingest.values import LATER, NOW, clean_entry, clean_feed


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    with closing(open_archive(path, create=True)) as db:
        save(db, clean_feed(clean_entry("1")), url="https://example.org/feed.xml", now=NOW)
        was = version(clean_entry("1", published="2025-05-31T00:00:00Z"), NOW)
        insert_revision(db, 1, was, LATER, "edit", SaidBy())
    return path


def run(archive: Path, *arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["compact", str(archive), *arguments])
    assert result.exit_code == code, result.output
    return result


def revisions(archive: Path) -> int:
    with closing(open_archive(archive)) as db:
        return db["revisions"].count


def test_it_lists_them_by_feed_and_rule_and_removes_none(archive: Path) -> None:
    lines = run(archive).stdout.splitlines()
    assert lines[0].startswith("1  An example: 1 time only its date, ")
    assert lines[1].startswith("1 revision in which nothing was edited: ")
    assert revisions(archive) == 1


def test_it_removes_them_when_told_to(archive: Path) -> None:
    assert "1 revision removed." in run(archive, "--yes").stdout
    assert revisions(archive) == 0
    assert run(archive).stdout == "There is nothing to remove: in every revision something was edited.\n"


def test_the_list_is_given_as_json(archive: Path) -> None:
    [one] = json.loads(run(archive, "--json").stdout)
    assert (one["feed"], one["reason"], one["revisions"]) == (1, "dates", 1)


def test_json_is_for_the_list(archive: Path) -> None:
    run(archive, "--json", "--yes", code=2)
