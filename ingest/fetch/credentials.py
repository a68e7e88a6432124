"""Passwords and tokens of feeds, read from the environment or a file. The archive stores only a reference to them."""

import base64
import os
import re
from pathlib import Path

from ingest.fetch.exchange import secret_values

_HEADER = re.compile(r"([A-Za-z0-9-]+):\s+(\S.*)")


class NoSecret(Exception):
    """A secret is not where its reference says. The message is for the user."""


def credentials(where: str | None) -> tuple[dict[str, str], tuple[str, str] | None]:
    """The headers, or user name and password, to send with a request, by the secret at "env:NAME" or "file:PATH".

    A secret is a header ("X-Token: abc"), or "name:password", or else a bearer token (RFC 6750). Raises NoSecret.
    """
    if not where:
        return {}, None
    secret = read_secret(where)
    if header := _HEADER.fullmatch(secret):
        return {header[1]: header[2]}, None
    name, colon, password = secret.partition(":")
    return ({}, (name, password)) if colon else ({"Authorization": f"Bearer {secret}"}, None)


def secrets_of(where: str | None) -> tuple[str, ...]:
    """What a server may repeat of the secret at "env:NAME" or "file:PATH"; () where there is none. Never raises."""
    try:
        headers, auth = credentials(where)
    except NoSecret:
        return ()
    if auth:
        headers = {"Authorization": "Basic " + base64.b64encode(":".join(auth).encode()).decode()}
    return tuple(secret_values(headers))


def is_secret_reference(where: str) -> bool:
    """Whether this has the form "env:NAME" or "file:PATH"."""
    return bool(re.fullmatch(r"(?:env:[A-Za-z_]\w*|file:.+)", where))


def read_secret(where: str, what: str = "Its password or token") -> str:
    """The secret at "env:NAME" or "file:PATH". `what` begins the message of NoSecret, which this raises."""
    kind, _, name = where.partition(":")
    if kind == "env":
        if value := os.environ.get(name, "").strip():
            return value
        raise NoSecret(f"{what} should be in the environment variable {name}, which is not set.")
    try:
        secret = Path(name).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, ValueError):  # no such file, no text, no path
        secret = ""
    if not secret or "\n" in secret:
        raise NoSecret(f"{what} should be in the file {name}, as its only line.")
    return secret
