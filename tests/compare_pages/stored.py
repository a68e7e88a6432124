"""Records the tables of an archive: every row, with long values by their hash."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.compare_pages.recording import Answer, write
from tests.compare_pages.volatile import Volatile

LONG = 300  # characters


def record_tables(archive: Path, folder: Path, volatile: Volatile) -> None:
    with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as db:
        found = db.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
        ).fetchall()
        # Those in which a full-text index keeps itself are its own business.
        shadows = tuple(f"{name}_" for kind, name, sql in found if "VIRTUAL TABLE" in sql.upper())
        for kind, name, sql in found:
            text = f"{kind} {name}\n{sql}\n"
            if kind == "table" and not name.startswith(shadows):
                text += "\n".join(_rows(db, name, volatile))
            if not name.startswith(shadows):
                write(folder, f"{kind} {name}", Answer(0, {}, volatile.stable(text.encode())))


def _rows(db: sqlite3.Connection, table: str, volatile: Volatile) -> list[str]:
    cursor = db.execute(f'SELECT * FROM "{table}"')  # noqa: S608  (a name that the archive lists)
    columns = [column[0] for column in cursor.description]
    return sorted(
        json.dumps(
            dict(zip(columns, (_short(value, volatile) for value in row), strict=True)), ensure_ascii=False
        )
        for row in cursor
    )


def _short(value: object, volatile: Volatile) -> object:
    if isinstance(value, bytes):
        return f"{len(value)} bytes, {hashlib.sha256(value).hexdigest()[:16]}"
    if isinstance(value, str) and len(value) > LONG:
        stable = volatile.stable_text(value)
        return f"{stable[:60]} … {len(value)} characters, {hashlib.sha256(stable.encode()).hexdigest()[:16]}"
    return value
