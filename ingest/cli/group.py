"""The command group `feedsette`, and the messages where a command fails."""

import errno
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from ingest import __version__
from ingest.archive.file.errors import FAILURES, ArchiveError, explain_failure, is_failure
from ingest.base.printable import keep_libraries_printable, printable

# Each command, and the module that adds it to the group: imported only where the command is wanted.
MODULES = {
    "add": "ingest.cli.follow",
    "backup": "ingest.cli.archive",
    "compact": "ingest.cli.entries.compact",
    "demo": "ingest.cli.serve",
    "documents": "ingest.cli.archive",
    "edit-feed": "ingest.cli.feed.edit",
    "feeds": "ingest.cli.follow",
    "import": "ingest.cli.imports",
    "merge": "ingest.cli.identity.merging",
    "merge-feeds": "ingest.cli.feed.merge",
    "remove-feed": "ingest.cli.feed.remove",
    "reparse": "ingest.cli.archive",
    "search": "ingest.cli.search",
    "serve": "ingest.cli.serve",
    "split": "ingest.cli.identity.merging",
    "update": "ingest.cli.poll",
    "watch": "ingest.cli.poll",
}


class Commands(click.Group):
    """Loads a command where it is wanted, and turns what goes wrong with an archive into a message and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in MODULES:
            import_module(MODULES[cmd_name])
        return super().get_command(ctx, cmd_name)

    def invoke(self, context: click.Context) -> Any:
        keep_libraries_printable()
        try:
            return self._invoke(context)
        except click.ClickException as error:
            error.message = printable(error.message)  # type: ignore[misc]
            raise

    def _invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except ArchiveError as error:
            raise click.ClickException(str(error)) from error
        except FAILURES as error:
            if not is_failure(error):
                raise
            raise click.ClickException(explain_failure(error, context.obj or Path("The archive"))) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of the output has closed it: click ends quietly
                raise
            raise click.ClickException(_explain_system(error)) from error


def _explain_system(error: OSError) -> str:
    why = error.strerror or str(error)
    if error.filename:
        return f"{error.filename}: {why}. Check the permissions of the file and of its folders."
    if error.errno == errno.ENOSPC:
        _forget_output()
        return f"The output cannot be written: {why}. Free some, or write it to another place."
    return f"The system refused: {why}. Try again; if it stays so, tell us what you ran."


def _forget_output() -> None:
    """Discard buffered output, instead of failing once more at exit."""
    with suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Keep everything that your feeds ever published, and browse it with Datasette.

    The archive is one SQLite file, which each command takes first:

    \b
        feedsette add archive.db https://www.lesswrong.com/feed.xml
        feedsette serve archive.db

    Exit codes: 0, done; 1, the command failed; 2, wrong usage; 3, done, but some feeds or documents failed, each of
    which is named on standard error.
    """


@contextmanager
def sigterm_as_ctrl_c() -> Iterator[None]:
    """SIGTERM raises KeyboardInterrupt in the block, so that what is being saved is saved, and the parse pool is ended,
    before the process is."""
    if threading.current_thread() is not threading.main_thread():  # only it can handle signals
        yield
        return

    def end(*_: object) -> None:
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in what a script starts in the background
            raise KeyboardInterrupt
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
