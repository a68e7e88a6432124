"""The colours of feeds, and their names where several feeds have the same."""

from sqlite_utils import Database

from ingest.pages.plots.feed_colours import (
    COLOURS,
    NamedFeed,
    feed_colours,
    load_named_feeds,
    names_told_apart,
)
from tests.ingest.pages.archives import add_feed


def test_twelve_feeds_have_a_colour_each_and_more_have_none(db: Database) -> None:
    for id in range(1, 13):
        add_feed(db, id)
    colours = feed_colours(db.conn)
    assert [*colours] == [*range(1, 13)] and len({*colours.values()}) == len(COLOURS) == 12
    add_feed(db, 13)
    assert feed_colours(db.conn) == {}


def test_a_feed_keeps_its_colour_when_others_come(db: Database) -> None:
    add_feed(db, 1)
    add_feed(db, 7)
    before = feed_colours(db.conn)
    add_feed(db, 8)
    assert {id: feed_colours(db.conn)[id] for id in before} == before


def named(id: int, title: str, site: str | None, url: str = "https://feeds.example/x") -> NamedFeed:
    return NamedFeed(id, title, site, url)


def test_feeds_of_one_name_are_told_apart_by_their_site() -> None:
    feeds = [
        named(1, "Blog", "https://www.a.example/"),
        named(2, "blog ", "https://b.example/x"),
        named(3, "Other", "https://a.example/"),
    ]
    assert names_told_apart(feeds) == {1: "Blog (a.example)", 2: "blog  (b.example)", 3: "Other"}


def test_those_of_one_site_by_their_number_and_those_without_one_by_their_address() -> None:
    feeds = [
        named(1, "Blog", "https://a.example/"),
        named(2, "Blog", "https://a.example/b"),
        named(3, "Blog", None),
        named(4, "Blog", "https://[", "file:///home/me/x.xml"),
    ]
    assert names_told_apart(feeds) == {
        1: "Blog (a.example, feed 1)",
        2: "Blog (a.example, feed 2)",
        3: "Blog (feeds.example)",
        4: "Blog (feed 4)",
    }


def test_what_is_stored_of_a_feed_is_enough(db: Database) -> None:
    add_feed(db, 1, "Blog", site_url="https://a.example/")
    add_feed(db, 2, "Blog", site_url="https://b.example/")
    assert [*names_told_apart(load_named_feeds(db.conn, [1, 2])).values()] == [
        "Blog (a.example)",
        "Blog (b.example)",
    ]
