"""The command that lists and removes revisions in which nothing was edited that a reader reads."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from ingest.archive.documents.bounds import human_size
from ingest.archive.edits.compact import FeedNoise, noise_by_feed, remove_noise
from ingest.archive.edits.noise import SAID_OF_NOISE
from ingest.archive.file.opening import open_archive
from ingest.cli.group import main, sigterm_as_ctrl_c
from ingest.cli.options import archive_argument, quiet_option
from ingest.cli.progress import Bar
from ingest.cli.summary import plural
from ingest.cli.terminal import echo, printable_json


@main.command(short_help="List and remove revisions in which nothing was edited.")
@archive_argument
@click.option("--yes", is_flag=True, help="Remove them now, instead of listing.")
@click.option("--json", "as_json", is_flag=True, help="List as JSON.")
@quiet_option
def compact(archive: Path, yes: bool, as_json: bool, quiet: bool) -> None:
    """List revisions in which nothing was edited that a reader reads, by feed and rule, with what they take.

    Such revisions were kept by earlier versions of Feedsette: of dates that move, signatures in addresses, counters.
    With --yes they are removed. No word of a title or text goes, but those of counters; and what was received of
    documents stays as it is.
    """
    if yes and as_json:
        raise click.UsageError("--json is for the list, without --yes.")
    with closing(open_archive(archive)) as db:
        found = noise_by_feed(db)
        if as_json:
            echo(printable_json([asdict(one) for one in found]))
            return
        _list(found, quiet)
        if not found or not yes:
            return
        total = sum(one.revisions for one in found)
        removed = 0
        with sigterm_as_ctrl_c(), Bar(total, "Removing", quiet) as bar:
            for count in remove_noise(db):
                removed += count
                bar.step(count)
    if not quiet:
        echo(f"{plural(removed, 'revision')} removed. Their room in the file is used again by what comes.")


def _list(found: Sequence[FeedNoise], quiet: bool) -> None:
    if quiet:
        return
    if not found:
        echo("There is nothing to remove: in every revision something was edited.")
        return
    for one in found:
        echo(f"{one.feed}  {one.title}: {times_only(one)}, {human_size(one.bytes)}")
    total, size = sum(one.revisions for one in found), sum(one.bytes for one in found)
    echo(f"{plural(total, 'revision')} in which nothing was edited: {human_size(size)}. --yes removes them.")


def times_only(one: FeedNoise) -> str:
    """What changed in revisions of a feed: "58 times only its date"."""
    return f"{plural(one.revisions, 'time')} only {SAID_OF_NOISE[one.reason]}"
