"""One request, guarded: its redirects, its limits, its manners.

It stands on httpcore2, which httpx2 is made of: httpx2's redirects, cookies, proxies and decompression are those that a
stranger's server must not be trusted with. Environment proxies are ignored: a proxy would resolve the name itself, and
the guard would judge the proxy's address. Certificates are those that the system trusts, or that SSL_CERT_FILE and
SSL_CERT_DIR name. A redirect from https to http is followed, without secrets, and moves no feed.
"""

import asyncio
import base64
import io
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urlencode

import certifi
import h2.exceptions
import httpcore2
import httpx2

from ingest import __version__
from ingest.base.decompress import ACCEPT_ENCODING, CannotDecompress, Decompressor
from ingest.base.http_url import REDIRECTS, BadAddress, Redirect, address, follow, keeps_secrets, moved_to
from ingest.fetch.errors import explain, give_longer, raise_limit
from ingest.fetch.messages import FetchError, Limits, Request, Response, links
from ingest.fetch.private_networks import GuardedBackend, Resolve, peer, refusal, system_resolver
from ingest.fetch.rate_limits import Budget, retry_after

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.5, */*;q=0.1"
)
DRAINED = 1_000_000  # bytes of a body that nobody wants, to use its connection again
# A body that grows beyond so many bytes waits for one of so many places, and for one of the next where it grows on:
# a hundred at the size limit would be more memory than most machines have.
PLACES = ((300_000, 6), (2_000_000, 1))
KEEP_ALIVE_SECONDS = (
    4.0  # below the five after which common servers close a connection, perhaps just as it is used
)
KEPT_HEADER = 2000  # characters: what is longer is not worth sending back with every request


def user_agent(complaints: str = "https://github.com/feedsette/feedsette/issues") -> str:
    """What Feedsette calls itself. `complaints` is where a publisher can reach whoever runs it: a URL or an e-mail."""
    return f"Feedsette/{__version__} (+https://github.com/feedsette/feedsette; complaints: {complaints})"


def tls_context() -> ssl.SSLContext:
    """What the system trusts, or where it has nothing (Python on macOS), what certifi's list does."""
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    if not paths.cafile and not paths.capath and not context.get_ca_certs():
        context.load_verify_locations(certifi.where())
    return context


@dataclass
class _Trip:
    """A request on its way through its redirects."""

    url: httpx2.URL
    headers: Mapping[str, str]
    secrets: Mapping[str, str]
    private: bool  # whether the next hop may lead into a private network
    room: AsyncExitStack  # holds the body's places
    redirects: list[Redirect] = field(default_factory=list)
    wire_bytes: int = 0
    seconds: float = 0.0

    def hop(self, answer: "_Answer", location: str) -> None:
        """Go where a redirect leads. What was public never becomes private again. Raises BadAddress."""
        target = follow(self.url, location)
        if not keeps_secrets(self.url, target):
            self.secrets = {}
        self.private = self.private and answer.own_network
        self.redirects.append(Redirect(answer.status, str(target)))
        self.url = target


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes | None
    version: str
    own_network: bool


class Fetcher:
    """Requests that share connections and a budget. Use it as an async context manager."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        user_agent: str = user_agent(),
        budget: Budget | None = None,
        resolve: Resolve = system_resolver,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.budget = budget or Budget()
        self._user_agent = user_agent
        self._places = [(above, asyncio.Semaphore(places)) for above, places in PLACES]
        tls = tls or tls_context()
        # A connection into a private network must not be at hand for a request that may not go there.
        self._pools = {private: _pool(GuardedBackend(resolve, private), tls) for private in (False, True)}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for pool in self._pools.values():
            await pool.aclose()

    async def get(self, request: Request, room: AsyncExitStack | None = None) -> Response:
        """Fetch a document, following redirects. Any status is an answer; raises FetchError where there is none.

        Who has many in hand gives a `room` for each, which keeps others from growing large until it is closed.
        """
        async with AsyncExitStack() as own:
            return await self._travel("GET", request, b"", {"Accept": ACCEPT}, room or own)

    async def post(self, request: Request, form: Mapping[str, str]) -> Response:
        """Send a form, as WebSub does to a hub: only 307 and 308 are followed. Raises FetchError."""
        content_type = {"Content-Type": "application/x-www-form-urlencoded"}
        async with AsyncExitStack() as room:
            return await self._travel("POST", request, urlencode(form).encode(), content_type, room)

    async def _travel(
        self, method: str, request: Request, content: bytes, headers: Mapping[str, str], room: AsyncExitStack
    ) -> Response:
        trip = None
        try:
            trip = self._set_out(request, headers, room)
            return await self._go(trip, method, content)
        except Exception as error:
            redirected = bool(trip and trip.redirects)
            failure = explain(error, self.limits, redirected, is_feed=method == "GET")
            if trip:
                failure.wire_bytes, failure.ms = trip.wire_bytes, round(trip.seconds * 1000)
                failure.redirects = tuple(trip.redirects)
            if failure is error:
                raise
            raise failure from error

    def _set_out(self, request: Request, headers: Mapping[str, str], room: AsyncExitStack) -> _Trip:
        url, credentials = address(request.url)
        secrets = {name.title(): value for name, value in request.headers.items()}
        if auth := request.auth or credentials:
            secrets["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        ours = {"User-Agent": self._user_agent, "Accept-Encoding": ACCEPT_ENCODING, **headers}
        if request.etag:
            ours["If-None-Match"] = request.etag
        if request.last_modified:
            ours["If-Modified-Since"] = request.last_modified
        return _Trip(url, ours, secrets, request.allow_private, room)

    async def _go(self, trip: _Trip, method: str, content: bytes) -> Response:
        start = str(trip.url)
        seen = {start}
        while True:
            host = trip.url.raw_host.decode("ascii")
            async with self.budget.turn(host):
                answer = await self._ask(trip, method, content)
            wait = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
            if answer.status in (429, 503) and wait:
                self.budget.hold(host, wait)
            location = answer.headers.get("location")
            if answer.status not in REDIRECTS:
                return self._response(trip, answer, wait, moved_to(start, trip.redirects))
            if location is None:
                raise FetchError(
                    "redirects", f"It answered with a redirect ({answer.status}) that leads nowhere."
                )
            if method == "POST" and answer.status not in (307, 308):
                raise FetchError(
                    "redirects", f"It answered a form with a redirect ({answer.status}) to a page."
                )
            trip.hop(answer, location)
            if str(trip.url) in seen:
                raise FetchError(
                    "redirects", "Its redirects lead in a circle; it may want cookies or a login."
                )
            if len(trip.redirects) > self.limits.redirects:
                raise FetchError("redirects", f"It redirects more than {self.limits.redirects} times.")
            seen.add(str(trip.url))

    async def _ask(self, trip: _Trip, method: str, content: bytes) -> _Answer:
        """One request; once more where it fell on a connection that the server had given up."""
        headers = {"Host": trip.url.netloc.decode("ascii"), **trip.headers, **trip.secrets}
        if content:
            headers["Content-Length"] = str(len(content))
        fresh = False

        async def trace(event: str, _: object) -> None:
            nonlocal fresh
            fresh = fresh or event == "connection.connect_tcp.started"

        url = httpcore2.URL(
            scheme=trip.url.raw_scheme, host=trip.url.raw_host, port=trip.url.port, target=trip.url.raw_path
        )
        connect = self.limits.connect_seconds
        request = httpcore2.Request(
            method,
            url,
            headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()],
            content=content,
            extensions={"timeout": {"connect": connect}, "trace": trace},
        )
        try:
            return await self._exchange(trip, request)
        except (httpcore2.ReadError, httpcore2.WriteError, httpcore2.RemoteProtocolError):
            if fresh:
                raise
        return await self._exchange(trip, request)

    async def _exchange(self, trip: _Trip, request: httpcore2.Request) -> _Answer:
        began = time.monotonic()
        try:
            async with (
                asyncio.timeout(self.limits.total_seconds - trip.seconds) as deadline,
                self._headers(self._pools[trip.private], request) as response,
            ):
                headers = self._check_headers(response)
                own = refusal(peer(response.extensions["network_stream"])) is not None
                body = await self._body(trip, response, headers, deadline)
                version = response.extensions["http_version"].decode("ascii", "replace")
                return _Answer(response.status, headers, body, version, own)
        except TimeoutError:
            raise FetchError(
                "slow",
                f"It was not done within {self.limits.total_seconds:g} seconds: the server is too slow.",
                advice=give_longer("--timeout"),
            ) from None
        except (h2.exceptions.H2Error, ValueError, KeyError) as error:  # HTTP/2 errors of httpcore2
            if isinstance(error, CannotDecompress | BadAddress):
                raise
            raise httpcore2.RemoteProtocolError(error) from error
        finally:
            trip.seconds += time.monotonic() - began

    @asynccontextmanager
    async def _headers(
        self, pool: httpcore2.AsyncConnectionPool, request: httpcore2.Request
    ) -> AsyncIterator[httpcore2.Response]:
        """The answer when its headers are there."""
        try:
            async with asyncio.timeout(self.limits.connect_seconds + self.limits.first_byte_seconds):
                response = await pool.handle_async_request(request)
        except TimeoutError:
            raise FetchError(
                "slow",
                f"It did not begin to answer within {self.limits.first_byte_seconds:g} seconds.",
                advice=give_longer("--answer-timeout"),
            ) from None
        try:
            yield response
        except BaseException:
            if response.extensions["http_version"] == b"HTTP/2":
                # httpcore2 does not reset a stream that is given up: its bytes would stop up the connection.
                await response.extensions["network_stream"].aclose()
            raise
        finally:
            await response.aclose()

    def _check_headers(self, response: httpcore2.Response) -> dict[str, str]:
        size = sum(len(name) + len(value) + 4 for name, value in response.headers)
        if size > self.limits.header_bytes:
            raise FetchError("large", f"Its headers are larger than {self.limits.header_bytes:,} bytes.")
        headers: dict[str, str] = {}
        for raw_name, raw_value in response.headers:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1").strip()
            if name in ("link", "cache-control", "content-encoding") and name in headers:
                headers[name] += ", " + value
            headers.setdefault(name, value)
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) > self.limits.wire_bytes:
            raise self._too_much()
        return headers

    async def _body(
        self, trip: _Trip, response: httpcore2.Response, headers: Mapping[str, str], deadline: asyncio.Timeout
    ) -> bytes | None:
        if not 200 <= response.status < 300:
            await self._drain(trip, response)
            return None
        unpack = Decompressor(headers.get("content-encoding", ""))
        places = iter([*self._places, (self.limits.body_bytes, None)])
        above, place = next(places)
        # The body is closed, so that a failure's traceback does not keep it.
        async with AsyncExitStack() as taken:
            with io.BytesIO() as body:
                async for data in self._wire(trip, response):
                    for piece in unpack.feed(data):
                        self._add(body, piece)
                        while place and body.tell() > above:
                            await self._wait_for(place, taken, trip, deadline)
                            above, place = next(places)
                for piece in unpack.finish():
                    self._add(body, piece)
                trip.room.push_async_exit(taken.pop_all())
                return body.getvalue()

    async def _wire(self, trip: _Trip, response: httpcore2.Response) -> AsyncIterator[bytes]:
        async with aclosing(response.aiter_stream()) as chunks:
            async for data in chunks:
                trip.wire_bytes += len(data)
                if trip.wire_bytes > self.limits.wire_bytes:
                    raise self._too_much()
                yield data

    async def _drain(self, trip: _Trip, response: httpcore2.Response) -> None:
        """Read what nobody wants, so that the connection can be used again."""
        start = trip.wire_bytes
        async for _ in self._wire(trip, response):
            if trip.wire_bytes - start > DRAINED:
                return

    def _add(self, body: io.BytesIO, piece: bytes) -> None:
        if body.tell() + len(piece) > self.limits.body_bytes:
            raise FetchError(
                "large",
                f"It is larger than {self.limits.body_bytes:,} bytes once decompressed.",
                advice=raise_limit("--max-size"),
            )
        body.write(piece)

    async def _wait_for(
        self, place: asyncio.Semaphore, taken: AsyncExitStack, trip: _Trip, deadline: asyncio.Timeout
    ) -> None:
        """A place among the large bodies; the wait for it is not the server's slowness."""
        began = time.monotonic()
        await taken.enter_async_context(place)
        waited = time.monotonic() - began
        trip.seconds -= waited
        deadline.reschedule((deadline.when() or 0) + waited)

    def _too_much(self) -> FetchError:
        return FetchError(
            "large",
            f"It sends more than {self.limits.wire_bytes:,} bytes.",
            advice=raise_limit("--max-download"),
        )

    def _response(self, trip: _Trip, answer: _Answer, wait: int | None, moved: str | None) -> Response:
        def header(name: str) -> str | None:
            value = answer.headers.get(name)
            return value if value and len(value) <= KEPT_HEADER else None

        related = links(answer.headers.get("link", ""))

        def link(relation: str) -> str | None:
            try:
                return str(follow(trip.url, related[relation])) if relation in related else None
            except BadAddress:
                return None

        return Response(
            url=str(trip.url),
            status=answer.status,
            body=answer.body,
            version=answer.version,
            etag=header("etag"),
            last_modified=header("last-modified"),
            content_type=header("content-type"),
            cache_control=header("cache-control"),
            expires=header("expires"),
            date=header("date"),
            retry_after=wait,
            hub_url=link("hub"),
            self_url=link("self"),
            wire_bytes=trip.wire_bytes,
            ms=round(trip.seconds * 1000),
            redirects=tuple(trip.redirects),
            own_network=trip.private and answer.own_network,
            moved_to=moved,
        )


def _pool(backend: GuardedBackend, tls: ssl.SSLContext) -> httpcore2.AsyncConnectionPool:
    return httpcore2.AsyncConnectionPool(
        ssl_context=tls,
        network_backend=backend,
        http2=True,
        max_connections=None,  # the budget sees to it
        max_keepalive_connections=20,  # httpcore2 looks at each of them for every request
        keepalive_expiry=KEEP_ALIVE_SECONDS,
    )
