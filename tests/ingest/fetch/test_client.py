import asyncio
import json
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import trustme

from ingest import __version__
from ingest.fetch.client import Fetcher, user_agent
from ingest.fetch.messages import FetchError, Limits, Request, Response, links
from ingest.fetch.rate_limits import Budget
from ingest.fetch.transport import tls_context
from tests.server import Asked, Reply, Server, bomb, drip, endless, raw, silent

SMALL = Limits(wire_bytes=1_000_000, body_bytes=1_000_000)
IMPATIENT = Limits(total_seconds=0.3)
TIRED_OF_SILENCE = Limits(connect_seconds=3, first_byte_seconds=0.1)  # which are added up
FEED = b"<rss><channel/></rss>"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        server.on("/feed", Reply(body=FEED))
        yield server


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    """A client's, that trusts the test's authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def certified(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Server]:
    with Server(certified(authority, "feeds.test"), name="feeds.test") as server:
        server.on("/feed", Reply(body=FEED))
        yield server


async def to_loopback(_: str) -> list[str]:
    return ["127.0.0.1"]


def fetcher(limits: Limits = SMALL, tls: ssl.SSLContext | None = None) -> Fetcher:
    return Fetcher(limits, budget=Budget(pause=0), resolve=to_loopback, tls=tls)


async def get(
    url: str,
    limits: Limits = SMALL,
    tls: ssl.SSLContext | None = None,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    headers: dict[str, str] | None = None,
    auth: tuple[str, str] | None = None,
) -> Response:
    async with fetcher(limits, tls) as client:
        return await client.get(Request(url, etag, last_modified, True, headers or {}, auth))


async def failure(url: str, limits: Limits = SMALL, tls: ssl.SSLContext | None = None) -> FetchError:
    with pytest.raises(FetchError) as raised:
        await get(url, limits, tls)
    assert "127.0.0.1" not in str(raised.value) and str(raised.value).endswith((".", ")."))
    return raised.value


# What is asked, and what is told of the answer


async def test_a_request_says_who_asks_and_for_what(server: Server) -> None:
    await get(server.url("/feed"))
    sent = server.requests[0].headers
    assert sent["user-agent"].startswith(f"Feedsette/{__version__} (+https://")
    assert "application/atom+xml" in sent["accept"] and "application/feed+json" in sent["accept"]
    assert sent["accept-encoding"] == "gzip, br, zstd, deflate"
    assert sent["host"] == f"127.0.0.1:{server.port}"
    assert "if-none-match" not in sent and "referer" not in sent


def test_the_address_for_complaints_can_be_set() -> None:
    assert "complaints: me@example.com" in user_agent("me@example.com")


async def test_the_answer_tells_what_the_next_poll_needs(server: Server) -> None:
    headers = {
        "ETag": 'W/"1"',
        "Last-Modified": "Thu, 30 Jan 2025 12:00:00 GMT",
        "Content-Type": "application/rss+xml",
        "Cache-Control": "max-age=600",
        "Link": '<https://hub.example/>; rel="hub", </feed>; rel=self',
    }
    answer = await get(server.on("/full", Reply(headers=headers, body=FEED)))
    assert (answer.status, answer.body, answer.wire_bytes, answer.version) == (
        200,
        FEED,
        len(FEED),
        "HTTP/1.1",
    )
    assert (answer.etag, answer.last_modified) == ('W/"1"', "Thu, 30 Jan 2025 12:00:00 GMT")
    assert (answer.content_type, answer.cache_control) == ("application/rss+xml", "max-age=600")
    assert (answer.hub_url, answer.self_url) == ("https://hub.example/", server.url("/feed"))


async def test_a_request_names_the_version_that_is_had_already(server: Server) -> None:
    url = server.on("/same", Reply(304, {"ETag": '"1"'}))
    answer = await get(url, etag='"1"', last_modified="Thu, 30 Jan 2025 12:00:00 GMT")
    assert (answer.status, answer.body) == (304, None)
    assert server.requests[0].headers["if-none-match"] == '"1"'
    assert server.requests[0].headers["if-modified-since"] == "Thu, 30 Jan 2025 12:00:00 GMT"


@pytest.mark.parametrize("status", [401, 404, 410, 500, 503])
async def test_any_status_is_an_answer_without_a_body(server: Server, status: int) -> None:
    answer = await get(server.on("/status", Reply(status, body=b"sorry")))
    assert (answer.status, answer.body) == (status, None)


async def test_no_cookie_is_kept(server: Server) -> None:
    url = server.on("/cookie", Reply(headers={"Set-Cookie": "visitor=1"}))
    async with fetcher() as client:
        await client.get(Request(url, allow_private=True))
        await client.get(Request(url, allow_private=True))
    assert "cookie" not in server.requests[1].headers


async def test_a_connection_is_used_again_after_any_answer(server: Server) -> None:
    ports = []
    listening = server.on("/404", Reply(404, body=b"x" * 5000))
    async with fetcher() as client:
        for url in (listening, listening, server.url("/feed")):
            await client.get(Request(url, allow_private=True))
            ports.append([repr(connection) for connection in client._transport._pools[True].connections])
    assert [len(connections) for connections in ports] == [1, 1, 1]


async def test_proxies_of_the_environment_are_not_asked(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1/")
    assert (await get(server.url("/feed"))).body == FEED


async def test_a_form_is_posted(server: Server) -> None:
    url = server.on("/hub", Reply(202))
    async with fetcher() as client:
        answer = await client.post(
            Request(url, allow_private=True), {"hub.mode": "subscribe", "hub.topic": "a b"}
        )
    assert answer.status == 202
    assert (server.requests[0].method, server.requests[0].body) == (
        "POST",
        b"hub.mode=subscribe&hub.topic=a+b",
    )


async def test_a_form_is_sent_on_only_where_the_redirect_says_so(server: Server) -> None:
    async with fetcher() as client:
        request = Request(server.on("/hub", Reply(307, {"Location": "/other"})), allow_private=True)
        server.on("/other", Reply(202))
        assert (await client.post(request, {"a": "b"})).status == 202
        assert server.requests[1].body == b"a=b"
        server.on("/hub", Reply(302, {"Location": "/other"}))
        with pytest.raises(FetchError, match="form"):
            await client.post(request, {"a": "b"})


def test_a_link_header_is_read_by_relation() -> None:
    header = (
        '<https://a/>; title="x, <y>"; rel="alternate self", <https://b/>;rel=hub, <https://c/>; rel=HUB, <d>'
    )
    assert links(header) == {"alternate": "https://a/", "self": "https://a/", "hub": "https://b/"}


# Redirects


async def test_a_chain_of_permanent_redirects_moves_the_address(server: Server) -> None:
    server.on("/old", Reply(301, {"Location": "/older"}))
    server.on("/older", Reply(308, {"Location": "/feed"}))
    answer = await get(server.url("/old"))
    assert (answer.url, answer.body, answer.moved_to) == (server.url("/feed"), FEED, server.url("/feed"))
    assert [(redirect.status, redirect.to) for redirect in answer.redirects] == [
        (301, server.url("/older")),
        (308, server.url("/feed")),
    ]


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_temporary_redirect_does_not(server: Server, status: int) -> None:
    answer = await get(server.on("/now", Reply(status, {"Location": "/feed"})))
    assert (answer.body, answer.moved_to) == (FEED, None)


async def test_a_circle_of_redirects_is_refused(server: Server) -> None:
    server.on("/a", Reply(302, {"Location": "/b"}))
    server.on("/b", Reply(302, {"Location": "/a"}))
    assert (await failure(server.url("/a"))).kind == "redirects"
    assert len(server.requests) == 2


async def test_an_endless_chain_of_redirects_is_refused(server: Server) -> None:
    for n in range(20):
        server.on(f"/{n}", Reply(302, {"Location": f"/{n + 1}"}))
    error = await failure(server.url("/0"), Limits(redirects=5))
    assert error.kind == "redirects" and "5 times" in str(error)
    assert len(server.requests) == 6 and len(error.redirects) == 6


@pytest.mark.parametrize(
    "location", ["ftp://feeds.test/", "javascript:alert(1)", "http://[::1", "file:///etc/passwd"]
)
async def test_a_redirect_away_from_the_web_is_refused(server: Server, location: str) -> None:
    error = await failure(server.on("/away", Reply(302, {"Location": location})))
    assert error.kind == "address"


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("/wörter".encode(), "/w%C3%B6rter"),
        ("/日本?q=é".encode(), "/%E6%97%A5%E6%9C%AC?q=%C3%A9"),
        ("/wörter".encode("latin-1"), "/w%F6rter"),
        (b"/a b/c d", "/a%20b/c%20d"),
        (b"  /padded ", "/padded"),
        (b"/done%20already%C3%A9", "/done%20already%C3%A9"),
    ],
)
async def test_a_redirect_s_address_need_not_be_encoded(server: Server, location: bytes, asked: str) -> None:
    url = server.on(
        "/old", raw(b"HTTP/1.1 301 Moved\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n")
    )
    server.on(asked, Reply(body=FEED))
    answer = await get(url)
    assert (answer.status, answer.body, answer.moved_to) == (200, FEED, server.url(asked))


async def test_a_redirect_s_host_need_not_be_encoded(server: Server) -> None:
    location = f"Location: http://bücher.example:{server.port}/feed".encode()
    url = server.on("/old", raw(b"HTTP/1.1 302 Found\r\n" + location + b"\r\nContent-Length: 0\r\n\r\n"))
    answer = await get(url)
    assert answer.url == f"http://xn--bcher-kva.example:{server.port}/feed"


async def test_a_redirect_without_an_address_is_an_error(server: Server) -> None:
    assert (await failure(server.on("/nowhere", Reply(302)))).kind == "redirects"


# Secrets


async def test_credentials_in_an_address_become_basic_auth_and_are_seen_nowhere(server: Server) -> None:
    url = server.url("/feed").replace("http://", "http://me:s%40cret@")
    answer = await get(url)
    assert server.requests[0].headers["authorization"] == "Basic bWU6c0BjcmV0"
    assert "cret" not in repr(answer) and "cret" not in repr(Request(url))


async def test_a_feeds_secrets_reach_its_origin_and_a_redirect_within_it(server: Server) -> None:
    url = server.on("/private", Reply(302, {"Location": "/feed"}))
    await get(url, headers={"X-Token": "s3cret"}, auth=("me", "you"))
    for asked in server.requests:
        assert (asked.headers["x-token"], asked.headers["authorization"]) == ("s3cret", "Basic bWU6eW91")


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_a_feeds_secrets_do_not_follow_it_to_another_origin_and_back(server: Server, name: str) -> None:
    with Server() as other:
        url = server.on("/private", Reply(302, {"Location": other.url("/there", name)}))
        other.on("/there", Reply(302, {"Location": server.url("/feed")}))
        await get(url, headers={"X-Token": "s3cret"}, auth=("me", "you"))
        for asked in (*other.requests, server.requests[-1]):
            assert "x-token" not in asked.headers and "authorization" not in asked.headers


async def test_a_secret_that_no_header_can_hold_is_an_error(server: Server) -> None:
    with pytest.raises(FetchError) as raised:
        await get(server.url("/feed"), headers={"X-Token": "s3\r\ncret"})
    assert raised.value.kind == "protocol" and "cret" not in str(raised.value)


# The guard


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "0x7f000001", "2130706433", "127.1", "[::ffff:127.0.0.1]", "feeds.test"]
)
async def test_ones_own_network_is_refused_unless_it_is_allowed(server: Server, host: str) -> None:
    async with fetcher() as client:
        with pytest.raises(FetchError, match="--allow-private") as raised:
            await client.get(Request(server.url("/feed", host)))
        assert raised.value.kind == "refused" and not server.requests
        assert (await client.get(Request(server.url("/feed", host), allow_private=True))).body == FEED


async def test_a_connection_that_was_allowed_for_one_feed_is_none_for_another(server: Server) -> None:
    async with fetcher() as client:
        await client.get(Request(server.url("/feed"), allow_private=True))
        with pytest.raises(FetchError, match="refused"):
            await client.get(Request(server.url("/feed")))


# Limits


async def test_an_endless_body_is_cut_off(server: Server) -> None:
    error = await failure(server.on("/endless", endless(bytes(50_000))))
    assert error.kind == "large" and "1,000,000 bytes" in str(error)
    assert 1_000_000 < error.wire_bytes < 1_200_000


async def test_a_body_that_is_announced_as_too_large_is_not_begun(server: Server) -> None:
    error = await failure(server.on("/big", raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n")))
    assert (error.kind, error.wire_bytes) == ("large", 0)


async def test_a_byte_at_a_time_is_cut_off(server: Server) -> None:
    error = await failure(server.on("/drip", drip(0.02)), IMPATIENT)
    assert error.kind == "slow" and "0.3 seconds" in str(error)


async def test_headers_a_byte_at_a_time_are_cut_off(server: Server) -> None:
    async def headers(_: Asked) -> AsyncIterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nX-Long: "
        while True:
            await asyncio.sleep(0.02)
            yield b"x"

    error = await failure(server.on("/headers", headers), TIRED_OF_SILENCE)
    assert error.kind == "slow" and "begin" in str(error)


async def test_a_server_that_says_nothing_is_given_up(server: Server) -> None:
    error = await failure(server.on("/silent", silent()), TIRED_OF_SILENCE)
    assert error.kind == "slow" and "begin" in str(error)


async def test_the_time_is_one_for_all_redirects(server: Server) -> None:
    for n in range(9):
        server.on(f"/{n}", Reply(302, {"Location": f"/{n + 1}"}, seconds=0.08))
    assert (await failure(server.url("/0"), IMPATIENT)).kind == "slow"


@pytest.mark.parametrize("size", [70_000, 1_000_000])
async def test_headers_of_a_megabyte_are_refused(server: Server, size: int) -> None:
    head = b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * size + b"\r\nContent-Length: 0\r\n\r\n"
    assert (await failure(server.on("/headers", raw(head)))).kind == "large"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfive!",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello and more than was said",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffffffff\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ],
)
async def test_what_is_no_http_is_an_error(server: Server, answer: bytes) -> None:
    assert (await failure(server.on("/nonsense", raw(answer)))).kind == "protocol"


async def test_a_damaged_compression_is_an_error(server: Server) -> None:
    broken = Reply(headers={"Content-Encoding": "gzip"}, body=b"\x1f\x8b\x08" + b"\xff" * 100)
    assert (await failure(server.on("/broken", broken))).kind == "compression"


async def test_a_port_where_nobody_listens_is_an_error() -> None:
    with Server() as server:
        url = server.url("/feed")
    error = await failure(url)
    assert error.kind == "connect" and "connection refused" in str(error)


async def test_a_name_that_is_not_found_is_an_error() -> None:
    async def resolve(_: str) -> list[str]:
        raise OSError(-2, "Name or service not known")

    async with Fetcher(resolve=resolve) as client:
        with pytest.raises(FetchError, match="not found") as raised:
            await client.get(Request("https://feeds.test/feed"))
    assert raised.value.kind == "dns"


# TLS and HTTP/2


async def test_http2_is_spoken_where_the_server_has_it(secure: Server, tls: ssl.SSLContext) -> None:
    answer = await get(secure.url("/feed"), tls=tls)
    assert (answer.body, answer.version, secure.requests[0].version) == (FEED, "HTTP/2", "HTTP/2")


async def test_a_certificate_for_another_name_is_refused(authority: trustme.CA, tls: ssl.SSLContext) -> None:
    with Server(certified(authority, "other.test"), name="feeds.test") as server:
        error = await failure(server.url("/feed"), tls=tls)
        assert error.kind == "tls" and "for another name" in str(error) and not server.requests


async def test_a_certificate_of_an_unknown_authority_is_refused(secure: Server) -> None:
    error = await failure(secure.url("/feed"), tls=ssl.create_default_context())
    assert error.kind == "tls" and "SSL_CERT_FILE" in str(error)


async def test_the_file_that_ssl_cert_file_names_is_trusted(
    secure: Server, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    assert (await get(secure.url("/feed"), tls=tls_context())).body == FEED


async def test_a_port_that_speaks_no_tls_is_an_error() -> None:
    async def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert (await failure(f"https://127.0.0.1:{port}/feed")).kind == "tls"


@pytest.mark.parametrize(
    "answer",
    [
        Reply(headers={"X-Long": "x" * 1_000_000}),
        Reply(body=bytes(3_000_000)),
        Reply(headers={"Content-Length": "5"}, body=b"more than five"),
    ],
)
async def test_over_http2_too_a_hostile_answer_is_refused_and_the_next_request_served(
    secure: Server, tls: ssl.SSLContext, answer: Reply
) -> None:
    hostile = secure.on("/hostile", answer)
    async with fetcher(tls=tls) as client:
        for _ in range(3):
            with pytest.raises(FetchError):
                await client.get(Request(hostile, allow_private=True))
            assert (await client.get(Request(secure.url("/feed"), allow_private=True))).body == FEED


# Hosts


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_holds_back_the_whole_host(server: Server, status: int) -> None:
    async with fetcher() as client:
        url = server.on("/busy", Reply(status, {"Retry-After": "600"}))
        answer = await client.get(Request(url, allow_private=True))
        with pytest.raises(FetchError) as raised:
            await client.get(Request(server.url("/feed"), allow_private=True))
        elsewhere = await client.get(Request(server.url("/feed", "feeds.test"), allow_private=True))
    assert (answer.status, answer.retry_after, elsewhere.status) == (status, 600, 200)
    assert raised.value.kind == "held" and 590 < (raised.value.wait or 0) <= 600


async def test_a_host_has_two_requests_at_once(server: Server) -> None:
    server.on("/slow", Reply(seconds=0.3))
    async with fetcher() as client:
        urls = [server.url("/slow", f"blog{n}.example.com") for n in range(6)]
        await asyncio.gather(*(client.get(Request(url, allow_private=True)) for url in urls))
    assert server.most_at_once == 2


# Everything at once, in a process whose memory is measured


def hostile_answers(server: Server) -> list[str]:
    import zlib

    import brotli

    from ingest.base.decompress import zstd

    block = bytes(10_000_000)
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    gzip_header = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    br = brotli.Compressor()
    zst = zstd.ZstdCompressor()
    streams = {
        "gzip": (gzip_header, deflate.compress(block) + deflate.flush(zlib.Z_FULL_FLUSH)),
        "br": (br.process(block) + br.flush(), br.process(block) + br.flush()),
        "zstd": (
            zst.compress(block, mode=zst.FLUSH_BLOCK),
            zst.compress(block, mode=zst.FLUSH_BLOCK),
        ),
    }
    urls = [server.on(f"/{name}", bomb(*parts, name, 1000)) for name, parts in streams.items()]
    urls += [server.on(f"/endless{n}", endless(bytes(60_000))) for n in range(5)]
    urls.append(server.on("/drip", drip(0.02)))
    urls.append(server.on("/headers", raw(b"HTTP/1.1 200 OK\r\nX: " + bytes(1_000_000))))
    urls.append(server.on("/chunks", raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense")))
    return urls


ALL_AT_ONCE = """
import asyncio, json, sys
from pathlib import Path
from ingest.fetch.messages import FetchError, Limits, Request
from ingest.fetch.client import Fetcher
from ingest.fetch.rate_limits import Budget

async def to_loopback(host):
    return ["127.0.0.1"]

async def kind(client, number, url):
    try:
        response = await client.get(Request(url.replace("127.0.0.1", f"host{number}.test"), allow_private=True))
        return str(response.status)
    except FetchError as error:
        return error.kind

async def main(urls):
    patient, impatient = (
        Fetcher(Limits(total_seconds=seconds), budget=Budget(pause=0), resolve=to_loopback) for seconds in (120, 8)
    )
    async with patient, impatient:
        return await asyncio.gather(*(
            kind(impatient if url.endswith("/drip") else patient, number, url) for number, url in enumerate(urls)
        ))

kinds = asyncio.run(main(json.loads(sys.argv[1])))
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps({"kinds": kinds, "peak_kb": int(peak.split()[1])}))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read from /proc")
async def test_bombs_and_endless_bodies_together_stay_under_200_megabytes_and_the_good_are_served(
    server: Server,
) -> None:
    urls = [*hostile_answers(server), *[server.url("/feed")] * 20]
    run = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", ALL_AT_ONCE, json.dumps(urls)],
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(run.stdout)
    print(f"peak memory {result['peak_kb'] / 1024:.0f} MB")
    assert result["kinds"] == [*["large"] * 8, "slow", "large", "protocol", *["200"] * 20]
    assert result["peak_kb"] < 200 * 1024


async def test_a_refusal_advises_what_helps_and_nothing_else() -> None:
    async with fetcher() as client:
        for ask, helps in ((client.get, True), (lambda request: client.post(request, {}), False)):
            with pytest.raises(FetchError) as caught:
                await ask(Request("http://127.0.0.1:1/"))  # type: ignore[operator]
            assert ("--allow-private" in str(caught.value)) is helps
