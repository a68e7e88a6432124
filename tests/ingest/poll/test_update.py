"""What responses do to a feed, with the real command over a real socket."""

import asyncio
import json
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from datasette.app import Datasette

from ingest.cli.commands import main
from tests.ingest.documents_written_here import item, rss
from tests.server import Asked, Reply, Server, bomb, drip, of_feeds, raw
from tests.waiting import LONGEST, until

ROOT = Path(__file__).parents[3]
BODY = rss(item("1"), item("2"), url=None)
LIMITS = ["--timeout", "8", "--answer-timeout", "8"]  # which only a hostile server comes up to


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        server.on("/feed", Reply(body=BODY))
        yield server


@pytest.fixture
def poll(archive: Path, server: Server) -> Callable[..., str]:
    """Poll everything; the first time, follow the feed at /feed."""

    def poll(*arguments: str) -> str:
        if not archive.exists():
            result = CliRunner().invoke(
                main, ["add", str(archive), "--allow-private", server.url("/feed"), *arguments]
            )
            assert result.exit_code == 0, result.output
        return CliRunner().invoke(main, ["update", str(archive), "--all", *LIMITS]).output

    return poll


def held(reply: Reply, over: threading.Event) -> Callable[[Asked], Reply]:
    """An answer that the server gives, and all others meanwhile, when something is over."""

    def answer(_: Asked) -> Reply:
        over.wait(LONGEST)
        return reply

    return answer


def feed(archive: Path, number: int = 1) -> dict[str, Any]:
    with sqlite3.connect(archive) as connection:
        connection.row_factory = sqlite3.Row
        return dict(connection.execute("SELECT * FROM feeds WHERE id = ?", [number]).fetchone())


def count(archive: Path, table: str) -> int:
    with sqlite3.connect(archive) as connection:
        [(number,)] = connection.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
        return int(number)


@pytest.mark.parametrize("status", [301, 308])
def test_three_permanent_redirects_in_a_row_move_the_address(
    poll: Callable[..., str], archive: Path, server: Server, status: int
) -> None:
    poll()
    new = server.on("/new", Reply(body=BODY))
    server.on("/feed", Reply(status, {"Location": "/new"}))
    for _ in range(2):
        poll()
        assert feed(archive)["url"] == server.url("/feed")
    poll()
    assert feed(archive)["url"] == new
    with sqlite3.connect(archive) as connection:
        assert connection.execute("SELECT url FROM feed_addresses").fetchall() == [(server.url("/feed"),)]
    result = CliRunner().invoke(main, ["add", str(archive), "--allow-private", server.url("/feed")])
    assert "Already followed" in result.output


@pytest.mark.parametrize("status", [302, 303, 307])
def test_temporary_redirects_never_do(
    poll: Callable[..., str], archive: Path, server: Server, status: int
) -> None:
    poll()
    server.on("/new", Reply(body=BODY))
    server.on("/feed", Reply(status, {"Location": "/new"}))
    for _ in range(4):
        assert "1 unchanged" in poll()
    assert feed(archive)["url"] == server.url("/feed")


def test_gone_stops_the_polling_and_keeps_what_there_is(
    poll: Callable[..., str], archive: Path, server: Server
) -> None:
    poll()
    server.on("/feed", Reply(410))
    assert "gone for good (410)" in poll()
    asked = len(server.requests)
    assert "No feed is active" in poll()
    assert len(server.requests) == asked
    assert (feed(archive)["state"], count(archive, "entries")) == ("gone", 2)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed_and_is_no_failure(
    poll: Callable[..., str], archive: Path, server: Server, status: int
) -> None:
    poll()
    server.on("/feed", Reply(status, {"Retry-After": "172800"}))
    assert "1 held" in poll()
    known = feed(archive)
    assert known["failures"] == 0
    assert known["schedule"] == "in 2 days: the server asked for that"
    assert known["next_poll"] > known["last_polled"]


def test_retry_after_holds_for_all_feeds_of_the_host(
    poll: Callable[..., str], archive: Path, server: Server
) -> None:
    poll()
    server.on("/other", Reply(body=rss(item("3"), url=None)))
    CliRunner().invoke(main, ["add", str(archive), "--allow-private", server.url("/other")])
    before = len(server.requests)
    server.on("/feed", Reply(429, {"Retry-After": "600"}))
    server.on("/other", Reply(429, {"Retry-After": "600"}, seconds=0.5))
    assert "2 held" in poll()
    assert len(server.requests) - before <= 2


def test_retry_after_holds_for_the_runs_that_follow(
    poll: Callable[..., str], archive: Path, server: Server
) -> None:
    poll()
    other = server.on("/other", Reply(body=rss(item("3"), url=None)))
    CliRunner().invoke(main, ["add", str(archive), "--allow-private", other])
    server.on("/feed", Reply(429, {"Retry-After": "86400"}))
    CliRunner().invoke(main, ["update", str(archive), "1"])
    server.requests.clear()
    for command in (["update", "--all"], ["update", "2"], ["add", "--allow-private", server.url("/third")]):
        result = CliRunner().invoke(main, [command[0], str(archive), *command[1:]])
        assert "Its host asked to be left alone until 20" in result.stderr
    assert not server.requests
    assert feed(archive, 2)["failures"] == 0
    assert feed(archive, 2)["next_poll"] >= (datetime.now(UTC) + timedelta(hours=23)).isoformat()[:19]


def test_a_host_that_asked_for_it_when_a_feed_was_added_is_left_alone_after(
    poll: Callable[..., str], archive: Path, server: Server
) -> None:
    poll()
    busy = server.on("/busy", Reply(503, {"Retry-After": "600"}))
    CliRunner().invoke(main, ["add", str(archive), "--allow-private", busy])
    server.requests.clear()
    assert "1 held" in poll()
    assert not server.requests


def test_failures_in_a_row_are_polled_ever_more_seldom_and_delete_nothing(
    poll: Callable[..., str], archive: Path, server: Server
) -> None:
    poll()
    server.on("/feed", Reply(404))
    since = None
    for failures in (1, 2, 3):
        assert "nothing at its address (404)" in poll()
        known = feed(archive)
        since = since or known["failing_since"]
        assert (known["failures"], known["failing_since"]) == (failures, since)
    assert "failed 3 times in a row" in known["schedule"]
    assert count(archive, "entries") == 2
    assert "failing since" in CliRunner().invoke(main, ["feeds", str(archive)]).output
    server.on("/feed", Reply(body=BODY))
    poll()
    assert (feed(archive)["failures"], feed(archive)["failing_since"]) == (0, None)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (b"<!DOCTYPE html><html><body>Hello</body></html>", "a web page, not a feed"),
        (b"<html><form><input type=password></form></html>", "a page with a login"),
        (b"<html><title>Just a moment...</title>Verify you are human</html>", "captcha"),
        (b"", "empty document"),
        (b"<rss/>", "none of the elements"),
    ],
)
def test_a_page_instead_of_the_feed_is_a_failure(
    poll: Callable[..., str], archive: Path, server: Server, page: bytes, said: str
) -> None:
    poll()
    server.on("/feed", Reply(body=page))
    assert said in poll()
    assert (feed(archive)["failures"], count(archive, "entries")) == (1, 2)


def test_a_server_without_conditional_requests_costs_one_hash(
    poll: Callable[..., str], archive: Path, server: Server
) -> None:
    poll()
    assert "1 feed polled (1 unchanged)" in poll()
    assert count(archive, "polls") == 3


def test_a_confirmation_keeps_the_etag(poll: Callable[..., str], archive: Path, server: Server) -> None:
    def answer(asked: Asked) -> Reply:
        return (
            Reply(304) if asked.headers.get("if-none-match") == '"7"' else Reply(200, {"ETag": '"7"'}, BODY)
        )

    server.on("/feed", answer)
    poll()
    poll()
    assert (feed(archive)["etag"], [asked.headers.get("if-none-match") for asked in of_feeds(server)]) == (
        '"7"',
        [None, '"7"', '"7"'],
    )


@pytest.mark.parametrize(
    ("hostile", "said"),
    [
        (drip(), "too slow"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), ""),
        (raw(b"not HTTP at all\r\n\r\n"), ""),
        (bomb(b"\x1f\x8b\x08", b"\0" * 1000, "gzip", 10), ""),
        (Reply(302, {"Location": "/feed"}), "circle"),
    ],
    ids=["drip", "chunks", "nonsense", "compression", "circle"],
)
def test_a_hostile_server_costs_its_own_feed_alone(
    poll: Callable[..., str], archive: Path, server: Server, hostile: Any, said: str
) -> None:
    poll()
    server.on("/good", Reply(body=rss(item("9"), url=None, title="Good")))
    CliRunner().invoke(main, ["add", str(archive), "--allow-private", server.url("/good")])
    server.on("/feed", hostile)
    output = poll()
    assert f"{server.url('/feed')}: " in output and said in output and "Traceback" not in output
    assert "2 feeds polled (1 unchanged, 1 failing)" in output


def test_what_a_publisher_asks_for_is_in_the_plan(
    poll: Callable[..., str], archive: Path, server: Server
) -> None:
    def dated(number: int) -> str:
        when = format_datetime(datetime.now(UTC) - timedelta(hours=8 * number + 1))
        return item(str(number)).replace("Sun, 01 Jun 2025 12:00:00 GMT", when)

    body = rss(*map(dated, range(12)), url=None)
    server.on("/feed", Reply(200, {"Cache-Control": "max-age=43200"}, body))
    poll()
    assert "its publisher asks for 12 hours" in feed(archive)["schedule"]


@pytest.mark.parametrize(
    ("secret", "header", "sent"),
    [("ada:pass", "authorization", "Basic YWRhOnBhc3M="), ("X-Token: abc", "x-token", "abc")],
)
def test_a_secret_is_sent_and_is_nowhere_in_the_archive(
    archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch, secret: str, header: str, sent: str
) -> None:
    monkeypatch.setenv("FEED_SECRET", secret)
    server.on("/feed", lambda asked: Reply(body=BODY) if asked.headers.get(header) == sent else Reply(401))
    command = ["add", str(archive), "--allow-private", "--secret", "env:FEED_SECRET", server.url("/feed")]
    assert CliRunner().invoke(main, command).exit_code == 0
    monkeypatch.delenv("FEED_SECRET")
    assert (
        "environment variable FEED_SECRET"
        in CliRunner().invoke(main, ["update", str(archive), "--all"]).output
    )
    with sqlite3.connect(archive) as connection:
        dump = "\n".join(connection.iterdump())
    assert "pass" not in dump.replace("passed", "").replace("password", "") and "abc" not in dump


@pytest.mark.parametrize(
    ("secret", "header"),
    [
        ("ada:pass-w0rd", "authorization"),
        ("X-Token: t0ken/value", "x-token"),
        ("b3arer.value", "authorization"),
    ],
)
def test_what_a_document_repeats_of_its_request_is_in_nothing_that_is_new(
    archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch, secret: str, header: str
) -> None:
    said = ["pass-w0rd", "YWRhOnBhc3MtdzByZA", "t0ken/value", "t0ken%2Fvalue", "b3arer.value", "addr3ss-key"]

    def echo(asked: Asked) -> Reply:
        if header not in asked.headers:
            return Reply(401)
        sent = asked.headers[header]
        files = [
            {"url": f"https://e.org/1.mp3?t={quote(sent, safe='')}", "mime_type": "audio/mpeg", "title": sent}
        ]
        entry = {
            "id": "1",
            "url": "https://e.org/1",
            "content_html": "<p>x</p>",
            "external_url": f"https://e.org/?t={sent}",
            "_asked": sent,
        }
        entry |= {"attachments": files, "_address": server.url("/feed?key=addr3ss-key"), "_kept": "this"}
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [entry], "_by": [sent]}
        return Reply(headers={"Content-Type": "application/feed+json"}, body=json.dumps(feed).encode())

    monkeypatch.setenv("FEED_SECRET", secret)
    server.on("/feed?key=addr3ss-key", echo)
    server.on("/feed", echo)
    command = ["add", str(archive), "--allow-private", "--secret", "env:FEED_SECRET"]
    assert CliRunner().invoke(main, [*command, server.url("/feed?key=addr3ss-key")]).exit_code == 0
    for reading_again in (False, True):
        if reading_again:
            with sqlite3.connect(archive) as connection:
                connection.execute("UPDATE documents SET reader = 1")
                connection.execute("DELETE FROM extra")
            assert CliRunner().invoke(main, ["reparse", str(archive)]).exit_code == 0
        with sqlite3.connect(archive) as connection:
            dump = [line for line in connection.iterdump() if '"enclosures"' not in line]
            extra = connection.execute("SELECT json FROM extra WHERE entry = 1").fetchall()
        assert [line for line in dump if any(one in line for one in said[:-1])] == []
        assert extra == [('[{"_kept": "this"}]',)]


def test_an_address_with_a_password_is_not_taken(archive: Path, server: Server) -> None:
    address = server.url("/feed").replace("http://", "http://ada:pass@")
    result = CliRunner().invoke(main, ["add", str(archive), "--allow-private", address])
    assert result.exit_code == 1
    assert "--secret" in result.output
    assert not archive.exists()


def test_two_updates_at_once_poll_no_feed_twice(archive: Path, server: Server) -> None:
    over = threading.Event()  # the second of them
    urls = [
        server.on(f"/{number}", Reply(body=rss(item(str(number)), url=None, title=str(number))))
        for number in range(8)
    ]
    for url in urls:
        CliRunner().invoke(main, ["add", str(archive), "--allow-private", url])
    for number in range(8):
        reply = Reply(body=rss(item(f"{number}-new"), url=None, title=str(number)))
        server.on(f"/{number}", held(reply, over))
    server.requests.clear()
    # Which lists the feeds at its start: where the first is over by then, each is polled again, as it should be.
    command = [sys.executable, "-m", "ingest", "update", str(archive), "--all"]

    def started() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    first = started()
    until(lambda: server.requests)
    second = started()
    outputs = [second.communicate(timeout=LONGEST)]
    over.set()
    outputs.append(first.communicate(timeout=LONGEST))
    both = [first, second]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert set(Counter(asked.path for asked in server.requests).values()) == {1}
    assert count(archive, "entries") == 16


@pytest.mark.parametrize("contact", ["me@example.org\nX: y", "ü€@example.org", "", "x" * 501])
def test_a_contact_that_no_header_can_hold_is_wrong_usage(archive: Path, contact: str) -> None:
    result = CliRunner().invoke(main, ["add", str(archive), "--contact", contact, "http://127.0.0.1:1/"])
    assert (result.exit_code, "--contact" in result.stderr) == (2, True)


def test_an_unknown_feed_is_named_and_the_others_are_polled(archive: Path, server: Server) -> None:
    CliRunner().invoke(main, ["add", str(archive), "--allow-private", server.url("/feed")])
    result = CliRunner().invoke(main, ["update", str(archive), "99", "1", "https://example.org/none"])
    assert result.exit_code == 3
    said = "2 feeds: the archive has no such feed. `feedsette feeds` lists what it has.\n"
    assert f"{said}  99\n  https://example.org/none\n" in result.stderr
    assert "1 feed polled (1 unchanged)" in result.stdout


async def test_an_update_while_datasette_serves_costs_no_page(archive: Path, server: Server) -> None:
    root = Path(__file__).parents[3]
    for number in range(6):
        url = server.on(f"/{number}", Reply(body=rss(item(f"{number}"), url=None, title=f"{number}")))
        await asyncio.to_thread(CliRunner().invoke, main, ["add", str(archive), "--allow-private", url])
    site = Datasette([str(archive)], plugins_dir=str(root / "plugins"), template_dir=str(root / "templates"))
    await site.invoke_startup()
    command = [sys.executable, "-m", "ingest", "update", str(archive), "--all"]
    statuses: Counter[int] = Counter()
    for edition in range(3):
        for number in range(6):
            body = rss(
                *(item(f"{number}-{k}", f"Edition {edition}.") for k in range(20)),
                url=None,
                title=f"{number}",
            )
            server.on(f"/{number}", Reply(body=body))
        running = await asyncio.create_subprocess_exec(*command, cwd=root, stderr=asyncio.subprocess.PIPE)
        ended = asyncio.create_task(running.communicate())
        while not ended.done():
            paths = (
                "/",
                "/search?q=edition",
                "/archive/entries",
                "/entry/1",
                "/feed/1",
                "/archive/contents.json",
            )
            answers = await asyncio.gather(*(site.client.get(path) for path in paths))
            statuses.update(answer.status_code for answer in answers)
        assert (running.returncode, ended.result()[1]) == (0, b"")
    assert set(statuses) == {200}
    assert count(archive, "entries") == 6 + 6 * 20
