"""Only ingest.web.compat asks which version of Datasette runs."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMPAT = ROOT / "ingest" / "web" / "compat.py"
SOURCES = sorted({*(ROOT / "ingest").rglob("*.py"), *(ROOT / "plugins").glob("*.py")} - {COMPAT})


def version_checks(source: str) -> list[str]:
    """Where some Python asks which Datasette there is: by its version, or by what it has."""
    return [ast.unparse(node) for node in ast.walk(ast.parse(source)) if _asks(node)]


def _asks(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="hasattr"), args=[thing, *_]):
            return _is_datasette(thing)
        case ast.Call(func=ast.Name(id="getattr"), args=[thing, _, _]):
            return _is_datasette(thing)
        case ast.Call(
            func=ast.Name(id="version") | ast.Attribute(attr="version"), args=[ast.Constant("datasette")]
        ):
            return True
        case ast.ImportFrom(module="datasette" | "datasette.version", names=names):
            return any(alias.name in ("__version__", "__version_info__", "version") for alias in names)
        case ast.Attribute(attr="__version__" | "__version_info__", value=thing):
            return _is_datasette(thing)
        case ast.Try(body=body, handlers=handlers):
            return any(map(_imports_datasette, body)) and any(
                "ImportError" in ast.unparse(handler.type)
                or "ModuleNotFoundError" in ast.unparse(handler.type)
                for handler in handlers
                if handler.type
            )
    return False


def _is_datasette(thing: ast.expr) -> bool:
    return ast.unparse(thing).rpartition(".")[2] in ("datasette", "ds", "site")


def _imports_datasette(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.ImportFrom):
        return (statement.module or "").partition(".")[0] == "datasette"
    return isinstance(statement, ast.Import) and any(
        alias.name.partition(".")[0] == "datasette" for alias in statement.names
    )


def test_nothing_else_asks_for_the_version_of_datasette() -> None:
    found = {path.name: version_checks(path.read_text(encoding="utf-8")) for path in SOURCES}
    assert {name: checks for name, checks in found.items() if checks} == {}


def test_the_module_that_may_does() -> None:
    assert version_checks(COMPAT.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "if hasattr(datasette, 'table_config'): pass",
        "hasattr(self.ds, 'metadata')",
        "getattr(datasette, 'metadata', None)",
        "version('datasette').startswith('0.')",
        "importlib.metadata.version('datasette')",
        "from datasette import __version__",
        "datasette.__version__",
        "from datasette.version import __version_info__",
        "try:\n    from datasette.permissions import Action\nexcept ImportError:\n    Action = None",
    ],
)
def test_a_check_is_found(source: str) -> None:
    assert version_checks(source)
