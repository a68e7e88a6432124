"""What is kept of a request and its response: as they were sent, without secrets."""

import gzip
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path

import brotli
import httpcore2
import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from ingest.archive.documents.read_back import document_body
from ingest.base.decompress import zstd
from ingest.base.models import HttpExchange, ReceivedDocument
from ingest.fetch.client import Fetcher
from ingest.fetch.exchange import response_head
from ingest.fetch.messages import Request, Response
from ingest.fetch.rate_limits import Budget
from tests.independent_reader import untrue
from tests.ingest.archive.documents.received_here import AT, URL, archive_with_feed, keep
from tests.server import Reply, Server, raw

FEED = b"<rss><channel/></rss>"
GZIPPED = gzip.compress(FEED, mtime=0)
TWICE_GZIPPED = gzip.compress(GZIPPED, mtime=0)


async def to_loopback(_: str) -> list[str]:
    return ["127.0.0.1"]


async def get(request: Request, tls: ssl.SSLContext | None = None) -> Response:
    async with Fetcher(budget=Budget(pause=0), resolve=to_loopback, tls=tls) as client:
        return await client.get(request)


async def exchange(url: str, tls: ssl.SSLContext | None = None, **values: object) -> HttpExchange:
    answer = await get(Request(url, allow_private=True, **values), tls)  # type: ignore[arg-type]
    assert answer.exchange
    return answer.exchange


def lines(head: bytes | None) -> list[bytes]:
    assert head and head.endswith(b"\r\n\r\n")
    return head[:-4].split(b"\r\n")


async def test_the_request_is_as_it_was_sent(server: Server) -> None:
    url = server.on("/feed?a=b", Reply(body=FEED))
    kept = await exchange(url, etag='"1"', last_modified="yesterday")
    first, *headers = lines(kept.request)
    assert first == b"GET /feed?a=b HTTP/1.1"
    sent = dict(server.requests[0].headers)
    assert {
        name.lower().decode(): value.decode() for name, value in (line.split(b": ", 1) for line in headers)
    } == sent
    assert {"host", "user-agent", "accept", "if-none-match", "if-modified-since"} < sent.keys()


@pytest.mark.parametrize(
    ("headers", "auth"),
    [
        ({"X-Token": "s3cret"}, None),
        ({"authorization": "Bearer s3cret"}, None),
        ({"cookie": "session=s3cret"}, None),
        ({"User-Agent": "s3cret"}, None),
        ({}, ("me", "s3cret")),
    ],
)
async def test_the_request_has_no_secret(
    server: Server, headers: dict[str, str], auth: tuple[str, str] | None
) -> None:
    kept = await exchange(server.on("/feed", Reply(body=FEED)), headers=headers, auth=auth)
    names = [line.partition(b":")[0].lower() for line in lines(kept.request)]
    assert not {b"x-token", b"authorization", b"cookie"} & set(names)
    assert b"s3cret" not in (kept.request or b"") and b"czNjcmV0" not in (kept.request or b"")


async def test_credentials_in_the_address_are_not_kept(server: Server) -> None:
    url = server.on("/feed", Reply(body=FEED)).replace("http://", "http://me:s3cret@")
    kept = await exchange(url)
    assert b"s3cret" not in kept.request + kept.response and b"me" not in lines(kept.request)[1]  # type: ignore[operator]
    assert "authorization" in server.requests[0].headers


async def test_the_response_is_as_it_was_sent(server: Server) -> None:
    head = (
        b"HTTP/1.1 200 Quite \xe9 OK\r\nx-LOWER: a\r\nX-Twice: 1\r\nContent-Type: text/xml; name=\xe9\r\nX-Twice: 2\r\n"
        b"Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 21\r\n\r\n"
    )
    kept = await exchange(server.on("/feed", raw(head + FEED)))
    assert (kept.response, kept.body, kept.protocol) == (head, FEED, None)


async def test_a_body_in_chunks_is_kept_in_one_and_said_to_have_been(server: Server) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-encoding: chunked\r\n\r\n"
    kept = await exchange(server.on("/feed", raw(head + b"3\r\n<rs\r\n12\r\n" + FEED[3:] + b"\r\n0\r\n\r\n")))
    assert lines(kept.response) == [b"HTTP/1.1 200 OK", b"X-Archive-Orig-Transfer-encoding: chunked"]
    assert kept.body == FEED


@pytest.mark.parametrize("path", ["/feed", "/moved"])
async def test_a_cookie_that_may_be_had_by_a_secret_is_not_kept(server: Server, path: str) -> None:
    with Server() as other:
        reply = Reply(headers={"set-cookie": "session=1", "X-More": "2"}, body=FEED)
        server.on("/feed", reply)
        server.on("/moved", Reply(302, {"Location": other.on("/there", reply)}))
        kept = await exchange(server.url(path), headers={"X-Token": "s3cret"})
    assert [line for line in lines(kept.response) if line[0] in b"sX"] == [b"X-More: 2"]


@pytest.mark.parametrize(
    ("headers", "auth", "repeated"),
    [
        ({"X-Token": "s3cret/1"}, None, "s3cret/1"),
        ({"X-Token": "s3cret/1"}, None, "https://example.org/?token=s3cret%2F1"),
        ({"Authorization": "Bearer s3cret"}, None, "you are s3cret"),
        ({"Cookie": "a=1; session=s3cret"}, None, "s3cret"),
        ({}, ("me", "s3cret"), "bWU6czNjcmV0"),
        ({}, ("me", "s3cret"), "me:s3cret"),
    ],
)
async def test_a_header_that_repeats_a_secret_is_not_kept(
    server: Server, headers: dict[str, str], auth: tuple[str, str] | None, repeated: str
) -> None:
    reply = Reply(headers={"X-Echo": repeated, "ETag": f'"{repeated}"', "X-More": "2"}, body=FEED)
    answer = await get(Request(server.on("/feed", reply), allow_private=True, headers=headers, auth=auth))
    assert answer.exchange and [line for line in lines(answer.exchange.response) if line[:1] in b"XE"] == [
        b"X-More: 2"
    ]
    assert answer.etag is None


async def test_how_a_body_is_encoded_is_kept_whatever_the_secret_is(server: Server) -> None:
    reply = Reply(headers={"Content-Encoding": "gzip"}, body=gzip.compress(FEED))
    kept = await exchange(server.on("/feed", reply), headers={"X-Token": "gzip"})
    assert b"Content-Encoding: gzip" in lines(kept.response)


@pytest.mark.parametrize(("headers", "query"), [({"X-Token": "s3cret"}, ""), ({}, "?signature=abc")])
async def test_a_signed_address_to_which_a_secret_has_led_is_kept_without_its_query(
    server: Server, headers: dict[str, str], query: str
) -> None:
    with Server() as store:
        signed = store.on("/there?signature=abc", Reply(body=FEED))
        url = server.on("/feed?a=b", Reply(302, {"Location": signed}))
        answer = await get(Request(url, allow_private=True, headers=headers))
        assert store.requests[0].path == "/there?signature=abc"
    assert answer.url == signed and answer.kept_url == store.url("/there") + query
    assert answer.exchange and lines(answer.exchange.request)[0] == f"GET /there{query} HTTP/1.1".encode()


async def test_an_address_that_was_asked_for_keeps_its_query(server: Server) -> None:
    answer = await get(
        Request(server.on("/feed?a=b", Reply(body=FEED)), allow_private=True, headers={"X-Token": "s3cret"})
    )
    assert answer.kept_url == answer.url and answer.url.endswith("?a=b")


async def test_of_redirects_the_last_request_is_kept(server: Server) -> None:
    server.on("/feed", Reply(body=FEED))
    kept = await exchange(server.on("/old", Reply(301, {"Location": "/feed"})))
    assert lines(kept.request)[0] == b"GET /feed HTTP/1.1"
    assert lines(kept.response)[0] == b"HTTP/1.1 200 Said"


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("br", brotli.compress),
        ("zstd", zstd.compress),
        ("x-gzip", lambda body: body),
    ],
)
async def test_a_body_is_kept_as_it_was_sent(
    server: Server, encoding: str, compress: Callable[[bytes], bytes]
) -> None:
    sent = compress(FEED)
    answer = await get(
        Request(server.on("/feed", Reply(200, {"Content-Encoding": encoding}, sent)), allow_private=True)
    )
    assert answer.exchange and (answer.body, answer.exchange.body) == (FEED, sent)
    assert f"Content-Encoding: {encoding}".encode() in lines(answer.exchange.response)


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "identity"}])
async def test_a_body_that_is_not_compressed_is_in_memory_once(
    server: Server, headers: dict[str, str]
) -> None:
    answer = await get(Request(server.on("/feed", Reply(200, headers, FEED)), allow_private=True))
    assert answer.exchange and answer.exchange.body is answer.body


@pytest.mark.parametrize("status", [304, 404, 500])
async def test_an_answer_without_a_document_is_not_kept(server: Server, status: int) -> None:
    answer = await get(Request(server.on("/feed", Reply(status)), allow_private=True))
    assert answer.exchange is None


async def test_what_is_behind_a_compressed_body_takes_a_slot_too(server: Server) -> None:
    body = gzip.compress(FEED) + bytes(2_100_000)
    url = server.on("/feed", Reply(200, {"Content-Encoding": "gzip"}, body))
    async with Fetcher(budget=Budget(pause=0)) as client, AsyncExitStack() as slots:
        assert (await client.get(Request(url, allow_private=True), slots)).body == FEED
        [*_, (_, largest)] = client._transport._bodies._slots
        assert largest.locked()


@pytest.fixture
def secure() -> Iterator[tuple[Server, ssl.SSLContext]]:
    authority, ours, theirs = (
        trustme.CA(),
        ssl.create_default_context(),
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
    )
    authority.configure_trust(ours)
    authority.issue_cert("feeds.test").configure_cert(theirs)
    with Server(theirs, name="feeds.test") as server:
        yield server, ours


async def test_http2_is_written_as_http1(secure: tuple[Server, ssl.SSLContext]) -> None:
    server, tls = secure
    kept = await exchange(server.on("/feed", Reply(headers={"X-Case": "1"}, body=FEED)), tls)
    assert (lines(kept.request)[0], kept.protocol) == (b"GET /feed HTTP/1.1", "h2")
    assert f"Host: feeds.test:{server.port}".encode() in lines(kept.request)
    assert lines(kept.response) == [b"HTTP/1.1 200 OK", b"x-case: 1"]


@given(st.lists(st.tuples(st.binary(), st.binary())), st.integers(200, 299))
def test_no_header_of_http2_ends_the_head(headers: list[tuple[bytes, bytes]], status: int) -> None:
    head = response_head(
        httpcore2.Response(status, headers=headers, extensions={"http_version": b"HTTP/2"}), True
    )
    assert head.index(b"\r\n\r\n") == len(head) - 4
    assert all(re.match(rb"[^\s:]+: |HTTP/1.1 2", line) for line in lines(head))
    assert b"\r" not in b"".join(lines(head)) and b"\n" not in b"".join(lines(head))


@pytest.mark.parametrize(
    ("headers", "sent", "right"),
    [
        ({}, GZIPPED, b"gzip"),
        ({}, TWICE_GZIPPED, b"gzip, gzip"),
        ({"Content-Encoding": "gzip"}, TWICE_GZIPPED, b"gzip, gzip"),
        ({"Content-Encoding": "deflate"}, GZIPPED, b"gzip"),
        ({"Content-Encoding": "none"}, FEED, None),
        ({"Content-Encoding": "UTF-8"}, FEED, None),
        ({"Content-Encoding": "identity"}, FEED, b"identity"),
    ],
)
async def test_a_wrong_content_encoding_is_put_right_in_what_is_kept(
    server: Server, tmp_path: Path, headers: dict[str, str], sent: bytes, right: bytes | None
) -> None:
    answer = await get(Request(server.on("/feed", Reply(200, headers, sent)), allow_private=True))
    assert answer.exchange and (answer.body, answer.exchange.body) == (FEED, sent)
    head = dict(line.split(b": ", 1) for line in lines(answer.exchange.response)[1:])
    assert head.get(b"Content-Encoding") == right
    if headers and right != b"identity":
        assert head[b"X-Archive-Orig-Content-Encoding"] == headers["Content-Encoding"].encode()
    with closing(archive_with_feed(tmp_path / "archive.db")) as db:
        number = keep(db, ReceivedDocument(FEED, AT, URL, "poll", None, None, None, answer.exchange))
        assert document_body(db.conn, tmp_path / "archive.db", number) == FEED
    assert untrue(tmp_path / "archive.db") == []
