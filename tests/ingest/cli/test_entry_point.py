"""How the command is found: by its console script, by `python -m ingest`, and not by what only prints."""

import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.cli.group import MODULES, main

ROOT = Path(__file__).parents[3]


def test_the_console_script_is_the_command() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, name = project["scripts"]["feedsette"].partition(":")
    command = getattr(import_module(module), name)
    assert "add" in CliRunner().invoke(command, ["--help"]).stdout


def test_python_runs_the_package_as_the_command() -> None:
    command = [sys.executable, "-m", "ingest", "--version"]
    assert subprocess.run(command, capture_output=True, text=True, cwd=ROOT).stdout.startswith("feedsette, ")


def test_each_command_is_loaded_by_its_name() -> None:
    """Of what modules define, none is missing in the table, and the table names none that they do not."""
    for module in set(MODULES.values()):
        import_module(module)
    assert main.commands.keys() == MODULES.keys()


def test_a_command_loads_no_other() -> None:
    loaded = _loaded_by(
        "import ingest.cli.commands as it; it.main(['feeds', '--help'], standalone_mode=False)"
    )
    assert "ingest.cli.follow" in loaded
    assert loaded & {"ingest.cli.serve", "ingest.cli.archive", "ingest.cli.search"} == set()


def test_what_an_archive_knows_is_imported_again_without_what_reads_documents_or_asks_for_them(
    tmp_path: Path,
) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(
        "<rss version='2.0'><channel><title>A</title><item><title>1</title></item></channel></rss>"
    )
    command = ["import", str(tmp_path / "a.db"), str(feed)]
    assert subprocess.run([sys.executable, "-m", "ingest", *command], cwd=ROOT).returncode == 0
    loaded = _loaded_by(f"import ingest.cli.commands as it; it.main({command!r}, standalone_mode=False)")
    parsing, asking = (
        {"lxml", "nh3", "feedparser", "selectolax"},
        {"httpx2", "httpcore2", "h2", "ingest.poll"},
    )
    assert loaded & (parsing | asking | {"multiprocessing", "ingest.search", "ingest.web"}) == set()


@pytest.mark.parametrize(
    ("imported", "not_needed"),
    [("ingest.cli.terminal", "ingest.cli.commands"), ("ingest.cli.commands", "datasette")],
)
def test_what_is_not_needed_is_not_imported(imported: str, not_needed: str) -> None:
    """A plugin that prints would import Datasette's own command in a circle, and --help would take a second more."""
    code = f"import sys, {imported}; sys.exit({not_needed!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def _loaded_by(code: str) -> set[str]:
    """The modules that a process has at the end which runs this."""
    code = f"import sys\n{code}\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return set(run.stdout.splitlines()[-1].split())
