"""Locks on feeds: one process polls a feed at a time, however many run.

Each is an advisory lock of the operating system's on one byte of a file beside the archive, at the feed's id. It ends
with the process, however that ends, so no lock is ever left behind.
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

    def _lock_byte(file: int, offset: int) -> bool:
        os.lseek(file, offset, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock_byte(file: int, offset: int) -> None:
        os.lseek(file, offset, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock_byte(file: int, offset: int) -> bool:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, offset)
        except OSError:
            return False
        return True

    def _unlock_byte(file: int, offset: int) -> None:
        fcntl.lockf(file, fcntl.LOCK_UN, 1, offset)


@dataclass
class _LockFile:
    """The lock file of an archive, of which a process may have one open: closing a second would drop all its locks."""

    number: int  # its descriptor
    users: int = 0
    held: set[int] = field(default_factory=set)


_files: dict[Path, _LockFile] = {}
_guard = threading.Lock()  # of all the above


class FeedLocks:
    """Locks on feeds of the archive at `path`. Several in one process keep out of each other's way too."""

    def __init__(self, path: Path) -> None:
        path = path.resolve()
        self._path = path.with_name(path.name + "-polling")
        with _guard:
            if self._path not in _files:
                _files[self._path] = _LockFile(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644))
            self._file = _files[self._path]
            self._file.users += 1

    @contextmanager
    def lock(self, feed: int) -> Iterator[bool]:
        """Lock the feed until the block ends, and whether that could be had. Never waits."""
        with _guard:
            ours = feed not in self._file.held and _lock_byte(self._file.number, feed)
            if ours:
                self._file.held.add(feed)
        try:
            yield ours
        finally:
            if ours:
                with _guard:
                    self._file.held.discard(feed)
                    _unlock_byte(self._file.number, feed)

    def close(self) -> None:
        with _guard:
            self._file.users -= 1
            if not self._file.users:
                os.close(self._file.number)
                del _files[self._path]
