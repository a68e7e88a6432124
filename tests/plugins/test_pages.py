"""What the pages, the JSON and the CSV of an archive show. The same under Datasette 0.65 and 1.0."""

import csv
import re
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette
from sqlite_utils import Database

from ingest.archive.file.opening import open_archive
from tests.ingest.search.searchable import add_entry, add_feed
from tests.plugins.conftest import as_it_comes

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Every table and view, with the key of a row of it; the view has no pages for its rows.
TABLES = {
    "feeds": "1",
    "entries": "1",
    "contents": "1",
    "revisions": "1",
    "authors": "1",
    "tags": "1",
    "entry_authors": "1,2",
    "entry_tags": "2,1",
    "links": "1",
    "enclosures": "1",
    "media": "1",
    "sources": "1",
    "entry_credits": "1,3,guest",
    "extra": "1",
    "polls": "1",
    "documents": "1",
    "entry_documents": "1",
    "settings": "archive_id",
    "entries_text": None,
    "_sqlite_migrations": "1",
}
HIDDEN = {"settings", "_sqlite_migrations"}

# Every canned query, with the parameters that find something in the archive of conftest.py.
QUERIES = {
    "newest_entries": {"feed": "rivers", "period": "2023"},
    "search": {"q": "river", "feed": "1"},
    "entries_by_author": {"author": "ada"},
    "entries_by_tag": {"tag": "geology"},
    "on_this_day": {"day": "03-17"},
    "longest_entries": {"feed": "1", "period": "2023"},
    "audio_entries": {"feed": "harbour"},
    "edited_entries": {"feed": "harbour"},
    "removed_entries": {"feed": "harbour"},
    "documents_of_feed": {"feed": "rivers", "page": "1"},
    "feed_health": {},
    "crossposts": {},
    "feed_overview": {},
    "failing_feeds": {},
    "polling": {"period": "2024-05"},
    "prolific_authors": {"feed": "1", "page": "1"},
    "posts_per_month": {"feed": "1", "period": "2023"},
    "reading_time": {"feed": "1", "words_per_minute": "200"},
    "publishing_hours": {"feed": "1"},
    "mentions_per_month": {"q": "river"},
    "languages": {},
    "tags_by_use": {"page": "1"},
    "tag_pairs": {"tag": "Water", "page": "1"},
    "cited_hosts": {"page": "1"},
    "cited_pages": {},
    "cited_entries": {},
    "what_links_here": {"entry": "1"},
    "links_to_host": {"host": "arxiv.org"},
    "links_between_feeds": {},
}

# None of these is a query that FTS5 understands as it is.
ODD_QUERIES = [
    "C++",
    "o'reilly",
    '"river',
    'ri"ver',
    "AND AND",
    "NEAR(",
    "*",
    '""',
    "col:river",
    '"a\n) b"',
    "a\0b",
    "^",
]


async def get(site: Datasette, path: str, **parameters: str) -> str:
    response = await site.client.get(f"{path}?{urlencode(parameters)}", follow_redirects=True)
    assert response.status_code == 200, response.text
    return str(response.text)


async def rows(site: Datasette, table: str, **parameters: str) -> list[dict[str, Any]]:
    parameters = {"_shape": "array", **parameters}
    response = await site.client.get(f"/archive/{table}.json?{urlencode(parameters)}")
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()
    return found


async def test_home_and_database_say_what_this_is_and_whose_the_texts_are(site: Datasette) -> None:
    for path in ("/", "/archive"):
        page = await get(site, path)
        assert "Feed archive" in page
        assert "Every text and picture belongs to its author" in page


async def test_the_database_page_lists_the_tables_but_no_plumbing(site: Datasette) -> None:
    page = await get(site, "/archive")
    assert {table for table in TABLES if f'href="/archive/{table}"' in page} == set(TABLES) - HIDDEN
    assert "/archive/entries_fts" not in page


@pytest.mark.parametrize("table", TABLES)
async def test_a_table_answers_as_page_as_json_and_as_csv_with_every_row(
    site: Datasette, archive: Path, table: str
) -> None:
    await get(site, f"/archive/{table}")
    assert await rows(site, table)
    exported = csv.DictReader(StringIO(await get(site, f"/archive/{table}.csv", _stream="on", _size="max")))
    assert len(list(exported)) == Database(archive)[table].count


@pytest.mark.parametrize("table", [table for table, key in TABLES.items() if key])
async def test_a_row_has_a_page_and_json(site: Datasette, table: str) -> None:
    await get(site, f"/archive/{table}/{TABLES[table]}")
    await get(site, f"/archive/{table}/{TABLES[table]}.json")


@pytest.mark.parametrize(
    "table", [*(table for table, key in TABLES.items() if key), "entries?_sort_desc=date"]
)
async def test_paging_to_the_last_page_gives_every_row_once(
    site: Datasette, archive: Path, table: str
) -> None:
    table, _, order = table.partition("?")
    seen: list[str] = []
    after = ""
    while True:
        response = await site.client.get(f"/archive/{table}.json?_size=7&_shape=objects&{order}{after}")
        page = response.json()
        seen += [str(row) for row in page["rows"]]
        if not page["next"]:
            break
        after = "&" + urlencode({"_next": page["next"]})
    assert len(seen) == len(set(seen)) == Database(archive)[table].count


async def test_entries_are_shown_newest_first(site: Datasette) -> None:
    dates = [row["date"] for row in await rows(site, "entries")]
    assert len(dates) == 50
    assert dates == sorted(dates, reverse=True)
    assert dates == [row["date"] for row in await rows(site, "entries", _sort_desc="date")]


@pytest.mark.parametrize("table", ["entries", "contents", "entries_text"])
async def test_search_finds_a_word_and_does_not_find_nonsense(site: Datasette, table: str) -> None:
    key = "entry" if table == "contents" else "id"
    assert [row[key] for row in await rows(site, table, _search="unique37")] == [37]
    assert await rows(site, table, _search="nonsenseword") == []
    assert 'name="_search"' in await get(site, f"/archive/{table}")


@pytest.mark.parametrize("facet", ["feed", "language"])  # the rest are of plugins: test_facets.py
async def test_entries_have_facets(site: Datasette, facet: str) -> None:
    page = await get(site, "/archive/entries")
    assert f'data-column="{facet}"' in page
    assert re.search(rf'href="[^"]*/archive/entries\?{facet}(__exact)?=', page)
    assert re.search(r"facet-info", await get(site, "/archive/entries", _facet=facet))


async def test_feeds_and_entries_are_shown_by_their_titles(site: Datasette) -> None:
    page = await get(site, "/archive/entries")
    assert re.search(
        r'<a href="/(?:archive/feeds|feed)/1">Stones &amp; Rivers</a>', page
    )  # without or with plugins
    labelled = await rows(site, "contents", _labels="on", entry="1")
    assert labelled[0]["entry"] == {"value": 1, "label": "lantern 1 <b>& more</b>"}


async def test_a_title_with_markup_is_shown_as_text(site: Datasette) -> None:
    for path in ("/archive/entries", "/archive/entries/1", "/archive/newest_entries"):
        page = await get(site, path)
        assert "&lt;b&gt;" in page
        assert "<b>" not in page


async def test_html_is_shown_as_html_on_the_pages_of_contents(site: Datasette) -> None:
    for path in ("/archive/contents", "/archive/contents/1"):
        assert "<p class='shown'>" in await get(site, path)


@pytest.mark.parametrize("column", ["html", "text", "title", "label", "url", "snippet"])
async def test_markup_in_a_visitors_sql_is_shown_as_text_whatever_the_column(
    site: Datasette, column: str
) -> None:
    page = await get(site, "/archive", sql=f"select '<img src=x onerror=alert(1)>' as {column}")
    assert "&lt;img src=x onerror=alert(1)&gt;</td>" in page
    assert "<img" not in page


async def test_html_is_shown_as_text_outside_of_the_pages_of_contents(site: Datasette) -> None:
    assert "<p class='shown'>" not in await get(site, "/archive", sql="select html from contents limit 3")
    for path in ("/archive/revisions", "/archive/revisions/1"):
        assert "<p>Before</p>" not in await get(site, path)


async def test_the_queries_of_metadata_yml_are_the_ones_tried_here(metadata: dict[str, Any]) -> None:
    queries = metadata["databases"]["archive"]["queries"]
    assert {name: set(query.get("params", [])) for name, query in queries.items()} == {
        name: set(parameters) for name, parameters in QUERIES.items()
    }


@pytest.mark.parametrize("query", QUERIES)
async def test_a_query_finds_something_with_blank_and_with_filled_parameters(
    site: Datasette, metadata: dict[str, Any], query: str
) -> None:
    filled = QUERIES[query]
    for parameters in ({}, dict.fromkeys(filled, ""), filled):
        page = await get(site, f"/archive/{query}", **parameters)
        assert metadata["databases"]["archive"]["queries"][query]["title"] in page
        if query != "on_this_day" or parameters.get("day"):  # today may have nothing
            assert await rows(site, query, **parameters)
        await get(site, f"/archive/{query}.csv", **parameters)


@pytest.mark.parametrize("query", [query for query, parameters in QUERIES.items() if parameters])
async def test_a_query_finds_nothing_rather_than_fail_with_odd_parameters(
    site: Datasette, query: str
) -> None:
    for odd in ("nowhere to be found", "99999", "-1", "%", "'", '"', "\0", "1e999", "x" * 20_000):
        await rows(site, query, **dict.fromkeys(QUERIES[query], odd))


# What some queries find, in plain SQL.
PLAIN_QUERIES = {
    "tags_by_use": """
        SELECT name AS tag, count(*) AS entries, count(DISTINCT feed) AS feeds, tags.id AS tag_id
        FROM entry_tags JOIN tags ON tags.id = tag JOIN entries ON entries.id = entry GROUP BY tags.id""",
    "tag_pairs": """
        SELECT a.name AS tag, b.name AS with_tag, count(*) AS entries, a.id AS tag_id, b.id AS with_tag_id
        FROM tags AS a JOIN tags AS b ON b.id > a.id JOIN entry_tags AS one ON one.tag = a.id
        JOIN entry_tags AS other ON other.tag = b.id AND other.entry = one.entry GROUP BY a.id, b.id""",
    "languages": """
        SELECT language, count(*) AS entries, count(DISTINCT feed) AS feeds, sum(words) AS words,
            substr(min(date), 1, 10) AS first, substr(max(date), 1, 10) AS last
        FROM entries GROUP BY language""",
    "links_between_feeds": """
        SELECT coalesce(a.title, a.url) AS feed, coalesce(b.title, b.url) AS links_to, count(*) AS links,
            count(DISTINCT source.id) AS entries, a.id AS feed_id, b.id AS links_to_id
        FROM links JOIN entries AS source ON source.id = entry JOIN entries AS target ON target.id = target
        JOIN feeds AS a ON a.id = source.feed JOIN feeds AS b ON b.id = target.feed AND b.id != a.id
        GROUP BY a.id, b.id""",
}


@pytest.mark.parametrize("query", PLAIN_QUERIES)
async def test_a_query_counts_as_plain_sql_does(site: Datasette, archive: Path, query: str) -> None:
    found, expected = await rows(site, query), list(Database(archive).query(PLAIN_QUERIES[query]))
    assert sorted(map(str, found)) == sorted(map(str, expected))


async def test_a_tag_is_the_first_of_its_pairs(site: Datasette) -> None:
    [pair] = await rows(site, "tag_pairs", tag="water")
    assert (pair["tag"], pair["with_tag"], pair["entries"]) == ("Water", "Geology", 32)
    assert await rows(site, "tag_pairs", tag="no such tag") == []


@pytest.mark.parametrize(
    ("query", "column", "number"),
    [
        ("tags_by_use", "tag", 1100),
        ("prolific_authors", "author", 1100),
        ("cited_hosts", "host", 1100),
        ("tag_pairs", "with_tag_id", 1225),
    ],
)
async def test_what_is_more_than_a_page_of_a_query_is_on_the_next(
    many_names: Path,
    metadata: dict[str, Any],
    config: dict[str, Any],
    query: str,
    column: str,
    number: int,
) -> None:
    site = await as_it_comes(many_names, metadata, config)
    pages = [await rows(site, query, page=page) for page in ("1", "2", "3")]
    assert [len(page) for page in pages] == [1000, number - 1000, 0]
    assert len({str(row) for page in pages for row in page}) == number
    assert all(column in row for row in pages[0])
    for page, expected in zip(("1", "2"), pages, strict=False):
        exported = csv.DictReader(StringIO(await get(site, f"/archive/{query}.csv", page=page)))
        assert len(list(exported)) == len(expected)


@pytest.mark.parametrize("q", ODD_QUERIES)
@pytest.mark.parametrize("query", ["search", "mentions_per_month"])
async def test_full_text_search_takes_any_query(site: Datasette, query: str, q: str) -> None:
    await get(site, f"/archive/{query}", q=q)


async def test_full_text_search_ranks_titles_first_and_shows_words_in_context(site: Datasette) -> None:
    lanterns = ["lantern" in (row["title"] or "") for row in await rows(site, "search", q="lantern")]
    assert lanterns == sorted(lanterns, reverse=True)
    assert {True, False} == set(lanterns)
    [found] = await rows(site, "search", q="unique37")
    assert "[unique37]" in found["snippet"]
    assert await rows(site, "search", q="nonsenseword") == []


async def test_a_snippet_is_of_the_text_as_it_stands(
    tmp_path: Path, metadata: dict[str, Any], config: dict[str, Any]
) -> None:
    with open_archive(tmp_path / "archive.db", create=True) as db:
        feed = add_feed(db)
        add_entry(db, feed, title="One", text="A ﬁle in the Straße, ｗｉｄｅ")
        add_entry(db, feed, title="Two", text="A plain file")
    site = await as_it_comes(tmp_path / "archive.db", metadata, config)
    shown = {
        query: {row["title"]: row["snippet"] for row in await rows(site, "search", q=query)}
        for query in ("file", "straße", "plain", "wide")
    }
    assert shown == {
        "file": {"One": "A ﬁle in the Straße, ｗｉｄｅ", "Two": "A plain [file]"},
        "straße": {"One": "A ﬁle in the Straße, ｗｉｄｅ"},
        "plain": {"Two": "A [plain] file"},
        "wide": {"One": "A ﬁle in the Straße, ｗｉｄｅ"},
    }


async def test_the_table_page_searches_all_spellings_with_and_without_its_configuration(
    tmp_path: Path, metadata: dict[str, Any], config: dict[str, Any]
) -> None:
    with open_archive(tmp_path / "archive.db", create=True) as db:
        add_entry(db, add_feed(db), title="Straße", text="ﬁle")
    archive = tmp_path / "archive.db"
    for site in (await as_it_comes(archive, metadata, config), Datasette([str(archive)])):
        for words in ("strasse", "Straße", "file"):
            found = await rows(site, "entries", _search=words)
            assert [row["title"] for row in found] == ["Straße"]


async def test_a_feed_is_asked_for_by_number_or_by_a_part_of_its_title(site: Datasette) -> None:
    for feed in ("1", "RIVERS", "stones &"):
        assert {row["feed"] for row in await rows(site, "newest_entries", feed=feed)} == {"Stones & Rivers"}
    assert {row["feed"] for row in await rows(site, "newest_entries", feed="untitled")} == {
        "https://untitled.example/feed"
    }


async def test_newest_entries_are_the_newest(site: Datasette, archive: Path) -> None:
    newest = "select id from entries where feed = 2 and year = '2023' order by date desc, id limit 100"
    expected = [entry for (entry,) in Database(archive).execute(newest)]
    assert [row["entry"] for row in await rows(site, "newest_entries", feed="2", period="2023")] == expected


async def test_edited_entries_say_what_was_different_afterwards(site: Datasette) -> None:
    assert [
        (
            row["entry"],
            row["edited"],
            row["title_before"],
            row["title_after"],
            row["changed"],
            row["characters"],
        )
        for row in await rows(site, "edited_entries")
    ] == [
        (1, "2024-03-01T00:00:00Z", "Second draft", "lantern 1 <b>& more</b>", "title, author, text", 98),
        (1, "2024-02-01T00:00:00Z", "First draft", "Second draft", "title", 0),
    ]


async def test_failing_feeds_say_why_and_when_they_last_worked(site: Datasette) -> None:
    failing = {row["title"]: row for row in await rows(site, "failing_feeds")}
    assert failing["The Harbour Cast"]["last_error"] == "The server answered 500."
    assert failing["The Harbour Cast"]["last_success"] == "2024-05-02T00:00:00Z"
    assert failing["https://untitled.example/feed"]["state"] == "gone"
    assert len(failing) == 2


async def test_entries_with_the_same_address_are_found_to_be_crossposts(site: Datasette) -> None:
    [found] = await rows(site, "crossposts")
    assert (found["entries"], found["feeds"]) == (2, 2)
