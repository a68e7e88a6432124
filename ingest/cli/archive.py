"""Commands on the archive as a file: backup. And what each command that writes to it begins with."""

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from ingest.archive.documents.recovery import tidy_documents
from ingest.archive.file.backup import back_up
from ingest.archive.file.opening import is_there, open_archive, why_not_writable
from ingest.cli.group import main, sigterm_as_ctrl_c
from ingest.cli.options import NonEmptyPath, archive_argument, quiet_option
from ingest.cli.progress import Bar
from ingest.cli.summary import human_size, plural
from ingest.cli.terminal import echo


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
