"""A copy of an archive in one file, which may be made while the archive is written to and read.

It is one state of the archive, between two documents: all of it is read in one transaction. In WAL mode that holds up
no writer, and no writer makes it begin anew, as SQLite's online backup API otherwise does at each write. The copy
comes into its place in one step, when it was checked.
"""

import os
import secrets
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from ingest.archive.file.errors import ArchiveError, explain_failure
from ingest.archive.file.kind import FileKind, kind_of, rescue
from ingest.archive.file.opening import check_file, connect_for_reading
from ingest.archive.file.write_lock import is_busy

PAGES = 1000  # that are copied at a time
_ABANDONED = 60  # seconds without a change, after which a part of a copy is not being written any more
_STEPS = 1_000_000  # of SQLite's machine, after which Ctrl-C is looked for

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Backup:
    """What was made."""

    path: Path
    bytes: int
    feeds: int
    entries: int


@dataclass(frozen=True)
class _State:
    schema: str
    feeds: int
    entries: int


def back_up(archive: Path, target: Path, progress: Progress = lambda done, total: None) -> Backup:
    """Copy the archive at `archive`, of whatever release, to the file or into the folder `target`.

    An older backup there gives way to it. `progress` is told how many pages of how many are done. Raises ArchiveError.
    """
    place = _place(archive, target)
    with _explained(archive), closing(connect_for_reading(archive)) as source:
        source.execute("BEGIN")  # and what is read next is what is copied
        state = _state(source.conn)
        _clear(place)
        with _draft(place, archive.stat().st_mode & 0o777) as draft:
            _copy(source.conn, draft, place, progress)
            if damage := _damage(draft, state):
                raise ArchiveError(
                    f"{archive} is damaged ({damage}), so no backup was made of it. {rescue(archive)}"
                )
            _sync(draft)
            with _nobody_in(place):
                draft.replace(place)
            _sync(place.parent)
    return Backup(place, place.stat().st_size, state.feeds, state.entries)


def _place(archive: Path, target: Path) -> Path:
    """The file to be made. Raises ArchiveError where there is something else that it would cost."""
    if not archive.is_file():
        what = "is not a file" if archive.exists() else "does not exist"
        raise ArchiveError(f"{archive} {what}. Name the archive that is to be copied.")
    check_file(archive)
    place = target / archive.name if target.is_dir() else target
    if place.is_symlink():
        place = place.resolve()
    if not place.parent.is_dir():
        raise ArchiveError(f"The folder {place.parent} does not exist. Make it, or name another.")
    if place.exists() and place.samefile(archive):
        raise ArchiveError(f"{place} is the archive itself. Name another file, or a folder.")
    if place.exists() and not _may_be_replaced(place):
        raise ArchiveError(
            f"{place} is there already, and is not an archive of Feedsette's. Name another file; this one is untouched."
        )
    return place


def _may_be_replaced(place: Path) -> bool:
    """Whether it is an archive, a damaged one too, or empty; no device, and no pipe, which would never end."""
    try:
        return place.is_file() and kind_of(place) in (FileKind.ARCHIVE, FileKind.DAMAGED, FileKind.EMPTY)
    except OSError:
        return False


def _state(db: sqlite3.Connection) -> _State:
    """What a copy is compared by."""
    schema = db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    counts = "SELECT (SELECT count(*) FROM feeds), (SELECT count(*) FROM entries)"
    [(feeds, entries)] = db.execute(counts).fetchall()
    return _State(str(schema), feeds, entries)


def _clear(place: Path) -> None:
    """Remove what killed backups to this place left behind."""
    for left in place.parent.glob(f"{escape(place.name)}.unfinished-????????"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                left.unlink()


@contextmanager
def _draft(place: Path, mode: int) -> Iterator[Path]:
    """An empty file beside the place, which at the end is moved there, or else removed."""
    draft = place.with_name(f"{place.name}.unfinished-{secrets.token_hex(4)}")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        try:
            draft.chmod(mode)
            yield draft
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(
            f"{place} cannot be made: {error.strerror}. Check the permissions of its folder, or name another."
        ) from error


def _copy(source: sqlite3.Connection, draft: Path, place: Path, progress: Progress) -> None:
    with closing(sqlite3.connect(draft)) as copy:
        copy.execute("PRAGMA journal_mode = OFF")  # where anything fails, the draft is thrown away
        copy.execute("PRAGMA synchronous = OFF")
        try:
            source.backup(copy, pages=PAGES, progress=lambda _, left, total: progress(total - left, total))
        except sqlite3.Error as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise ArchiveError(
                    f"{place} was not made: its disk is full. Free some space, or name another place."
                ) from error
            raise


def _damage(draft: Path, state: _State) -> str | None:
    """What is wrong with a copy. As an immutable file, it gets no others beside it from being read."""
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


def _sync(path: Path) -> None:
    if sys.platform == "win32":  # where neither a folder nor a file for reading can be told to
        return
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


@contextmanager
def _nobody_in(place: Path) -> Iterator[None]:
    """Keep others out of the archive that is to be replaced, and take away its write-ahead log, which would be taken
    for the new one's. Raises ArchiveError where another program has it open."""
    if not place.exists() or not place.stat().st_size:
        yield
        return
    with closing(sqlite3.connect(place, timeout=1, isolation_level=None)) as former:
        try:
            former.execute("PRAGMA journal_mode = DELETE")
            former.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:  # of a damaged one that is not in use, no matter
            if is_busy(error) or any(map(_holds_something, (f"{place}-wal", f"{place}-journal"))):
                raise ArchiveError(
                    f"{place} is in use by another program, so it was not replaced. Stop that, or name another file."
                ) from error
        if (
            sys.platform != "win32"
        ):  # where no file is replaced that is open, so that nobody else has it open either
            yield
            return
    yield


def _holds_something(path: str) -> bool:
    return Path(path).exists() and Path(path).stat().st_size > 0


@contextmanager
def _explained(archive: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise ArchiveError(f"No backup was made. {explain_failure(error, archive)}") from error
