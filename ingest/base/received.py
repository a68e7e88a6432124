"""Documents as they were received, before they are read."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

CameBy = Literal["poll", "push", "import"]


@dataclass(frozen=True)
class HttpExchange:
    """A request and its response as they were sent, without secrets.

    `request` and `response` are start line and headers, to the empty line after them; `body` is encoded as the header
    Content-Encoding says, but not in chunks.
    """

    request: bytes | None = field(repr=False)
    response: bytes = field(repr=False)
    body: bytes = field(repr=False)
    protocol: str | None = None  # "h2" where these were written as HTTP/1.1, but were not sent so


@dataclass(frozen=True)
class ReceivedDocument:
    """A document, with its body after decompression."""

    body: bytes = field(repr=False)
    at: str  # when it was received, or captured, as in ingest.base.models
    url: str  # under which it was asked for, without credentials: of a file its address without folders
    came: CameBy
    final_url: str | None = None  # where it came from, after redirects; None where that is `url`
    content_type: str | None = None
    name: str | None = None  # of the file that was imported, without its folders
    http: HttpExchange | None = field(default=None, repr=False)  # None where it did not come by HTTP

    @cached_property
    def sha256(self) -> str:
        """Of the body, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()
