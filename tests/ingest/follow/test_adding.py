"""What adding did, as values: a feed, a choice of several, a list, or why not."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.file.opening import LazyArchive
from ingest.fetch.client import Fetcher
from ingest.fetch.rate_limits import Budget
from ingest.follow.adding import (
    Added,
    AddOptions,
    FeedFollowed,
    ListFollowed,
    SeveralFound,
    SourceProblem,
    add_source,
    follow_chosen,
)
from ingest.workers.parse_pool import ParsePool
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server

OPTIONS = AddOptions(allow_private=True)
NAMED = b'<link rel="alternate" type="application/rss+xml" href="%s">'


async def added(db: Database, source: object, options: AddOptions = OPTIONS) -> list[Added]:
    with closing(ParsePool()) as pool:
        async with Fetcher(budget=Budget(pause=0)) as fetcher:
            archive = LazyArchive(lambda: db, lambda: True)
            return [one async for one in add_source(str(source), archive, options, fetcher, pool)]


def urls(db: Database) -> list[str]:
    return [url for (url,) in db.execute("SELECT url FROM feeds ORDER BY url")]


async def test_the_feeds_of_a_page_are_a_choice_and_those_chosen_are_followed(
    db: Database, server: Server
) -> None:
    feeds = [server.on(path, Reply(body=rss(item("1"), url=None, title=path))) for path in ("/a", "/b")]
    page = server.on("/", Reply(body=b"<html>" + NAMED % b"/a" + NAMED % b"/b"))
    [several] = await added(db, page)
    assert isinstance(several, SeveralFound)
    assert ([one.url for one in several.found], urls(db)) == (feeds, [])
    [followed] = follow_chosen(page, several.found[1:], lambda: db, OPTIONS)
    assert isinstance(followed, FeedFollowed)
    assert (followed.followed.url, followed.followed.saved.new, urls(db)) == (feeds[1], 1, [feeds[1]])


async def test_a_list_is_followed_unasked_and_says_of_each_feed_what_became_of_it(
    db: Database, tmp_path: Path
) -> None:
    path = tmp_path / "list.opml"
    path.write_text(
        '<opml version="2.0"><body><outline xmlUrl="https://a.example/"/><outline xmlUrl="ftp://b.example/"/>'
        "</body></opml>"
    )
    [first] = await added(db, path)
    [second] = await added(db, path, AddOptions(folder="Later"))
    assert isinstance(first, ListFollowed) and isinstance(second, ListFollowed)
    assert [(feed.is_new, feed.is_to_be_polled) for feed in first.feeds] == [(True, True)]
    assert [(feed.put_into_folder, feed.is_to_be_polled) for feed in second.feeds] == [(True, False)]
    assert [problem.name for problem in first.problems] == ["ftp://b.example/"]


async def test_addresses_on_a_list_need_no_scheme_or_one_of_feed_readers(
    db: Database, tmp_path: Path, server: Server
) -> None:
    server.on("/2", Reply(body=rss(item("1"), url=None)))
    host = server.url("/").removeprefix("http://").rstrip("/")
    listed = [
        "feed:https://a.example/1",
        f"feed://{host}/2",
        f"{host}/3",
        "127.0.0.1:9/4",
        " https://a.example/5\n",
        "exec:~/bin/x.sh",
    ]
    outlines = "".join(f'<outline text="x" xmlUrl="{address}"/>' for address in listed)
    path = tmp_path / "list.opml"
    path.write_text(f'<opml version="2.0"><body>{outlines}<outline text="x" xmlUrl=""/></body></opml>')
    [first] = await added(db, path, AddOptions(allow_private=True))
    assert isinstance(first, ListFollowed)
    assert [feed.url for feed in first.feeds] == [
        "https://a.example/1",
        server.url("/2"),
        server.url("/3"),  # over http, where it answers, if only that it is not there
        "https://127.0.0.1:9/4",  # where nothing answers
        "https://a.example/5",
    ]
    assert [(one.name, one.why) for one in first.problems] == [
        ("exec:~/bin/x.sh", "Only http and https are fetched, not exec.")
    ]
    asked = len(server.requests)
    [second] = await added(db, path)
    assert isinstance(second, ListFollowed) and not any(feed.is_new for feed in second.feeds)
    assert len(server.requests) == asked


@pytest.mark.parametrize(("url", "imported"), [(None, True), ("https://blog.example/feed", False)])
async def test_a_saved_document_is_followed_where_it_says_its_address(
    db: Database, tmp_path: Path, url: str | None, imported: bool
) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(rss(item("1"), url=url))
    [one] = await added(db, path)
    assert isinstance(one, SourceProblem if imported else FeedFollowed)
    assert getattr(one, "imported", False) == imported
    assert db.execute("SELECT count(*) FROM entries").fetchone() == (1,)


async def test_what_is_not_there_is_a_problem_with_its_name(db: Database, server: Server) -> None:
    [problem] = await added(db, server.url("/nothing"))
    assert isinstance(problem, SourceProblem)
    assert problem.problem.name == server.url("/nothing") and "(404)" in problem.problem.why
    assert not problem.imported
