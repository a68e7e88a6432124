"""Back up an archive to one file, and its documents to a folder beside that, while it may be read and written.

The copy is a snapshot: all of it is read in one transaction. In WAL mode that blocks no writer, and no write restarts
it, as happens otherwise with SQLite's online backup API. The copy is checked, and then renamed to its destination.
The files of documents are there before it.
"""

import os
import secrets
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from glob import escape
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.folder_copy import FileProblem, FolderCopy, remove_known_files
from ingest.archive.documents.warc.folder import file_sizes, named_ends, warc_folder
from ingest.archive.file.errors import ArchiveError, explain_failure
from ingest.archive.file.fsync import fsync_path
from ingest.archive.file.kind import FileKind, kind_of, rescue
from ingest.archive.file.opening import check_file, connect_for_reading
from ingest.archive.file.write_lock import is_busy

PAGES = 1000  # copied at a time
_PAGE = 4096  # bytes
_ABANDONED = 60  # seconds without a change, after which an unfinished copy is taken for abandoned
_STEPS = 1_000_000  # instructions of SQLite's virtual machine, after which Ctrl-C is handled

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Backup:
    """A backup that was made."""

    path: Path
    bytes: int
    feeds: int
    entries: int
    documents: int = 0  # whose bytes were copied too
    document_bytes: int = 0  # of their files
    problems: tuple[FileProblem, ...] = ()  # with files of documents

    @property
    def missing(self) -> tuple[str, ...]:
        """The files of documents of which something is missing or damaged."""
        return tuple(dict.fromkeys(problem.name for problem in self.problems))


@dataclass(frozen=True)
class _State:
    schema: str
    feeds: int
    entries: int


def back_up(
    archive: Path,
    target: Path,
    progress: Progress = lambda done, total: None,
    with_documents: bool = True,
) -> Backup:
    """Copy the archive at `archive`, of any release, to the file or into the folder `target`, and its documents to
    the folder beside that.

    An older backup there is replaced. `progress` is called with the pages that are done, and all. Raises ArchiveError.
    """
    path = _target_file(archive, target)
    with _with_message(archive), closing(connect_for_reading(archive)) as source:
        with_documents = with_documents and source["documents"].exists()
        problems: tuple[FileProblem, ...] = ()
        if with_documents:
            with _exclusive(path):  # it is not in use, which would be found too late
                pass
            problems = _copy_documents(source, warc_folder(path), progress)
        else:
            source.execute("BEGIN")
        state = _state(source.conn)
        _clear(path)
        with _draft(path, archive.stat().st_mode & 0o777) as draft:
            _copy(source.conn, draft, path, progress)
            if damage := _damage(draft, state):
                raise ArchiveError(
                    f"{archive} is damaged ({damage}), so no backup was made of it. {rescue(archive)}"
                )
            fsync_path(draft)
            with _exclusive(path):
                draft.replace(path)
            fsync_path(path.parent)
        made = Backup(path, path.stat().st_size, state.feeds, state.entries)
        if not with_documents:
            return made
        remove_known_files(source, warc_folder(path))
        ends, sizes = named_ends(source), file_sizes(warc_folder(path))
        [(count,)] = source.execute("SELECT count(*) FROM documents WHERE file IS NOT NULL").fetchall()
        return replace(
            made,
            documents=count - sum(problem.lost for problem in problems),
            document_bytes=sum(min(end, sizes.get(name, 0)) for name, end in ends.items()),
            problems=problems,
        )


def _copy_documents(source: Database, folder: Path, progress: Progress) -> tuple[FileProblem, ...]:
    """Copy the files of documents, and begin the read transaction whose rows name them, to which _state and the copy
    belong. Returns what is missing or damaged.

    A file that is missing may have been written anew since the transaction began: then it is not named in the next.
    """
    total, done = sum(named_ends(source).values()), 0

    def copied(size: int) -> None:
        nonlocal done
        done += size
        progress(min(done, total) // _PAGE, total // _PAGE)

    copying = FolderCopy(folder)
    copying.copy(source, copied)  # most of them, so that the transaction is short
    before: tuple[FileProblem, ...] | None = None
    while True:
        source.execute("BEGIN")
        problems = copying.copy(source)
        if not problems or problems == before:
            return problems
        before = problems
        source.conn.rollback()


def _target_file(archive: Path, target: Path) -> Path:
    """The file to write. Raises ArchiveError where something else is there, or no file can be."""
    if not archive.is_file():
        what = "is not a file" if archive.exists() else "does not exist"
        raise ArchiveError(f"{archive} {what}. Name the archive that is to be copied.")
    check_file(archive)
    path = target / archive.name if target.is_dir() else target
    if path.is_symlink():
        path = path.resolve()
    if not path.parent.is_dir():
        raise ArchiveError(f"The folder {path.parent} does not exist. Make it, or name another.")
    if path.exists() and path.samefile(archive):
        raise ArchiveError(f"{path} is the archive itself. Name another file, or a folder.")
    if path.exists() and not _may_be_replaced(path):
        raise ArchiveError(
            f"{path} is there already, and is not an archive of Feedsette's. Name another file; this one is untouched."
        )
    return path


def _may_be_replaced(path: Path) -> bool:
    """Whether it is a regular file that is an archive, maybe a damaged one, or empty."""
    try:
        return path.is_file() and kind_of(path) in (FileKind.ARCHIVE, FileKind.DAMAGED, FileKind.EMPTY)
    except OSError:
        return False


def _state(db: sqlite3.Connection) -> _State:
    """By what a copy is compared."""
    schema = db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    counts = "SELECT (SELECT count(*) FROM feeds), (SELECT count(*) FROM entries)"
    [(feeds, entries)] = db.execute(counts).fetchall()
    return _State(str(schema), feeds, entries)


def _clear(path: Path) -> None:
    """Remove the unfinished copies that killed backups to this destination left."""
    for left in path.parent.glob(f"{escape(path.name)}.unfinished-????????"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                left.unlink()


@contextmanager
def _draft(path: Path, mode: int) -> Iterator[Path]:
    """An empty file beside the destination, which is removed if it still exists at the end."""
    draft = path.with_name(f"{path.name}.unfinished-{secrets.token_hex(4)}")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        try:
            draft.chmod(mode)
            yield draft
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(
            f"{path} cannot be made: {error.strerror}. Check the permissions of its folder, or name another."
        ) from error


def _copy(source: sqlite3.Connection, draft: Path, path: Path, progress: Progress) -> None:
    with closing(sqlite3.connect(draft)) as copy:
        copy.execute("PRAGMA journal_mode = OFF")  # if anything fails, the draft is deleted
        copy.execute("PRAGMA synchronous = OFF")
        try:
            source.backup(copy, pages=PAGES, progress=lambda _, left, total: progress(total - left, total))
        except sqlite3.Error as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise ArchiveError(
                    f"{path} was not made: its disk is full. Free some space, or name another place."
                ) from error
            raise


def _damage(draft: Path, state: _State) -> str | None:
    """What is wrong with a copy, None if nothing. Opened as immutable, so that SQLite makes no files beside it."""
    with closing(sqlite3.connect(f"{draft.absolute().as_uri()}?immutable=1", uri=True)) as copy:
        copy.set_progress_handler(lambda: 0, _STEPS)
        try:
            found = [str(what) for (what,) in copy.execute("PRAGMA integrity_check(1)")]
            if found != ["ok"]:
                return " ".join(found[0].split()).removeprefix("*** in database main *** ")
            return None if _state(copy) == state else "its copy reads otherwise"
        except sqlite3.Error as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise KeyboardInterrupt from error
            return str(error)


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """Lock the archive that is to be replaced, and delete its write-ahead log, which SQLite would apply to the new one.

    Raises ArchiveError where another program has it open.
    """
    if not path.exists() or not path.stat().st_size:
        yield
        return
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as former:
        try:
            former.execute("PRAGMA journal_mode = DELETE")
            former.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:  # no matter if it is damaged and not in use
            if is_busy(error) or any(map(_holds_something, (f"{path}-wal", f"{path}-journal"))):
                raise ArchiveError(
                    f"{path} is in use by another program, so it was not replaced. Stop that, or name another file."
                ) from error
        if sys.platform != "win32":  # where an open file cannot be replaced
            yield
            return
    yield


def _holds_something(path: str) -> bool:
    return Path(path).exists() and Path(path).stat().st_size > 0


@contextmanager
def _with_message(archive: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise ArchiveError(f"No backup was made. {explain_failure(error, archive)}") from error
