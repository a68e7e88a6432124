"""The argument FEED of commands: a feed's number or address."""

import re

import click
from sqlite_utils import Database

from ingest.archive.feeds import find_feed
from ingest.archive.subscriptions import subscription


def feed_named(db: Database, name: str, hint: str = "--feed") -> int:
    """The id of the feed with this number or address. Raises BadParameter, which names the argument `hint`."""
    number = int(name) if re.fullmatch("[0-9]{1,18}", name) else find_feed(db, name)
    if number is None or subscription(db, number) is None:
        raise click.BadParameter(
            f"The archive has no feed {name}. `feedsette feeds` lists what it has.", param_hint=hint
        )
    return number
