"""The navigation and search above Datasette's own pages."""

import re
from pathlib import Path

import pytest
from datasette.app import Datasette
from sqlite_utils import Database

from ingest.web.plugin.registering import PLUGIN_FILES
from tests.plugins.conftest import ROOT
from tests.plugins.serving import serve, serve_as_the_command_does

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("path", ["/archive", "/archive/feeds", "/archive/feeds/1", "/archive?sql=select+1"])
async def test_a_page_of_datasette_s_has_the_search_and_the_ways_of_ours(archive: Path, path: str) -> None:
    site = await serve(archive)
    page = await site.client.get(path, follow_redirects=True)
    assert '<form class="search" role="search" action="/search">' in page.text
    for label in ("Entries", "Feeds", "Tags", "Authors", "Queries"):
        assert f'<a href="/{label.lower()}">{label}</a>' in page.text
    assert re.search('<a href="/archive"( aria-current="page")?>Data</a>', page.text)


@pytest.mark.parametrize("base_url", ["/", "/feeds-of-mine/"])
@pytest.mark.parametrize(
    ("path", "current"),
    [("/entries", "/entries"), ("/archive", "/archive"), ("/archive/feeds", None), ("/", None)],
)
async def test_the_navigation_marks_the_page_that_one_is_on(
    archive: Path, base_url: str, path: str, current: str | None
) -> None:
    site = await serve(archive, settings={"base_url": base_url})
    page = await site.client.get(path)
    marked = re.findall('<a href="([^"]*)" aria-current="page">', page.text.split("</nav>")[0])
    assert marked == ([base_url.rstrip("/") + current] if current else [])


async def test_who_may_not_read_all_of_the_archive_is_shown_no_ways_that_are_closed(archive: Path) -> None:
    site = await serve(
        archive, permissions={"databases": {"archive": {"tables": {"feeds": {"allow": False}}}}}
    )
    page = await site.client.get("/archive/entries")
    assert page.status_code == 200
    assert '<nav aria-label="Archive">' not in page.text


async def test_the_owner_alone_is_led_to_manage(archive: Path) -> None:
    site = await serve(archive)
    owner = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    assert "/manage" in (await site.client.get("/archive/entries", cookies=owner)).text
    assert "/manage" not in (await site.client.get("/archive/entries")).text


@pytest.mark.parametrize(
    "path", ["/notes", "/notes/things", "/notes/things/1", "/notes?sql=select+1", "/notes/nothing"]
)
async def test_a_database_that_is_no_archive_is_shown_as_without_us(
    archive: Path, tmp_path: Path, path: str
) -> None:
    notes = tmp_path / "notes.db"
    Database(notes)["things"].insert({"id": 1, "name": "a stone"}, pk="id")
    alone = Datasette([str(notes)])
    await alone.invoke_startup()
    beside = Datasette(
        [str(archive), str(notes)], plugins_dir=str(ROOT / "plugins"), template_dir=str(ROOT / "templates")
    )
    await beside.invoke_startup()
    pages = [(await site.client.get(path, follow_redirects=True)).text for site in (alone, beside)]
    assert "/static/" not in pages[1].replace("/-/static/", "")
    assert '<section class="content">' in pages[0] and '<section class="content">' in pages[1]
    assert "masthead" not in pages[1]


async def test_the_frame_of_ours_has_every_block_and_script_of_datasette_s_own(archive: Path) -> None:
    """What a later Datasette adds to its base template is missed here, not by readers."""
    env = PLUGIN_FILES["templates"].page_templates(await serve(archive))
    theirs, ours = (
        env.loader.get_source(env, name)[0] for name in ("default:base.html", "feedsette/datasette.html")
    )
    for wanted in (r"block (\w+)", r"static\('([\w-]+\.js)'\)", r'include "(\w+\.html)"'):
        missing = set(re.findall(wanted, theirs)) - set(re.findall(wanted, ours)) - {"_footer.html"}
        assert missing == set()


# Where the navigation led before.
@pytest.mark.parametrize("query", ["feed_overview", "tags_by_use", "prolific_authors"])
async def test_what_the_navigation_led_to_before_is_where_it_was(
    archive: Path, tmp_path: Path, query: str
) -> None:
    site = await serve_as_the_command_does(archive, tmp_path, {})
    for address in (f"/archive/{query}", "/archive/entries"):
        assert (await site.client.get(address, follow_redirects=True)).status_code == 200
