"""Commands on the archive as files: backup, documents, reparse. And what those begin with that write to it."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing, closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlite_utils import Database

from ingest.archive.documents.bounds import (
    DocumentBounds,
    archive_bounds,
    feed_bounds,
    human_size,
    set_bounds,
)
from ingest.archive.documents.checking import checked_documents, kept_documents
from ingest.archive.documents.folder_copy import FileProblem
from ingest.archive.documents.known import WantedDocuments, count_documents, outdated_documents
from ingest.archive.documents.missing import named_with_counts
from ingest.archive.documents.pruning.plan import PrunePlan
from ingest.archive.documents.pruning.prune import why_above
from ingest.archive.documents.pruning.stored import FeedDocuments, documents_by_feed, prune_plan
from ingest.archive.documents.pruning.totals import folder_size
from ingest.archive.documents.recovery import why_no_folder
from ingest.archive.documents.warc.folder import warc_folder
from ingest.archive.file.backup import Backup, back_up
from ingest.archive.file.errors import FAILURES, ArchiveError, explain_failure, is_failure
from ingest.archive.file.opening import open_archive, read_archive
from ingest.base.advice import Problem
from ingest.base.models import READER
from ingest.cli.documents.bounds import prune_now, tidy
from ingest.cli.documents.lines import bound_line, checked_line, documents_table, documents_total, going_lines
from ingest.cli.documents.rereadings import Rereadings
from ingest.cli.feed.named import feed_named
from ingest.cli.group import main, sigterm_as_ctrl_c
from ingest.cli.options import NonEmptyPath, archive_argument, check_size, quiet_option
from ingest.cli.progress import Bar
from ingest.cli.summary import exit_with_status, plural, say_problems
from ingest.cli.terminal import echo, printable_json, terminal_columns
from ingest.fetch.credentials import secrets_of
from ingest.imports.prove_removals import prove_removals
from ingest.imports.reparse import reparse
from ingest.search.operators.dates import DateTerm
from ingest.workers.parse_pool import ParsePool


class BackupTarget(NonEmptyPath):
    """A file, or a folder that exists: what ends with a slash is not to become a file of that name."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = super().convert(value, param, ctx)
        if str(value).endswith("/") and not path.is_dir():
            self.fail(f"The folder {value} does not exist. Make it, or name another.", param, ctx)
        return path


@main.command(short_help="Copy the archive, also while it is in use.")
@archive_argument
@click.argument("target", type=BackupTarget())
@click.option("--without-documents", is_flag=True, help="Leave out the documents: copy the file alone.")
@quiet_option
def backup(archive: Path, target: Path, without_documents: bool, quiet: bool) -> None:
    """Copy the archive to TARGET, a file or a folder, also while it is served, updated or watched.

    The copy is one file, and is checked before it takes the place of an older one there. An archive of another release
    is copied as it is. What a killed backup has left, TARGET.unfinished-…, a later one removes, from a minute
    after.

    The documents that were received are copied to the folder TARGET.warc (of archive.db, archive.warc), and checked:
    what is there already is not copied again. What was freed in the archive goes there too, but nothing that it does
    not know.
    """
    with sigterm_as_ctrl_c(), Bar(0, "Copying", quiet) as bar:
        made = back_up(archive, target, bar.reach, not without_documents)
    if not quiet:
        echo(
            f"{made.path}: {plural(made.entries, 'entry', 'entries')} of {plural(made.feeds, 'feed')}, "
            f"{human_size(made.bytes)}, checked{_with_documents(made)}"
        )
    folder = warc_folder(archive)
    missing = [Problem(str(folder / problem.name), _why_incomplete(problem)) for problem in made.problems]
    say_problems(missing, "files")
    exit_with_status(bool(missing), True)


def _why_incomplete(problem: FileProblem) -> str:
    documents = sum(count for _, count in problem.feeds)
    of = f"{plural(documents, 'document')} of {named_with_counts(dict(problem.feeds))}"
    if problem.in_backup:
        return f"{problem.why}. The backup has its documents from before ({of}): put it back from there."
    return f"{problem.why}, and so are its documents in the backup: {of}."


def _with_documents(made: Backup) -> str:
    if not made.documents:
        return ""
    return f", with {plural(made.documents, 'document')} ({human_size(made.document_bytes)})"


@main.command("documents", short_help="List the documents that are kept, and what they take.")
@archive_argument
@click.option(
    "--feed", "names", metavar="FEED", multiple=True, help="Of this feed alone: its number or address."
)
@click.option(
    "--keep-documents",
    type=click.Choice(["all", "none", "default"]),
    help="Whether they are kept from now on, byte for byte.",
)
@click.option(
    "--max-documents",
    metavar="SIZE|none|default",
    callback=check_size,
    help="What they may take on disk from now on, such as 5GB.",
)
@click.option("--prune", is_flag=True, help="Free now what goes by the bound, instead of listing.")
@click.option(
    "--check",
    is_flag=True,
    help="Read what is kept, and compare its sha256: what is damaged or missing is named.",
)
@click.option("--json", "as_json", is_flag=True, help="The list as JSON.")
@quiet_option
def documents_(
    archive: Path,
    names: Sequence[str],
    keep_documents: str | None,
    max_documents: str | None,
    prune: bool,
    check: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """List the documents that were received, by feed: how many are kept, what they take, what would go.

    With --keep-documents or --max-documents the archive notes these bounds, or those of each --feed, which then counts
    by itself, and whose bound goes before any other's, also that of a run; `default` takes a feed's own away. Where a
    run ends above its bound, documents go: first those between two in which the same was read, then others, the oldest
    first. The first and last document of each version of an entry and the last of each feed stay, and so does every
    row of the list: only bytes go.
    """
    if prune and check:
        raise click.UsageError("--check and --prune are two things to do: one after the other.")
    if as_json and (prune or check):
        raise click.UsageError("--json is for the list, without --check and --prune.")
    writes = prune or keep_documents or max_documents
    if writes:
        tidy(archive)
    with closing(open_archive(archive) if writes else read_archive(archive)) as db:
        feeds = [feed_named(db, name) for name in names]
        for feed in feeds or (None,):
            set_bounds(db, keep_documents, max_documents, feed)
        if check:
            _check(db, archive, feeds, quiet)
            return
        if prune:
            exit_with_status(prune_now(db, archive, feeds, quiet), True)
            return
        if why := why_no_folder(warc_folder(archive)):
            echo(why, err=True)
        plan = prune_plan(db, feeds)
        listed = [one for one in documents_by_feed(db, plan) if one.feed in feeds or not feeds]
        if as_json:
            echo(printable_json([asdict(one) for one in listed]))
        else:
            _list(db, archive, listed, plan, feeds)


def _check(db: Database, archive: Path, feeds: Sequence[int], quiet: bool) -> None:
    documents = kept_documents(db.conn, feeds)
    damaged = []
    with Bar(len(documents), "Checking", quiet) as bar:
        for one in checked_documents(db.conn, archive, documents):
            bar.step()
            if one.why:
                damaged.append(one)
    say_problems([Problem(f"document {one.id} of {one.feed}", str(one.why)) for one in damaged], "documents")
    if not quiet:
        echo(checked_line(len(documents), damaged))
    exit_with_status(bool(damaged), True)


def _list(
    db: Database, archive: Path, listed: Sequence[FeedDocuments], plan: PrunePlan, feeds: Sequence[int]
) -> None:
    bounds, own = archive_bounds(db), feed_bounds(db)
    for line in documents_table(listed, terminal_columns()):
        echo(line)
    if not listed:
        kept = (
            "They are not kept: --keep-documents all"
            if bounds.keep == "none"
            else "The next update or import"
        )
        echo(f"No documents were received yet. {kept} keeps them.")
    else:
        echo(documents_total(listed, warc_folder(archive).name, folder_size(db)))
    for feed in feeds:
        echo(bound_line(f"Bound of feed {feed}", own.get(feed, DocumentBounds()), bounds))
    if not feeds and listed:
        echo(bound_line("Bound", bounds))
    for line in going_lines(plan.repeated, plan.others, "would go; --prune frees it"):
        echo(line)
    if plan.above:
        echo(why_above(plan))


def check_date(_: click.Context, __: click.Parameter, date: str | None) -> str | None:
    """The beginning of a time, as in searches: "2025-03"."""
    if date is None:
        return None
    beginning = DateTerm.read(date, exact=True)
    if not beginning:
        raise click.BadParameter(f"“{date}” is no date such as 2024, 2024-03 or 2024-03-05.")
    return beginning


@main.command("reparse", short_help="Read kept documents again, as this version reads them.")
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

    Where an earlier release marked an entry as removed from its feed, the documents from then are looked at again, and
    whether they prove it is kept; when it was marked stays.

    Where it is stopped, the same command goes on.
    """
    if not dry_run:
        tidy(archive)
    with closing(open_archive(archive)) as db:
        wanted = WantedDocuments([feed_named(db, name) for name in names] or None, since)
        documents = outdated_documents(db, READER, wanted)
        counts = count_documents(db, READER, wanted)
        done = Rereadings(counts, since, wanted.feeds, dry_run=dry_run, quiet=quiet)
    try:
        with sigterm_as_ctrl_c():
            asyncio.run(_reparse(archive, documents, done))
    except KeyboardInterrupt:
        done.stopped = "It was stopped before all were read" + (
            "." if dry_run else ": what was read until then is saved. The same command goes on."
        )
    except (ArchiveError, *FAILURES) as error:  # such as a full disk: what came before it is saved
        if isinstance(error, FAILURES) and not is_failure(error):
            raise
        done.stopped = str(error) if isinstance(error, ArchiveError) else explain_failure(error, archive)
    done.report()


async def _reparse(archive: Path, documents: Sequence[int], done: Rereadings) -> None:
    with closing(ParsePool()) as pool, Bar(len(documents), "Reading", done.quiet) as bar:
        async with aclosing(reparse(archive, documents, pool, done.dry_run, secrets_of)) as results:
            async for result in results:
                done.add(result)
                bar.step()
        done.marks = await prove_removals(archive, pool, done.wanted_feeds, done.dry_run)
