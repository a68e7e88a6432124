"""Copy the WARC files of an archive beside a copy of it, as far as its rows name them, while it may be written to.

Files only grow at their end, or others take their place: what has the right size there already is not copied again.
"""

import errno
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.records import archive_id_in
from ingest.archive.documents.recovery import file_sizes, named_ends
from ingest.archive.documents.warc_folder import UNFINISHED, archive_id_of, folder_of, is_warc_name
from ingest.archive.file.errors import ArchiveError
from ingest.archive.file.fsync import fsync_path
from ingest.archive.file.open_file import open_file

_ABANDONED = 60  # seconds without a change, after which an unfinished copy is taken for abandoned
_PIECE = 1_000_000  # bytes

Copied = Callable[[int], object]


def copy_named_files(db: Database, target: Path, copied: Copied = lambda size: None) -> tuple[str, ...]:
    """Copy what rows name to the folder `target`, and return the files that are missing here and there.

    `copied` is called with the bytes of each file that is done. Raises ArchiveError.
    """
    ends = named_ends(db)
    if not ends:
        return ()
    source, archive_id, missing = folder_of(db), archive_id_of(db), []
    with _explained_target(target):
        _make_folder(source, target, archive_id)
        for name, end in ends.items():
            if not _is_complete(target / name, end, archive_id) and not _copy(
                source / name, target / name, end
            ):
                missing.append(name)
            copied(end)
        fsync_path(target)
        fsync_path(target.parent)
    return tuple(missing)


def remove_unnamed_files(db: Database, target: Path) -> None:
    """Remove the files of this archive from the folder `target` that rows do not name. Raises ArchiveError."""
    ends, archive_id = named_ends(db), archive_id_of(db)
    with _explained_target(target):
        for name in file_sizes(target).keys() - ends.keys():
            if is_warc_name(name) and _archive_of(target / name) == archive_id:
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


def _is_complete(path: Path, end: int, archive_id: str) -> bool:
    """Whether the copy of a file is there. Raises ArchiveError where that is another archive's."""
    if not path.exists():
        return False
    found = _archive_of(path)
    if found not in (archive_id, None):
        raise ArchiveError(
            f"{path} is of another archive. Name another place for the copy, or leave the documents out: "
            "--without-documents"
        )
    return found == archive_id and path.stat().st_size == end


def _archive_of(path: Path) -> str | None:
    with open_file(path) as file:
        return archive_id_in(file)


def _copy(source: Path, target: Path, end: int) -> bool:
    """Copy a file up to `end`. Returns whether all of it was there; what is cut off replaces nothing."""
    try:
        file = open_file(source)
    except OSError:
        return False
    with file:
        if (is_whole := os.fstat(file.fileno()).st_size >= end) or not target.exists():
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
    return is_whole


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
