"""Read WARC records of ours where they stand in a file, each a gzip member, in bounded pieces; none is trusted."""

import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import SEEK_END
from typing import BinaryIO

from ingest.archive.documents.warc.pack import DIGEST_FIELD
from ingest.base.decompress import GZIP, PIECE

LONGEST_HEAD = 8_000_000  # bytes, of a record or of an HTTP message
HEAD_PIECE = 2048  # bytes, for what reads a record's head alone
BODY_KINDS = ("response", "resource")  # of records that have a document's body
_GZIP_FORMAT = zlib.MAX_WBITS | 16
_MEMBER = GZIP + b"\x08"  # RFC 1952, 2.3
_HEAD_END = re.compile(rb"\r?\n\r?\n")


class RecordDamaged(Exception):
    """What stands there is no record, or only a part of one. The message is a piece of a sentence."""


@dataclass(frozen=True)
class StoredDocument:
    """Where a document stands in a file: its request, if it has one, begins at `begin`, its record at `offset`."""

    begin: int
    offset: int
    end: int
    kind: str  # response, resource or revisit
    sha256: str  # as it says
    at: str | None
    fields: Mapping[str, str]  # of its record, by names in small letters


class StoredRecord:
    """The record that begins at `offset` of a file, read forwards once, in pieces of at most `piece` bytes.

    Raises RecordDamaged, and OSError.
    """

    def __init__(self, file: BinaryIO, offset: int, piece: int = PIECE) -> None:
        self.offset, self._most = offset, piece
        self._file, self._read_to = file, offset
        self._inflate = zlib.decompressobj(_GZIP_FORMAT)
        self._rest = b""  # unpacked, and not yet handed out
        self._taken = 0  # bytes of its block
        head = self.head()
        if not head.startswith(b"WARC/1."):
            raise RecordDamaged("no record begins where it should")
        self.fields = _fields(head)
        self._taken = 0

    @property
    def kind(self) -> str:
        return self.fields.get("warc-type", "")

    def head(self) -> bytes:
        """What comes next, to the first empty line."""
        head = bytearray()
        while not (found := _HEAD_END.search(head)):
            piece = self._piece()
            head += piece
            if not piece or len(head) > LONGEST_HEAD:
                raise RecordDamaged("its head does not end")
        self._rest = bytes(head[found.end() :])
        self._taken += found.end()
        return bytes(head[: found.end()])

    def block(self) -> Iterator[bytes]:
        """The rest of the record's block, in pieces. Raises RecordDamaged at the end where its length is wrong."""
        length = self.fields.get("content-length", "")
        if not re.fullmatch("[0-9]{1,18}", length):
            raise RecordDamaged("it does not say how long it is")
        left = int(length) - self._taken
        while left > 0:
            piece = self._piece()
            if not piece:
                raise RecordDamaged("it is shorter than it says")
            yield piece[:left]
            left -= len(piece)

    def end(self) -> int:
        """Where the record ends in the file. The rest of it is read, so that its checksum is found right."""
        while self._piece():
            pass
        return self._read_to - len(self._inflate.unused_data)

    def _piece(self) -> bytes:
        if self._rest:
            piece, self._rest = self._rest, b""
            return piece
        while not self._inflate.eof:
            data = self._inflate.unconsumed_tail or self._read()
            try:
                piece = self._inflate.decompress(data, self._most)
            except zlib.error as error:
                raise RecordDamaged("its compressed data is damaged") from error
            if piece:
                return piece
        return b""

    def _read(self) -> bytes:
        self._file.seek(self._read_to)
        data = self._file.read(self._most)
        if not data:
            raise RecordDamaged("it is cut off")
        self._read_to += len(data)
        return data


def stored_documents(file: BinaryIO, start: int = 0) -> Iterator[StoredDocument]:
    """The documents whose records stand in a file from `start` on; what is damaged is passed over. Raises OSError."""
    begin, at = None, start
    while file.seek(at) == at and file.read(1):
        try:
            record = StoredRecord(file, at)
            end = record.end()
        except RecordDamaged:
            begin, next_member = None, _next_member(file, at + 1)
            if next_member is None:
                return
            at = next_member
            continue
        if record.kind == "request":
            begin = at
        elif record.kind in (*BODY_KINDS, "revisit"):
            digest = record.fields.get(DIGEST_FIELD.lower(), "").removeprefix("sha256:")
            moment = record.fields.get("warc-date")
            yield StoredDocument(
                at if begin is None else begin, at, end, record.kind, digest, moment, record.fields
            )
            begin = None
        at = end


def whole_documents(file: BinaryIO) -> list[StoredDocument] | None:
    """The documents of a file; None where anything else stands in it than its warcinfo and whole documents."""
    try:
        first = StoredRecord(file, 0)
        end = first.end()
    except RecordDamaged:
        return None
    documents = []
    for document in stored_documents(file, end):
        if document.begin != end:
            return None
        documents.append(document)
        end = document.end
    return documents if first.kind == "warcinfo" and file.seek(0, SEEK_END) == end else None


def is_as_digested(file: BinaryIO, offset: int, end: int) -> bool:
    """Whether a whole record stands there whose block has the digest that it says. Raises OSError."""
    try:
        record, digest = StoredRecord(file, offset), hashlib.sha256()
        for piece in record.block():
            digest.update(piece)
        said = record.fields.get("warc-block-digest")
        return record.end() == end and said in (None, f"sha256:{digest.hexdigest()}")
    except RecordDamaged:
        return False


def archive_id_in(file: BinaryIO) -> str | None:
    """The number of the archive that a file says it is of, in its warcinfo record. Raises OSError."""
    try:
        record = StoredRecord(file, 0)
        info = next(record.block(), b"")  # which is short
    except RecordDamaged:
        return None
    return _fields(info).get("ispartof") if record.kind == "warcinfo" else None


def _next_member(file: BinaryIO, start: int) -> int | None:
    """Where something that looks like a gzip member begins."""
    before = b""
    file.seek(start)
    while piece := file.read(PIECE):
        place = (before + piece).find(_MEMBER)
        if place >= 0:
            return start - len(before) + place
        start += len(piece)
        before = (before + piece)[-len(_MEMBER) + 1 :]
    return None


def _fields(head: bytes) -> Mapping[str, str]:
    """By name, in small letters; the first of each."""
    fields: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields
