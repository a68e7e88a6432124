"""Arguments and options that several commands share, and their validation."""

import re
from collections.abc import Callable
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
from ingest.base.http_url import is_fetchable
from ingest.base.urls import web_url

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
