"""The owner manages the feeds in the browser; a guest may not."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from datasette.app import Datasette

from ingest.cli.commands import main
from ingest.poll.settings import poll_settings_of_environment
from tests.ingest.documents_written_here import item, rss
from tests.plugins.serving import serve
from tests.server import Reply, Server
from tests.waiting import until_async

ROOT = Path(__file__).parents[2]
ACTIONS = [
    ("GET", "/manage", {}),
    ("POST", "/manage", {"action": "add", "address": "http://127.0.0.1:1/feed"}),
    ("POST", "/manage", {"action": "poll"}),
    ("GET", "/manage/job/abc", {}),
    ("GET", "/manage/job/abc.json", {}),
    ("GET", "/feed/1/modify", {}),
    ("POST", "/feed/1/modify", {"state": "gone"}),
    ("POST", "/feed/1/poll", {}),
    ("GET", "/feed/1/remove", {}),
    ("GET", "/feed/1/merge", {}),
    ("POST", "/feed/1/merge", {"other": "1"}),
    ("POST", "/feed/1/remove", {}),
    ("POST", "/feed/1/pause", {}),
    ("POST", "/feed/1/resume", {}),
    ("GET", "/manage/feeds", {}),
    ("GET", "/manage/opml", {}),
    ("POST", "/manage/opml", {"folder": "x"}),
    *(
        ("POST", "/manage/feeds", {"feed-1": "1", "to": "x", "action": action})
        for action in ("poll", "pause", "resume", "move", "remove", "remove-for-good")
    ),
]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        server.on("/feed", Reply(body=rss(item("1"), url=None)))
        yield server


@pytest.fixture
def archive(tmp_path: Path, server: Server) -> Path:
    path = tmp_path / "archive.db"
    CliRunner().invoke(main, ["add", str(path), "--allow-private", server.url("/feed")])
    server.requests.clear()
    return path


@pytest.fixture
async def site(archive: Path) -> Datasette:
    site = Datasette(
        [str(archive)], plugins_dir=str(ROOT / "plugins"), template_dir=str(ROOT / "templates"), default_deny=False
    ) if not version("datasette").startswith("0.") else Datasette(
        [str(archive)], plugins_dir=str(ROOT / "plugins"), template_dir=str(ROOT / "templates")
    )  # fmt: skip
    if hasattr(site, "root_enabled"):
        site.root_enabled = True
    await site.invoke_startup()
    return site


async def as_owner(site: Datasette, method: str, path: str, **form: str) -> Any:
    """A request as the browser of somebody signed in sends it: with a token from the page before."""
    cookies = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    if method == "GET":
        return await site.client.get(path, cookies=cookies)
    page = await site.client.get("/manage", cookies=cookies)
    if token := page.cookies.get("ds_csrftoken"):
        cookies["ds_csrftoken"] = token
        form["csrftoken"] = token
    return await site.client.post(path, data=form, cookies=cookies)


async def done(site: Datasette, response: Any) -> str:
    """The page of a job when it is finished."""
    assert response.status_code == 302, response.text
    address = response.headers["location"]

    async def finished() -> bool:
        return bool((await as_owner(site, "GET", f"{address}.json")).json()["finished"])

    await until_async(finished)
    return str((await as_owner(site, "GET", address)).text)


def feeds(archive: Path) -> int:
    with closing(sqlite3.connect(archive)) as connection:
        return int(connection.execute("SELECT count(*) FROM feeds").fetchone()[0])


def feed(archive: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(archive)) as connection:
        connection.row_factory = sqlite3.Row
        return dict(connection.execute("SELECT * FROM feeds WHERE id = 1").fetchone())


def list_more(archive: Path, *feeds: tuple[str, str, int]) -> None:
    """Feeds by title, state and how often they failed in a row."""
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.executemany(
            """
            INSERT INTO feeds (url, title, state, failures, last_error, added)
            VALUES ('https://example.com/' || ?1, ?1, ?2, ?3, iif(?3, 'It fails.', NULL), '2024-01-01T00:00:00Z')
            """,
            feeds,
        )


@pytest.mark.parametrize(("method", "path", "form"), ACTIONS)
async def test_a_guest_may_do_none_of_it(
    site: Datasette, archive: Path, server: Server, method: str, path: str, form: dict[str, str]
) -> None:
    before = feed(archive)
    response = await site.client.request(method, path, data=form or None)
    assert response.status_code == 403
    assert (feed(archive), server.requests) == (before, [])


@pytest.mark.skipif(
    not version("datasette").startswith("0."), reason="1.0 judges by where a request comes from"
)
async def test_a_form_without_a_token_is_refused(site: Datasette, archive: Path) -> None:
    cookies = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    response = await site.client.post("/feed/1/modify", data={"state": "gone"}, cookies=cookies)
    assert response.status_code == 403
    assert feed(archive)["state"] == "active"


@pytest.mark.skipif(version("datasette").startswith("0."), reason="0.65 judges by a token")
async def test_a_form_from_another_site_is_refused(site: Datasette, archive: Path) -> None:
    cookies = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    headers = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    response = await site.client.post(
        "/feed/1/modify", data={"state": "gone"}, cookies=cookies, headers=headers
    )
    assert response.status_code == 403
    assert feed(archive)["state"] == "active"


async def test_the_owner_follows_a_feed(site: Datasette, archive: Path, server: Server) -> None:
    server.on("/other", Reply(body=rss(item("2"), url=None, title="Another <blog>")))
    response = await as_owner(
        site, "POST", "/manage", action="add", address=server.url("/other"), allow_private="1"
    )
    page = await done(site, response)
    assert "Followed: Another" in page and "1 new" in page
    assert "<blog>" not in page


async def test_what_cannot_be_followed_is_said(site: Datasette, server: Server) -> None:
    response = await as_owner(
        site, "POST", "/manage", action="add", address=server.url("/none"), allow_private="1"
    )
    page = await done(site, response)
    assert "That did not work." in page and "nothing at its address (404)" in page


async def test_what_is_refused_is_said_in_the_words_of_the_form(site: Datasette, server: Server) -> None:
    response = await as_owner(site, "POST", "/manage", action="add", address=server.url("/feed"))
    page = await done(site, response)
    assert "tick that it is, and follow it again" in page
    assert "--allow-private" not in page


async def test_what_could_not_be_followed_can_be_asked_for_again_without_being_typed_anew(
    site: Datasette, server: Server
) -> None:
    form = {"action": "add", "address": server.url("/none"), "folder": "A & B", "allow_private": "1"}
    page = await done(site, await as_owner(site, "POST", "/manage", **form))
    assert f'name="address" value="{server.url("/none")}"' in page
    assert 'name="folder" value="A &amp; B"' in page and 'name="allow_private" value="1" checked' in page


async def test_a_password_in_an_address_is_not_shown_again(site: Datasette) -> None:
    response = await as_owner(
        site, "POST", "/manage", action="add", address="https://me:s3cret@example.com/feed"
    )
    page = await done(site, response)
    assert "s3cret" not in page and 'value="https://example.com/feed"' in page
    assert "feedsette add ARCHIVE ADDRESS --secret file:PATH" in page


async def test_what_is_added_is_quoted_in_the_heading(site: Datasette) -> None:
    page = await done(site, await as_owner(site, "POST", "/manage", action="add", address="not an address"))
    assert "<h1><bdi>Adding “not an address”</bdi></h1>" in page


async def test_an_address_that_is_missing_is_asked_for_with_the_rest_kept(site: Datasette) -> None:
    page = await as_owner(site, "POST", "/manage", action="add", address=" ", folder="Friends")
    assert page.status_code == 400
    assert "An address is needed." in page.text and 'name="folder" value="Friends"' in page.text


async def test_of_several_feeds_the_owner_chooses_one(site: Datasette, archive: Path, server: Server) -> None:
    for name in ("posts", "comments"):
        server.on(f"/{name}", Reply(body=rss(item(name), url=None, title=f"All <{name}>")))
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/{name}">' for name in ("posts", "comments")
    )
    server.on("/", Reply(body=f"<!doctype html><html><head>{links}</head></html>".encode()))
    form = {"action": "add", "address": server.url("/"), "folder": "Friends", "allow_private": "1"}
    page = await done(site, await as_owner(site, "POST", "/manage", **form))
    assert "It has 2 feeds." in page and "<posts>" not in page
    assert re.findall(r'name="(?:address|folder|allow_private)" value="([^"]*)"', page) == [
        server.url("/posts"), "Friends", "1", server.url("/comments"), "Friends", "1",
    ]  # fmt: skip
    assert feeds(archive) == 1
    await done(site, await as_owner(site, "POST", "/manage", **{**form, "address": server.url("/posts")}))
    assert feeds(archive) == 2


async def test_the_owner_polls_a_feed(site: Datasette, archive: Path, server: Server) -> None:
    server.on("/feed", Reply(body=rss(item("1"), item("2"), url=None)))
    assert "1 new, 0 changed" in await done(site, await as_owner(site, "POST", "/feed/1/poll"))


async def test_polls_in_the_browser_free_what_is_above_the_bound_of_the_server(
    site: Datasette, archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("as it was", "as it became", "as it is"):
        server.on("/feed", Reply(body=rss(item("1", text), url=None) + text.encode()[:0]))
        await done(site, await as_owner(site, "POST", "/feed/1/poll"))
    for comment in (b"<!-- a -->", b"<!-- b -->", b"<!-- c -->"):
        server.on("/feed", Reply(body=rss(item("1", "as it is"), url=None) + comment))
        page = await done(site, await as_owner(site, "POST", "/feed/1/poll"))
    assert "freed" not in page
    monkeypatch.setenv("FEEDSETTE_MAX_DOCUMENTS", "1kB")
    assert "2 documents freed: " in await done(site, await as_owner(site, "POST", "/feed/1/poll"))


async def test_what_a_poll_says_of_a_feed_leads_to_it(site: Datasette, server: Server) -> None:
    server.on("/feed", Reply(500))
    page = await done(site, await as_owner(site, "POST", "/manage", action="poll"))
    assert '<a href="/feed/1">A blog</a>: The server has a fault (500).' in page


async def test_a_feed_that_there_is_not_is_not_polled(site: Datasette) -> None:
    assert (await as_owner(site, "POST", "/feed/99/poll")).status_code == 404


async def test_the_owner_pauses_a_feed_and_resumes_it(site: Datasette, archive: Path) -> None:
    response = await as_owner(site, "POST", "/feed/1/pause")
    assert (response.status_code, response.headers["location"]) == (302, "/manage?of=1")
    assert (feed(archive)["state"], feed(archive)["next_poll"]) == ("paused", None)
    assert "not checked until you resume it" in (await as_owner(site, "GET", "/manage?of=1")).text
    await as_owner(site, "POST", "/feed/1/resume")
    assert feed(archive)["state"] == "active"


@pytest.mark.parametrize("verb", ["poll", "pause", "resume"])
async def test_a_link_changes_nothing(site: Datasette, archive: Path, server: Server, verb: str) -> None:
    before = feed(archive)
    response = await as_owner(site, "GET", f"/feed/1/{verb}")
    assert (response.status_code, response.headers["location"]) == (302, "/feed/1/modify")
    assert (feed(archive), server.requests) == (before, [])


async def test_manage_lists_the_feeds_those_first_that_need_attention(site: Datasette, archive: Path) -> None:
    list_more(archive, ("Asleep", "paused", 0), ("Broken <b>", "active", 3), ("Over", "gone", 0))
    page = (await as_owner(site, "GET", "/manage")).text
    assert re.findall(r"<h3>([^<]+) <", page) == ["Failing", "Gone for good", "Active", "Paused"]
    assert re.findall(r'<li id="feed-(\d+)">', page) == ["3", "4", "1", "2"]
    assert "Broken &lt;b&gt;" in page and "It fails." in page and "failed 3 times in a row" in page
    assert 'href="/feed/3/modify"' in page and 'formaction="/feed/3/pause"' in page
    assert 'formaction="/feed/2/resume"' in page and 'formaction="/feed/2/pause"' not in page


async def test_what_came_from_a_file_alone_is_not_offered_to_be_polled(
    site: Datasette, archive: Path
) -> None:
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute("UPDATE feeds SET url = 'file:///tmp/feed.xml', state = 'paused'")
    page = (await as_owner(site, "GET", "/manage")).text
    assert "imported from a file" in page and "formaction" not in page


async def test_many_feeds_are_listed_page_by_page_and_found_by_name(site: Datasette, archive: Path) -> None:
    list_more(archive, *((f"Feed {number:04}", "active", 0) for number in range(1000)))

    async def listed(query: str) -> list[str]:
        page = (await as_owner(site, "GET", f"/manage{query}")).text
        return re.findall(r'<li id="feed-\d+">\s*<label.*</label>\s*<div>\s*<p><a[^>]*>([^<]*)</a>', page)

    assert len(await listed("")) == 100
    assert (await listed("?page=2"))[0] == "Feed 0099"
    assert await listed("?page=11") == ["Feed 0999"]
    assert await listed("?named=feed+0512") == ["Feed 0512"]
    assert await listed("?page=12") == await listed("?named=nothing") == []
    assert len(await listed("?page=x&of=x")) == 100
    assert "1,001" in (await as_owner(site, "GET", "/manage")).text


async def test_who_pauses_a_feed_stays_on_the_page_of_the_list(site: Datasette) -> None:
    response = await as_owner(site, "POST", "/feed/1/pause", named="a b", page="2")
    assert response.headers["location"] == "/manage?of=1&named=a+b&page=2"


async def test_a_job_that_is_forgotten_is_said_to_be_over(site: Datasette) -> None:
    page = await as_owner(site, "GET", "/manage/job/abc")
    assert page.status_code == 404
    assert "This job is over, and forgotten" in page.text and 'href="/manage"' in page.text
    assert (await as_owner(site, "GET", "/manage/job/abc.json")).status_code == 404


async def test_the_owner_modifies_a_feed_and_a_poll_leaves_that_alone(site: Datasette, archive: Path) -> None:
    form = {"title": "My blog", "folder": "Friends", "state": "paused", "note": "From school."}
    assert (await as_owner(site, "POST", "/feed/1/modify", **form)).status_code == 302
    await done(site, await as_owner(site, "POST", "/feed/1/poll"))
    known = feed(archive)
    assert {name: known[name] for name in form} == form


async def test_a_state_that_there_is_not_is_refused(site: Datasette, archive: Path) -> None:
    response = await as_owner(site, "POST", "/feed/1/modify", state="happy")
    assert response.status_code == 400
    assert feed(archive)["state"] == "active"


async def test_the_owner_moves_a_feed_whose_entries_stay(
    site: Datasette, archive: Path, server: Server
) -> None:
    moved = server.on("/moved", Reply(body=rss(item("1"), item("2"), url=None)))
    form = {"state": "active", "address": moved}
    assert (await as_owner(site, "POST", "/feed/1/modify", **form)).status_code == 302
    assert (feed(archive)["url"], feed(archive)["allow_private"]) == (moved, 1)
    assert "1 new, 0 changed" in await done(site, await as_owner(site, "POST", "/feed/1/poll"))
    assert feeds(archive) == 1


async def test_an_address_that_another_feed_has_is_refused_and_what_was_typed_is_kept(
    site: Datasette, archive: Path
) -> None:
    list_more(archive, ("Other", "active", 0))
    form = {"state": "active", "address": "https://example.com/Other", "title": "Mine & yours"}
    page = await as_owner(site, "POST", "/feed/1/modify", **form)
    assert page.status_code == 400
    assert "Feed 2 has that address already." in page.text and 'href="/feed/2/merge?other=1"' in page.text
    assert 'value="https://example.com/Other"' in page.text and "Mine &amp; yours" in page.text
    assert feed(archive)["own_title"] is None


async def test_an_address_on_ones_own_network_is_asked_about_in_words_of_the_page(
    site: Datasette, archive: Path
) -> None:
    form = {"state": "active", "address": "http://10.9.8.7/feed"}
    page = await as_owner(site, "POST", "/feed/1/modify", **form)
    assert page.status_code == 400 and "a private network, which is refused" in page.text
    assert 'name="allow_private"' in page.text and "--allow" not in page.text
    await as_owner(site, "POST", "/feed/1/modify", **form, allow_private="1")
    assert (feed(archive)["url"], feed(archive)["allow_private"]) == ("http://10.9.8.7/feed", 1)


async def test_errors_of_an_edit_have_no_words_of_commands(site: Datasette) -> None:
    form = {"state": "active", "address": "https://me:s3cret@new.example/feed"}
    page = (await as_owner(site, "POST", "/feed/1/modify", **form)).text
    assert "has a name and password in it" in page and "--secret" not in page


async def test_an_empty_address_is_refused(site: Datasette, archive: Path) -> None:
    page = await as_owner(site, "POST", "/feed/1/modify", state="active", address=" ")
    assert page.status_code == 400 and "A feed needs an address." in page.text


async def test_what_would_be_removed_is_shown_before(site: Datasette, archive: Path) -> None:
    page = (await as_owner(site, "GET", "/feed/1/remove")).text
    assert "1 entry goes from the archive for good." in page
    assert 'action="/feed/1/remove"' in page
    assert feeds(archive) == 1


async def test_the_owner_removes_a_feed(site: Datasette, archive: Path) -> None:
    page = await done(site, await as_owner(site, "POST", "/feed/1/remove"))
    assert "Removed, with 1 entry." in page
    assert feeds(archive) == 0


async def follow_another(site: Datasette, server: Server) -> None:
    """Feed 2, with the entry that feed 1 has and one more."""
    server.on("/other", Reply(body=rss(item("1"), item("2"), url=None, title="Another <blog>")))
    form = {"action": "add", "address": server.url("/other"), "allow_private": "1"}
    await done(site, await as_owner(site, "POST", "/manage", **form))


async def test_what_merging_would_do_is_shown_before(site: Datasette, archive: Path, server: Server) -> None:
    await follow_another(site, server)
    for other in ("2", server.url("/other")):
        page = (await as_owner(site, "GET", f"/feed/1/merge?{urlencode({'other': other})}")).text
        assert "Another &lt;blog&gt;" in page and "comes into this feed with 2 entries" in page
        assert "1 entry that both have, by guid" in page and "1 entry beside them" in page
    assert feeds(archive) == 2


async def test_a_merge_of_feeds_shows_the_entries_that_become_one_the_other_address_and_that_it_stays(
    site: Datasette, server: Server
) -> None:
    await follow_another(site, server)
    page = (await as_owner(site, "GET", "/feed/1/merge?other=2")).text
    assert "Entries that become one" in page and len(re.findall(r"</a>[^<]* here, by guid</li>", page)) == 1
    assert f"<bdi>{server.url('/other')}</bdi>" in page
    assert "No command undoes this" in page


async def test_the_owner_merges_two_feeds(site: Datasette, archive: Path, server: Server) -> None:
    await follow_another(site, server)
    form = {"other": "2", "same": "1", "beside": "1"}
    page = await done(site, await as_owner(site, "POST", "/feed/1/merge", **form))
    assert "Merged: 1 entry that both had, 1 beside them." in page
    assert feeds(archive) == 1


async def test_feeds_that_have_changed_since_they_were_shown_are_not_merged(
    site: Datasette, archive: Path, server: Server
) -> None:
    await follow_another(site, server)
    page = await done(site, await as_owner(site, "POST", "/feed/1/merge", other="2", same="0", beside="2"))
    assert "changed since this was shown" in page
    assert feeds(archive) == 2


@pytest.mark.parametrize("other", ["1", "9", "nothing", "<b>"])
async def test_what_cannot_be_merged_is_said(site: Datasette, other: str) -> None:
    page = await as_owner(site, "GET", f"/feed/1/merge?{urlencode({'other': other})}")
    assert page.status_code == 400
    assert "The archive has no feed" in page.text or "one feed already" in page.text
    assert "<b>" not in page.text


async def test_a_feed_that_there_is_not_is_not_removed(site: Datasette) -> None:
    assert (await as_owner(site, "GET", "/feed/99/remove")).status_code == 404
    assert (await as_owner(site, "POST", "/feed/99/remove")).status_code == 404


async def test_the_owner_reads_the_note_on_the_page_of_the_feed(site: Datasette) -> None:
    await as_owner(site, "POST", "/feed/1/modify", title="", folder="", state="active", note="From school.")
    assert "From school." in (await as_owner(site, "GET", "/feed/1")).text
    assert "From school." not in (await site.client.get("/feed/1")).text
    assert "can read this note" in (await as_owner(site, "GET", "/feed/1/modify")).text


async def test_every_page_leads_in_and_out_and_the_owner_to_what_is_theirs(site: Datasette) -> None:
    for path in ("/", "/feed/1", "/entry/1", "/search"):
        guest, owner = (await site.client.get(path)).text, (await as_owner(site, "GET", path)).text
        assert "/-/logout" not in guest and "/manage" not in guest
        assert 'href="/-/logout"' in owner and 'href="/manage"' in owner


async def test_sign_in_is_offered_only_where_one_can(site: Datasette) -> None:
    for path in ("/", "/feed/1", "/manage", "/archive/feeds"):
        assert ">Sign in<" not in (await site.client.get(path)).text


async def test_who_is_not_allowed_is_told_how_to_sign_in(site: Datasette) -> None:
    page = await site.client.get("/manage")
    assert page.status_code == 403
    assert "Only the owner" in page.text and "serve archive.db --root" in page.text
    assert "serve archive.db --root" in (await site.client.get("/sign-in")).text


async def test_a_closed_archive_says_how_to_sign_in_and_not_what_it_is(archive: Path) -> None:
    closed = await serve(archive, {"title": "Secret papers"}, permissions={"allow": {"id": "*"}})
    for path in ("/", "/feed/1", "/archive/entries", "/search?q=a", "/manage"):
        page = await closed.client.get(path)
        assert page.status_code == 403
        assert "serve archive.db --root" in page.text
        assert "Secret papers" not in page.text
    assert (await closed.client.get("/sign-in")).status_code == 200


@pytest.mark.parametrize("path", ["/feed/1", "/sign-in"])
async def test_a_page_of_a_closed_archive_leads_to_nothing_that_is_closed(archive: Path, path: str) -> None:
    closed = await serve(archive, permissions={"allow": {"id": "*"}})
    page = (await closed.client.get(path)).text
    links = set(re.findall(r'(?:href|action)="(/[^"]*)"', page))
    assert {link for link in links if "/static/" not in link} == {"/favicon.ico"}


async def test_a_page_of_a_job_reloads_at_nobodys_wish_but_the_readers(site: Datasette) -> None:
    response = await as_owner(site, "POST", "/feed/1/poll")
    page = await as_owner(site, "GET", response.headers["location"])
    assert "refresh" not in page.headers
    await done(site, response)


def test_polls_in_the_browser_ask_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDSETTE_TIMEOUT", "7")
    monkeypatch.setenv("FEEDSETTE_MIN_WAIT", "60")
    settings = poll_settings_of_environment()
    assert (settings.limits.total_seconds, settings.bounds.minimum) == (7, 3600)


@pytest.mark.parametrize("what", ["modify", "poll", "pause", "resume"])
async def test_a_feed_that_is_not_there_can_be_neither_modified_nor_paused(
    site: Datasette, what: str
) -> None:
    response = await as_owner(site, "POST", f"/feed/999/{what}", title="x", state="active")
    assert response.status_code == 404 and "There is no such feed" in response.text


async def test_what_the_owner_does_leaves_the_server_its_locks(site: Datasette, archive: Path) -> None:
    """Another process that closes the archive would else remove the write-ahead log that the server goes on using."""
    await site.client.get("/feed/1")
    await as_owner(site, "POST", "/feed/1/pause")
    note = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('UPDATE feeds SET note = 1'); c.commit()"
    subprocess.run([sys.executable, "-c", note, archive], check=True)
    assert archive.with_name("archive.db-wal").exists()
    await as_owner(site, "POST", "/feed/1/resume")
    with closing(sqlite3.connect(archive)) as connection:
        assert connection.execute("SELECT state, note FROM feeds").fetchall() == [("active", "1")]
