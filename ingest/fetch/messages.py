"""Requests, responses, limits and errors of HTTP, as values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ingest.base.advice import NONE, Advice, Trouble
from ingest.base.http_url import Redirect

Failure = Literal[
    "address",  # it cannot be asked for
    "refused",  # it leads into a private network
    "dns",
    "connect",
    "tls",
    "slow",
    "large",
    "redirects",
    "protocol",  # what came is no HTTP
    "compression",
    "held",  # the host asked to be left alone: no failure of the feed, `wait` says for how long
]


class FetchError(Exception):
    """No answer. As text it says what happened and what to do where the feed is followed, without its address."""

    def __init__(self, kind: Failure, what: str, wait: float | None = None, advice: Advice = NONE) -> None:
        self.trouble = Trouble(what, advice)
        super().__init__(self.trouble.of_followed)
        self.kind = kind
        self.wait = wait  # seconds, of "held"
        self.wire_bytes = 0  # of bodies, that had come by then
        self.ms = 0  # without the wait for a turn
        self.redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True)
class Limits:
    """What one request may cost. Bytes of headers are also bounded by h11 (100 KiB) and h2 (64 KiB)."""

    wire_bytes: int = 32_000_000  # of bodies as they are sent, those of redirects among them
    body_bytes: int = 32_000_000  # of a body after decompression
    header_bytes: int = 64_000
    redirects: int = 8
    connect_seconds: float = 10  # for DNS and TCP, and again for TLS
    first_byte_seconds: float = 30  # from there to the end of the headers
    total_seconds: float = 60  # over all redirects, without the waits for a turn


@dataclass(frozen=True)
class Request:
    """`headers` and `auth` (name and password) are secrets: for this address's origin alone, and in no repr or log."""

    url: str = field(repr=False)  # may carry credentials
    etag: str | None = None
    last_modified: str | None = None
    allow_private: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    auth: tuple[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Response:
    """The last answer of a chain of redirects, with the headers that matter as they were sent."""

    url: str  # where it came from in the end, without credentials
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
    ms: int  # without the wait for a turn
    redirects: tuple[Redirect, ...]
    own_network: bool  # whether it came from there, as did each redirect on the way
    moved_to: (
        str | None
    )  # where 301 and 308 alone lead: the address from now on, once it is seen often enough


# A parameter's value may be quoted and hold what would end it; each branch begins with another character.
_LINK = re.compile(r"<([^<>]*)>((?:[^<\",]|\"[^\"]*\")*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)


def links(header: str) -> dict[str, str]:
    """The targets of a Link header (RFC 8288) by their relation; of several the first."""
    found: dict[str, str] = {}
    for target, parameters in _LINK.findall(header):
        if rel := _REL.search(parameters):
            for relation in (rel[1] or rel[2]).lower().split():
                found.setdefault(relation, target.strip())
    return found
