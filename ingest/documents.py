"""Saved documents: files, folders and web archives, one document after another."""

import gzip
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from ingest.dates import from_rfc3339

MAX_BYTES = 64 * 1024 * 1024
TOO_LARGE = f"it is larger than {MAX_BYTES // 1024**2} MB, which no feed is. If it is one, split it into several files."


@dataclass(frozen=True)
class Document:
    """A document as it was saved."""

    name: str  # for messages
    body: bytes
    address: str  # where it came from: its web address where that is known, else its file's
    content_type: str | None = None
    captured: str | None = None  # when it was fetched, as in ingest.models


@dataclass(frozen=True)
class Problem:
    """What could not be read, and why."""

    name: str
    why: str


def shown(path: object) -> str:
    """A path for messages: what its characters would do to a terminal is left out."""
    return "".join(character if character.isprintable() else "\ufffd" for character in str(path))


def documents(paths: Iterable[Path]) -> Iterator[Document | Problem]:
    """What stands at `paths`: a file is a document or a web archive (WARC), a folder all that it holds.

    Either may be compressed with gzip. Hidden files and folders are passed over.
    """
    for path in paths:
        try:
            mode = path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError, ValueError):
            yield Problem(shown(path), _missing(path))
            continue
        except OSError as error:
            yield Problem(shown(path), _unreadable(error))
            continue
        if S_ISDIR(mode):
            yield from _folder(path)
        elif not S_ISREG(mode):
            yield Problem(shown(path), "it is neither a file nor a folder.")
        else:
            yield from _file(path)


def count_files(paths: Iterable[Path]) -> int:
    """How many files `documents` will read, for a progress bar."""
    return sum(len(_files(path)) or 1 for path in paths)


def _folder(folder: Path) -> Iterator[Document | Problem]:
    closed: list[OSError] = []
    files = _files(folder, closed)
    for error in closed:
        yield Problem(shown(error.filename), _unreadable(error))
    if not files and not closed:
        yield Problem(shown(folder), "the folder holds no files. Name one with saved feeds in it.")
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
    pieces: list[bytes] = []
    room, why = MAX_BYTES + 1, None
    try:
        with _unpacked(path) as stream:
            if stream.read(5) == b"WARC/":
                yield from _warc(path)
                return
            stream.seek(0)
            while room and (piece := stream.read1(room)):  # what can be read of it, where it is cut off
                pieces.append(piece)
                room -= len(piece)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        why = f"the compressed file is cut off or damaged: {error}. What stands before that, if anything, was read."
    except OSError as error:
        why = _unreadable(error)
    body = b"".join(pieces)
    if len(body) > MAX_BYTES:
        yield Problem(shown(path), TOO_LARGE)
    elif body or not why:
        yield Document(shown(path), body, path.resolve().as_uri())
    if why:
        yield Problem(shown(path), why)


def _unpacked(path: Path) -> BufferedReader | gzip.GzipFile:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.GzipFile(path) if packed else path.open("rb")


def _warc(path: Path) -> Iterator[Document | Problem]:
    """The successful responses in a web archive that may be feeds: pages, images and the like are passed over."""
    found = False
    try:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type != "response" or record.http_headers is None:
                    continue
                content_type = record.http_headers.get_header("Content-Type")
                if record.http_headers.get_statuscode() != "200" or not _may_be_feed(content_type):
                    continue
                found = True
                address = record.rec_headers.get_header("WARC-Target-URI")
                body = record.content_stream().read(MAX_BYTES + 1)
                if len(body) > MAX_BYTES:
                    yield Problem(f"{shown(path)}: {address}", TOO_LARGE)
                    continue
                if getattr(record.raw_stream, "limit", 0) > 0:
                    raise EOFError("its last record is incomplete")
                captured = from_rfc3339(record.rec_headers.get_header("WARC-Date"))
                yield Document(f"{shown(path)}: {address}", body, address, content_type, captured)
    except (ArchiveLoadFailed, OSError, EOFError, zlib.error) as error:
        yield Problem(
            shown(path), f"the web archive is cut off or damaged: {error}. What stands before was read."
        )
        return
    if not found:
        yield Problem(shown(path), "the web archive holds no response that could be a feed.")


def _may_be_feed(content_type: str | None) -> bool:
    return content_type is None or any(
        kind in content_type.lower() for kind in ("xml", "rss", "atom", "rdf", "json", "text/plain")
    )
