"""Imports into an archive, and what it and its WARC files then hold, for tests."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator

from ingest.archive.documents.warc.folder import folder_of
from ingest.archive.file.opening import LazyArchive
from ingest.imports.importing import Imported, import_documents
from ingest.workers.parse_pool import ParsePool

NOW = "2026-05-01T10:00:00Z"


def take_in(db: Database, *paths: Path, feed: str | None = None, at: str = NOW) -> list[Imported]:
    return imported(paths, LazyArchive(lambda: db, lambda: True), at, feed)


def imported(
    paths: Iterable[Path], archive: LazyArchive, at: str = NOW, feed: str | None = None
) -> list[Imported]:
    async def collect() -> list[Imported]:
        with closing(ParsePool()) as pool:
            return [one async for one in import_documents(paths, archive, lambda _: at, pool, feed)]

    return asyncio.run(collect())


@dataclass(frozen=True)
class WarcRecord:
    """A record as an independent reader has it."""

    kind: str
    fields: dict[str, str]
    head: bytes  # of HTTP, as warcio writes it
    body: bytes  # decompressed
    block: bytes


def warc_records_of(db: Database) -> Iterator[WarcRecord]:
    for path in sorted(folder_of(db).iterdir()):
        with path.open("rb") as raw, path.open("rb") as decoded:
            blocks = [record.raw_stream.read() for record in ArchiveIterator(raw, no_record_parse=True)]
            for record, block in zip(ArchiveIterator(decoded), blocks, strict=False):
                yield WarcRecord(
                    record.rec_type,
                    dict(record.rec_headers.headers),
                    record.http_headers.to_bytes() if record.http_headers else b"",
                    record.content_stream().read(),
                    block,
                )


def folder_bytes(db: Database) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder_of(db).iterdir()}
