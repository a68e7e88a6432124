"""Checkpoints of the write-ahead log (WAL, the file -wal beside an archive).

SQLite checkpoints by itself when the log has LARGEST_LOG bytes, but restarts it only when nobody reads from it: under
constant reading it would grow without limit. Here readers are waited for, for a moment, and never blocked.
"""

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.archive.file.write_lock import busy_timeout

LARGEST_LOG = 16_000_000  # bytes, above which it is truncated
_PATIENCE = 500  # milliseconds to wait for readers


@dataclass
class Log:
    """The write-ahead log of a connection."""

    connection: sqlite3.Connection
    path: Path | None  # None where the database is in memory
    largest: int = LARGEST_LOG

    @classmethod
    def of(cls, connection: sqlite3.Connection) -> "Log":
        file = connection.execute("PRAGMA database_list").fetchone()[2]
        return cls(connection, Path(f"{file}-wal") if file else None)

    def keep_small(self) -> None:
        """Truncate it where it is large; where readers prevent that, again when it has grown by LARGEST_LOG more."""
        if self._size() > self.largest:
            self.truncate()
            self.largest = self._size() + LARGEST_LOG

    def truncate(self) -> None:
        """Checkpoint and empty it (PRAGMA wal_checkpoint(TRUNCATE)), unless readers or writers prevent that."""
        if not self._size():
            return
        # If that fails, nothing is lost.
        with suppress(sqlite3.Error), busy_timeout(self.connection, _PATIENCE):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _size(self) -> int:
        try:
            return self.path.stat().st_size if self.path else 0
        except OSError:
            return 0
