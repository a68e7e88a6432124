"""The HTTP client: GET and POST that follow redirects, within rate limits. Secrets are sent to their origin alone.

A redirect from https to http is followed without secrets, and is never taken for a feed's new address.
"""

import base64
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urlencode

import httpx2

from ingest import __version__
from ingest.base.decompress import ACCEPT_ENCODING
from ingest.base.http_url import (
    REDIRECTS,
    BadAddress,
    Redirect,
    keeps_secrets,
    moved_to,
    parse_http_url,
    redirect_target,
)
from ingest.fetch.body import Spent
from ingest.fetch.errors import fetch_error
from ingest.fetch.exchange import repeats, secret_values
from ingest.fetch.messages import FetchError, Limits, Request, Response, links
from ingest.fetch.private_networks import Resolve, system_resolver
from ingest.fetch.rate_limits import Budget, retry_after
from ingest.fetch.transport import RawRequest, RawResponse, Transport, tls_context

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.5, */*;q=0.1"
)
KEPT_HEADER = 2000  # characters: a longer ETag and the like is ignored


def user_agent(complaints: str = "https://github.com/feedsette/feedsette/issues") -> str:
    """The User-Agent header. `complaints` is a URL or e-mail address at which publishers reach whoever runs this."""
    return f"Feedsette/{__version__} (+https://github.com/feedsette/feedsette; complaints: {complaints})"


@dataclass
class _Chain:
    """The state of a request as it follows redirects."""

    url: httpx2.URL
    headers: Mapping[str, str]
    secrets: Mapping[str, str]  # headers for the present origin alone
    private: bool  # whether the next URL may be in a private network
    guarded: Mapping[str, str]  # the secrets that it began with
    spent: Spent = field(default_factory=Spent)
    redirects: list[Redirect] = field(default_factory=list)

    def redirect(self, answer: RawResponse, location: str) -> None:
        """Follow a redirect. From a public host none leads into a private network. Raises BadAddress."""
        target = redirect_target(self.url, location)
        if not keeps_secrets(self.url, target):
            self.secrets = {}
        self.private = self.private and answer.own_network
        self.redirects.append(Redirect(answer.status, str(target)))
        self.url = target


class Fetcher:
    """An HTTP client whose requests share connections and rate limits. Use it as an async context manager."""

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
        self._resolve, self._tls = resolve, tls or tls_context()
        self._transport = Transport(self.limits, resolve, self._tls)

    def with_limits(self, limits: Limits) -> "Fetcher":
        """Another client with these limits, that shares the rate limits of this one."""
        return Fetcher(
            limits, user_agent=self._user_agent, budget=self.budget, resolve=self._resolve, tls=self._tls
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._transport.aclose()

    async def get(self, request: Request, slots: AsyncExitStack | None = None) -> Response:
        """Fetch a document, following redirects; the response may have any status. Raises FetchError and nothing else.

        A large body takes a slot, which is released when `slots` is closed: this bounds how many are in memory at once.
        """
        async with AsyncExitStack() as own:
            return await self._request(
                "GET", request, b"", {"Accept": request.accept or ACCEPT}, slots or own
            )

    async def post(self, request: Request, form: Mapping[str, str]) -> Response:
        """POST a form, as WebSub does to a hub. Only redirects 307 and 308 are followed. Raises FetchError."""
        content_type = {"Content-Type": "application/x-www-form-urlencoded"}
        async with AsyncExitStack() as slots:
            return await self._request("POST", request, urlencode(form).encode(), content_type, slots)

    async def _request(
        self, method: str, request: Request, content: bytes, headers: Mapping[str, str], slots: AsyncExitStack
    ) -> Response:
        chain = None
        try:
            chain = self._begin(request, headers)
            return await self._follow_redirects(chain, method, content, slots)
        except Exception as error:
            redirected = bool(chain and chain.redirects)
            failure = fetch_error(error, self.limits, redirected, is_feed=method == "GET")
            if chain:
                failure.wire_bytes, failure.ms = chain.spent.wire_bytes, round(chain.spent.seconds * 1000)
                failure.redirects = tuple(chain.redirects)
            if failure is error:
                raise
            raise failure from error

    def _begin(self, request: Request, headers: Mapping[str, str]) -> _Chain:
        url, credentials = parse_http_url(request.url)
        secrets = {name.title(): value for name, value in request.headers.items()}
        if auth := request.auth or credentials:
            secrets["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        ours = {"User-Agent": self._user_agent, "Accept-Encoding": ACCEPT_ENCODING, **headers}
        if request.etag:
            ours["If-None-Match"] = request.etag
        if request.last_modified:
            ours["If-Modified-Since"] = request.last_modified
        return _Chain(url, ours, secrets, request.allow_private, secrets)

    async def _follow_redirects(
        self, chain: _Chain, method: str, content: bytes, slots: AsyncExitStack
    ) -> Response:
        start = str(chain.url)
        seen = {start}
        while True:
            host = chain.url.raw_host.decode("ascii")
            request = RawRequest(
                method,
                chain.url,
                chain.headers,
                chain.secrets,
                content,
                chain.private,
                chain.guarded,
                bool(chain.redirects),
            )
            async with self.budget.turn(host):
                answer = await self._transport.send(request, chain.spent, slots)
            wait = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
            if answer.status in (429, 503) and wait:
                self.budget.hold(host, wait)
            if answer.status not in REDIRECTS:
                return _response(chain, answer, wait, moved_to(start, chain.redirects))
            chain.redirect(answer, _location(answer, method))
            if str(chain.url) in seen:
                raise FetchError(
                    "redirects", "Its redirects lead in a circle; it may want cookies or a login."
                )
            if len(chain.redirects) > self.limits.redirects:
                raise FetchError("redirects", f"It redirects more than {self.limits.redirects} times.")
            seen.add(str(chain.url))


def _response(chain: _Chain, answer: RawResponse, wait: int | None, moved: str | None) -> Response:
    secrets = secret_values(chain.guarded)

    def header(name: str) -> str | None:
        value = answer.headers.get(name)
        return value if value and len(value) <= KEPT_HEADER and not repeats(value, secrets) else None

    link_header = answer.headers.get("link", "")
    related = {} if repeats(link_header, secrets) else links(link_header)

    def link(relation: str) -> str | None:
        try:
            return str(redirect_target(chain.url, related[relation])) if relation in related else None
        except BadAddress:
            return None

    return Response(
        url=str(chain.url),
        kept_url=str(chain.url.copy_with(query=None))
        if chain.guarded and chain.redirects
        else str(chain.url),
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
        wire_bytes=chain.spent.wire_bytes,
        ms=round(chain.spent.seconds * 1000),
        redirects=tuple(chain.redirects),
        own_network=chain.private and answer.own_network,
        moved_to=moved,
        exchange=answer.exchange,
    )


def _location(answer: RawResponse, method: str) -> str:
    location = answer.headers.get("location")
    if location is None:
        raise FetchError("redirects", f"It answered with a redirect ({answer.status}) that leads nowhere.")
    if method == "POST" and answer.status not in (307, 308):
        raise FetchError("redirects", f"It answered a form with a redirect ({answer.status}) to a page.")
    return location
