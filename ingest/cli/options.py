"""Arguments and options that several commands share, and their validation."""

import os
import re
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from ingest.archive.documents.bounds import (
    KEEP_VARIABLE,
    MAX_VARIABLE,
    BadSize,
    DocumentBounds,
    KeepDocuments,
    bounds_of_run,
    parse_size,
)
from ingest.base.http_url import BadAddress, is_fetchable, parse_http_url
from ingest.base.urls import web_url
from ingest.fetch.credentials import is_secret_reference
from ingest.poll.settings import (
    POLL_OPTIONS,
    BadPollSetting,
    PollOption,
    is_contact,
    poll_settings,
)
from ingest.search.operators.dates import DateTerm
from ingest.web.server.host_header import is_host

Command = Callable[..., Any]


class NonEmptyPath(click.Path):
    """A path. The empty one, as of an unset shell variable, is refused instead of meaning the current folder."""

    def __init__(self) -> None:
        super().__init__(readable=False, path_type=Path)  # opening it says more than a test

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("is empty. Name a file.", param, ctx)
        return super().convert(value, param, ctx)


def archive_argument(command: Command) -> Command:
    """The argument ARCHIVE; the root context keeps its value too, for error messages."""
    return click.argument("archive", type=NonEmptyPath(), callback=_note_archive)(command)


quiet_option = click.option("-q", "--quiet", is_flag=True, help="Say nothing where all is well.")


def _note_archive(context: click.Context, _: click.Parameter, archive: Path) -> Path:
    context.find_root().obj = archive
    return archive


def check_secret(_: click.Context, __: click.Parameter, place: str | None) -> str | None:
    if place is not None and not is_secret_reference(place):
        raise click.BadParameter(
            "is to say where the secret is: env:NAME or file:PATH. It is not stored itself."
        )
    return place


def check_date(_: click.Context, __: click.Parameter, date: str | None) -> str | None:
    """The beginning of a time, as in searches: "2025-03"."""
    if date is None:
        return None
    beginning = DateTerm.read(date, exact=True)
    if not beginning:
        raise click.BadParameter(f"“{date}” is no date such as 2024, 2024-03 or 2024-03-05.")
    return beginning


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


def check_feed(_: click.Context, __: click.Parameter, url: str | None) -> str | None:
    if url is None or re.fullmatch(r"file:///[!-~]+", url):  # as an earlier import has named it
        return url
    found = web_url(url)
    if found is None or not is_fetchable(found):
        raise click.BadParameter(
            "is to be the address of a feed: one that begins with https:// or http://, or the file:// address that "
            "`feedsette feeds` shows of an earlier import."
        )
    return found


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


class _OrVariable(click.Option):
    """Says of a bad value that it is that of the environment variable."""

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        try:
            return super().process_value(ctx, value)
        except click.BadParameter as error:
            if ctx.get_parameter_source(str(self.name)) is ParameterSource.ENVIRONMENT:
                error.param_hint = f"the environment variable {self.envvar} ({self.opts[0]})"
            raise


def document_options(command: Command) -> Command:
    """The options of commands that keep documents, or environment variables: they hold while the command runs."""

    @click.option(
        "--keep-documents",
        cls=_OrVariable,
        type=click.Choice(["all", "none"]),
        envvar=KEEP_VARIABLE,
        help="Whether this run keeps the documents themselves, byte for byte. A feed's own bound goes before it.",
    )
    @click.option(
        "--max-documents",
        cls=_OrVariable,
        metavar="SIZE|none",
        envvar=MAX_VARIABLE,
        callback=check_size,
        help="What they may take on disk, such as 5GB: at the end, older ones above it go. A feed's own bound goes "
        "before it.",
    )
    @wraps(command)
    def within_bounds(keep_documents: KeepDocuments | None, max_documents: str | None, **values: Any) -> Any:
        size = None if max_documents is None else parse_size(max_documents)
        with bounds_of_run(DocumentBounds(keep_documents, size)):
            return command(**values)

    decorated: Command = within_bounds
    return decorated


def check_size(_: click.Context, __: click.Parameter, text: str | None) -> str | None:
    try:
        if text not in (None, "default"):
            parse_size(text)
    except BadSize as error:
        raise click.BadParameter(str(error)) from error
    return text


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
