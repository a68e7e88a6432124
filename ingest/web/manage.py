"""Changes by the owner in the browser: a feed edited or removed; and why an archive cannot be written to."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.archive.feed_changes.edit import FeedEdit, FeedNotEdited, edit_feed
from ingest.archive.feed_changes.matching import counts_by_rule
from ingest.archive.feed_changes.merge import (
    FeedMerge,
    FeedsNotMerged,
    ShownPair,
    merge_feeds,
    plan_feed_merge,
    shown_pairs,
)
from ingest.archive.feed_changes.remove import feed_holdings, remove_feed
from ingest.archive.feeds import feed_of_name
from ingest.archive.file.errors import ArchiveError, explained
from ingest.archive.file.opening import open_archive, read_archive, why_not_writable
from ingest.archive.owner import set_state
from ingest.base.clock import counted, now
from ingest.poll.feeds_held import hold_feeds
from ingest.poll.new_address import OnOwnNetwork, check_new_address
from ingest.web.jobs import Job, JobMessage

__all__ = [
    "FeedEdit",
    "FeedNotEdited",
    "FeedsNotMerged",
    "OnOwnNetwork",
    "ShownMerge",
    "feed_holdings",
    "merge_in_job",
    "remove_in_job",
    "save_settings",
    "save_state",
    "show_merge",
    "why_read_only",
    "writable_archive",
]


def writable_archive(database: Any) -> Path:
    """The archive's file. Raises ArchiveError where it is known in advance that nothing can be changed in it."""
    if why := why_read_only(database):
        raise ArchiveError(why)
    return Path(database.path)


def why_read_only(database: Any) -> str | None:
    """Why nothing can be changed in one of Datasette's databases, as far as that is known in advance."""
    if not database.path:
        return "This archive is in memory alone: nothing can be changed in it."
    path = Path(database.path)
    why = why_not_writable(path)
    if database.is_mutable or not path.exists():
        return why
    if why:
        return f"{why} Then start the server again."
    return (
        f"{path} is served as a file that nobody writes to. To change it, start the server again, without --immutable "
        "if that was given."
    )


def save_settings(archive: Path, feed_id: int, edit: FeedEdit) -> None:
    """Save what the owner has changed of a feed. Raises ArchiveError, FeedNotEdited."""
    moving = [feed_id] if edit.address is not None else []
    with explained(archive), closing(open_archive(archive)) as db, hold_feeds(archive, *moving):
        check_new_address(db, feed_id, edit)
        edit_feed(db, feed_id, edit, now())


def save_state(archive: Path, feed_id: int, state: str) -> None:
    """Pause a feed or resume it. Raises ArchiveError."""
    with explained(archive), closing(open_archive(archive)) as db:
        set_state(db, feed_id, state)


async def remove_in_job(archive: Path, feed_id: int, job: Job) -> None:
    """Remove a feed with all its entries."""
    await asyncio.to_thread(_remove, archive, feed_id, job)
    job.messages.append(JobMessage(f"Removed, with {counted(job.done, 'entry', 'entries')}."))


def _remove(archive: Path, feed_id: int, job: Job) -> None:
    with explained(archive), closing(open_archive(archive)) as db, hold_feeds(archive, feed_id):
        for gone in remove_feed(db, feed_id):
            job.done += gone


_PAIRS_SHOWN = 50


@dataclass(frozen=True)
class ShownMerge:
    """What merging two feeds would do, for the owner to look at."""

    plan: FeedMerge
    by_rule: Mapping[str, int]
    pairs: Sequence[ShownPair]


def show_merge(archive: Path, staying: int, other: str) -> ShownMerge:
    """What merging the feed `other`, by its number or address, into this one would do. Raises ArchiveError,
    FeedsNotMerged."""
    with explained(archive), closing(read_archive(archive)) as db:
        going = feed_of_name(db, other)
        if going is None:
            raise FeedsNotMerged(f"The archive has no feed {other.strip()[:200]}.")
        plan = plan_feed_merge(db, staying, going)
        by_rule = {str(rule): count for rule, count in counts_by_rule(plan.matched).items()}
        return ShownMerge(plan, by_rule, shown_pairs(db, plan, _PAIRS_SHOWN, of_guid=True))


async def merge_in_job(archive: Path, staying: int, going: int, shown: tuple[str, str], job: Job) -> None:
    """Merge two feeds, where as many entries are the same, and others, as were `shown`."""
    try:
        plan = await asyncio.to_thread(_merge, archive, staying, going, shown)
    except FeedsNotMerged as error:
        job.messages.append(JobMessage(str(error)))
        job.failed = True
        return
    said = f"Merged: {counted(len(plan.matched), 'entry', 'entries')} that both had, {plan.others:,} beside them."
    job.messages.append(JobMessage(said))
    job.feed = staying


def _merge(archive: Path, staying: int, going: int, shown: tuple[str, str]) -> FeedMerge:
    with explained(archive), closing(open_archive(archive)) as db, hold_feeds(archive, staying, going):
        plan = plan_feed_merge(db, staying, going)
        if (str(len(plan.matched)), str(plan.others)) != shown:
            raise FeedsNotMerged("The archive has changed since this was shown. Look at it again.")
        merge_feeds(db, plan, now())
        return plan
