"""`feedsette add`: from what someone names to feeds that are followed, with a word on each."""

import re
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlite_utils import Database

from ingest.archive.feeds import find_feed
from ingest.archive.file.open_file import NoFile, open_file
from ingest.archive.subscriptions import subscription
from ingest.base.advice import Problem
from ingest.base.clock import now
from ingest.base.http_url import BadAddress, address
from ingest.base.opml import ListedFeed
from ingest.base.url_spelling import without_credentials
from ingest.base.xml_root import root
from ingest.cli.summary import plural, say_problems
from ingest.cli.terminal import echo, printable_line
from ingest.fetch.client import Fetcher
from ingest.follow.find import Found, NotFound, find
from ingest.follow.follow import Followed, allow_own_network, follow, follow_found
from ingest.follow.opml import LARGEST_OPML, BadOpml, FeedList, read_opml
from ingest.imports.importing import import_documents
from ingest.parse.encoding import decode
from ingest.poll.schedule import Bounds
from ingest.workers.parse_pool import ParsePool

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

    async def add(self, source: str, fetcher: Fetcher, readers: ParsePool) -> list[int]:
        """Follow what `source` names. The numbers of the feeds that are still to be polled: those of a list."""
        path = Path(source)
        if path.is_file():
            return self._add_file(path)
        if why := _why_no_file(source):
            self._fail(source, why)
            return []
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
                echo(
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
            with open_file(path) as file:
                body = file.read(LARGEST_OPML + 1)
        except NoFile as error:
            why = str(error)
            self._fail(printable_line(path), f"{why[:1].upper()}{why[1:]}")
            return []
        except OSError as error:
            self._fail(printable_line(path), f"It cannot be read: {error.strerror}.")
            return []
        if root(decode(body[:100_000])).lower() != "opml":
            self._add_document(path)
            return []
        try:
            return self._add_list(path, read_opml(body))
        except BadOpml as error:
            self._fail(printable_line(path), str(error))
            return []

    def _add_list(self, path: Path, listed: FeedList) -> list[int]:
        """The feeds of a list are followed without being asked for first: one that fails today may not tomorrow."""
        if self.secret:
            self._fail(
                printable_line(path),
                "--secret is for one feed, and was used for none of the list. Add that feed alone.",
            )
        done = _Listed()
        problems: list[Problem] = []
        followed = False
        for feed in listed.feeds:
            try:
                url, credentials = address(feed.url)
            except BadAddress as error:
                problems.append(Problem(without_credentials(feed.url) or "“”", str(error)))
                continue
            if credentials:
                why = "Its password in the list was left out: add it with --secret."
                problems.append(Problem(without_credentials(str(url)), why))
            self._follow_listed(str(url), feed, done)
            followed = True
        echo(f"{printable_line(path)}: {plural(len(listed.feeds), 'feed')}, {done.told(self.folder)}")
        say_problems(problems, "feeds")
        self.failed += len(problems)
        self.done += followed
        if listed.damage:
            self._fail(printable_line(path), listed.damage)
        return [*done.new, *done.resumed, *done.allowed]

    def _follow_listed(self, url: str, feed: ListedFeed, done: "_Listed") -> None:
        db = self.archive()
        known = subscription(db, find_feed(db, url) or 0)
        if known and not (known.only_imported and feed.state == "active"):
            if known.state == "paused" and feed.state == "active":
                echo(f"{known.url}: {STAYS_PAUSED} {known.url}", err=True)
            if self.folder:
                follow(db, known.url, now(), known.id, folder=self.folder, state=known.state)
                done.put += 1
            if self.allow_private and allow_own_network(db, known.id):
                done.allowed.append(known.id)
            return
        number = follow(
            db,
            url,
            now(),
            known.id if known else None,
            folder=self.folder or feed.folder,
            state=feed.state,
            title=feed.title,
            site_url=feed.site_url,
            own_title=feed.own_title,
            note=feed.note,
            allow_private=self.allow_private,
        )
        (done.resumed if known else done.new).append(number)

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
                    printable_line(path),
                    "It was imported, but does not say where its feed is, so it cannot be polled.",
                )
                continue
            follow(db, url, now(), imported.saved.feed, folder=self.folder)
            self._say(Followed(imported.saved.feed, url, title or url, False, imported.saved))

    def _say(self, followed: Followed) -> None:
        self.done += 1
        verb = "Already followed" if followed.already else "Followed"
        entries = f"{plural(followed.saved.new, 'entry', 'entries')} new"
        echo(f"{verb}: {followed.title} ({entries})\n  {followed.url}")
        if followed.note:
            echo(f"{followed.url}: {followed.note}", err=True)

    def _fail(self, source: str, why: str) -> None:
        self.failed += 1
        echo(f"{without_credentials(source) or '“”'}: {why}", err=True)


def _why_no_file(source: str) -> str | None:
    """What keeps a source from being a file, where it is spelled as a path or is something else of that name."""
    path = Path(source)
    is_path = source.startswith(("./", "../")) or (source.startswith("/") and not source.startswith("//"))
    if not is_path and "." in source:  # a site's, whatever else is called so
        return None
    if source.strip() and path.is_dir():
        return (
            f"It is a folder. To take in the documents in it: feedsette import ARCHIVE {shlex.quote(source)}"
        )
    if source.strip() and path.exists():
        return (
            "It is neither a saved document nor a list of feeds, but a device, a pipe or the like. Save what comes "
            "from it as a file, and name that."
        )
    return (
        "There is no such file. Name one that exists, or the address of a feed or page." if is_path else None
    )


@dataclass
class _Listed:
    """What became of the feeds of a list, by their numbers."""

    new: list[int] = field(default_factory=list)
    resumed: list[int] = field(default_factory=list)
    allowed: list[int] = field(default_factory=list)  # on one's own network; they were there already
    put: int = 0  # into the folder; likewise

    def told(self, folder: str | None) -> str:
        parts = [f"{len(self.new):,} of them new"]
        if self.resumed:
            parts.append(f"{len(self.resumed):,} imported before and followed from now on")
        if self.put:
            parts.append(f"{self.put:,} that were there put into “{folder}”")
        if self.allowed:
            parts.append(f"{len(self.allowed):,} that were there may be on your own network from now on")
        return ", ".join(parts)


def take_all(_: str, found: Sequence[Found]) -> Sequence[Found]:
    return found


def take_first(_: str, found: Sequence[Found]) -> Sequence[Found]:
    return found[:1]


def ask_which(source: str, found: Sequence[Found]) -> Sequence[Found]:
    """List the feeds of a page, and ask, where somebody is there to answer."""
    echo(f"{without_credentials(source)} has {len(found)} feeds:")
    for number, feed in enumerate(found, start=1):
        echo(
            f"  {number}. {feed.title} ({plural(len(feed.document.entries), 'entry', 'entries')})\n     {feed.url}"
        )
    if not sys.stdin.isatty():
        echo("None was added: name one of them, or use --all or --first.", err=True)
        return []
    wanted = click.prompt("Which? Numbers, parted by spaces, or all", default="1")
    if wanted.strip().lower() == "all":
        return found
    numbers = {int(word) for word in wanted.replace(",", " ").split() if re.fullmatch("[0-9]{1,9}", word)}
    return [feed for number, feed in enumerate(found, start=1) if number in numbers]
