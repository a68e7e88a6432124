"""Commands on the archive and its documents: backup, reparse. And what each command that writes to it begins with."""

import asyncio
import re
from collections.abc import Sequence
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any

import click
from sqlite_utils import Database

from ingest.archive.documents.known import WantedDocuments, count_documents, outdated_documents
from ingest.archive.documents.recovery import tidy_documents
from ingest.archive.feeds import find_feed
from ingest.archive.file.backup import back_up
from ingest.archive.file.errors import FAILURES, ArchiveError, explain_failure, is_failure
from ingest.archive.file.opening import is_there, open_archive, why_not_writable
from ingest.archive.subscriptions import subscription
from ingest.base.reader import READER
from ingest.cli.group import main, sigterm_as_ctrl_c
from ingest.cli.options import NonEmptyPath, archive_argument, check_date, quiet_option
from ingest.cli.progress import Bar
from ingest.cli.summary import Rereadings, human_size, plural
from ingest.cli.terminal import echo
from ingest.imports.reparse import reparse
from ingest.workers.parse_pool import ParsePool


def tidy(archive: Path) -> None:
    """Cut off what a crash has left in the files of documents, and say on standard error what is wrong with them.

    Does nothing where the archive is not there, or cannot be written to, which the command says itself. Raises
    ArchiveError.
    """
    if is_there(archive) and not why_not_writable(archive):
        with closing(open_archive(archive)) as db:
            for sentence in tidy_documents(db):
                echo(sentence, err=True)


class BackupTarget(NonEmptyPath):
    """A file, or a folder that exists: what ends with a slash is not to become a file of that name."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = super().convert(value, param, ctx)
        if str(value).endswith("/") and not path.is_dir():
            self.fail(f"The folder {value} does not exist. Make it, or name another.", param, ctx)
        return path


@main.command()
@archive_argument
@click.argument("target", type=BackupTarget())
@quiet_option
def backup(archive: Path, target: Path, quiet: bool) -> None:
    """Copy the archive to TARGET, a file or a folder, also while it is served, updated or watched.

    The copy is one file, and is checked before it takes the place of an older one there. An archive of another release
    is copied as it is. What a killed backup has left, TARGET.unfinished-…, a later one removes, from a minute
    after.
    """
    with sigterm_as_ctrl_c(), Bar(0, "Copying", quiet) as bar:
        made = back_up(archive, target, bar.reach)
    if not quiet:
        echo(
            f"{made.path}: {plural(made.entries, 'entry', 'entries')} of {plural(made.feeds, 'feed')}, "
            f"{human_size(made.bytes)}, checked"
        )


@main.command("reparse")
@archive_argument
@click.option("--feed", "names", multiple=True, metavar="FEED", help="Of this feed: its number or address.")
@click.option(
    "--since", metavar="DATE", callback=check_date, help="Received since then: 2025, 2025-03, 2025-03-05."
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@quiet_option
def reparse_(archive: Path, names: Sequence[str], since: str | None, dry_run: bool, quiet: bool) -> None:
    """Read kept documents again that another version of the reader has read.

    What this version reads more is added, and what it reads otherwise takes the place of what was read before, which
    is no edit. Where words go by it, the former text is kept. What you have said of feeds stays, and so do the numbers
    of entries, when they were first seen, and their revisions.

    Where it is stopped, the same command goes on.
    """
    if not dry_run:
        tidy(archive)
    with closing(open_archive(archive)) as db:
        wanted = WantedDocuments([_feed_named(db, name) for name in names] or None, since)
        documents = outdated_documents(db, READER, wanted)
        done = Rereadings(count_documents(db, READER, wanted), dry_run=dry_run, quiet=quiet)
    try:
        with sigterm_as_ctrl_c():
            asyncio.run(_reparse(archive, documents, done))
    except KeyboardInterrupt:
        done.stopped = "It was stopped before all were read: what was read until then is saved. "
        done.stopped += "The same command goes on."
    except (ArchiveError, *FAILURES) as error:  # such as a full disk: what came before it is saved
        if isinstance(error, FAILURES) and not is_failure(error):
            raise
        done.stopped = str(error) if isinstance(error, ArchiveError) else explain_failure(error, archive)
    done.report()


def _feed_named(db: Database, name: str) -> int:
    number = int(name) if re.fullmatch("[0-9]{1,18}", name) else find_feed(db, name)
    if number is None or subscription(db, number) is None:
        raise click.BadParameter(
            f"The archive has no feed {name}. `feedsette feeds` lists what it has.", param_hint="--feed"
        )
    return number


async def _reparse(archive: Path, documents: Sequence[int], done: Rereadings) -> None:
    with closing(ParsePool()) as pool, Bar(len(documents), "Reading", done.quiet) as bar:
        async with aclosing(reparse(archive, documents, pool, done.dry_run)) as results:
            async for result in results:
                done.add(result)
                bar.step()
