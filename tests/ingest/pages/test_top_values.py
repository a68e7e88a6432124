"""Which hosts the entries of a feed, author or tag link to."""

from collections.abc import Iterator

import pytest
from sqlite_utils import Database

from ingest.archive.file.opening import open_archive
from ingest.pages.author_or_tag import find_named
from ingest.pages.listing import Scope, feed_scope
from ingest.pages.top_values import TopValue, top_values
from ingest.search.hits import search
from tests.ingest.search.searchable import add_entry, add_feed

ODD = 'Jane "J." O’Neill, née Doe'


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Two feeds that link to the same hosts, the first of them often and several times in an entry."""
    with open_archive(tmp_path_factory.mktemp("shares") / "archive.db", create=True) as db:
        often, seldom = add_feed(db), add_feed(db)
        with db.atomic():
            for number in range(1200):
                hosts = ["arxiv.org", "arxiv.org", *(["en.wikipedia.org"] if number % 3 else [])]
                add_entry(db, often, authors=[ODD], tags=["AI"] if number % 2 else ["ai", "*"], hosts=hosts)
        add_entry(db, seldom, authors=["Jane"], tags=["AI"], hosts=["arxiv.org", "wikipedia.org", ""])
        yield db


def scope_of(db: Database, kind: str, number: int) -> Scope:
    if kind == "feed":
        return feed_scope(number)
    named = find_named(db.conn, "author" if kind == "author" else "tag", number)
    assert named
    return named.scope


def hosts(db: Database, kind: str, number: int) -> tuple[TopValue, ...]:
    return top_values(db.conn, scope_of(db, kind, number)).hosts


@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        ("feed", 1, {"arxiv.org": 1200, "en.wikipedia.org": 800}),
        ("feed", 2, {"arxiv.org": 1, "wikipedia.org": 1}),
        ("author", 1, {"arxiv.org": 1200, "en.wikipedia.org": 800}),
        ("author", 2, {"arxiv.org": 1, "wikipedia.org": 1}),
        ("tag", 1, {"arxiv.org": 1201, "en.wikipedia.org": 800, "wikipedia.org": 1}),
        ("tag", 2, {"arxiv.org": 600, "en.wikipedia.org": 400}),
    ],
)
def test_entries_are_counted_and_as_many_are_found_by_the_search(
    library: Database, kind: str, number: int, expected: dict[str, int]
) -> None:
    found = hosts(library, kind, number)
    assert {share.name: share.count for share in found} == expected
    for share in found:
        assert search(library, share.search).total == share.count


def test_the_most_linked_come_first(library: Database) -> None:
    assert [share.name for share in hosts(library, "feed", 1)] == ["arxiv.org", "en.wikipedia.org"]
