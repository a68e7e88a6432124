"""Options of commands that poll feeds or serve the archive, and their validation."""

import os
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import click

from ingest.base.http_url import BadAddress, parse_http_url
from ingest.cli.options import Command
from ingest.fetch.credentials import is_secret_reference
from ingest.poll.settings import (
    POLL_OPTIONS,
    BadPollSetting,
    PollOption,
    is_contact,
    poll_settings,
)
from ingest.web.server.host_header import is_host


def check_secret(_: click.Context, __: click.Parameter, place: str | None) -> str | None:
    if place is not None and not is_secret_reference(place):
        raise click.BadParameter(
            "is to say where the secret is: env:NAME or file:PATH. It is not stored itself."
        )
    return place


def check_public_url(_: click.Context, __: click.Parameter, url: str | None) -> str | None:
    if url is None:
        return None
    try:
        found, credentials = parse_http_url(url)
    except BadAddress as error:
        raise click.BadParameter(f"{error} Such as https://feeds.example.org") from error
    if credentials or found.query or found.fragment:
        raise click.BadParameter("is to be the address alone, such as https://feeds.example.org")
    return url


def check_hosts(_: click.Context, __: click.Parameter, names: Sequence[str]) -> Sequence[str]:
    for name in names:
        if not is_host(name):
            raise click.BadParameter(
                f"“{name}” is to be a name alone, without https:// and port, such as feeds.example.org"
            )
    return names


def poll_options(command: Command) -> Command:
    """The options of commands that poll, or environment variables; the command gets them as `settings`."""

    @wraps(command)
    def with_settings(**values: Any) -> Any:
        chosen = {option.key: values.pop(option.key) for option in POLL_OPTIONS}
        try:
            settings = poll_settings(chosen)
        except BadPollSetting as error:
            raise click.UsageError(str(error)) from error
        return command(settings=settings, **values)

    decorated: Command = with_settings
    for option in reversed(POLL_OPTIONS):
        decorated = _as_click_option(option)(decorated)
    return decorated


def _as_click_option(option: PollOption) -> Callable[[Command], Command]:
    kind: dict[str, Any]
    if option.least is None:
        kind = {"metavar": "URL", "callback": _check_contact}
    elif option.is_whole:
        kind = {"type": click.IntRange(min=int(option.least)), "show_default": True}
    else:
        kind = {"type": click.FloatRange(min=option.least), "show_default": True}
    return click.option(option.name, envvar=option.variable, default=option.default, help=option.help, **kind)


def _check_contact(_: click.Context, __: click.Parameter, contact: str | None) -> str | None:
    if contact is not None and not is_contact(contact):
        raise click.BadParameter("is to be a line of ASCII characters: it is sent with every request.")
    return contact


def export_poll_options(context: click.Context) -> None:
    """Put the options into the environment, for the processes and plugins that this command starts."""
    for option in POLL_OPTIONS:
        value = context.params.get(option.key)
        if value is not None:
            os.environ[option.variable] = str(value)
