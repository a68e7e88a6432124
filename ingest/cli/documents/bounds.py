"""What commands that write to an archive do about its documents: take up what no row names, free what is too much."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.bounds import human_size
from ingest.archive.documents.pruning.prune import LEFT, free_planned, freed_line, why_above
from ingest.archive.documents.pruning.stored import prune_plan
from ingest.archive.documents.pruning.totals import document_limits, folder_size
from ingest.archive.documents.recovery import tidy_documents
from ingest.archive.documents.warc.folder import warc_folder
from ingest.archive.file.errors import ArchiveError, explained
from ingest.archive.file.opening import is_there, open_archive, why_not_writable
from ingest.base.advice import Problem
from ingest.cli.documents.lines import going_lines
from ingest.cli.progress import Bar
from ingest.cli.summary import say_problems
from ingest.cli.terminal import echo


def tidy(archive: Path) -> None:
    """Take up documents that no row names, and say so, and what is wrong with the files, on standard error.

    Does nothing where the archive is not there, or cannot be written to, which the command says itself. Raises
    ArchiveError.
    """
    if is_there(archive) and not why_not_writable(archive):
        with closing(open_archive(archive)) as db:
            for sentence in tidy_documents(db):
                echo(sentence, err=True)


def keep_within_bounds(archive: Path, quiet: bool = False) -> bool:
    """At the end of a run: free what goes by the bounds of documents, and say so. Returns whether that failed."""
    if not is_there(archive):
        return False
    try:
        return free_above_bounds(archive, quiet)
    except ArchiveError as error:
        echo(error, err=True)
    except OSError as error:
        why = f"{error.strerror or error}. Nothing more was freed of its documents."
        echo(f"{error.filename or warc_folder(archive)}: {why}", err=True)
    return True


def free_above_bounds(
    archive: Path, quiet: bool = False, given_up: Callable[[], bool] = lambda: False
) -> bool:
    """The same, until `given_up` returns true; raises ArchiveError and OSError."""
    with closing(open_archive(archive)) as db, explained(archive):
        return prune_now(db, archive, (), quiet, True, given_up)


def prune_now(
    db: Database,
    archive: Path,
    feeds: Sequence[int],
    quiet: bool,
    only_if_above: bool = False,
    given_up: Callable[[], bool] = lambda: False,
) -> bool:
    """Say what goes, and free it, of these feeds or all. Returns whether a file was left as it was."""
    plan = prune_plan(db, feeds, again=not only_if_above)
    going = plan.documents
    if going and not quiet:
        for line in going_lines(plan.repeated, plan.others, "go"):
            echo(line, err=True)
    freed = []
    with Bar(len(going), "Freeing", quiet) as bar:
        for one in free_planned(db, plan):
            freed.append(one)
            bar.step(one.documents)
            if given_up():
                break
    if not quiet:
        if going:
            echo(freed_line(freed), err=only_if_above)
        elif not only_if_above and not plan.left:
            echo(_why_nothing_goes(db))
        if plan.above:
            echo(why_above(plan), err=True)
    left = [Problem(str(warc_folder(archive) / one.name), f"{one.left}, {LEFT}") for one in freed if one.left]
    say_problems(left, "files")
    return bool(left)


def _why_nothing_goes(db: Database) -> str:
    if all(limit is None for limit in document_limits(db).values()):
        return "Nothing was freed: there is no bound. Name one: --max-documents SIZE"
    return (
        f"Nothing was freed: of {human_size(folder_size(db))} that are kept, nothing is to go by the bound."
    )
