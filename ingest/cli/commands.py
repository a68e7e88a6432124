"""The command: each verb is a few lines over the library."""

import asyncio
import errno
import os
import re
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, aclosing, closing, contextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path
from typing import Any

import click
from sqlite_utils import Database

from ingest import __version__
from ingest.archive.feeds import find_feed, list_feeds
from ingest.archive.file.backup import back_up
from ingest.archive.file.opening import (
    FAILURES,
    ArchiveError,
    check_writable,
    explain,
    is_failure,
    open_archive,
    read_archive,
)
from ingest.archive.holds import remembered
from ingest.archive.subscriptions import Subscription, due, next_due, subscriptions
from ingest.base import opml
from ingest.base.advice import Problem
from ingest.base.clock import now
from ingest.base.http_url import BadAddress, address, is_fetchable
from ingest.base.url_spelling import without_credentials
from ingest.base.urls import web_url
from ingest.cli.output import as_lines, as_rows, as_subscriptions, how_it_is_doing
from ingest.cli.progress import Bar, progress
from ingest.cli.summary import Polls, Tally, end, plural, say_poll, size
from ingest.cli.terminal import echo, keep_libraries_printable, printable, printable_json, printable_xml
from ingest.fetch.client import Fetcher
from ingest.fetch.credentials import NoSecret, is_place, read_secret
from ingest.follow.adding import Adding, ask_which, take_all, take_first
from ingest.imports.documents import count_files
from ingest.imports.importing import import_documents, import_samples
from ingest.poll.settings import Manners, fetching, hand_on
from ingest.poll.update import update
from ingest.poll.watch import watch
from ingest.search.search import Sort, search
from ingest.web.server.host_header import is_host
from ingest.workers.parse_pool import Readers


class Commands(click.Group):
    """Turns what goes wrong with an archive into a message and exit code 1."""

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
            raise click.ClickException(explain(error, context.obj or Path("The archive"))) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # who reads the output has seen enough: click ends quietly
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
    """Have what is still waiting to be written go nowhere, instead of failing once more at the end."""
    with suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


class File(click.Path):
    """A path. The empty one, which a variable of the shell's leaves that is not set, is not the current folder."""

    def __init__(self) -> None:
        super().__init__(readable=False, path_type=Path)  # opening it says more than a test

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("is empty. Name a file.", param, ctx)
        return super().convert(value, param, ctx)


def archive_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.argument("archive", type=File(), callback=_remember)(command)


quiet_option = click.option("-q", "--quiet", is_flag=True, help="Say nothing where all is well.")


def _remember(context: click.Context, _: click.Parameter, archive: Path) -> Path:
    context.find_root().obj = archive
    return archive


def _place(_: click.Context, __: click.Parameter, place: str | None) -> str | None:
    if place is not None and not is_place(place):
        raise click.BadParameter(
            "is to say where the secret is: env:NAME or file:PATH. It is not stored itself."
        )
    return place


def _public(_: click.Context, __: click.Parameter, url: str | None) -> str | None:
    if url is None:
        return None
    try:
        found, credentials = address(url)
    except BadAddress as error:
        raise click.BadParameter(f"{error} Such as https://feeds.example.org") from error
    if credentials or found.query or found.fragment:
        raise click.BadParameter("is to be the address alone, such as https://feeds.example.org")
    return url


def _hosts(_: click.Context, __: click.Parameter, names: Sequence[str]) -> Sequence[str]:
    for name in names:
        if not is_host(name):
            raise click.BadParameter(
                f"“{name}” is to be a name alone, without https:// and port, such as feeds.example.org"
            )
    return names


def _feed(_: click.Context, __: click.Parameter, address: str | None) -> str | None:
    if address is None or re.fullmatch(r"file:///[!-~]+", address):  # as an earlier import has named it
        return address
    url = web_url(address)
    if url is None or not is_fetchable(url):
        raise click.BadParameter(
            "is to be the address of a feed: one that begins with https:// or http://, or the file:// address that "
            "`feedsette feeds` shows of an earlier import."
        )
    return url


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


@main.command()
@click.option("--keep", type=File(), metavar="FILE", help="Make the archive here, and keep it.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port to serve on.  [default: the first free one from 8001 on]",
)
@click.option("--open", "open_browser", is_flag=True, help="Open it in the web browser.")
def demo(keep: Path | None, port: int | None, open_browser: bool) -> None:
    """Make a sample archive and serve it.

    It is made from feeds that come with Feedsette; nothing is fetched. An archive that is there already is served as
    it is.
    """
    from ingest.web.server.serve import run_datasette

    with tempfile.TemporaryDirectory(prefix="feedsette-") as folder:
        archive = keep or Path(folder) / "archive.db"
        if archive.exists():
            read_archive(archive).close()
            echo(f"{archive} is there already: nothing is added to it.", err=True)
        else:
            _make_sample(archive)
        run_datasette(archive, "127.0.0.1", port, open_browser, ())


def _make_sample(archive: Path) -> None:
    tally = Tally()
    with lazy_archive(archive) as opened:
        for imported in import_samples(opened):
            tally.add(imported)
    tally.report()


@main.command("import")
@archive_argument
@click.argument("paths", type=File(), nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--feed",
    metavar="URL",
    callback=_feed,
    help="The feed that the documents are of, whatever they say themselves.",
)
@quiet_option
def import_(archive: Path, paths: Sequence[Path], feed: str | None, quiet: bool) -> None:
    """Take in saved documents: feed files, folders of them, web archives (WARC).

    Each belongs to the feed whose address it names as its own, or else to its file's path. A later version of a
    document updates its feed, the same once more changes nothing. A feed that is new to the archive is not polled
    until you `add` it.
    """
    moment = now()
    tally = Tally(quiet=quiet)
    with lazy_archive(archive) as opened:
        done = import_documents(paths, opened, lambda _: moment, feed)
        try:
            for imported in progress(done, count_files(paths), "Importing", quiet):
                tally.add(imported)
        except FAILURES as error:  # of the archive's, such as a full disk: what came before it is saved
            if not is_failure(error):
                raise
            tally.stopped = explain(error, archive)
    tally.report()


@main.command()
@archive_argument
@click.argument("sources", nargs=-1, required=True, metavar="URL|FILE|OPML...")
@click.option("--all", "every", is_flag=True, help="All feeds of a page that has several.")
@click.option("--first", is_flag=True, help="The first feed of a page that has several.")
@click.option("--folder", help="Keep them in this folder.")
@click.option("--allow-private", is_flag=True, help="Let them be on your own network.")
@click.option(
    "--secret", metavar="PLACE", callback=_place, help="Where the password or token is: env:NAME, file:PATH."
)
@fetching
def add(
    archive: Path,
    sources: Sequence[str],
    every: bool,
    first: bool,
    folder: str | None,
    allow_private: bool,
    secret: str | None,
    manners: Manners,
) -> None:
    """Follow feeds, and take in what they have.

    A URL may be a feed's or that of a page, whose feeds are then found. A FILE is a saved feed document, or a list of
    feeds (OPML).

    A secret is NAME:PASSWORD, or a header such as "X-Token: abc", or a token alone. The archive notes only where it is.
    """
    choose = take_all if every else take_first if first else ask_which
    with lazy_archive(archive) as opened:
        adding = Adding(opened, choose, first, folder, allow_private, secret, manners.bounds)
        polls = asyncio.run(_add(archive, adding, sources, manners))
        if polls.kinds:
            polls.say()
    end(bool(adding.failed or polls.problems), adding.done > 0)


async def _add(archive: Path, adding: Adding, sources: Sequence[str], manners: Manners) -> Polls:
    """Follow the sources, and poll what came from lists."""
    polls = Polls()
    with closing(Readers()) as readers:
        async with manners.fetcher() as fetcher:
            with remembered(archive, fetcher.budget):
                listed = [
                    number for source in sources for number in await adding.add(source, fetcher, readers)
                ]
            if listed:
                wanted = [feed for feed in subscriptions(adding.archive(), listed) if feed.state == "active"]
                await _poll(archive, wanted, polls, fetcher, readers, manners)
    return polls


@main.command("update")
@archive_argument
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@click.option("--all", "every", is_flag=True, help="Those too that are not due.")
@quiet_option
@fetching
def update_(archive: Path, feeds: Sequence[str], every: bool, quiet: bool, manners: Manners) -> None:
    """Poll the feeds that are due, and take in what is new.

    FEED is the number or the address of one, which is then polled whether it is due or not.
    """
    polls = Polls(quiet=quiet)
    with closing(open_archive(archive)) as db:
        wanted = _named(db, feeds, polls) if feeds else due(db, None if every else now())
        soonest = None if wanted else next_due(db)
    if not wanted and not polls.problems:
        if not quiet:
            echo(
                f"No feed is due before {soonest}."
                if soonest
                else "No feed is active: what was imported is paused until you `feedsette add` it."
            )
        return
    try:
        with _sigterm_as_ctrl_c():
            asyncio.run(_update(archive, wanted, polls, manners))
    except KeyboardInterrupt:
        polls.stopped = "It was stopped before all were polled: what came until then is saved."
    polls.report()


@contextmanager
def _sigterm_as_ctrl_c() -> Iterator[None]:
    """What is being saved is saved, and the readers are ended, before the process is."""
    if threading.current_thread() is not threading.main_thread():  # which alone may be told of signals
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


def _named(db: Database, names: Sequence[str], polls: Polls) -> list[Subscription]:
    """The feeds with these numbers or addresses. Those that are not there are noted as problems."""
    numbers = [int(name) if re.fullmatch("[0-9]{1,18}", name) else find_feed(db, name) for name in names]
    found = subscriptions(db, [number for number in numbers if number is not None])
    for name, number in zip(names, numbers, strict=True):
        if number not in {feed.id for feed in found}:
            why = "the archive has no such feed. `feedsette feeds` lists what it has."
            polls.problems.append(Problem(without_credentials(name), why))
    return found


async def _update(archive: Path, wanted: Sequence[Subscription], polls: Polls, manners: Manners) -> None:
    with closing(Readers()) as readers:
        async with manners.fetcher() as fetcher:
            await _poll(archive, wanted, polls, fetcher, readers, manners)


async def _poll(
    archive: Path,
    wanted: Sequence[Subscription],
    polls: Polls,
    fetcher: Fetcher,
    readers: Readers,
    manners: Manners,
) -> None:
    with Bar(len(wanted), "Polling", polls.quiet) as bar:
        async with aclosing(update(archive, wanted, fetcher, readers, manners.bounds)) as done:
            async for polled in done:
                polls.add(polled)
                bar.step()


@main.command("watch")
@archive_argument
@click.option(
    "--public-url",
    metavar="URL",
    callback=_public,
    help="Where the archive is served for all: hubs then push to it (WebSub).",
)
@click.option(
    "--until-input-ends", "beside", is_flag=True, hidden=True
)  # which is how `serve --watch` runs it
@fetching
def watch_(archive: Path, public_url: str | None, beside: bool, manners: Manners) -> None:
    """Poll each feed when it is due, until told to end (Ctrl-C).

    Prints a line for each poll that brought something, or failed.
    """
    open_archive(archive).close()
    echo(f"Watching the feeds of {archive} (Ctrl-C stops it)", err=True)
    asyncio.run(_watch(archive, public_url, beside, manners))


async def _watch(archive: Path, public_url: str | None, beside: bool, manners: Manners) -> None:
    with closing(Readers()) as readers:
        async with manners.fetcher() as fetcher:
            await watch(archive, fetcher, readers, say_poll, manners.bounds, public_url, beside)


@main.command("search")
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
        before:2025  after:2024-03                       when it was published
        has:audio  has:math  is:edited  is:removed

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


@main.command()
@archive_argument
@click.option("--json", "as_json", is_flag=True, help="Everything that is known of them, as JSON.")
@click.option(
    "--opml", "as_opml", is_flag=True, help="As OPML, for this archive or another reader to take in."
)
def feeds(archive: Path, as_json: bool, as_opml: bool) -> None:
    """List the feeds: how each is doing, when it is polled next, and why then."""
    with closing(read_archive(archive)) as db:
        rows = list_feeds(db)
    if as_opml:
        echo(printable_xml(opml.write(as_subscriptions(rows)).decode().rstrip()))
        return
    if as_json:
        echo(printable_json(rows))
        return
    for row in rows:
        echo(f"{row['id']:>4}  {row['title'] or row['url']}")
        echo(f"      {row['url']}")
        echo(f"      {how_it_is_doing(row)}")


@main.command("backup")
@archive_argument
@click.argument("target", type=File())
@quiet_option
def backup_(archive: Path, target: Path, quiet: bool) -> None:
    """Copy the archive to TARGET, a file or a folder, also while it is served, updated or watched.

    The copy is one file, and is checked before it takes the place of an older one there. An archive of another release
    is copied as it is. What a killed backup has left, TARGET.unfinished-…, a later one removes, from a minute
    after.
    """
    with _sigterm_as_ctrl_c(), Bar(0, "Copying", quiet) as bar:
        made = back_up(archive, target, bar.reach)
    if not quiet:
        echo(
            f"{made.path}: {plural(made.entries, 'entry', 'entries')} of {plural(made.feeds, 'feed')}, "
            f"{size(made.bytes)}, checked"
        )


@main.command(context_settings={"ignore_unknown_options": True})
@archive_argument
@click.option(
    "-h", "--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all."
)
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    help="Port to listen on.  [default: the first free one from 8001 on]",
)
@click.option(
    "--allow-host", "hosts", metavar="NAME", multiple=True, callback=_hosts,
    help="A name to answer to, such as a proxy's, or * for any. Besides such names only localhost is answered to then.",
)  # fmt: skip
@click.option("--open", "open_browser", is_flag=True, help="Open it in the web browser.")
@click.option("--watch", "watching", is_flag=True, help="Poll the feeds meanwhile, each when it is due.")
@click.option("--private", is_flag=True, help="Only who is signed in may read.")
@click.option(
    "--password",
    metavar="PLACE",
    callback=_place,
    help="Where the owner's password is: env:NAME, file:PATH. The name to sign in with is “owner”.",
)
@click.option("--no-pictures", is_flag=True, help="Load no pictures from other sites: show links to them.")
@click.option(
    "-m", "--metadata", "-c", "--config", "files", type=File(), multiple=True,
    help="A file with metadata or configuration of Datasette's, beside Feedsette's own.",
)  # fmt: skip
@click.option(
    "--public-url",
    metavar="URL",
    callback=_public,
    help="Where all can reach it, through a proxy; with --watch, hubs push to it (WebSub).",
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[DATASETTE OPTIONS]...")
@fetching
def serve(
    archive: Path,
    host: str,
    port: int | None,
    hosts: Sequence[str],
    open_browser: bool,
    watching: bool,
    public_url: str | None,
    private: bool,
    password: str | None,
    no_pictures: bool,
    files: Sequence[Path],
    options: Sequence[str],
    manners: Manners,
) -> None:
    """Browse the archive with Datasette.

    Any further options are handed to Datasette: see `datasette serve --help`. With --root it prints a link by which
    the owner signs in; with --password the owner signs in at /-/login. The owner may add, modify, pause and poll feeds
    in the browser, at /manage. How feeds are asked for holds for those polls as for --watch.
    """
    from ingest.cli.watch_beside import watching_beside
    from ingest.web.server.serve import Access, own_settings, run_datasette, shuts_all_out

    read_archive(archive).close()
    own = own_settings(files, private, not no_pictures)
    try:
        access = Access(
            read_secret(password, "The owner's password") if password else None, hosts, public_url
        )
    except NoSecret as error:
        raise click.ClickException(str(error)) from error
    if private and not password and shuts_all_out(own, options):
        echo(
            "--private lets in only who is signed in. Unless a plugin of yours or a token does that, nobody can read "
            "this archive. Add --password or --root.",
            err=True,
        )
    hand_on(click.get_current_context())
    with watching_beside(archive, public_url) if watching else nullcontext():
        run_datasette(archive, host, port, open_browser, options, own, access)


@contextmanager
def lazy_archive(path: Path) -> Iterator[Callable[[], Database]]:
    """A function that opens the archive when first called, so that a run which saves nothing makes no file."""
    check_writable(path)  # what is wrong with it should not wait for the first document
    with ExitStack() as stack:

        @cache
        def opened() -> Database:
            db = open_archive(path, create=True)
            stack.callback(db.close)
            return db

        yield opened
