"""Opening an archive: is this file one, is it of this version, can it be written to?"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from ingest.checkpoint import Log
from ingest.migrating import migrate
from ingest.schema import APPLICATION_ID, migrations
from ingest.write_lock import BUSY_SECONDS, Turns, begin


class ArchiveError(Exception):
    """A sentence for the user: what is wrong with the file, and what to do."""


class Archive(Database):
    """An archive that is written to. It leaves a short write-ahead log, and others their turn to write."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.log = Log.of(connection)
        self.turns = Turns()

    def close(self) -> None:
        self.log.truncate()
        super().close()


def open_archive(path: Path, create: bool = False) -> Database:
    """The archive at `path` for reading and writing, brought to this version's schema.

    With `create`, a file that does not exist or is empty becomes a new archive. Raises ArchiveError.
    """
    if not path.exists() and not create:
        raise ArchiveError(f"{path} does not exist. Make an archive with: feedsette add {path} URL")
    _check_place(path)
    with _explained(path):
        db = _connect(path)
        try:
            _check(db, path)
            if migrations.pending(db):
                migrate(db, path, lambda: _check(db, path))
            elif db.journal_mode != "wal":  # a copy that another program made may have lost that
                with suppress(sqlite3.OperationalError):
                    db.enable_wal()
        except BaseException:
            db.close()
            raise
        return db


def check_writable(path: Path) -> None:
    """Raise ArchiveError where the archive at `path` cannot be written to, or none can be made there."""
    if path.exists():
        with closing(open_archive(path)) as db, _explained(path):
            db.conn.execute(
                "DELETE FROM feeds WHERE 0"
            )  # BEGIN IMMEDIATE alone does not mind a read-only file
            db.conn.rollback()
        return
    _check_place(path)
    if not os.access(path.absolute().parent, os.W_OK | os.X_OK):
        raise ArchiveError(
            f"{path} cannot be made: the folder {path.absolute().parent} cannot be written to. Check its permissions, "
            "or name another file."
        )


def _check_place(path: Path) -> None:
    folder = path.absolute().parent
    if path.is_dir():
        raise ArchiveError(f"{path} is a folder. Name a file in it, such as {path / 'archive.db'}")
    if not folder.is_dir():
        raise ArchiveError(f"The folder {folder} does not exist. Make it, or name another file.")


def read_archive(path: Path) -> Database:
    """The archive at `path` for reading alone, which a read-only file allows too.

    An older schema is brought forward first, which needs write access. Raises ArchiveError.
    """
    if not path.is_file():
        return open_archive(path)  # which says what is wrong with it
    with _explained(path):
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


def is_fixed(path: Path) -> bool:
    """Whether the archive can be read only as a file that nobody writes to.

    A file in WAL mode wants a file beside it even to be read, which a read-only disk cannot give.
    """
    with closing(sqlite3.connect(_uri(path), uri=True, timeout=BUSY_SECONDS)) as connection:
        try:
            connection.execute("SELECT 1 FROM sqlite_master")
        except sqlite3.OperationalError:
            if path.with_name(path.name + "-wal").exists():
                raise
            return True
    return False


def connect_for_reading(path: Path) -> Database:
    """Whatever there is at `path`, unchecked, for reading alone."""
    uri = f"{_uri(path)}&immutable=1" if is_fixed(path) else _uri(path)
    return Database(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS))


def _uri(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"


@contextmanager
def transaction(db: Database, given_up: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """One writer's turn: all of it or nothing. It waits for another writer instead of failing half-way.

    That waiting ends when it is `given_up`. Within another transaction it is a part of that one.
    """
    if db.conn.in_transaction:
        yield
        return
    begin(db.conn, given_up=given_up)
    began = time.monotonic()
    try:
        yield
        db.conn.execute("COMMIT")
    except BaseException:
        db.conn.rollback()
        raise
    if isinstance(db, Archive):
        db.log.keep_small()
        db.turns.over(began, time.monotonic())


def _connect(path: Path) -> Archive:
    db = Archive(
        sqlite3.connect(path.absolute(), timeout=BUSY_SECONDS)
    )  # so that ":memory:" is a file as well
    db.execute("PRAGMA foreign_keys = ON")
    db.execute(
        "PRAGMA synchronous = NORMAL"
    )  # in WAL mode a power cut may undo the last documents, never half of one
    return db


def _check(db: Database, path: Path) -> None:
    [(application_id,)] = db.execute("PRAGMA application_id").fetchall()
    if application_id != APPLICATION_ID and db.table_names():
        raise ArchiveError(
            f"{path} is a SQLite database, but not an archive of Feedsette's. Name another file; this one is untouched."
        )
    ours = {migration.name for migration in migrations._migrations}
    if {migration.name for migration in migrations.applied(db)} - ours:
        raise ArchiveError(
            f"{path} was made by a newer Feedsette than this. Upgrade: pip install --upgrade feedsette"
        )


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise ArchiveError(explain(error, path)) from error


def explain(error: sqlite3.Error, path: Path) -> str:
    """What an error of SQLite's means for the user of the archive at `path`."""
    message = str(error)
    if "readonly" in message or "read-only" in message:
        return f"{path} cannot be written to: check the permissions of the file and of its folder."
    if "unable to open" in message:
        return f"{path} cannot be opened: check the permissions of the file and of its folder."
    if "full" in message:
        return f"{path} was not changed further: the disk is full. Free some space and run the command again."
    if "not a database" in message or "malformed" in message:
        return f"{path} is not a SQLite database, or is damaged. Name another file; this one is untouched."
    if "locked" in message:
        return f"{path} is being written to by another program. Try again when that has finished."
    return f"{path}: SQLite says: {message}"
