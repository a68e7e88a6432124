"""Citations of what a search finds, and of which version."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from datasette.app import Datasette

from ingest.pages import cited
from tests.empty_archive import empty_archive
from tests.ingest.pages.archives import add_entry, add_feed
from tests.plugins.serving import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Datasette]:
    db = empty_archive(tmp_path / "archive.db")
    add_feed(db)
    for number in (1, 2, 3):
        add_entry(db, number, f"2024-0{number}-01T00:00:00Z", title=f"The tide {number}", text="The tide")
    edit = {"entry": 2, "seen": "2024-02-01T00:00:00Z", "replaced": "2024-07-02T00:00:00Z", "title": "Draft"}
    db.table("revisions").insert({**edit, "text": "x", "html": "", "fingerprint": "", "kind": "edit"})
    db.close()
    yield await serve(tmp_path / "archive.db")


async def get(site: Datasette, address: str) -> str:
    response = await site.client.get(address)
    assert response.status_code == 200, response.text
    return response.text


@pytest.mark.parametrize("ending, each", [("bib", "@online{"), ("ris", "TY  - BLOG")])
async def test_all_that_a_search_finds_is_cited(site: Datasette, ending: str, each: str) -> None:
    assert (await get(site, f"/search.{ending}?q=tide")).count(each) == 3
    assert (await get(site, f"/search.{ending}?q=title:2")).count(each) == 1
    assert (await get(site, f"/search.{ending}?q=nowhere")).count(each) == 0


async def test_csl_json_beside_the_search_as_json(site: Datasette) -> None:
    items = json.loads(await get(site, "/search.csl.json?q=tide&sort=oldest"))
    assert [item["title"] for item in items] == ["The tide 1", "The tide 2", "The tide 3"]
    assert json.loads(await get(site, "/search.csl.json?q=nowhere")) == []
    assert json.loads(await get(site, "/search.json?q=tide"))["total"] == 3


async def test_the_present_version_is_cited(site: Datasette) -> None:
    assert "version = {2, seen 2024-07-02}" in await get(site, "/entry/2.bib")
    assert "http://localhost/entry/2" in await get(site, "/entry/2.ris")
    page = await get(site, "/entry/2")
    assert "version 2, seen 2 July 2024: http://localhost/entry/2 (accessed" in page


async def test_no_more_than_some_are_cited_and_that_is_said(
    site: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cited, "MOST_CITED", 2)
    written = await get(site, "/search.bib?q=tide")
    assert written.endswith("\n% The first 2 of 3 entries\n") and written.count("@online{") == 2


async def test_a_search_leads_to_its_citations(site: Datasette) -> None:
    page = await get(site, "/search?q=tide")
    for ending in ("bib", "ris", "csl.json"):
        assert f'href="/search.{ending}?q=tide"' in page
