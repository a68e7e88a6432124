"""All rows of an entry, in whatever tables refer to it, so that they can be taken away and put back exactly."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlite_utils import Database

Row = dict[str, Any]
Rows = dict[str, list[Row]]  # by the name of the table; of `entries` the one


def rows_of(db: Database, entry_id: int) -> Rows:
    found = {"entries": _select(db, "entries", "id", entry_id)}
    for table, column in _tables(db):
        found[table] = _select(db, table, column, entry_id)
    return found


def with_revisions(db: Database, rows: Rows) -> Rows:
    """The rows of an entry with those of its versions that came since they were read."""
    return rows | {"revisions": _select(db, "revisions", "entry", rows["entries"][0]["id"])}


def with_whole_texts(rows: Rows) -> Rows:
    """The rows with a text of its own for each revision that has another version's, which may go elsewhere. Pure."""
    numbered = [*((0, row) for row in rows["contents"]), *((row["id"], row) for row in rows["revisions"])]
    texts = {number: (row["html"], row["text"]) for number, row in numbered}
    return rows | {"revisions": [_whole(row, texts) for row in rows["revisions"]]}


def _whole(row: Row, texts: dict[int, tuple[Any, Any]]) -> Row:
    if row["text_from"] is None:
        return row
    html, text = texts[row["text_from"]]
    return {**row, "html": html, "text": text, "text_from": None}


def take_away(db: Database, entry_id: int) -> None:
    db.execute("DELETE FROM entries WHERE id = ?", (entry_id,))


def put_back(db: Database, *entries: Rows) -> None:
    """Insert rows that were taken away, of one entry or several.

    Links to entries that were merged since lead to those that they are a part of; to entries that are gone, to none.
    """
    for rows in entries:
        _insert(db, "entries", rows["entries"])
    for rows in entries:
        for table in ("contents", *sorted({*rows} - {"entries", "contents"})):
            _insert(db, table, rows[table])


def _insert(db: Database, table: str, rows: Sequence[Row]) -> None:
    for row in rows:
        if table == "links" and row["target"] is not None:
            row = {**row, "target": _present_target(db, row)}
        names = ", ".join(f'"{name}"' for name in row)
        values = ", ".join("?" for _ in row)
        db.execute(f'INSERT INTO "{table}" ({names}) VALUES ({values})', [*row.values()])  # noqa: S608


def links_to(db: Database, *entries: int) -> list[int]:
    """The links of others that lead to one of these."""
    named = json.dumps(entries)
    rows = db.execute(
        """
        SELECT id FROM links WHERE target IN (SELECT value FROM json_each(:these))
            AND entry NOT IN (SELECT value FROM json_each(:these))
        """,
        {"these": named},
    )
    return [number for (number,) in rows]


def lead_links(db: Database, links: Iterable[int], entry_id: int) -> None:
    db.conn.executemany("UPDATE links SET target = ? WHERE id = ?", [(entry_id, number) for number in links])


def _tables(db: Database) -> list[tuple[str, str]]:
    """The tables whose rows go with an entry, and the column that refers to it."""
    return db.execute(
        """
        SELECT tables.name, key."from" FROM sqlite_master AS tables
        JOIN pragma_foreign_key_list(tables.name) AS key
        WHERE tables.type = 'table' AND key."table" = 'entries' AND key.on_delete = 'CASCADE' ORDER BY tables.name
        """
    ).fetchall()


def _select(db: Database, table: str, column: str, entry_id: int) -> list[Row]:
    cursor = db.execute(f'SELECT * FROM "{table}" WHERE "{column}" = ? ORDER BY 1', (entry_id,))  # noqa: S608
    names = [described[0] for described in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


_BY_ADDRESS = """
SELECT id FROM entries WHERE url_key = :url_key AND (id = :target OR id != :entry) ORDER BY id != :target, id LIMIT 1
"""
_BY_PART = """
SELECT id FROM (
    SELECT entry AS id, 1 AS rank FROM former_entries
    WHERE :url_key IN (former ->> '$.entries[0].url_key', present ->> '$.entries[0].url_key') AND entry != :entry
    UNION ALL SELECT id, 2 FROM entries WHERE id = :target
    UNION ALL SELECT entry, 3 FROM former_entries WHERE id = :target
) ORDER BY rank, id LIMIT 1
"""


def _present_target(db: Database, link: Row) -> int | None:
    """Of the entries that are there by now, that to which a link leads: by its address, as where it was found, or else
    that of which one with its address is a part, or what its entry of then is a part of.
    """
    values = {name: link[name] for name in ("target", "url_key", "entry")}
    found = db.execute(_BY_ADDRESS, values).fetchone() or db.execute(_BY_PART, values).fetchone()
    return int(found[0]) if found else None
