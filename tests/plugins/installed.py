"""Programs in an environment where this checkout is installed as a plugin of Datasette, whatever pip says of it."""

import os
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]


@cache
def _entry_point() -> TemporaryDirectory[str]:
    """A folder with what pip would note of an installed package."""
    made = TemporaryDirectory(prefix="feedsette-")
    about = Path(made.name) / "feedsette-9.9.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: feedsette\nVersion: 9.9\n")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    [(name, place)] = project["entry-points"]["datasette"].items()
    (about / "entry_points.txt").write_text(f"[datasette]\n{name} = {place}\n")
    return made


def run(*arguments: str, entry_point: bool = True) -> "subprocess.CompletedProcess[str]":
    """Python with these arguments. Without the `entry_point`, as where this checkout is not installed."""
    path = [str(ROOT), *([_entry_point().name] if entry_point else [])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done
