"""Invalid parameters of the table page of entries are ignored, with a note."""

from html import escape
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
import pytest_asyncio
from datasette.app import Datasette
from sqlite_utils import Database

from tests.plugins.serving import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALL = "130 rows"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def served(archive: Path, metadata: dict[str, Any], config: dict[str, Any]) -> Datasette:
    return await serve(archive, metadata, settings=config["settings"])


async def page(site: Datasette, asked: str, path: str = "/archive/entries") -> str:
    response = await site.client.get(f"{path}?{asked}", follow_redirects=True)
    assert response.status_code == 200, response.text
    return str(response.text)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("year=abcd", "“abcd” is no year"),
        ("date__gte=notadate", "“notadate” is no date"),
        ("_next=garbage", "There is no such page."),
        ("_next=a,b,7", "There is no such page."),
        ("_sort=nope", "cannot be sorted by “nope”. They can be by id, date, words."),
        ("_sort=id&_sort_desc=date", "sorted by one column at a time"),
        ("_facet=nope", "There is no column “nope” here"),
        ("_facet={", "There is no column “{” here"),
        ("_facet_array=title", "“title” has no lists"),
        ("_col=nope", "There is no column “nope” here"),
        ("_size=abc", "“abc” is no number of rows up to 1,000"),
        ("nope=1", "There is no column “nope” here"),
        ("<b>=%ff", "There is no column “<b>” here"),
        ("_filter_column=nope&_filter_op=exact&_filter_value=1", "There is no column “nope” here"),
        ("_sort=nope&_sort_by_desc=on", "cannot be sorted by “nope”"),
    ],
)
async def test_what_cannot_be_answered_is_passed_over_with_a_word(
    served: Datasette, asked: str, said: str
) -> None:
    shown = await page(served, asked)
    assert escape(said, quote=False) in shown
    assert ALL in shown


async def test_the_rest_of_the_address_counts(served: Datasette, archive: Path) -> None:
    shown = await page(served, "feed=2&_sort=nope&_facet=nope&_search=river")
    where = "feed = 2 AND id IN (SELECT rowid FROM entries_fts WHERE entries_fts MATCH 'river')"
    assert f"{Database(archive)['entries'].count_where(where)} rows" in shown
    assert "nope" not in shown.partition('class="passed-over"')[2].partition("<table")[2]


@pytest.mark.parametrize("asked", ["", "_sort=date", "_next=2023-05-17T10~3A00~3A00Z,53", "_size=max&feed=1"])
async def test_what_can_be_answered_has_no_word(served: Datasette, asked: str) -> None:
    assert "passed-over" not in await page(served, asked)


@pytest.mark.parametrize("form", [".json", ".csv"])
async def test_programs_get_datasette_s_own_answer(served: Datasette, form: str) -> None:
    assert (await served.client.get(f"/archive/entries{form}?_sort=nope")).status_code >= 400


async def test_other_tables_are_left_to_datasette(served: Datasette) -> None:
    assert (await served.client.get("/archive/feeds?_sort=nope")).status_code >= 400


async def test_a_table_of_that_name_in_another_database_is_left_to_datasette(tmp_path: Path) -> None:
    path = tmp_path / "diary.db"
    with Database(path) as db:
        db["entries"].insert({"year": "abcd"})
    assert "passed-over" not in await page(await serve(path), "year=abcd", "/diary/entries")


@pytest.mark.parametrize("path", ["/feeds/archive/entries", "/archive/entries"])  # which a proxy shortened
async def test_behind_a_path_it_is_the_same(archive: Path, path: str) -> None:
    site = await serve(archive, settings={"base_url": "/feeds/"})
    through = httpx.ASGITransport(app=site.app())
    async with httpx.AsyncClient(transport=through, base_url="http://localhost") as client:
        assert "“abcd” is no year" in (await client.get(f"{path}?year=abcd")).text


async def test_without_an_order_pages_are_told_by_the_number_alone(archive: Path) -> None:
    table = {"sort_desc": None}
    site = await serve(archive, {"databases": {"archive": {"tables": {"entries": table}}}})
    assert "passed-over" not in await page(site, "_next=7")
    assert "There is no such page." in await page(site, "_next=a,7")
