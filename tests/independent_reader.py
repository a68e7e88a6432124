"""Reads an archive's documents with nothing but the standard library, and says what is not as it must be.

    python -m tests.independent_reader archive.db

It shares no code with what it checks, nor with warcio: a file is read from an offset, a gzip member unpacked by zlib,
a header split at its empty line, and a body decoded by its Content-Encoding.
"""

import gzip
import hashlib
import re
import sqlite3
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

WITH_BODY = ("response", "resource")
NAMED = (*WITH_BODY, "revisit")  # what a row may point to


@dataclass(frozen=True)
class WarcRecord:
    offset: int
    length: int  # compressed
    fields: Mapping[str, str]  # names in lower case
    block: bytes

    @property
    def kind(self) -> str:
        return self.fields["warc-type"]

    @property
    def payload(self) -> bytes:
        """As it was sent: without the head of an HTTP message."""
        if self.fields.get("content-type", "").startswith("application/http"):
            return self.block.partition(b"\r\n\r\n")[2]
        return self.block

    @property
    def body(self) -> bytes:
        """After decompression."""
        if not self.fields.get("content-type", "").startswith("application/http"):
            return self.block
        head = self.block.partition(b"\r\n\r\n")[0].decode("latin-1")
        found = re.search(r"^content-encoding:[ \t]*(.*?)[ \t]*$", head, re.IGNORECASE | re.MULTILINE)
        coding = found[1].strip().lower() if found else "identity"
        body = self.payload
        for one in reversed(coding.split(",")):
            body = _decoded(body, one.strip())
        return body


def warc_files(archive: Path) -> list[Path]:
    return sorted(archive.with_name(f"{archive.stem}.warc").glob("*"))


def record_at(path: Path, offset: int, length: int) -> WarcRecord:
    """The record that stands there, and ends there. Raises ValueError and zlib.error."""
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read(length)
    record, rest = _record(data, offset)
    if rest or record.length != length:
        raise ValueError(f"a record of {record.length} bytes, not {length}")
    return record


def records(path: Path) -> Iterator[WarcRecord]:
    """All records of a file, to its last byte. Raises ValueError and zlib.error where anything else stands there."""
    data, offset = path.read_bytes(), 0
    while data:
        record, data = _record(data, offset)
        offset += record.length
        yield record


def _record(data: bytes, offset: int) -> tuple[WarcRecord, bytes]:
    """The record at the beginning, and what follows it."""
    unpacking = zlib.decompressobj(wbits=31)
    plain = unpacking.decompress(data)
    if not unpacking.eof:
        raise ValueError("a record is cut off")
    head, _, block = plain.partition(b"\r\n\r\n")
    version, *lines = head.decode("utf-8").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    size = int(fields["content-length"])
    if version != "WARC/1.1" or block[size:] != b"\r\n\r\n":
        raise ValueError("a record is not as WARC 1.1 says")
    if fields["warc-block-digest"] != f"sha256:{hashlib.sha256(block[:size]).hexdigest()}":
        raise ValueError("a block has another digest than its record says")
    rest = unpacking.unused_data
    return WarcRecord(offset, len(data) - len(rest), fields, block[:size]), rest


def _decoded(payload: bytes, coding: str) -> bytes:
    match coding:
        case "identity" | "":
            return payload
        case "gzip" | "x-gzip":
            return gzip.decompress(payload)
        case "deflate":
            return zlib.decompress(payload, wbits=15 if payload[:1] == b"\x78" else -15)
        case "br":
            import brotli

            return bytes(brotli.decompress(payload))
        case "zstd":
            zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
            return bytes(zstd.decompress(payload))
    raise ValueError(f"unknown Content-Encoding {coding}")


def untrue(archive: Path) -> list[str]:
    """What is not as it must be, a sentence each: rows without their bytes, bytes without a row, anything twice."""
    with closing(sqlite3.connect(archive)) as db:
        return [
            *_rows_without_bytes(db, archive),
            *_bytes_without_row(db, archive),
            *_twice(db),
            *_unsound(db),
        ]


def _rows_without_bytes(db: sqlite3.Connection, archive: Path) -> Iterator[str]:
    folder = archive.with_name(f"{archive.stem}.warc")
    bodies: dict[str, tuple[int, WarcRecord]] = {}  # by their digest
    revisits: list[tuple[int, str, WarcRecord]] = []
    query = "SELECT id, sha256, bytes, file, offset, length FROM documents WHERE file IS NOT NULL"
    for id_, sha256, size, file, offset, length in db.execute(query):
        try:
            record = record_at(folder / file, offset, length)
            if record.kind == "revisit":
                revisits.append((id_, sha256, replace(record, block=b"")))
                continue
            wrong = _wrong_body(record, sha256, size)
        except (OSError, ValueError, KeyError, zlib.error) as error:
            wrong = f"is not at {file}, {offset}: {error!r}"
        if wrong:
            yield f"document {id_} {wrong}"
        elif sha256 in bodies:
            yield f"documents {bodies[sha256][0]} and {id_} both have the body {sha256}"
        else:
            bodies[sha256] = id_, replace(record, block=b"")
    for id_, sha256, record in revisits:
        if sha256 not in bodies:
            yield f"no record has the body of document {id_}"
        elif not _refers_to(record, bodies[sha256][1]):
            yield f"the revisit of document {id_} refers to another record than that of its body"


def _wrong_body(record: WarcRecord, sha256: str, size: int) -> str | None:
    if record.kind not in WITH_BODY:
        return f"points to a record of type {record.kind}"
    body = record.body
    if hashlib.sha256(body).hexdigest() != sha256 or len(body) != size:
        return "has another digest or size than its row says"
    if record.fields["warc-payload-digest"] != f"sha256:{hashlib.sha256(record.payload).hexdigest()}":
        return "has a payload of another digest than its record says"
    return None


def _refers_to(revisit: WarcRecord, original: WarcRecord) -> bool:
    """By address, time and digest, as other programs find it (WARC 1.1, 6.7.2)."""
    names = {
        "warc-refers-to-target-uri": "warc-target-uri",
        "warc-refers-to-date": "warc-date",
        "warc-payload-digest": "warc-payload-digest",
    }
    return all(revisit.fields.get(name) == original.fields.get(of) for name, of in names.items())


def _bytes_without_row(db: sqlite3.Connection, archive: Path) -> Iterator[str]:
    named = {
        (file, offset): id_ for id_, file, offset in db.execute("SELECT id, file, offset FROM documents")
    }
    for path in warc_files(archive):
        request = None
        try:
            for record in records(path):
                where = f"{path.name}, {record.offset}"
                if (record.kind == "warcinfo") != (record.offset == 0):
                    yield f"a {record.kind} at {where}"
                if record.kind in NAMED:
                    if (path.name, record.offset) not in named:
                        yield f"no row names the {record.kind} at {where}"
                    if request and request.fields["warc-concurrent-to"] != record.fields["warc-record-id"]:
                        yield f"the request before {where} is of another document"
                elif request:
                    yield f"no document follows the request before {where}"
                request = record if record.kind == "request" else None
            if request:
                yield f"no document follows the request at the end of {path.name}"
        except (ValueError, KeyError, zlib.error) as error:
            yield f"{path.name} is not a sound WARC file: {error!r}"


def _twice(db: sqlite3.Connection) -> Iterator[str]:
    for what, query in {
        "document": "SELECT feed, sha256, at FROM documents GROUP BY 1, 2, 3 HAVING count(*) > 1",
        "entry": "SELECT feed, guid FROM entries GROUP BY 1, 2 HAVING count(*) > 1",
        "place": "SELECT file, offset FROM documents WHERE file IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1",
        "revision": "SELECT entry, kind, seen, fingerprint FROM revisions GROUP BY 1, 2, 3, 4 HAVING count(*) > 1",
    }.items():
        yield from (f"the {what} {row} is there twice" for row in db.execute(query))


def _unsound(db: sqlite3.Connection) -> Iterator[str]:
    yield from (f"integrity: {why}" for (why,) in db.execute("PRAGMA integrity_check") if why != "ok")
    yield from (f"foreign key: {row}" for row in db.execute("PRAGMA foreign_key_check"))


def untraced(archive: Path) -> list[str]:
    """The entries and revisions that no document with bytes is known to have said, a line each."""
    with closing(sqlite3.connect(archive)) as db:
        return [
            f"{kind} {id_}"
            for kind, query in {
                "entry": """
                    SELECT entries.id FROM entries LEFT JOIN entry_documents ON entry = entries.id
                    LEFT JOIN documents AS first ON first.id = document
                    LEFT JOIN documents AS last ON last.id = last_document
                    WHERE first.file IS NULL OR last.file IS NULL OR first.feed <> entries.feed
                    OR last.feed <> entries.feed OR (first.at, first.id) > (last.at, last.id)
                """,
                "revision": """
                    SELECT revisions.id FROM revisions JOIN entries ON entries.id = entry
                    LEFT JOIN documents AS first ON first.id = document
                    LEFT JOIN documents AS last ON last.id = last_document
                    WHERE first.file IS NULL OR last.file IS NULL OR first.feed <> entries.feed
                    OR last.feed <> entries.feed OR (first.at, first.id) > (last.at, last.id)
                """,
            }.items()
            for (id_,) in db.execute(query)
        ]


@dataclass(frozen=True)
class Sizes:
    documents: int
    bodies: int  # bytes, each body once
    folder: int  # bytes
    files: int
    kinds: Mapping[str, int]  # of records


def sizes(archive: Path) -> Sizes:
    with closing(sqlite3.connect(archive)) as db:
        [(documents,)] = db.execute("SELECT count(*) FROM documents")
        [(bodies,)] = db.execute("SELECT sum(bytes) FROM (SELECT DISTINCT sha256, bytes FROM documents)")
    files = warc_files(archive)
    kinds = Counter(record.kind for path in files for record in records(path))
    return Sizes(documents, bodies or 0, sum(path.stat().st_size for path in files), len(files), kinds)


if __name__ == "__main__":
    found = [
        *untrue(Path(sys.argv[1])),
        *(f"no document that is kept said {what}" for what in untraced(Path(sys.argv[1]))),
    ]
    print("\n".join(found) or "Every row has its bytes, all bytes have a row, and nothing is there twice.")
    print(sizes(Path(sys.argv[1])))
    raise SystemExit(bool(found))
