"""Commands that serve an archive with Datasette: serve, demo."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest.archive.file.opening import lazy_archive, read_archive
from ingest.cli.documents.bounds import tidy
from ingest.cli.group import main
from ingest.cli.options import NonEmptyPath, archive_argument, document_options
from ingest.cli.polling.options import (
    check_hosts,
    check_public_url,
    check_secret,
    export_poll_options,
    poll_options,
)
from ingest.cli.summary import Tally
from ingest.cli.terminal import echo
from ingest.fetch.credentials import NoSecret, read_secret
from ingest.imports.sample_feeds import import_samples
from ingest.poll.settings import PollSettings

if TYPE_CHECKING:
    from ingest.web.server.serve import ReadyServer

_PORT = click.IntRange(0, 65535)


@main.command()
@click.option("--keep", type=NonEmptyPath(), metavar="FILE", help="Make the archive here, and keep it.")
@click.option("--port", type=_PORT, help="Port to serve on.  [default: the first free one from 8001 on]")
@click.option("--open", "open_browser", is_flag=True, help="Open it in the web browser.")
def demo(keep: Path | None, port: int | None, open_browser: bool) -> None:
    """Make a sample archive and serve it.

    It is made from feeds that come with Feedsette; nothing is fetched. An archive that is there already is served as
    it is.
    """
    from ingest.web.server.serve import ready_to_serve

    with tempfile.TemporaryDirectory(prefix="feedsette-") as folder:
        archive = keep or Path(folder) / "archive.db"
        if archive.exists():
            read_archive(archive).close()
            echo(f"{archive} is there already: nothing is added to it.", err=True)
        else:
            _make_sample(archive)
        with _as_click_errors():
            _run(archive, ready_to_serve(archive, "127.0.0.1", port, open_browser, ()))


def _make_sample(archive: Path) -> None:
    tally = Tally()
    with lazy_archive(archive) as opened:
        for imported in import_samples(opened):
            tally.add(imported)
    tally.report()


@main.command(context_settings={"ignore_unknown_options": True})
@archive_argument
@click.option(
    "-h", "--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all."
)
@click.option(
    "-p", "--port", type=_PORT, help="Port to listen on.  [default: the first free one from 8001 on]"
)
@click.option(
    "--allow-host", "hosts", metavar="NAME", multiple=True, callback=check_hosts,
    help="A name to answer to, such as a proxy's, or * for any. Besides such names only localhost is answered to then.",
)  # fmt: skip
@click.option("--open", "open_browser", is_flag=True, help="Open it in the web browser.")
@click.option("--watch", "watching", is_flag=True, help="Poll the feeds meanwhile, each when it is due.")
@click.option("--private", is_flag=True, help="Only who is signed in may read.")
@click.option(
    "--password",
    metavar="PLACE",
    callback=check_secret,
    help="Where the owner's password is: env:NAME, file:PATH. The name to sign in with is “owner”.",
)
@click.option("--no-pictures", is_flag=True, help="Load no pictures from other sites: show links to them.")
@click.option(
    "-m", "--metadata", "-c", "--config", "files", type=NonEmptyPath(), multiple=True,
    help="A file with metadata or configuration of Datasette's, beside Feedsette's own.",
)  # fmt: skip
@click.option(
    "--public-url",
    metavar="URL",
    callback=check_public_url,
    help="Where all can reach it, through a proxy; with --watch, hubs push to it (WebSub).",
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[DATASETTE OPTIONS]...")
@poll_options
@document_options
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
    settings: PollSettings,
) -> None:
    """Browse the archive with Datasette.

    Any further options are handed to Datasette: see `datasette serve --help`. With --root it prints a link by which
    the owner signs in; with --password the owner signs in at /-/login. The owner may add, modify, poll, merge
    and remove feeds in the browser, at /manage. How feeds are asked for holds for those polls as for --watch.
    """
    from ingest.cli.watch_beside import watching_beside
    from ingest.web.server.serve import Access, nobody_can_sign_in, own_settings, ready_to_serve

    read_archive(archive).close()
    if not watching:  # the watcher does so too
        tidy(archive)
    with _as_click_errors():
        own = own_settings(files, private, not no_pictures)
        access = Access(
            read_secret(password, "The owner's password") if password else None, hosts, public_url
        )
        if private and not password and nobody_can_sign_in(own, options):
            echo(
                "--private lets in only who is signed in. Unless a plugin of yours or a token does that, nobody can "
                "read this archive. Add --password or --root.",
                err=True,
            )
        export_poll_options(click.get_current_context())
        with watching_beside(archive, public_url) if watching else nullcontext():
            _run(archive, ready_to_serve(archive, host, port, open_browser, options, own, access))


@contextmanager
def _as_click_errors() -> Iterator[None]:
    """Turn wrong settings and missing secrets into an error message of the command."""
    from ingest.web.server.serve import CannotServe

    try:
        yield
    except (CannotServe, NoSecret) as error:
        raise click.ClickException(str(error)) from error


def _run(archive: Path, server: AbstractContextManager["ReadyServer"]) -> None:
    """Serve the archive until interrupted."""
    with server as ready:
        if ready.is_fixed:
            echo(
                f"{archive} cannot be written to where it is, so what is served stays as it is now.",
                err=True,
            )
        echo(f"Browse {archive} at {ready.url} (Ctrl-C stops it)")
        ready.serve()
