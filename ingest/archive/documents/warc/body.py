"""The body of a document in its record: without its Content-Encoding, in bounded pieces."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from ingest.archive.documents.warc.records import RecordDamaged, StoredRecord
from ingest.base.decompress import CannotDecompress, Decompressor

LARGEST_BODY = 256 * 1024**2  # bytes: several times what is received


@dataclass(frozen=True)
class FoundBody:
    """What a record has: the digest and the size of its body, and the type that its head says."""

    sha256: str
    size: int
    content_type: str | None


def body_pieces(record: StoredRecord, head: bytes) -> Iterator[bytes]:
    """The body without its Content-Encoding: where that is damaged, as much of it as was read when it came.

    `head` is that of the HTTP message, which was read before. Raises RecordDamaged, OSError.
    """
    try:
        decompressor = Decompressor(",".join(head_values(head, "content-encoding")))
        yield from chain.from_iterable(map(decompressor.feed, record.block()))
        yield from decompressor.finish()
    except CannotDecompress:
        pass


def http_head(record: StoredRecord) -> bytes:
    """The head of the HTTP message that the record has; empty where it has none."""
    return record.head() if is_http(record) else b""


def is_http(record: StoredRecord) -> bool:
    return record.fields.get("content-type", "").lower().startswith("application/http")


def find_body(record: StoredRecord) -> FoundBody:
    """What body the record has. Raises RecordDamaged, also where it is larger than any that was kept; OSError."""
    head, digest, size = http_head(record), hashlib.sha256(), 0
    for piece in body_pieces(record, head):
        digest.update(piece)
        size += len(piece)
        if size > LARGEST_BODY:
            raise RecordDamaged("its body is larger than any document")
    said = record.fields.get("content-type")
    if is_http(record):
        said = next(iter(head_values(head, "content-type")), None)
    return FoundBody(digest.hexdigest(), size, said)


def head_values(head: bytes, name: str) -> list[str]:
    """The values of a header of an HTTP message."""
    lines = [line.partition(":") for line in head.decode("latin-1").split("\n")]
    return [value.strip() for found, _, value in lines if found.strip().lower() == name]
