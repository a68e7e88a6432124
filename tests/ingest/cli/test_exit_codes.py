"""Exit codes of commands, and --quiet: for cron and scripts."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ingest.archive.file.opening import open_archive
from ingest.base.advice import Problem
from ingest.cli.commands import main
from ingest.cli.summary import problem_lines
from ingest.follow.follow import follow
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(verb: str, *arguments: object) -> Result:
        return CliRunner().invoke(main, [verb, str(tmp_path / "archive.db"), *map(str, arguments)])

    return run


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.xml"
    path.write_bytes(rss(item("1")))
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.xml"
    path.write_text("no feed")
    return path


def follow_all(archive: Path, *urls: str) -> None:
    with closing(open_archive(archive, create=True)) as db:
        for url in urls:
            follow(db, url, "2020-01-01T00:00:00Z", allow_private=True)


def test_import_of_good_and_bad_is_done_with_failures(run: Run, good: Path, bad: Path) -> None:
    assert run("import", good).exit_code == 0
    assert run("import", good, bad).exit_code == 3
    assert run("import", bad).exit_code == 1


def test_add_of_good_and_bad_is_done_with_failures(run: Run, server: Server) -> None:
    good = server.on("/feed", Reply(body=rss(item("1"), url=None)))
    bad = server.on("/nothing", Reply(404))
    assert run("add", "--allow-private", bad).exit_code == 1
    assert run("add", "--allow-private", good).exit_code == 0
    assert run("add", "--allow-private", good, bad).exit_code == 3


def test_a_list_is_added_though_its_feeds_fail(run: Run, server: Server, tmp_path: Path) -> None:
    listed = tmp_path / "list.opml"
    listed.write_text(f'<opml><body><outline xmlUrl="{server.on("/broken", Reply(500))}"/></body></opml>')
    result = run("add", "--allow-private", listed)
    assert (result.exit_code, "has a fault (500)" in result.stderr) == (3, True)


def test_an_update_is_done_though_all_feeds_fail(run: Run, server: Server, tmp_path: Path) -> None:
    follow_all(tmp_path / "archive.db", server.on("/broken", Reply(500)))
    assert run("update").exit_code == 3
    assert run("update", "99").exit_code == 1


@pytest.mark.parametrize("verb", ["update", "watch", "feeds", "serve"])
def test_a_command_whose_archive_cannot_be_opened_failed(run: Run, verb: str) -> None:
    assert run(verb).exit_code == 1


def test_wrong_usage_has_a_code_of_its_own(run: Run) -> None:
    assert run("update", "--nonsense").exit_code == 2


def test_feeds_that_fail_for_one_reason_are_named_under_it(run: Run, server: Server, tmp_path: Path) -> None:
    urls = [server.on(f"/{number}", Reply(500)) for number in range(3)]
    follow_all(tmp_path / "archive.db", *urls)
    said = run("update").stderr.splitlines()
    assert said[0].startswith("3 feeds: The server has a fault (500).")
    assert sorted(said[1:]) == [f"  {url}" for url in urls]


def test_problems_are_summed_up_in_the_order_of_their_first() -> None:
    problems = [Problem("a", "late."), Problem("b", "gone."), Problem("c", "late.")]
    assert list(problem_lines(problems, "feeds")) == ["2 feeds: late.", "  a", "  c", "b: gone."]


def test_a_quiet_update_says_nothing_where_all_is_well(run: Run, server: Server, tmp_path: Path) -> None:
    held = server.on("/held", Reply(503, {"Retry-After": "600"}))
    follow_all(tmp_path / "archive.db", server.on("/feed", Reply(body=rss(item("1"), url=None))), held)
    for _ in ("new", "nothing due"):
        assert [(result := run("update", "--quiet")).exit_code, result.output] == [0, ""]
    assert [(result := run("update", "--quiet", "--all")).exit_code, result.output] == [0, ""]


def test_a_quiet_update_names_what_fails(run: Run, server: Server, tmp_path: Path) -> None:
    follow_all(tmp_path / "archive.db", server.on("/broken", Reply(500)))
    result = run("update", "-q")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith(server.url("/broken"))


def test_a_quiet_import_says_nothing_where_all_is_well(run: Run, good: Path, tmp_path: Path) -> None:
    assert run("import", "-q", good).output == ""
    with closing(sqlite3.connect(tmp_path / "archive.db")) as connection:
        assert connection.execute("SELECT guid FROM entries").fetchall() == [("1",)]
