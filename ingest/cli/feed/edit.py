"""The command edit-feed."""

from contextlib import closing
from pathlib import Path

import click

from ingest.archive.feed_changes.edit import NO_SECRET, FeedEdit, FeedEdited, FeedNotEdited, edit_feed
from ingest.archive.file.opening import open_archive
from ingest.base.clock import now
from ingest.base.opml import FEED_STATES
from ingest.cli.feed.named import feed_named
from ingest.cli.group import main
from ingest.cli.options import archive_argument, quiet_option
from ingest.cli.polling.options import check_secret
from ingest.cli.terminal import echo
from ingest.fetch.credentials import NoSecret, read_secret
from ingest.poll.feeds_held import hold_feeds
from ingest.poll.new_address import check_new_address


def _check_secret_or_none(context: click.Context, option: click.Parameter, place: str | None) -> str | None:
    return place if place == NO_SECRET else check_secret(context, option, place)


@main.command("edit-feed")
@archive_argument
@click.argument("feed")
@click.option(
    "--address", metavar="URL", help="Where it is polled from now on. The former address leads to it."
)
@click.option("--title", help="A title of your own. Empty: the feed's, with its next document.")
@click.option("--folder", help="Keep it in this folder. Empty: in none.")
@click.option("--state", type=click.Choice(FEED_STATES), help="Only active feeds are polled.")
@click.option("--note", help="A note, for whoever may read the archive. Empty: none.")
@click.option(
    "--secret",
    metavar="PLACE|none",
    callback=_check_secret_or_none,
    help="Where the password or token is: env:NAME, file:PATH.",
)
@click.option("--allow-private", is_flag=True, help="Let it be on your own network.")
@quiet_option
def edit_feed_(
    archive: Path,
    feed: str,
    address: str | None,
    title: str | None,
    folder: str | None,
    state: str | None,
    note: str | None,
    secret: str | None,
    allow_private: bool,
    quiet: bool,
) -> None:
    """Change a feed's address, title, folder, state or note. FEED is its number or address.

    A feed that moved without a redirect keeps its history: with --address it is asked for there from now on, and what
    it has published stays. Where the new address is in the archive as a feed already: feedsette merge-feeds.
    """
    edit = FeedEdit(address, title, folder, state, note, secret, allow_private)
    if edit.is_empty:
        raise click.UsageError("Say what is to be changed: --address, --title, --folder, --state, --note …")
    with closing(open_archive(archive)) as db:
        number = feed_named(db, feed, "FEED")
        try:
            check_new_address(db, number, edit)
            with hold_feeds(archive, number):
                edited = edit_feed(db, number, edit, now())
        except FeedNotEdited as error:
            raise click.ClickException(f"{error}".replace(" ARCHIVE ", f" {archive} ")) from error
    _warn_of_secret(secret)
    if not quiet:
        _say_edited(edited)


def _warn_of_secret(place: str | None) -> None:
    """Say that a secret is not there yet. It may be where feeds are polled."""
    if place in (None, NO_SECRET):
        return
    try:
        read_secret(str(place))
    except NoSecret as error:
        echo(f"Note: {error} Polling needs it.", err=True)


def _say_edited(edited: FeedEdited) -> None:
    said = "Changed" if edited.changed else "Nothing changed, it was so already"
    echo(f"{said}: {edited.name} (feed {edited.id}, {edited.state})\n  {edited.url}")
    if edited.former_url:
        when = (
            "is asked for there with the next update" if edited.state == "active" else f"stays {edited.state}"
        )
        echo(f"  until now {edited.former_url}, which leads to it. It {when}.")
