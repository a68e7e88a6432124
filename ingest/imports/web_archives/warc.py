"""A source of saved documents: the records of web archives (WARC) that may be feeds, and all that Feedsette kept."""

import re
from collections.abc import Iterator

from ingest.base.advice import Problem
from ingest.base.decompress import GZIP
from ingest.imports import saved as limits
from ingest.imports.saved import Document, FileSource, SavedFile
from ingest.imports.web_archives.kept_bodies import KeptBodies, Revisit
from ingest.imports.web_archives.warc_documents import RecordDocuments, revisited
from ingest.imports.web_archives.warc_records import OPENING, Damage, records

MOST_DAMAGES = 20  # places of one web archive that are named
_NAME = re.compile(r"\.warc(\.gz)?$", re.IGNORECASE)  # of a file whose first record may be damaged


def revisited_late(bodies: KeptBodies) -> Iterator[Document | Problem]:
    """The documents whose bodies stand in records that came later."""
    for revisit in bodies.waiting:
        yield revisited(revisit, bodies)


def _is_web_archive(saved: SavedFile) -> bool:
    return bool(_NAME.search(saved.path.name)) or saved.unpacked().read(len(OPENING)) == OPENING


def _documents(saved: SavedFile) -> Iterator[Document | Problem]:
    """What may be a feed: pages, images and the like are skipped."""
    begins = saved.begins
    packed = begins.startswith(GZIP) or (saved.path.suffix == ".gz" and not begins.startswith(OPENING))
    saved.file.seek(0)
    record_documents = RecordDocuments(saved, packed)
    found = damaged = 0
    for record in records(_UntilSize(saved), packed, limits.LARGEST_DOCUMENT):
        if isinstance(record, Damage):
            damaged += 1
            if damaged <= MOST_DAMAGES:
                where = f"the web archive is cut off or damaged at byte {record.at:,} of what it holds"
                why = f"{where}: {record.why}. That was left out, and what stands around it was read."
                yield Problem(saved.name, why)
            continue
        for one in record_documents.of(record):
            found += 1
            if isinstance(one, Revisit):
                saved.bodies.waiting.append(one)
            else:
                yield one
    if damaged > MOST_DAMAGES:
        yield Problem(saved.name, f"the web archive is damaged in {damaged - MOST_DAMAGES:,} more places.")
    if not found and not damaged:
        yield Problem(saved.name, "the web archive holds no response that could be a feed.")


class _UntilSize:
    """A file up to the size that it had when the import began, which may write to it."""

    def __init__(self, saved: SavedFile) -> None:
        self._file, self._size = saved.file, saved.size

    def read(self, size: int, /) -> bytes:
        return self._file.read(max(min(size, self._size - self._file.tell()), 0))

    def seek(self, place: int, /) -> int:
        return self._file.seek(place)


WEB_ARCHIVE = FileSource(_is_web_archive, _documents)
