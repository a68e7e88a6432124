"""Read the bytes of a document back from the archive's WARC files. They are only given where their digest is right."""

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ingest.archive.documents.warc.body import body_pieces, http_head
from ingest.archive.documents.warc.folder import is_warc_name, warc_folder
from ingest.archive.documents.warc.records import BODY_KINDS, RecordDamaged, StoredRecord
from ingest.archive.file.open_file import open_file

_RESTORE = "Put it back from a backup."


class BytesMissing(Exception):
    """The bytes of a document are not kept, or cannot be read. The message is a sentence for the user."""


def document_body(connection: sqlite3.Connection, archive: Path, document_id: int) -> bytes:
    """The body of a document after decompression, whose sha256 was found right. Raises BytesMissing.

    Of documents with the same bytes one record has them; where it is missing or damaged, any other that has them too.
    """
    found = connection.execute(
        "SELECT sha256, CAST(bytes AS INTEGER) FROM documents WHERE id = ?", (document_id,)
    ).fetchone()
    if found is None:
        raise BytesMissing(f"There is no document {document_id}.")
    sha256, size = found
    rows = _places(connection, document_id, sha256)
    folder, why = warc_folder(archive), ""
    for file, offset in rows:
        if not is_warc_name(str(file)):  # which another program wrote
            continue
        try:
            body = _body(folder / file, offset, size)
        except _Unreadable as error:
            why = why or str(error)
            continue
        if body is None:
            continue
        if hashlib.sha256(body).hexdigest() == sha256:
            return body
        why = why or f"{file} in {folder.name} has other bytes in the place of this document. {_RESTORE}"
    if rows != _places(connection, document_id, sha256):  # a file was written anew meanwhile
        return document_body(connection, archive, document_id)
    if rows and not folder.is_dir():
        why = (
            f"The folder {folder.name} is missing, where the bytes of documents are kept. "
            "Put it back beside the archive."
        )
    if rows:
        raise BytesMissing(why or "The record that has the bytes of this document is missing.")
    raise BytesMissing("The bytes of this document are not kept: they never were, or were freed since.")


def _places(connection: sqlite3.Connection, document_id: int, sha256: str) -> list[tuple[str, int]]:
    """The records of all documents with these bytes, those that have the bytes before those that refer to them."""
    return connection.execute(
        """
        SELECT file, CAST(offset AS INTEGER) FROM documents
        WHERE sha256 = ? AND file IS NOT NULL AND offset IS NOT NULL
        ORDER BY id <> ?, length DESC, id
        """,
        (sha256, document_id),
    ).fetchall()


class _Unreadable(Exception):
    """The message is a sentence for the user."""


def _body(path: Path, offset: int, size: int) -> bytes | None:
    """The body that the record at `offset` has, to one byte more than `size`; None where it refers to another's."""
    where = f"{path.name} in {path.parent.name}"
    try:
        with open_file(path) as file:
            record = StoredRecord(file, offset)
            if record.kind not in BODY_KINDS:
                return None
            return _to_size(body_pieces(record, http_head(record)), size)
    except RecordDamaged as error:
        raise _Unreadable(f"{where} is damaged where this document stands: {error}. {_RESTORE}") from error
    except FileNotFoundError as error:
        raise _Unreadable(f"{where} is missing. {_RESTORE}") from error
    except OSError as error:
        raise _Unreadable(f"{where} cannot be read: {error.strerror or error}") from error


def _to_size(pieces: Iterator[bytes], size: int) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > size:
            break
    return bytes(body)
