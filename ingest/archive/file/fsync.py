"""fsync of files and folders: what was written outlasts a loss of power."""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path


def fsync_path(path: Path) -> None:
    """fsync a file or folder."""
    if sys.platform == "win32":  # which cannot fsync folders, nor files that are open for reading
        return
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


class Syncing:
    """Waits for the disk in a thread, while what was written is used: one thing at a time."""

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None
        self._begun: Future[None] | None = None
        self._is_waited_for = False

    @contextmanager
    def done_at_end(self) -> Iterator[None]:
        """What is begun in the block is done when that ends. Raises what it raised."""
        self._is_waited_for = True
        try:
            yield
            self.wait()
        finally:
            self._is_waited_for = False
            with suppress(Exception):  # another is raised already
                self.wait()

    def begin(self, work: Callable[[], None]) -> None:
        """Have it done in the thread, or at once where nothing would wait for that."""
        self.wait()
        if not self._is_waited_for:
            work()
            return
        self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix="sync")
        self._begun = self._thread.submit(work)

    def wait(self) -> None:
        """Wait until what was begun is done. Raises what it raised."""
        begun, self._begun = self._begun, None
        if begun:
            begun.result()

    def close(self) -> None:
        if self._thread:
            self._thread.shutdown()
