"""The command `feedsette`, which loads each of its commands where it is wanted."""

from ingest.cli.group import main

__all__ = ["main"]
