"""Authors and tags with many entries: scanning by date and looking up all ids give the same pages."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.file.opening import open_archive
from ingest.pages import author_or_tag, listing
from ingest.pages.author_or_tag import count_named, find_named
from ingest.pages.listing import Listing, list_entries
from tests.ingest.pages.archives import add_feed, add_names

ENTRIES, PAGE = 3000, 7


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """3,000 entries, two to a second. The first tag has every third of them, the second the oldest hundred alone."""
    path: Path = tmp_path_factory.mktemp("named") / "archive.db"
    with open_archive(path, create=True) as db, db.conn:
        add_feed(db)
        db["entries"].insert_all(
            {
                "id": id,
                "feed": 1,
                "guid": str(id),
                "date": f"2024-01-01T{id // 7200:02}:{id // 120 % 60:02}:{id // 2 % 60:02}Z",
            }
            | dict.fromkeys(("first_seen", "last_seen"), "2024-01-01T00:00:00Z")
            | {"fingerprint": "", "words": 1}
            for id in range(1, ENTRIES + 1)
        )
        add_names(db, "tags", "every third", *range(3, ENTRIES, 3))
        add_names(db, "tags", "the oldest", *range(1, 101))
        yield db


def steps(db: Database, question: Callable[[], object]) -> int:
    """How many instructions SQLite takes for it."""
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    db.conn.set_progress_handler(step, 1)
    try:
        question()
    finally:
        db.conn.set_progress_handler(None, 1)
    return taken


def first_page(db: Database, tag: int, cursor: str | None = None) -> Listing:
    found = find_named(db.conn, "tag", tag)
    assert found
    return list_entries(db.conn, found.scope, limit=PAGE, cursor=cursor)


def forth_and_back(db: Database, tag: int) -> list[list[int]]:
    """The numbers on each page of a tag's list to its end, and back to its beginning."""
    pages, page, way = [], first_page(db, tag), "older"
    while page.items:
        pages.append([item.id for item in page.items])
        way = "newer" if page.older is None else way
        cursor = page.older if way == "older" else page.newer
        if cursor is None:
            break
        page = first_page(db, tag, cursor)
    return pages


@pytest.mark.parametrize("tag", [1, 2])
@pytest.mark.parametrize("most_probed", [0, 5, 100, 10**6])
def test_a_list_is_the_same_whichever_way_it_is_found(
    db: Database, monkeypatch: pytest.MonkeyPatch, tag: int, most_probed: int
) -> None:
    expected = forth_and_back(db, tag)
    assert len(expected) > 20
    monkeypatch.setattr(author_or_tag, "COMMON", 0)
    monkeypatch.setattr(listing, "MOST_PROBED", most_probed)
    assert forth_and_back(db, tag) == expected


def test_a_page_of_what_many_entries_have_looks_at_few_of_them(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_at_once = steps(db, lambda: first_page(db, 1))
    monkeypatch.setattr(author_or_tag, "COMMON", 0)
    monkeypatch.setattr(listing, "MOST_PROBED", 100)
    assert steps(db, lambda: first_page(db, 1)) < all_at_once / 4


def test_what_stands_together_far_away_is_not_looked_for_in_all_that_comes_before_it(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(author_or_tag, "COMMON", 0)
    through_all = steps(db, lambda: first_page(db, 2))
    monkeypatch.setattr(listing, "MOST_PROBED", 100)
    assert steps(db, lambda: first_page(db, 2)) < through_all / 4


@pytest.mark.parametrize("tag", [1, 2])
def test_counting_costs_the_same_however_many_entries_have_it(
    db: Database, monkeypatch: pytest.MonkeyPatch, tag: int
) -> None:
    few = steps(db, lambda: count_named(db.conn, "tag", tag, "2030"))
    monkeypatch.setattr(author_or_tag, "COMMON", 0)
    assert steps(db, lambda: count_named(db.conn, "tag", tag, "2030")) < few * 1.1
