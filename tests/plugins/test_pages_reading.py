"""The reading pages: home, feeds, entries, their history, authors and tags. The same under Datasette 0.65 and 1.0."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from html import unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any

import feedparser
import pytest
import pytest_asyncio
from datasette.app import Datasette
from sqlite_utils import Database

from ingest.follow.opml import read_opml
from tests.empty_archive import empty_archive

ROOT = Path(__file__).parents[2]
STABLE = version("datasette").startswith("0.")
PAGES = [
    "/",
    "/feed/1",
    "/feed/1?view=titles",
    "/feed/2",
    "/feed/3",
    "/entry/1",
    "/entry/11",
    "/entry/130",
    "/entry/1/history",
    "/entry/2/history",
    "/author/1",
    "/author/2?view=full",
    "/tag/1",
    "/tag/2",
]
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}</title></script>"

pytestmark = pytest.mark.asyncio(loop_scope="session")
Serve = Callable[..., Awaitable[Datasette]]


async def serve(
    path: Path, metadata: dict[str, Any] | None = None, settings: dict[str, Any] | None = None
) -> Datasette:
    """Datasette with our plugins, templates and files. `metadata` may also hold what 1.0 calls configuration."""
    metadata = metadata or {}
    given = {"metadata": metadata} if STABLE else {"metadata": metadata, "config": metadata}
    site = Datasette(
        [str(path)],
        plugins_dir=str(ROOT / "plugins"),
        template_dir=str(ROOT / "templates"),
        static_mounts=[("static", str(ROOT / "static"))],
        settings=settings or {},
        **given,
    )
    await site.invoke_startup()
    return site


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def reading(archive: Path, metadata: dict[str, Any]) -> AsyncIterator[Datasette]:
    yield await serve(archive, {"title": metadata["title"], "license": "Of their authors"})


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hostile(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Datasette]:
    path = tmp_path_factory.mktemp("hostile") / "another name.db"
    db = empty_archive(path)
    with db.atomic():
        fill_with_hostile_texts(db)
    db.close()
    yield await serve(path, {"title": HOSTILE})


def fill_with_hostile_texts(db: Database) -> None:
    now = "2024-05-17T10:00:00Z"
    feed = dict.fromkeys(
        ("title", "description", "language", "format", "folder", "last_error", "schedule"), HOSTILE
    )
    urls = dict.fromkeys(("url", "site_url", "icon_url"), f"https://example.org/{HOSTILE}")
    db.table("feeds").insert({"id": 1, **feed, **urls, "added": now, "failures": 2})
    texts = dict.fromkeys(("title", "author", "excerpt", "language"), HOSTILE)
    addresses = dict.fromkeys(("url", "comments_url", "image_url"), f"https://example.org/{HOSTILE}")
    for id in (1, 2, 3):
        times = {"date": now, "first_seen": now, "last_seen": now, "removed": now}
        entry = {
            "id": id,
            "feed": 1,
            "guid": str(id),
            "words": 2000,
            "fingerprint": "",
            **texts,
            **addresses,
            **times,
        }
        db.table("entries").insert(entry)
        text = f"{HOSTILE} lantern lantern harbour"
        db.table("contents").insert({"entry": id, "html": "<h2>a</h2><h3>b</h3><h3>c</h3>", "text": text})
        enclosure = {
            "entry": id,
            "url": f"https://example.org/{HOSTILE}",
            "type": f"audio/{HOSTILE}",
            "length": 1,
        }
        db.table("enclosures").insert(enclosure)
    for id in (1, 2, 3):
        link = {"entry": id, "url": "https://example.org", "host": HOSTILE, "text": HOSTILE, "url_key": "x"}
        db.table("links").insert({**link, "target": id % 3 + 1})
    for table in ("author", "tag"):
        db.table(f"{table}s").insert({"id": 1, "name": HOSTILE})
        db.table(f"entry_{table}s").insert_all({"entry": id, table: 1} for id in (1, 2))
    revision = {
        "entry": 1,
        "seen": now,
        "replaced": now,
        "fingerprint": "",
        "text": "before",
        "html": "before",
    }
    db.table("revisions").insert({**revision, "title": HOSTILE + "2", "author": HOSTILE, "url": HOSTILE})
    db.table("polls").insert({"feed": 1, "at": now, "status": 500, "error": HOSTILE})


async def get(site: Datasette, path: str, status: int = 200) -> str:
    response = await site.client.get(path, follow_redirects=True)
    assert response.status_code == status, response.text
    return str(response.text)


def entries_on(page: str) -> list[int]:
    return [int(id) for id in re.findall(r'href="[^"]*/entry/(\d+)" data-open', page)]


async def test_home_says_what_the_archive_holds_and_what_is_new(reading: Datasette) -> None:
    page = await get(reading, "/")
    text = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "130 entries3 feeds1,950 words17 Jan 2022 to 17 Dec 2024" in text
    assert len(entries_on(page)) == 25
    assert "Stones &amp; Rivers" in page
    assert "Of their authors" in page


async def test_home_plots_every_entry_and_says_the_same_in_a_table(reading: Datasette) -> None:
    page = await get(reading, "/")
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert sum(int(n) for n in re.findall(r"<td>(\d+)", table)) == 130


@pytest.mark.parametrize("path", ["/feed/1", "/author/2", "/tag/1"])
async def test_a_linked_site_leads_to_as_many_entries_as_are_counted(reading: Datasette, path: str) -> None:
    part = (await get(reading, path)).partition('aria-label="Links to"')[2].partition("</section>")[0]
    lines = re.findall(r'href="(/search)(\?q=[^"]+)".*?class="count">(\d+)<', part, re.DOTALL)
    assert lines
    for search, query, count in lines:
        assert json.loads(await get(reading, f"{search}.json{unescape(query)}"))["total"] == int(count)


async def test_home_counts_anew_when_something_came_in(tmp_path: Path) -> None:
    db = empty_archive(tmp_path / "growing.db")
    site = await serve(tmp_path / "growing.db")
    assert "There is nothing here yet" in await get(site, "/")
    with db.atomic():
        fill_with_hostile_texts(db)
    assert "There is nothing here yet" not in await get(site, "/")


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_a_search_box_landmarks_and_one_heading(reading: Datasette, path: str) -> None:
    page = await get(reading, path)
    assert page.count('action="/search"') >= 1
    assert page.count("<main") == page.count("<h1") == 1


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_runs_no_script_of_its_own_and_the_policy_says_so(reading: Datasette, path: str) -> None:
    response = await reading.client.get(path)
    policy = response.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy
    assert not re.search(
        r"<script(?! src=| type=\"application/ld\+json\")|<style|\sstyle=|\son[a-z]+=", response.text
    )


async def test_datasettes_own_pages_keep_the_policy_that_their_scripts_need(reading: Datasette) -> None:
    response = await reading.client.get("/archive/entries")
    assert "script-src 'self' 'unsafe-inline'" in response.headers["content-security-policy"]


@pytest.mark.parametrize("path", PAGES)
async def test_the_sql_of_a_page_runs_and_its_json_and_csv_answer(reading: Datasette, path: str) -> None:
    page = await get(reading, path)
    sources = page[page.index('class="sources"') :]
    addresses = [
        unescape(found) for found in re.findall(r'href="(/[^"]+)"', sources[: sources.index("</aside>")])
    ]
    assert len(addresses) >= 3
    for address in addresses:
        answer = await get(reading, address)
        assert 'class="message-error"' not in answer


@pytest.mark.parametrize(
    "path", ["/", "/feed/1", "/entry/1", "/entry/2", "/entry/1/history", "/author/1", "/tag/1"]
)
async def test_what_strangers_wrote_is_shown_as_text(hostile: Datasette, path: str) -> None:
    page = await get(hostile, path)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "{{7*7}}" in page and "alert(1)&gt;49" not in page
    for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL):
        assert json.loads(block)["headline"].startswith("\"'><script>")


async def test_paging_through_a_feed_gives_every_entry_once_and_leads_back(
    reading: Datasette, archive: Path
) -> None:
    wanted = [
        row["id"]
        for row in Database(archive).query("SELECT id FROM entries WHERE feed = 1 ORDER BY date DESC, id")
    ]
    pages, path = [], "/feed/1"
    while True:
        page = await get(reading, path)
        pages.append(entries_on(page))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        if not older:
            break
        path = "/feed/1" + unescape(older[1])
    assert [id for page in pages for id in page] == wanted
    newer = re.search(r'rel="prev" href="([^"]+)"', page)
    assert newer
    assert entries_on(await get(reading, "/feed/1" + unescape(newer[1]))) == pages[-2]


async def test_a_feed_can_be_read_by_year_and_month(reading: Datasette, archive: Path) -> None:
    page = await get(reading, "/feed/1?view=titles&period=2023-03")
    rows = Database(archive).query(
        "SELECT id FROM entries WHERE feed = 1 AND month = '2023-03' ORDER BY date DESC, id"
    )
    assert entries_on(page) == [row["id"] for row in rows]
    assert "There are none of 1999" in await get(reading, "/feed/1?period=1999")


@pytest.mark.parametrize(
    "odd", ["after=nonsense", "after=-~", "period=2024-99", "period=%00", "view=x", "after=2024~99"]
)
async def test_what_is_no_page_or_period_is_passed_over(reading: Datasette, odd: str) -> None:
    await get(reading, f"/feed/1?{odd}")
    await get(reading, f"/tag/1?{odd}")


async def test_a_feeds_page_shows_full_texts_how_to_follow_it_and_how_polling_goes(
    reading: Datasette,
) -> None:
    page = await get(reading, "/feed/2")
    assert "<p class='shown'>" in page
    assert 'value="https://cast.example/feed"' in page
    for reader in ("inoreader.com", "feedly.com", "follow://add", "feedbin.com", 'href="feed:https://'):
        assert reader in page
    assert "The server answered 500." in page
    assert "Ada Quarry" in page
    assert 'href="/search?q=feed%3A2%20host%3A%3Darxiv.org"' in page


async def test_an_address_with_a_password_is_shown_without_it(tmp_path: Path) -> None:
    db = empty_archive(tmp_path / "secret.db")
    db.table("feeds").insert({"url": "https://me:pa55@example.org/feed", "added": "2024-01-01T00:00:00Z"})
    site = await serve(tmp_path / "secret.db")
    for path in ("/feed/1", "/feeds.opml", "/feed/1/atom", "/feed/1/json"):
        assert "pa55" not in await get(site, path)


async def test_a_feed_goes_out_as_atom_json_and_opml(reading: Datasette) -> None:
    atom = feedparser.parse(await get(reading, "/feed/1/atom"))
    listed = json.loads(await get(reading, "/feed/1/json"))
    assert atom.feed.title == listed["title"] == "Stones & Rivers"
    assert not atom.bozo
    assert len(atom.entries) == len(listed["items"]) == 43
    assert listed["items"][0]["url"].startswith("https://stones.example/")
    feeds = read_opml((await get(reading, "/feeds.opml")).encode()).feeds
    assert {feed.url for feed in feeds} == {
        f"https://{host}.example/feed" for host in ("stones", "cast", "untitled")
    }
    assert len(read_opml((await get(reading, "/feeds.opml?feed=2")).encode()).feeds) == 1


@pytest.mark.parametrize("path", ["/feed/1", "/author/1", "/tag/1", "/search"])
async def test_a_feed_and_its_entries_keep_their_ids_on_any_host_and_port(
    reading: Datasette, path: str
) -> None:
    form = ".atom?q=river" if path == "/search" else "/atom"
    here, there = [
        feedparser.parse((await reading.client.get(path + form, headers={"host": host})).text)
        for host in ("127.0.0.1:8001", "feeds.example.org")
    ]
    assert here.feed.links != there.feed.links
    ids = [here.feed.id, *(entry.id for entry in here.entries)]
    assert ids == [there.feed.id, *(entry.id for entry in there.entries)]
    assert len(set(ids)) == len(ids) > 10
    assert all(id.startswith("urn:uuid:") for id in ids)


async def test_an_entry_has_one_id_in_every_feed_of_ours(reading: Datasette) -> None:
    atom = feedparser.parse(await get(reading, "/search.atom?q=unique15"))
    listed = json.loads(await get(reading, "/feed/1/json"))
    [id] = [entry.id for entry in atom.entries]
    assert id in [item["id"] for item in listed["items"]]


async def test_another_archive_has_other_ids(reading: Datasette, hostile: Datasette) -> None:
    here, there = [feedparser.parse(await get(site, "/feed/1/atom")) for site in (reading, hostile)]
    assert here.feed.id != there.feed.id
    assert not {entry.id for entry in here.entries} & {entry.id for entry in there.entries}


async def test_hostile_texts_go_out_as_well_formed_feeds(hostile: Datasette) -> None:
    assert not feedparser.parse(await get(hostile, "/feed/1/atom")).bozo
    json.loads(await get(hostile, "/feed/1/json"))
    assert read_opml((await get(hostile, "/feeds.opml")).encode()).damage is None


async def test_an_entrys_page_shows_its_text_and_what_is_around_it(reading: Datasette) -> None:
    page = await get(reading, "/entry/1")
    assert "<p class='shown'>" in page
    assert 'href="/author/2"' in page
    assert 'href="https://stones.example/1" data-original' in page
    assert "https://web.archive.org/web/20220217/https://stones.example/1" in page
    assert "2 earlier versions" in page
    assert "Entries that link here" in page
    assert '<audio controls preload="none" src="https://cast.example/1.mp3"' in page


async def test_an_entry_without_a_title_is_called_by_how_it_begins(reading: Datasette) -> None:
    assert '<span class="untitled">stone violin unique11' in await get(reading, "/entry/11")


async def test_an_entry_can_be_cited(reading: Datasette) -> None:
    assert "@online{" in await get(reading, "/entry/1.bib")
    assert "TY  - BLOG" in await get(reading, "/entry/1.ris")
    assert json.loads(await get(reading, "/entry/1.csl.json"))[0]["author"] == [{"literal": "李明"}]


async def test_history_shows_what_an_edit_changed(reading: Datasette) -> None:
    page = await get(reading, "/entry/1/history")
    assert "Second draft" in page and "First draft" in page
    assert "<del>Before</del>" in page
    assert "never seen to change" in await get(reading, "/entry/2/history")


async def test_history_leads_to_each_earlier_version(reading: Datasette) -> None:
    page = await get(reading, "/entry/1/history")
    paths = re.findall(r'href="(/entry/1/version/\d+)"', page)
    version = await get(reading, paths[-1])
    assert "First draft</h1>" in version and 'class="prose"' in version
    assert "There is no such version" in await get(reading, "/entry/2/version/1", status=404)


async def test_who_is_only_named_by_entries_is_not_said_to_have_none(reading: Datasette) -> None:
    page = await get(reading, "/author/3")
    assert re.findall(r">(named in .*? entries)</span>", page) == ["named in 44 entries"]
    assert "<span>0 entries</span>" not in page


async def test_an_author_and_a_tag_have_all_their_entries(reading: Datasette) -> None:
    for path, entries in (("/author/1", "65"), ("/tag/1", "65"), ("/tag/2", "32")):
        page = await get(reading, path)
        assert f"<span>{entries} entries</span>" in page
        assert len(entries_on(page)) == min(50, int(entries))


@pytest.mark.parametrize("kind", ["feed", "entry", "author", "tag"])
@pytest.mark.parametrize("id", ["999999", "999999999999999999", "none", "-1", "1.5"])
async def test_what_is_not_there_is_404_with_a_search_box(reading: Datasette, kind: str, id: str) -> None:
    page = await get(reading, f"/{kind}/{id}", status=404)
    assert f"There is no such {kind}" in page
    assert 'action="/search"' in page


@pytest.mark.parametrize(
    "path", ["/no-such-page", "/nothing/entries", "/archive/nothing", "/archive/entries/999999", "/-/nothing"]
)
async def test_an_address_of_datasettes_that_leads_to_nothing_has_a_search_box_too(
    reading: Datasette, path: str
) -> None:
    page = await get(reading, path, status=404)
    assert "There is no such page" in page and 'type="search" id="again"' in page


async def test_programs_get_datasettes_own_word_on_what_is_not_there(reading: Datasette) -> None:
    response = await reading.client.get("/archive/nothing.json")
    assert response.status_code == 404
    assert response.json()["ok"] is False


@pytest.mark.parametrize(
    "path", ["/entry/999999/history", "/entry/999999.bib", "/feed/999999/atom", "/feed/999999/json"]
)
async def test_parts_of_what_is_not_there_are_404_too(reading: Datasette, path: str) -> None:
    await get(reading, path, status=404)


async def test_every_link_of_ours_stands_under_the_base_url(archive: Path) -> None:
    site = await serve(archive, settings={"base_url": "/library/"})
    for path in ("/", "/feed/1", "/entry/1", "/entry/1/history", "/tag/1"):
        page = await get(site, path)  # the client puts the base before it
        local = re.findall(r'(?:href|src|action)="(/[^"]*)"', page)
        assert local
        assert [link for link in local if not link.startswith("/library/")] == []


@pytest.mark.parametrize(
    "path", ["/", "/feed/1", "/entry/1", "/entry/1.bib", "/feed/1/atom", "/feeds.opml", "/entry/0"]
)
@pytest.mark.parametrize("closed", ["database", "table"])
async def test_who_may_not_see_the_tables_sees_no_page_made_of_them(
    archive: Path, path: str, closed: str
) -> None:
    rule: dict[str, Any] = {"allow": {"id": "owner"}}
    database = rule if closed == "database" else {"tables": {"contents": rule}}
    site = await serve(archive, {"databases": {"archive": database}})
    page = await get(site, path, status=403)
    assert "river" not in page


async def test_where_sql_is_closed_no_page_leads_to_it(archive: Path) -> None:
    site = await serve(archive, {"allow_sql": False})
    for path in ("/", "/feed/1", "/entry/1"):
        assert "?sql=" not in await get(site, path)


async def test_the_pages_are_found_without_naming_the_folder_of_their_templates(archive: Path) -> None:
    site = Datasette([str(archive)], plugins_dir=str(ROOT / "plugins"))
    await site.invoke_startup()
    assert "Newest" in await get(site, "/")


@pytest.mark.parametrize("closed", [False, True])
async def test_home_leads_to_the_other_databases_that_may_be_seen(
    archive: Path, tmp_path: Path, closed: bool
) -> None:
    Database(tmp_path / "birds of prey.db").table("birds").insert({"name": "kite"})
    rules = {"databases": {"birds of prey": {"allow": False}}} if closed else {}
    given = {"metadata": rules} if STABLE else {"config": rules}
    site = Datasette(
        [str(archive), str(tmp_path / "birds of prey.db")],
        plugins_dir=str(ROOT / "plugins"),
        template_dir=str(ROOT / "templates"),
        **given,
    )
    await site.invoke_startup()
    page = await get(site, "/")
    assert ("Database birds of prey" in page) == (not closed)
    found = re.search(r'href="([^"]+)">Database birds of prey', page)
    if found:
        assert "birds" in await get(site, unescape(found[1]))


async def test_home_names_no_database_where_there_is_none_but_the_archive(reading: Datasette) -> None:
    assert ">Database " not in await get(reading, "/")


async def test_without_an_archive_home_is_datasettes_own(tmp_path: Path) -> None:
    Database(tmp_path / "other.db").table("birds").insert({"name": "wren"})
    site = await serve(tmp_path / "other.db")
    assert "birds" in await get(site, "/")
    await get(site, "/feed/1", status=404)


async def test_a_database_called_feed_keeps_its_pages(tmp_path: Path) -> None:
    db = empty_archive(tmp_path / "feed.db")
    db.close()
    site = await serve(tmp_path / "feed.db")
    await get(site, "/feed/entries")
    await get(site, "/feed")
