"""The reading pages with odd archives and odd addresses: undated, dated in the future, imported from files."""

import csv
import json
import re
from collections.abc import Callable
from html import unescape
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from datasette.app import Datasette
from sqlite_utils import Database

from ingest.base.clock import now
from tests.empty_archive import empty_archive
from tests.ingest.pages.archives import SEEN, add_entry, add_feed, add_link, add_names
from tests.plugins.serving import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")
Fill = Callable[[Database], object]


async def served(folder: Path, fill: Fill) -> tuple[Datasette, Database]:
    db = empty_archive(folder / "odd.db")
    with db.atomic():
        fill(db)
    return await serve(folder / "odd.db"), db


async def get(site: Datasette, path: str, status: int = 200) -> str:
    response = await site.client.get(path, follow_redirects=True)
    assert response.status_code == status, response.text
    return str(response.text)


def text_of(page: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


async def test_home_of_an_empty_archive_has_no_empty_sections(tmp_path: Path) -> None:
    site, _ = await served(tmp_path, lambda db: None)
    page = await get(site, "/")
    assert "<h2" not in page[page.index("<main") : page.index('class="sources"')]
    assert "There is nothing here yet" in page and 'href="/manage"' not in page


async def test_home_of_an_empty_archive_leads_its_owner_to_where_feeds_are_followed(tmp_path: Path) -> None:
    site, _ = await served(tmp_path, lambda db: None)
    cookies = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    page = (await site.client.get("/", cookies=cookies)).text
    assert 'There is nothing here yet. <a href="/manage">Follow a feed</a>' in page


async def test_home_of_feeds_that_have_nothing_yet_says_what_to_do(tmp_path: Path) -> None:
    site, _ = await served(tmp_path, add_feed)
    page = await get(site, "/")
    assert "One feed is followed, and nothing has come in yet. feedsette update" in text_of(page)
    assert 'id="newest"' not in page and 'class="doors"' not in page


async def test_home_of_feeds_that_all_fail_says_that_first(tmp_path: Path) -> None:
    def fill(db: Database) -> None:
        add_feed(db, 1, "One", failures=3)
        add_feed(db, 2, "Two", failures=1)
        add_feed(db, 3, "Paused", state="paused")
        add_entry(db, 1)

    site, _ = await served(tmp_path, fill)
    text = text_of(await get(site, "/"))
    assert "All 2 feeds fail at present, so nothing new comes in: One , Two . See why" in text
    assert text.index("All 2 feeds fail") < text.index("1 entry 3 feeds")


async def test_home_names_the_feeds_that_fail_and_says_nothing_where_none_does(tmp_path: Path) -> None:
    def fill(db: Database) -> None:
        for id in range(1, 6):
            add_feed(db, id, f"Feed {id}", failures=id - 1)

    site, db = await served(tmp_path, fill)
    text = text_of(await get(site, "/"))
    assert "4 feeds fail at present: Feed 5 , Feed 4 , Feed 3 and 1 more. See why" in text
    with db.atomic():
        db.execute("UPDATE feeds SET failures = 0")
    assert "fail at present" not in text_of(await get(site, "/"))


async def test_home_has_three_doors_and_an_example_behind_each(tmp_path: Path) -> None:
    def fill(db: Database) -> None:
        few(db)
        add_entry(db, 99, f"2001-{now()[5:10]}T10:00:00Z", title="Long ago")
        add_link(db, 2, 3)
        add_link(db, 4, 3)
        edit = {"entry": 5, "seen": SEEN, "replaced": "2024-07-02T00:00:00Z", "title": "Draft"}
        db["revisions"].insert({**edit, "text": "x", "html": "", "fingerprint": ""})

    site, _ = await served(tmp_path, fill)
    page = await get(site, "/")
    doors = text_of(page[page.index('class="doors"') :][: page.index("</nav>")])
    assert "On this day 2001 · Long ago" in doors
    assert "What was edited 2 Jul 2024 · Entry 5" in doors
    assert "Most cited by 2 · Entry 3" in doors
    for address in ("/on-this-day", "/archive/edited_entries", "/archive/cited_entries"):
        assert f'class="door" href="{address}"' in page


async def test_what_nobody_dated_says_when_it_was_first_seen(tmp_path: Path) -> None:
    def fill(db: Database) -> None:
        add_feed(db)
        add_entry(db, 1, SEEN)
        add_entry(db, 2, published="2024-05-17T10:00:00Z")

    site, _ = await served(tmp_path, fill)
    page = await get(site, "/entry/1")
    assert "first seen 1 Jun 2024" in text_of(page)
    assert "published_time" not in page and "datePublished" not in page
    assert "published_time" in await get(site, "/entry/2")
    for path in ("/", "/feed/1", "/feed/1?view=titles"):
        assert text_of(await get(site, path)).count("first seen") == 1
    assert (await get(site, "/feed/1/atom")).count("<published>") == 1


async def test_what_nobody_dated_is_in_no_plot_year_or_facet(tmp_path: Path) -> None:
    def fill(db: Database) -> None:
        add_feed(db)
        add_entry(db, 1, SEEN, date_from="seen")
        add_entry(db, 2, "2023-06-02T00:00:00Z", date_from="document")
        add_entry(db, 3, "2022-05-17T10:00:00Z", published="2022-05-17T10:00:00Z")

    site, _ = await served(tmp_path, fill)
    facets = await get(
        site, "/archive/entries.json?_facet_time=year&_facet_time=month&_facet_time=day&_shape=objects"
    )
    found = json.loads(facets)["facet_results"]
    results = found.get("results", found)
    values = {name: [one["value"] for one in results[name]["results"]] for name in ("year", "month", "day")}
    assert values == {"year": ["2022"], "month": ["2022-05"], "day": ["2022-05-17"]}
    for path in ("/", "/feed/1"):
        page = text_of(await get(site, path))
        assert "17 May 2022" in page and not re.search(r"\b20(23|24)-\d\d\b", page)
    assert "in its feed on 2 Jun 2023" in text_of(await get(site, "/feed/1"))
    assert text_of(await get(site, "/feed/1?period=2023")).count("in its feed on") == 0


async def test_the_date_of_what_is_undated_is_told_alike_on_each_page(tmp_path: Path) -> None:
    def fill(db: Database) -> None:
        add_feed(db)
        add_entry(db, 1, "2023-06-02T00:00:00Z", title="One", date_from="document")

    site, _ = await served(tmp_path, fill)
    for path in ("/entry/1", "/feed/1", "/feed/1?view=titles", "/search?q=One"):
        page = text_of(await get(site, path))
        assert "in its feed on 2 Jun 2023" in page and "first seen" not in page, path


async def test_what_its_feed_dates_ahead_is_not_shown_as_published_then(tmp_path: Path) -> None:
    def fill(db: Database) -> None:
        add_feed(db)
        add_entry(db, 1, SEEN, published="2099-01-01T00:00:00Z", date_from="seen")

    site, _ = await served(tmp_path, fill)
    page = await get(site, "/entry/1")
    assert "first seen 1 Jun 2024" in text_of(page) and "by its feed 1 Jan 2099" in text_of(page)
    assert "published_time" not in page and "datePublished" not in page
    assert "<published>" not in await get(site, "/feed/1/atom")


async def test_an_entry_dated_in_the_future_changes_nothing_on_home_but_a_line(tmp_path: Path) -> None:
    def fill(db: Database) -> None:
        add_feed(db, icon_url="https://example.org/icon.png")
        add_feed(db, 2, "Ahead of its time")
        for month in range(1, 7):
            add_entry(db, month, f"2024-{month:02}-17T10:00:00Z")
        add_entry(db, 99, "2099-01-01T00:00:00Z", feed=2)

    site, _ = await served(tmp_path, fill)
    page = await get(site, "/")
    text = text_of(page)
    assert "17 Jan 2024 to 17 Jun 2024" in text
    assert "Entries by month" in text and "1 dated in the future is not shown" in text
    assert 'href="/entry/99"' not in page
    assert "entries?date__gte=" in page
    assert "Entries by month" in text_of(await get(site, "/feed/1"))


async def test_a_feed_of_undated_entries_is_not_said_to_be_silent_on_the_day_it_is_first_seen(
    tmp_path: Path,
) -> None:
    def fill(db: Database) -> None:
        present = now()
        add_feed(db)
        add_entry(db, 1, "1970-01-01T00:00:00Z", first_seen=present)
        add_entry(db, 2, present, first_seen=present)

    site, _ = await served(tmp_path, fill)
    text = text_of(await get(site, "/feed/1"))
    assert "how often it publishes is not known yet" in text
    assert "no entry for" not in text


@pytest.mark.parametrize("path", ["/feed/1/atom", "/feed/1/json", "/author/1/atom", "/search.atom?q=harbour"])
async def test_what_is_dated_in_the_future_is_in_no_feed_of_ours(tmp_path: Path, path: str) -> None:
    def fill(db: Database) -> None:
        few(db)
        add_entry(db, 99, "2099-01-01T00:00:00Z", text="harbour")
        db["entry_authors"].insert({"entry": 99, "author": 1})

    site, _ = await served(tmp_path, fill)
    page = await get(site, path)
    assert "Entry 1" in page and "Entry 99" not in page


async def test_a_feed_reaches_no_further_than_the_present_whatever_is_dated_in_the_future(
    tmp_path: Path,
) -> None:
    def fill(db: Database) -> None:
        add_feed(db)
        add_entry(db, 1, "2020-01-01T00:00:00Z")
        add_entry(db, 2, "2020-02-03T00:00:00Z")
        add_entry(db, 3, "2099-01-01T00:00:00Z")

    site, _ = await served(tmp_path, fill)
    assert "1 Jan 2020 to 3 Feb 2020" in text_of(await get(site, "/feed/1"))


def decades(db: Database) -> None:
    """An entry in each year from 1999 to 2024, and a second one in 2009."""
    add_feed(db)
    for year in range(1999, 2025):
        add_entry(db, year, f"{year}-06-15T10:00:00Z", text="harbour")
    add_entry(db, 1, "2009-12-31T23:00:00Z", text="harbour")
    add_names(db, "authors", "Robin Hanson", 1, *range(1999, 2025))


@pytest.mark.parametrize(
    "path", ["/", "/feed/1", "/feed/1?view=titles", "/author/1", "/search?q=harbour", "/search?q=%22harbour"]
)
async def test_the_table_of_a_plot_by_year_leads_to_the_entries_of_a_year(tmp_path: Path, path: str) -> None:
    site, _ = await served(tmp_path, decades)
    page = await get(site, path)
    assert "Entries by year" in page or "a year" in page
    found = re.search(r'<th scope="row"><a href="([^"]+)">2009</a>', page)
    assert found
    there = await get(site, urljoin(path, unescape(found[1])))
    assert {int(id) for id in re.findall(r'href="/entry/(\d+)"', there)} == {1, 2009}


async def test_the_table_of_a_plot_by_month_leads_nowhere_for_there_may_be_many(tmp_path: Path) -> None:
    site, _ = await served(tmp_path, few)
    assert '<th scope="row"><a' not in await get(site, "/feed/1")


async def test_a_feed_has_its_icon_which_is_asked_for_late_and_quietly(tmp_path: Path) -> None:
    site, _ = await served(tmp_path, lambda db: add_feed(db, icon_url="https://example.org/icon.png"))
    icon = '<img src="https://example.org/icon.png" alt="" loading="lazy" referrerpolicy="no-referrer">'
    assert icon in await get(site, "/feed/1")


async def test_a_feed_from_a_file_shows_guests_no_path_and_cannot_be_followed(tmp_path: Path) -> None:
    def fill(db: Database) -> None:
        add_feed(db, url="file:///home/me/secret/feed.xml", title=None)
        add_feed(db, 2)
        add_entry(db, 1, text="harbour")

    site, _ = await served(tmp_path, fill)
    for path in ("/", "/feed/1", "/entry/1", "/search?q=harbour", "/feeds.opml", "/feed/1/atom", "/health"):
        assert "secret" not in await get(site, path)
    page = await get(site, "/feed/1")
    assert "Imported from a file" in page and "inoreader" not in page and "data-copy" not in page
    assert (await get(site, "/feeds.opml")).count("xmlUrl") == 1
    cookies = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    assert "secret" in (await site.client.get("/feed/1", cookies=cookies)).text


def few(db: Database) -> None:
    add_feed(db)
    for id in range(1, 16):
        add_entry(db, id, f"2024-05-{id:02}T10:00:00Z", text="harbour")
    add_names(db, "authors", "Robin Hanson", 1)


async def test_a_page_beyond_the_end_is_the_last_one_and_says_so(tmp_path: Path) -> None:
    site, _ = await served(tmp_path, few)
    page = await get(site, "/feed/1?after=1999-01-01T00:00:00Z~1")
    assert "nothing beyond this page" in page
    assert re.findall(r'/entry/(\d+)" data-open', page) == [str(id) for id in range(10, 0, -1)]
    assert 'rel="prev"' in page and 'rel="next"' not in page


@pytest.mark.parametrize("odd", ["period=garbage", "period=2024-13", "page=99", "after=zzz"])
async def test_what_is_no_page_or_period_is_said_and_the_nearest_shown(tmp_path: Path, odd: str) -> None:
    site, _ = await served(tmp_path, few)
    for path in ("/feed/1", "/author/1"):
        page = await get(site, f"{path}?{odd}")
        assert 'class="note"' in page and "Entries of" not in page
        assert "/entry/1" in page


@pytest.mark.parametrize(
    "path",
    [
        "/feeds.opml?feed=99999999999999999999999",
        "/feeds.opml?feed=99999",
        "/feeds.opml?feed=abc",
        "/feed/abc/atom",
        "/entry/abc/history",
        "/tag/1/x",
        "/entry/1/x",
        "/entry/1.xml",
        "/author/99/json",
        "/author/Nobody%20at%20all",
    ],
)
async def test_what_is_not_there_is_our_page_with_a_search_box(tmp_path: Path, path: str) -> None:
    site, _ = await served(tmp_path, few)
    page = await get(site, path, 404)
    assert "There is no such" in page and 'id="again"' in page
    assert ('value="Nobody at all"' in page) == ("Nobody" in path)


@pytest.mark.parametrize("path", ["/entry/1/x", "/entry/1.xml", "/feed/1/x"])
async def test_a_part_that_something_has_not_is_no_such_page(tmp_path: Path, path: str) -> None:
    site, _ = await served(tmp_path, few)
    assert "There is no such page" in await get(site, path, 404)


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/entry", "/entries"),
        ("/feed", "/feeds"),
        ("/author", "/authors"),
        ("/tag", "/tags"),
        ("/feed/1/", "/feed/1"),
        ("/entry/1/history/", "/entry/1/history"),
    ],
)
async def test_an_address_that_is_nearly_right_leads_to_the_right_one(
    tmp_path: Path, path: str, leads_to: str
) -> None:
    site, _ = await served(tmp_path, few)
    response = await site.client.get(path)
    assert (response.status_code, response.headers["location"]) == (302, leads_to)


async def test_an_author_is_found_by_name(tmp_path: Path) -> None:
    site, _ = await served(tmp_path, few)
    assert "Robin Hanson</h1>" in await get(site, "/author/robin%20hanson")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE entries SET removed = '2024-06-01T00:00:00Z' WHERE id = 15", "it may have dropped out"),
        ("UPDATE entries SET missing_since = '2024-06-01T00:00:00Z' WHERE id = 15", "is not certain yet"),
    ],
)
async def test_a_removal_that_is_not_certain_says_so(tmp_path: Path, change: str, said: str) -> None:
    site, db = await served(tmp_path, few)
    with db.atomic():
        db.execute(change)
    assert said in await get(site, "/entry/15")
    perhaps = "perhaps no longer in its feed" in await get(site, "/feed/1")
    assert perhaps == ("removed" in change)


async def test_an_author_goes_out_as_atom_and_json_feed(tmp_path: Path) -> None:
    site, _ = await served(tmp_path, few)
    assert "Entry 1</title>" in await get(site, "/author/1/atom")
    assert '"title": "Robin Hanson"' in await get(site, "/author/1/json")


@pytest.mark.parametrize(
    ("change", "path", "said"),
    [
        ("UPDATE entries SET removed = '2024-06-01T00:00:00Z' WHERE id = 1", "/feed/1", "Removed 1"),
        ("UPDATE entries SET words = 777 WHERE id = 1", "/feed/1", "791 words"),
        ("UPDATE feeds SET title = 'B feed'", "/author/1", "B feed"),
        ("UPDATE authors SET name = 'Nina Hanson'", "/author/1", "Nina Hanson"),
    ],
)
async def test_every_change_is_counted_at_once(tmp_path: Path, change: str, path: str, said: str) -> None:
    site, db = await served(tmp_path, few)
    assert said not in text_of(await get(site, path))
    with db.atomic():
        db.execute(change)
    assert said in text_of(await get(site, path))


def links_of(page: str) -> dict[str, str]:
    sources = page[page.index('class="sources"') :]
    return {
        label: unescape(address) for address, label in re.findall(r'<a href="([^"]+)">([^<]+)</a>', sources)
    }


def shown(page: str) -> list[int]:
    return [int(id) for id in re.findall(r'href="/entry/(\d+)" data-open', page)]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/feed/1",
        "/feed/1?period=2024-05-11&view=titles",
        "/feed/1?after=2024-05-06T10:00:00Z~6",
        "/feed/1?after=-2024-05-02T10:00:00Z~2",
        "/author/1",
        "/tag/1?view=full",
        "/search?q=harbour",
        "/search?q=lang:en&sort=oldest",
        "/search?q=tag:water",
        "/entry/1",
        "/entry/1/history",
        "/health",
    ],
)
async def test_sql_json_and_csv_have_the_rows_of_the_page(tmp_path: Path, path: str) -> None:
    def fill(db: Database) -> None:
        few(db)
        add_feed(db, 2, "Gone", state="gone")
        add_feed(db, 3, "Fails", failures=2)
        add_names(db, "tags", "Water", *range(1, 14))
        db.execute("UPDATE entries SET language = 'en'")
        db["revisions"].insert(
            {
                "entry": 1,
                "seen": SEEN,
                "replaced": SEEN,
                "title": "Draft",
                "text": "x",
                "html": "",
                "fingerprint": "",
            }
        )

    site, db = await served(tmp_path, fill)
    page = await get(site, path)
    links = links_of(page)
    parameters = dict(parse_qsl(urlsplit(links["SQL"]).query))
    sql = parameters.pop("sql")
    rows = [dict(row) for row in db.query(sql, parameters)]
    assert rows
    assert json.loads(await get(site, links["JSON"])) == rows
    lines = [*csv.DictReader(StringIO(await get(site, links["CSV"])))]
    assert lines == [{name: str("" if v is None else v) for name, v in row.items()} for row in rows]
    if path == "/health":
        assert [row["title"] for row in rows if row["gone"]] == ["Gone"]
        assert [row["title"] for row in rows if row["failing"]] == ["Fails"]
    elif path == "/entry/1":
        assert [row["text"] for row in rows] == ["harbour"]
    elif path == "/entry/1/history":
        assert [row["title"] for row in rows] == ["Entry 1", "Draft"]
        assert page.count('class="version"') == 2
    else:
        assert [row["id"] for row in rows] == shown(page)


@pytest.mark.parametrize(
    "path", ["/", "/feed/1?period=2024-05", "/author/1", "/entry/1", "/search?q=harbour", "/health"]
)
async def test_where_sql_is_closed_a_page_leads_to_the_tables(tmp_path: Path, path: str) -> None:
    await served(tmp_path, few)
    site = await serve(tmp_path / "odd.db", permissions={"allow_sql": False})
    page = await get(site, path)
    links = links_of(page)
    assert "SQL" not in links
    for form in ("JSON", "CSV"):
        assert "sql=" not in links[form]
        if "feed_health" not in links[form]:  # a query of metadata.yml, which is not here
            await get(site, links[form])
    if path.startswith(("/feed/", "/author/")) or path == "/":
        assert [row["id"] for row in json.loads(await get(site, links["JSON"]))] == shown(page)
