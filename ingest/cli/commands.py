"""All commands of `feedsette`: the files of this folder that hold some, each of which adds them to the group."""

from ingest.cli import archive, follow, imports, poll, search, serve
from ingest.cli.group import main

__all__ = ["archive", "follow", "imports", "main", "poll", "search", "serve"]
