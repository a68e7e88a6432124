"""The command merge-feeds."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
from sqlite_utils import Database

from ingest.archive.feed_changes.matching import counts_by_rule
from ingest.archive.feed_changes.merge import (
    FeedMerge,
    FeedsNotMerged,
    merge_feeds,
    plan_feed_merge,
    shown_pairs,
)
from ingest.archive.file.opening import open_archive
from ingest.base.clock import now
from ingest.cli.feed.named import feed_named
from ingest.cli.feed.remove import ask_first, yes_option
from ingest.cli.group import main
from ingest.cli.options import archive_argument, quiet_option
from ingest.cli.summary import plural
from ingest.cli.terminal import echo
from ingest.poll.feeds_held import hold_feeds

_SHOWN = 20  # pairs that another rule than the guid found


@main.command("merge-feeds", short_help="Make one of two feeds that are one.")
@archive_argument
@click.argument("feed")
@click.argument("other")
@yes_option
@quiet_option
def merge_feeds_(archive: Path, feed: str, other: str, yes: bool, quiet: bool) -> None:
    """Make one of two feeds that are one: what OTHER has comes into FEED. Each is a feed's number or address.

    FEED keeps its number, address and settings, and OTHER's address leads to it. Entries that both have become one, by
    the rules by which entries are known again; it says which, and asks.
    """
    with closing(open_archive(archive)) as db:
        staying, going = feed_named(db, feed, "FEED"), feed_named(db, other, "OTHER")
        try:
            plan = plan_feed_merge(db, staying, going)
            if not (yes and quiet):
                for line in _shown(db, plan):
                    echo(line, err=True)
            ask_first("Merge them?", yes)
            with hold_feeds(archive, staying, going):
                merge_feeds(db, plan, now())
        except FeedsNotMerged as error:
            raise click.ClickException(str(error)) from error
    if not quiet:
        same = f"{len(plan.matched):,} that both had, {plan.others:,} beside them"
        echo(f"Merged: {plan.staying.name} has the entries of {plan.going.name} now ({same})")
        echo(f"  {plan.staying.url}")


def _shown(db: Database, plan: FeedMerge) -> Iterator[str]:
    staying, going = plan.staying, plan.going
    yield f"{going.name} (feed {going.id}, {going.url}), with {plural(going.entries, 'entry', 'entries')},"
    yield f"comes into {staying.name} (feed {staying.id}, {staying.url}), which has {staying.entries:,}:"
    for rule, count in counts_by_rule(plan.matched).items():
        yield f"  {plural(count, 'entry', 'entries')} that both have, by {rule}"
    yield f"  {plural(plan.others, 'entry', 'entries')} beside them"
    for pair in shown_pairs(db, plan, _SHOWN):
        one = pair.matched
        yield f"  entry {one.former} is {one.entry}, by {one.rule}: {pair.former_title}"
        if pair.title != pair.former_title:
            yield f"    there: {pair.title}"
    if plan.recognised > _SHOWN:
        yield f"  … and {plan.recognised - _SHOWN:,} more"
    yield "No command makes them two again: copy the archive before, where you are not sure."
