"""How many pages of an archive a connection that writes keeps in memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database

CACHE_KB = 16_000  # what a document changes in all indexes, and what leads there
_SMALL_KB = 2_000  # SQLite's own
_LARGE = 1_000_000  # characters of a document's bodies, which fill pages that nothing reads again


def keep_pages(db: Database, kilobytes: int = CACHE_KB) -> None:
    db.execute(f"PRAGMA cache_size = -{kilobytes}")


@contextmanager
def pages_for(db: Database, characters: int) -> Iterator[None]:
    """In the block so many characters are saved: many are in memory already, so that few of their pages are kept."""
    if characters < _LARGE:
        yield
        return
    [(before,)] = db.execute("PRAGMA cache_size").fetchall()
    keep_pages(db, _SMALL_KB)
    try:
        yield
    finally:
        db.execute(f"PRAGMA cache_size = {before}")
