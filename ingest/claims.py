"""Which process polls a feed: one at a time, however many run.

A claim is a lock of the operating system's on one byte of a file beside the archive, at the feed's id. It ends with
the process, however that ends, so no claim is ever left behind.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int, place: int) -> bool:
        os.lseek(file, place, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: int, place: int) -> None:
        os.lseek(file, place, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: int, place: int) -> bool:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except OSError:
            return False
        return True

    def _unlock(file: int, place: int) -> None:
        fcntl.lockf(file, fcntl.LOCK_UN, 1, place)


class Claims:
    """The claims of this process on feeds of the archive at `path`."""

    def __init__(self, path: Path) -> None:
        lock = path.with_name(path.name + "-polling")
        self._file = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
        self._held: set[int] = set()

    @contextmanager
    def claim(self, feed: int) -> Iterator[bool]:
        """Whether the feed is this caller's to poll, until the block ends."""
        if feed in self._held or not _lock(self._file, feed):
            yield False
            return
        self._held.add(feed)
        try:
            yield True
        finally:
            self._held.discard(feed)
            _unlock(self._file, feed)

    def close(self) -> None:
        os.close(self._file)
