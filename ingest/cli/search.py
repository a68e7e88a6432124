"""Commands that find entries: search."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from ingest.archive.file.opening import read_archive
from ingest.cli.group import main
from ingest.cli.options import archive_argument
from ingest.cli.output import as_lines, as_rows
from ingest.cli.terminal import echo, printable_json
from ingest.search.hits import Sort, search


@main.command("search", short_help="Find entries, with the operators of the search page.")
@archive_argument
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--sort", type=click.Choice(["relevance", "newest", "oldest"]), default="relevance", show_default=True
)
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="How many to show.")
@click.option("--json", "as_json", is_flag=True, help="The results as JSON.")
def search_(archive: Path, query: Sequence[str], sort: Sort, limit: int, as_json: bool) -> None:
    """Find entries: words, "phrases", -without, word*, one OR another, and operators.

    \b
        tag:  author:  title:  feed:  lang:  host:       what it is, who wrote it, where it links to
        source:                                          where an aggregated entry comes from
        before:2025  after:2024-03                       when it was published
        has:audio  has:math  is:edited  is:removed
        has:transcript  has:chapters  is:undated
        longer:30m  shorter:1h30m                        how long its audio or video takes
        (moon tide) OR (sun -eclipse)                    what belongs together

    Put -- before a query that begins with a minus.
    """
    with closing(read_archive(archive)) as db:
        results = search(db, " ".join(query), sort=sort, limit=limit)
    if as_json:
        echo(printable_json(as_rows(results)))
        return
    for note in results.notes:
        echo(note, err=True)
    if not results.query.clauses:
        raise click.ClickException(
            "There is nothing in that to search for. Mend what is said above, name a word, or see --help."
            if results.notes
            else "There is nothing in that to search for. Name a word, or see --help."
        )
    if results.suggestion:
        echo(f"Did you mean: {results.suggestion}", err=True)
    if not results.hits:
        echo(f"Nothing was found for “{' '.join(query)}”.")
    for hit in results.hits:
        echo(as_lines(hit), styled=True)
    if results.total > len(results.hits):
        echo(f"{results.total:,} in all; --limit shows more.", err=True)
