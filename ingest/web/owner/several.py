"""Several feeds at once: paused, resumed, put into a folder or removed by the owner in the browser."""

import asyncio
import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ingest.archive.feed_changes.remove import FeedHoldings, feed_holdings, remove_feed
from ingest.archive.file.errors import ArchiveError, explained
from ingest.archive.file.opening import open_archive
from ingest.archive.owner import put_into_folder, set_states
from ingest.base.clock import counted
from ingest.poll.feeds_held import hold_feeds
from ingest.web.jobs import Job, JobMessage

_TICKED = re.compile("feed-([1-9][0-9]{0,17})")


def ticked(form: Mapping[str, str]) -> tuple[int, ...]:
    """The numbers of the feeds that are ticked in a form: each has a field of its own."""
    return tuple(int(found[1]) for name in form if (found := _TICKED.fullmatch(name)))


@dataclass(frozen=True)
class SeveralHoldings:
    """What the archive has of several feeds, and would lose with them."""

    feeds: tuple[FeedHoldings, ...]

    @property
    def entries(self) -> int:
        return sum(feed.entries for feed in self.feeds)

    @property
    def revisions(self) -> int:
        return sum(feed.revisions for feed in self.feeds)

    @property
    def documents(self) -> int:
        return sum(feed.documents for feed in self.feeds)


def holdings_of(connection: sqlite3.Connection, feeds: Sequence[int]) -> SeveralHoldings:
    found = [feed_holdings(connection, number) for number in feeds]
    return SeveralHoldings(tuple(feed for feed in found if feed))


def save_states(archive: Path, feeds: Sequence[int], state: str) -> list[int]:
    """Pause feeds or resume them: those of which that was not so. Raises ArchiveError."""
    with explained(archive), closing(open_archive(archive)) as db:
        return set_states(db, feeds, state)


def save_folder(archive: Path, feeds: Sequence[int], folder: str) -> int:
    """Put feeds into a folder, and say into how many. Raises ArchiveError."""
    with explained(archive), closing(open_archive(archive)) as db:
        return put_into_folder(db, feeds, folder.strip()[:200])


async def remove_several(archive: Path, held: SeveralHoldings, job: Job) -> None:
    """Remove feeds with all their entries, one after another. One that is being polled stays, and is named."""
    for feed in held.feeds:
        try:
            gone = await asyncio.to_thread(_remove_one, archive, feed.id, job)
        except ArchiveError as error:
            job.messages.append(JobMessage(str(error), feed.id, feed.name))
            job.failed = True
            continue
        job.messages.append(
            JobMessage(f"Removed {feed.name[:200]}, with {counted(gone, 'entry', 'entries')}.")
        )


def _remove_one(archive: Path, feed_id: int, job: Job) -> int:
    before = job.done
    with explained(archive), closing(open_archive(archive)) as db, hold_feeds(archive, feed_id):
        for gone in remove_feed(db, feed_id):
            job.done += gone
    return job.done - before
