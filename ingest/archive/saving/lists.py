"""Insert what entries have several of, as stated in ingest.archive.columns: few statements for all of a document."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from ingest.archive.columns import ENTRY_LISTS, EntryList
from ingest.archive.saving.rows import insert_rows
from ingest.base.models import CleanEntry


def insert_lists(db: Database, entries: Sequence[tuple[int, CleanEntry]]) -> None:
    """Insert the lists of entries that have none stored, by their ids."""
    for one in ENTRY_LISTS:
        insert_list(db, one, entries)


def insert_list(db: Database, one: EntryList, entries: Iterable[tuple[int, CleanEntry]]) -> None:
    """Insert one of these lists."""
    said = ((entry_id, value) for entry_id, entry in entries for value in getattr(entry, one.name))
    if one.columns:
        _insert_as_they_are(db, one, [(entry_id, *one.row(value)) for entry_id, value in said])
    else:
        _insert_each(db, one, [{"entry": entry_id, **one.row(value)} for entry_id, value in said])


def insert_kept_lists(db: Database, entry_id: int, lists: Mapping[str, Sequence[Any]]) -> None:
    """Insert lists of an entry, which has none stored, as a revision has them."""
    for one in ENTRY_LISTS:
        said = [value if isinstance(value, dict) else {"name": value} for value in lists.get(one.name, ())]
        if one.columns:
            rows = [(entry_id, *(value[name] for name in one.columns)) for value in said]
            _insert_as_they_are(db, one, rows)
        else:
            _insert_each(db, one, [{"entry": entry_id, **value} for value in said])


def _insert_each(db: Database, one: EntryList, rows: Sequence[dict[str, Any]]) -> None:
    for statement in one.insert if rows else ():
        db.conn.executemany(statement, rows)


def _insert_as_they_are(db: Database, one: EntryList, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    last = _last_id(db, one.table) if one.then else None
    insert_rows(db, one.table, ("entry", *one.columns), rows)
    if one.then:
        db.execute(one.then, {"last": last})


def _last_id(db: Database, table: str) -> int:
    [(last,)] = db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchall()  # noqa: S608
    return int(last)
