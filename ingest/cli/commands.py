"""All commands of `feedsette`: importing each of these modules adds its commands to the group `main`."""

from ingest.cli import archive, follow, imports, poll, search, serve
from ingest.cli.entries import compact
from ingest.cli.group import main

__all__ = ["archive", "compact", "follow", "imports", "main", "poll", "search", "serve"]
