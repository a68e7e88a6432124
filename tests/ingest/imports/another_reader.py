"""The command as another version of Feedsette would run it, whose reader reads documents otherwise.

python -m tests.ingest.imports.another_reader reparse archive.db
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace

from ingest.base import models
from ingest.base.models import CleanEntry, CleanFeed, DateOrder

VERSION = models.READER + 1
Change = Callable[[CleanEntry], CleanEntry]


def reads_more(entry: CleanEntry) -> CleanEntry:
    return replace(entry, image_url=f"{entry.url}/picture.png")


def cuts_the_text(entry: CleanEntry) -> CleanEntry:
    text = " ".join(entry.text.split()[:1])
    return replace(entry, html=f"<p>{text}</p>", text=text, excerpt=text, words=len(text.split()))


def retitles(entry: CleanEntry) -> CleanEntry:
    return replace(entry, title=f"On: {entry.title}")


def all_three(entry: CleanEntry) -> CleanEntry:
    return reads_more(cuts_the_text(retitles(entry)))


class AnotherReader:
    """Reads in this process, as ParsePool does in others. After so many documents it sends itself a signal."""

    def __init__(
        self, change: Change = all_three, ends_after: int | None = None, by: int = signal.SIGKILL
    ) -> None:
        self.change, self.ends_after, self.by = change, ends_after, by
        self.bodies: list[bytes] = []

    async def read(
        self,
        body: bytes,
        content_type: str | None = None,
        url: str | None = None,
        date_order: DateOrder | None = None,
        look_up: object = None,  # all entries are cleaned
    ) -> CleanFeed:
        from ingest.workers.parse_pool import parse_and_clean

        self.bodies.append(body)
        if len(self.bodies) == self.ends_after:
            os.kill(os.getpid(), self.by)
        feed = parse_and_clean(body, content_type, url, date_order)
        return replace(feed, entries=tuple(map(self.change, feed.entries)))

    def close(self) -> None:
        pass


if __name__ == "__main__":
    models.READER = VERSION  # before others import it
    from ingest.cli import archive, poll
    from ingest.cli.commands import main

    ends_after, by = map(int, sys.argv.pop(1).split(",")) if "," in sys.argv[1] else (0, 0)
    archive.ParsePool = poll.ParsePool = lambda: AnotherReader(ends_after=ends_after, by=by)  # type: ignore
    main()
