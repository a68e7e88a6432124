"""The navigation and search above Datasette's own pages."""

from pathlib import Path

import pytest

from tests.plugins.serving import serve, serve_as_the_command_does

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("path", ["/archive", "/archive/feeds", "/archive/feeds/1", "/archive?sql=select+1"])
async def test_a_page_of_datasette_s_has_the_search_and_the_ways_of_ours(archive: Path, path: str) -> None:
    site = await serve(archive)
    page = await site.client.get(path, follow_redirects=True)
    assert '<form class="archive-search" role="search" action="/search">' in page.text
    for label in ("Entries", "Feeds", "Tags", "Authors", "Queries"):
        assert f'<a href="/{label.lower()}">{label}</a>' in page.text
    assert '<a href="/archive">Data</a>' in page.text


async def test_who_may_not_read_all_of_the_archive_is_shown_no_ways_that_are_closed(archive: Path) -> None:
    site = await serve(
        archive, permissions={"databases": {"archive": {"tables": {"feeds": {"allow": False}}}}}
    )
    page = await site.client.get("/archive/entries")
    assert page.status_code == 200
    assert "archive-ways" not in page.text


async def test_the_owner_alone_is_led_to_manage(archive: Path) -> None:
    site = await serve(archive)
    owner = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    assert "/manage" in (await site.client.get("/archive/entries", cookies=owner)).text
    assert "/manage" not in (await site.client.get("/archive/entries")).text


# Where the navigation led before.
@pytest.mark.parametrize("query", ["feed_overview", "tags_by_use", "prolific_authors"])
async def test_what_the_navigation_led_to_before_is_where_it_was(
    archive: Path, tmp_path: Path, query: str
) -> None:
    site = await serve_as_the_command_does(archive, tmp_path, {})
    for address in (f"/archive/{query}", "/archive/entries"):
        assert (await site.client.get(address, follow_redirects=True)).status_code == 200
