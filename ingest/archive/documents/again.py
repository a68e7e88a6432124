"""Documents whose bytes came again: they stand for the row that has them, and give it bytes where it lacks them."""

from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.bounds import keeps_bytes
from ingest.archive.documents.keep import write_records
from ingest.archive.documents.known import last_document
from ingest.archive.documents.warc.folder import folder_of
from ingest.archive.documents.warc.pack import PackedDocument
from ingest.archive.documents.warc.records import BODY_KINDS, HEAD_PIECE, RecordDamaged, StoredRecord
from ingest.archive.file.open_file import open_file


def known_or_new(db: Database, feed_id: int, document: PackedDocument | int) -> PackedDocument | int:
    """The document, or the row of its feed's last, where that has the same bytes: it may have come just before.

    That row gets the bytes where it needs them. To be called within a transaction. Raises ArchiveError.
    """
    if isinstance(document, int):
        return document
    last = last_document(db, feed_id, document.at)
    if last is None or last.sha256 != document.sha256:
        return document
    keep_again(db, last.id, document)
    return last.id


def keep_again(db: Database, row_id: int, document: PackedDocument) -> None:
    """Keep the bytes of a document that has a row, where that needs them. To be called within a transaction.

    Where a record with the same bytes is missing that is another row's, that row gets them. Raises ArchiveError.
    """
    if not needs_bytes(db, row_id):
        return
    folder = folder_of(db)
    lacking = [
        row
        for row, *place in db.execute(
            """
            SELECT id, file, offset + length FROM documents WHERE sha256 = ? ORDER BY id != ?, file IS NULL, id
            """,
            (document.sha256, row_id),
        ).fetchall()
        if not _stands(folder, *place)
    ]
    file, offset, length = write_records(db, document)
    db.execute(
        "UPDATE documents SET file = ?, offset = ?, length = ? WHERE id = ?",
        (file, offset, length, next(iter(lacking), row_id)),
    )


def needs_bytes(db: Database, row_id: int) -> bool:
    """Whether the bytes of a document are to be kept, and are not there.

    The files that had them are missing or cut off, or it is the last of its feed, and they were never kept.
    """
    row = db.execute("SELECT feed, sha256 FROM documents WHERE id = ?", (row_id,)).fetchone()
    if row is None or row[0] is None or not keeps_bytes(db, row[0]):
        return False
    folder = folder_of(db)
    places = db.execute(
        """
        SELECT file, offset, offset + length FROM documents
        WHERE sha256 = ? AND file IS NOT NULL ORDER BY length DESC, id
        """,
        (row[1],),
    ).fetchall()
    if any(_stands(folder, file, end) and _has_body(folder / file, offset) for file, offset, end in places):
        return False
    last = last_document(db, row[0])
    return bool(places) or (last is not None and last.id == row_id)


def _stands(folder: Path, file: str | None, end: int | None) -> bool:
    """Whether a file of the folder is there, and goes to `end`."""
    if file is None or end is None:
        return False
    try:
        return (folder / file).stat().st_size >= end
    except (FileNotFoundError, NotADirectoryError):
        return False


def _has_body(path: Path, offset: int) -> bool:
    """Whether the record there has a body, which is not read."""
    try:
        with open_file(path) as file:
            return StoredRecord(file, offset, HEAD_PIECE).kind in BODY_KINDS
    except (OSError, RecordDamaged):
        return False
