"""Insert what an entry has several of, as stated in ingest.archive.columns: a statement for a list of all entries."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from ingest.archive.columns import ENTRY_LISTS
from ingest.base.models import CleanEntry


def insert_lists(db: Database, entries: Sequence[tuple[int, CleanEntry]]) -> None:
    """Insert the lists of entries that have none stored, by their ids."""
    for one in ENTRY_LISTS:
        rows = [
            {"entry": entry_id, **one.row(value)}
            for entry_id, entry in entries
            for value in getattr(entry, one.name)
        ]
        for statement in one.insert if rows else ():
            db.conn.executemany(statement, rows)


def insert_kept_lists(db: Database, entry_id: int, lists: Mapping[str, Sequence[Any]]) -> None:
    """Insert lists of an entry, which has none stored, as a revision has them."""
    for one in ENTRY_LISTS:
        said = [value if isinstance(value, dict) else {"name": value} for value in lists.get(one.name, ())]
        for statement in one.insert if said else ():
            db.conn.executemany(statement, [{"entry": entry_id, **value} for value in said])
