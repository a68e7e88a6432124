"""/entries: all entries, the newest first, with the facets of the search beside them."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser
from sqlite_utils import Database

from tests.empty_archive import empty_archive
from tests.plugins.conftest import ROOT
from tests.plugins.serving import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(archive: Path, config: dict[str, Any]) -> Datasette:
    return await serve(archive, settings=config["settings"])


async def page(site: Datasette, address: str = "/entries") -> LexborHTMLParser:
    response = await site.client.get(address)
    assert response.status_code == 200, response.text
    return LexborHTMLParser(response.text)


def texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in tree.css(selector)]


async def served(folder: Path, **columns: dict[str, Any]) -> Datasette:
    """An archive with an entry for each of these, which is its title."""
    db = empty_archive(folder / "archive.db")
    at = "2024-01-01T00:00:00Z"
    db.table("feeds").insert({"id": 1, "url": "https://one.example/feed", "title": "One", "added": at})
    for title, said in columns.items():
        entry = {"feed": 1, "guid": title, "title": title, "date": at, "first_seen": at, "last_seen": at}
        db.table("entries").insert({**entry, "fingerprint": "", **said})
    db.close()
    return await serve(folder / "archive.db")


async def test_all_entries_are_listed_the_newest_first(site: Datasette, archive: Path) -> None:
    tree = await page(site)
    assert texts(tree, "h1") == ["All entries"]
    assert texts(tree, ".listhead .meta span")[0] == "130 entries"
    newest = Database(archive).query("SELECT id FROM entries ORDER BY date DESC, id LIMIT 20")
    assert [a.attributes["href"] for a in tree.css(".hits h2 a")] == [f"/entry/{one['id']}" for one in newest]


async def test_they_can_be_sorted_by_oldest_and_paged(site: Datasette) -> None:
    tree = await page(site, "/entries?sort=oldest&page=2")
    assert texts(tree, ".sorts [aria-current]") == ["Oldest"]
    assert tree.css_first("a[rel=prev].button").attributes["href"] == "/entries?sort=oldest"
    assert tree.css_first("a[rel=next].button").attributes["href"] == "/entries?sort=oldest&page=3"


async def test_a_facet_leads_to_the_search_that_is_narrowed_and_back(site: Datasette) -> None:
    link = (await page(site)).css_first("#by-feed ~ .bars a").attributes["href"]
    assert parse_qs(urlsplit(link).query)["q"][0].startswith("feed:")
    narrowed = await page(site, link)
    assert narrowed.css_first("#by-feed ~ .bars a[aria-current]").attributes["href"] == "/entries"


async def test_its_rows_are_there_as_sql_json_csv_and_atom(site: Datasette) -> None:
    links = {a.text(): a.attributes["href"] for a in (await page(site)).css(".sources a")}
    assert links["All as CSV"] == "/search.csv"
    assert links["Atom"] == "/search.atom"
    for label in ("SQL", "JSON", "CSV", "All as CSV", "Atom"):
        response = await site.client.get(links[label], follow_redirects=True)
        assert response.status_code == 200, label
    [first, *_] = (await site.client.get(links["JSON"], follow_redirects=True)).json()
    assert f"/entry/{first['id']}" == (await page(site)).css_first(".hits h2 a").attributes["href"]


async def test_a_query_there_is_a_search(site: Datasette) -> None:
    response = await site.client.get("/entries?q=river&sort=newest")
    assert (response.status_code, response.headers["location"]) == (302, "/search?q=river&sort=newest")


async def test_what_is_undated_or_of_the_future_is_not_among_the_newest(tmp_path: Path) -> None:
    site = await served(
        tmp_path,
        Dated={},
        Undated={"date": "2025-01-01T00:00:00Z", "date_from": "seen"},
        Ahead={"date": "2099-01-01T00:00:00Z"},
    )
    tree = await page(site)
    assert texts(tree, ".hits h2") == ["Dated"]
    assert texts(tree, ".listhead .meta > *") == [
        "3 entries",
        "1 without a date of its own",
        "1 dated in the future",
    ]
    for link, title in zip(tree.css(".listhead .meta a"), ("Undated", "Ahead"), strict=True):
        assert texts(await page(site, link.attributes["href"]), ".hits h2") == [title]


async def test_where_nothing_is_dated_all_are_listed(tmp_path: Path) -> None:
    site = await served(tmp_path, One={"date_from": "seen"}, Two={"date_from": "document"})
    assert texts(await page(site), ".hits h2") == ["One", "Two"]


async def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    assert "There are none yet." in texts(await page(await served(tmp_path)), "main p")


@pytest.mark.parametrize("odd", ["page=0", "page=x", "page=99999", "sort=sideways", "of=7", "q=", "q=%20"])
async def test_odd_parameters_have_entries_all_the_same(site: Datasette, odd: str) -> None:
    assert (await page(site, f"/entries?{odd}")).css(".hits > li")


async def test_who_may_not_read_the_archive_sees_nothing(archive: Path) -> None:
    site = await serve(archive, permissions={"databases": {"archive": {"allow": False}}})
    assert (await site.client.get("/entries")).status_code == 403


@pytest.mark.parametrize("name", ["entries", "feeds", "tags", "authors", "folder", "queries"])
async def test_an_archive_of_the_name_of_a_page_has_that_page(tmp_path: Path, name: str) -> None:
    empty_archive(tmp_path / f"{name}.db").close()
    site = await serve(tmp_path / f"{name}.db")
    response = await site.client.get(f"/{name}", follow_redirects=True)
    assert response.status_code == 200 and "masthead" in response.text


async def test_another_database_of_the_name_of_a_page_keeps_its_address(
    archive: Path, tmp_path: Path
) -> None:
    other = tmp_path / "entries.db"
    Database(other).execute("CREATE TABLE apples (id INTEGER PRIMARY KEY)")
    folders = {"plugins_dir": str(ROOT / "plugins"), "template_dir": str(ROOT / "templates")}
    site = Datasette([str(archive), str(other)], **folders)
    await site.invoke_startup()
    assert "apples" in (await site.client.get("/entries")).text
