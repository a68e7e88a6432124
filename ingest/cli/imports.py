"""Commands that import saved documents: import."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing, closing
from pathlib import Path

import click

from ingest.archive.file.errors import FAILURES, ArchiveError, explain_failure, is_failure
from ingest.archive.file.opening import LazyArchive, lazy_archive
from ingest.base.clock import now
from ingest.cli.documents.bounds import keep_within_bounds, tidy
from ingest.cli.group import main
from ingest.cli.options import NonEmptyPath, archive_argument, check_feed, document_options, quiet_option
from ingest.cli.progress import Bar
from ingest.cli.summary import Tally
from ingest.fetch.credentials import secrets_of
from ingest.imports.documents import count_files
from ingest.imports.importing import import_documents
from ingest.workers.parse_pool import ParsePool


@main.command("import")
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
    tidy(archive)
    moment = now()
    tally = Tally(quiet=quiet)
    with lazy_archive(archive) as opened:
        try:
            asyncio.run(_import(paths, opened, moment, feed, tally))
        except FAILURES as error:  # of the archive's, such as a full disk: what came before it is saved
            if not is_failure(error):
                raise
            tally.stopped = explain_failure(error, archive)
        except ArchiveError as error:
            tally.stopped = str(error)
    tally.report(not tally.stopped and keep_within_bounds(archive, quiet))


async def _import(
    paths: Sequence[Path], archive: LazyArchive, moment: str, feed: str | None, tally: Tally
) -> None:
    with closing(ParsePool(forks=True)) as pool, Bar(count_files(paths), "Importing", tally.quiet) as bar:
        done = import_documents(paths, archive, lambda _: moment, pool, feed, secrets_of)
        async with aclosing(done) as results:
            async for imported in results:
                tally.add(imported)
                bar.step()
