"""The files for Datasette: metadata.yml, datasette.yml, plugins, templates and static files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

NAME = "archive"  # of the database in metadata.yml
LOADER = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # that in C, where it was built, takes a tenth of the time


def site_folder() -> Path:
    """Where metadata.yml, plugins and so on are: in the installed package, or else in the checkout around it."""
    package = Path(__file__).parents[2]
    installed = package / "site"
    return installed if installed.is_dir() else package.parent


def metadata() -> dict[str, Any]:
    """metadata.yml, which is for a database called NAME."""
    return _read("metadata.yml")


def config() -> dict[str, Any]:
    """datasette.yml, which Datasette 1.0 reads beside metadata.yml."""
    return _read("datasette.yml")


def _read(file: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load((site_folder() / file).read_text(encoding="utf-8"), LOADER)
    return data


def merged(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Both settings merged, recursively; `theirs` win."""
    both = {
        key: merged(ours[key], value)
        if isinstance(value, dict) and isinstance(ours.get(key), dict)
        else value
        for key, value in theirs.items()
    }
    return {**ours, **both}
