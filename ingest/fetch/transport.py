"""One request and its response over a pooled connection, within limits of time, headers and body.

It uses httpcore2 rather than httpx2, whose redirects, cookies, proxies and decompression are not safe with untrusted
servers. Proxies of the environment are ignored: a proxy would resolve host names itself, past the check for private
networks. Trusted certificates are the system's, or those that SSL_CERT_FILE and SSL_CERT_DIR name.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import certifi
import h2.exceptions
import httpcore2
import httpx2

from ingest.base.decompress import CannotDecompress
from ingest.base.http_url import BadAddress
from ingest.base.models import HttpExchange
from ingest.fetch.body import BodyReader, ReadBody, Spent
from ingest.fetch.errors import advise_longer_timeout
from ingest.fetch.exchange import request_head, response_head, secret_values
from ingest.fetch.messages import FetchError, Limits
from ingest.fetch.private_networks import GuardedBackend, Resolve, peer, why_refused

KEEP_ALIVE_SECONDS = 4.0  # common servers close a connection after five, perhaps just as it is reused


def tls_context() -> ssl.SSLContext:
    """A TLS context with the system's certificates, or certifi's where it has none (Python on macOS)."""
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    if not paths.cafile and not paths.capath and not context.get_ca_certs():
        context.load_verify_locations(certifi.where())
    return context


@dataclass(frozen=True)
class RawRequest:
    """A request as it is sent, without redirects."""

    method: str
    url: httpx2.URL
    headers: Mapping[str, str]
    secrets: Mapping[str, str]  # headers too, which take precedence
    content: bytes
    allow_private: bool  # whether the host may be in a private network
    guarded: Mapping[str, str]  # secrets that it, or a request that was redirected to it, carries
    redirected: bool


@dataclass(frozen=True)
class RawResponse:
    """The response to a RawRequest, which may be a redirect."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes | None  # None unless the status is 2xx
    version: str
    own_network: bool  # whether it came from a private network
    exchange: HttpExchange | None  # None where there is no body


class Transport:
    """Sends requests over pooled connections."""

    def __init__(self, limits: Limits, resolve: Resolve, tls: ssl.SSLContext) -> None:
        self._limits = limits
        self._bodies = BodyReader(limits)
        # Two pools, so that a request that may not enter private networks never reuses a connection into one.
        self._pools = {private: _pool(GuardedBackend(resolve, private), tls) for private in (False, True)}

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()

    async def send(self, request: RawRequest, spent: Spent, slots: AsyncExitStack) -> RawResponse:
        """Send a request; once more where a reused connection turns out to be closed.

        Raises FetchError, CannotDecompress, and the exceptions of httpcore2 and GuardedBackend.
        """
        headers = {"Host": request.url.netloc.decode("ascii"), **request.headers, **request.secrets}
        if request.content:
            headers["Content-Length"] = str(len(request.content))
        fresh = False

        async def trace(event: str, _: object) -> None:
            nonlocal fresh
            fresh = fresh or event == "connection.connect_tcp.started"

        url = request.url
        raw = httpcore2.Request(
            request.method,
            httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()],
            content=request.content,
            extensions={"timeout": {"connect": self._limits.connect_seconds}, "trace": trace},
        )
        pool = self._pools[request.allow_private]
        try:
            return await self._exchange(pool, request, raw, spent, slots)
        except (httpcore2.ReadError, httpcore2.WriteError, httpcore2.RemoteProtocolError):
            if fresh:
                raise
        return await self._exchange(pool, request, raw, spent, slots)

    async def _exchange(
        self,
        pool: httpcore2.AsyncConnectionPool,
        request: RawRequest,
        raw: httpcore2.Request,
        spent: Spent,
        slots: AsyncExitStack,
    ) -> RawResponse:
        began = time.monotonic()
        try:
            async with (
                asyncio.timeout(self._limits.total_seconds - spent.seconds) as deadline,
                self._open_response(pool, raw) as response,
            ):
                headers = self._check_headers(response)
                own = why_refused(peer(response.extensions["network_stream"])) is not None
                body = exchange = None
                if 200 <= response.status < 300:
                    encoding = headers.get("content-encoding", "")
                    read = await self._bodies.read(response, encoding, spent, slots, deadline)
                    body, exchange = read.unpacked, _exchange(request, raw, response, read)
                else:
                    await self._bodies.drain(response, spent)
                version = response.extensions["http_version"].decode("ascii", "replace")
                return RawResponse(response.status, headers, body, version, own, exchange)
        except TimeoutError:
            raise FetchError(
                "slow",
                f"It was not done within {self._limits.total_seconds:g} seconds: the server is too slow.",
                advice=advise_longer_timeout("--timeout"),
            ) from None
        except (h2.exceptions.H2Error, ValueError, KeyError) as error:  # HTTP/2 errors of httpcore2
            if isinstance(error, CannotDecompress | BadAddress):
                raise
            raise httpcore2.RemoteProtocolError(error) from error
        finally:
            spent.seconds += time.monotonic() - began

    @asynccontextmanager
    async def _open_response(
        self, pool: httpcore2.AsyncConnectionPool, request: httpcore2.Request
    ) -> AsyncIterator[httpcore2.Response]:
        """The response as soon as its headers are received."""
        try:
            async with asyncio.timeout(self._limits.connect_seconds + self._limits.first_byte_seconds):
                response = await pool.handle_async_request(request)
        except TimeoutError:
            raise FetchError(
                "slow",
                f"It did not begin to answer within {self._limits.first_byte_seconds:g} seconds.",
                advice=advise_longer_timeout("--answer-timeout"),
            ) from None
        try:
            yield response
        except BaseException:
            if response.extensions["http_version"] == b"HTTP/2":
                # httpcore2 does not reset a cancelled HTTP/2 stream, whose data would block the connection.
                await response.extensions["network_stream"].aclose()
            raise
        finally:
            await response.aclose()

    def _check_headers(self, response: httpcore2.Response) -> dict[str, str]:
        size = sum(len(name) + len(value) + 4 for name, value in response.headers)
        if size > self._limits.header_bytes:
            raise FetchError("large", f"Its headers are larger than {self._limits.header_bytes:,} bytes.")
        headers: dict[str, str] = {}
        for raw_name, raw_value in response.headers:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1").strip()
            if name in ("link", "cache-control", "content-encoding") and name in headers:
                headers[name] += ", " + value
            headers.setdefault(name, value)
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) > self._limits.wire_bytes:
            raise self._bodies.too_many_bytes()
        return headers


def _exchange(
    request: RawRequest, raw: httpcore2.Request, response: httpcore2.Response, body: ReadBody
) -> HttpExchange:
    secrets = secret_values(request.guarded)
    return HttpExchange(
        request=request_head(raw, request.secrets, with_query=not (request.guarded and request.redirected)),
        response=response_head(response, not request.guarded, secrets, body.encoding),
        body=body.sent,
        protocol="h2" if response.extensions["http_version"] == b"HTTP/2" else None,
    )


def _pool(backend: GuardedBackend, tls: ssl.SSLContext) -> httpcore2.AsyncConnectionPool:
    return httpcore2.AsyncConnectionPool(
        ssl_context=tls,
        network_backend=backend,
        http2=True,
        max_connections=None,  # Budget limits them
        max_keepalive_connections=20,  # httpcore2 checks all of them for each request
        keepalive_expiry=KEEP_ALIVE_SECONDS,
    )
