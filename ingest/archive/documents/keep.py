"""Keep a document: its bytes in the archive's WARC files, then its row, within the transaction that saves what it says.

The write lock of SQLite is held meanwhile, so that one process at a time writes to the folder.
"""

import os
from dataclasses import asdict
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.pack import PackedDocument, request_record, warcinfo_record
from ingest.archive.documents.warc_folder import LARGEST_FILE, folder_of, is_warc_name, next_name
from ingest.base.reader import READER


def keep_document(
    db: Database,
    feed_id: int,
    packed: PackedDocument,
    reading: str | None,
    own_url: str | None = None,
    error: str | None = None,
    damage: str | None = None,
) -> int:
    """Keep a document of a feed, and return its id. To be called within a transaction.

    `reading` is the digest of what was read in it (`reading_digest`), `own_url` the address that it names as its own;
    where it could not be read, `error` says why, and where only a part of it could, `damage`. Raises ArchiveError.
    """
    file, offset, length = _write(db, packed)
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
            **{name: value for name, value in asdict(packed).items() if not isinstance(value, bytes)},
            "feed": feed_id,
            "own_url": own_url,
            "reader": READER,
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


def _write(db: Database, packed: PackedDocument) -> tuple[str, int, int]:
    """Append the document's records to the last file. Returns its name, and where the response or resource stands."""
    folder = folder_of(db)
    folder.mkdir(exist_ok=True)
    names = sorted(path.name for path in folder.iterdir() if is_warc_name(path.name))
    name = names[-1] if names else None
    begin = b""
    if name is None or (folder / name).stat().st_size + len(packed.record) > LARGEST_FILE:
        name = next_name(names, packed.at)
        [(archive_id,)] = db.execute("SELECT value FROM settings WHERE name = 'archive_id'").fetchall()
        begin = warcinfo_record(name, archive_id, packed.at)
    begin += request_record(packed)
    with Path(folder / name).open("ab") as file:
        offset = file.tell() + len(begin)
        file.write(begin + packed.record)
        file.flush()
        os.fdatasync(file.fileno())
    return name, offset, len(packed.record)


def note_reading(
    db: Database,
    document_id: int,
    reading: str | None,
    own_url: str | None = None,
    error: str | None = None,
    damage: str | None = None,
) -> None:
    """Note that a document was read by today's reader. The arguments are as of `keep_document`."""
    db.execute(
        "UPDATE documents SET reader = ?, reading = ?, own_url = ?, error = ?, damage = ? WHERE id = ?",
        (READER, reading, own_url, error, damage, document_id),
    )
