"""Archives that hold nothing yet. The tables are made once in each process of the tests, and copied."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.file.migrations import migrations


def empty_archive(path: Path) -> Database:
    """A new file with all tables, open; what is written to it is not waited for until it is on the disk."""
    path.write_bytes(_tables())
    db = Database(path)
    db.execute("PRAGMA synchronous = OFF")
    with db.atomic():  # by when it was made, and its number, an archive is told from others
        db.execute("UPDATE _sqlite_migrations SET applied_at = ?", [str(datetime.now(UTC))])
        db.execute("UPDATE settings SET value = lower(hex(randomblob(16))) WHERE name = 'archive_id'")
    return db


@cache
def _tables() -> bytes:
    db = Database(memory=True)
    migrations.apply(db)
    return db.conn.serialize()
