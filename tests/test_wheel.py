"""The wheel carries all that an installed feedsette serves."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
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
