"""An archive that is made or opened when there is something to save."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.file.opening import check_writable, open_archive


@contextmanager
def lazy_archive(path: Path) -> Iterator[Callable[[], Database]]:
    """A function that opens the archive when first called, so that a run which saves nothing makes no file."""
    check_writable(path)  # what is wrong with it should not wait for the first document
    with ExitStack() as stack:

        @cache
        def opened() -> Database:
            db = open_archive(path, create=True)
            stack.callback(db.close)
            return db

        yield opened
