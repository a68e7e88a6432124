"""Apply pending migrations to an archive, in one process, while others wait for it."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.file.migrations import APPLICATION_ID, migrations
from ingest.archive.file.write_lock import begin, is_busy

_log = logging.getLogger(__name__)  # which without a handler writes to standard error
_SILENCE = 1  # seconds, after which a wait is logged


def migrate(db: Database, path: Path, check: Callable[[], None]) -> None:
    """Apply all pending migrations in one transaction, so that a kill leaves the old schema or the new.

    While another process migrates the archive, this waits for it without limit, and logs that. `check` is called with
    the write lock held, and is to raise where this release cannot open the archive, or where it is damaged. That reads
    all of it, which takes minutes where it is large, and is logged too.
    """
    [(pages,)] = db.execute("PRAGMA page_count").fetchall()
    if not pages:  # so that the new file has its mark from the beginning
        _once_free(path, lambda: db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}"))
    _once_free(path, db.enable_wal)
    _once_free(path, lambda: begin(db.conn, _SILENCE))
    notice = _notice_when_slow(path) if pages else None
    try:
        check()
        if migrations.pending(db):
            migrations.apply(db)
        db.execute("COMMIT")
    except BaseException:
        db.conn.rollback()
        raise
    finally:
        if notice:
            notice.cancel()


def _notice_when_slow(path: Path) -> threading.Timer:
    message = "%s is being checked and brought up to date, which takes minutes where it is large."
    notice = threading.Timer(_SILENCE, _log.warning, [message, path])
    notice.daemon = True
    notice.start()
    return notice


def _once_free(path: Path, act: Callable[[], object]) -> None:
    """Retry while another connection holds the write lock."""
    began, logged = time.monotonic(), False
    while True:
        try:
            act()
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
        if not logged and time.monotonic() - began >= _SILENCE:
            _log.warning(
                "%s is being brought up to date by another command; waiting until that is done.", path
            )
            logged = True
        time.sleep(0.02)
