"""Requests and responses as they are kept: start line and headers as they were sent, without secrets. Pure."""

import re
from collections.abc import Collection, Iterable
from http import HTTPStatus

import httpcore2

SECRET_HEADERS = frozenset({b"authorization", b"cookie", b"proxy-authorization"})
# Of RFC 9110. Names and values of HTTP/2, which httpcore2 does not check, may hold what would end a line.
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LINE_BREAK = re.compile(rb"[\r\n\0]+")

_Headers = Iterable[tuple[bytes, bytes]]


def request_head(request: httpcore2.Request, secrets: Collection[str]) -> bytes:
    """The head of a request, without the headers named `secrets` and others that authenticate."""
    left_out = SECRET_HEADERS | {name.lower().encode("ascii") for name in secrets}
    sent = [(name, value) for name, value in request.headers if name.lower() not in left_out]
    return _head(b"%s %s HTTP/1.1" % (request.method, request.url.target), sent)


def response_head(response: httpcore2.Response, with_cookies: bool) -> bytes:
    """The head of a response, whose body is not in chunks any more. HTTP/2 is written as HTTP/1.1."""
    version = response.extensions["http_version"]
    reason = response.extensions.get("reason_phrase")
    if version not in (b"HTTP/1.0", b"HTTP/1.1"):
        version, reason = b"HTTP/1.1", _reason(response.status)
    start = b"%s %d %s" % (version, response.status, reason or b"")
    return _head(start, _kept(response.headers, with_cookies))


def _kept(headers: _Headers, with_cookies: bool) -> _Headers:
    for name, value in headers:
        match name.lower():
            case b"transfer-encoding":
                yield b"X-Archive-Orig-" + name, value
            case b"set-cookie" if not with_cookies:
                pass
            case _:
                yield name, value


def _head(start: bytes, headers: _Headers) -> bytes:
    lines = [
        b"%s: %s" % (name, _LINE_BREAK.sub(b" ", value)) for name, value in headers if _TOKEN.fullmatch(name)
    ]
    return b"\r\n".join([start, *lines, b"", b""])


def _reason(status: int) -> bytes:
    try:
        return HTTPStatus(status).phrase.encode("ascii")
    except ValueError:
        return b""
