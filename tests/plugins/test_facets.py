"""Facets of entries that Datasette itself does not have, compared with plain SQL."""

import csv
import re
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import pytest_asyncio
from datasette.app import Datasette
from sqlite_utils import Database

from ingest.pages.facets import ENTRY_FACETS
from tests.plugins.serving import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Of each facet, value and count among entries, in plain SQL.
PLAIN = {
    "tags": """
        SELECT tags.name, count(*) FROM entries JOIN entry_tags ON entry = entries.id JOIN tags ON tags.id = tag
        WHERE {where} GROUP BY tags.id""",
    "authors": """
        SELECT authors.name, count(*) FROM entries JOIN entry_authors ON entry = entries.id
        JOIN authors ON authors.id = entry_authors.author WHERE {where} GROUP BY authors.id""",
    "hosts": """
        SELECT host, count(DISTINCT entry) FROM entries JOIN links ON entry = entries.id
        WHERE {where} GROUP BY host""",
    "year": "SELECT substr(date, 1, 4) AS period, count(*) FROM entries WHERE {where} GROUP BY period",
    "month": "SELECT substr(date, 1, 7) AS period, count(*) FROM entries WHERE {where} GROUP BY period",
    "day": "SELECT substr(date, 1, 10) AS period, count(*) FROM entries WHERE {where} GROUP BY period",
}
TYPES = {
    "tags": "many",
    "authors": "many",
    "hosts": "many",
    "year": "time",
    "month": "time",
    "day": "time",
}
WATER = "entries.id IN (SELECT entry FROM entry_tags JOIN tags ON tags.id = tag WHERE name = 'Water')"
ADA = "entries.author = 'Ada Quarry'"
LI = "entries.author = '李明'"
RIVER = "entries.id IN (SELECT entry FROM contents WHERE text LIKE '%river%')"
# What the address asks for, and the same in SQL.
FILTERS: list[tuple[str, list[tuple[str, str]], str]] = [
    ("alone", [], "TRUE"),
    ("tag", [("_tag", "Water")], WATER),
    ("tag in another case", [("_tag", "water")], WATER),
    ("two tags", [("_tag", "Water"), ("_tag", "Geology")], WATER),
    ("tag and author", [("_tag", "Water"), ("_author", "Ada Quarry")], f"{WATER} AND {ADA}"),
    ("author", [("_author", "李明")], LI),
    ("author and column", [("_author", "李明"), ("feed", "2")], f"{LI} AND feed = 2"),
    ("host", [("_host", "arxiv.org")], "TRUE"),
    ("month", [("month", "2023-05"), ("_tag", "Geology")], "month = '2023-05' AND entries.id % 2 = 0"),
    ("day", [("_day", "2023-05-17")], "substr(date, 1, 10) = '2023-05-17'"),
    ("month as a day", [("_day", "2023-05")], "month = '2023-05'"),
    ("a day that is none", [("_day", "2023-02-30"), ("_author", "Ada Quarry")], ADA),
    ("under a search", [("_search", "river lantern")], f"{RIVER} AND TITLE_TOO"),
    ("nothing", [("_tag", "no such tag")], "FALSE"),
    ("quote", [("_author", "O'Reilly\" --")], "FALSE"),
]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def served(archive: Path, metadata: dict[str, Any], config: dict[str, Any]) -> Datasette:
    return await serve(archive, metadata, settings=config["settings"])


async def get(site: Datasette, pairs: list[tuple[str, str]], form: str = ".json") -> Any:
    response = await site.client.get(f"/archive/entries{form}?{urlencode([('_shape', 'objects'), *pairs])}")
    assert response.status_code == 200, response.text
    return response


async def facet(site: Datasette, name: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    asked = [*pairs, (f"_facet_{TYPES[name]}", name), ("_facet_size", "max"), ("_extra", "facet_results")]
    results = (await get(site, asked)).json()["facet_results"]
    found: dict[str, Any] = results.get("results", results)[name]
    return found


async def test_the_facets_are_those_that_an_address_may_ask_for() -> None:
    assert [(name, kind) for kind, names in ENTRY_FACETS.items() for name in names] == [*TYPES.items()]


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize(("pairs", "where"), [pytest.param(p, w, id=id) for id, p, w in FILTERS])
async def test_counts_are_those_of_plain_sql(
    served: Datasette, archive: Path, name: str, pairs: list[tuple[str, str]], where: str
) -> None:
    searched = "entries.id IN (SELECT rowid FROM entries_fts WHERE entries_fts MATCH 'river lantern')"
    where = searched if "TITLE_TOO" in where else where
    expected = dict(Database(archive).execute(PLAIN[name].format(where=where)).fetchall())
    counted = {row["value"]: row["count"] for row in (await facet(served, name, pairs))["results"]}
    assert counted == expected


@pytest.mark.parametrize("name", PLAIN)
async def test_a_value_leads_to_as_many_entries_as_it_counts(served: Datasette, name: str) -> None:
    for value in (await facet(served, name, [("_search", "river")]))["results"][:3]:
        pairs = parse_qsl(urlsplit(value["toggle_url"]).query)
        found = await get(served, [*pairs, ("_extra", "count"), ("_size", "max")])
        assert len(found.json()["rows"]) == value["count"]


async def test_a_chosen_value_is_marked_and_leads_back(served: Datasette) -> None:
    [chosen] = [
        value for value in (await facet(served, "tags", [("_tag", "Water")]))["results"] if value["selected"]
    ]
    assert chosen["value"] == "Water"
    assert "_tag=Water" not in chosen["toggle_url"]


async def test_a_value_leads_to_the_first_page(served: Datasette) -> None:
    first = (await get(served, [("_size", "7")])).json()["next"]
    for value in (await facet(served, "tags", [("_next", first), ("_tag", "Geology")]))["results"]:
        assert "_next" not in value["toggle_url"]


async def test_paging_within_a_facet_gives_every_entry_once(served: Datasette, archive: Path) -> None:
    seen: list[int] = []
    after = ""
    while True:
        page = (
            await get(served, [("_tag", "Water"), ("_size", "7"), *([("_next", after)] if after else [])])
        ).json()
        seen += [row["id"] for row in page["rows"]]
        after = page["next"]
        if not after:
            break
    expected = Database(archive)["entries"].rows_where(WATER, order_by="date DESC, id")
    assert seen == [row["id"] for row in expected]


async def test_csv_keeps_to_the_facet(served: Datasette) -> None:
    exported = await get(served, [("_tag", "Water"), ("_stream", "on")], ".csv")
    assert len(list(csv.DictReader(StringIO(exported.text)))) == 32


async def test_time_is_from_the_latest_and_the_rest_from_the_commonest(served: Datasette) -> None:
    months = [row["value"] for row in (await facet(served, "month", []))["results"]]
    assert months == sorted(months, reverse=True)
    tags = [row["count"] for row in (await facet(served, "tags", []))["results"]]
    assert tags == sorted(tags, reverse=True)


async def test_no_more_values_than_the_size_and_a_word_that_there_are_more(served: Datasette) -> None:
    asked = [("_facet_time", "month"), ("_facet_size", "3"), ("_extra", "facet_results")]
    results = (await get(served, asked)).json()["facet_results"]
    month = results.get("results", results)["month"]
    assert len(month["results"]) == 3
    assert month["truncated"]


@pytest.mark.parametrize("name", ["authors", "tags", "month"])
async def test_the_page_has_them_with_bars(served: Datasette, name: str) -> None:
    page = (await get(served, [], "")).text
    part = page.split(f'id="facet-{name}"')[1]
    assert "facet-bar" in part.split("</ul>")[0]


async def test_where_no_facet_has_a_value_there_is_nothing_to_unfold(served: Datasette) -> None:
    assert "<summary>Facets</summary>" in (await served.client.get("/archive/entries")).text
    assert "<summary>Facets</summary>" not in (await served.client.get("/archive/entries?_tag=nothing")).text


async def test_the_page_says_in_words_what_is_chosen(served: Datasette) -> None:
    page = (await get(served, [("_tag", "Water"), ("_author", "<b>")], "")).text
    assert "tag = &#34;Water&#34;" in page
    assert "author = &#34;&lt;b&gt;&#34;" in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            ("_facet_many", "nothing of the kind"),
            "There is no facet “nothing of the kind” here. There are tags,",
        ),
        (("_facet_many", ""), "There is no facet “” here."),
        (("_facet_time", '{"nothing": "<b>"}'), "no facet “{&#34;nothing&#34;: &#34;&lt;b&gt;&#34;}” here"),
        (("_day", "2023-02-30"), "“2023-02-30” is no day, so it was passed over."),
        (("_day", "yesterday" * 50), "“yesterdayyesterday"),
    ],
)
async def test_what_is_no_facet_and_no_day_is_passed_over_with_a_word(
    served: Datasette, asked: tuple[str, str], said: str
) -> None:
    assert said in (await get(served, [asked], "")).text
    assert len((await get(served, [asked])).json()["rows"]) == 50  # a whole page


async def test_where_all_is_understood_nothing_is_said_of_it(served: Datasette) -> None:
    asked = [("_day", "2023-05"), ("_facet_many", "tags"), ("_facet_time", "day")]
    assert "passed-over" not in (await get(served, asked, "")).text


async def offered(site: Datasette, pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The facets that are not shown yet, with the addresses that show them too."""
    part = (await get(site, pairs, "")).text.partition('class="facets-more"')[2].partition("</p>")[0]
    return {name: unescape(href) for href, name in re.findall(r'href="([^"]*)">([^<]*)<', part)}


async def test_facets_that_are_not_shown_are_offered(served: Datasette) -> None:
    assert list(await offered(served, [])) == ["hosts", "year", "day"]
    asked = [("_facet_many", "hosts"), ("_facet_time", "day")]
    assert list(await offered(served, asked)) == ["year"]


@pytest.mark.parametrize("name", ["hosts", "year", "day"])
async def test_what_is_offered_shows_the_facet_and_keeps_what_was_asked(served: Datasette, name: str) -> None:
    asked = [("_search", "river"), ("_tag", "Water"), ("month__gt", "2022"), ("_facet", "words")]
    href = (await offered(served, asked))[name]
    assert href.startswith("?") and href.endswith(f"#facet-{name}")
    pairs = parse_qsl(urlsplit(href).query)
    assert pairs == [("_shape", "objects"), *asked, (f"_facet_{TYPES[name]}", name)]
    assert f'id="facet-{name}"' in (await get(served, pairs, "")).text


async def test_who_may_not_see_the_tags_is_offered_none_of_them(archive: Path) -> None:
    closed = {"databases": {"archive": {"tables": {"entry_tags": {"allow": False}}}}}
    site = await serve(archive, permissions=closed)
    assert await offered(site, [("_facet", "feed")]) == {}


async def test_other_tables_have_none_of_them(served: Datasette) -> None:
    response = await served.client.get("/archive/feeds.json?_facet_many=tags&_tag=Water&_extra=facet_results")
    results = response.json()["facet_results"]
    assert "tags" not in results.get("results", results)
    assert len(response.json()["rows"]) == 3


async def test_who_may_not_see_the_tags_learns_nothing_of_them(archive: Path) -> None:
    closed = {"databases": {"archive": {"tables": {"entry_tags": {"allow": False}}}}}
    site = await serve(archive, permissions=closed)
    found = (
        await get(site, [("_facet_many", "tags"), ("_tag", "Water"), ("_extra", "facet_results,count")])
    ).json()
    results = found["facet_results"]
    assert "tags" not in results.get("results", results)
    assert len(found["rows"]) == 50  # as metadata.yml says
