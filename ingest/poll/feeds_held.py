"""Hold feeds while something is done to them that no poll may come between."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from ingest.archive.file.errors import ArchiveError
from ingest.poll.locks import FeedLocks


@contextmanager
def hold_feeds(archive: Path, *feeds: int) -> Iterator[None]:
    """No poll of these feeds begins before the end of the block. Raises ArchiveError where one is being polled."""
    with closing(FeedLocks(archive)) as locks, ExitStack() as held:
        for feed in feeds:
            if not held.enter_context(locks.lock(feed)):
                raise ArchiveError(f"Feed {feed} is being polled just now. Try again in a moment.")
        yield
