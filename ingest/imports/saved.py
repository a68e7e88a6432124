"""The values of an import: a file that was opened, the documents in it, and the kinds of file that hold documents."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

from ingest.base.advice import Problem
from ingest.base.decompress import GZIP
from ingest.base.models import HttpExchange
from ingest.base.printable import printable_line
from ingest.imports.web_archives.kept_bodies import KeptBodies
from ingest.imports.web_archives.kept_fields import NOT_KEPT, KeptFields

LARGEST_DOCUMENT = 64 * 1024 * 1024  # bytes
DOCUMENT_TOO_LARGE = (
    f"it is larger than {LARGEST_DOCUMENT // 1024**2} MB, which no feed is. "
    "If it is one, split it into several files."
)


@dataclass(frozen=True)
class Document:
    """A document as it was saved."""

    name: str  # for messages
    body: bytes
    address: str  # where it came from: its web address where that is known, else its file's
    content_type: str | None = None
    captured: str | None = None  # when it was fetched, as in ingest.base.models
    file: str | None = None  # the name of the file that it was in, without folders
    http: HttpExchange | None = field(default=None, repr=False)  # where it was captured so
    kept: KeptFields = NOT_KEPT  # where an archive of Feedsette's had it


@dataclass(frozen=True)
class SavedFile:
    """A file that is open for reading."""

    path: Path
    file: BufferedReader
    begins: bytes  # its first bytes, as they are stored
    size: int  # bytes, when the import began: what is written to it meanwhile is not read
    bodies: KeptBodies  # of the web archives that were read before

    @property
    def name(self) -> str:
        """For messages."""
        return printable_line(self.path)

    def unpacked(self) -> BufferedReader | gzip.GzipFile:
        """Its bytes from the first on, decompressed where it is compressed with gzip."""
        self.file.seek(0)
        return gzip.GzipFile(fileobj=self.file) if self.begins.startswith(GZIP) else self.file


@dataclass(frozen=True)
class FileSource:
    """A kind of file that holds saved documents. Both functions may raise OSError, EOFError or zlib.error, where the
    file cannot be read or its compression is damaged."""

    recognises: Callable[[SavedFile], bool]
    documents: Callable[[SavedFile], Iterator[Document | Problem]]
