"""What its feed does not date, or in the future, is nowhere shown as published when it was imported."""

import json
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import pytest_asyncio
from datasette.app import Datasette
from sqlite_utils import Database

from ingest.archive.save import save
from ingest.base.clock import now
from tests.empty_archive import empty_archive
from tests.ingest.pages.archives import SEEN, add_entry, add_feed
from tests.ingest.values import clean_entry, clean_feed
from tests.plugins.serving import IS_OLD, serve

pytestmark = pytest.mark.asyncio(loop_scope="session")
ATOM = "{http://www.w3.org/2005/Atom}"
IMPORTED = "2026-11-29T12:00:00Z"
DATED = [f"{year}-{month:02}-29T10:00:00Z" for year in (2018, 2019) for month in (3, 5, 11)]


def fill(db: Database) -> None:
    """146 undated posts and six dated ones, imported together."""
    undated = [clean_entry(f"u{n}", title=f"Undated {n}", published=None, text="harbour") for n in range(146)]
    dated = [
        clean_entry(f"d{n}", title=f"Dated {n}", published=date, text="harbour")
        for n, date in enumerate(DATED)
    ]
    save(db, clean_feed(*undated, *dated), url="https://mixed.example/feed", now=IMPORTED)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Datasette]:
    path = tmp_path_factory.mktemp("mixed") / "archive.db"
    db = empty_archive(path)
    fill(db)
    yield await serve(path)


async def get(site: Datasette, path: str) -> str:
    response = await site.client.get(path, follow_redirects=True)
    assert response.status_code == 200, response.text
    return str(response.text)


def text_of(page: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def titles(page: str) -> set[str]:
    return {unescape(title) for title in re.findall(r"data-open>\s*([^<]+?)\s*<", page)}


SIX = {f"Dated {n}" for n in range(6)}


async def test_home_has_the_six_and_a_line_on_the_import(site: Datasette) -> None:
    page = await get(site, "/")
    assert titles(page) == SIX
    assert "146 entries without a date were imported on 29 Nov 2026" in text_of(page)


async def test_the_plot_of_home_has_the_six_and_says_how_many_have_no_date(site: Datasette) -> None:
    page = await get(site, "/")
    table = re.findall(r'<tr><th scope="row">(?:<a[^>]*>)?([\d-]+)(?:</a>)?<td>(\d+)', page)
    assert sum(int(number) for _, number in table) == 6
    assert "2026" not in {period[:4] for period, _ in table}
    assert "146 have no date" in text_of(page)


async def test_on_this_day_has_those_of_the_day_and_says_how_many_have_no_date(site: Datasette) -> None:
    page = await get(site, "/on-this-day?day=11-29")
    assert titles(page) == {"Dated 2", "Dated 5"}
    assert "146 have no date and are on no day" in text_of(page)


@pytest.mark.parametrize("path", ["/search?q=harbour", "/feed/1"])
async def test_years_have_the_six(site: Datasette, path: str) -> None:
    page = await get(site, path)
    years = dict(re.findall(r'>(\d{4})(?:</a>)? ?\s*<span class="count">(\d+)</span>', page))
    assert years == {"2018": "3", "2019": "3"}
    assert "146 have no date" in text_of(page)


async def test_the_plot_of_a_search_has_the_six_and_says_how_many_have_no_date(site: Datasette) -> None:
    page = await get(site, "/search?q=harbour")
    plot = page[page.index('class="over-time"') :]
    numbers = [int(number) for number in re.findall(r'<tr><th scope="row">[\d-]+<td>(\d+)', plot)]
    assert sum(numbers) == 6
    assert "146 have no date" in text_of(plot)


@pytest.mark.parametrize(
    "path", ["/feed/1?view=titles", "/search?q=lang:en+OR+-lang:en", "/search?q=harbour&sort=newest"]
)
async def test_lists_begin_with_the_six_and_say_why_the_others_stand_where_they_do(
    site: Datasette, path: str
) -> None:
    page = await get(site, path)
    assert re.findall(r"data-open>\s*([A-Za-z]+)", page)[:7] == ["Dated"] * 6 + ["Undated"]
    assert "no date, first seen 29 Nov 2026" in text_of(page)


async def test_the_pages_of_a_search_have_each_entry_once(site: Datasette) -> None:
    found: list[int] = []
    for page in range(1, 9):
        answer = json.loads(await get(site, f"/search.json?q=feed:1&sort=newest&page={page}"))
        found += [hit["id"] for hit in answer["hits"]]
    assert len(found) == len(set(found)) == 152


async def test_a_citation_of_what_is_undated_has_no_year(site: Datasette) -> None:
    for ending in ("bib", "ris", "csl.json"):
        cited = await get(site, f"/entry/1.{ending}")
        assert "Undated 0" in cited and not re.search(r"\bdate =|\byear =|^PY|^DA|issued", cited, re.M)


async def test_a_feed_out_says_published_of_the_six_alone(site: Datasette) -> None:
    document = ET.fromstring(await get(site, "/feed/1/atom"))
    entries = document.findall(f"{ATOM}entry")
    assert [bool(entry.findtext(f"{ATOM}published")) for entry in entries] == [True] * 6 + [False] * 44
    assert {entry.findtext(f"{ATOM}updated") for entry in entries[6:]} == {IMPORTED}
    items = json.loads(await get(site, "/feed/1/json"))["items"]
    assert sum("date_published" in item for item in items) == 6


async def served(folder: Path, *entries: dict[str, str]) -> Datasette:
    db = empty_archive(folder / "archive.db")
    with db.atomic():
        add_feed(db)
        for number, values in enumerate(entries, 1):
            add_entry(db, number, **values)
    return await serve(folder / "archive.db")


async def test_what_is_dated_by_its_update_is_not_said_to_be_published_then(tmp_path: Path) -> None:
    site = await served(tmp_path, {"date": SEEN, "updated": SEEN, "date_from": "updated"})
    document = await get(site, "/feed/1/atom")
    assert "<published>" not in document and f"<updated>{SEEN}</updated>" in document
    assert "updated 1 Jun 2024" in text_of(await get(site, "/feed/1"))
    [item] = json.loads(await get(site, "/feed/1/json"))["items"]
    assert "date_published" not in item and item["date_modified"] == SEEN


async def test_an_update_that_is_believable_goes_out(tmp_path: Path) -> None:
    first = "2024-05-01T00:00:00Z"
    site = await served(
        tmp_path,
        {"date": first, "published": first, "updated": "2024-05-20T00:00:00Z"},
        {"date": first, "published": first, "updated": "2099-05-20T00:00:00Z"},
    )
    document = await get(site, "/feed/1/atom")
    assert document.count("<updated>2024-05-20T00:00:00Z</updated>") == 2  # the feed's, and the first entry's
    assert document.count(f"<updated>{first}</updated>") == 1


async def test_what_its_feed_dates_in_the_future_is_not_among_the_newest(tmp_path: Path) -> None:
    ahead = {"date": SEEN, "published": "2099-01-01T00:00:00Z", "date_from": "seen"}
    dated = {"date": "2024-05-17T10:00:00Z", "published": "2024-05-17T10:00:00Z"}
    site = await served(tmp_path, ahead, dated)
    page = await get(site, "/")
    assert titles(page) == {"Entry 2"}
    assert "1 entry dated in the future was imported on 1 Jun 2024" in text_of(page)
    assert "dated in the future, first seen 1 Jun 2024" in text_of(await get(site, "/feed/1?view=titles"))


async def test_what_came_with_a_poll_was_not_imported(tmp_path: Path) -> None:
    db = empty_archive(tmp_path / "archive.db")
    with db.atomic():
        add_feed(db)
        add_entry(db, 1, SEEN, date_from="seen")
        add_entry(db, 2, SEEN, date_from="seen")
        db["polls"].insert({"feed": 1, "at": SEEN, "status": 200, "new": 2})
    site = await serve(tmp_path / "archive.db")
    assert "2 entries without a date came in on 1 Jun 2024" in text_of(await get(site, "/"))


async def test_on_this_day_is_today_or_the_last_day_that_has_something(tmp_path: Path) -> None:
    db = empty_archive(tmp_path / "archive.db")
    with db.atomic():
        add_feed(db)
        add_entry(db, 1, f"2016-{now()[5:10]}T10:00:00Z")
    site = await serve(tmp_path / "archive.db")
    assert titles(await get(site, "/on-this-day")) == {"Entry 1"}
    assert (
        "Nothing was published on 31 July" in await get(site, "/on-this-day?day=07-31")
        or now()[5:10] == "07-31"
    )


@pytest.mark.parametrize("odd", ["99-99", "02-30", "x", "٠٥-١٧"])
async def test_what_is_no_day_is_said(site: Datasette, odd: str) -> None:
    assert "is no day such as 05-17" in await get(site, f"/on-this-day?day={odd}")


async def test_the_table_of_entries_says_what_the_date_of_an_undated_one_is(site: Datasette) -> None:
    page = text_of(await get(site, "/archive/entries?_size=max"))
    assert page.count("no date, first seen 29 Nov 2026") == 146
    dated = await get(site, "/archive/entries?month__notblank=1")
    assert "no date" not in text_of(dated) and "29 Mar 2018" in text_of(dated)
    assert f'title="{DATED[0]}"' in dated  # the stored value


async def test_so_does_the_result_of_sql_that_has_where_it_is_from(site: Datasette) -> None:
    sql = "select+date,+date_from,+published+from+entries+order+by+id+limit+1"
    database = "/archive?sql=" if IS_OLD else "/archive/-/query?sql="
    assert "no date, first seen 29 Nov 2026" in text_of(await get(site, database + sql))
