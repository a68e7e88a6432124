"""A list that is added once more, with options for what it names: what is there already takes them too."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ingest.cli.commands import main
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server

Add = Callable[..., Result]


@pytest.fixture
def listed(tmp_path: Path, server: Server) -> Path:
    """A list of three feeds on this machine."""
    path = tmp_path / "list.opml"
    urls = [server.on(f"/{number}", Reply(body=rss(item("1"), url=None))) for number in range(3)]
    outlines = "".join(f'<outline xmlUrl="{url}"/>' for url in urls)
    path.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
    return path


@pytest.fixture
def add(tmp_path: Path, listed: Path) -> Add:
    def add(*options: str) -> Result:
        result = CliRunner().invoke(main, ["add", str(tmp_path / "archive.db"), *options, str(listed)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return add


def query(tmp_path: Path, sql: str) -> list[Any]:
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        return connection.execute(sql).fetchall()


def test_feeds_that_were_refused_may_be_on_one_s_own_network_when_they_are_added_again_so(
    add: Add, tmp_path: Path
) -> None:
    refused = add()
    assert refused.stderr.startswith("3 feeds: ") and refused.stderr.count("--allow-private") == 1
    allowed = add("--allow-private")
    assert allowed.exit_code == 0, allowed.output
    assert (
        "3 feeds, 0 of them new, 3 that were there may be on your own network from now on" in allowed.stdout
    )
    assert "3 feeds polled (0 unchanged): 3 entries new" in allowed.stdout
    assert query(tmp_path, "SELECT DISTINCT allow_private, failures FROM feeds") == [(1, 0)]


def test_without_the_option_the_permission_stays(add: Add, tmp_path: Path) -> None:
    add("--allow-private")
    again = add()
    assert "3 feeds, 0 of them new\n" in again.stdout
    assert query(tmp_path, "SELECT DISTINCT allow_private FROM feeds") == [(1,)]


def test_it_is_said_once(add: Add) -> None:
    add("--allow-private")
    assert "3 feeds, 0 of them new\n" in add("--allow-private").stdout


def test_feeds_that_were_received_from_elsewhere_are_not_allowed_there(add: Add, tmp_path: Path) -> None:
    add("--allow-private")
    query(tmp_path, "UPDATE feeds SET allow_private = 0 WHERE id = 1")
    query(
        tmp_path,
        "UPDATE feeds SET allow_private = 0, failures = 1, last_error = 'The server is down.' WHERE id = 2",
    )
    assert "3 feeds, 0 of them new\n" in add("--allow-private").stdout
    assert query(tmp_path, "SELECT allow_private FROM feeds ORDER BY id") == [(0,), (0,), (1,)]


def test_a_feed_that_moved_to_one_s_own_network_is_allowed_there(add: Add, tmp_path: Path) -> None:
    add("--allow-private")
    query(tmp_path, "UPDATE feeds SET allow_private = 0")
    CliRunner().invoke(main, ["update", str(tmp_path / "archive.db"), "--all"])
    assert "3 that were there may be on your own network from now on" in add("--allow-private").stdout
    assert query(tmp_path, "SELECT DISTINCT allow_private, failures FROM feeds") == [(1, 0)]


def test_a_paused_feed_stays_paused(add: Add, tmp_path: Path) -> None:
    add()
    query(tmp_path, "UPDATE feeds SET state = 'paused' WHERE id = 1")
    result = add("--allow-private")
    assert "2 feeds polled" in result.stdout
    assert query(tmp_path, "SELECT state, allow_private FROM feeds WHERE id = 1") == [("paused", 1)]


def test_those_that_are_there_are_put_into_the_folder_too(add: Add, tmp_path: Path) -> None:
    add("--allow-private")
    assert "3 feeds, 0 of them new, 3 that were there put into “Home”" in add("--folder", "Home").stdout
    assert query(tmp_path, "SELECT DISTINCT folder FROM feeds") == [("Home",)]
    assert "put into" not in add().stdout
    assert query(tmp_path, "SELECT DISTINCT folder FROM feeds") == [("Home",)]


def test_a_secret_is_not_for_all_of_a_list_and_that_is_said(add: Add, tmp_path: Path, server: Server) -> None:
    result = add("--allow-private", "--secret", "env:FEED_TOKEN")
    assert "--secret is for one feed" in result.stderr
    assert result.exit_code
    assert query(tmp_path, "SELECT DISTINCT secret FROM feeds") == [(None,)]
    assert not any("authorization" in asked.headers for asked in server.requests)
