"""From an HTTP exchange as a web archive has it to what is kept of it. Pure.

What a reader of the record would trip over is renamed, as web archives do: X-Archive-Orig-Transfer-Encoding.
"""

import re

from ingest.base.models import HttpExchange

_REQUEST = re.compile(rb"[A-Z]{1,20} \S+ HTTP/[0-9.]{1,3}\r?\n")
_END = re.compile(rb"\r?\n\r?\n")
_TRANSFER = rb"transfer-encoding"
_ENCODING = rb"content-encoding|content-length"
_SECRET = rb"(?:proxy-)?authorization|cookie2?|[^:\s]*(?:api-?key|token|secret|passw)[^:\s]*"
_COOKIES = rb"set-cookie2?"
_CREDENTIALS = re.compile(rb"//[^/\s]*@")


def exchange(
    request: bytes | None, head: bytes, body: bytes, protocol: str | None = None, decoded: bool = False
) -> HttpExchange:
    """A request and its response, without secrets.

    `body` is encoded as `head` says, unless it is `decoded`. `request` is a whole request, of which the head is taken,
    or what claims to be one.
    """
    head = head if _END.search(head) else head.rstrip(b"\r\n") + b"\r\n\r\n"
    head = _rename(_TRANSFER, head)
    if decoded:
        head = _rename(_ENCODING, head)
    if request is None or not _REQUEST.match(request):
        return HttpExchange(None, head, body, protocol)
    end = _END.search(request)
    asked = request[: end.end()] if end else request.rstrip(b"\r\n") + b"\r\n\r\n"
    first, newline, headers = asked.partition(b"\n")
    kept = _leave_out(_SECRET, headers)
    if kept != headers:
        head = _leave_out(_COOKIES, head)
    return HttpExchange(_CREDENTIALS.sub(b"//", first) + newline + kept, head, body, protocol)


def _rename(names: bytes, head: bytes) -> bytes:
    return re.sub(rb"(?im)^(?=(?:%s)[ \t]*:)" % names, b"X-Archive-Orig-", head)


def _leave_out(names: bytes, head: bytes) -> bytes:
    """The head without these headers, and without the lines that continue them."""
    return re.sub(rb"(?im)^(?:%s)[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*" % names, b"", head)
