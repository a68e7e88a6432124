"""The charts of the pages: bars that lead to their periods, the colours of feeds, and charts as files."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import pytest
from datasette.app import Datasette
from sqlite_utils import Database

from tests.empty_archive import empty_archive
from tests.ingest.pages.archives import add_entry, add_feed, add_names
from tests.plugins.serving import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAGES = ["/", "/feed/1", "/author/1", "/tag/1", "/search?q=harbour"]


def fill(db: Database, feeds: int = 2) -> None:
    """Eight months with two entries each, all of the first feed, but for one of each other."""
    for feed in range(1, feeds + 1):
        add_feed(db, feed, "Blog", site_url=f"https://site{feed}.example/")
    for month in range(1, 9):
        for n in (0, 1):
            id = month * 10 + n
            add_entry(db, id, f"2024-{month:02}-{10 + n}T10:00:00Z", text="harbour")
    for feed in range(2, feeds + 1):
        add_entry(db, 1000 + feed, "2024-08-20T10:00:00Z", text="harbour", feed=feed)
    ids = [id for (id,) in db.execute("SELECT id FROM entries")]
    add_names(db, "authors", "Robin Hanson", *ids)
    add_names(db, "tags", "Water", *ids)


async def served(folder: Path, feeds: int = 2) -> Datasette:
    db = empty_archive(folder / "archive.db")
    with db.atomic():
        fill(db, feeds)
    return await serve(folder / "archive.db")


async def get(site: Datasette, path: str, status: int = 200) -> str:
    response = await site.client.get(path, follow_redirects=True)
    assert response.status_code == status, response.text
    return str(response.text)


@pytest.mark.parametrize("path", PAGES)
async def test_each_bar_leads_to_its_period_and_names_its_number(tmp_path: Path, path: str) -> None:
    site = await served(tmp_path)
    bars = re.findall(r'<a href="([^"]+)"[^>]*><title>([^<]+)</title><rect', await get(site, path))
    assert [label for _, label in bars][:7] == [
        f"{month} 2024: 2" for month in ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul")
    ]
    there = await get(site, urljoin(path, unescape(bars[2][0])))
    assert {int(id) for id in re.findall(r'href="/entry/(\d+)" data-open', there)} == {30, 31}


@pytest.mark.parametrize("path", PAGES)
async def test_one_bar_is_a_stop_of_the_tabulator_key(tmp_path: Path, path: str) -> None:
    page = await get(await served(tmp_path), path)
    bars = re.findall(r"<a ([^>]*)><title>", page)
    assert len(bars) == 8 and ["tabindex" in bar for bar in bars] == [True] * 7 + [False]


@pytest.mark.parametrize("path", PAGES)
async def test_a_chart_is_a_picture_and_a_table_to_take_along(tmp_path: Path, path: str) -> None:
    site = await served(tmp_path)
    page = await get(site, path)
    files = [unescape(file) for file in re.findall(r'href="([^"]*chart\.(?:svg|csv)[^"]*)"', page)]
    assert len(files) == 2
    svg, table = files
    picture = await site.client.get(svg)
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert ET.fromstring(picture.content).tag.endswith("svg")
    lines = (await get(site, table)).splitlines()
    assert lines[0].startswith("month,") and len(lines) == 9


async def test_two_searches_are_compared_in_a_file_too(tmp_path: Path) -> None:
    site = await served(tmp_path)
    assert (await get(site, "/search/chart.csv?q=harbour+vs+feed:2")).startswith("month,harbour,feed:2")


@pytest.mark.parametrize(
    "path", ["/feed/99/chart.svg", "/author/99/chart.csv", "/search/chart.svg?q=nothing"]
)
async def test_there_is_no_file_of_no_chart(tmp_path: Path, path: str) -> None:
    await get(await served(tmp_path), path, 404)


async def test_a_feed_has_one_colour_on_home_and_on_its_page(tmp_path: Path) -> None:
    site = await served(tmp_path)
    colour = re.compile(r'<path class="(c\d+)"')
    assert colour.findall(await get(site, "/")) == ["c0", "c1"]
    db = Database(tmp_path / "archive.db")
    with db.atomic():
        add_entry(db, 2000, "2023-01-01T00:00:00Z", feed=2)
    assert colour.findall(await get(site, "/feed/2")) == ["c1"]


async def test_feeds_of_one_name_are_told_apart_by_their_site(tmp_path: Path) -> None:
    page = await get(await served(tmp_path), "/")
    assert "Blog (site1.example)" in page and "Blog (site2.example)" in page


async def test_more_than_twelve_feeds_are_one_colour(tmp_path: Path) -> None:
    page = await get(await served(tmp_path, feeds=13), "/")
    assert re.findall(r'<path class="(c\d+)"', page) == ["c0"] and 'class="legend"' not in page


@pytest.mark.parametrize("path", PAGES)
async def test_one_line_stands_in_the_middle_with_its_number(tmp_path: Path, path: str) -> None:
    page = await get(await served(tmp_path), path)
    assert re.findall(r'class="scale"[^>]*>([\d,]+)<', page) == [
        "2" if path in ("/", "/author/1", "/tag/1") or "q=" in path else "1"
    ]


@pytest.mark.parametrize("path", ["/author/1", "/search?q=harbour"])
async def test_facets_tell_feeds_of_one_name_apart_too(tmp_path: Path, path: str) -> None:
    page = await get(await served(tmp_path), path)
    side = page[page.index("<aside") :]
    assert ">Blog (site1.example)" in side and ">Blog (site2.example)" in side
