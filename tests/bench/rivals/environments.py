"""Environments of the programs that are measured beside this one: what each asks for itself, and nothing of ours.

They are made by the first benchmark that needs one, in a folder for caches outside of the repository, and stay there.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "feedsette-bench"
SCRIPTS = Path(__file__).parent
# feedparser, which all read with, asks for sgmllib3k.
PACKAGES = {
    "reader": ("reader[search]==3.26", "sgmllib3k"),
    "feed-to-sqlite": ("feed-to-sqlite==0.6.2", "sgmllib3k"),
}
SECONDS = 600


class NoEnvironment(Exception):
    """What is measured beside this one could not be installed; it says why."""


def python_of(program: str, cache: Path = CACHE) -> Path:
    """The interpreter of an environment that has the program, made where it is not there. Raises NoEnvironment."""
    packages = PACKAGES[program]
    folder = cache / "-".join([program, packages[0].rpartition("=")[2], f"py{sys.version_info.minor}"])
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        print(f"Installing {packages[0]} into {folder}.", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        _run(program, sys.executable, "-m", "venv", str(folder))
        _run(program, str(python), "-m", "pip", "install", "--quiet", *packages)
        (folder / "installed").touch()
    return python


def _run(program: str, *command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.CalledProcessError as error:
        last = (error.stderr or error.stdout).strip().splitlines()[-1:]
        raise NoEnvironment(f"{program} is not measured: it cannot be installed. {' '.join(last)}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoEnvironment(f"{program} is not measured: it cannot be installed. {error}") from error


def command_of(program: str, script: str) -> list[str]:
    """What runs one of the scripts of this folder with the program. Raises NoEnvironment."""
    return [str(python_of(program)), str(SCRIPTS / script)]
