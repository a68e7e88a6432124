"""Advisory file locks on feeds, so that only one process polls a feed at a time.

Each locks one byte of a file beside the archive, at the offset of the feed's id. The operating system releases it when
the process ends, so that no stale lock is left.
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
    """The lock file of an archive. A process opens it once: to close another descriptor would release all its locks."""

    number: int  # file descriptor
    users: int = 0
    held: set[int] = field(default_factory=set)


_files: dict[Path, _LockFile] = {}
_guard = threading.Lock()  # for _files and what is in it


class FeedLocks:
    """Locks on feeds of the archive at `path`, which exclude other FeedLocks of the same process too."""

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
        """Try to lock the feed until the block ends, without waiting. Yields whether that succeeded."""
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
