"""Copy the WARC files of an archive beside a copy of it, as far as its rows name them, while it may be written to.

The folder there only gains: what has the right size is not copied again, what is shorter is extended, and what is
longer stays, as where an older archive is put back beside a newer folder. Each record that is copied is checked.
"""

import errno
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from ingest.archive.documents.missing import documents_by_feed_in
from ingest.archive.documents.recovery import is_kept_elsewhere
from ingest.archive.documents.warc.folder import (
    UNFINISHED,
    archive_id_of,
    file_sizes,
    folder_of,
    is_warc_name,
    named_ends,
)
from ingest.archive.documents.warc.records import (
    archive_id_in,
    is_as_digested,
    whole_documents,
)
from ingest.archive.file.errors import ArchiveError
from ingest.archive.file.fsync import fsync_path
from ingest.archive.file.open_file import open_file

_ABANDONED = 60  # seconds without a change, after which an unfinished copy is taken for abandoned
_PIECE = 1_000_000  # bytes

Copied = Callable[[int], object]


@dataclass(frozen=True)
class FileProblem:
    """What is wrong with a file of the archive's: of which documents, by the name of their feed."""

    name: str
    why: str  # "it is missing"
    feeds: tuple[tuple[str, int], ...]
    in_backup: bool  # whether the backup has these documents all the same, from before
    lost: int = 0  # documents that it lacks


@dataclass
class FolderCopy:
    """The copying of an archive's files to the folder `target`, which may be done in several steps.

    Raises ArchiveError.
    """

    target: Path
    damaged: dict[str, set[int]] = field(default_factory=dict)  # offsets of records that were copied, by file

    def copy(self, db: Database, copied: Copied = lambda size: None) -> tuple[FileProblem, ...]:
        """Copy what rows name, and return what is missing or damaged.

        `copied` is called with the bytes of each file that is done.
        """
        ends = named_ends(db)
        if not ends:
            return ()
        source, archive_id = folder_of(db), archive_id_of(db)
        with _explained_target(self.target):
            _make_folder(source, self.target, archive_id)
            for name, end in ends.items():
                if not _is_there(db, source / name, self.target / name, end, archive_id):
                    before = _size(self.target / name)
                    _extend(source / name, self.target / name, end)
                    bad = _damaged(db, self.target / name, before)
                    self.damaged.setdefault(name, set()).update(bad)
                copied(end)
            fsync_path(self.target)
            fsync_path(self.target.parent)
        return self._problems(db, ends)

    def _problems(self, db: Database, ends: dict[str, int]) -> tuple[FileProblem, ...]:
        here, there = file_sizes(folder_of(db)), file_sizes(self.target)
        problems = []
        for name, end in ends.items():
            bad = self.damaged.get(name) or set()
            if (size := here.get(name, 0)) < end:
                lacks = documents_by_feed_in(db, name, behind=there.get(name, 0))
                feeds = documents_by_feed_in(db, name, behind=size)
                why = "it is missing or cut off"
                problems.append(FileProblem(name, why, tuple(feeds.items()), not lacks, sum(lacks.values())))
            if bad:
                feeds = documents_by_feed_in(db, name, offsets=bad)
                if feeds:
                    problems.append(
                        FileProblem(name, "it is damaged", tuple(feeds.items()), False, sum(feeds.values()))
                    )
        return tuple(problems)


def remove_known_files(db: Database, target: Path) -> None:
    """Remove the files of this archive from the folder `target` that rows do not name, and of which all documents are
    known: they are kept in another file there, or were freed. Raises ArchiveError.
    """
    ends, archive_id = named_ends(db), archive_id_of(db)
    with _explained_target(target):
        sizes = file_sizes(target)
        for name in sizes.keys() - ends.keys():
            if is_warc_name(name) and _archive_of(target / name) == archive_id:
                with open_file(target / name) as file:
                    documents = whole_documents(file)
                if documents is not None and all(
                    is_kept_elsewhere(db, document, sizes) for document in documents
                ):
                    (target / name).unlink()


def _make_folder(source: Path, target: Path, archive_id: str) -> None:
    if target.exists() and source.exists() and target.samefile(source):
        raise ArchiveError(
            f"{target} has the documents of the archive itself, so those of its copy cannot be there. Name another "
            "file, or leave them out: --without-documents"
        )
    mode = source.stat().st_mode & 0o777 if source.exists() else 0o700
    with suppress(FileExistsError):
        target.mkdir(mode)
    for left in target.glob(f"*{UNFINISHED}-????????"):
        with suppress(OSError):
            if (
                is_warc_name(left.name.rpartition(UNFINISHED)[0])
                and time.time() - left.stat().st_mtime > _ABANDONED
            ):
                left.unlink()


def _is_there(db: Database, source: Path, path: Path, end: int, archive_id: str) -> bool:
    """Whether the copy of a file is there, to `end` or further. Raises ArchiveError where that is another file."""
    if not path.exists():
        return False
    found = _archive_of(path)
    if found not in (archive_id, None):
        raise ArchiveError(
            f"{path} is of another archive. Name another place for the copy, or leave the documents out: "
            "--without-documents"
        )
    if found is None or _size(path) < end:
        return False
    [(offset,)] = db.execute("SELECT max(offset) FROM documents WHERE file = ?", (path.name,)).fetchall()
    if _size(source) >= end and _bytes(source, offset, end) != _bytes(path, offset, end):
        raise _other_documents(path)
    return True


def _other_documents(path: Path) -> ArchiveError:
    return ArchiveError(
        f"{path} has other documents than the file of that name of this archive, so no backup was made over it. Name "
        "another place for the copy, or leave the documents out: --without-documents"
    )


def _archive_of(path: Path) -> str | None:
    with open_file(path) as file:
        return archive_id_in(file)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _bytes(path: Path, start: int, end: int) -> bytes:
    with open_file(path) as file:
        file.seek(start)
        return file.read(end - start)


def _extend(source: Path, target: Path, end: int) -> None:
    """Copy a file up to `end`, or as far as it goes, where that is further than what is there.

    What is there is to be the beginning of it; where it is no file of ours, it is replaced.
    """
    try:
        file = open_file(source)
    except OSError:
        return
    with file:
        end = min(end, os.fstat(file.fileno()).st_size)
        is_ours = target.exists() and _archive_of(target) is not None
        if is_ours and not _is_prefix(target, file):
            raise _other_documents(target)
        if is_ours and _size(target) >= end:
            return
        file.seek(0)
        draft = target.with_name(f"{target.name}{UNFINISHED}-{secrets.token_hex(4)}")
        try:
            with draft.open("xb") as copy:
                draft.chmod(os.fstat(file.fileno()).st_mode & 0o777)
                while end > copy.tell() and (piece := file.read(min(_PIECE, end - copy.tell()))):
                    copy.write(piece)
                copy.flush()
                os.fsync(copy.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)


def _is_prefix(path: Path, file: BinaryIO) -> bool:
    """Whether one of the two files is the beginning of the other."""
    file.seek(0)
    with open_file(path) as there:
        while (one := there.read(_PIECE)) and (other := file.read(_PIECE)):
            length = min(len(one), len(other))
            if one[:length] != other[:length]:
                return False
            if len(one) != len(other):
                break
    return True


def _damaged(db: Database, path: Path, start: int) -> set[int]:
    """Where records stand, of those that were copied from `start` on, that are not as their digest says."""
    if not path.exists():
        return set()
    places = db.execute(
        "SELECT offset, offset + length FROM documents WHERE file = ? AND offset + length > ?",
        (path.name, start),
    ).fetchall()
    size = _size(path)
    with open_file(path) as file:
        return {offset for offset, end in places if end <= size and not is_as_digested(file, offset, end)}


@contextmanager
def _explained_target(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise ArchiveError(
                f"{target} was not made: its disk is full. Free some space, or name another place."
            ) from error
        raise ArchiveError(
            f"{error.filename or target} cannot be read or written: {error.strerror}. Check its permissions, or leave "
            "the documents out: --without-documents"
        ) from error
