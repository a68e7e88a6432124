"""Adds what the user names, an address, a file or a list (OPML), as feeds to follow; results are values."""

import asyncio
import shlex
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.feeds import find_feed
from ingest.archive.file.open_file import NoFile, open_file
from ingest.archive.file.opening import LazyArchive
from ingest.archive.subscriptions import subscription
from ingest.base.advice import Problem
from ingest.base.clock import now
from ingest.base.http_url import BadAddress
from ingest.base.opml import ListedFeed
from ingest.base.printable import printable_line
from ingest.base.url_spelling import typed_url, typed_url_over_http, without_credentials
from ingest.base.xml_root import root
from ingest.fetch.client import Fetcher
from ingest.fetch.credentials import secrets_of
from ingest.follow.find import Found, NotFound, address_that_answers, find
from ingest.follow.follow import Followed, allow_own_network, follow, follow_found
from ingest.follow.opml import LARGEST_OPML, BadOpml, FeedList, read_opml
from ingest.imports.importing import import_documents
from ingest.parse.encoding import decode
from ingest.poll.schedule import Bounds
from ingest.poll.update import FEEDS_AT_ONCE
from ingest.workers.parse_pool import ParsePool

PASSWORD_LEFT_OUT = "Its password in the list was left out"


@dataclass(frozen=True)
class AddOptions:
    """The options of adding a source."""

    first: bool = False  # of several feeds of a page, look for the first alone
    folder: str | None = None
    allow_private: bool = False
    secret: str | None = None  # where it is
    bounds: Bounds | None = None


@dataclass(frozen=True)
class FeedFollowed:
    """A feed that is followed, from now on or already."""

    followed: Followed
    guessed_for: str | None = (
        None  # the page, where that names no feed and this one was found in a usual place
    )


@dataclass(frozen=True)
class SeveralFound:
    """A page has several feeds. None is followed yet: `follow_chosen` follows those that are wanted."""

    source: str
    found: tuple[Found, ...]


@dataclass(frozen=True)
class SourceProblem:
    """Why a source, or a part of it, is not followed. `imported`: its entries were saved nevertheless."""

    problem: Problem
    imported: bool = False


@dataclass(frozen=True)
class ListedFeedResult:
    """The result of a feed on a list (OPML), which is not polled yet."""

    id: int
    url: str
    is_new: bool = False
    was_imported: bool = False  # before, and is polled from now on
    stays_paused: bool = False
    put_into_folder: bool = False  # it was followed already; likewise:
    allowed_private: bool = False

    @property
    def is_to_be_polled(self) -> bool:
        return self.is_new or self.was_imported or self.allowed_private


@dataclass(frozen=True)
class ListFollowed:
    """The result of a list (OPML) of `count` feeds. A feed with a problem may be followed nevertheless."""

    path: Path
    count: int
    feeds: tuple[ListedFeedResult, ...]
    problems: tuple[Problem, ...]


Added = FeedFollowed | SeveralFound | SourceProblem | ListFollowed


async def add_source(
    source: str, archive: LazyArchive, options: AddOptions, fetcher: Fetcher, pool: ParsePool
) -> AsyncGenerator[Added, None]:
    """Follow what `source` names. The archive is created only when there is something to save.

    A file is a list of feeds, or else a saved document, whose feed is followed where it says its address.
    """
    path = Path(source)
    if path.is_file():
        async for added in _add_file(path, archive, options, fetcher, pool):
            yield added
        return
    if why := _why_no_file(source):
        yield _failed(source, why)
        return
    try:
        found = await find(
            source,
            fetcher,
            pool,
            first=options.first,
            allow_private=options.allow_private,
            secret=options.secret,
        )
    except NotFound as error:
        is_name = source.strip() and not {"/", "."} & set(source)
        hint = " No file of that name exists either." if is_name else ""
        yield _failed(source, f"{error}{hint}")
        return
    if len(found) > 1:
        yield SeveralFound(source, tuple(found))
        return
    for added in follow_chosen(source, found, archive, options):
        yield added


def follow_chosen(
    source: str, found: Iterable[Found], archive: Callable[[], Database], options: AddOptions
) -> Iterator[Added]:
    """Follow feeds that were found by what `source` names."""
    for one in found:
        followed = follow_found(archive(), one, options.folder, options.bounds)
        yield FeedFollowed(followed, source if one.guessed else None)
        if one.clean_feed.damage:
            yield _failed(one.url, one.clean_feed.damage)


def _failed(source: str, why: str) -> SourceProblem:
    return SourceProblem(Problem(without_credentials(source) or "“”", why))


async def _add_file(
    path: Path, archive: LazyArchive, options: AddOptions, fetcher: Fetcher, pool: ParsePool
) -> AsyncGenerator[Added, None]:
    try:
        with open_file(path) as file:
            body = file.read(LARGEST_OPML + 1)
    except NoFile as error:
        why = str(error)
        yield _failed(printable_line(path), f"{why[:1].upper()}{why[1:]}")
        return
    except OSError as error:
        yield _failed(printable_line(path), f"It cannot be read: {error.strerror}.")
        return
    if root(decode(body[:100_000])).lower() != "opml":
        async for added in _add_document(path, archive, options, pool):
            yield added
        return
    try:
        listed = read_opml(body)
    except BadOpml as error:
        yield _failed(printable_line(path), str(error))
        return
    async for added in add_list(path, listed, archive, options, fetcher):
        yield added


async def add_list(
    path: Path, listed: FeedList, archive: LazyArchive, options: AddOptions, fetcher: Fetcher
) -> AsyncGenerator[Added, None]:
    """Follow the feeds of a list that was read: `path` is what it is called."""
    answering = await _answering(listed.feeds, archive, options, fetcher)
    for added in _add_list(path, listed, answering, archive, options):
        yield added


async def _answering(
    feeds: Iterable[ListedFeed], archive: Callable[[], Database], options: AddOptions, fetcher: Fetcher
) -> dict[str, str]:
    """The URLs of those listed without http or https that are not followed yet, by what the list has."""
    bare = [feed.url for feed in feeds if _is_bare(feed.url)]
    new = [text for text in bare if find_feed(archive(), typed_url(text)[0]) is None]
    at_once = asyncio.Semaphore(FEEDS_AT_ONCE)

    async def ask(text: str) -> str:
        async with at_once:
            return await address_that_answers(text, fetcher, allow_private=options.allow_private)

    return dict(zip(new, await asyncio.gather(*map(ask, new)), strict=True))


def _is_bare(text: str) -> bool:
    try:
        return typed_url_over_http(text) is not None
    except BadAddress:
        return False


def _add_list(
    path: Path,
    listed: FeedList,
    answering: Mapping[str, str],
    archive: Callable[[], Database],
    options: AddOptions,
) -> Iterator[Added]:
    """Follow the feeds of a list without requesting them first: one that fails today may not tomorrow.

    Only of those without http or https it was asked which it is: see `answering`.
    """
    if options.secret:
        yield _failed(
            printable_line(path),
            "--secret is for one feed, and was used for none of the list. Add that feed alone.",
        )
    feeds: list[ListedFeedResult] = []
    problems: list[Problem] = []
    for feed in listed.feeds:
        try:
            url, credentials = typed_url(feed.url)
        except BadAddress as error:
            problems.append(Problem(without_credentials(feed.url) or "“”", str(error)))
            continue
        if credentials:
            why = f"{PASSWORD_LEFT_OUT}: add it with --secret."
            problems.append(Problem(without_credentials(url), why))
        feeds.append(_follow_listed(answering.get(feed.url, url), feed, archive(), options))
    yield ListFollowed(path, len(listed.feeds), tuple(feeds), tuple(problems))
    if listed.damage:
        yield _failed(printable_line(path), listed.damage)


def _follow_listed(url: str, feed: ListedFeed, db: Database, options: AddOptions) -> ListedFeedResult:
    known = subscription(db, find_feed(db, url) or 0)
    if known and not (known.only_imported and feed.state == "active"):
        if options.folder:
            follow(db, known.url, now(), known.id, folder=options.folder, state=known.state)
        return ListedFeedResult(
            known.id,
            known.url,
            stays_paused=known.state == "paused" and feed.state == "active",
            put_into_folder=bool(options.folder),
            allowed_private=options.allow_private and allow_own_network(db, known.id),
        )
    number = follow(
        db,
        url,
        now(),
        known.id if known else None,
        folder=options.folder or feed.folder,
        state=feed.state,
        title=feed.title,
        site_url=feed.site_url,
        own_title=feed.own_title,
        note=feed.note,
        allow_private=options.allow_private,
    )
    return ListedFeedResult(number, url, is_new=known is None, was_imported=known is not None)


async def _add_document(
    path: Path, archive: LazyArchive, options: AddOptions, pool: ParsePool
) -> AsyncGenerator[Added, None]:
    async for imported in import_documents([path], archive, lambda _: now(), pool, secrets_of=secrets_of):
        if imported.problem:
            yield _failed(imported.name, imported.problem)
        if imported.saved is None:
            continue
        feed = subscription(archive(), imported.saved.feed)
        assert feed is not None
        if feed.url.startswith("file:"):
            why = "It was imported, but does not say where its feed is, so it cannot be polled."
            yield SourceProblem(_failed(printable_line(path), why).problem, imported=True)
            continue
        follow(archive(), feed.url, now(), feed.id, folder=options.folder)
        yield FeedFollowed(Followed(feed.id, feed.url, feed.name, False, imported.saved))


def _why_no_file(source: str) -> str | None:
    """Why a source that looks like a path, or exists as a folder, device or pipe, is no file; None for addresses."""
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
