"""Commands for the feeds that are followed: add, feeds."""

import asyncio
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass, field
from pathlib import Path

import click

from ingest.archive.feeds import list_feeds
from ingest.archive.file.opening import LazyArchive, lazy_archive, read_archive
from ingest.archive.subscriptions import subscriptions
from ingest.base.opml import write_opml
from ingest.base.printable import printable_line
from ingest.base.url_spelling import without_credentials
from ingest.cli.documents.bounds import keep_within_bounds, tidy
from ingest.cli.group import main
from ingest.cli.options import archive_argument, document_options
from ingest.cli.output import as_subscriptions, feed_status
from ingest.cli.poll import fetch_icons_quietly, poll_with_progress
from ingest.cli.polling.options import check_secret, poll_options
from ingest.cli.summary import Polls, exit_with_status, plural, say_problems
from ingest.cli.terminal import echo, printable_json, printable_xml
from ingest.fetch.client import Fetcher
from ingest.follow.adding import (
    Added,
    AddOptions,
    FeedFollowed,
    ListFollowed,
    SeveralFound,
    SourceProblem,
    add_source,
    follow_chosen,
)
from ingest.follow.find import Found
from ingest.poll.retry_after import persistent_holds
from ingest.poll.settings import PollSettings
from ingest.workers.parse_pool import ParsePool

Choose = Callable[[SeveralFound], Sequence[Found]]


@main.command()
@archive_argument
@click.argument("sources", nargs=-1, required=True, metavar="URL|FILE|OPML...")
@click.option("--all", "every", is_flag=True, help="All feeds of a page that has several.")
@click.option("--first", is_flag=True, help="The first feed of a page that has several.")
@click.option("--folder", help="Keep them in this folder.")
@click.option("--allow-private", is_flag=True, help="Let them be on your own network.")
@click.option(
    "--secret",
    metavar="PLACE",
    callback=check_secret,
    help="Where the password or token is: env:NAME, file:PATH.",
)
@poll_options
@document_options
def add(
    archive: Path,
    sources: Sequence[str],
    every: bool,
    first: bool,
    folder: str | None,
    allow_private: bool,
    secret: str | None,
    settings: PollSettings,
) -> None:
    """Follow feeds, and take in what they have.

    A URL may be a feed's or that of a page, whose feeds are then found. A FILE is a saved feed document, or a list of
    feeds (OPML).

    A secret is NAME:PASSWORD, or a header such as "X-Token: abc", or a token alone. The archive notes only where it is.
    """
    choose = _take_all if every else _take_first if first else _ask_which
    tidy(archive)
    options = AddOptions(first, folder, allow_private, secret, settings.bounds)
    with lazy_archive(archive) as opened:
        run = _Run(opened, options, choose)
        polls = asyncio.run(_add(archive, run, sources, settings))
        if polls.kinds:
            polls.say()
    failed = keep_within_bounds(archive)
    exit_with_status(bool(run.failed or polls.problems or failed), run.done > 0)


@dataclass
class _Run:
    """The state of one run of `add`: its options, and what it has done so far."""

    archive: LazyArchive
    options: AddOptions
    choose: Choose
    to_poll: list[int] = field(default_factory=list)
    followed: list[int] = field(default_factory=list)  # feeds that were polled when they were followed
    done: int = 0  # sources of which something was taken in
    failed: int = 0

    async def add(self, source: str, fetcher: Fetcher, pool: ParsePool) -> None:
        async with aclosing(add_source(source, self.archive, self.options, fetcher, pool)) as steps:
            async for added in steps:
                self._say(added)
                if isinstance(added, SeveralFound):
                    chosen = self.choose(added)
                    self.failed += not chosen
                    for one in follow_chosen(source, chosen, self.archive, self.options):
                        self._say(one)

    def _say(self, added: Added) -> None:
        if isinstance(added, FeedFollowed):
            self.done += 1
            self.followed.append(added.followed.id)
            _say_feed(added)
        elif isinstance(added, SourceProblem):
            self.done += added.imported
            self.failed += 1
            echo(f"{added.problem.name}: {added.problem.why}", err=True)
        elif isinstance(added, ListFollowed):
            self.done += bool(added.feeds)
            self.failed += len(added.problems)
            self.to_poll += [feed.id for feed in added.feeds if feed.is_to_be_polled]
            _say_list(added, self.options.folder)


async def _add(archive: Path, run: _Run, sources: Iterable[str], settings: PollSettings) -> Polls:
    """Follow the sources, and poll what came from lists."""
    polls = Polls()
    with closing(ParsePool()) as pool:
        async with settings.fetcher() as fetcher:
            with persistent_holds(archive, fetcher.budget):
                for source in sources:
                    await run.add(source, fetcher, pool)
            if run.to_poll:
                listed = subscriptions(run.archive(), run.to_poll)
                wanted = [feed for feed in listed if feed.state == "active"]
                await poll_with_progress(archive, wanted, polls, fetcher, pool, settings)
            if run.followed or run.to_poll:
                await fetch_icons_quietly(archive, fetcher, [*run.followed, *run.to_poll])
    return polls


def _say_feed(added: FeedFollowed) -> None:
    followed = added.followed
    if added.guessed_for is not None:
        page = without_credentials(added.guessed_for)
        echo(f"{page} names no feed; this one is where feeds often are:", err=True)
    verb = "Already followed" if followed.already else "Followed"
    entries = f"{plural(followed.saved.new, 'entry', 'entries')} new"
    echo(f"{verb}: {followed.title} ({entries})\n  {followed.url}")
    if followed.note:
        echo(f"{followed.url}: {followed.note}", err=True)


def _say_list(added: ListFollowed, folder: str | None) -> None:
    for feed in added.feeds:
        if feed.stays_paused:
            why = "It is paused, and stays so. To have it polled again: feedsette add ARCHIVE"
            echo(f"{feed.url}: {why} {feed.url}", err=True)
    parts = [f"{sum(feed.is_new for feed in added.feeds):,} of them new"]
    if resumed := sum(feed.was_imported for feed in added.feeds):
        parts.append(f"{resumed:,} imported before and followed from now on")
    if put := sum(feed.put_into_folder for feed in added.feeds):
        parts.append(f"{put:,} that were there put into “{folder}”")
    if allowed := sum(feed.allowed_private for feed in added.feeds):
        parts.append(f"{allowed:,} that were there may be on your own network from now on")
    echo(f"{printable_line(added.path)}: {plural(added.count, 'feed')}, {', '.join(parts)}")
    say_problems(added.problems, "feeds")


def _take_all(several: SeveralFound) -> Sequence[Found]:
    return several.found


def _take_first(several: SeveralFound) -> Sequence[Found]:
    return several.found[:1]


def _ask_which(several: SeveralFound) -> Sequence[Found]:
    """List the feeds of a page, and ask which to follow where standard input is a terminal."""
    echo(f"{without_credentials(several.source)} has {len(several.found)} feeds:")
    for number, feed in enumerate(several.found, start=1):
        entries = plural(len(feed.clean_feed.entries), "entry", "entries")
        echo(f"  {number}. {feed.title} ({entries})\n     {feed.url}")
    if not sys.stdin.isatty():
        echo("None was added: name one of them, or use --all or --first.", err=True)
        return []
    wanted = click.prompt("Which? Numbers, parted by spaces, or all", default="1")
    if wanted.strip().lower() == "all":
        return several.found
    numbers = {int(word) for word in wanted.replace(",", " ").split() if re.fullmatch("[0-9]{1,9}", word)}
    return [feed for number, feed in enumerate(several.found, start=1) if number in numbers]


@main.command(short_help="List the feeds, and how each is doing.")
@archive_argument
@click.option("--json", "as_json", is_flag=True, help="Everything that is known of them, as JSON.")
@click.option(
    "--opml", "as_opml", is_flag=True, help="As OPML, for this archive or another reader to take in."
)
def feeds(archive: Path, as_json: bool, as_opml: bool) -> None:
    """List the feeds: how each is doing, when it is polled next, and why then."""
    with closing(read_archive(archive)) as db:
        rows = list_feeds(db)
    if as_opml:
        echo(printable_xml(write_opml(as_subscriptions(rows)).decode().rstrip()))
        return
    if as_json:
        echo(printable_json(rows))
        return
    for row in rows:
        echo(f"{row['id']:>4}  {row['title'] or row['url']}")
        echo(f"      {row['url']}")
        echo(f"      {feed_status(row)}")
