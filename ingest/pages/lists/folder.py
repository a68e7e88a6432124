"""Folders of feeds: their addresses."""

from urllib.parse import quote


def folder_path(name: str) -> str:
    """The path of a folder's page. Browsers take . and .. for steps of a path, however they are written."""
    return f"/folder?name={name}" if name in (".", "..") else f"/folder/{quote(name, safe='')}"
