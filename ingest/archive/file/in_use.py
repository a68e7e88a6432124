"""Which archives this process has open in SQLite, and so must not open and close as ordinary files.

On POSIX systems, closing any descriptor of a file releases all advisory locks that the process holds on it, SQLite's
too: another process could then delete the write-ahead log (https://www.sqlite.org/howtocorrupt.html, 2.2).
"""

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FileId = tuple[int, int]  # device and inode

# Of the files beside an archive, some of which are locked too.
_SUFFIXES = ("-wal", "-shm", "-journal", "-polling")
_open: Counter[FileId] = Counter()
_guard = threading.Lock()


def connect(path: Path, open_it: Callable[[], sqlite3.Connection]) -> tuple[sqlite3.Connection, FileId]:
    """Open a connection to the archive at `path` by `open_it`, and count it, until `release` of the returned id."""
    with _guard:
        connection = open_it()
        file = _file(path)
        _open[file] += 1
    return connection, file


def release(file: FileId) -> None:
    """Count a connection to that file as closed."""
    with _guard:
        _open[file] -= 1


def keep(path: Path) -> None:
    """Count the archive at `path` as open until this process ends."""
    with suppress(OSError), _guard:
        _open[_file(path)] += 1


@contextmanager
def unused(path: Path) -> Iterator[bool]:
    """Whether the file at `path` is not open, and keep it so until the block ends."""
    with _guard:
        yield not _is_open(path)


def belongs_to_open_archive(path: Path) -> bool:
    """Whether `path` is an archive that is open, or one of the files beside it."""
    owners = [path.with_name(path.name.removesuffix(end)) for end in _SUFFIXES if path.name.endswith(end)]
    with _guard:
        return any(map(_is_open, [path, *owners]))


def _is_open(path: Path) -> bool:
    try:
        return _open[_file(path)] > 0
    except OSError:
        return False


def _file(path: Path) -> FileId:
    found = path.stat()
    return found.st_dev, found.st_ino
