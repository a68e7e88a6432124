"""What plugins may import: they are hooks over ingest.web and ingest.pages, which make what Datasette shows."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = sorted((ROOT / "plugins").glob("*.py"))
ALLOWED = ("ingest.web", "ingest.pages", "ingest.search", "ingest.base")

# Loads plugins as Datasette does. Once we are installed as a plugin, `datasette.cli` imports Datasette, which imports
# us: if we then import `datasette.cli`, every `datasette` command fails.
LOAD = """
import sys
from importlib.abc import MetaPathFinder

class NoCommand(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "datasette.cli":
            raise ImportError("datasette.cli is imported")
        return None

import datasette.app
from datasette.utils import module_from_path

assert "datasette.cli" not in sys.modules
sys.meta_path.insert(0, NoCommand())
for path in sys.argv[1:]:
    module_from_path(path, name=path)
assert "datasette.cli" not in sys.modules
"""


def imported(source: str) -> Iterator[str]:
    """The modules that some Python imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = "." * node.level + (node.module or "")
            yield package
            yield from (f"{package}.{alias.name}" for alias in node.names if package == "ingest")


def faults(source: str) -> list[str]:
    """What a plugin imports and may not."""
    names = {path.stem for path in PLUGINS}
    return [
        name
        for name in imported(source)
        if (name.startswith("ingest.") and not f"{name}.".startswith(tuple(f"{one}." for one in ALLOWED)))
        or name == "datasette.cli"
        or name.startswith((".", "plugins"))
        or name in names
    ]


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.stem)
def test_a_plugin_imports_of_ours_what_is_made_for_it(plugin: Path) -> None:
    assert faults(plugin.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "from ingest.archive.file.opening import open_archive",
        "from ingest import poll",
        "def late():\n    import ingest.cli.terminal",
        "from ingest.webs import x",
        "from datasette.cli import serve",
        "from plugins.search import x",
        "from . import search",
        "import search",
    ],
)
def test_what_it_may_not_import_is_found(source: str) -> None:
    assert faults(source)


def load(*plugins: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", LOAD, *map(str, plugins)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_no_plugin_nor_what_it_imports_imports_the_command_of_datasette() -> None:
    loaded = load(*PLUGINS)
    assert loaded.returncode == 0, loaded.stderr


def test_a_plugin_that_does_so_is_found(tmp_path: Path) -> None:
    plugin = tmp_path / "circle.py"
    plugin.write_text("from datasette.cli import serve\n")
    loaded = load(plugin)
    assert loaded.returncode == 1 and "datasette.cli is imported" in loaded.stderr


def calls(source: str, name: str) -> bool:
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == name
        for node in ast.walk(ast.parse(source))
    )


@pytest.mark.parametrize(
    ("function", "place"),
    [
        ("render_template", "ingest/web/render.py"),
        ("build_navigation", "ingest/web/navigation.py"),
        # The others need the title alone.
        (
            "load_navigation",
            "plugins/navigation.py plugins/feeds_out.py plugins/citation.py plugins/entry.py",
        ),
    ],
)
def test_pages_are_rendered_and_their_navigation_is_made_in_one_place(function: str, place: str) -> None:
    paths = [*PLUGINS, *(ROOT / "ingest").rglob("*.py")]
    found = {path.relative_to(ROOT).as_posix() for path in paths if calls(path.read_text("utf-8"), function)}
    assert found == set(place.split())
