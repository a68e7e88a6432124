"""Finding entries, and what is said of what was found."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.file.opening import open_archive, read_archive
from ingest.search.hits import Count, Parts, count_facets, did_you_mean, search, spellings, sql_of
from ingest.search.parse import parse_query
from tests.ingest.search.searchable import add_entry, add_feed


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An archive with something for every operator; it is only read."""
    with open_archive(tmp_path_factory.mktemp("library") / "archive.db", create=True) as db:
        lesswrong = add_feed(db, "LessWrong", "https://www.lesswrong.com/feed.xml")
        podcast = add_feed(db, "Хабр 100%", "https://example.net/podcast")
        add_entry(
            db, lesswrong, title="Alignment", text="Inner optimizers and their agents.", date="2024-03-05T12:00:00Z",
            authors=["Jane Doe"], tags=["AI", "machine learning"], hosts=["en.wikipedia.org"], language="en",
        )  # fmt: skip
        add_entry(
            db, lesswrong, title="Review", text="On alignment, an optimizer’s view.", date="2024-02-29T23:59:59Z",
            authors=["Jane Doe", "Zoë Müller"], tags=["ai safety"], hosts=["wikipedia.org"], language="en-GB",
            html="<p>On alignment <math><mi>x</mi></math></p>", edited=True,
        )  # fmt: skip
        add_entry(
            db, podcast, title="Episode", text="A café, and agents.", date="2023-12-31T00:00:00Z",
            authors=["Mary Jane Doe"], tags=["Политика"], enclosures=["audio/mpeg", "image/png"], language="ru",
        )  # fmt: skip
        add_entry(
            db, podcast, title="機械学習入門", text="深層学習と用Python编程。", date="2025-01-01T00:00:00Z",
            authors=["山田太郎"], tags=["math", "maths"], removed="2025-02-01T00:00:00Z",
            hosts=["notwikipedia.org", "a.b.c.d.e.f.example"],
            html='<p><img src="https://example.org/x.png"></p>', language="ja",
        )  # fmt: skip
        add_entry(db, podcast, text="한국어 문장에서 agents", date="2022-05-05T05:05:05Z")
        yield db


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
    sql, params = sql_of(parse_query("host:wikipedia.org"))
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
    sql, params = sql_of(parse_query(query), sort)
    assert set(re.findall(r":([a-z]\w*)", sql)) == set(params)
    ids = [row[0] for row in library.execute(sql, params)]
    assert ids == [hit.id for hit in search(library, query, sort=sort).hits]


# Facets


def pairs(counts: tuple[Count, ...]) -> list[tuple[str, int]]:
    return [(count.label, count.count) for count in counts]


def test_facets_count_what_was_found(library: Database) -> None:
    facets = count_facets(library, "agents")
    assert pairs(facets.feeds) == [("Хабр 100%", 2), ("LessWrong", 1)]
    assert pairs(facets.authors) == [("Jane Doe", 1), ("Mary Jane Doe", 1)]
    assert pairs(facets.tags) == [("AI", 1), ("machine learning", 1), ("Политика", 1)]
    assert pairs(facets.years) == [("2024", 1), ("2023", 1), ("2022", 1)]
    assert pairs(facets.languages) == [("en", 1), ("ru", 1)]


def test_facets_of_everything_are_those_of_the_tables(library: Database) -> None:
    facets = count_facets(library, "")
    by_tag = "SELECT name, count(*) FROM entry_tags JOIN tags ON tags.id = tag GROUP BY name"
    assert sorted(pairs(facets.tags)) == sorted(library.execute(by_tag).fetchall())
    by_year = "SELECT year, count(*) FROM entries GROUP BY year ORDER BY year DESC"
    assert pairs(facets.years) == library.execute(by_year).fetchall()


@pytest.mark.parametrize("query", ["", "agents", "alignment OR tag:math", "-alignment", "機械"])
def test_adding_the_operator_of_a_facet_leaves_as_many_as_it_says(library: Database, query: str) -> None:
    facets = count_facets(library, query)
    for count in facets.feeds + facets.authors + facets.tags + facets.years + facets.languages:
        assert search(library, f"{query} {count.term}").total == count.count, count.term


@pytest.mark.parametrize(
    "name", ['"quoted"', "a * b*", "-minus", "x)", "(x", "OR", "ends with \\", "=x", "C++", "100%", "a:b"]
)
def test_the_operator_of_an_odd_name_finds_it(db: Database, name: str) -> None:
    add_entry(db, add_feed(db), text="x", authors=[name], tags=[name])
    facets = count_facets(db, "")
    assert search(db, f"{facets.tags[0].term} {facets.authors[0].term}").total == 1


def test_only_the_commonest_are_counted(db: Database) -> None:
    feed = add_feed(db)
    for n in range(5):
        add_entry(db, feed, tags=["common", f"rare {n}"])
    assert pairs(count_facets(db, "", most=2).tags)[0] == ("common", 5)
    assert len(count_facets(db, "", most=2).tags) == 2


# Did you mean


@pytest.fixture
def spelled(db: Database) -> Database:
    add_entry(
        db, add_feed(db), title="Yudkowsky on alignment", text="machine learning, политика and café culture"
    )
    return db


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("aligment", "alignment"),
        ("alignmant", "alignment"),
        ("alignmnet", "alignment"),
        ("yudkovsky", "yudkowsky"),
        ("machinelearning", '"machine learning"'),
        ("полетика", "политика"),
        ("kafe", "café"),
        ("title:aligment", "title:alignment"),
        ("alignment OR aligment tag:AI -aligment", "alignment tag:AI -aligment"),
    ],
)
def test_a_misspelt_word_is_noticed(spelled: Database, typed: str, meant: str) -> None:
    assert search(spelled, typed).suggestion == meant


@pytest.mark.parametrize(
    "typed",
    [
        "alignment",
        "alignments",
        "xyzzyx",
        "algn",
        '"aligment culture"',
        "-aligment",
        "aligmen*",
        "tag:aligment",
        "機械",
    ],
)
def test_what_is_right_or_beyond_help_is_left_alone(spelled: Database, typed: str) -> None:
    assert search(spelled, typed).suggestion is None


def test_a_rare_misspelling_in_the_archive_is_none_the_less_one(spelled: Database) -> None:
    feed = add_feed(spelled)
    add_entry(spelled, feed, text="aligment")
    assert search(spelled, "aligment").suggestion is None
    for _ in range(10):
        add_entry(spelled, feed, text="alignment")
    assert search(spelled, "aligment").suggestion == "alignment"


def test_no_more_than_five_words_are_looked_at(spelled: Database) -> None:
    query = parse_query("xaaa xbbb xccc xddd xeee aligment")
    assert did_you_mean(spelled, query) is None
    assert did_you_mean(spelled, replace(query, clauses=query.clauses[1:])) is not None


def test_the_spellings_of_a_word_are_bounded() -> None:
    assert len(spellings("a" * 20)) < 1_200
    assert {"alignment", "al igment"} <= set(spellings("aligment"))
