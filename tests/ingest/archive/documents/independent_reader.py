"""Reads a WARC file as anybody could, by gzip and the specification alone: no code of ours, nor warcio."""

import gzip
import hashlib
import re
import sqlite3
import zlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PlainRecord:
    """A record, and where its gzip member stands."""

    offset: int
    length: int
    fields: dict[str, str]
    block: bytes

    @property
    def kind(self) -> str:
        return self.fields["WARC-Type"]

    @property
    def head(self) -> bytes:
        """Of the HTTP message, to the first empty line (RFC 9112, 2.2: a line may end without CR)."""
        found = re.search(rb"\n\r?\n", self.block)
        return self.block[: found.end()] if found else b""

    @property
    def body(self) -> bytes:
        return self.block[len(self.head) :] if self.kind == "response" else self.block


def plain_records(path: Path) -> list[PlainRecord]:
    data, offset, found = path.read_bytes(), 0, []
    while offset < len(data):
        member = zlib.decompressobj(31)
        text = member.decompress(data[offset:])
        assert member.eof
        end = len(data) - len(member.unused_data)
        head, _, rest = text.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        assert first == "WARC/1.1"
        fields = dict(line.split(": ", 1) for line in lines)
        assert len(fields) == len(lines)  # each once
        block = rest[: int(fields["Content-Length"])]
        assert rest == block + b"\r\n\r\n"
        assert fields["WARC-Block-Digest"] == digest(block)
        found.append(PlainRecord(offset, end - offset, fields, block))
        offset = end
    return found


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def check_rows(archive: Path) -> list[bytes]:
    """Check that each row's record stands where the row says and has its bytes. Returns the bodies of all rows."""
    connection = sqlite3.connect(archive)
    rows = connection.execute(
        "SELECT sha256, bytes, file, offset, length, at FROM documents WHERE file IS NOT NULL ORDER BY id"
    ).fetchall()
    connection.close()
    folder = archive.with_name(f"{archive.stem}.warc")
    records = {
        (path.name, record.offset): record for path in folder.glob("*") for record in plain_records(path)
    }
    by_id = {record.fields["WARC-Record-ID"]: record for record in records.values()}
    bodies = []
    for sha256, size, file, offset, length, at in rows:
        record = records[file, offset]
        assert (record.length, record.fields["WARC-Date"]) == (length, at)
        assert record.fields["Feedsette-Digest"] == f"sha256:{sha256}"
        if record.kind == "revisit":
            original = by_id[record.fields["WARC-Refers-To"]]
            assert original.fields["WARC-Payload-Digest"] == record.fields["WARC-Payload-Digest"]
            assert original.fields["WARC-Target-URI"] == record.fields["WARC-Refers-To-Target-URI"]
            assert original.fields["WARC-Date"] == record.fields["WARC-Refers-To-Date"]
            record = original
        body = record.body
        assert record.fields["WARC-Payload-Digest"] == digest(body)
        if record.kind == "response" and b"Content-Encoding: gzip" in record.head:
            body = gzip.decompress(body)
        assert (digest(body), len(body)) == (f"sha256:{sha256}", size)
        bodies.append(body)
    named = [(file, offset) for _, _, file, offset, *_ in rows]
    written = [
        place for place, record in records.items() if record.kind in ("response", "resource", "revisit")
    ]
    assert sorted(named) == sorted(written)  # nothing twice, nothing that no row names
    return bodies
