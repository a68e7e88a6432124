"""What the command import does. Apart from it, since a process that it starts first loads what it needs meanwhile."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing, closing
from pathlib import Path

from ingest.archive.file.errors import FAILURES, ArchiveError, explain_failure, is_failure
from ingest.archive.file.opening import LazyArchive, lazy_archive
from ingest.base.clock import now
from ingest.cli.documents.bounds import keep_within_bounds, tidy
from ingest.cli.progress import Bar
from ingest.cli.summary import Tally
from ingest.fetch.credentials import secrets_of
from ingest.imports.documents import count_files
from ingest.imports.importing import import_documents
from ingest.workers.collecting import collecting_less_often
from ingest.workers.parse_pool import ParsePool

_STOPPED = "It was stopped before all were taken in: what came until then is kept. The same command goes on."


def run_import(archive: Path, paths: Sequence[Path], feed: str | None, quiet: bool) -> None:
    tidy(archive)
    moment = now()
    tally = Tally(quiet=quiet)
    with collecting_less_often(), lazy_archive(archive) as opened:
        try:
            asyncio.run(_import(paths, opened, moment, feed, tally))
        except KeyboardInterrupt:
            tally.stopped = _STOPPED
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
