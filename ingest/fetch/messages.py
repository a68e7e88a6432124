"""Requests, responses, limits and errors of HTTP, as values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ingest.base.advice import NONE, Advice, Trouble
from ingest.base.http_url import Redirect
from ingest.base.models import HttpExchange

Failure = Literal[
    "address",  # the URL cannot be requested
    "refused",  # the host is in a private network
    "dns",
    "connect",
    "tls",
    "slow",
    "large",
    "redirects",
    "protocol",  # the response is not HTTP
    "compression",
    "held",  # Retry-After of the host has not passed: no failure of the feed
]


class FetchError(Exception):
    """A request without a response. str() is a message with advice for a feed that is followed; it has no URL."""

    def __init__(self, kind: Failure, what: str, wait: float | None = None, advice: Advice = NONE) -> None:
        self.trouble = Trouble(what, advice)
        super().__init__(self.trouble.of_followed)
        self.kind = kind
        self.wait = wait  # seconds until Retry-After has passed, of "held"
        self.wire_bytes = 0  # of bodies, received until then
        self.ms = 0  # without waiting for rate limits
        self.redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True)
class Limits:
    """The limits of one request. Bytes of headers are also bounded by h11 (100 KiB) and h2 (64 KiB)."""

    wire_bytes: int = 32_000_000  # of bodies before decompression, redirects' included
    body_bytes: int = 32_000_000  # of a body after decompression
    header_bytes: int = 64_000
    redirects: int = 8
    connect_seconds: float = 10  # for DNS and TCP, and again for TLS
    first_byte_seconds: float = 30  # from the connection to the end of the headers
    total_seconds: float = 60  # for all redirects together, without waiting for rate limits


@dataclass(frozen=True)
class Request:
    """A request to send. `headers` and `auth` (user name, password) are secrets, sent to the origin of `url` alone."""

    url: str = field(repr=False)  # may carry credentials
    etag: str | None = None
    last_modified: str | None = None
    allow_private: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    auth: tuple[str, str] | None = field(default=None, repr=False)
    accept: str | None = None  # media types; those of feeds where it is not given


@dataclass(frozen=True)
class Response:
    """The last response of a chain of redirects, with the relevant headers as they were sent."""

    url: str  # of this response, without credentials
    status: int
    body: bytes | None  # decompressed; None unless the status is 2xx
    version: str  # "HTTP/1.1", "HTTP/2"
    etag: str | None
    last_modified: str | None
    content_type: str | None
    cache_control: str | None
    expires: str | None
    date: str | None
    retry_after: int | None  # seconds
    hub_url: str | None  # WebSub, from the Link header
    self_url: str | None
    wire_bytes: int
    ms: int  # without waiting for rate limits
    redirects: tuple[Redirect, ...]
    own_network: bool  # whether it and all redirects before it came from a private network
    moved_to: str | None  # the target of the leading 301s and 308s, see `moved_to` in http_url
    exchange: HttpExchange | None = None  # as it was sent; None where there is no body
    kept_url: str | None = (
        None  # `url` as it is kept: without its query where a request with secrets led there
    )


# A parameter's value may be quoted and hold delimiters. Each branch begins with another character: no backtracking.
_LINK = re.compile(r"<([^<>]*)>((?:[^<\",]|\"[^\"]*\")*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)


def links(header: str) -> dict[str, str]:
    """The targets of a Link header (RFC 8288) by their relation type; of several the first."""
    found: dict[str, str] = {}
    for target, parameters in _LINK.findall(header):
        if rel := _REL.search(parameters):
            for relation in (rel[1] or rel[2]).lower().split():
                found.setdefault(relation, target.strip())
    return found
