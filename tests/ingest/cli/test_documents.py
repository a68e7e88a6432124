"""What is kept of documents: the command that lists, bounds and frees them, and runs that end above a bound."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ingest.archive.documents.bounds import DocumentBounds, archive_bounds, feed_bounds, run_bounds
from ingest.archive.documents.warc_folder import warc_folder
from ingest.archive.file.opening import open_archive
from ingest.cli.commands import main
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


def test_documents_are_listed_by_feed(run: Run, archive: Path) -> None:
    lines = run("documents").stdout.splitlines()
    assert lines[:3] == [
        f"   1  {URL}",
        f"      {URL}",
        "      4 documents from 2025-01-01 to 2025-01-04; 4 kept: 400 kB, 403 kB on disk",
    ]
    size = sum(path.stat().st_size for path in warc_folder(archive).iterdir())
    assert lines[-2].startswith("6 documents of 2 feeds, 6 kept: 600 kB, ")
    assert lines[-2].endswith(f"; the folder archive.warc has {size / 1000:,.0f} kB")
    assert lines[-1] == "Bound: all are kept"


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
    run("documents", "--max-documents", "450_000")
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

    monkeypatch.setattr("ingest.cli.archive.free_bytes", refuse)
    document = tmp_path / "feed.xml"
    document.write_bytes(rss(item("1")))
    result = run("import", document, "--max-documents", "0", code=3)
    assert "archive.warc: Permission denied. Nothing more was freed of its documents." in result.stderr
    assert "1 entry new" in result.stdout
