"""/tags and /authors: all of them, by use, filtered, paged."""

from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser
from sqlite_utils import Database

from tests.empty_archive import empty_archive
from tests.plugins.serving import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")

KINDS = ("tag", "author")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(archive: Path) -> Datasette:
    return await serve(archive)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def large(many_names: Path) -> Datasette:
    return await serve(many_names)


async def page(site: Datasette, address: str) -> LexborHTMLParser:
    response = await site.client.get(address)
    assert response.status_code == 200, response.text
    return LexborHTMLParser(response.text)


def texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in tree.css(selector)]


async def test_the_most_used_come_first_with_their_entries(site: Datasette) -> None:
    tree = await page(site, "/tags")
    assert texts(tree, ".rows .name") == ["Geology", "Water"]
    assert texts(tree, ".cells > span:first-child") == ["65 entries", "32 entries"]
    assert [a.attributes["href"] for a in tree.css(".name a")] == ["/tag/1", "/tag/2"]
    assert texts(await page(site, "/authors?sort=name"), ".rows .name") == ["A guest", "Ada Quarry", "李明"]


async def test_shares_over_time_are_drawn_with_the_highest_in_words(tmp_path: Path) -> None:
    db = empty_archive(tmp_path / "archive.db")
    at = "2024-01-01T00:00:00Z"
    db.table("feeds").insert({"id": 1, "url": "https://one.example/feed", "added": at})
    db.table("tags").insert({"id": 1, "name": "Tides"})
    entry = {"feed": 1, "first_seen": at, "last_seen": at, "fingerprint": ""}
    db.table("entries").insert_all(
        {**entry, "id": n + 1, "guid": str(n), "date": f"2024-{n // 20 + 1:02}-05T00:00:00Z"}
        for n in range(120)
    )
    db.table("entry_tags").insert_all({"entry": n, "tag": 1} for n in (*range(1, 6), *range(21, 120, 20)))
    db.close()
    tree = await page(await serve(tmp_path / "archive.db"), "/tags")
    assert len(tree.css(".rows svg")) == 1
    assert texts(tree, ".cells span") == ["10 entries", "25 % in 2024-01"]
    assert "by month, 2024-01 to 2024-06" in texts(tree, "[data-count]")[0]


async def test_where_a_month_has_but_a_few_entries_there_are_no_shares(site: Datasette) -> None:
    assert (await page(site, "/tags")).css(".rows svg") == []


@pytest.mark.parametrize("kind", KINDS)
async def test_thousands_are_shown_a_page_at_a_time(large: Datasette, kind: str) -> None:
    first = await page(large, f"/{kind}s?sort=name")
    assert len(first.css(".rows li")) == 100
    assert texts(first, "[data-count]")[0].startswith(f"1,100 {kind}s")
    assert first.css_first(".pager a[rel=next]").attributes["href"] == f"/{kind}s?sort=name&page=2"
    last = await page(large, f"/{kind}s?page=11")
    assert (len(last.css(".rows li")), last.css(".pager a[rel=next]")) == (100, [])


@pytest.mark.parametrize("kind", KINDS)
async def test_they_are_filtered_without_scripts(large: Datasette, kind: str) -> None:
    tree = await page(large, f"/{kind}s?q=NAME+77")
    assert len(tree.css(".rows li")) == 11
    assert texts(tree, "[data-count]")[0].startswith(f"11 {kind}s with “NAME 77”. See all of them")
    nothing = await page(large, f"/{kind}s?q=nothing")
    assert texts(nothing, "[data-count]")[0].startswith(f"0 {kind}s with “nothing”")


@pytest.mark.parametrize("kind", KINDS)
async def test_their_rows_are_there_as_sql_json_csv_and_table(large: Datasette, kind: str) -> None:
    tree = await page(large, f"/{kind}s?q=name+77&sort=name")
    links = {a.text(): a.attributes["href"] for a in tree.css(".sources a")}
    for label, address in links.items():
        assert (await large.client.get(address, follow_redirects=True)).status_code == 200, label
    rows = (await large.client.get(links["JSON"], follow_redirects=True)).json()
    assert [row["name"] for row in rows] == texts(tree, ".rows .name")
    assert links["Table"] == f"/archive/{kind}s?_sort=name&name__contains=name%2077"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "odd", ["page=x", "page=99", "sort=x", "q=%00", "q=%27", "q=%25", "page=-1", "q=" + "x" * 999]
)
async def test_odd_parameters_have_a_page(site: Datasette, kind: str, odd: str) -> None:
    await page(site, f"/{kind}s?{odd}")


@pytest.mark.parametrize("kind", KINDS)
async def test_markup_in_names_is_text(tmp_path: Path, kind: str) -> None:
    db = empty_archive(tmp_path / "archive.db")
    db.table(f"{kind}s").insert_all(
        [{"name": "<b>bold</b>"}, {"name": "وسم"}, {"name": ""}, {"name": b"\xff"}]
    )
    db.close()
    site = await serve(tmp_path / "archive.db")
    assert set(texts(await page(site, f"/{kind}s"), ".rows .name")) == {
        "<b>bold</b>",
        "وسم",
        "Without a name",
        "�",
    }


@pytest.mark.parametrize("kind", KINDS)
async def test_who_may_not_read_the_archive_sees_none(archive: Path, kind: str) -> None:
    closed: dict[str, Any] = {"databases": {"archive": {"tables": {"tags": {"allow": False}}}}}
    site = await serve(archive, permissions=closed)
    assert (await site.client.get(f"/{kind}s")).status_code == 403


async def test_an_empty_archive_has_the_pages(tmp_path: Path) -> None:
    empty_archive(tmp_path / "archive.db").close()
    site = await serve(tmp_path / "archive.db")
    assert texts(await page(site, "/tags"), "[data-count]") == ["0 tags"]
    assert Database(tmp_path / "archive.db")["tags"].count == 0
