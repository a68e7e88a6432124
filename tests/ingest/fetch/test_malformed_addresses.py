"""Malformed URLs are refused as input; a feed that has one in the archive fails alone."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import ingest.poll.update
from ingest.base.http_url import BadAddress, is_fetchable, parse_http_url, redirect_target
from ingest.base.url_spelling import looks_like_feed, typed_url
from ingest.base.urls import feed_key, link_url, same_but_for_www, url_host, url_key, web_url
from ingest.cli.commands import main
from ingest.fetch.rate_limits import registrable_domain
from ingest.follow.discover import candidates
from ingest.follow.known_sites import known_feeds
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server

SAMPLES = Path(__file__).parents[4] / "shared" / "cases" / "60-web-archives"

MALFORMED = [
    "http://[::1/feed",
    "http://[::1::2]/",
    "http://[v1.x]/",
    "http://h.example:99999999/",
    "http://h.example:-1/",
    "http://a\u2100b.example/",  # which NFKC makes to a/cb
    "http://ex ample/",
    "http://%5b/",
    "http://" + "a" * 64 + ".example/",
    "http://..../",
    "http:///feed",
    "http://",
]
# They cannot be resolved either, or only under another name; what matters is that none of them raises.
ODD = [
    "http://\ud800/",
    "http://xn--/",
    "http://h.example:/",
    "http://①.example/",
    "http://a\x00b/",
    "http://[::1%25x]/",
]

_part = st.sampled_from(
    [*"[]:/@?#%.\\ \t\n\x00\x1b\x9b\u2100\u202e\ud800é①", "xn--", "http", "//", "::1", "65536", "a"]
)
nasty = st.one_of(
    st.sampled_from(MALFORMED + ODD),
    st.lists(_part, max_size=12).map("".join),
    st.lists(_part, max_size=12).map(lambda parts: "http://" + "".join(parts)),
    st.text(max_size=40).map(lambda text: f"https://{text}"),
)


@given(nasty)
def test_what_passes_as_a_web_address_can_be_taken_apart(text: str) -> None:
    for url in filter(None, (web_url(text), web_url(text, "https://a.example/b"), link_url(text))):
        urlsplit(url).port  # noqa: B018
        registrable_domain(url_host(url))
        httpx.URL("https://a.example/").join("/b")
        assert web_url(url) == url or url.startswith("mailto:")


@given(nasty)
def test_no_address_is_too_odd_to_be_looked_at(text: str) -> None:
    for look in (url_host, url_key, looks_like_feed, known_feeds, feed_key, is_fetchable):
        look(text)
    registrable_domain(url_host(text))
    same_but_for_www(text, "https://a.example/")
    page = f'<base href="{text}"><link rel=alternate type=application/rss+xml href="{text}"><a href="{text}">RSS</a>'
    found = candidates(page.encode("utf-8", "replace"), "https://a.example/", "text/html")
    assert all(is_fetchable(one.url) for one in (*found.named, *found.linked, *found.usual))


@given(nasty)
def test_what_is_asked_for_is_refused_in_words_or_well_formed(text: str) -> None:
    for ask in (
        lambda: parse_http_url(text)[0],
        lambda: redirect_target(httpx.URL("https://a.example/"), text),
    ):
        try:
            url = ask()
        except BadAddress:
            continue
        assert is_fetchable(str(url))
        registrable_domain(url.raw_host.decode())
    with suppress(BadAddress):
        assert is_fetchable(typed_url(text)[0])


@pytest.mark.parametrize("url", MALFORMED)
def test_a_malformed_address_is_not_fetched(url: str) -> None:
    assert not is_fetchable(url)


@pytest.mark.parametrize(
    "url", ["https://blog.example.org/feed?a=b", "http://[2001:db8::1]:8080/", "http://a_b.example"]
)
def test_a_well_formed_one_is(url: str) -> None:
    assert is_fetchable(url)


@pytest.fixture
def archive(tmp_path: Path, server: Server) -> Path:
    """An archive of two feeds, of which the second is at the server and does well."""
    archive = tmp_path / "archive.db"
    path = tmp_path / "list.opml"
    server.on("/b", Reply(body=rss(item("1"), url=None)))
    server.on("/a", Reply(body=rss(item("2"), url=None)))
    outlines = "".join(f'<outline xmlUrl="{server.url(name)}"/>' for name in ("/a", "/b"))
    path.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
    run("add", archive, "--allow-private", path)
    return archive


def run(command: str, archive: Path, *arguments: object) -> Result:
    result = CliRunner().invoke(main, [command, str(archive), *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def feeds(archive: Path) -> dict[int, dict[str, Any]]:
    with sqlite3.connect(archive) as connection:
        connection.row_factory = sqlite3.Row
        return {row["id"]: dict(row) for row in connection.execute("SELECT * FROM feeds")}


def spoil(archive: Path, column: str, value: object) -> None:
    with sqlite3.connect(archive) as connection:
        connection.execute(f"UPDATE feeds SET {column} = ? WHERE id = 1", [value])  # noqa: S608


@pytest.mark.parametrize(
    "url", [*MALFORMED, "http://xn--/", "http://a\x00b/", "", "no address", b"http://\xff/"]
)
def test_a_malformed_address_in_the_archive_costs_its_feed_alone(archive: Path, url: object) -> None:
    spoil(archive, "url", url)
    result = run("update", archive, "--all")
    assert result.exit_code
    assert "2 feeds polled" in result.stdout
    one, other = feeds(archive).values()
    assert (one["failures"], other["failures"]) == (1, 0)
    assert one["last_error"].endswith(".")
    assert one["next_poll"] > one["last_polled"]


@pytest.mark.parametrize(
    "column, value",
    [("hints", "{"), ("hints", "[]"), ("added", "never"), ("secret", "file:\0"), ("title", b"\xff")],
)
def test_whatever_is_wrong_with_a_feed_s_row_costs_its_feed_alone(
    archive: Path, column: str, value: object
) -> None:
    spoil(archive, column, value)
    with sqlite3.connect(archive) as connection:
        connection.execute("UPDATE feeds SET body_hash = NULL, etag = NULL")
    result = run("update", archive, "--all")
    assert "2 feeds polled" in result.stdout
    assert feeds(archive)[2]["failures"] == 0
    assert feeds(archive)[2]["last_polled"]


def test_an_error_that_nobody_foresaw_is_recorded_as_that_feed_s(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., Any] = ingest.poll.update.record_answer

    def record(db: Any, feed: Any, *rest: Any) -> Any:
        if feed.id == 1 and rest[0].outcome.kind != "failing":
            raise ValueError("of a kind that is new")
        return real(db, feed, *rest)

    monkeypatch.setattr(ingest.poll.update, "record_answer", record)
    result = run("update", archive, "--all")
    assert "2 feeds polled" in result.stdout
    assert "nobody foresaw (ValueError: of a kind that is new)" in feeds(archive)[1]["last_error"]
    assert feeds(archive)[2]["failures"] == 0


def test_an_address_of_a_list_that_is_malformed_is_named_and_the_rest_is_followed(tmp_path: Path) -> None:
    path, archive = tmp_path / "list.opml", tmp_path / "archive.db"
    path.write_text(
        '<opml version="2.0"><body><outline xmlUrl="http://[::1/feed"/><outline xmlUrl="http://127.0.0.1:9/"/></body></opml>'
    )
    result = run("add", archive, path)
    assert "http://[::1/feed: The address is not well-formed." in result.stderr
    assert [row["url"] for row in feeds(archive).values()] == ["http://127.0.0.1:9/"]


@pytest.mark.parametrize("own", ["http://[::1/feed", "http://h.example:99999999/", "http://..../feed"])
def test_a_document_that_names_a_malformed_address_as_its_own_is_of_its_file(
    tmp_path: Path, own: str
) -> None:
    path, archive = tmp_path / "feed.xml", tmp_path / "archive.db"
    path.write_bytes(rss(item("1"), url=own))
    assert run("import", archive, path).exit_code == 0
    assert [row["url"] for row in feeds(archive).values()] == [path.as_uri()]


@pytest.mark.parametrize("url", ["http://[::1/feed", "http://h.example:99999999/", "http://..../feed"])
def test_import_refuses_a_malformed_address_of_a_feed_as_wrong_usage(tmp_path: Path, url: str) -> None:
    (tmp_path / "feed.xml").write_bytes(rss(item("1")))
    result = run("import", tmp_path / "archive.db", "--feed", url, tmp_path / "feed.xml")
    assert result.exit_code == 2
    assert "is to be the address of a feed" in result.stderr


def test_a_record_of_a_web_archive_with_a_malformed_address_is_named(tmp_path: Path) -> None:
    path = SAMPLES / "bad-address.warc"
    if not path.exists():
        pytest.skip(f"there is no {path}")
    result = run("import", tmp_path / "archive.db", path)
    assert result.exit_code
    assert "http://[::1/feed" in result.stderr
    assert "address" in result.stderr.partition("http://[::1/feed")[2]
    assert not (tmp_path / "archive.db").exists()


@pytest.mark.parametrize("command", ["add", "update"])
def test_an_argument_that_is_no_text_is_answered_in_words(archive: Path, command: str) -> None:
    assert run(command, archive, "http://a.example/\udcff").exit_code
