"""Which process polls a feed: one at a time, however many run.

A claim is a lock of the operating system's on one byte of a file beside the archive, at the feed's id. It ends with
the process, however that ends, so no claim is ever left behind.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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


@dataclass
class _Lock:
    """The lock file of an archive, of which a process may have one open: closing a second would drop all its locks."""

    file: int
    users: int = 0
    held: set[int] = field(default_factory=set)


_locks: dict[Path, _Lock] = {}
_guard = threading.Lock()  # of all the above


class Claims:
    """Claims on feeds of the archive at `path`. Several in one process keep out of each other's way too."""

    def __init__(self, path: Path) -> None:
        path = path.resolve()
        self._path = path.with_name(path.name + "-polling")
        with _guard:
            if self._path not in _locks:
                _locks[self._path] = _Lock(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644))
            self._lock = _locks[self._path]
            self._lock.users += 1

    @contextmanager
    def claim(self, feed: int) -> Iterator[bool]:
        """Whether the feed is this caller's to poll, until the block ends."""
        with _guard:
            ours = feed not in self._lock.held and _lock(self._lock.file, feed)
            if ours:
                self._lock.held.add(feed)
        try:
            yield ours
        finally:
            if ours:
                with _guard:
                    self._lock.held.discard(feed)
                    _unlock(self._lock.file, feed)

    def close(self) -> None:
        with _guard:
            self._lock.users -= 1
            if not self._lock.users:
                os.close(self._lock.file)
                del _locks[self._path]
