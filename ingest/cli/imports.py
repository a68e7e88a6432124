"""Commands that import saved documents: import."""

from collections.abc import Sequence
from pathlib import Path

import click

from ingest.archive.file.opening import is_there
from ingest.cli.group import main
from ingest.cli.options import NonEmptyPath, archive_argument, check_feed, document_options, quiet_option
from ingest.workers.start import begin_forks


@main.command("import", short_help="Take in saved feed documents, folders, web archives.")
@archive_argument
@click.argument("paths", type=NonEmptyPath(), nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--feed",
    metavar="URL",
    callback=check_feed,
    help="The feed that the documents are of, whatever they say themselves.",
)
@quiet_option
@document_options
def import_(archive: Path, paths: Sequence[Path], feed: str | None, quiet: bool) -> None:
    """Take in saved documents: feed files, folders of them, web archives (WARC).

    Each belongs to the feed whose address it names as its own, or else to its file's path. A later version of a
    document updates its feed, the same once more changes nothing. A feed that is new to the archive is not polled
    until you `add` it.
    """
    # A new archive has nothing of them, so that processes will read them.
    with begin_forks(archive.parent.is_dir() and not is_there(archive)):
        from ingest.cli.documents.importing import run_import

        run_import(archive, paths, feed, quiet)
