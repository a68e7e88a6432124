"""A landed migration never changes what it does: archives that were migrated before and after must be the same."""

import ast
import inspect
import sys
from collections.abc import Iterator

from ingest.archive.file import migrations
from tests.fixtures.archives.landed import digests, noted

TREE = ast.parse(inspect.getsource(migrations))


def imported() -> Iterator[str]:
    for node in ast.walk(TREE):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def test_migrations_import_nothing_of_ours() -> None:
    allowed = {"sqlite_utils", *sys.stdlib_module_names}
    others = [name for name in imported() if name.partition(".")[0] not in allowed]
    assert not others, f"{others} may change: copy what a migration needs of it into the migrations"


def test_migrations_ask_nothing_of_sqlite_utils_but_to_execute() -> None:
    methods = {
        node.attr
        for node in ast.walk(TREE)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "db"
    }
    assert methods == {"execute"}


def test_a_landed_migration_is_not_edited() -> None:
    now = digests()
    edited = [name for name, digest in noted().items() if now.get(name) != digest]
    assert not edited, f"{edited} landed: leave it, its name too, as it was, and write a new migration"
    assert list(now)[: len(noted())] == list(noted()), "a new migration goes to the end"
    assert list(now) == list(noted()), "a new migration: run python -m tests.fixtures.archives.make"
