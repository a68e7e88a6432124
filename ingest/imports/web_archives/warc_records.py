"""The records of a web archive (WARC 1.0 and 1.1, ISO 28500); reading goes on after damaged ones.

A record ends where its Content-Length says. Where neither another nor the end of the archive follows there, the length
is wrong or the record damaged, and the next one is searched for from its beginning on.
"""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from ingest.base.decompress import PIECE
from ingest.imports.web_archives.gzip_members import GzipDamage, GzipMembers, SeekableFile

OPENING = b"WARC/"
LONGEST_HEADER = 256 * 1024  # bytes: an address may be data, but not for megabytes

_TOO_LONG = f"its header is longer than {LONGEST_HEADER // 1024} kB"
_NO_END = "its header stops before its end"
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_RECORD = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n(?=[A-Za-z-]+:)")
_RECORD_LENGTH = 100  # bytes that _RECORD may need to see
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r\n")


@dataclass(frozen=True)
class Record:
    """A record, with the whole of its block, or the beginning of one that is larger than was asked for."""

    at: int  # bytes of the archive that stand before it, unpacked
    headers: StatusAndHeaders
    block: bytes
    place: tuple[
        int, int
    ]  # where in the file its gzip member begins, and where in that the record; see `record_at`
    too_large: bool = False


@dataclass(frozen=True)
class Damage:
    """A place in the archive that cannot be read. `why` is a piece of a sentence."""

    at: int  # as in Record
    why: str


def records(file: SeekableFile, packed: bool, largest: int) -> Iterator[Record | Damage]:
    """The records in a file, which is `packed` with gzip or not. Blocks of more than `largest` bytes are passed over.

    Raises OSError.
    """
    if not packed:
        return _Reader(iter(lambda: file.read(PIECE), b""), lambda at: (at, 0)).read(largest)
    members = GzipMembers(file, OPENING)
    return _Reader(members.read(), members.place).read(largest)


def record_at(file: SeekableFile, packed: bool, place: tuple[int, int], largest: int) -> Record | None:
    """The record at a `place` that `records` has given; None where it is there no longer. Raises OSError."""
    member, within = place
    file.seek(member)
    for record in records(file, packed, largest):
        if record.at >= within:
            return record if isinstance(record, Record) and record.at == within else None
    return None


@dataclass(frozen=True)
class Http:
    """An HTTP response as a record has it: `body` is encoded as its headers say, but not in chunks."""

    status: str
    headers: StatusAndHeaders
    head: bytes = field(repr=False)  # status line and headers, as they stand in the record
    body: bytes = field(repr=False)


def http_response(block: bytes) -> Http | None:
    """The HTTP response in a record's block, or None where there is none. Raises ValueError, with a piece of a
    sentence, where its header is too long to be one."""
    if not block.startswith(b"HTTP/"):
        return None
    end = _HEADER_END.search(block, 0, LONGEST_HEADER)
    if not end and len(block) >= LONGEST_HEADER:
        raise ValueError(f"its HTTP header is longer than {LONGEST_HEADER // 1024} kB")
    head = end.end() if end else len(block)
    headers, body = _headers(block[:head]), block[head:]
    if "chunked" in (headers.get_header("Transfer-Encoding") or "").lower():
        body = _unchunked(body)
    return Http(headers.get_statuscode(), headers, block[:head], body)


def _headers(head: bytes) -> StatusAndHeaders:
    return StatusAndHeadersParser([], verify=False).parse(BytesIO(head))


def _unchunked(body: bytes) -> bytes:
    """The body without chunked encoding (RFC 9112, 7.1), where the crawler has not removed it; cut off where it is."""
    pieces, place = bytearray(), 0
    while chunk := _CHUNK.match(body, place):
        start, size = chunk.end(), int(chunk[1], 16)
        pieces += body[start : start + size]
        place = start + size + 2
        if not size:
            break
    return bytes(pieces) if place else body


class _Reader:
    """Buffers records, so that it can go back where a length turns out wrong."""

    def __init__(self, pieces: Iterator[bytes | GzipDamage], place: Callable[[int], tuple[int, int]]) -> None:
        self._pieces = pieces
        self._place = place
        self._buffer = bytearray()
        self._at = 0  # where in the archive the buffer begins
        self._gap: GzipDamage | None = None  # the damage after the buffer, if any
        self._ended = False

    def read(self, largest: int) -> Iterator[Record | Damage]:
        while True:
            self._skip_newlines()
            if self._buffer:
                yield self._record(largest)
            elif self._gap:
                yield Damage(self._at, self._gap.why)
                self._gap = None
            elif self._ended:
                return

    def _record(self, largest: int) -> Record | Damage:
        """The next record, or the damage there, which is skipped."""
        end = self._header_end()
        if end is None:
            return self._damage()
        headers = _headers(bytes(self._buffer[:end]))
        length = headers.get_header("Content-Length") or ""
        if not re.fullmatch("[0-9]{1,18}", length):
            return self._damage("it does not say how long it is (Content-Length)")
        at, size = self._at, int(length)
        if size > largest:
            return self._large(headers, end, size)
        if not self._has(end + size):
            return self._damage("it is shorter than it says (Content-Length)")
        if not self._ends_well(end + size):
            return self._damage("it does not end where it says (Content-Length)")
        block = bytes(self._buffer[end : end + size])
        self._drop(end + size)
        return Record(at, headers, block, self._place(at))

    def _header_end(self) -> int | None:
        seen = 0
        while True:
            if found := _HEADER_END.search(self._buffer, max(seen - 3, 0), LONGEST_HEADER):
                return found.end() if self._buffer.startswith(OPENING) else None
            seen = len(self._buffer)
            begins = self._buffer[: len(OPENING)]
            if seen >= LONGEST_HEADER or not OPENING.startswith(begins) or not self._has(seen + 1):
                return None

    def _ends_well(self, end: int) -> bool:
        """Whether two newlines follow, or a record, or the end of the archive behind newlines as many as there are."""
        by_the_book = self._has(end + 4) and self._buffer.startswith(b"\r\n\r\n", end)
        while self._has(end + 1) and self._buffer[end] in b"\r\n":
            end += 1
        if end == len(self._buffer):
            return self._gap is None or self._gap.sound
        return by_the_book or (self._has(end + len(OPENING)) and self._buffer.startswith(OPENING, end))

    def _large(self, headers: StatusAndHeaders, end: int, size: int) -> Record | Damage:
        """The beginning of a record that is too large. Where another begins within it, its length is wrong."""
        self._has(end + LONGEST_HEADER)
        at, block = self._at, bytes(self._buffer[end : end + LONGEST_HEADER])
        self._drop(end)
        if self._go_to_record(size):
            return Damage(at, "it does not end where it says (Content-Length)")
        if self._at < at + end + size:
            return self._gap_at(at) or Damage(at, "it is shorter than it says (Content-Length)")
        return Record(at, headers, block, self._place(at), too_large=True)

    def _damage(self, why: str | None = None) -> Damage:
        at = self._at
        if why is None:
            is_record = self._buffer.startswith(OPENING)
            is_long = is_record and self._has(LONGEST_HEADER)
            why = _TOO_LONG if is_long else _NO_END if is_record else "what stands there is no record"
        self._drop(1)
        found = self._go_to_record()
        return (None if found else self._gap_at(at)) or Damage(at, why)

    def _gap_at(self, at: int) -> Damage | None:
        gap, self._gap = self._gap, None
        return Damage(at, gap.why) if gap else None

    def _go_to_record(self, within: int = sys.maxsize) -> bool:
        """Pass over what comes before the next record, if one begins within so many bytes, or else over these."""
        while within:
            most = min(within, len(self._buffer))
            if found := _RECORD.search(self._buffer, 0, most):
                self._drop(found.start())
                return True
            is_end = most == within or not self._has(len(self._buffer) + 1)
            passed = most if is_end else max(most - _RECORD_LENGTH, 0)
            self._drop(passed)
            if is_end:
                break
            within -= passed
        return False

    def _skip_newlines(self) -> None:
        while self._has(1) and self._buffer[0] in b"\r\n":
            self._drop(len(self._buffer) - len(self._buffer.lstrip(b"\r\n")))

    def _has(self, size: int) -> bool:
        """Whether the buffer holds so many bytes, after reading on where it does not; never past damage."""
        while len(self._buffer) < size and not self._gap and not self._ended:
            piece = next(self._pieces, None)
            if piece is None:
                self._ended = True
            elif isinstance(piece, GzipDamage):
                self._gap = piece
            else:
                self._buffer += piece
        return len(self._buffer) >= size

    def _drop(self, size: int) -> None:
        self._at += min(size, len(self._buffer))
        del self._buffer[:size]
