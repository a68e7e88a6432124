"""The numbers of entries that are typed, and what the archive has of them."""

import json
import re
from collections.abc import Sequence
from typing import Any

import click
from sqlite_utils import Database


class EntryNumber(click.IntRange):
    """The number of an entry, as its page's address ends with."""

    def __init__(self) -> None:
        super().__init__(1, 10**18 - 1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if not re.fullmatch("0*[1-9][0-9]{0,17}", str(value)):
            self.fail(f"“{value}” is no number of an entry. Its page, /entry/12, ends with it.", param, ctx)
        return int(value)


def check_entries(db: Database, entries: Sequence[int], hint: str) -> None:
    """Raises BadParameter, which names those that the archive has not."""
    rows = db.execute(
        """
        SELECT value FROM json_each(?) AS named
        WHERE NOT EXISTS (SELECT 1 FROM entries WHERE id = value)
            AND NOT EXISTS (SELECT 1 FROM former_entries WHERE id = value)
        """,
        (json.dumps([*dict.fromkeys(entries)]),),
    )
    if missing := [str(number) for (number,) in rows]:
        said = f"no {'entry' if len(missing) == 1 else 'entries'} {', '.join(missing)}"
        raise click.BadParameter(f"The archive has {said}.", param_hint=hint)


def alias_of_guid(db: Database, entry: int, guid: str) -> int | None:
    """The number of the alias by which an entry has another guid."""
    found = db.execute(
        "SELECT id FROM entry_aliases WHERE entry = ? AND guid = ? AND rule != 'split'", (entry, guid)
    ).fetchone()
    return int(found[0]) if found else None


def would_be_split(db: Database, feed: int) -> int:
    """How many entries splitting a feed makes. What was found of an entry before it was merged goes with that."""
    [(count,)] = db.execute(
        """
        SELECT count(*) FROM entry_aliases AS alias
        WHERE feed = ? AND rule != 'split' AND (
            former_entry IS NOT NULL OR NOT EXISTS (
                SELECT 1 FROM former_entries AS merged, json_each(former, '$.entry_aliases') AS own
                WHERE merged.entry = alias.entry AND own.value ->> 'guid' = alias.guid
            )
        )
        """,
        (feed,),
    ).fetchall()
    return int(count)
