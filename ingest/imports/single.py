"""A source of saved documents: a file that is one document, compressed with gzip or not."""

import gzip
import zlib
from collections.abc import Iterator

from ingest.archive.file.open_file import NoFile
from ingest.base.advice import Problem
from ingest.base.decompress import PIECE
from ingest.base.printable import printable_line
from ingest.imports import saved as limits
from ingest.imports.saved import Document, FileSource, SavedFile


def _any(_: SavedFile) -> bool:
    return True


def _document(saved: SavedFile) -> Iterator[Document | Problem]:
    """The document; of a file that is cut off, as much as can be read."""
    body, stream, failure = bytearray(), saved.unpacked(), None
    try:
        while len(body) <= limits.LARGEST_DOCUMENT and (piece := stream.read1(PIECE)):
            body += piece
    except NoFile:
        raise
    except (OSError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        failure = error
    if len(body) > limits.LARGEST_DOCUMENT:
        yield Problem(saved.name, limits.DOCUMENT_TOO_LARGE)
    elif body or failure is None:
        address = saved.path.resolve().as_uri()
        yield Document(saved.name, bytes(body), address, file=printable_line(saved.path.name))
    if failure:
        raise failure


SINGLE_DOCUMENT = FileSource(_any, _document)
