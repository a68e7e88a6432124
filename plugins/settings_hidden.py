"""Datasette's pages of its metadata (0.65) and configuration (1.0) without what plugins are configured with: tokens and
password hashes stand there, under names that nobody can list."""

from typing import Any

from datasette import hookimpl

from ingest.web import compat

_OF_NAMES = ("databases", "tables", "queries", "columns")  # where a key is a name that the user gave


@hookimpl
def startup(datasette: Any) -> None:
    """Takes it out where all pages get it from."""
    compat.change_shown_settings(datasette, without_plugins)


def without_plugins(settings: Any, of: str | None = None) -> Any:
    """Settings without “plugins”, at every level. `of` is the key that they stood under."""
    if isinstance(settings, list):
        return [without_plugins(value) for value in settings]
    if not isinstance(settings, dict):
        return settings
    if of in _OF_NAMES:
        return {name: without_plugins(value) for name, value in settings.items()}
    return {key: without_plugins(value, key) for key, value in settings.items() if key != "plugins"}
