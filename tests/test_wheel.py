"""The wheel carries all that an installed feedsette serves."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.empty_archive import empty_archive
from tests.plugins.conftest import fill

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("folder", ["plugins", "static", "templates"])
def test_every_file_of_the_site_is_in_it(names: set[str], folder: str) -> None:
    files = [
        path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    assert files
    assert {f"ingest/site/{path.relative_to(ROOT).as_posix()}" for path in files} <= names


def test_metadata_and_samples_are_in_it(names: set[str]) -> None:
    samples = {
        f"ingest/imports/samples/{path.name}" for path in (ROOT / "ingest" / "imports" / "samples").iterdir()
    }
    assert samples | {"ingest/site/metadata.yml", "ingest/site/datasette.yml"} <= names


def test_nothing_else_is_in_it(names: set[str]) -> None:
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"ingest"}


def test_no_file_is_in_it_twice(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        listed = archive.infolist()
        contents = Counter(archive.read(file) for file in listed if file.file_size)
    assert len({file.filename for file in listed}) == len(listed)
    assert [content[:80] for content, times in contents.items() if times > 1] == []


def test_where_it_is_installed_datasette_alone_shows_our_pages(wheel: Path, tmp_path: Path) -> None:
    """By its own files: nothing of the checkout is within reach."""
    target, archive = tmp_path / "installed", tmp_path / "mine.db"
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
    ]
    subprocess.run([*install, str(wheel)], check=True)
    db = empty_archive(archive)
    fill(db)
    db.close()
    script = (
        "import ingest, json, sys; from click.testing import CliRunner; from datasette.cli import cli;"
        "assert ingest.__file__.startswith(sys.argv[1]);"
        "print(json.dumps([CliRunner().invoke(cli, arguments).output for arguments in json.loads(sys.argv[2])]))"
    )
    paths = ["/", "/entry/1", "/feed/1", "/search?q=river", "/archive/entries", "/static/reading.css"]
    commands = json.dumps([["plugins"], *(["serve", str(archive), "--get", path] for path in paths)])
    environment = {**os.environ, "PYTHONPATH": str(target)}
    done = subprocess.run(
        [sys.executable, "-c", script, str(target), commands],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    plugins, home, entry, feed, search, table, styles = json.loads(done.stdout.splitlines()[-1])
    assert [plugin["name"] for plugin in json.loads(plugins)].count("feedsette") == 1
    assert "Stones &amp; Rivers" in home and "Ada Quarry" in entry and "stones.example" in feed
    assert "<mark>" in search and '<header class="masthead">' in table and "{" in styles
