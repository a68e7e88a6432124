"""Checkpoints: what stands in the write-ahead log (the file -wal beside an archive) goes into the archive itself.

SQLite does so by itself every thousand pages, but begins the log anew only when no reader is in it: under constant
readers it would grow without end. Readers are never held up, and waited for only for a moment.
"""

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.archive.file.write_lock import busy_timeout

LARGEST_LOG = 16_000_000  # bytes: then it is cut short, while it is written to
_PATIENCE = 500  # milliseconds, for readers of what is older


@dataclass
class Log:
    """The write-ahead log that a connection writes to."""

    connection: sqlite3.Connection
    path: Path | None  # None where the database is in memory
    largest: int = LARGEST_LOG

    @classmethod
    def of(cls, connection: sqlite3.Connection) -> "Log":
        file = connection.execute("PRAGMA database_list").fetchone()[2]
        return cls(connection, Path(f"{file}-wal") if file else None)

    def keep_small(self) -> None:
        """Cut it short where it has grown large; where readers prevent that, again when it has grown as much."""
        if self._size() > self.largest:
            self.truncate()
            self.largest = self._size() + LARGEST_LOG

    def truncate(self) -> None:
        """Bring all of it into the archive and empty it, if readers and other writers let that happen soon."""
        if not self._size():
            return
        with (
            suppress(sqlite3.Error),
            busy_timeout(self.connection, _PATIENCE),
        ):  # else it stays, and nothing is lost
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _size(self) -> int:
        try:
            return self.path.stat().st_size if self.path else 0
        except OSError:
            return 0
