"""Fetch the icons of feeds, each at most once in some weeks, within limits of their own."""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest.archive.file.writer import Writer
from ingest.archive.saving.icons import FetchedIcon, IconWanted, icons_wanted, save_icon
from ingest.base.clock import now, timestamp
from ingest.fetch.client import Fetcher
from ingest.fetch.messages import FetchError, Limits, Request
from ingest.poll.icons.image_type import image_type
from ingest.poll.icons.places import icon_places

ICONS_EVERY = timedelta(days=28)
MOST_ICONS = 100  # of one run
AT_ONCE = 4
LONGEST_RUN = 30.0  # seconds
_ACCEPT = "image/png, image/x-icon, image/webp, image/gif, image/jpeg, */*;q=0.1"
ICON_LIMITS = Limits(
    wire_bytes=200_000,
    body_bytes=200_000,
    redirects=4,
    connect_seconds=5,
    first_byte_seconds=5,
    total_seconds=10,
)


async def fetch_icons(path: Path, fetcher: Fetcher, feeds: Collection[int] | None = None) -> int:
    """Fetch the icons that are due, of these feeds or of all, and return of how many that was done.

    What takes longer than LONGEST_RUN is left to the next run. A failure is noted as not found. Raises errors of the
    archive.
    """
    before = timestamp(datetime.now(UTC) - ICONS_EVERY)
    with Writer(path) as writer:
        wanted = await writer.read(lambda db: icons_wanted(db, before, MOST_ICONS, feeds))
        if not wanted:
            return 0
        run = _Run(writer, wanted)
        async with fetcher.with_limits(ICON_LIMITS) as limited:
            try:
                async with asyncio.timeout(LONGEST_RUN):
                    await asyncio.gather(*(run.work(limited) for _ in range(AT_ONCE)))
            except TimeoutError:
                pass
        return run.done


class _Run:
    """Feeds whose icons are fetched by some workers."""

    def __init__(self, writer: Writer, wanted: list[IconWanted]) -> None:
        self.done = 0
        self._writer = writer
        self._waiting = wanted[::-1]

    async def work(self, fetcher: Fetcher) -> None:
        while self._waiting:
            feed = self._waiting.pop()
            icon, is_over = await _find(feed, fetcher)
            if is_over:
                await self._save(feed.feed, icon)
                self.done += 1

    async def _save(self, feed_id: int, icon: FetchedIcon | None) -> None:
        await self._writer.write(lambda db: save_icon(db, feed_id, icon, now()))


async def _find(feed: IconWanted, fetcher: Fetcher) -> tuple[FetchedIcon | None, bool]:
    """The icon, and whether that is the answer for some weeks: not where a host asked to be left alone for a while."""
    is_over = True
    for place in icon_places(feed):
        try:
            response = await fetcher.get(
                Request(place.url, allow_private=place.allow_private, accept=_ACCEPT)
            )
        except FetchError as error:
            is_over = is_over and error.kind != "held"
            continue
        kind = image_type(response.body or b"")
        if kind and response.body:
            return FetchedIcon(response.kept_url or response.url, kind, response.body), True
    return None, is_over
