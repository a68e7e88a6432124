"""Archives that hold nothing yet. The tables are made once in each process of the tests, and copied."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.file import migrating
from ingest.archive.file.migrations import APPLICATION_ID, migrations


def empty_archive(path: Path) -> Database:
    """A new file with all tables, open; what is written to it is not waited for until it is on the disk."""
    path.write_bytes(_tables())
    db = Database(path)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA foreign_keys = ON")  # as `open_archive`
    _make_its_own(db)
    return db


def empty_tables() -> Database:
    """All tables, in memory."""
    db = Database(memory=True)
    db.conn.deserialize(_tables())
    db.execute("PRAGMA foreign_keys = ON")
    return db


def migrate(db: Database, path: Path, check: Callable[[], None]) -> None:
    """What `migrating.migrate` does, but that a new archive is copied, which takes a twentieth of the time."""
    [(pages,)] = db.execute("PRAGMA page_count").fetchall()
    if pages:
        migrating.migrate(db, path, check)
        return
    with path.open("r+b") as file:  # which is open already
        file.write(_tables(APPLICATION_ID))
    db.enable_wal()
    _make_its_own(db)


def _make_its_own(db: Database) -> None:
    """By when it was made, and its number, an archive is told from others."""
    with db.atomic():
        db.execute("UPDATE _sqlite_migrations SET applied_at = ?", [str(datetime.now(UTC))])
        db.execute("UPDATE settings SET value = lower(hex(randomblob(16))) WHERE name = 'archive_id'")


@cache
def _tables(application_id: int = 0) -> bytes:
    db = Database(memory=True)
    db.execute(f"PRAGMA application_id = {application_id}")
    migrations.apply(db)
    return db.conn.serialize()
