"""From the records of a web archive to documents."""

import hashlib
from collections.abc import Iterator
from itertools import chain

from ingest.base.advice import Problem
from ingest.base.clock import from_rfc3339
from ingest.base.decompress import CannotDecompress, Decompressor
from ingest.base.http_url import is_fetchable
from ingest.base.models import HttpExchange
from ingest.base.printable import printable_line
from ingest.base.urls import web_url, without_folders
from ingest.imports import saved as limits
from ingest.imports.saved import Document, SavedFile
from ingest.imports.web_archives.captured import exchange
from ingest.imports.web_archives.kept_bodies import BodyPlace, KeptBodies, Revisit
from ingest.imports.web_archives.kept_fields import KeptFields, archive_id, kept_fields
from ingest.imports.web_archives.warc_records import Http, Record, http_response

_FEED_TYPES = ("xml", "rss", "atom", "rdf", "json")
_PLAIN = "text/plain"  # so servers say of feeds; a `resource` of this type is a log of what made the archive
_BAD_ADDRESS = "its address is not well-formed. It was left out."
_NOT_SAME = (
    "its bytes are not those that were kept: their sha256 is another than its record says (Feedsette-Digest). It was "
    "left out."
)
_NO_BODY = "its bytes stand in another record, which is not in what was imported. Import the whole folder of its file."


class RecordDocuments:
    """Makes documents of the records of a file, which are to be given in their order."""

    def __init__(self, saved: SavedFile, packed: bool) -> None:
        self._saved, self._packed = saved, packed
        self._archive_id: str | None = None
        self._request: Record | None = None  # directly before the record

    def of(self, record: Record) -> Iterator[Document | Revisit | Problem]:
        """What there is in a record: none where it is no document, or a page, an image and the like."""
        kind = _header(record, "WARC-Type")
        request, self._request = self._request, record if kind == "request" else None
        kept = kept_fields(record.headers.get_header, self._archive_id)
        if kind == "warcinfo":
            self._archive_id = archive_id(record.block)
        elif kind == "response":
            yield from self._response(record, kept, _request_of(record, request))
        elif kind == "resource":
            yield from self._resource(record, kept)
        elif kind == "revisit" and kept.sha256:
            yield from self._revisit(record, kept, _request_of(record, request))

    def _response(
        self, record: Record, kept: KeptFields, request: bytes | None
    ) -> Iterator[Document | Problem]:
        address, name = self._address_and_name(record)
        try:
            response = http_response(record.block)
        except ValueError as error:
            yield Problem(name, f"{error}. It was left out.")
            return
        if response is None:
            return
        content_type = response.headers.get_header("Content-Type")
        if not (kept.are_there or (response.status == "200" and _may_be_feed(content_type))):
            return
        url = web_url(address)
        if not address:
            yield Problem(
                name, "it does not say which address it is from (WARC-Target-URI). It was left out."
            )
        elif url is None or not is_fetchable(url):
            yield Problem(name, _BAD_ADDRESS)
        elif record.too_large:
            yield Problem(name, limits.DOCUMENT_TOO_LARGE)
        else:
            body, why, as_said = _decoded(response, guess=not kept.are_there)
            if body or not why:
                sent = response.body if as_said else body
                http = exchange(request, response.head, sent, _protocol(record), decoded=not as_said)
                yield self._document(record, kept, name, url, body, content_type, http)
            if why:
                yield Problem(name, why)

    def _resource(self, record: Record, kept: KeptFields) -> Iterator[Document | Problem]:
        address, name = self._address_and_name(record)
        content_type = _header(record, "Content-Type") or None
        if not kept.are_there and not (content_type and _may_be_feed(content_type, of_server=False)):
            return
        url = _url_of_kept(address) if kept.are_there else web_url(address)
        if url is None or not (kept.are_there or is_fetchable(url)):
            if kept.are_there:
                yield Problem(name, _BAD_ADDRESS)
        elif record.too_large:
            yield Problem(name, limits.DOCUMENT_TOO_LARGE)
        else:
            yield self._document(record, kept, name, url, record.block, _known_type(content_type), None)

    def _revisit(
        self, record: Record, kept: KeptFields, request: bytes | None
    ) -> Iterator[Document | Revisit | Problem]:
        address, name = self._address_and_name(record)
        url = _url_of_kept(address)
        if url is None:
            yield Problem(name, _BAD_ADDRESS)
            return
        try:
            response = http_response(record.block)
        except ValueError as error:
            yield Problem(name, f"{error}. It was left out.")
            return
        revisit = Revisit(
            name=name,
            address=url,
            captured=_captured(record),
            file=printable_line(self._saved.path.name),
            kept=kept,
            protocol=_protocol(record),
            request=request,
            response=response,
        )
        known = kept.sha256 in self._saved.bodies.places
        yield revisited(revisit, self._saved.bodies) if known else revisit

    def _document(
        self,
        record: Record,
        kept: KeptFields,
        name: str,
        url: str,
        body: bytes,
        content_type: str | None,
        http: HttpExchange | None,
    ) -> Document | Problem:
        if kept.sha256:
            if hashlib.sha256(body).hexdigest() != kept.sha256:
                return Problem(name, _NOT_SAME)
            place = BodyPlace(self._saved.path, self._packed, record.place)
            self._saved.bodies.places.setdefault(kept.sha256, place)
        return Document(
            name,
            body,
            url,
            content_type,
            _captured(record),
            printable_line(self._saved.path.name),
            http,
            kept,
        )

    def _address_and_name(self, record: Record) -> tuple[str, str]:
        """Where a record is from, as it says, and its name for messages."""
        address = _header(record, "WARC-Target-URI").strip("<> ")
        return address, (
            f"{self._saved.name}: {printable_line(address) or f'the record at byte {record.at:,}'}"
        )


def revisited(revisit: Revisit, bodies: KeptBodies) -> Document | Problem:
    """The document with its body, which is read where it stands."""
    sha256 = revisit.kept.sha256 or ""
    place = bodies.places.get(sha256)
    record = place.record(limits.LARGEST_DOCUMENT) if place else None
    if record is None:
        return Problem(revisit.name, _NO_BODY)
    original = http_response(record.block) if _header(record, "WARC-Type") == "response" else None
    body = _decoded(original, guess=False)[0] if original else record.block
    if hashlib.sha256(body).hexdigest() != sha256:
        return Problem(revisit.name, _NO_BODY)
    content_type = _known_type(None if original else _header(record, "Content-Type"))
    http = None
    if response := revisit.response:
        content_type = response.headers.get_header("Content-Type")
        as_sent = original is not None and _encoding(original) == _encoding(response)
        sent = original.body if original and as_sent else body
        http = exchange(revisit.request, response.head, sent, revisit.protocol, decoded=not as_sent)
    return Document(
        revisit.name, body, revisit.address, content_type, revisit.captured, revisit.file, http, revisit.kept
    )


def _header(record: Record, name: str) -> str:
    return str(record.headers.get_header(name) or "")


def _request_of(record: Record, request: Record | None) -> bytes | None:
    """The block of the request that stands directly before the record, if it is the record's."""
    if request is None or request.too_large:
        return None
    asked = _header(request, "WARC-Concurrent-To") == _header(record, "WARC-Record-ID") != ""
    answered = _header(record, "WARC-Concurrent-To") == _header(request, "WARC-Record-ID") != ""
    return request.block if asked or answered else None


def _captured(record: Record) -> str | None:
    return from_rfc3339(record.headers.get_header("WARC-Date"))


def _protocol(record: Record) -> str | None:
    return "h2" if _header(record, "WARC-Protocol") == "h2" else None


def _url_of_kept(address: str) -> str | None:
    if address[:5].lower() == "file:":
        return without_folders(address)
    url = web_url(address)
    return url if url and is_fetchable(url) else None


def _encoding(response: Http) -> str:
    return (response.headers.get_header("Content-Encoding") or "").strip().lower()


def _decoded(response: Http, guess: bool) -> tuple[bytes, str | None, bool]:
    """The body without its Content-Encoding, as much of it as can be read, and what is wrong with the rest.

    And whether it is what that header says. With `guess` gzip is recognised as well that it does not say.
    """
    body = bytearray()
    try:
        decompressor = Decompressor(response.headers.get_header("Content-Encoding") or "", guess)
        for piece in chain(decompressor.feed(response.body), decompressor.finish()):
            body += piece
            if len(body) > limits.LARGEST_DOCUMENT:
                return b"", limits.DOCUMENT_TOO_LARGE, False
    except CannotDecompress as error:
        return bytes(body), f"{error} What stands before that, if anything, was read.", False
    return bytes(body), None, decompressor.found is None


def _known_type(content_type: str | None) -> str | None:
    return None if content_type in ("", "application/octet-stream") else content_type


def _may_be_feed(content_type: str | None, of_server: bool = True) -> bool:
    if content_type is None:
        return True
    kinds = (*_FEED_TYPES, _PLAIN) if of_server else _FEED_TYPES
    return any(kind in content_type.lower() for kind in kinds)
