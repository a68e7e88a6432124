"""The comparison of two checkouts finds what differs, and nothing where nothing does."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.compare_pages.crawl import Limits, links, shape
from tests.compare_pages.difference import compare
from tests.compare_pages.recording import Answer, read, write
from tests.compare_pages.volatile import UNSTABLE, Volatile

HTML = {"content-type": "text/html; charset=utf-8"}
PAGE = Answer(200, HTML, b"<h1>Entries</h1><p>\n--title\n</p>")
OTHER = Answer(200, HTML, b"<h1>Entries</h1><p>\n--name\n</p>")
JSON = Answer(200, {"content-type": "application/json"}, '{"a": [1, "é\n\n"]}'.encode())
VOLATILE = Volatile(((b"/tmp/x", b"FOLDER"),), frozenset({date(2025, 3, 4)})).at(8123)


def recorded(folder: Path, answers: Sequence[tuple[str, Answer]]) -> Path:
    for address, answer in answers:
        write(folder / "guest", address, answer)
    return folder


def test_a_recording_is_read_as_it_was_written(tmp_path: Path) -> None:
    long = "/search?q=" + "é" * 3000
    recorded(tmp_path, [("/", PAGE), ("/a.json", JSON), (long, OTHER), (long + "e", PAGE)])
    assert read(tmp_path) == {
        "guest /": PAGE,
        "guest /a.json": JSON,
        f"guest {long}": OTHER,
        f"guest {long}e": PAGE,
    }


def test_equal_recordings_do_not_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for side in "ab":
        recorded(tmp_path / side, [("/", PAGE), ("/a.json", JSON)])
    assert compare(tmp_path / "a", tmp_path / "b", 10) == 0
    assert capsys.readouterr().out == "\n2 the same, 0 differ in 0 ways, 0 only before, 0 only after\n"


def test_each_difference_is_named_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    moved = Answer(302, {"location": "/"}, b"")
    recorded(tmp_path / "a", [("/", PAGE), ("/1", PAGE), ("/2", moved), ("/old", PAGE), ("/a.json", JSON)])
    recorded(tmp_path / "b", [("/", OTHER), ("/1", OTHER), ("/2", PAGE), ("/new", PAGE), ("/a.json", JSON)])
    assert compare(tmp_path / "a", tmp_path / "b", 10) == 1
    said = capsys.readouterr().out
    assert "Differs, at 2:\n    guest /\n    guest /1\n---title\n+--name\n" in said
    assert "guest /2\n-status 302\n-location: /\n+status 200\n" in said
    assert "/a, 1:\n    guest /old\n" in said
    assert "/b, 1:\n    guest /new\n" in said
    assert said.endswith("1 the same, 3 differ in 2 ways, 1 only before, 1 only after\n")


def test_what_differs_in_white_space_alone_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded(tmp_path / "a", [("/a.json", JSON)])
    recorded(tmp_path / "b", [("/a.json", Answer(200, JSON.headers, JSON.body + b"\n"))])
    assert compare(tmp_path / "a", tmp_path / "b", 10) == 1
    assert "white space or order alone" in capsys.readouterr().out


def test_of_a_large_table_the_rows_that_differ_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"row {number}" for number in range(50_000)]
    for side, changed in (("a", rows), ("b", [row.replace("row 7", "line 7") for row in rows])):
        recorded(tmp_path / side, [("table", Answer(0, {}, "\n".join(changed).encode()))])
    assert compare(tmp_path / "a", tmp_path / "b", 2) == 1
    said = capsys.readouterr().out
    assert "Differs:\n    guest table\n-row 7\n-row 70\n… 2220 more lines\n" in said


def test_of_a_long_line_the_place_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for side in ("same", "other"):
        write(tmp_path / side / "guest", "/", Answer(200, {}, f"{'a' * 5000} {side} {'b' * 5000}".encode()))
    assert compare(tmp_path / "same", tmp_path / "other", 10) == 1
    said = capsys.readouterr().out
    assert f"\n-…{'a' * 79} same bbb" in said and f"\n+…{'a' * 79} other bbb" in said
    assert max(map(len, said.splitlines())) < 310


def test_an_empty_folder_is_no_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(tmp_path, tmp_path, 10) == 2
    assert capsys.readouterr().out == f"Nothing is recorded in {tmp_path}.\n"


@pytest.mark.parametrize(
    "text, stable",
    [
        ("http://127.0.0.1:8123/ of /tmp/x/archive.db", "http://127.0.0.1:PORT/ of FOLDER/archive.db"),
        ("made 2025-03-04T01:02:03Z, 2025-03-04", "made NOW, TODAY"),
        ("julianday(%272025-03-04T21%3A15%3A06Z%27)", "julianday(%27NOW%27)"),
        (f"urldate = {{{datetime.now(UTC):%Y-%m-%d}}}", "urldate = {TODAY}"),
        ('"query_ms": 54.11, "ms": 54', '"query_ms": "MS", "ms": 54'),
        ("/-/static/app.css?d59929", "/-/static/app.css?HASH"),
        ("2024-03-04T01:02:03Z, 127.0.0.1:81", "2024-03-04T01:02:03Z, 127.0.0.1:81"),
    ],
)
def test_what_is_volatile_has_a_name(text: str, stable: str) -> None:
    assert VOLATILE.stable_text(text) == stable


def test_pages_of_a_full_text_table_are_unstable() -> None:
    assert all(
        UNSTABLE.match(f"/archive/entries_fts{rest}")
        for rest in ("", ".json", "/1", "?_sort=rowid", ".csv?a=b")
    )
    assert not any(
        UNSTABLE.match(path)
        for path in ("/archive/entries_fts_data", "/archive/entries?_search=a_fts", "/archive?sql=a/b_fts")
    )


def test_links_lead_to_the_same_server() -> None:
    body = (
        b'<a href="/entry/1#top">1</a> <a href="?q=a&amp;b=c">2</a> <img src=\'/a b.png\'> <a href="//here:1/x">3</a>'
        b'<a href="https://elsewhere.example/">4</a> <a href="http://[broken">5</a> <a href="mailto:a@b.example">6</a>'
        b'<a href="/-/logout">7</a>'
    )
    found = list(links("here:1", "/search", Answer(200, HTML, body), body))
    assert found == ["/search", "/entry/1", "/search?q=a&b=c", "/a%20b.png", "/x"]
    moved = Answer(302, {"location": "http://127.0.0.1:PORT/there"}, b"")
    assert list(links("127.0.0.1:5", "/here", moved, b"")) == ["/there"]


def test_limits_are_of_a_shape() -> None:
    limits = Limits(most=10, seconds=10, each_page=100, each_shape=6)
    assert shape("/entry/24") == shape("/entry/7") == "/entry/N?"
    assert shape("/search?q=a&page=2") == shape("/search?page=3&q=") == "/search?page&q"
    assert (limits.of("/entry/N?"), limits.of("/search?page&q"), limits.of("/a?b&c&d")) == (100, 6, 2)
    assert (limits.reached(9, 9.0), limits.reached(10, 9.0), limits.reached(1, 11.0)) == (
        "",
        "the limit of 10 addresses",
        "the limit of 10 seconds",
    )
