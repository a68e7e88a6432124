"""The owner makes two entries one in the browser, and two again; a guest may not."""

import re
import sqlite3
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette

from ingest.archive.file.opening import open_archive
from ingest.archive.save import save
from tests.ingest.identity.test_saved_under_other_guids import poll, post
from tests.ingest.values import LATER, LATER_STILL, NOW, clean_feed
from tests.plugins.serving import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Entries 1 and 2 of a feed, of which 1 changed its guid; and 3 of another."""
    path = tmp_path / "archive.db"
    with closing(open_archive(path, create=True)) as db:
        poll(db, post("a1", 1), post("b", 2, title="Two <b>stones</b>"), now=NOW)
        poll(db, post("a2", 1), post("b", 2, title="Two <b>stones</b>"), now=LATER)
        save(db, clean_feed(post("c", 3)), url="https://other.example/feed", now=NOW)
    return path


@pytest.fixture
async def site(archive: Path) -> Datasette:
    return await serve(archive)


async def as_owner(site: Datasette, method: str, path: str, **form: str) -> Any:
    cookies = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    if method == "GET":
        return await site.client.get(path, cookies=cookies)
    page = await site.client.get("/manage", cookies=cookies)
    if token := page.cookies.get("ds_csrftoken"):
        cookies["ds_csrftoken"] = token
        form["csrftoken"] = token
    return await site.client.post(path, data=form, cookies=cookies)


def guids(archive: Path) -> list[str]:
    with closing(sqlite3.connect(archive)) as connection:
        rows = connection.execute("SELECT guid FROM entries WHERE feed = 1 ORDER BY guid").fetchall()
    return [guid for (guid,) in rows]


async def asked(site: Datasette, other: str) -> str:
    return str((await as_owner(site, "GET", f"/entry/2/merge?{urlencode({'other': other})}")).text)


@pytest.mark.parametrize("path", ["/entry/1/merge", "/entry/1/split", "/entry/1/merge?other=2"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_guest_may_do_neither(site: Datasette, archive: Path, method: str, path: str) -> None:
    data = {"other": "2", "alias": "all"} if method == "POST" else None
    assert (await site.client.request(method, path, data=data)).status_code == 403
    assert guids(archive) == ["a1", "b"]


@pytest.mark.skipif(
    not version("datasette").startswith("0."), reason="1.0 judges by where a request comes from"
)
@pytest.mark.parametrize(("path", "form"), [("merge", {"other": "2"}), ("split", {"alias": "all"})])
async def test_a_form_without_a_token_is_refused(
    site: Datasette, archive: Path, path: str, form: dict[str, str]
) -> None:
    cookies = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    assert (await site.client.post(f"/entry/1/{path}", data=form, cookies=cookies)).status_code == 403
    assert guids(archive) == ["a1", "b"]


@pytest.mark.parametrize(
    "other", ["1", " 1 ", "/entry/1", "http://localhost:8001/entry/1", "https://example.org/1"]
)
async def test_both_are_shown_side_by_side_before(site: Datasette, archive: Path, other: str) -> None:
    page = await asked(site, other)
    assert "This entry stays" in page and "Two &lt;b&gt;stones&lt;/b&gt;" in page
    assert "This becomes a part of it" in page and "Post 1" in page and "The words of 1." in page
    assert 'name="other" value="1"' in page and "Nothing is deleted" in page
    assert guids(archive) == ["a1", "b"]


async def test_the_other_is_found_by_its_words(site: Datasette) -> None:
    assert 'href="/entry/2/merge?other=1"' in await asked(site, "words 1")
    assert "This feed has no other entry of that number, address or words." in await asked(
        site, "nothing of that"
    )
    assert "This feed has no other entry" in await asked(site, "2")  # itself
    assert (await as_owner(site, "GET", "/entry/2/merge")).status_code == 200


async def test_an_entry_of_another_feed_is_not_merged_and_what_can_be_is_said(site: Datasette) -> None:
    page = await asked(site, "3")
    assert "Only entries of one feed can be merged" in page and 'href="/feed/1/merge?other=2"' in page
    response = await as_owner(site, "POST", "/entry/2/merge", other="3")
    assert response.status_code == 400 and "Only entries of one feed can be merged" in response.text
    assert "merge-feeds" not in response.text


@pytest.mark.parametrize("other", ["", "x", "99", "2", "9" * 30])
async def test_what_cannot_be_merged_is_said(site: Datasette, archive: Path, other: str) -> None:
    response = await as_owner(site, "POST", "/entry/2/merge", other=other)
    assert response.status_code == 400 and 'role="alert"' in response.text
    assert guids(archive) == ["a1", "b"]


async def test_the_owner_merges_two_entries_and_splits_them(site: Datasette, archive: Path) -> None:
    response = await as_owner(site, "POST", "/entry/2/merge", other="1")
    assert (response.status_code, response.headers["location"]) == (302, "/entry/2")
    assert guids(archive) == ["b"]
    page = (await as_owner(site, "GET", "/entry/1/split")).headers["location"]
    assert page == "/entry/2/split"
    listed = (await as_owner(site, "GET", page)).text
    assert "a1" in listed and "entry 1, merged" in listed and "a2" in listed
    [alias] = re.findall(r'name="alias" value="(\d+)" aria-label="Split a1"', listed)
    response = await as_owner(site, "POST", page, alias=alias)
    assert (response.status_code, response.headers["location"]) == (302, "/entry/2/split?again=1")
    assert guids(archive) == ["a1", "b"]
    again = (await as_owner(site, "GET", response.headers["location"])).text
    assert "This is an entry of its own again" in again and 'href="/entry/1"' in again


async def test_what_a_rule_took_for_one_is_split(site: Datasette, archive: Path) -> None:
    page = (await as_owner(site, "GET", "/entry/1/split")).text
    assert "a2" in page and "known by its address" in page and "Split all" not in page
    assert (await as_owner(site, "POST", "/entry/1/split", alias="all")).status_code == 302
    assert guids(archive) == ["a1", "a2", "b"]
    for alias in ("all", "1", "", "x"):
        response = await as_owner(site, "POST", "/entry/1/split", alias=alias)
        assert response.status_code == 400 and 'role="alert"' in response.text


async def test_what_would_come_out_of_a_split_is_shown_and_asked_for(site: Datasette, archive: Path) -> None:
    with closing(open_archive(archive)) as db:
        poll(
            db,
            post("a3", 1, title="Another <i>post</i>", text="Quite other words."),
            post("b", 2),
            now=LATER_STILL,
        )
    listed = (await as_owner(site, "GET", "/entry/1/split")).text
    assert "Post 1" in listed and "The words of 1." in listed
    assert "Another &lt;i&gt;post&lt;/i&gt;" in listed and "Quite other words." in listed
    [alias] = re.findall(r'name="alias" value="(\d+)" aria-label="Split a3"', listed)
    asked = (await as_owner(site, "GET", f"/entry/1/split?alias={alias}")).text
    assert "This becomes an entry of its own again" in asked and "Quite other words." in asked
    assert "a2" not in asked and f'type="hidden" name="alias" value="{alias}"' in asked
    assert "These become entries" in (await as_owner(site, "GET", "/entry/1/split?alias=all")).text
    assert guids(archive) == ["a1", "b"]
    await as_owner(site, "POST", "/entry/1/split", alias=alias)
    assert guids(archive) == ["a1", "a3", "b"]


async def test_a_split_that_was_done_already_is_not_asked_for(site: Datasette) -> None:
    for alias in ("99", "x", "-1"):
        response = await as_owner(site, "GET", f"/entry/1/split?alias={alias}")
        assert response.status_code == 400 and "That was undone already" in response.text


async def test_the_page_of_an_entry_says_what_else_it_is_known_as_and_leads_the_owner_there(
    site: Datasette,
) -> None:
    owner, guest = (await as_owner(site, "GET", "/entry/1")).text, (await site.client.get("/entry/1")).text
    assert "1 other guid" in guest and "a2" in guest
    assert 'href="/entry/1/split"' in owner and 'href="/entry/1/merge"' in owner
    assert "/split" not in guest and "/merge" not in guest
    assert "other guid" not in (await site.client.get("/entry/2")).text


async def test_entries_that_are_not_there_are_not_found(site: Datasette) -> None:
    for path in ("/entry/99/merge", "/entry/99/split"):
        assert (await as_owner(site, "GET", path)).status_code == 404
        assert (await as_owner(site, "POST", path, other="1")).status_code == 404
