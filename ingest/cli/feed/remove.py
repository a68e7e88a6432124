"""The command remove-feed."""

import sys
from contextlib import closing
from pathlib import Path

import click

from ingest.archive.feed_changes.remove import FeedHoldings, feed_holdings, remove_feed
from ingest.archive.file.opening import open_archive
from ingest.cli.feed.named import feed_named
from ingest.cli.group import main, sigterm_as_ctrl_c
from ingest.cli.options import archive_argument, quiet_option
from ingest.cli.progress import Bar
from ingest.cli.summary import plural
from ingest.cli.terminal import echo
from ingest.poll.feeds_held import hold_feeds

yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


@main.command("remove-feed")
@archive_argument
@click.argument("feed")
@yes_option
@quiet_option
def remove_feed_(archive: Path, feed: str, yes: bool, quiet: bool) -> None:
    """Remove a feed with all its entries and their history. FEED is its number or address.

    It says how many entries would go, and asks. Only the documents themselves, where they are kept, stay in the folder
    beside the archive. To stop polling a feed and keep what it has published: feedsette edit-feed --state paused.

    Where it is stopped, the same command goes on.
    """
    with closing(open_archive(archive)) as db:
        number = feed_named(db, feed, "FEED")
        held = feed_holdings(db.conn, number)
        assert held is not None
        ask_first(f"{_would_go(held)} Remove it?", yes)
        done = 0
        try:
            with (
                hold_feeds(archive, number),
                sigterm_as_ctrl_c(),
                Bar(held.entries, "Removing", quiet) as bar,
            ):
                for gone in remove_feed(db, number):
                    done += gone
                    bar.step(gone)
        except KeyboardInterrupt as stopped:
            raise click.ClickException(
                f"It was stopped when {plural(done, 'entry', 'entries')} were removed. The feed is paused. The same "
                "command goes on."
            ) from stopped
    if not quiet:
        echo(f"Removed: {held.name}, with {plural(done, 'entry', 'entries')}{_documents_stay(held)}")


def ask_first(question: str, yes: bool) -> None:
    """Ask on standard error, unless the answer is `yes` already. Ends the command where the answer is another."""
    if yes:
        return
    try:
        agreed = click.confirm(question, err=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        echo("", err=True)
        raise click.ClickException(
            "Nothing was changed: nobody answered. --yes does it without asking."
        ) from None
    if not agreed:
        raise click.ClickException("Nothing was changed.")


def _would_go(held: FeedHoldings) -> str:
    revisions = f", with {plural(held.revisions, 'former version')} of them" if held.revisions else ""
    return (
        f"{held.name} (feed {held.id}, {held.url}) has {plural(held.entries, 'entry', 'entries')}{revisions}: all of "
        "that goes from the archive for good."
    )


def _documents_stay(held: FeedHoldings) -> str:
    if not held.documents:
        return ""
    return (
        f". Of its documents {held.documents:,} stay kept, until the bound of documents frees them: those of removed "
        "feeds go first"
    )
