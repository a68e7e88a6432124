"""The setting base_url, normalised: Datasette puts it before every path as it is. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

_SETTINGS = [(option, name) for option in ("--setting", "-s") for name in ("base_url", "settings.base_url")]


def normalise_base_url(base_url: str) -> str:
    """The base_url with a slash at both ends, or at the end alone where it is a whole URL."""
    whole = "://" in base_url
    path = base_url.rstrip("/") if whole else f"/{base_url.strip('/')}".rstrip("/")
    return f"{path}/"


def normalise_options(options: Sequence[str]) -> list[str]:
    """Datasette's command-line options, with each base_url normalised."""
    before = list(zip(["", "", *options], ["", *options], strict=False))
    return [
        normalise_base_url(option) if pair in _SETTINGS else option
        for option, pair in zip(options, before, strict=False)
    ]


def normalise_settings(own: Mapping[str, Any]) -> dict[str, Any]:
    """The result of own_settings, with its base_url normalised."""
    settings = own.get("settings") or {}
    if "base_url" not in settings:
        return dict(own)
    return {**own, "settings": {**settings, "base_url": normalise_base_url(str(settings["base_url"]))}}
