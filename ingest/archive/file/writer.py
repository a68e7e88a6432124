"""A connection for writing in a thread of its own, for asyncio."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

from sqlite_utils import Database

from ingest.archive.file.opening import document_transaction, open_archive

Result = TypeVar("Result")


class Writer:
    """A connection in a thread of its own, so that waiting for the write lock does not block the event loop.

    At the end of its block, a transaction that has begun is completed; one that waits for the write lock is cancelled.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self._db = self._thread.submit(open_archive, self._path).result()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.submit(self._db.close).result()
        self._thread.shutdown()

    async def read(self, work: Callable[[Database], Result]) -> Result:
        """Call `work` with the connection, in its thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._db)

    async def write(self, work: Callable[[Database], Result]) -> Result:
        """Call `work` with the connection, in its thread and in one transaction."""

        def run(db: Database) -> Result:
            with document_transaction(db, self._over.is_set):
                return work(db)

        return await self.read(run)
