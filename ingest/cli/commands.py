"""All commands of `feedsette`: importing each of these modules adds its commands to the group `main`."""

from ingest.cli import archive, follow, imports, poll, search, serve
from ingest.cli.entries import compact
from ingest.cli.feed import edit, merge, remove
from ingest.cli.group import main
from ingest.cli.identity import merging

__all__ = [
    "archive",
    "compact",
    "edit",
    "follow",
    "imports",
    "main",
    "merge",
    "merging",
    "poll",
    "remove",
    "search",
    "serve",
]
