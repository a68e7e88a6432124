"""Requests and responses as they are kept: start line and headers as they were sent, without secrets. Pure."""

import base64
import binascii
import re
from collections.abc import Collection, Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    import httpcore2

SECRET_HEADERS = frozenset({b"authorization", b"cookie", b"proxy-authorization"})
# Of RFC 9110. Names and values of HTTP/2, which httpcore2 does not check, may hold what would end a line.
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LINE_BREAK = re.compile(rb"[\r\n\0]+")
_NEEDED = (b"content-encoding", b"content-length")  # to read the body again
_SHORTEST = 4  # characters of a part of a secret that is looked for: shorter ones are in all kinds of words

_Headers = Iterable[tuple[bytes, bytes]]


def secret_values(headers: Mapping[str, str]) -> frozenset[str]:
    """What a server might repeat of these headers, which are secret: their values, what these say, and that encoded."""
    found = set()
    for value in headers.values():
        found |= {value, *re.split(r"[\s;,]+|(?<=[^=])=(?=[^=])", value)}
        kind, _, coded = value.partition(" ")
        if kind.lower() == "basic":
            pair = _decoded(coded)
            found |= {pair, pair.partition(":")[2]}
    found = {value for value in found if len(value) >= _SHORTEST and value.lower() not in ("basic", "bearer")}
    return frozenset(found | {quote(value, safe="") for value in found})


def repeats(value: str, secrets: Collection[str]) -> bool:
    """Whether the value of a header has one of these `secret_values`."""
    return any(secret in value for secret in secrets)


def request_head(request: "httpcore2.Request", secrets: Collection[str], with_query: bool = True) -> bytes:
    """The head of a request, without the headers named `secrets` and others that authenticate.

    Without its query where that may be as good as a secret: a signed address, to which a secret has led.
    """
    target = request.url.target if with_query else request.url.target.partition(b"?")[0]
    left_out = SECRET_HEADERS | {name.lower().encode("ascii") for name in secrets}
    sent = [(name, value) for name, value in request.headers if name.lower() not in left_out]
    return _head(b"%s %s HTTP/1.1" % (request.method, target), sent)


def response_head(
    response: "httpcore2.Response",
    with_cookies: bool,
    secrets: Collection[str] = (),
    encoding: str | None = None,
) -> bytes:
    """The head of a response, whose body is not in chunks any more. HTTP/2 is written as HTTP/1.1.

    Without what repeats any of the `secrets`, which are `secret_values`. `encoding` is the right Content-Encoding where
    the server's was wrong or missing: whoever reads the record goes by that header.
    """
    version = response.extensions["http_version"]
    reason = response.extensions.get("reason_phrase")
    if version not in (b"HTTP/1.0", b"HTTP/1.1"):
        version, reason = b"HTTP/1.1", _reason(response.status)
    start = b"%s %d %s" % (version, response.status, reason or b"")
    renamed = {b"transfer-encoding"} | (set() if encoding is None else {b"content-encoding"})
    kept = [*_kept(response.headers, with_cookies, secrets, renamed)]
    return _head(start, [*kept, (b"Content-Encoding", encoding.encode("ascii"))] if encoding else kept)


def _kept(
    headers: _Headers, with_cookies: bool, secrets: Collection[str], renamed: Collection[bytes]
) -> _Headers:
    for name, value in headers:
        if name.lower() not in _NEEDED and repeats(value.decode("latin-1"), secrets):
            continue
        if name.lower() in renamed:
            yield b"X-Archive-Orig-" + name, value
        elif with_cookies or name.lower() != b"set-cookie":
            yield name, value


def _head(start: bytes, headers: _Headers) -> bytes:
    lines = [
        b"%s: %s" % (name, _LINE_BREAK.sub(b" ", value)) for name, value in headers if _TOKEN.fullmatch(name)
    ]
    return b"\r\n".join([start, *lines, b"", b""])


def _decoded(coded: str) -> str:
    try:
        return base64.b64decode(coded).decode("utf-8", "replace")
    except binascii.Error:
        return ""


def _reason(status: int) -> bytes:
    try:
        return HTTPStatus(status).phrase.encode("ascii")
    except ValueError:
        return b""
