"""Commands that poll feeds: update, watch."""

import asyncio
import re
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import aclosing, closing, suppress
from functools import partial
from pathlib import Path

import click
from sqlite_utils import Database

from ingest.archive.feeds import find_feed
from ingest.archive.file.errors import ArchiveError
from ingest.archive.file.opening import open_archive
from ingest.archive.subscriptions import Subscription, due, next_due, subscriptions
from ingest.base.advice import Problem
from ingest.base.clock import now
from ingest.base.url_spelling import without_credentials
from ingest.cli.documents.bounds import free_above_bounds, keep_within_bounds, tidy
from ingest.cli.group import main, sigterm_as_ctrl_c
from ingest.cli.options import archive_argument, document_options, quiet_option
from ingest.cli.polling.options import check_public_url, poll_options
from ingest.cli.progress import Bar
from ingest.cli.summary import Polls, exit_with_status, say_poll
from ingest.cli.terminal import echo
from ingest.fetch.client import Fetcher
from ingest.poll.icons.fetch_icons import fetch_icons
from ingest.poll.settings import PollSettings
from ingest.poll.update import update
from ingest.poll.watch import watch
from ingest.workers.parse_pool import ParsePool


@main.command("update")
@archive_argument
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@click.option("--all", "every", is_flag=True, help="Those too that are not due.")
@click.option(
    "--again",
    is_flag=True,
    help="Ask for whole documents, as if nothing of them was received, also where they are not due: after an upgrade, "
    "so that entries that an older release has read get what this one finds in them. That is no edit.",
)
@quiet_option
@poll_options
@document_options
def update_(
    archive: Path, feeds: Sequence[str], every: bool, again: bool, quiet: bool, settings: PollSettings
) -> None:
    """Poll the feeds that are due, and take in what is new.

    FEED is the number or the address of one, which is then polled whether it is due or not.
    """
    tidy(archive)
    polls = Polls(quiet=quiet)
    with closing(open_archive(archive)) as db:
        wanted = _named(db, feeds, polls) if feeds else due(db, None if every or again else now())
        soonest = None if wanted else next_due(db)
    if not wanted and not polls.problems:
        if not quiet:
            echo(
                f"No feed is due before {soonest}."
                if soonest
                else "No feed is active: what was imported is paused until you `feedsette add` it."
            )
        exit_with_status(keep_within_bounds(archive, quiet), True)
        return
    try:
        with sigterm_as_ctrl_c():
            asyncio.run(_update(archive, wanted, polls, settings, again))
    except KeyboardInterrupt:
        polls.stopped = "It was stopped before all were polled: what came until then is saved."
    polls.report(not polls.stopped and keep_within_bounds(archive, quiet))


def _named(db: Database, names: Sequence[str], polls: Polls) -> list[Subscription]:
    """The feeds with these numbers or addresses. Those that are not there are noted as problems."""
    numbers = [int(name) if re.fullmatch("[0-9]{1,18}", name) else find_feed(db, name) for name in names]
    found = subscriptions(db, [number for number in numbers if number is not None])
    for name, number in zip(names, numbers, strict=True):
        if number not in {feed.id for feed in found}:
            why = "the archive has no such feed. `feedsette feeds` lists what it has."
            polls.problems.append(Problem(without_credentials(name), why))
    return found


async def _update(
    archive: Path, wanted: Sequence[Subscription], polls: Polls, settings: PollSettings, again: bool
) -> None:
    with closing(ParsePool()) as pool:
        async with settings.fetcher() as fetcher:
            await poll_with_progress(archive, wanted, polls, fetcher, pool, settings, again)
            await fetch_icons_quietly(archive, fetcher, [feed.id for feed in wanted])


async def poll_with_progress(
    archive: Path,
    wanted: Sequence[Subscription],
    polls: Polls,
    fetcher: Fetcher,
    pool: ParsePool,
    settings: PollSettings,
    again: bool = False,
) -> None:
    """Poll these feeds, with a progress bar. What came of each is added to `polls`."""
    with Bar(len(wanted), "Polling", polls.quiet) as bar:
        async with aclosing(update(archive, wanted, fetcher, pool, settings.bounds, again)) as done:
            async for polled in done:
                polls.add(polled)
                bar.step()


async def fetch_icons_quietly(archive: Path, fetcher: Fetcher, feeds: Sequence[int] | None) -> None:
    """The icons of these feeds, or of all: whatever comes of it, the feeds were polled."""
    with suppress(sqlite3.Error, ArchiveError, OSError):
        await fetch_icons(archive, fetcher, feeds)


@main.command("watch")
@archive_argument
@click.option(
    "--public-url",
    metavar="URL",
    callback=check_public_url,
    help="Where the archive is served for all: hubs then push to it (WebSub).",
)
@click.option(
    "--until-input-ends", "beside", is_flag=True, hidden=True
)  # which is how `serve --watch` runs it
@poll_options
@document_options
def watch_(archive: Path, public_url: str | None, beside: bool, settings: PollSettings) -> None:
    """Poll each feed when it is due, until told to end (Ctrl-C).

    Prints a line for each poll that brought something, or failed.
    """
    open_archive(archive).close()
    tidy(archive)
    echo(f"Watching the feeds of {archive} (Ctrl-C stops it)", err=True)
    asyncio.run(_watch(archive, public_url, beside, settings))


async def _watch(archive: Path, public_url: str | None, beside: bool, settings: PollSettings) -> None:
    warn, over = partial(echo, err=True), threading.Event()
    free = partial(free_above_bounds, archive, given_up=over.is_set)
    with closing(ParsePool()) as pool:
        async with settings.fetcher() as fetcher:
            try:
                await watch(archive, fetcher, pool, say_poll, warn, settings.bounds, public_url, beside, free)
            finally:
                over.set()
