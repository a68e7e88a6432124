"""After a crash, or where an older archive was put back: what stands in the WARC files and no row names.

What is whole is taken up (see take_up); what is incomplete, or known elsewhere, is cut off.
"""

import os
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.missing import listed, missing_documents
from ingest.archive.documents.take_up import take_up
from ingest.archive.documents.warc.folder import (
    archive_id_of,
    file_sizes,
    folder_of,
    is_unfinished,
    named_ends,
    path_of,
    warc_folder,
)
from ingest.archive.documents.warc.records import StoredDocument, archive_id_in, stored_documents
from ingest.archive.file.open_file import open_file
from ingest.archive.file.opening import transaction
from ingest.archive.file.write_lock import is_busy
from ingest.base.clock import counted


@dataclass
class _Found:
    """What was found behind all that rows name."""

    taken: int = 0
    again: int = 0  # documents of rows whose bytes were missing
    left: set[str] = field(default_factory=set)  # files with whole documents that could not be taken up
    strange: list[str] = field(default_factory=list)  # files of other archives


def tidy_documents(db: Database) -> tuple[str, ...]:
    """Take up what archive and WARC files do not have in common, at the beginning of a run that writes.

    Returns sentences for the user: what was taken up, which files are missing or cut off, and which hold documents that
    the archive does not know. Where all is well it costs a look at each file's size. Raises ArchiveError, and errors of
    SQLite.
    """
    folder = folder_of(db)
    if (why := why_no_folder(folder)) or file_sizes(folder) == named_ends(db):
        return (why,) if why else ()
    found = _Found()
    try:
        for name in sorted(file_sizes(folder)):
            with transaction(db):  # in which nobody else writes
                _tidy_file(db, name, found)
    except sqlite3.OperationalError as error:
        if not is_busy(error):
            raise
        return _said(db, found)  # whoever writes meanwhile does so too
    except OSError as error:
        why = error.strerror or str(error)
        return (f"{error.filename or folder} cannot be read or written to: {why}. Check its permissions.",)
    return (*_said(db, found), *missing_documents(db))


def why_no_folder(folder: Path) -> str | None:
    """A sentence where something else is in the place of the folder."""
    if os.path.lexists(folder) and not folder.is_dir():
        return (
            f"{folder} is not a folder, so documents can be neither read nor kept there. Move it away, and put the "
            "folder back where there was one."
        )
    return None


def recover(db: Database, name: str) -> bool:
    """The same of one file. To be called within a write transaction. Returns whether documents were taken up. Raises
    OSError."""
    found = _Found()
    if (folder_of(db) / name).exists():
        _tidy_file(db, name, found)
    return found.taken + found.again > 0


def _tidy_file(db: Database, name: str, found: _Found) -> None:
    folder = folder_of(db)
    path, end, sizes = folder / name, named_ends(db).get(name, 0), file_sizes(folder)
    if is_unfinished(name):
        path.unlink(missing_ok=True)
    elif sizes.get(name, 0) > end:
        with open_file(path) as file:
            if archive_id_in(file) != archive_id_of(db):
                found.strange.append(name)
                return
            stays = end
            for document in stored_documents(file, end):
                if is_kept_elsewhere(db, document, sizes):
                    continue
                stays = document.end
                if _finds_again(db, document, name):
                    found.again += 1
                    continue
                if take_up(db, name, file, document):
                    found.taken += 1
                else:
                    found.left.add(name)
        if not path.is_symlink():
            _cut(path, stays)


def is_kept_elsewhere(db: Database, document: StoredDocument, sizes: Mapping[str, int]) -> bool:
    """Whether a row knows this document, whose bytes stand where it says, in files of these sizes, or were freed."""
    return any(file is None or sizes.get(file, 0) >= end for _, file, end in _rows(db, document))


def _finds_again(db: Database, document: StoredDocument, name: str) -> bool:
    """Let a row that knows this document, and whose bytes are missing, point to it. Returns whether there is one."""
    for row, _, _ in _rows(db, document):
        db.execute(
            "UPDATE documents SET file = ?, offset = ?, length = ? WHERE id = ?",
            (name, document.offset, document.end - document.offset, row),
        )
        return True
    return False


def _rows(db: Database, document: StoredDocument) -> list[tuple[int, str | None, int]]:
    rows: list[tuple[int, str | None, int]] = db.execute(
        "SELECT id, file, offset + length FROM documents WHERE sha256 = ? AND at = ? ORDER BY id",
        (document.sha256, document.at),
    ).fetchall()
    return rows


def _cut(path: Path, end: int) -> None:
    if end == 0:
        path.unlink()
    elif path.stat().st_size > end:
        os.truncate(path, end)


def _said(db: Database, found: _Found) -> tuple[str, ...]:
    archive = path_of(db)
    folder, said = warc_folder(archive), []
    if found.taken:
        said.append(
            f"{counted(found.taken, 'document')} that {archive.name} did not know "
            f"{'was' if found.taken == 1 else 'were'} taken up from {folder.name}: `feedsette reparse {archive}` reads "
            f"{'it' if found.taken == 1 else 'them'}."
        )
    if found.again:
        said.append(
            f"The bytes of {counted(found.again, 'document')} that were missing were found in {folder}."
        )
    if found.strange:
        has, it = ("has", "it") if len(found.strange) == 1 else ("have", "them")
        said.append(
            f"{listed(sorted(found.strange))} in {folder} {has} documents that {archive.name} does not know: the "
            f"archive is older than the folder, or another's. They are left alone. Move {it} away, or take them up: "
            f"feedsette import {archive} {folder}"
        )
    if found.left:  # files of the archive's own, which are not to be moved away
        said.append(
            f"{listed(sorted(found.left))} in {folder}: documents that {archive.name} does not know could not be taken "
            f"up, since they are damaged or incomplete. They are left alone. What is wrong: feedsette import {archive} "
            f"{folder}"
        )
    return tuple(said)
