"""All rows of an entry, in whatever tables refer to it, so that they can be taken away and put back exactly."""

from typing import Any

from sqlite_utils import Database

Row = dict[str, Any]
Rows = dict[str, list[Row]]  # by the name of the table; of `entries` the one


def rows_of(db: Database, entry_id: int) -> Rows:
    found = {"entries": _select(db, "entries", "id", entry_id)}
    for table, column in _tables(db):
        found[table] = _select(db, table, column, entry_id)
    return found


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


def put_back(db: Database, rows: Rows) -> None:
    """Insert rows that were taken away. Links to entries that are not there any more lead to none."""
    for table in ("entries", "contents", *sorted({*rows} - {"entries", "contents"})):
        for row in rows.get(table, ()):
            if table == "links" and row["target"] is not None and not _is_there(db, row["target"]):
                row = {**row, "target": None}
            names = ", ".join(f'"{name}"' for name in row)
            values = ", ".join("?" for _ in row)
            db.execute(f'INSERT INTO "{table}" ({names}) VALUES ({values})', [*row.values()])  # noqa: S608


def links_to(db: Database, entry_id: int, former_id: int) -> list[int]:
    """The links of others that lead to either."""
    rows = db.execute(
        "SELECT id FROM links WHERE target IN (:one, :other) AND entry NOT IN (:one, :other)",
        {"one": entry_id, "other": former_id},
    )
    return [number for (number,) in rows]


def lead_links(db: Database, links: list[int], entry_id: int) -> None:
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


def _is_there(db: Database, entry_id: int) -> bool:
    return bool(db.execute("SELECT 1 FROM entries WHERE id = ?", (entry_id,)).fetchone())
