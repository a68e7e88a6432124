"""Background jobs of the owner in the browser: to add a feed, to poll one or all, with progress and messages."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.archive.documents.pruning.prune import prune_beside
from ingest.archive.file.errors import ArchiveError, explained
from ingest.archive.file.opening import open_archive
from ingest.archive.subscriptions import Subscription, due, subscriptions
from ingest.follow.find import Found, NotFound, find
from ingest.follow.follow import Followed, follow_found
from ingest.poll.retry_after import persistent_holds
from ingest.poll.schedule import Bounds
from ingest.poll.settings import poll_settings_of_environment
from ingest.poll.update import Polled, update
from ingest.workers.parse_pool import ParsePool

KEPT_JOBS = 50


@dataclass(frozen=True)
class AddRequest:
    """What the owner wants to follow: the address of a feed, or of a page that has one."""

    address: str
    folder: str | None = None
    allow_private: bool = False


@dataclass(frozen=True)
class FeedChoice:
    """One of several feeds of a page, and the request that adds it."""

    title: str
    entries: int
    request: AddRequest


@dataclass(frozen=True)
class JobMessage:
    """A message of a job, with the name of the feed that it is about, if any, and its number where it has one."""

    text: str
    feed: int | None = None
    name: str | None = None


@dataclass
class Job:
    """A job and its progress. `choices` are the feeds of a page that has several, for the owner to choose from."""

    title: str
    request: AddRequest | None = None  # where a feed is being added
    id: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    done: int = 0
    total: int = 0  # until it is known
    messages: list[JobMessage] = field(default_factory=list)
    choices: list[FeedChoice] = field(default_factory=list)
    finished: bool = False
    failed: bool = False
    feed: int | None = None  # the number of the feed that it polls or has added

    @property
    def said(self) -> list[list[JobMessage]]:
        """The messages, those together that say the same of several feeds."""
        alike: dict[tuple[str, bool], list[JobMessage]] = {}
        for message in self.messages:
            alike.setdefault((message.text, message.name is not None), []).append(message)
        return list(alike.values())


class Jobs:
    """The latest KEPT_JOBS jobs of this process, in memory."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def get(self, id: str) -> Job | None:
        return self._jobs.get(id)

    def start(self, job: Job, work: Callable[[Job], Awaitable[None]]) -> Job:
        self._jobs[job.id] = job
        while len(self._jobs) > KEPT_JOBS:
            del self._jobs[next(iter(self._jobs))]
        task = asyncio.create_task(_run(job, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return job


JOBS = Jobs()  # of this process


async def _run(job: Job, work: Callable[[Job], Awaitable[None]]) -> None:
    try:
        await work(job)
    except ArchiveError as error:
        job.messages.append(JobMessage(str(error)))
        job.failed = True
    except Exception as error:  # of any kind: the owner is to see it, and the server goes on
        job.messages.append(JobMessage(f"It failed: {error}"))
        job.failed = True
    finally:
        job.finished = True


async def add_feed(archive: Path, request: AddRequest, job: Job) -> None:
    """Follow the feed behind an address, or give the job choices where there are several."""
    settings = poll_settings_of_environment()
    with closing(ParsePool()) as pool:
        async with settings.fetcher() as fetcher:
            try:
                with explained(archive), persistent_holds(archive, fetcher.budget):
                    found = await find(request.address, fetcher, pool, allow_private=request.allow_private)
            except NotFound as error:
                job.messages.append(JobMessage(error.trouble.of_adding_in_browser))
                job.failed = True
                return
    if len(found) > 1:
        job.choices = [_choice(one, request) for one in found]
        return
    followed = await asyncio.to_thread(_follow, archive, found[0], request.folder, settings.bounds)
    job.messages += map(JobMessage, _said(found[0], followed))
    job.feed = followed.id
    job.done = job.total = 1


def _choice(found: Found, request: AddRequest) -> FeedChoice:
    return FeedChoice(found.title, len(found.clean_feed.entries), replace(request, address=found.url))


def _said(found: Found, followed: Followed) -> Iterator[str]:
    if found.guessed:
        yield "The page names no feed; this one is where feeds often are."
    verb = "Already followed" if followed.already else "Followed"
    yield f"{verb}: {followed.title}, {followed.saved.new:,} new"
    if followed.note:
        yield followed.note
    if found.clean_feed.damage:
        yield f"{found.clean_feed.damage[:1].upper()}{found.clean_feed.damage[1:]}"


def _follow(archive: Path, found: Found, folder: str | None, bounds: Bounds) -> Followed:
    with explained(archive), closing(open_archive(archive)) as db:
        return follow_found(db, found, folder, bounds)


async def poll_feeds(archive: Path, feeds: Sequence[int] | None, job: Job) -> None:
    """Poll some feeds, or all active ones."""
    wanted = await asyncio.to_thread(_wanted, archive, feeds)
    job.total = len(wanted)
    settings = poll_settings_of_environment()
    with explained(archive), closing(ParsePool()) as pool:
        async with (
            settings.fetcher() as fetcher,
            aclosing(update(archive, wanted, fetcher, pool, settings.bounds)) as polls,
        ):
            async for polled in polls:
                job.done += 1
                if text := _brought(polled):
                    job.messages.append(JobMessage(text, polled.feed.id, polled.feed.name))
    if not job.messages:
        job.messages.append(JobMessage("Nothing new."))
    job.messages += map(JobMessage, await prune_beside(archive))


def _brought(polled: Polled) -> str | None:
    saved = polled.saved
    if polled.message or not (saved.new or saved.changed):
        return polled.message
    return f"{saved.new:,} new, {saved.changed:,} changed"


def _wanted(archive: Path, feeds: Sequence[int] | None) -> list[Subscription]:
    with explained(archive), closing(open_archive(archive)) as db:
        if feeds is None:
            return due(db)
        wanted = subscriptions(db, feeds)
        return wanted if len(wanted) == 1 else [feed for feed in wanted if feed.url.startswith("http")]
