"""docs/schema.md, written from the tables as they are and from what metadata.yml says of them."""

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from docs.schema_examples import schema_examples

HEADING = """# The tables

An archive is a SQLite file. These are its tables: people write SQL against them, so a name, once here, stays.
Times are UTC, ISO 8601 with seconds and `Z`, such as `2025-01-30T13:52:09Z`, and empty (NULL) where they are not known.
"""

# Generated columns have the mark 2 or 3; 1 marks columns that FTS5 adds for its own use.
COLUMNS = """
SELECT name, type, "notnull", pk, hidden IN (2, 3) AS generated FROM pragma_table_xinfo(?) WHERE hidden != 1
"""


def schema_reference(metadata: Mapping[str, Any], db: Database) -> str:
    """The page, in Markdown, for the schema of `db`, an archive, with the descriptions of metadata.yml."""
    tables: Mapping[str, Any] = metadata["databases"]["archive"]["tables"]
    return "\n".join(
        [HEADING, schema_examples(), *(_table(db, name, described) for name, described in tables.items())]
    )


def _table(db: Database, name: str, described: Mapping[str, Any]) -> str:
    kind = " (view)" if name in db.view_names() else ""
    lines = [
        f"## {name}{kind}\n",
        f"{described['description']}\n",
        "| column | type | |",
        "| --- | --- | --- |",
    ]
    references = {
        column: f"`{table}.{other}`"
        for column, table, other in db.execute(
            'SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)', [name]
        )
    }
    for column, kind, required, key, generated in db.execute(COLUMNS, [name]).fetchall():
        marks = [kind.lower()] if kind else []
        marks += ["primary key"] if key else ["required"] if required else []
        marks += ["generated"] if generated else []
        marks += [f"→ {references[column]}"] if column in references else []
        lines.append(f"| `{column}` | {', '.join(marks)} | {described['columns'][column]} |")
    return "\n".join([*lines, ""])
