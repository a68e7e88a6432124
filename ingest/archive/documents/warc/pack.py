"""Make the WARC records of a document (WARC 1.1, ISO 28500:2017), each compressed as a gzip member. Pure.

A document that came by HTTP is a request and a response, any other a resource. Three fields of our own are with it: the
address of the document's feed, the digest of its body after decompression, and how it came.
"""

import gzip
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import quote

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ingest import __version__
from ingest.base.models import CameBy, ReceivedDocument

FEED_FIELD, DIGEST_FIELD, CAME_FIELD = "Feedsette-Feed", "Feedsette-Digest", "Feedsette-Came"
PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_BLANK = b"\t\n\v\f\r \x1c\x1d\x1e\x1f\x85\xa0\xc2"  # space of any kind
_LEVEL = 4  # of compression: half the time of 6 for a twentieth more room
_SAFE = "!#$%&'()*+,/:;=?@[]~"  # in an address, beside letters and digits


@dataclass(frozen=True)
class PackedDocument:
    """A document that is ready to be kept. `record` is its response or resource, compressed."""

    at: str
    sha256: str
    size: int  # bytes of the body
    content_type: str | None
    url: str
    final_url: str
    came: CameBy
    name: str | None
    feed_url: str
    record_id: str
    record: bytes = field(repr=False)
    request: bytes | None = field(default=None, repr=False)  # heads, as in HttpExchange
    response: bytes | None = field(default=None, repr=False)
    protocol: str | None = None  # as in HttpExchange


@dataclass(frozen=True)
class OriginalRecord:
    """The record that has the body to which a revisit refers: its fields."""

    record_id: str
    url: str
    at: str
    payload_digest: str


def pack(document: ReceivedDocument, feed_url: str) -> PackedDocument:
    """Make the record of a document of the feed at `feed_url`."""
    final_url = document.final_url or document.url
    record_id = f"<urn:uuid:{uuid.uuid4()}>"
    http = document.http
    fields = _fields(record_id, document.at, final_url, http.protocol if http else None)
    fields |= _ours(document.sha256, feed_url, document.came)
    request, response = (_one_head(http.request), _one_head(http.response)) if http else (None, None)
    if http and response:
        fields["Content-Type"] = "application/http; msgtype=response"
        record = _record("response", fields, response, http.body)
    else:
        fields["Content-Type"] = _one_line(document.content_type or "application/octet-stream")
        record = _record("resource", fields, None, document.body)
    return PackedDocument(
        at=document.at,
        sha256=document.sha256,
        size=len(document.body),
        content_type=document.content_type and storable(document.content_type),
        url=storable(document.url),
        final_url=storable(final_url),
        came=document.came,
        name=document.name and storable(document.name),
        feed_url=feed_url,
        record_id=record_id,
        record=record,
        request=request,
        response=response,
        protocol=http.protocol if http else None,
    )


def request_record(packed: PackedDocument) -> bytes:
    """The record of the document's request; empty where there is none."""
    if packed.request is None:
        return b""
    fields = _fields(f"<urn:uuid:{uuid.uuid4()}>", packed.at, packed.final_url, packed.protocol) | {
        "WARC-Concurrent-To": packed.record_id,
        "Content-Type": "application/http; msgtype=request",
    }
    return _record("request", fields, packed.request, b"")


def revisit_record(packed: PackedDocument, original: OriginalRecord) -> bytes:
    """The record to keep instead of the document's own where another has its body already."""
    fields = _fields(packed.record_id, packed.at, packed.final_url, packed.protocol)
    fields |= _ours(packed.sha256, packed.feed_url, packed.came) | {
        "WARC-Profile": PROFILE,
        "WARC-Refers-To": original.record_id,
        "WARC-Refers-To-Target-URI": original.url,
        "WARC-Refers-To-Date": original.at,
        "WARC-Payload-Digest": original.payload_digest,
    }
    if packed.response is not None:
        fields["Content-Type"] = "application/http; msgtype=response"
    return _record("revisit", fields, packed.response, b"")


def warcinfo_record(name: str, archive_id: str, at: str) -> bytes:
    """The record that a file begins with."""
    info = f"software: Feedsette/{__version__}\r\nformat: WARC File Format 1.1\r\nisPartOf: {archive_id}\r\n"
    fields = {
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>",
        "WARC-Date": at,
        "WARC-Filename": name,
        "Content-Type": "application/warc-fields",
    }
    return _record("warcinfo", fields, None, info.encode())


class _Head(StatusAndHeaders):  # type: ignore[misc]
    """The head of an HTTP message exactly as it was sent; warcio would encode what is not ASCII."""

    def __init__(self, head: bytes) -> None:
        super().__init__("as it was sent", [])  # without a status line it would count as none
        self._head = head

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self._head


def _record(kind: str, fields: Mapping[str, str], head: bytes | None, payload: bytes) -> bytes:
    digests = {"WARC-Block-Digest": _digest((head or b"") + payload)}
    if kind not in ("warcinfo", "revisit"):
        digests["WARC-Payload-Digest"] = _digest(payload)
    headers = StatusAndHeaders(
        "", [("WARC-Type", kind), *fields.items(), *digests.items()], protocol="WARC/1.1"
    )
    record = ArcWarcRecord(
        "warc",
        kind,
        headers,
        BytesIO(payload),
        _Head(head) if head is not None else None,
        fields.get("Content-Type"),
        len(payload),
        payload_length=len(payload),
    )
    plain = BytesIO()
    WARCWriter(plain, gzip=False, warc_version="1.1").write_record(record)
    return gzip.compress(plain.getvalue(), _LEVEL, mtime=0)


def _fields(record_id: str, at: str, url: str, protocol: str | None) -> dict[str, str]:
    fields = {"WARC-Record-ID": record_id, "WARC-Date": at, "WARC-Target-URI": _uri(url)}
    return fields | ({"WARC-Protocol": protocol} if protocol else {})


def _ours(sha256: str, feed_url: str, came: CameBy) -> dict[str, str]:
    return {FEED_FIELD: _uri(feed_url), DIGEST_FIELD: f"sha256:{sha256}", CAME_FIELD: came}


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _one_head(head: bytes | None) -> bytes | None:
    """The head with an empty line at its end, and no blank one before: each reader is to see where the body begins."""
    if head is None or not head.strip(_BLANK):
        return None
    lines = head.split(b"\n")
    if head.endswith((b"\n\r\n", b"\n\n")) and all(line.strip(_BLANK) for line in lines[:-2]):
        return head
    return b"\n".join(line for line in lines if line.strip(_BLANK)).rstrip(b"\r\n") + b"\r\n\r\n"


def _uri(url: str) -> str:
    return quote(url.encode("utf-8", "surrogatepass"), safe=_SAFE)


def _one_line(text: str) -> str:
    return " ".join(storable(text).split())


def storable(text: str) -> str:
    """Text that SQLite and UTF-8 can take: the name of a file may hold bytes that are no text."""
    return text.encode("utf-8", "backslashreplace").decode()
