"""How the command is found: by its console script, by `python -m ingest`, and not by what only prints."""

import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

ROOT = Path(__file__).parents[3]


def test_the_console_script_is_the_command() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, name = project["scripts"]["feedsette"].partition(":")
    command = getattr(import_module(module), name)
    assert "add" in CliRunner().invoke(command, ["--help"]).stdout


def test_python_runs_the_package_as_the_command() -> None:
    command = [sys.executable, "-m", "ingest", "--version"]
    assert subprocess.run(command, capture_output=True, text=True, cwd=ROOT).stdout.startswith("feedsette, ")


@pytest.mark.parametrize(
    ("imported", "not_needed"),
    [("ingest.cli.terminal", "ingest.cli.commands"), ("ingest.cli.commands", "datasette")],
)
def test_what_is_not_needed_is_not_imported(imported: str, not_needed: str) -> None:
    """A plugin that prints would import Datasette's own command in a circle, and --help would take a second more."""
    code = f"import sys, {imported}; sys.exit({not_needed!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
