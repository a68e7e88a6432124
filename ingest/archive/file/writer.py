"""An archive that is written to while the network is waited for."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

from sqlite_utils import Database

from ingest.archive.file.opening import open_archive, transaction

Result = TypeVar("Result")


class Writer:
    """A connection of its own, in a thread of its own: waiting for another writer does not hold up the network.

    At its end, what is being saved is saved, and what still waits for the write lock is given up.
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
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._db)

    async def write(self, work: Callable[[Database], Result]) -> Result:
        """Do it as one transaction, or, if anything fails, not at all."""

        def run(db: Database) -> Result:
            with transaction(db, self._over.is_set):
                return work(db)

        return await self.read(run)
