"""An older archive, or a new one, is brought to this version's schema: by one process, while others wait for it."""

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
_SILENCE = 1  # second: what is over sooner is not worth a word


def migrate(db: Database, path: Path, check: Callable[[], None]) -> None:
    """Apply what migrations are pending, in one transaction: a kill leaves the old schema, or the new.

    While another command is at it, this waits for its end, however long that takes, and logs so. `check` is to raise
    where the archive has become one that this release cannot open, or is damaged. It reads all of it, so that a large
    one takes minutes, which is logged too.
    """
    [(pages,)] = db.execute("PRAGMA page_count").fetchall()
    if not pages:  # so that the file itself says at once what it is
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
    said = "%s is being checked and brought up to date, which takes minutes where it is large."
    notice = threading.Timer(_SILENCE, _log.warning, [said, path])
    notice.daemon = True
    notice.start()
    return notice


def _once_free(path: Path, act: Callable[[], object]) -> None:
    began, said = time.monotonic(), False
    while True:
        try:
            act()
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
        if not said and time.monotonic() - began >= _SILENCE:
            _log.warning(
                "%s is being brought up to date by another command; waiting until that is done.", path
            )
            said = True
        time.sleep(0.02)
