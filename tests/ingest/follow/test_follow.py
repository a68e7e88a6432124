"""Which feed of an archive an address that is added belongs to, and that no other is touched by it."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from ingest.archive.file.opening import transaction
from ingest.archive.save import save
from ingest.archive.subscriptions import due
from ingest.clean.feed import clean
from ingest.fetch.client import Fetcher
from ingest.fetch.rate_limits import Budget
from ingest.follow.find import find
from ingest.follow.follow import Followed, follow_found
from ingest.parse.document import parse
from ingest.poll.outcome import POLLS_TO_MOVE
from ingest.poll.update import update
from ingest.workers.parse_pool import ParsePool
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server

NOW = "2025-01-01T00:00:00Z"
OTHER = "https://www.lesswrong.com/feed.xml"
NAME = "blog.example"

Add = Callable[..., Awaitable[Followed]]


async def resolve(_: str) -> Sequence[str]:
    return ["127.0.0.1"]


@pytest.fixture
def add(db: Database) -> Add:
    """What `feedsette add` does, where each name is that of this machine."""

    async def add(url: str, secret: str | None = None) -> Followed:
        with closing(ParsePool()) as readers:
            async with Fetcher(budget=Budget(pause=0), resolve=resolve) as fetcher:
                [found] = await find(url, fetcher, readers, allow_private=True, secret=secret)
        return follow_found(db, found)

    return add


def imported(db: Database, url: str) -> str:
    """A feed that came from a saved document, and was never asked for."""
    save(db, clean(parse(rss(item("1"), url=url))), url=url, now=NOW)
    return url


def served(server: Server, path: str = "/feed", names: str | None = None, etag: str = '"1"') -> str:
    """The address of a document that names this one as its own."""
    return server.on(path, Reply(body=rss(item("1"), item("2"), url=names), headers={"ETag": etag}))


def named(url: str, name: str) -> str:
    return url.replace("127.0.0.1", name)


async def poll(db: Database, times: int) -> None:
    _, _, path = db.execute("PRAGMA database_list").fetchone()
    with closing(ParsePool()) as readers:
        for _ in range(times):
            async with Fetcher(budget=Budget(pause=0)) as fetcher:
                assert [polled async for polled in update(Path(path), due(db), fetcher, readers)]


def all_of(db: Database, url: str) -> Any:
    """All that the archive has of a feed."""
    feeds = db.execute("SELECT * FROM feeds WHERE url = ?", [url]).fetchall()
    query = """
        SELECT * FROM entries JOIN contents ON entry = entries.id
        WHERE feed = (SELECT id FROM feeds WHERE url = ?) ORDER BY entries.id
    """
    return feeds, db.execute(query, [url]).fetchall()


def followed(db: Database) -> list[tuple[Any, ...]]:
    return db.execute("SELECT url, state FROM feeds ORDER BY id").fetchall()


@pytest.mark.parametrize("elsewhere", [OTHER, f"http://{NAME}:80/feed", "the same host"])
async def test_what_names_another_feed_as_its_own_address_leaves_that_alone(
    db: Database, add: Add, server: Server, elsewhere: str
) -> None:
    elsewhere = imported(db, server.url("/other") if elsewhere == "the same host" else elsewhere)
    before = all_of(db, elsewhere)
    url = served(server, names=elsewhere)
    came = await add(url)
    assert all_of(db, elsewhere) == before
    assert (came.url, came.already, came.saved.new) == (url, False, 2)
    assert came.note and elsewhere in came.note


@pytest.mark.parametrize("own", [OTHER, "", "itself", "its host with www", "where it redirects to"])
async def test_an_address_that_is_added_twice_is_added_once(
    db: Database, add: Add, server: Server, own: str
) -> None:
    target = served(server, "/target", names=server.url("/target"))
    url = named(served(server), NAME)
    own = {"itself": url, "its host with www": named(url, f"www.{NAME}")}.get(own, own)
    if own == "where it redirects to":
        own = target
        server.on("/feed", Reply(301, {"Location": target}))
    else:
        served(server, names=own or None)
    if own:
        imported(db, own)
    first = await add(url)
    feeds = followed(db)
    second = await add(url)
    assert (second.id, second.url, second.already) == (first.id, first.url, True)
    assert (second.saved.new, second.note) == (0, None)
    assert followed(db) == feeds


async def test_an_imported_feed_that_names_its_address_with_www_is_followed_where_it_was_asked_for(
    db: Database, add: Add, server: Server
) -> None:
    url = named(server.url("/feed"), NAME)
    own = imported(db, named(url, f"www.{NAME}"))
    served(server, names=own)
    came = await add(url)
    assert (came.url, came.already, came.saved.new) == (url, False, 1)
    assert followed(db) == [(url, "active")]
    assert save(db, clean(parse(rss(item("3"), url=own))), url=own, now=NOW).feed == came.id


async def test_an_imported_feed_is_followed_at_the_address_as_it_was_asked_for(
    db: Database, add: Add, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "abc")
    url = served(server)
    imported(db, url.replace("http:", "https:") + "/")
    assert (await add(url, secret="env:TOKEN")).note is None
    assert db.execute("SELECT url, secret FROM feeds").fetchall() == [(url, "env:TOKEN")]


async def test_a_feed_that_its_owner_paused_is_polled_again_when_it_is_added(
    db: Database, add: Add, server: Server
) -> None:
    url = served(server)
    await add(url)
    with transaction(db):
        db.execute("UPDATE feeds SET state = 'paused', next_poll = NULL")
    came = await add(url)
    assert came.already and came.note == "It was paused, and is polled again from now on."
    assert followed(db) == [(url, "active")]


async def test_a_feed_is_itself_where_its_address_redirects_for_good(
    db: Database, add: Add, server: Server
) -> None:
    url = served(server)
    await add(url)
    served(server, "/new")
    server.on("/feed", Reply(301, {"Location": "/new"}))
    assert (await add(url)).already
    assert followed(db) == [(url, "active")]


async def test_what_came_from_a_former_address_of_a_feed_is_not_taken_for_that_feed_s(
    db: Database, add: Add, server: Server
) -> None:
    old, new = served(server), served(server, "/new", etag='"new"')
    await add(old)
    server.on("/feed", Reply(301, {"Location": "/new"}))
    await poll(db, POLLS_TO_MOVE)
    assert followed(db) == [(new, "active")]
    before = all_of(db, new)
    server.on("/feed", Reply(body=rss(item("1", "Another owner's."), item("9"), url=None)))
    came = await add(old)
    assert (came.url, came.already, came.saved.new) == (new, True, 0)
    assert came.note and old in came.note
    assert all_of(db, new) == before


async def test_what_a_feed_was_found_by_does_not_displace_what_was_polled_meanwhile(
    db: Database, add: Add, server: Server
) -> None:
    first = await add(served(server))
    with transaction(db):
        db.execute("UPDATE feeds SET last_polled = '2999-01-01T00:00:00Z'")
    server.on("/feed", Reply(body=rss(item("1", "An earlier text."), url=None)))
    again = await add(first.url)
    assert (again.already, again.saved.changed) == (True, 0)
    assert db.execute("SELECT count(*) FROM documents").fetchone() == (1,)
