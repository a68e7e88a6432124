"""Open an archive: check that the file is one, migrate it to this version's schema, and run transactions."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.file import in_use
from ingest.archive.file.checkpoint import LARGEST_LOG, Log
from ingest.archive.file.errors import CHECK, ArchiveDamaged, ArchiveError, explained
from ingest.archive.file.kind import FileKind, damaged, kind_of, why_no_archive
from ingest.archive.file.migrating import migrate
from ingest.archive.file.migrations import APPLICATION_ID, migrations
from ingest.archive.file.write_lock import BUSY_SECONDS, Turns, begin

BEGUN_PAGES = 3  # at most, of a new archive whose first migration was interrupted
CACHE_KB = 16_000  # of pages, of a connection that writes: what a document changes in all indexes, and what leads there
PREPARED_STATEMENTS = 500  # that a connection which writes keeps: more than saving documents needs
CANNOT_OPEN, READ_ONLY = sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY


class TrackedConnection(Database):
    """A connection to an archive, which counts as in use (see in_use) until it is closed."""

    def __init__(self, path: Path, open_it: Callable[[], sqlite3.Connection]) -> None:
        connection, self._file = in_use.connect(path, open_it)
        self._is_open = True
        super().__init__(connection)

    def close(self) -> None:
        super().close()
        if self._is_open:
            self._is_open = False
            in_use.release(self._file)


class Archive(TrackedConnection):
    """A connection for writing, which keeps the write-ahead log small and lets other writers have their turn."""

    def __init__(self, path: Path) -> None:
        absolute = path.absolute()  # so that ":memory:" is a file name
        super().__init__(
            absolute,
            lambda: sqlite3.connect(absolute, timeout=BUSY_SECONDS, cached_statements=PREPARED_STATEMENTS),
        )
        self.log = Log.of(self.conn)
        self.turns = Turns()

    def close(self) -> None:
        self.log.truncate()
        super().close()


def open_archive(path: Path, create: bool = False) -> Database:
    """Open the archive at `path` for reading and writing, and migrate it to this version's schema.

    With `create`, a file that does not exist or is empty becomes a new archive. Raises ArchiveError.
    """
    if not path.exists() and not create:
        raise ArchiveError(f"{path} does not exist. Make an archive with: feedsette add {path} URL")
    _check_place(path)
    check_file(path, create)
    with explained(path):
        db = _connect(path)
        try:
            _check(db, path)
            if migrations.pending(db):
                migrate(db, path, lambda: _check_before_migrating(db, path))
            elif db.journal_mode != "wal":  # a copy by another program may have lost WAL mode
                with suppress(sqlite3.OperationalError):
                    db.enable_wal()
        except BaseException:
            db.close()
            raise
        return db


def _check_writable(path: Path) -> None:
    """Raise ArchiveError where the archive at `path` cannot be written to, or none can be made there."""
    if is_there(path):
        with closing(open_archive(path)) as db, explained(path):
            # BEGIN IMMEDIATE alone succeeds on a read-only file.
            db.conn.execute("DELETE FROM feeds WHERE 0")
            db.conn.rollback()
        return
    _check_place(path)
    check_file(path, create=True)
    if path.exists() and not os.access(path, os.W_OK):
        raise ArchiveError(f"{path} cannot be written to. {CHECK}")
    if not os.access(path.absolute().parent, os.W_OK | os.X_OK):
        raise ArchiveError(
            f"{path} cannot be made: the folder {path.absolute().parent} cannot be written to. Check its permissions, "
            "or name another file."
        )


def is_there(path: Path) -> bool:
    """Whether a file exists and is not empty. An empty one becomes an archive when there is something to save."""
    return path.exists() and not (path.is_file() and path.stat().st_size == 0)


def _check_place(path: Path) -> None:
    folder = path.absolute().parent
    if path.is_dir():
        raise ArchiveError(
            f"{path} is a folder, not an archive of Feedsette's. Name a file in it, such as {path / 'archive.db'}"
        )
    if not folder.is_dir():
        raise ArchiveError(f"The folder {folder} does not exist. Make it, or name another file.")


def check_file(path: Path, create: bool = False) -> None:
    """Raise ArchiveError where the file at `path` exists and is no archive, before SQLite opens it."""
    if not path.exists():
        return
    if not path.is_file():
        raise ArchiveError(f"{path} is not a file, and so not an archive of Feedsette's. Name a file.")
    try:
        kind = kind_of(path)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be opened: {error.strerror}. {CHECK}") from error
    if kind is FileKind.EMPTY and not create:
        raise ArchiveError(f"{path} is empty. Make an archive of it with: feedsette add {path} URL")
    if kind is FileKind.DAMAGED:
        raise ArchiveDamaged(damaged(path))
    if why := why_no_archive(kind, path):
        raise ArchiveError(why)


def read_archive(path: Path) -> Database:
    """Open the archive at `path` for reading only; the file may be read-only.

    One with an older schema is migrated first, which needs write access. Raises ArchiveError.
    """
    if not path.is_file():
        return open_archive(path)  # which raises an error with a message
    check_file(path)
    with explained(path):
        db = connect_for_reading(path)
        try:
            _check(db, path)
            outdated = bool(migrations.pending(db))
        except BaseException:
            db.close()
            raise
    if not outdated:
        return db
    db.close()
    with closing(open_archive(path)):
        return read_archive(path)


def needs_immutable(path: Path) -> bool:
    """Whether the archive can only be opened with immutable=1.

    A database in WAL mode needs its -shm file even for reading, which cannot be made on a read-only disk.
    """
    with closing(sqlite3.connect(_uri(path), uri=True, timeout=BUSY_SECONDS)) as connection:
        try:
            connection.execute("SELECT 1 FROM sqlite_master")
        except sqlite3.OperationalError as error:
            wal = path.with_name(path.name + "-wal")
            is_refused = error.sqlite_errorcode & 0xFF in (CANNOT_OPEN, READ_ONLY)
            if not is_refused or (wal.exists() and wal.stat().st_size):
                raise
            return True
    return False


def connect_for_reading(path: Path) -> Database:
    """Open the database at `path` for reading only, without any check."""
    uri = f"{_uri(path)}&immutable=1" if needs_immutable(path) else _uri(path)
    return TrackedConnection(path, lambda: sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS))


def _uri(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"


@contextmanager
def transaction(db: Database, given_up: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """A write transaction (BEGIN IMMEDIATE): committed at the end of the block, rolled back on any exception.

    It waits for the write lock up to BUSY_SECONDS, or until `given_up` returns true, before the block begins. Within
    another transaction this does nothing: the outer one counts.
    """
    if db.conn.in_transaction:
        yield
        return
    begin(db.conn, given_up=given_up)
    began = time.monotonic()
    try:
        yield
        db.conn.execute("COMMIT")
        if isinstance(db, Archive):
            db.log.keep_small()
    except BaseException:
        db.conn.rollback()
        raise
    finally:
        if isinstance(db, Archive):
            db.turns.over(began, time.monotonic())


@contextmanager
def document_transaction(db: Database, given_up: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """A transaction that saves a document, in which SQLite notes in memory what a statement changes.

    Where a table has triggers, it notes the pages that each row changes, to undo a part of it: of an entry with its
    indexes so many that it would write them to a file. Not for statements that may change much of an archive.
    """
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("PRAGMA temp_store = MEMORY")
    try:
        with transaction(db, given_up):
            yield
    finally:
        db.conn.execute("PRAGMA temp_store = DEFAULT")


def _connect(path: Path) -> Archive:
    db = Archive(path)
    db.execute("PRAGMA foreign_keys = ON")
    # In WAL mode a power failure may lose the last transactions, but never a part of one.
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    # A page that many documents change is then copied into the archive once for all of them.
    [(page_size,)] = db.execute("PRAGMA page_size").fetchall()
    db.execute(f"PRAGMA wal_autocheckpoint = {LARGEST_LOG // page_size}")
    return db


def _check(db: Database, path: Path) -> None:
    """Raise ArchiveError where the database is not an archive that this release can open, or a new one.

    Another process may be creating it meanwhile, so the applied migrations, written last, are read last.
    """
    [(pages,)] = db.execute("PRAGMA page_count").fetchall()
    [(application_id,)] = db.execute("PRAGMA application_id").fetchall()
    applied = {migration.name for migration in migrations.applied(db)}
    ours = {migration.name for migration in migrations._migrations}
    if applied > ours:
        raise ArchiveError(
            f"{path} was made by a newer Feedsette than this. Upgrade: pip install --upgrade feedsette"
        )
    is_lost = pages > BEGUN_PAGES and not applied
    if is_lost or applied - ours or (pages and application_id != APPLICATION_ID):
        raise ArchiveDamaged(damaged(path))


def _check_before_migrating(db: Database, path: Path) -> None:
    """Raise ArchiveError where the archive is damaged: a migration could make it worse."""
    _check(db, path)
    if not migrations.pending(db):  # another process has done it
        return
    [(found,)] = db.execute("PRAGMA quick_check(1)").fetchall()
    if found != "ok":
        raise ArchiveDamaged(damaged(path))


def why_not_writable(path: Path) -> str | None:
    """Why the archive at `path` cannot be written to, for the user, by file permissions; None where it can."""
    if not path.exists():
        return f"{path} is not there any more. Put it back, and start the server again."
    beside = [path.with_name(f"{path.name}-{end}") for end in ("wal", "shm")]
    places = [path, *beside] if all(map(Path.exists, beside)) else [path, path.absolute().parent]
    if all(os.access(place, os.W_OK) for place in places):
        return None
    return f"{path} cannot be written to. {CHECK}"


@dataclass(frozen=True)
class LazyArchive:
    """Opens or creates an archive when it is called; the same one each time."""

    opened: Callable[[], Database]
    is_there: Callable[[], bool]  # whether there is one, or an empty one would be created

    def __call__(self) -> Database:
        return self.opened()


@contextmanager
def lazy_archive(path: Path) -> Iterator[LazyArchive]:
    """The archive, opened or created when first called, so that a run that saves nothing makes no file.

    Raises ArchiveError at once where the archive cannot be written to.
    """
    _check_writable(path)
    with ExitStack() as stack:

        @cache
        def opened() -> Database:
            db = open_archive(path, create=True)
            stack.callback(db.close)
            return db

        yield LazyArchive(opened, lambda: bool(opened.cache_info().currsize) or is_there(path))
