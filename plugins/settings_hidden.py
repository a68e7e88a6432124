"""Hides the configuration of plugins, with its tokens and password hashes, from Datasette's pages of its metadata
(0.65) and configuration (1.0): Datasette itself hides only some names."""

from typing import Any

from datasette import hookimpl

from ingest.web import compat

_OF_NAMES = ("databases", "tables", "queries", "columns")  # where a key is a name that the user gave


@hookimpl
def startup(datasette: Any) -> None:
    """Takes it out of the settings that all pages show."""
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
