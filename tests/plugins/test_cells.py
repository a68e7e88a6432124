import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from sqlite_utils import Database

from tests.plugins.conftest import ROOT
from tests.plugins.serving import IS_OLD, serve


@pytest.fixture
async def reading(archive: Path) -> Datasette:
    site = Datasette([str(archive)], plugins_dir=str(ROOT / "plugins"), template_dir=str(ROOT / "templates"))
    await site.invoke_startup()
    return site


@pytest.mark.parametrize(
    "path", ["/archive/entries?id=1", "/archive?sql=select+id+as+entry,+title+from+entries+where+id=1"]
)
async def test_a_title_leads_to_its_entry(reading: Datasette, path: str) -> None:
    response = await reading.client.get(path, follow_redirects=True)
    assert 'href="/entry/1"' in response.text


async def test_a_title_that_is_no_entry_s_leads_nowhere(reading: Datasette) -> None:
    response = await reading.client.get(
        "/archive?sql=select+'x'+as+entry,+'<b>y'+as+title", follow_redirects=True
    )
    assert "/entry/x" not in response.text
    assert "<b>y" not in response.text


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/archive/feeds", "/feed/1"),
        ("/archive/feeds/2", "/feed/2"),
        ("/archive/tags", "/tag/1"),
        ("/archive/tags/2", "/tag/2"),
        ("/archive/authors/1", "/author/1"),
        ("/archive/entries", "/feed/1"),
        ("/archive/sources", "/archive/entries?source=1&amp;_sort_desc=date"),
        ("/archive/entries/5", "/entry/5"),
        ("/archive/contents/1", "/entry/1"),
        ("/archive/links", "/search?q=host%3Aarxiv.org"),
        ("/archive/polls", "/feed/2"),
        ("/archive/tags_by_use", "/tag/1"),
        ("/archive/tag_pairs", "/tag/2"),
        ("/archive/prolific_authors", "/author/2"),
        ("/archive/newest_entries", "/feed/1"),
        ("/archive/feed_overview", "/feed/3"),
        ("/archive/cited_hosts", "/search?q=host%3Aarxiv.org"),
    ],
)
async def test_what_a_cell_names_leads_to_its_page(
    archive: Path, metadata: dict[str, Any], config: dict[str, Any], path: str, page: str
) -> None:
    site = await serve(archive, metadata, permissions=None if IS_OLD else {"databases": config["databases"]})
    response = await site.client.get(path, follow_redirects=True)
    assert response.status_code == 200
    assert f'href="{page}"' in response.text


async def test_a_feed_and_an_entry_without_a_title_can_be_reached(reading: Datasette) -> None:
    assert '<a href="/feed/3">(no title)</a>' in (await reading.client.get("/archive/feeds")).text
    assert '<a href="/entry/11">(no title)</a>' in (await reading.client.get("/archive/entries?id=11")).text


@pytest.mark.parametrize(("column", "key"), [("title", "entry"), ("feed", "feed_id"), ("tag", "tag_id")])
async def test_a_visitor_s_own_query_prints_no_markup(reading: Datasette, column: str, key: str) -> None:
    query = f"/archive?sql=select+7+as+{key},+'<b>\"y'+as+{column}"
    response = await reading.client.get(query, follow_redirects=True)
    assert '/7">&lt;b&gt;&#34;y</a>' in response.text


async def beside(archive: Path, folder: Path) -> Datasette:
    """The archive, another one, and a database that is none."""
    shutil.copy(archive, folder / "second.db")
    Database(folder / "notes.db").table("notes").insert({"id": 1})
    paths = [str(folder / "notes.db"), str(archive), str(folder / "second.db")]
    site = Datasette(paths, plugins_dir=str(ROOT / "plugins"), template_dir=str(ROOT / "templates"))
    await site.invoke_startup()
    return site


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/archive/entries?_sort=id", "/entry/1"),
        ("/archive/entries/5", "/entry/5"),
        ("/archive/entries", "/tag/1"),
        ("/archive/links", "/search?q=host%3Aarxiv.org"),
        ("/second/entries/5", "/second/entries/5"),
        ("/second/entries", "/second/feeds/1"),
        ("/second/entries", "/second/tags/1"),
    ],
)
async def test_beside_others_a_name_leads_to_its_page_or_in_another_archive_to_its_row(
    archive: Path, tmp_path: Path, path: str, page: str
) -> None:
    site = await beside(archive, tmp_path)
    assert f'href="{page}"' in (await site.client.get(path)).text


@pytest.mark.parametrize("path", ["/second/entries", "/second/links", "/second/tags"])
async def test_nothing_in_another_archive_leads_to_pages_of_the_first(
    archive: Path, tmp_path: Path, path: str
) -> None:
    text = (await (await beside(archive, tmp_path)).client.get(path)).text
    cells = text[text.index("<tbody>") : text.index("</tbody>")]
    assert re.findall(r'href="/(?:entry|feed|tag|author|search)\b[^"]*"', cells) == []


async def test_in_a_database_that_is_no_archive_a_name_leads_nowhere(archive: Path, tmp_path: Path) -> None:
    site = await beside(archive, tmp_path)
    page = await site.client.get("/notes?sql=select+1+as+entry,+'Wren'+as+title", follow_redirects=True)
    assert "Wren" in page.text and "Wren</a>" not in page.text


async def test_the_table_of_entries_has_the_icon_of_the_feed_and_the_tags(
    archive: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copied.db"
    shutil.copy(archive, copy)
    db = Database(copy)
    with db.conn:
        db.execute("UPDATE feeds SET icon_url = 'https://stones.example/\">icon.png' WHERE id = 2")
    site = await serve(copy)
    page = (await site.client.get("/archive/entries?id=4")).text
    assert '<img class="icon" src="https://stones.example/&#34;&gt;icon.png"' in page
    assert '<span class="tags"><a href="/tag/1">Geology</a> <a href="/tag/2">Water</a></span>' in page
    assert 'class="icon"' not in (await site.client.get("/archive/entries?id=3")).text


async def test_tags_are_kept_from_who_may_not_see_their_table(archive: Path) -> None:
    closed = {"databases": {"archive": {"tables": {"entry_tags": {"allow": False}}}}}
    site = await serve(archive, permissions=closed)
    page = await site.client.get("/archive/entries?id=4")
    assert page.status_code == 200
    assert 'class="tags"' not in page.text


async def test_the_table_of_entries_shows_the_columns_for_reading_unless_others_are_asked_for(
    reading: Datasette,
) -> None:
    assert 'class="col-guid' not in (await reading.client.get("/archive/entries")).text
    for path in ("/archive/entries?_col=guid", "/archive/entries?_columns=all", "/archive/entries/1"):
        assert 'class="col-guid' in (await reading.client.get(path)).text
    assert "guid" in (await reading.client.get("/archive/entries.json?_shape=array")).json()[0]


@pytest.mark.parametrize(
    ("path", "column", "link"),
    [
        ("/archive/entries/1", "feed", '<a href="/feed/2">The Harbour Cast</a>'),
        ("/archive/entry_tags/2,1", "tag", '<a href="/tag/1">Geology</a>'),
    ],
)
async def test_on_the_page_of_a_row_what_it_belongs_to_has_its_name(
    archive: Path, metadata: dict[str, Any], path: str, column: str, link: str
) -> None:
    site = await serve(archive, metadata)
    page = (await site.client.get(path)).text
    assert link in page.split(f'<th scope="row">{column}</th>')[1].split("</tr>")[0]


async def test_names_are_kept_from_who_may_not_see_their_table(archive: Path) -> None:
    closed = {"databases": {"archive": {"tables": {"feeds": {"allow": False}}}}}
    page = await (await serve(archive, permissions=closed)).client.get("/archive/entries/1")
    assert page.status_code == 200
    assert "Harbour Cast" not in page.text


async def test_an_empty_cell_of_a_query_is_empty(reading: Datasette) -> None:
    page = await reading.client.get("/archive?sql=select+null+as+blank", follow_redirects=True)
    assert '<td class="col-blank is-title"></td>' in page.text
