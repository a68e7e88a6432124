"""Every SQL statement that writes is in ingest/archive, by a search of the sources."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCES = [
    path
    for folder in ("ingest", "plugins")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "ingest/archive/" not in path.as_posix()
]

_WRITES = re.compile(
    r"""\b(?:
        INSERT\s+(?:OR\s+\w+\s+)?INTO | REPLACE\s+INTO | DELETE\s+FROM | UPDATE\s+(?:OR\s+\w+\s+)?[\w"{}\[\]]+\s+SET
        | (?:CREATE|DROP|ALTER)\s+(?:TEMP\w*\s+|UNIQUE\s+|VIRTUAL\s+)*(?:TABLE|INDEX|VIEW|TRIGGER)
    )""",
    re.VERBOSE,
)
# Of the tables of sqlite_utils.
_OF_TABLES = {"insert", "insert_all", "upsert", "upsert_all", "update", "delete", "delete_where"}


def writes(source: str) -> Iterator[int]:
    """The lines on which a source has a statement that writes, or has sqlite_utils make one."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant | ast.JoinedStr) and _WRITES.search(text_of(node)):
            yield node.lineno
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            table, name = node.func.value, node.func.attr
            if name in _OF_TABLES and isinstance(table, ast.Subscript) and text_of(table.slice):
                yield node.lineno


def text_of(node: ast.expr) -> str:
    """What a string says, with "{}" for what is put into it; "" of anything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_nothing_outside_of_archive_writes() -> None:
    found = [
        f"{name}:{line}"
        for name, path in ((path.relative_to(ROOT).as_posix(), path) for path in SOURCES)
        for line in writes(path.read_text())
    ]
    assert SOURCES and found == []


@pytest.mark.parametrize(
    "source",
    [
        "db.execute('INSERT INTO feeds (url) VALUES (?)', [url])",
        "db.execute('insert or ignore'.upper() + ' INSERT OR IGNORE INTO tags (name) SELECT 1')",
        "db.execute(\n'''\n    UPDATE feeds\n    SET title = 1\n''')",
        "db.execute(f'UPDATE {table} SET title = 1')",
        "db.execute(f'''\nUPDATE feeds SET {what}\n''')",
        "db.execute(f'DELETE FROM {table}')",
        "db.execute('DROP TABLE feeds')",
        "db['feeds'].upsert({'id': 1})",
        "db['feeds'].delete_where('id = 1')",
    ],
)
def test_a_statement_that_writes_is_found(source: str) -> None:
    assert list(writes(source))


@pytest.mark.parametrize(
    "source",
    [
        "db.execute('SELECT updated FROM entries')",
        "items.insert(0, item); known['a'].append(1); known.update(a=1)",
        '"""Update a feed; nothing is deleted from it."""',
    ],
)
def test_what_only_reads_is_not(source: str) -> None:
    assert not list(writes(source))


def test_the_archive_itself_is_where_they_are() -> None:
    assert any(any(writes(path.read_text())) for path in (ROOT / "ingest" / "archive").rglob("*.py"))
