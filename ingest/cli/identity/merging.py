"""Commands that make two entries one, and two again: merge, split."""

import re
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click
from sqlite_utils import Database

from ingest.archive.feeds import find_feed
from ingest.archive.file.opening import open_archive
from ingest.archive.identity.merge import NotToBeMerged, merge_entries
from ingest.archive.identity.split_aliases import split_feed, split_from
from ingest.archive.subscriptions import subscription
from ingest.base.clock import now
from ingest.cli.group import main
from ingest.cli.options import archive_argument, quiet_option
from ingest.cli.summary import plural
from ingest.cli.terminal import echo

_ENTRY = click.IntRange(1, 2**63 - 1)


@main.command()
@archive_argument
@click.argument("entry", type=_ENTRY)
@click.argument("former", type=_ENTRY)
@quiet_option
def merge(archive: Path, entry: int, former: int, quiet: bool) -> None:
    """Make two entries of a feed one: that with the number FORMER becomes a part of ENTRY.

    ENTRY has the latest version and the history of both, and /entry/FORMER leads to it. What the feed says under the
    guid of either is its own from then on. Nothing is deleted: split makes them two again.
    """
    with closing(open_archive(archive)) as db:
        try:
            merge_entries(db, entry, former, now())
        except NotToBeMerged as error:
            raise click.ClickException(str(error)) from None
    if not quiet:
        echo(f"Entry {former} is part of entry {entry} now. Undo it with: feedsette split {archive} {former}")


@main.command()
@archive_argument
@click.argument("entries", type=_ENTRY, nargs=-1, metavar="ENTRY...")
@click.option("--feed", metavar="FEED", help="All entries of this feed: its number or address.")
@quiet_option
def split(archive: Path, entries: Sequence[int], feed: str | None, quiet: bool) -> None:
    """Make entries two again that were taken for one, by merge or by their guids' rules.

    ENTRY is the number of one that was merged into another, or of one that stands for others.
    """
    if bool(entries) == bool(feed):
        raise click.UsageError("Name entries, or a feed with --feed.")
    with closing(open_archive(archive)) as db:
        try:
            again = _split(db, entries, feed)
        except NotToBeMerged as error:
            raise click.ClickException(str(error)) from None
    if not again:
        named = f"feed {feed}" if feed else " ".join(map(str, entries))
        raise click.ClickException(f"Nothing was taken for one with another: {named}.")
    if not quiet:
        echo(
            f"{plural(len(again), 'entry', 'entries')} of their own again: {', '.join(map(str, again[:20]))}"
        )


def _split(db: Database, entries: Sequence[int], feed: str | None) -> list[int]:
    if feed is None:
        return [number for entry in entries for number in split_from(db, entry, now())]
    number = int(feed) if re.fullmatch("[0-9]{1,18}", feed) else find_feed(db, feed)
    if number is None or subscription(db, number) is None:
        raise click.BadParameter(
            f"The archive has no feed {feed}. `feedsette feeds` lists what it has.", param_hint="--feed"
        )
    return split_feed(db, number, now())
