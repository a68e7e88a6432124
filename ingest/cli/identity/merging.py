"""Commands that make two entries one, and two again: merge, split."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click
from sqlite_utils import Database

from ingest.archive.file.opening import open_archive
from ingest.archive.identity.aliases import entry_that_was
from ingest.archive.identity.merge import NotToBeMerged, merge_entries
from ingest.archive.identity.split_aliases import split_alias, split_feed, split_from
from ingest.base.clock import now
from ingest.cli.feed.named import feed_named
from ingest.cli.feed.remove import ask_first, yes_option
from ingest.cli.group import main
from ingest.cli.identity.numbers import (
    EntryNumber,
    alias_of_guid,
    check_entries,
    would_be_split,
)
from ingest.cli.options import archive_argument, quiet_option
from ingest.cli.summary import plural
from ingest.cli.terminal import echo

_SHOWN = 20  # numbers of entries


@main.command(short_help="Make two entries of a feed one.")
@archive_argument
@click.argument("entry", type=EntryNumber())
@click.argument("former", type=EntryNumber())
@quiet_option
def merge(archive: Path, entry: int, former: int, quiet: bool) -> None:
    """Make two entries of a feed one: that with the number FORMER becomes a part of ENTRY.

    ENTRY has the latest version and the history of both, and /entry/FORMER leads to it. What the feed says under the
    guid of either is its own from then on. Nothing is deleted: split makes them two again.
    """
    with closing(open_archive(archive)) as db:
        check_entries(db, [entry], "ENTRY")
        check_entries(db, [former], "FORMER")
        for one, other in ((entry, former), (former, entry)):
            if (whole := entry_that_was(db, one)) is not None:
                already = " already" if whole in (other, entry_that_was(db, other)) else ". Name that one"
                raise click.ClickException(f"Entry {one} is a part of entry {whole}{already}.")
        try:
            merge_entries(db, entry, former, now())
        except NotToBeMerged as error:
            raise click.ClickException(str(error)) from None
    if not quiet:
        echo(f"Entry {former} is part of entry {entry} now. Undo it with: feedsette split {archive} {former}")


@main.command(short_help="Make entries two again that were taken for one.")
@archive_argument
@click.argument("entries", type=EntryNumber(), nargs=-1, metavar="ENTRY...")
@click.option("--guid", metavar="GUID", help="Of the one ENTRY, only what came under this guid.")
@click.option("--feed", metavar="FEED", help="All entries of this feed: its number or address.")
@yes_option
@quiet_option
def split(
    archive: Path, entries: Sequence[int], guid: str | None, feed: str | None, yes: bool, quiet: bool
) -> None:
    """Make entries two again that were taken for one, by merge or by their guids' rules.

    ENTRY is the number of one that was merged into another, or of one that stands for others; of these --guid names
    one. With --feed it says how many entries that makes, and asks.
    """
    _check_named(entries, guid, feed)
    with closing(open_archive(archive)) as db:
        try:
            again = _split_feed(db, feed, yes) if feed is not None else _split_entries(db, entries, guid)
        except NotToBeMerged as error:
            raise click.ClickException(str(error)) from None
    if not again:
        named = f"feed {feed}" if feed else " ".join(map(str, entries))
        raise click.ClickException(f"Nothing was taken for one with another: {named}.")
    if not quiet:
        own = "its" if len(again) == 1 else "their"
        more = f" … and {len(again) - _SHOWN:,} more" if len(again) > _SHOWN else ""
        shown = ", ".join(map(str, again[:_SHOWN]))
        echo(f"{plural(len(again), 'entry', 'entries')} of {own} own again: {shown}{more}")


def _check_named(entries: Sequence[int], guid: str | None, feed: str | None) -> None:
    if entries and feed is not None:
        raise click.UsageError("Name entries or --feed, not both.")
    if not entries and not feed:
        raise click.UsageError("Name entries, or a feed with --feed.")
    if guid is not None and len(entries) != 1:
        raise click.UsageError("--guid is for one ENTRY: name that alone.")


def _split_entries(db: Database, entries: Sequence[int], guid: str | None) -> list[int]:
    check_entries(db, entries, "ENTRY...")
    if guid is None:
        return [number for entry in dict.fromkeys(entries) for number in split_from(db, entry, now())]
    [entry] = entries
    alias = alias_of_guid(db, entry, guid)
    if alias is None:
        raise click.BadParameter(f"Entry {entry} has no other guid “{guid}”.", param_hint="--guid")
    return [split_alias(db, entry, alias, now())]


def _split_feed(db: Database, feed: str, yes: bool) -> list[int]:
    number = feed_named(db, feed)
    count = would_be_split(db, number)
    if count:
        ask_first(f"That makes {plural(count, 'entry', 'entries')} of feed {number}. Split them?", yes)
    return split_feed(db, number, now())
