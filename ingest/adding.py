"""`feedsette add`: from what someone names to feeds that are followed, with a word on each."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlite_utils import Database

from ingest import opml
from ingest.address import without_credentials
from ingest.clock import now
from ingest.decode import decode
from ingest.documents import shown
from ingest.feeds import find_feed
from ingest.fetch import Fetcher
from ingest.find import Found, NotFound, find
from ingest.follow import Followed, follow, follow_found
from ingest.importing import import_documents
from ingest.readers import Readers
from ingest.redirects import BadAddress, address
from ingest.repair import root
from ingest.schedule import Bounds
from ingest.subscriptions import subscription
from ingest.summary import Problem, plural, say_problems

STAYS_PAUSED = "It is paused, and stays so. To have it polled again: feedsette add ARCHIVE"

Choose = Callable[[str, Sequence[Found]], Sequence[Found]]


@dataclass
class Adding:
    """How to add. `archive` is asked for only when there is something to add."""

    archive: Callable[[], Database]
    choose: Choose
    first: bool = False
    folder: str | None = None
    allow_private: bool = False
    secret: str | None = None
    bounds: Bounds | None = None
    done: int = 0  # sources of which something was taken in
    failed: int = 0

    async def add(self, source: str, fetcher: Fetcher, readers: Readers) -> list[int]:
        """Follow what `source` names. The numbers of the feeds that are still to be polled: those of a list."""
        path = Path(source)
        if path.is_file():
            return self._add_file(path)
        try:
            found = await find(
                source,
                fetcher,
                readers,
                first=self.first,
                allow_private=self.allow_private,
                secret=self.secret,
            )
        except NotFound as error:
            is_name = source.strip() and not {"/", "."} & set(source)
            hint = " No file of that name exists either." if is_name else ""
            self._fail(source, f"{error}{hint}")
            return []
        for one in found if len(found) == 1 else self._chosen(source, found):
            if one.guessed:
                click.echo(
                    f"{without_credentials(source)} names no feed; this one is where feeds often are:",
                    err=True,
                )
            self._say(follow_found(self.archive(), one, datetime.now(UTC), self.folder, self.bounds))
            if one.document.damage:
                self._fail(one.url, one.document.damage)
        return []

    def _chosen(self, source: str, found: Sequence[Found]) -> Sequence[Found]:
        chosen = self.choose(source, found)
        if not chosen:
            self.failed += 1
        return chosen

    def _add_file(self, path: Path) -> list[int]:
        """A list of feeds, or else a saved document, whose feed is followed where it says its address."""
        try:
            body = path.read_bytes()
        except OSError as error:
            self._fail(shown(path), f"It cannot be read: {error.strerror}.")
            return []
        if root(decode(body[:100_000])).lower() != "opml":
            self._add_document(path)
            return []
        try:
            return self._add_list(path, opml.read(body))
        except opml.BadOpml as error:
            self._fail(shown(path), str(error))
            return []

    def _add_list(self, path: Path, listed: opml.Subscriptions) -> list[int]:
        """The feeds of a list are followed without being asked for first: one that fails today may not tomorrow."""
        db, moment = self.archive(), now()
        new: list[int] = []
        resumed: list[int] = []
        problems: list[Problem] = []
        for feed in listed.feeds:
            try:
                url, credentials = address(feed.url)
            except BadAddress as error:
                problems.append(Problem(without_credentials(feed.url) or "“”", str(error)))
                continue
            if credentials:
                why = "Its password in the list was left out: add it with --secret."
                problems.append(Problem(without_credentials(str(url)), why))
            known = subscription(db, find_feed(db, str(url)) or 0)
            if known and not (known.only_imported and feed.state == "active"):
                if known.state == "paused" and feed.state == "active":
                    click.echo(f"{known.url}: {STAYS_PAUSED} {known.url}", err=True)
                continue
            number = follow(
                db,
                str(url),
                moment,
                known.id if known else None,
                folder=self.folder or feed.folder,
                state=feed.state,
                title=feed.title,
                site_url=feed.site_url,
                own_title=feed.own_title,
                note=feed.note,
                allow_private=self.allow_private,
            )
            (resumed if known else new).append(number)
        taken_up = f", {len(resumed):,} imported before and followed from now on" if resumed else ""
        click.echo(f"{shown(path)}: {plural(len(listed.feeds), 'feed')}, {len(new):,} of them new{taken_up}")
        say_problems(problems, "feeds")
        self.failed += len(problems)
        self.done += len(listed.feeds) > len(problems)
        if listed.damage:
            self._fail(shown(path), listed.damage)
        return new + resumed

    def _add_document(self, path: Path) -> None:
        for imported in import_documents([path], self.archive, lambda _: now()):
            if imported.problem:
                self._fail(imported.name, imported.problem)
            if imported.saved is None:
                continue
            db = self.archive()
            [(url, title)] = db.execute(
                "SELECT url, title FROM feeds WHERE id = ?", (imported.saved.feed,)
            ).fetchall()
            if url.startswith("file:"):
                self.done += 1
                self._fail(
                    shown(path),
                    "It was imported, but does not say where its feed is, so it cannot be polled.",
                )
                continue
            follow(db, url, now(), imported.saved.feed, folder=self.folder)
            self._say(Followed(imported.saved.feed, url, title or url, False, imported.saved))

    def _say(self, followed: Followed) -> None:
        self.done += 1
        verb = "Already followed" if followed.already else "Followed"
        entries = f"{plural(followed.saved.new, 'entry', 'entries')} new"
        click.echo(f"{verb}: {followed.title} ({entries})\n  {followed.url}")
        if followed.note:
            click.echo(f"{followed.url}: {followed.note}", err=True)

    def _fail(self, source: str, why: str) -> None:
        self.failed += 1
        click.echo(f"{without_credentials(source) or '“”'}: {why}", err=True)


def take_all(_: str, found: Sequence[Found]) -> Sequence[Found]:
    return found


def take_first(_: str, found: Sequence[Found]) -> Sequence[Found]:
    return found[:1]


def ask_which(source: str, found: Sequence[Found]) -> Sequence[Found]:
    """List the feeds of a page, and ask, where somebody is there to answer."""
    click.echo(f"{without_credentials(source)} has {len(found)} feeds:")
    for number, feed in enumerate(found, start=1):
        click.echo(
            f"  {number}. {feed.title} ({plural(len(feed.document.entries), 'entry', 'entries')})\n     {feed.url}"
        )
    if not sys.stdin.isatty():
        click.echo("None was added: name one of them, or use --all or --first.", err=True)
        return []
    wanted = click.prompt("Which? Numbers, parted by spaces, or all", default="1")
    if wanted.strip().lower() == "all":
        return found
    numbers = {int(word) for word in wanted.replace(",", " ").split() if word.isdigit()}
    return [feed for number, feed in enumerate(found, start=1) if number in numbers]
