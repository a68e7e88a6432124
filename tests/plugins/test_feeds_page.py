"""/feeds: all feeds by folder, sorted and filtered."""

from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser
from sqlite_utils import Database

from tests.empty_archive import empty_archive
from tests.plugins.serving import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")

AT = "2024-01-01T00:00:00Z"


async def served(folder: Path, *feeds: dict[str, Any], **options: Any) -> Datasette:
    db = empty_archive(folder / "archive.db")
    for number, columns in enumerate(feeds, 1):
        url = f"https://{number}.example/feed"
        db.table("feeds").insert(
            {"id": number, "url": url, "title": f"Feed {number}", "added": AT, **columns}
        )
    db.close()
    return await serve(folder / "archive.db", **options)


async def page(site: Datasette, address: str = "/feeds", **options: Any) -> LexborHTMLParser:
    response = await site.client.get(address, **options)
    assert response.status_code == 200, response.text
    return LexborHTMLParser(response.text)


def texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in tree.css(selector)]


async def test_feeds_stand_under_their_folders(tmp_path: Path) -> None:
    site = await served(tmp_path, {"folder": "News"}, {}, {"folder": "Art/Film"})
    tree = await page(site)
    assert texts(tree, "h2.folder") == ["Art/Film 1", "News 1", "In no folder 1"]
    assert texts(tree, ".rows .name") == ["Feed 3", "Feed 1", "Feed 2"]
    assert [a.attributes["href"] for a in tree.css("h2.folder a")] == ["/folder/Art%2FFilm", "/folder/News"]


async def test_a_row_says_what_a_feed_published(archive: Path) -> None:
    tree = await page(await serve(archive))
    [row] = [li for li in tree.css(".rows li") if "Stones & Rivers" in li.text()]
    assert [" ".join(one.text().split()) for one in row.css(".cells span")] == [
        "17 Oct 2024",
        "43 entries",
        "1 a month",
        "no longer publishing",
    ]


async def test_they_are_filtered_without_scripts(tmp_path: Path) -> None:
    site = await served(tmp_path, {"title": "Rivers & <b>stones</b>"}, {"title": "Clouds"})
    tree = await page(site, "/feeds?q=RIVERS+%26&sort=entries")
    assert texts(tree, ".rows .name") == ["Rivers & <b>stones</b>"]
    assert tree.css_first("#filter").attributes["value"] == "RIVERS &"
    assert tree.css_first("form[data-filter] input[name=sort]").attributes["value"] == "entries"
    assert texts(tree, "[data-count]") == ["1 feed with “RIVERS &”. See all of them"]


async def test_each_order_is_a_link_that_turns_round(tmp_path: Path) -> None:
    site = await served(tmp_path, {}, {})
    links = {a.text().split()[0]: a.attributes["href"] for a in (await page(site)).css(".sorts a")}
    assert links == {
        "Name": "/feeds?sort=-name",
        "Last": "/feeds?sort=last",
        "Entries": "/feeds?sort=entries",
        "Rhythm": "/feeds?sort=rhythm",
        "Status": "/feeds?sort=status",
    }
    assert texts(await page(site, "/feeds?sort=-name"), ".rows .name") == ["Feed 2", "Feed 1"]


async def test_feeds_of_one_name_are_told_apart_by_their_site(tmp_path: Path) -> None:
    site = await served(tmp_path, {"title": "News"}, {"title": "News"}, {"title": "Olds"})
    assert texts(await page(site), ".rows .name") == ["News 1.example", "News 2.example", "Olds"]


async def test_what_fails_leads_to_how_the_feeds_are_doing(tmp_path: Path) -> None:
    tree = await page(await served(tmp_path, {"failures": 2}, {}))
    assert texts(tree, ".list-head a.warn") == ["1 fails"]
    assert tree.css_first(".list-head a.warn").attributes["href"] == "/health"
    assert texts(tree, ".cells .warn") == ["fails"]


async def test_its_rows_are_there_as_sql_json_csv_table_and_opml(tmp_path: Path) -> None:
    site = await served(tmp_path, {}, {"title": "Clouds"})
    tree = await page(site, "/feeds?q=clouds")
    links = {a.text(): a.attributes["href"] for a in tree.css(".sources a")}
    for label in ("SQL", "CSV", "Table", "OPML"):
        assert (await site.client.get(links[label], follow_redirects=True)).status_code == 200, label
    rows = (await site.client.get(links["JSON"], follow_redirects=True)).json()
    assert [(row["id"], row["title"]) for row in rows] == [(2, "Clouds")]
    assert "title__contains=clouds" in links["Table"]


async def test_an_archive_without_feeds_says_how_to_follow_one(tmp_path: Path) -> None:
    site = await served(tmp_path)
    assert "There are none yet. Follow one with feedsette add." in texts(await page(site), "main p")
    owner = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    assert "Follow one" in texts(await page(site, cookies=owner), "main a")


async def test_it_leads_to_how_a_feed_is_added(tmp_path: Path) -> None:
    site = await served(tmp_path, {})
    tree = await page(site)
    assert [a.attributes["href"] for a in tree.css(".list-head a") if a.text() == "add a feed"] == ["#add"]
    assert "feedsette add archive.db ADDRESS" in texts(tree, "#add code")
    owner = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    tree = await page(site, cookies=owner)
    assert [a.attributes["href"] for a in tree.css(".list-head a") if a.text() == "add a feed"] == ["/manage"]


async def test_who_may_not_read_the_archive_sees_none(archive: Path) -> None:
    site = await serve(archive, permissions={"databases": {"archive": {"allow": False}}})
    assert (await site.client.get("/feeds")).status_code == 403


@pytest.mark.parametrize(
    "odd", ["page=x", "page=99", "sort=x", "sort=--name", "q=%00", "q=%D9%A3", "page=-1"]
)
async def test_odd_parameters_have_a_page(tmp_path: Path, odd: str) -> None:
    await page(await served(tmp_path, {}), f"/feeds?{odd}")


async def test_other_programs_values_have_a_page(tmp_path: Path) -> None:
    site = await served(
        tmp_path, {"title": b"\xff", "folder": b"\xfe", "icon_url": 7, "site_url": "http://["}
    )
    Database(tmp_path / "archive.db").execute("UPDATE feeds SET failures = 'often'")
    assert len((await page(site)).css(".rows li")) == 1
