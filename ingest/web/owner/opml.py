"""A list of feeds (OPML) that the owner uploads: its feeds are followed, and those that are new are polled."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.archive.file.errors import explained
from ingest.archive.file.opening import lazy_archive
from ingest.base.clock import counted
from ingest.follow.adding import PASSWORD_LEFT_OUT, Added, AddOptions, ListFollowed, SourceProblem, add_list
from ingest.follow.opml import LARGEST_OPML, BadOpml, FeedList, read_opml
from ingest.poll.retry_after import persistent_holds
from ingest.poll.settings import poll_settings_of_environment
from ingest.web.jobs import Job, JobMessage, poll_feeds

__all__ = ["LARGEST_OPML", "BadOpml", "UploadedList", "follow_list", "read_opml"]


@dataclass(frozen=True)
class UploadedList:
    """A list that was read, what its file was called, and how its feeds are to be followed."""

    name: str
    listed: FeedList
    folder: str | None = None
    allow_private: bool = False


async def follow_list(archive: Path, uploaded: UploadedList, job: Job) -> None:
    """Follow the feeds of a list, then poll those that are new."""
    added = await asyncio.to_thread(asyncio.run, _followed(archive, uploaded))
    job.messages += (message for one in added for message in _said(one))
    feeds = [feed for one in added if isinstance(one, ListFollowed) for feed in one.feeds]
    job.failed = not feeds
    if to_poll := [feed.id for feed in feeds if feed.is_to_be_polled]:
        await poll_feeds(archive, to_poll, job)


async def _followed(archive: Path, uploaded: UploadedList) -> list[Added]:
    """Apart from the server's loop, as each feed is a transaction that others may hold up."""
    settings = poll_settings_of_environment()
    options = AddOptions(folder=uploaded.folder, allow_private=uploaded.allow_private, bounds=settings.bounds)
    path = Path(uploaded.name or "list")
    with explained(archive), lazy_archive(archive) as opened:
        async with settings.fetcher() as fetcher:
            with persistent_holds(archive, fetcher.budget):
                return [added async for added in add_list(path, uploaded.listed, opened, options, fetcher)]


def _said(added: Added) -> Iterator[JobMessage]:
    if isinstance(added, SourceProblem):
        yield JobMessage(added.problem.why)
    if not isinstance(added, ListFollowed):
        return
    new = sum(feed.is_new for feed in added.feeds)
    yield JobMessage(f"The list has {counted(added.count, 'feed')}, {new:,} of them new.")
    for problem in added.problems:
        why = f"{PASSWORD_LEFT_OUT}." if problem.why.startswith(PASSWORD_LEFT_OUT) else problem.why
        yield JobMessage(why, name=problem.name)
    for feed in added.feeds:
        if feed.stays_paused:
            yield JobMessage("It is paused, and stays so until you resume it.", feed.id, feed.url)
