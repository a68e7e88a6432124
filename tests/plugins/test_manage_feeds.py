"""The owner manages many feeds in the browser: lists (OPML), several at once, by folder; a guest may not."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from ingest.follow import opml
from ingest.web.owner import opml as owner_opml
from ingest.web.plugin.registering import PLUGIN_FILES
from tests.ingest.documents_written_here import item, rss
from tests.plugins.test_owner import archive as archive  # fixtures
from tests.plugins.test_owner import as_owner, done, list_more
from tests.plugins.test_owner import server as server
from tests.plugins.test_owner import site as site
from tests.server import Reply, Server

OWNERS_FILES = ("manage", "manage_feeds", "manage_entries")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def rows(archive: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as connection:
        return connection.execute(sql).fetchall()


def states(archive: Path) -> list[str]:
    return [state for (state,) in rows(archive, "SELECT state FROM feeds ORDER BY id")]


async def upload(site: Datasette, document: bytes | None, **form: str) -> Any:
    cookies = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    page = await site.client.get("/manage", cookies=cookies)
    if token := page.cookies.get("ds_csrftoken"):
        cookies["ds_csrftoken"] = token
        form = {"csrftoken": token, **form}
    files = {"opml": ("feeds.opml", document or b"", "text/x-opml")}
    return await site.client.post("/manage/opml", data=form, files=files, cookies=cookies)


def opml_of(*outlines: str) -> bytes:
    return f"<opml version='2.0'><body>{''.join(outlines)}</body></opml>".encode()


def outline(url: str, title: str = "") -> str:
    return f"<outline type='rss' text='{title or url}' xmlUrl='{url}'/>"


def owners_addresses() -> list[str]:
    patterns = [pattern for name in OWNERS_FILES for pattern, _ in PLUGIN_FILES[name].register_routes()]
    filled = [re.sub(r"\(\?P<verb>(\w+)\|\w+\)", r"\1", pattern) for pattern in patterns]
    return [re.sub(r"\(\?P<\w+>[^)]*\)", "1", pattern).strip("^$").replace("\\.", ".") for pattern in filled]


@pytest.mark.parametrize("method", METHODS)
async def test_a_guest_is_refused_at_every_address_of_the_owner_s_by_every_method(
    site: Datasette, archive: Path, server: Server, method: str
) -> None:
    form = {
        "feed-1": "1",
        "action": "remove-for-good",
        "all": "1",
        "other": "1",
        "state": "gone",
        "alias": "all",
    }
    addresses = owners_addresses()
    assert {"/manage", "/manage/feeds", "/manage/opml", "/feed/1/remove", "/entry/1/split"} <= set(addresses)
    before = rows(archive, "SELECT * FROM feeds")
    for address in addresses:
        answer = await site.client.request(method, address, data=form if method == "POST" else None)
        assert answer.status_code == 403, address
    assert (rows(archive, "SELECT * FROM feeds"), server.requests) == (before, [])


async def test_a_guest_s_list_is_refused(site: Datasette, archive: Path) -> None:
    files = {"opml": ("feeds.opml", opml_of(outline("https://a.example/feed")), "text/x-opml")}
    assert (await site.client.post("/manage/opml", files=files)).status_code == 403
    assert len(states(archive)) == 1


@pytest.mark.parametrize("token", ["", "another"])
async def test_a_list_from_another_site_is_refused(site: Datasette, archive: Path, token: str) -> None:
    cookies = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    page = await site.client.get("/manage", cookies=cookies)
    if known := page.cookies.get("ds_csrftoken"):
        cookies["ds_csrftoken"] = known
    answer = await site.client.post(
        "/manage/opml",
        data={"csrftoken": token},
        files={"opml": ("feeds.opml", opml_of(outline("https://a.example/feed")), "text/x-opml")},
        cookies=cookies,
        headers={"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    )
    assert answer.status_code == 403 and len(states(archive)) == 1


async def test_the_owner_imports_forty_feeds_and_moves_merges_removes_and_pauses_some(
    site: Datasette, archive: Path, server: Server
) -> None:
    for number in range(40):
        server.on(f"/{number}", Reply(body=rss(item(f"{number}"), url=None)))
    folder = "".join(outline(server.url(f"/{number}"), f"Feed {number}") for number in range(30, 40))
    listed = [outline(server.url(f"/{number}"), f"Feed {number}") for number in range(30)]
    document = opml_of(*listed, f"<outline text='News'>{folder}</outline>")
    page = await done(site, await upload(site, document, allow_private="1"))
    assert "The list has 40 feeds, 40 of them new." in page
    assert len(rows(archive, "SELECT id FROM entries")) == 41

    server.on("/moved", Reply(body=rss(item("new"), url=None)))
    edit = {
        "address": server.url("/moved"),
        "allow_private": "1",
        "state": "active",
        "title": "",
        "folder": "",
    }
    assert (await as_owner(site, "POST", "/feed/2/modify", **edit)).status_code == 302
    await done(site, await as_owner(site, "POST", "/feed/2/poll"))
    assert rows(archive, "SELECT count(*) FROM entries WHERE feed = 2") == [(2,)]

    await done(site, await as_owner(site, "POST", "/feed/3/merge", other="4", same="0", beside="1"))
    assert rows(archive, "SELECT count(*) FROM entries WHERE feed = 3") == [(2,)]
    await done(site, await as_owner(site, "POST", "/feed/5/remove"))

    answer = await as_owner(site, "POST", "/manage/feeds", folder="News", all="1", action="pause")
    assert answer.status_code == 302
    assert rows(archive, "SELECT folder, count(*) FROM feeds WHERE state = 'paused'") == [("News", 10)]
    assert rows(archive, "SELECT count(*) FROM feeds") == [(39,)]
    said = (await as_owner(site, "GET", answer.headers["location"])).text
    assert "10 feeds are paused" in said and "Undo" in said


async def test_a_list_is_put_into_a_folder_where_one_is_named(site: Datasette, archive: Path) -> None:
    await done(site, await upload(site, opml_of(outline("http://127.0.0.1:1/a")), folder="Later"))
    assert rows(archive, "SELECT folder FROM feeds WHERE id = 2") == [("Later",)]


async def test_what_went_wrong_with_many_feeds_alike_is_said_once(
    site: Datasette, archive: Path, server: Server
) -> None:
    outlines = [outline(server.url(f"/none{number}")) for number in range(40)]
    page = await done(site, await upload(site, opml_of(*outlines), allow_private="1"))
    assert page.count("The server has no document") + page.count("404") < 4
    assert "40 feeds</summary>" in page
    managed = (await as_owner(site, "GET", "/manage")).text
    assert managed.count("(404)") == 1 and "(40 feeds)" in managed


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (None, "Choose a file first"),
        (b"<rss/>", "feeds.opml: It is not a list of feeds (OPML)"),
        (b"<!DOCTYPE o [<!ENTITY a 'a'>]><opml><body/></opml>", "It declares entities"),
        (b"<opml><body/></opml>", "no outline in it has an xmlUrl"),
    ],
)
async def test_what_is_no_list_is_refused_with_a_reason(
    site: Datasette, archive: Path, document: bytes | None, said: str
) -> None:
    answer = await upload(site, document)
    assert answer.status_code == 400 and said in answer.text.replace("&#39;", "'")
    assert len(states(archive)) == 1


async def test_a_list_that_is_too_large_is_refused(
    site: Datasette, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PLUGIN_FILES["manage_feeds"], "LARGEST_OPML", 1000)
    answer = await upload(site, b" " * 200_000)
    assert answer.status_code == 400 and "larger than 1,000 bytes" in answer.text


def test_the_bound_is_that_of_the_command() -> None:
    assert owner_opml.LARGEST_OPML is opml.LARGEST_OPML


async def test_a_password_in_a_list_is_left_out_and_neither_shown_nor_in_words_of_the_command(
    site: Datasette, archive: Path
) -> None:
    page = await done(site, await upload(site, opml_of(outline("http://me:hush@127.0.0.1:1/a"))))
    assert "Its password in the list was left out." in page
    assert "hush" not in page and "--secret" not in page
    assert rows(archive, "SELECT url FROM feeds WHERE id = 2") == [("http://127.0.0.1:1/a",)]


async def test_feeds_that_are_ticked_are_paused_and_resumed_together(site: Datasette, archive: Path) -> None:
    list_more(archive, ("A", "active", 0), ("B", "active", 0), ("C", "paused", 0))
    ticked = {"feed-2": "1", "feed-4": "1"}
    answer = await as_owner(site, "POST", "/manage/feeds", **ticked, action="pause")
    assert states(archive) == ["active", "paused", "active", "paused"]
    assert answer.headers["location"] == "/manage?of=2&changed=1"  # the other one was so already
    await as_owner(site, "POST", "/manage/feeds", **ticked, action="resume")
    assert states(archive) == ["active"] * 4


async def test_feeds_are_moved_to_a_folder_together_and_out_of_it(site: Datasette, archive: Path) -> None:
    list_more(archive, ("A", "active", 0), ("B", "active", 0))
    ticked = {"feed-2": "1", "feed-3": "1"}
    answer = await as_owner(site, "POST", "/manage/feeds", **ticked, action="move", to=" “Ü”/<b> ")
    assert rows(archive, "SELECT folder FROM feeds") == [(None,), ("“Ü”/<b>",), ("“Ü”/<b>",)]
    assert (
        "2 feeds are in the folder “<bdi>“Ü”/&lt;b&gt;</bdi>” now."
        in (await as_owner(site, "GET", answer.headers["location"])).text
    )
    await as_owner(site, "POST", "/manage/feeds", **ticked, action="move", to="")
    assert rows(archive, "SELECT DISTINCT folder FROM feeds") == [(None,)]


async def test_the_feeds_that_are_ticked_alone_are_checked(
    site: Datasette, archive: Path, server: Server
) -> None:
    list_more(archive, ("A", "active", 0))
    await done(site, await as_owner(site, "POST", "/manage/feeds", **{"feed-1": "1"}, action="poll"))
    assert [asked.path for asked in server.requests] == ["/feed"]


async def test_feeds_are_removed_together_after_the_number_of_entries_was_named(
    site: Datasette, archive: Path
) -> None:
    list_more(archive, ("A <b>", "active", 0), ("B", "active", 0))
    ticked = {"feed-1": "1", "feed-2": "1"}
    asked = await as_owner(site, "POST", "/manage/feeds", **ticked, action="remove")
    assert asked.status_code == 200 and len(states(archive)) == 3
    assert "Remove 2 feeds?" in asked.text and "Remove 2 feeds with 1 entry</button>" in asked.text
    assert "A &lt;b&gt;" in asked.text
    page = await done(site, await as_owner(site, "POST", "/manage/feeds", **ticked, action="remove-for-good"))
    assert "Removed A blog, with 1 entry." in page
    assert rows(archive, "SELECT id FROM feeds") == [(3,)] and rows(archive, "SELECT * FROM entries") == []


@pytest.mark.parametrize("form", [{"action": "pause"}, {"action": "nothing", "feed-1": "1"}, {"feed-x": "1"}])
async def test_a_form_that_says_nothing_changes_nothing(
    site: Datasette, archive: Path, form: dict[str, str]
) -> None:
    answer = await as_owner(site, "POST", "/manage/feeds", **form)
    assert answer.status_code == 400 and states(archive) == ["active"]


async def test_feeds_that_there_are_not_are_passed_over(site: Datasette, archive: Path) -> None:
    for action in ("pause", "move", "remove"):
        answer = await as_owner(site, "POST", "/manage/feeds", **{"feed-99": "1"}, action=action)
        assert answer.status_code in (200, 302)
    assert states(archive) == ["active"]


async def test_the_list_is_of_a_folder_and_those_in_it_or_by_folder(site: Datasette, archive: Path) -> None:
    list_more(archive, ("A", "active", 0), ("B", "active", 0), ("C", "active", 0))
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute(
            "UPDATE feeds SET folder = CASE id WHEN 2 THEN 'News' WHEN 3 THEN 'News/Science' END"
        )

    async def listed(query: str) -> list[str]:
        return re.findall(r'<li id="feed-(\d+)">', (await as_owner(site, "GET", f"/manage{query}")).text)

    assert await listed("?folder=News") == ["2", "3"]
    assert await listed("?folder=News/Science") == ["3"]
    assert sorted(await listed("?folder=+")) == ["1", "4"]
    assert await listed("?folder=&named=com/C") == ["4"]
    page = (await as_owner(site, "GET", "/manage?by=folder")).text
    assert re.findall(r"<h3><a[^>]*>([^<]+)</a>", page) == ["News", "News/Science", "In no folder"]


async def test_the_list_leads_to_what_is_done_to_one_feed_and_takes_the_list_along(site: Datasette) -> None:
    page = (await as_owner(site, "GET", "/manage")).text
    for address in ("/feed/1/modify", "/feed/1/merge", "/feed/1/remove", "/feeds.opml"):
        assert f'href="{address}"' in page


async def test_links_to_what_forms_do_lead_to_the_list(site: Datasette) -> None:
    for address in ("/manage/feeds", "/manage/opml"):
        answer = await as_owner(site, "GET", address)
        assert (answer.status_code, answer.headers["location"]) == (302, "/manage")
