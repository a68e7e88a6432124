"""The argument FEED of commands: a feed's number or address."""

import click
from sqlite_utils import Database

from ingest.archive.feeds import feed_of_name


def feed_named(db: Database, name: str, hint: str = "--feed") -> int:
    """The id of the feed with this number or address. Raises BadParameter, which names the argument `hint`."""
    number = feed_of_name(db, name)
    if number is None:
        raise click.BadParameter(
            f"The archive has no feed {name}. `feedsette feeds` lists what it has.", param_hint=hint
        )
    return number
