"""Read the bytes of a document back from the archive's WARC files."""

import sqlite3
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from ingest.archive.documents.warc_folder import warc_folder


class BytesMissing(Exception):
    """The bytes of a document are not kept, or cannot be read. The message is a sentence for the user."""


def document_body(connection: sqlite3.Connection, archive: Path, document_id: int) -> bytes:
    """The body of a document after decompression, whose sha256 was found right. Raises BytesMissing."""
    rows = connection.execute(
        """
        SELECT other.file, other.offset FROM documents
        JOIN documents AS other ON other.sha256 = documents.sha256 AND other.file IS NOT NULL
        WHERE documents.id = ? ORDER BY other.id
        """,
        (document_id,),
    )
    for file, offset in rows:
        with (warc_folder(archive) / file).open("rb") as stream:
            stream.seek(offset)
            record = next(iter(ArchiveIterator(stream)))
            if record.rec_type != "revisit":
                return bytes(record.content_stream().read())
    raise BytesMissing("The bytes of this document were not kept.")
