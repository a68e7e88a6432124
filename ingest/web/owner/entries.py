"""Entries made one by the owner in the browser, and two again."""

from contextlib import closing
from pathlib import Path

from ingest.archive.file.errors import explained
from ingest.archive.file.opening import open_archive
from ingest.archive.identity.merge import NotToBeMerged, merge_entries
from ingest.archive.identity.split_aliases import split_alias, split_from
from ingest.base.clock import now

__all__ = ["NotToBeMerged", "merge_two", "split_again"]


def merge_two(archive: Path, entry: int, former: int) -> None:
    """Make the entry `former` a part of the other. Raises ArchiveError, NotToBeMerged."""
    with explained(archive), closing(open_archive(archive)) as db:
        merge_entries(db, entry, former, now())


def split_again(archive: Path, entry: int, alias: int | None) -> list[int]:
    """Undo one of the aliases of an entry, or all: the entries that are of their own then. Raises ArchiveError,
    NotToBeMerged."""
    with explained(archive), closing(open_archive(archive)) as db:
        if alias is None:
            return split_from(db, entry, now())
        return [split_alias(db, entry, alias, now())]
