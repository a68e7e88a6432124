"""Keep a document: its bytes in the archive's WARC files, then its row, within the transaction that saves what it says.

The write lock of SQLite is held meanwhile, so that one process at a time writes to the folder.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.bounds import keeps_bytes
from ingest.archive.documents.known import last_document
from ingest.archive.documents.recovery import recover
from ingest.archive.documents.said_by import store_reading
from ingest.archive.documents.warc.body import find_body
from ingest.archive.documents.warc.folder import LARGEST_FILE, archive_id_of, folder_of, named_ends, path_of
from ingest.archive.documents.warc.pack import (
    OriginalRecord,
    PackedDocument,
    request_record,
    revisit_record,
)
from ingest.archive.documents.warc.records import BODY_KINDS, RecordDamaged, StoredRecord
from ingest.archive.documents.warc.write import (
    WarcFile,
    append,
    begin_warc_file,
    explained_folder,
    open_last,
    still_ends,
    wait_for_disk,
)
from ingest.archive.file.open_file import open_file
from ingest.archive.file.opening import Archive
from ingest.base.models import READER


def keep_document(
    db: Database,
    feed_id: int,
    packed: PackedDocument,
    reading: str | None,
    own_url: str | None = None,
    error: str | None = None,
    damage: str | None = None,
    reader: int = READER,
    keep_bytes: bool = True,
) -> int:
    """Keep a document of a feed, and return its id. To be called within a transaction.

    `reading` is the digest of what `reader` read in it (`reading_digest`), `own_url` the address that it names as its
    own; where it could not be read, `error` says why, and where only a part of it could, `damage`. It is noted
    alone without `keep_bytes`, or where its bounds say so. Raises ArchiveError.
    """
    is_kept = keep_bytes and keeps_bytes(db, feed_id)
    if is_kept and _take_up_before(db):
        last = last_document(db, feed_id, packed.at)
        if last and last.sha256 == packed.sha256:  # what a crash left
            store_reading(db, last.id, reader, reading, own_url, error, damage)
            return last.id
    file, offset, length = write_records(db, packed) if is_kept else (None, None, None)
    document_id = db.execute(
        """
        INSERT INTO documents (
            feed, at, sha256, bytes, content_type, url, final_url, came, name,
            own_url, reader, reading, error, damage, file, offset, length
        ) VALUES (
            :feed, :at, :sha256, :size, :content_type, :url, :final_url, :came, :name,
            :own_url, :reader, :reading, :error, :damage, :file, :offset, :length
        )
        """,
        {
            **{name: value for name, value in vars(packed).items() if not isinstance(value, bytes)},
            "feed": feed_id,
            "own_url": own_url,
            "reader": reader,
            "reading": reading,
            "error": error,
            "damage": damage,
            "file": file,
            "offset": offset,
            "length": length,
        },
    ).lastrowid
    assert document_id is not None
    return document_id


def write_records(db: Database, packed: PackedDocument) -> tuple[str, int, int]:
    """Append the document's records to the last file. Returns its name, and where the response or resource stands."""
    if isinstance(db, Archive):
        db.syncing.wait()  # which may cut off what was written before
    with explained_folder(path_of(db)):
        original = _original(db, packed.sha256)
        record = revisit_record(packed, original) if original else packed.record
        request = request_record(packed)
        with _file_for(db, len(request) + len(record)) as warc:
            append(warc, request + record)
            _begin_to_wait(db, warc)
    return warc.name, warc.end + len(request), len(record)


def _begin_to_wait(db: Database, warc: WarcFile) -> None:
    """Have the file on the disk before the transaction commits, while the archive saves what the document says."""

    def wait() -> None:
        with explained_folder(path):
            wait_for_disk(warc)

    path = path_of(db)
    if isinstance(db, Archive):
        db.syncing.begin(wait)
    else:
        wait()


def _original(db: Database, sha256: str) -> OriginalRecord | None:
    """The first record that has this body, which is read. A record that is missing or damaged does not count."""
    folder = folder_of(db)
    rows = db.execute(
        """
        SELECT file, offset, offset + length FROM documents
        WHERE sha256 = ? AND file IS NOT NULL ORDER BY length DESC, id
        """,  # most records that have a body are longer than those that refer to it
        (sha256,),
    )
    found = (_record_with_body(folder / file, offset, end, sha256) for file, offset, end in rows)
    return next(filter(None, found), None)


def _record_with_body(path: Path, offset: int, end: int, sha256: str) -> OriginalRecord | None:
    """The record at `offset`; None where it does not have this body, or is missing or damaged."""
    try:
        with open_file(path) as file:
            record = StoredRecord(file, offset)
            if record.kind not in BODY_KINDS or find_body(record).sha256 != sha256 or record.end() != end:
                return None
    except (OSError, RecordDamaged):
        return None
    names = ("warc-record-id", "warc-target-uri", "warc-date", "warc-payload-digest")
    return OriginalRecord(*(record.fields.get(name, "") for name in names))


@contextmanager
def _file_for(db: Database, size: int) -> Iterator[WarcFile]:
    """The file to append so many bytes to: the last, or a new one where that is full, missing or not as rows say.

    An archive's is kept open for the next document.
    """
    last = _last_file(db)
    warc = _last_if_it_stands(db, *last) if last and last[1] + size <= LARGEST_FILE else None
    warc = warc or begin_warc_file(path_of(db), archive_id_of(db), named_ends(db))
    if isinstance(db, Archive):
        db.write_documents_to(folder_of(db) / warc.name, warc.file)
        yield warc
    else:
        with warc.file:
            yield warc


def _last_if_it_stands(db: Database, name: str, end: int) -> WarcFile | None:
    path = folder_of(db) / name
    if isinstance(db, Archive) and db.documents and db.documents[0] == path:
        file = db.documents[1]
        if still_ends(path, file, end):
            return WarcFile(name, file, end)
    return open_last(folder_of(db), name, end, archive_id_of(db))


def _last_file(db: Database) -> tuple[str, int] | None:
    """The last file, and where the last record in it ends that a row names."""
    last: tuple[str, int] | None = db.execute(
        """
        SELECT file, offset + length FROM documents WHERE file IS NOT NULL
        ORDER BY file DESC, offset DESC LIMIT 1
        """
    ).fetchone()
    return last


def _take_up_before(db: Database) -> bool:
    """Take up or cut off what stands in the last file behind what rows name. Returns whether anything was taken up."""
    last = _last_file(db)
    if last is None:
        return False
    with explained_folder(path_of(db)):
        try:
            is_longer = (folder_of(db) / last[0]).stat().st_size > last[1]
        except (FileNotFoundError, NotADirectoryError):
            return False
        return is_longer and recover(db, last[0])


def keep_unreadable(db: Database, feed_id: int, document: PackedDocument | int, error: str) -> int:
    """Keep a document that could not be read, or note that the one of this row could not. Returns its row."""
    if isinstance(document, PackedDocument):
        return keep_document(db, feed_id, document, None, error=error)
    db.execute("UPDATE documents SET reader = ?, error = ? WHERE id = ?", (READER, error, document))
    return document
