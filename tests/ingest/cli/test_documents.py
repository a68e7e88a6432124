"""What is kept of documents: the command that lists, bounds and frees them, and runs that end above a bound."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ingest.archive.documents.bounds import DocumentBounds, archive_bounds, feed_bounds, run_bounds
from ingest.archive.documents.pruning.plan import PrunePlan
from ingest.archive.documents.pruning.stored import documents_by_feed
from ingest.archive.documents.warc.folder import warc_folder
from ingest.archive.file.opening import open_archive
from ingest.cli.commands import main
from ingest.cli.documents.lines import documents_table
from tests.ingest.archive.documents.kept import check_bytes, cite, keep
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server

Run = Callable[..., Result]
URL, OTHER = "https://example.org/feed", "https://other.example.org/feed"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Four documents of one feed, of which three say the same, and two of another."""
    path = tmp_path / "archive.db"
    with closing(open_archive(path, create=True)) as db:
        for day, reading in enumerate("aaab"):
            keep(db, URL, day, os.urandom(100_000), reading)
        for day in range(4, 6):
            keep(db, OTHER, day, os.urandom(100_000))
    return path


@pytest.fixture
def run(archive: Path) -> Run:
    def run(verb: str, *arguments: object, code: int = 0, **environment: str) -> Result:
        result = CliRunner().invoke(main, [verb, str(archive), *map(str, arguments)], env=environment)
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


def kept(archive: Path) -> int:
    return check_bytes(archive)


def rows(archive: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as connection, connection:
        return connection.execute(query).fetchall()


def spoil(archive: Path, document: int) -> None:
    """Turn around a byte of the document's body."""
    places = dict(rows(archive, "SELECT id, file || ' ' || (offset + length / 2) FROM documents"))
    name, at = places[document].split()
    place = int(at)
    with (warc_folder(archive) / name).open("r+b") as file:
        file.seek(place)
        [byte] = file.read(1)
        file.seek(place)
        file.write(bytes([byte ^ 255]))


def test_documents_are_listed_by_feed(run: Run, archive: Path) -> None:
    lines = run("documents").stdout.splitlines()
    assert lines[:3] == [
        "feed                                  documents  kept    size  on disk       since       until",
        "   1  https://example.org/feed                4     4  400 kB   403 kB  2025-01-01  2025-01-04",
        "   2  https://other.example.org/feed          2     2  200 kB   202 kB  2025-01-05  2025-01-06",
    ]
    size = sum(path.stat().st_size for path in warc_folder(archive).iterdir())
    assert lines[3].startswith("6 documents of 2 feeds, 6 kept: 600 kB, ")
    assert lines[3].endswith(f" on disk; the folder archive.warc has {size / 1000:,.0f} kB")
    assert lines[4:] == ["Bound: all are kept"]


def test_titles_are_shortened_to_the_terminal(archive: Path) -> None:
    with closing(open_archive(archive)) as db:
        listed = documents_by_feed(db, PrunePlan())
    assert list(documents_table(listed, 88)) == [
        "feed                            documents  kept    size  on disk       since       until",
        "   1  https://example.org/feed          4     4  400 kB   403 kB  2025-01-01  2025-01-04",
        "   2  https://other.example.o…          2     2  200 kB   202 kB  2025-01-05  2025-01-06",
    ]
    assert len(list(documents_table(listed, 10))[1]) == 78


def test_what_is_missing_is_counted_and_not_as_kept(run: Run, archive: Path) -> None:
    [file] = warc_folder(archive).iterdir()
    os.truncate(file, file.stat().st_size - 1)
    lines = run("documents").stdout.splitlines()
    assert lines[2].split()[2:4] == ["2", "1"] and lines[3] == "      1 missing"
    assert "5 kept: 500 kB, " in lines[4] and " on disk, 1 missing; the folder" in lines[4]
    file.unlink()
    lines = run("documents").stdout.splitlines()
    assert "0 kept: 0 bytes, 0 bytes on disk, 6 missing" in lines[-2]


def test_the_bound_of_a_feed_is_said_where_it_is_set(run: Run) -> None:
    said = run("documents", "--feed", "1", "--keep-documents", "none").stdout.splitlines()
    assert said[-1] == "Bound of feed 1: none are kept from now on"
    run("documents", "--max-documents", "5GB")
    said = run("documents", "--feed", "1", "--keep-documents", "default").stdout.splitlines()
    assert said[-1] == "Bound of feed 1: all are kept, with other feeds in 5 GB"


def test_a_bad_value_of_an_environment_variable_is_said_to_be_its(run: Run, tmp_path: Path) -> None:
    said = run("import", tmp_path, code=2, FEEDSETTE_KEEP_DOCUMENTS="some").stderr
    assert (
        "Invalid value for the environment variable FEEDSETTE_KEEP_DOCUMENTS (--keep-documents): 'some'"
        in said
    )
    said = run("import", tmp_path, code=2, FEEDSETTE_MAX_DOCUMENTS="5").stderr
    assert "variable FEEDSETTE_MAX_DOCUMENTS (--max-documents): 5: say in what, such as 5GB" in said


def test_all_kept_documents_are_checked(run: Run, archive: Path) -> None:
    assert run("documents", "--check").stdout == "6 documents: all sound\n"
    assert run("documents", "--check", "--feed", "2").stdout == "2 documents: all sound\n"
    assert run("documents", "--check", "--quiet").output == ""


def test_documents_that_are_damaged_or_missing_are_named(run: Run, archive: Path) -> None:
    [file] = warc_folder(archive).iterdir()
    spoil(archive, 2)
    result = run("documents", "--check", code=3)
    assert result.stderr == (
        f"document 2 of {URL}: {file.name} in archive.warc is damaged where it stands: "
        "its compressed data is damaged.\n"
    )
    assert result.stdout == "6 documents: 1 damaged\n"
    assert run("documents", "--check", "--feed", "2").stdout == "2 documents: all sound\n"
    file.unlink()
    result = run("documents", "--check", code=3)
    assert f"6 documents: {file.name} in archive.warc is missing.\n  document 1 of {URL}\n" in result.stderr
    assert result.stdout == "6 documents: 6 missing\n"


def test_nothing_to_check_is_said(run: Run, archive: Path) -> None:
    rows(archive, "UPDATE documents SET file = NULL, offset = NULL, length = NULL")
    assert run("documents", "--check").stdout == "No document is kept: there is nothing to check.\n"


def test_a_file_with_a_damaged_document_is_left_alone_and_named(run: Run, archive: Path) -> None:
    [file] = warc_folder(archive).iterdir()
    spoil(archive, 4)
    before = file.read_bytes()
    result = run("documents", "--max-documents", "550 kB", "--prune", code=3)
    assert (
        f"{file}: it is damaged: its compressed data is damaged, so nothing was freed of it." in result.stderr
    )
    assert file.read_bytes() == before


def test_what_cannot_go_is_not_announced(run: Run, archive: Path) -> None:
    [file] = warc_folder(archive).iterdir()
    os.truncate(file, file.stat().st_size - 1)
    result = run("documents", "--max-documents", "0", "--prune", code=3)
    assert "goes" not in result.output and "freed: " not in result.output


@pytest.mark.parametrize("quiet", [True, False])
def test_a_bound_that_cannot_be_met_is_said_once_and_by_quiet_runs_never(
    run: Run, archive: Path, tmp_path: Path, quiet: bool
) -> None:
    run("documents", "--max-documents", "150 kB")
    document = tmp_path / "feed.xml"
    document.write_bytes(rss(item("1")))
    arguments = ["--quiet"] if quiet else []
    first, second = (run("import", document, *arguments).stderr for _ in range(2))
    assert ("above its bound" in first) is not quiet
    assert second == ""
    assert "above its bound" in run("documents", "--prune").stderr
    assert "above its bound" in run("documents").stdout


def test_the_list_as_json_has_everything(run: Run) -> None:
    [first, second] = json.loads(run("documents", "--json").stdout)
    assert (first["documents"], first["kept"], first["bytes"], first["would_go"]) == (4, 4, 400_000, 0)
    assert (second["url"], second["first"], second["keep_documents"]) == (OTHER, "2025-01-05T00:00:00Z", None)


def test_one_feed_is_listed_alone(run: Run) -> None:
    assert [one["feed"] for one in json.loads(run("documents", "--json", "--feed", OTHER).stdout)] == [2]
    assert "2 documents of 1 feed" in run("documents", "--feed", "2").stdout


def test_a_feed_that_is_not_there_is_named(run: Run) -> None:
    assert "The archive has no feed 7. `feedsette feeds`" in run("documents", "--feed", "7", code=2).stderr


def test_an_archive_without_documents_says_so(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    open_archive(path, create=True).close()
    result = CliRunner().invoke(main, ["documents", str(path)])
    assert result.stdout == "No documents were received yet. The next update or import keeps them.\n"


def test_bounds_are_stored_of_the_archive(run: Run, archive: Path) -> None:
    said = run("documents", "--keep-documents", "none", "--max-documents", "5 MB").stdout
    assert "Bound: none are kept from now on, in 5.0 MB" in said
    with closing(open_archive(archive)) as db:
        assert (archive_bounds(db).keep, archive_bounds(db).limit) == ("none", 5_000_000)
    assert (
        "Bound: all are kept\n"
        in run("documents", "--keep-documents", "all", "--max-documents", "none").stdout
    )


def test_bounds_are_stored_of_feeds(run: Run, archive: Path) -> None:
    said = run(
        "documents", "--feed", URL, "--feed", "2", "--keep-documents", "none", "--max-documents", "1kB"
    )
    assert said.stdout.count("its own bound: none kept; at most 1 kB on disk") == 2
    with closing(open_archive(archive)) as db:
        assert sorted(feed_bounds(db)) == [1, 2]
        assert archive_bounds(db).keep is None
    run("documents", "--feed", URL, "--keep-documents", "default", "--max-documents", "default")
    with closing(open_archive(archive)) as db:
        assert list(feed_bounds(db)) == [2]


def test_a_bad_size_is_refused(run: Run) -> None:
    assert "“much” is no size. Say it as 5GB" in run("documents", "--max-documents", "much", code=2).stderr


def test_it_is_said_what_would_go_and_nothing_goes(run: Run, archive: Path) -> None:
    said = run("documents", "--max-documents", "0").stdout
    assert "1 document between two in which the same was read (101 kB) would go; --prune frees it\n" in said
    assert "3 documents that no version of an entry begins or ends with (302 kB) would go" in said
    assert "What is kept stays 202 kB above its bound" in said
    assert kept(archive) == 6


def test_prune_says_what_goes_and_frees_it(run: Run, archive: Path) -> None:
    run("documents", "--max-documents", "450 kB")
    result = run("documents", "--prune")
    assert result.stderr.splitlines() == [
        "1 document between two in which the same was read (101 kB) goes",
        "1 document that no version of an entry begins or ends with (101 kB) goes",
    ]
    assert result.stdout.startswith("2 documents freed: ")
    assert kept(archive) == 4
    assert "nothing is to go by the bound" in run("documents", "--prune").stdout


def test_prune_of_one_feed_leaves_the_others(run: Run, archive: Path) -> None:
    run("documents", "--max-documents", "0")
    run("documents", "--feed", OTHER, "--prune")
    assert kept(archive) == 5


def test_prune_without_a_bound_asks_for_one(run: Run) -> None:
    said = run("documents", "--prune").stdout
    assert said == "Nothing was freed: there is no bound. Name one: --max-documents SIZE\n"


def test_a_file_that_cannot_be_freed_is_named(run: Run, archive: Path) -> None:
    [file] = warc_folder(archive).iterdir()
    os.truncate(file, file.stat().st_size - 1)
    result = run("documents", "--max-documents", "0", "--prune", code=3)
    assert (
        f"{file}: it is longer or shorter than the archive says, so nothing was freed of it." in result.stderr
    )


@pytest.mark.parametrize("by_variable", [True, False])
def test_a_run_that_ends_above_a_bound_prunes(
    run: Run, archive: Path, tmp_path: Path, by_variable: bool
) -> None:
    with closing(open_archive(archive)) as db:
        cite(db, 1, "cited")
    document = tmp_path / "feed.xml"
    document.write_bytes(rss(item("1")))
    if by_variable:
        result = run("import", document, "--keep-documents", "none", FEEDSETTE_MAX_DOCUMENTS="0")
    else:
        result = run("import", document, "--keep-documents", "none", "--max-documents", "0")
    assert "1 document between two in which the same was read (101 kB) goes" in result.stderr
    assert "documents freed: " in result.stderr
    assert "the rest are the first or last document of a version of an entry" in result.stderr
    assert kept(archive) == 3
    assert run_bounds().max_bytes is None


def test_a_run_within_its_bound_says_nothing_of_it(run: Run, tmp_path: Path) -> None:
    document = tmp_path / "feed.xml"
    document.write_bytes(rss(item("1")))
    assert run("import", document, "--max-documents", "5GB").stderr == ""


def test_updates_prune_whether_a_feed_was_due_or_not(run: Run, archive: Path, server: Server) -> None:
    url = server.on("/feed", Reply(body=rss(item("1"), url=None)))
    run("add", "--allow-private", "--keep-documents", "none", url)
    run("documents", "--max-documents", "550 kB")
    assert "1 document between two" in run("update", "--all", "--keep-documents", "none").stderr
    assert kept(archive) == 5
    assert "1 document that no version" in run("update", "--max-documents", "450kB").stderr


def test_adding_prunes(run: Run, archive: Path, server: Server) -> None:
    url = server.on("/feed", Reply(body=rss(item("1"), url=None)))
    run("add", "--allow-private", "--keep-documents", "none", "--max-documents", "550 kB", url)
    assert kept(archive) == 5


def test_what_is_pushed_to_a_server_and_its_watcher_are_bound_too(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds = []
    monkeypatch.setattr("ingest.cli.serve._run", lambda *_: bounds.append(run_bounds()))
    run("serve", "--port", "0", "--keep-documents", "none", "--max-documents", "5kB")
    assert bounds == [DocumentBounds("none", 5_000)]
    assert run_bounds() == DocumentBounds()


def test_what_an_import_brings_is_not_kept_where_it_is_not_to_be(
    run: Run, archive: Path, tmp_path: Path
) -> None:
    document = tmp_path / "feed.xml"
    document.write_bytes(rss(item("1")))
    run("import", document, "--keep-documents", "none")
    assert kept(archive) == 6
    document.write_bytes(rss(item("1"), item("2")))
    run("import", document)
    assert kept(archive) == 7
    with closing(open_archive(archive)) as db:
        assert db["documents"].count == 8


def test_a_folder_that_cannot_be_written_to_fails_the_pruning_alone(
    run: Run, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "archive.warc")

    monkeypatch.setattr("ingest.archive.documents.pruning.prune.free_bytes", refuse)
    document = tmp_path / "feed.xml"
    document.write_bytes(rss(item("1")))
    result = run("import", document, "--max-documents", "0", code=3)
    assert "archive.warc: Permission denied. Nothing more was freed of its documents." in result.stderr
    assert "1 entry new" in result.stdout
