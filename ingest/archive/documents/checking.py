"""Check that what is kept is what was received: each record that a row names is read, and its digests compared."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.archive.documents.read_back import BytesMissing, document_body
from ingest.archive.documents.warc.body import find_body
from ingest.archive.documents.warc.folder import is_warc_name, warc_folder
from ingest.archive.documents.warc.pack import DIGEST_FIELD
from ingest.archive.documents.warc.records import BODY_KINDS, RecordDamaged, StoredRecord
from ingest.archive.file.open_file import open_file


@dataclass(frozen=True)
class CheckedDocument:
    """A document whose bytes are kept. `why` is a clause on what is wrong with them; None where they are sound."""

    id: int
    feed: str  # its address
    why: str | None = None
    is_missing: bool = False


@dataclass(frozen=True)
class _Row:
    id: int
    feed: str
    sha256: str
    file: str
    offset: int
    length: int


def check_record(file: BinaryIO, offset: int, length: int, sha256: str) -> str:
    """Read the whole record of a document; returns its kind. Raises RecordDamaged where it is not as its row says."""
    record = StoredRecord(file, offset)
    if record.kind not in (*BODY_KINDS, "revisit"):
        raise RecordDamaged("a record is not where the archive says")
    if record.fields.get(DIGEST_FIELD.lower(), f"sha256:{sha256}") != f"sha256:{sha256}":
        raise RecordDamaged("another document is in its place")
    if record.kind in BODY_KINDS and find_body(record).sha256 != sha256:
        raise RecordDamaged("its bytes are others than were received")
    if record.end() != offset + length:
        raise RecordDamaged("its record ends elsewhere than the archive says")
    return record.kind


def kept_documents(connection: sqlite3.Connection, feeds: Collection[int] = ()) -> list[int]:
    """The documents whose bytes are kept, of these feeds or all, in the order in which they stand in the files."""
    rows = connection.execute("SELECT id, feed FROM documents WHERE file IS NOT NULL ORDER BY file, offset")
    return [document_id for document_id, feed in rows if not feeds or feed in feeds]


def checked_documents(
    connection: sqlite3.Connection, archive: Path, documents: Collection[int]
) -> Iterator[CheckedDocument]:
    """Check these documents, one after the other. What was freed meanwhile is passed over."""
    with _Checker(connection, archive) as checker:
        for document_id in documents:
            row = checker.row(document_id)
            while row is not None:
                checked = checker.check(row)
                again = checker.row(document_id) if checked.why else row
                if again == row:
                    yield checked
                    break
                row = again  # its file was written anew meanwhile


class _Checker(ExitStack):
    """Has the file open that was read last."""

    def __init__(self, connection: sqlite3.Connection, archive: Path) -> None:
        super().__init__()
        self._connection, self._archive = connection, archive
        self._name = ""
        self._file: BinaryIO | None = None
        self._said_again: dict[str, str | None] = {}

    def row(self, document_id: int) -> _Row | None:
        found = self._connection.execute(
            """
            SELECT documents.id, coalesce(feeds.url, 'a feed that was deleted'), sha256, file, offset, length
            FROM documents LEFT JOIN feeds ON feeds.id = feed WHERE documents.id = ? AND file IS NOT NULL
            """,
            (document_id,),
        ).fetchone()
        return _Row(*found) if found else None

    def check(self, row: _Row) -> CheckedDocument:
        folder = warc_folder(self._archive).name
        try:
            kind = check_record(self._open(row.file), row.offset, row.length, row.sha256)
            why = self._why_not_said(row) if kind == "revisit" else None
            return CheckedDocument(row.id, row.feed, why)
        except RecordDamaged as error:
            why = f"{row.file} in {folder} is damaged where it stands: {error}."
            return CheckedDocument(row.id, row.feed, why)
        except FileNotFoundError:
            return CheckedDocument(row.id, row.feed, f"{row.file} in {folder} is missing.", True)
        except OSError as error:
            why = f"{row.file} in {folder} cannot be read: {error.strerror or error}."
            return CheckedDocument(row.id, row.feed, why)

    def _open(self, name: str) -> BinaryIO:
        if name != self._name or self._file is None:
            self.close()
            self._name, self._file = "", None
            if not is_warc_name(name):  # which another program wrote
                raise FileNotFoundError(name)
            opened = self.enter_context(open_file(warc_folder(self._archive) / name))
            self._name, self._file = name, opened
            return opened
        return self._file

    def _why_not_said(self, row: _Row) -> str | None:
        """Why the body cannot be had to which a record refers; looked at once for documents that share it."""
        if row.sha256 not in self._said_again:
            if len(self._said_again) > 1000:
                self._said_again.clear()
            try:
                document_body(self._connection, self._archive, row.id)
                self._said_again[row.sha256] = None
            except BytesMissing as error:
                self._said_again[row.sha256] = str(error)
        return self._said_again[row.sha256]
