"""Which archives this process has open, and so must not read as files besides.

On POSIX systems, closing any descriptor of a file gives up all locks that the process holds on it, SQLite's too: other
processes would take themselves for the last to use the archive, and remove its write-ahead log
(https://www.sqlite.org/howtocorrupt.html, 2.2).
"""

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FileId = tuple[int, int]  # a file, whatever its path is

_BESIDE = ("-wal", "-shm", "-journal", "-polling")  # of an archive's files, some of which are locked as well
_open: Counter[FileId] = Counter()
_guard = threading.Lock()


def connect(path: Path, open_it: Callable[[], sqlite3.Connection]) -> tuple[sqlite3.Connection, FileId]:
    """A connection to the archive at `path`, which is in use from then on, until `release` of what else is returned."""
    with _guard:
        connection = open_it()
        file = _file(path)
        _open[file] += 1
    return connection, file


def release(file: FileId) -> None:
    """A connection to that file was closed."""
    with _guard:
        _open[file] -= 1


def keep(path: Path) -> None:
    """The archive at `path` is in use for as long as this process lasts."""
    with suppress(OSError), _guard:
        _open[_file(path)] += 1


@contextmanager
def unused(path: Path) -> Iterator[bool]:
    """Whether the file at `path` is not in use, which it cannot come to be until the block ends."""
    with _guard:
        yield not _is_open(path)


def belongs_to_open_archive(path: Path) -> bool:
    """Whether `path` is an archive in use, or one of the files beside it."""
    owners = [path.with_name(path.name.removesuffix(end)) for end in _BESIDE if path.name.endswith(end)]
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
