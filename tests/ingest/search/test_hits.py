"""Search results, their snippets and notes."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.file.opening import read_archive
from ingest.search.facets import count_facets
from ingest.search.hits import search, select_sql
from ingest.search.parse import parse_query
from ingest.search.snippets import Parts
from tests.ingest.search.searchable import add_entry, add_feed

FOUND_BY = {
    "alignment": {1, 2},
    "ALIGNMENT": {1, 2},
    "optimizers": {1, 2},  # plurals do not matter
    "cafe": {3},  # nor accents
    "cafés": {3},
    "optim*": {1, 2},
    '"inner optimizers"': {1},
    '"optimizers inner"': set(),
    "alignment -inner": {2},
    "-alignment": {3, 4, 5},
    "-alignment -agents": {4},
    "inner OR café": {1, 3},
    "agents inner OR café": {1, 3},
    "inner OR -agents": {1, 2, 4},
    "café OR tag:AI": {1, 3},
    "title:alignment": {1},
    "-title:alignment": {2, 3, 4, 5},
    "author:jane": {1, 2, 3},
    'author:"jane doe"': {1, 2, 3},
    'author:="Jane Doe"': {1, 2},
    'author:="jane doe"': set(),
    "author:muller": {2},
    '-author:="Jane Doe"': {3, 4, 5},
    "tag:ai": {1},
    "tag:ai*": {1, 2},
    'tag:"Machine Learning"': {1},
    "tag:политика": {3},  # the other case, which SQLite itself would not find
    "tag:=политика": set(),
    "tag:math": {4},
    "-tag:ai": {2, 3, 4, 5},
    "tag:ai OR tag:math": {1, 4},
    "feed:less": {1, 2},
    "feed:хабр": {3, 4, 5},
    "feed:0%": {3, 4, 5},  # a percent sign is one
    "feed:_": set(),
    "feed:1": {1, 2},
    "feed:=lesswrong": set(),
    "feed:=LessWrong": {1, 2},
    "-feed:less": {3, 4, 5},
    "after:2024": {1, 2, 4},
    "after:2024-03": {1, 4},
    "after:2024-03-05": {1, 4},
    "after:2024-03-06": {4},
    "before:2024": {3, 5},
    "before:2024-03": {2, 3, 5},
    "before:2024-02-29": {3, 5},
    "before:2024-03-01 after:2024-02-29": {2},
    "-after:2024": {3, 5},
    "lang:en": {1, 2},
    "lang:EN_gb": {2},
    "lang:=en": {1},
    "-lang:en": {3, 4, 5},  # the one without a language is not in English either
    "host:wikipedia.org": {1, 2},
    "host:=wikipedia.org": {2},
    "host:https://www.wikipedia.org/wiki": {1, 2},
    "-host:wikipedia.org": {3, 4, 5},
    "host:org": {1, 2, 4},
    "host:wikipedia": set(),
    "host:pedia.org": set(),
    "host:e.f.example": {4},
    "host:b.c.d.e.f.example": {4},
    "host:x.c.d.e.f.example": set(),
    "has:audio": {3},
    "has:video": set(),
    "has:image": {3, 4},
    "has:math": {2},
    "-has:image": {1, 2, 5},
    "is:edited": {2},
    "is:removed": {4},
    "-is:removed": {1, 2, 3, 5},
    "機械": {4},
    "械学": {4},
    "習": {4},
    "学習 入門": {4},
    "機学": set(),
    "-機械": {1, 2, 3, 5},
    "python": {4},  # also between characters
    "pyth": set(),
    "编程": {4},
    "title:深層": set(),
    "author:太郎": {4},
    "문장": {5},
    "agents 문장": {5},
    "機械 OR 문장": {4, 5},
    "": {1, 2, 3, 4, 5},
    "before:banana": {1, 2, 3, 4, 5},
    "zqxj": set(),
}


@pytest.mark.parametrize("query", FOUND_BY)
def test_a_query_finds(library: Database, query: str) -> None:
    results = search(library, query)
    assert {hit.id for hit in results.hits} == FOUND_BY[query]
    assert results.total == len(FOUND_BY[query])


def test_what_links_to_a_site_is_found_by_an_index(library: Database) -> None:
    sql, params = select_sql(parse_query("host:wikipedia.org"))
    plan = [row[3] for row in library.execute(f"EXPLAIN QUERY PLAN {sql}", params)]
    assert any("links_host_key" in step for step in plan)
    assert not any(step.startswith("SCAN links") for step in plan)


def test_a_hit_has_what_a_list_shows(library: Database) -> None:
    [hit] = search(library, "inner").hits
    assert (hit.id, hit.title, hit.url) == (1, "Alignment", "https://example.org/1")
    assert (hit.feed_id, hit.feed, hit.author) == (1, "LessWrong", "Jane Doe")
    assert hit.date == "2024-03-05T12:00:00Z"


def test_the_meaning_comes_with_the_results(library: Database) -> None:
    results = search(library, "alignment tag:AI foo:bar")
    assert results.meaning == "entries with “alignment” and “foo:bar”, tagged AI"
    assert results.notes == ("There is no operator “foo:”, so it was read as a word.",)


def marked(parts: Parts) -> list[str]:
    return [text for text, hit in parts if hit]


def plain(parts: Parts) -> str:
    return "".join(text for text, _ in parts)


def test_a_snippet_shows_the_words_that_were_found(db: Database) -> None:
    add_entry(
        db,
        add_feed(db),
        title="Of agents",
        text="before " * 100 + "the agents and an agent " + "after " * 100,
    )
    [hit] = search(db, "agent").hits
    assert marked(hit.title_parts) == ["agents"]
    assert marked(hit.snippet) == ["agents", "agent"]
    assert plain(hit.snippet).startswith("…") and len(plain(hit.snippet)) < 300


def test_a_word_that_need_not_be_there_is_marked_where_it_is(library: Database) -> None:
    hits = search(library, "café OR tag:AI", sort="newest").hits
    assert [marked(hit.snippet) for hit in hits] == [[], ["café"]]
    assert plain(hits[0].snippet) == "Inner optimizers and their agents."


def test_characters_next_to_each_other_are_one_hit(db: Database) -> None:
    add_entry(db, add_feed(db), title="機械学習入門", text="深層学習と機械学習。")
    [hit] = search(db, "機械学習").hits
    assert hit.title_parts == (("機械学習", True), ("入門", False))
    assert hit.snippet == (("深層学習と", False), ("機械学習", True), ("。", False))


def test_a_text_that_is_its_title_is_not_shown_twice(db: Database) -> None:
    add_entry(db, add_feed(db), title="On agents", text="On agents")
    [hit] = search(db, "agents").hits
    assert (marked(hit.title_parts), hit.snippet) == (["agents"], ())


def test_a_snippet_is_text_and_not_markup(db: Database) -> None:
    add_entry(db, add_feed(db), title="<b>agent</b>", text="<script>agent</script>")
    [hit] = search(db, "agent").hits
    assert hit.snippet == (("<script>", False), ("agent", True), ("</script>", False))


def test_marks_in_a_text_itself_do_no_harm(db: Database) -> None:
    add_entry(db, add_feed(db), title="\x03\x02", text="\x02one\x03 agent \x02\x02 two")
    [hit] = search(db, "agent").hits
    assert plain(hit.snippet) == "one agent  two"


def test_without_words_to_find_the_excerpt_is_shown(library: Database) -> None:
    [hit] = search(library, "tag:AI").hits
    assert hit.snippet == (("Inner optimizers and their agents.", False),)
    assert hit.title_parts == (("Alignment", False),)


def test_an_entry_without_a_title_has_none(library: Database) -> None:
    [hit] = search(library, "문장").hits
    assert hit.title is None and hit.title_parts == ()


def test_a_title_counts_more_than_the_text(db: Database) -> None:
    feed = add_feed(db)
    add_entry(db, feed, title="Other", text="alignment alignment alignment")
    titled = add_entry(db, feed, title="Alignment", text="other words")
    assert search(db, "alignment").hits[0].id == titled


@pytest.mark.parametrize("query", ["", "agents", "has:audio OR agents"])
def test_results_are_sorted_by_time(library: Database, query: str) -> None:
    newest = [hit.date for hit in search(library, query, sort="newest").hits]
    assert newest == sorted(newest, reverse=True)
    oldest = [hit.date for hit in search(library, query, sort="oldest").hits]
    assert oldest == newest[::-1]


def test_where_nothing_can_be_ranked_the_newest_come_first(library: Database) -> None:
    assert search(library, "").hits == search(library, "", sort="newest").hits


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_pages_follow_each_other(db: Database, sort: str) -> None:
    feed = add_feed(db)
    for _ in range(7):
        add_entry(db, feed, text="the same")
    pages = [search(db, "same", sort=sort, limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [len(page.hits) for page in pages] == [3, 3, 1, 0]
    assert len({hit.id for page in pages for hit in page.hits}) == 7
    assert {page.total for page in pages} == {7}


def test_any_connection_will_do(library: Database) -> None:
    path = next(row[2] for row in library.execute("PRAGMA database_list") if row[1] == "main")
    expected = search(library, "agent").hits
    with read_archive(Path(path)) as read_only:
        assert search(read_only, "agent").hits == expected
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        assert search(connection, "agent").hits == expected
        assert count_facets(connection, "agent") == count_facets(library, "agent")


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("query", [query for query, found in FOUND_BY.items() if found])
def test_the_same_query_as_sql_gives_the_same_entries(library: Database, query: str, sort: str) -> None:
    sql, params = select_sql(parse_query(query), sort)
    assert set(re.findall(r":([a-z]\w*)", sql)) == set(params)
    ids = [row[0] for row in library.execute(sql, params)]
    assert ids == [hit.id for hit in search(library, query, sort=sort).hits]
