"""Saved documents: files, folders and web archives, one document after another."""

import gzip
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from stat import S_ISDIR
from typing import BinaryIO

from ingest.archive.file.open_file import NoFile, open_file
from ingest.base.advice import Problem
from ingest.base.clock import from_rfc3339
from ingest.base.decompress import GZIP, PIECE, CannotDecompress, Decompressor
from ingest.base.http_url import is_fetchable
from ingest.base.urls import web_url
from ingest.cli.terminal import printable_line
from ingest.imports.webarchive import OPENING, Damage, Http, Record, http_response, records

MAX_BYTES = 64 * 1024 * 1024
_WEB_ARCHIVE = re.compile(r"\.warc(\.gz)?$", re.IGNORECASE)  # whose first record may be damaged
MOST_DAMAGES = 20  # places of one web archive that are named
TOO_LARGE = f"it is larger than {MAX_BYTES // 1024**2} MB, which no feed is. If it is one, split it into several files."


@dataclass(frozen=True)
class Document:
    """A document as it was saved."""

    name: str  # for messages
    body: bytes
    address: str  # where it came from: its web address where that is known, else its file's
    content_type: str | None = None
    captured: str | None = None  # when it was fetched, as in ingest.base.models


def documents(paths: Iterable[Path]) -> Iterator[Document | Problem]:
    """What stands at `paths`: a file is a document or a web archive (WARC), a folder all that it holds.

    Either may be compressed with gzip. Hidden files and folders are passed over.
    """
    for path in paths:
        try:
            mode = path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError, ValueError):
            yield Problem(printable_line(path), _missing(path))
            continue
        except OSError as error:
            yield Problem(printable_line(path), _unreadable(error))
            continue
        if S_ISDIR(mode):
            yield from _folder(path)
        else:
            yield from _file(path)


def count_files(paths: Iterable[Path]) -> int:
    """How many files `documents` will read, for a progress bar."""
    return sum(len(_files(path)) or 1 for path in paths)


def _folder(folder: Path) -> Iterator[Document | Problem]:
    closed: list[OSError] = []
    files = _files(folder, closed)
    for error in closed:
        yield Problem(printable_line(error.filename), _unreadable(error))
    if not files and not closed:
        yield Problem(printable_line(folder), "the folder holds no files. Name one with saved feeds in it.")
    for path in files:
        yield from _file(path)


def _files(folder: Path, closed: list[OSError] | None = None) -> list[Path]:
    """All files but hidden ones. Folders that cannot be read are noted in `closed`."""
    found = []
    for inside, folders, names in os.walk(folder, onerror=(closed if closed is not None else []).append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(inside) / name for name in names if not name.startswith(".")]
    return sorted(path for path in found if _may_be_file(path))


def _may_be_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # which opening it will say
        return True


def _missing(path: Path) -> str:
    if re.match(r"https?:/", str(path)):  # a path has lost the second slash
        return "that is an address. `feedsette add` fetches the feed there; import takes saved documents."
    return "there is no such file or folder. Check its name."


def _unreadable(error: OSError) -> str:
    return f"it cannot be read: {error.strerror or error}. Check its permissions and those of its folders."


def _file(path: Path) -> Iterator[Document | Problem]:
    name, body, why = printable_line(path), bytearray(), None
    try:
        with open_file(path) as file:
            begins = file.peek(len(OPENING))
            packed = begins.startswith(GZIP) or (path.suffix == ".gz" and not begins.startswith(OPENING))
            stream = gzip.GzipFile(fileobj=file) if begins.startswith(GZIP) else file
            if _WEB_ARCHIVE.search(path.name) or stream.read(len(OPENING)) == OPENING:
                file.seek(0)
                yield from _web_archive(name, file, packed)
                return
            stream.seek(0)
            # Piece by piece, so that what can be read of a file which is cut off is read.
            while len(body) <= MAX_BYTES and (piece := stream.read1(PIECE)):
                body += piece
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        why = f"the compressed file is cut off or damaged: {error}. What stands before that, if anything, was read."
    except NoFile as error:
        yield Problem(name, str(error))
        return
    except OSError as error:
        why = _unreadable(error)
    if len(body) > MAX_BYTES:
        yield Problem(name, TOO_LARGE)
    elif body or not why:
        yield Document(name, bytes(body), path.resolve().as_uri())
    if why:
        yield Problem(name, why)


def _web_archive(name: str, file: BinaryIO, packed: bool) -> Iterator[Document | Problem]:
    """The successful responses in a web archive that may be feeds: pages, images and the like are passed over."""
    found = damaged = 0
    for record in records(file, packed, MAX_BYTES):
        if isinstance(record, Damage):
            damaged += 1
            if damaged <= MOST_DAMAGES:
                where = f"the web archive is cut off or damaged at byte {record.at:,} of what it holds"
                yield Problem(
                    name, f"{where}: {record.why}. That was left out, and what stands around it was read."
                )
        else:
            for one in _response(name, record):
                found += 1
                yield one
    if damaged > MOST_DAMAGES:
        yield Problem(name, f"the web archive is damaged in {damaged - MOST_DAMAGES:,} more places.")
    if not found and not damaged:
        yield Problem(name, "the web archive holds no response that could be a feed.")


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
        yield Problem(name, TOO_LARGE)
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
            if len(body) > MAX_BYTES:
                return b"", TOO_LARGE
    except CannotDecompress as error:
        return bytes(body), f"{error} What stands before that, if anything, was read."
    return bytes(body), None


def _may_be_feed(content_type: str | None) -> bool:
    return content_type is None or any(
        kind in content_type.lower() for kind in ("xml", "rss", "atom", "rdf", "json", "text/plain")
    )
