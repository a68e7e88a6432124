"""Feeds that move, with the real command: to where their password must not be sent, or to another feed's address."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ingest.cli.commands import main
from ingest.poll.outcome import POLLS_TO_MOVE
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server, of_feeds

BODY = rss(item("1"), url=None)


@pytest.fixture
def other() -> Iterator[Server]:
    """Another host."""
    with Server(host="127.0.0.2") as server:
        server.on("/feed", Reply(body=BODY))
        yield server


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def run(archive: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """A command over the archive, with a secret in the environment."""
    monkeypatch.setenv("SECRET", "ada:sesame")

    def run(command: str, *arguments: str) -> Result:
        return CliRunner().invoke(main, [command, str(archive), *arguments])

    return run


def feeds(archive: Path, columns: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as db:
        return db.execute(f"SELECT {columns} FROM feeds ORDER BY id").fetchall()  # noqa: S608


def secrets(server: Server) -> set[str | None]:
    """What the server was told."""
    return {asked.headers.get("authorization") for asked in of_feeds(server)}


PRIVATELY = ("--allow-private", "--secret", "env:SECRET")


def test_a_secret_does_not_follow_a_feed_that_was_found_to_have_moved_to_another_host(
    run: Callable[..., Result], archive: Path, server: Server, other: Server
) -> None:
    old = server.on("/feed", Reply(301, {"Location": other.url("/feed")}))
    result = run("add", *PRIVATELY, old)
    assert result.exit_code == 0
    assert f"redirects to {other.url('/feed')}, which does not get the password" in result.stderr
    for _ in range(POLLS_TO_MOVE + 1):
        run("update", "--all")
    assert feeds(archive, "url, secret") == [(old, "env:SECRET")]
    assert len(of_feeds(other)) == POLLS_TO_MOVE + 2 and secrets(other) == {None}


def test_a_secret_does_not_follow_a_feed_that_moves_to_another_host(
    run: Callable[..., Result], archive: Path, server: Server, other: Server
) -> None:
    old = server.on("/feed", Reply(body=BODY))
    run("add", *PRIVATELY, old)
    server.on("/feed", Reply(301, {"Location": other.url("/feed")}))
    said = [run("update", "--all").stderr for _ in range(POLLS_TO_MOVE + 2)]
    assert [bool(text) for text in said] == [number == POLLS_TO_MOVE - 1 for number in range(len(said))]
    assert f"It has moved to {other.url('/feed')}, which must not get the password" in "".join(said)
    [(url, secret, schedule)] = feeds(archive, "url, secret, schedule")
    assert (url, secret) == (old, "env:SECRET")
    assert "must not get the password" in schedule
    assert secrets(other) == {None}


def test_a_feed_with_a_secret_moves_within_its_host(
    run: Callable[..., Result], archive: Path, server: Server
) -> None:
    new = server.on("/new", Reply(body=BODY))
    run("add", *PRIVATELY, server.on("/feed", Reply(body=BODY)))
    server.on("/feed", Reply(301, {"Location": "/new"}))
    for _ in range(POLLS_TO_MOVE):
        run("update", "--all")
    assert feeds(archive, "url, secret") == [(new, "env:SECRET")]
    assert None not in secrets(server)


def test_a_secret_for_a_page_is_for_its_feeds_of_the_same_host_alone(
    run: Callable[..., Result], archive: Path, server: Server, other: Server
) -> None:
    named = [server.on("/mine", Reply(body=rss(item("2"), url=None))), other.url("/feed")]
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{url}">' for url in named)
    page = server.on("/page", Reply(body=f"<html><head>{links}</head></html>".encode()))
    assert run("add", "--all", *PRIVATELY, page).exit_code == 0
    run("update", "--all")
    assert feeds(archive, "url, secret") == [(named[0], "env:SECRET"), (named[1], None)]
    assert secrets(other) == {None} and None not in secrets(server)


def test_a_secret_is_not_given_to_a_feed_that_moved_before_it_was_named(
    run: Callable[..., Result], archive: Path, server: Server, other: Server
) -> None:
    old = server.on("/feed", Reply(body=BODY))
    run("add", "--allow-private", old)
    server.on("/feed", Reply(301, {"Location": other.url("/feed")}))
    for _ in range(POLLS_TO_MOVE):
        run("update", "--all")
    assert feeds(archive, "url") == [(other.url("/feed"),)]
    result = run("add", *PRIVATELY, old)
    assert "does not get the password" in result.stderr
    assert feeds(archive, "url, secret") == [(other.url("/feed"), None)]


def test_a_feed_that_moves_to_one_that_is_followed_is_polled_no_more(
    run: Callable[..., Result], archive: Path, server: Server
) -> None:
    old, new = (server.on(path, Reply(body=BODY)) for path in ("/old", "/new"))
    run("add", "--allow-private", old, new)
    server.on("/old", Reply(301, {"Location": "/new"}))
    said = [run("update", "--all").stderr for _ in range(POLLS_TO_MOVE + 1)]
    paused = f"paused: it has moved to {new}, which is followed already, as feed 2"
    assert feeds(archive, "state, next_poll, schedule")[0] == ("paused", None, paused)
    assert feeds(archive, "state, moving_polls") == [("paused", POLLS_TO_MOVE), ("active", 0)]
    assert said[-2] == f"{old}: P{paused[1:]}.\n" and not said[-1]
    assert paused in run("feeds").stdout


def test_a_feed_that_moves_to_one_that_is_paused_goes_on_being_polled(
    run: Callable[..., Result], archive: Path, server: Server
) -> None:
    old, new = (server.on(path, Reply(body=BODY)) for path in ("/old", "/new"))
    run("add", "--allow-private", old, new)
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute("UPDATE feeds SET state = 'paused' WHERE id = 2")
    server.on("/old", Reply(301, {"Location": "/new"}))
    for _ in range(POLLS_TO_MOVE + 1):
        run("update", "--all")
    [(state, schedule), _] = feeds(archive, "state, schedule")
    assert state == "active" and "which is feed 2, and that is paused" in schedule
