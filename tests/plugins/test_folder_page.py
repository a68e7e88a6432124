"""/folder/NAME, whatever the name is, and its entries as a feed."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser
from sqlite_utils import Database

from ingest.pages.lists.folder import folder_path
from tests.empty_archive import empty_archive
from tests.plugins.serving import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")

ATOM = "{http://www.w3.org/2005/Atom}"
AT = "2024-01-01T00:00:00Z"
ODD = (
    "a/b/c",
    "/begins with one",
    "ends with one/",
    'say "tide"',
    "it's",
    "🎉 party",
    "أخبار",
    "חדשות/היום",
    "100%",
    "a?b#c&d=e+f",
    ".",
    "..",
    "x/atom",
    "json",
    "<script>alert(1)</script>",
    "ends with \\",
    "line\nbreak",
    " padded ",
    "%2F",
    "~2F",
    "x" * 300,
)


async def served(folder: Path, *names: str | None, **options: Any) -> Datasette:
    """A feed with an entry in each of the folders."""
    db = empty_archive(folder / "archive.db")
    for number, name in enumerate(names, 1):
        url = f"https://{number}.example/feed"
        row = {"id": number, "url": url, "title": f"Feed {number}", "added": AT, "folder": name}
        db.table("feeds").insert(row)
        entry = {"feed": number, "guid": "1", "title": f"Entry {number}", "date": AT, "fingerprint": ""}
        db.table("entries").insert({**entry, "first_seen": AT, "last_seen": AT})
    db.close()
    return await serve(folder / "archive.db", **options)


async def get(site: Datasette, address: str, status: int = 200) -> str:
    response = await site.client.get(address)
    assert response.status_code == status, response.text
    return str(response.text)


def texts(page: str, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in LexborHTMLParser(page).css(selector)]


async def test_a_folder_has_the_entries_and_feeds_in_it(tmp_path: Path) -> None:
    page = await get(await served(tmp_path, "News", "News/Science", "Art", None), "/folder/News")
    assert texts(page, "h1") == ["News"]
    assert texts(page, ".entries h3") == ["Entry 1", "Entry 2"]
    assert texts(page, ".feed-rows .name") == ["Feed 1", "Feed 2"]


@pytest.mark.parametrize("name", ODD)
async def test_a_folder_of_any_name_has_a_page_to_which_the_feeds_lead(tmp_path: Path, name: str) -> None:
    site = await served(tmp_path, name, "Other")
    [link, _] = sorted(
        LexborHTMLParser(await get(site, "/feeds")).css("h2.folder a"),
        key=lambda a: a.attributes["href"] == "/folder/Other",
    )
    assert link.attributes["href"] == folder_path(name)
    page = await get(site, folder_path(name))
    assert texts(page, "h1") == [" ".join(name.split())]
    assert texts(page, ".entries h3") == ["Entry 1"]
    assert "<script>alert" not in page


@pytest.mark.parametrize("name", ODD)
async def test_a_folder_of_any_name_is_followed_as_atom_and_json_feed(tmp_path: Path, name: str) -> None:
    site = await served(tmp_path, name, "Other")
    feed = ET.fromstring(await get(site, f"{folder_path(name)}/atom"))
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == ["Entry 1"]
    links = {link.get("rel"): link.get("href", "") for link in feed.findall(f"{ATOM}link")}
    for rel, beginning in (("self", "<?xml"), ("alternate", "<!DOCTYPE html>")):
        assert (await get(site, links[rel].removeprefix("http://localhost"))).startswith(beginning)
    assert len(json.loads(await get(site, f"{folder_path(name)}/json"))["items"]) == 1


@pytest.mark.parametrize("name", ["News", "a/b", 'say "tide"', "أخبار", "100%?#"])
async def test_the_page_of_a_feed_leads_to_its_folder(tmp_path: Path, name: str) -> None:
    site = await served(tmp_path, name)
    [link] = [a for a in LexborHTMLParser(await get(site, "/feed/1")).css(".facts a") if a.text() == name]
    assert texts(await get(site, link.attributes["href"] or ""), "h1") == [name]


async def test_a_proxy_that_writes_slashes_out_changes_nothing(tmp_path: Path) -> None:
    site = await served(tmp_path, "News/Science", "x/atom")
    assert texts(await get(site, "/folder/News/Science"), "h1") == ["News/Science"]
    assert (await get(site, "/folder/News/Science/atom")).startswith("<?xml")
    assert (await get(site, "/folder/x%2Fatom")).startswith("<!DOCTYPE html>")


async def test_its_rows_are_there_as_sql_json_csv_and_table(tmp_path: Path) -> None:
    site = await served(tmp_path, "News", "Art", 'Say "tide"/x')
    for name, number in (("News", 1), ('Say "tide"', 3)):
        page = LexborHTMLParser(await get(site, folder_path(name)))
        links = {a.text(): a.attributes["href"] for a in page.css(".sources a")}
        for label, address in links.items():
            response = await site.client.get(address, follow_redirects=True)
            assert response.status_code == 200, label
        rows = (await site.client.get(links["JSON"], follow_redirects=True)).json()
        assert [row["title"] for row in rows] == [f"Entry {number}"]
        assert f"Entry {number}" in (await site.client.get(links["All as CSV"])).text


async def test_what_is_no_folder_is_not_found(tmp_path: Path) -> None:
    site = await served(tmp_path, "News", None, "")
    for address in ("/folder/Nowhere", "/folder/Nowhere/atom", "/folder/%00", "/folder/New"):
        assert "There is no such folder" in await get(site, address, 404)


async def test_without_a_name_it_leads_to_the_feeds(tmp_path: Path) -> None:
    site = await served(tmp_path, "News")
    for address in ("/folder", "/folder/"):
        response = await site.client.get(address)
        assert (response.status_code, response.headers["location"]) == (302, "/feeds?sort=folder")


@pytest.mark.parametrize("odd", ["period=x", "after=x", "view=full", "period=2024", "after=2024~1", "page=2"])
async def test_odd_parameters_have_a_page(tmp_path: Path, odd: str) -> None:
    await get(await served(tmp_path, "News"), f"/folder/News?{odd}")


async def test_who_may_not_read_the_archive_sees_none(tmp_path: Path) -> None:
    closed = {"databases": {"archive": {"allow": False}}}
    site = await served(tmp_path, "News", permissions=closed)
    for address in ("/folder/News", "/folder/News/atom", "/folder/Nowhere"):
        await get(site, address, 403)


async def test_addresses_begin_with_the_base_url(tmp_path: Path) -> None:
    site = await served(tmp_path, "A/b", settings={"base_url": "/reader/"})
    page = await get(site, "/feeds")
    assert 'href="/reader/folder/A%2Fb"' in page
    assert "/reader/folder/A%2Fb/atom" in await get(site, "/folder/A%2Fb")


async def test_other_programs_values_have_a_page(tmp_path: Path) -> None:
    site = await served(tmp_path, "7")
    Database(tmp_path / "archive.db").execute("UPDATE feeds SET folder = x'37'")
    response = await site.client.get("/folder/7")
    assert response.status_code in (200, 404)
