"""A source of saved documents: the responses of web archives (WARC) that may be feeds."""

import re
from collections.abc import Iterator
from itertools import chain

from ingest.base.advice import Problem
from ingest.base.clock import from_rfc3339
from ingest.base.decompress import GZIP, CannotDecompress, Decompressor
from ingest.base.http_url import is_fetchable
from ingest.base.printable import printable_line
from ingest.base.urls import web_url
from ingest.imports import saved as limits
from ingest.imports.saved import Document, FileSource, SavedFile
from ingest.imports.warc_records import OPENING, Damage, Http, Record, http_response, records

MOST_DAMAGES = 20  # places of one web archive that are named
_NAME = re.compile(r"\.warc(\.gz)?$", re.IGNORECASE)  # of a file whose first record may be damaged
_FEED_TYPES = ("xml", "rss", "atom", "rdf", "json", "text/plain")


def _is_web_archive(saved: SavedFile) -> bool:
    return bool(_NAME.search(saved.path.name)) or saved.unpacked().read(len(OPENING)) == OPENING


def _responses(saved: SavedFile) -> Iterator[Document | Problem]:
    """The successful responses that may be feeds: pages, images and the like are skipped."""
    begins = saved.begins
    packed = begins.startswith(GZIP) or (saved.path.suffix == ".gz" and not begins.startswith(OPENING))
    saved.file.seek(0)
    found = damaged = 0
    for record in records(saved.file, packed, limits.LARGEST_DOCUMENT):
        if isinstance(record, Damage):
            damaged += 1
            if damaged <= MOST_DAMAGES:
                where = f"the web archive is cut off or damaged at byte {record.at:,} of what it holds"
                why = f"{where}: {record.why}. That was left out, and what stands around it was read."
                yield Problem(saved.name, why)
        else:
            for one in _response(saved.name, record):
                found += 1
                yield one
    if damaged > MOST_DAMAGES:
        yield Problem(saved.name, f"the web archive is damaged in {damaged - MOST_DAMAGES:,} more places.")
    if not found and not damaged:
        yield Problem(saved.name, "the web archive holds no response that could be a feed.")


def _response(archive: str, record: Record) -> Iterator[Document | Problem]:
    address = (record.headers.get_header("WARC-Target-URI") or "").strip("<> ")
    name = f"{archive}: {printable_line(address) or f'the record at byte {record.at:,}'}"
    if record.headers.get_header("WARC-Type") != "response":
        return
    try:
        response = http_response(record.block)
    except ValueError as error:
        yield Problem(name, f"{error}. It was left out.")
        return
    if response is None or response.status != "200":
        return
    content_type = response.headers.get_header("Content-Type")
    if not _may_be_feed(content_type):
        return
    url = web_url(address)
    if not address:
        yield Problem(name, "it does not say which address it is from (WARC-Target-URI). It was left out.")
    elif url is None or not is_fetchable(url):
        yield Problem(name, "its address is not well-formed. It was left out.")
    elif record.too_large:
        yield Problem(name, limits.DOCUMENT_TOO_LARGE)
    else:
        body, why = _decoded(response)
        if body or not why:
            captured = from_rfc3339(record.headers.get_header("WARC-Date"))
            yield Document(name, body, url, content_type, captured)
        if why:
            yield Problem(name, why)


def _decoded(response: Http) -> tuple[bytes, str | None]:
    """The body without its Content-Encoding, as much of it as can be read, and what is wrong with the rest."""
    body = bytearray()
    try:
        decompressor = Decompressor(response.headers.get_header("Content-Encoding") or "")
        for piece in chain(decompressor.feed(response.body), decompressor.finish()):
            body += piece
            if len(body) > limits.LARGEST_DOCUMENT:
                return b"", limits.DOCUMENT_TOO_LARGE
    except CannotDecompress as error:
        return bytes(body), f"{error} What stands before that, if anything, was read."
    return bytes(body), None


def _may_be_feed(content_type: str | None) -> bool:
    return content_type is None or any(kind in content_type.lower() for kind in _FEED_TYPES)


WEB_ARCHIVE = FileSource(_is_web_archive, _responses)
