"""The owner's pages, and the pages to sign in, in a real browser."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from ingest.imports.sample_feeds import SAMPLES
from ingest.web.server.serve import password_settings
from tests.browser.conftest import barriers_in_both_schemes, owner_cookie
from tests.ingest.documents_written_here import item, rss
from tests.server import Asked, Reply, Server
from tests.waiting import LONGEST

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

SECRET = "as good as any"
OWNERS = {
    "manage": "/manage",
    "modify": "/feed/1/modify",
    "merge": "/feed/1/merge",
    "remove": "/feed/1/remove",
    "merge-entries": "/entry/1/merge",
    "merge-two-entries": "/entry/1/merge?other=2",
    "split": "/entry/1/split",
    "home": "/",
}
GUESTS = {"forbidden": "/manage", "sign-in": "/sign-in", "login": "/-/login"}
WIDTHS = (360, 1440)


@pytest.fixture(scope="module")
def site(serve: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An archive with a password, of a feed that nobody can poll: the browser tests are without a network."""
    pytest.importorskip("datasette_auth_passwords", reason="datasette-auth-passwords is not installed")
    folder = tmp_path_factory.mktemp("owner")
    (folder / "own.yml").write_text(yaml.safe_dump(password_settings("a good password", folder)))
    options = ["--config", str(folder / "own.yml"), "--root", "--secret", SECRET]
    with serve(SAMPLES / "5-podcast.xml", archive=folder / "archive.db", options=options) as address:
        yield address


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def owner(site: str, page: Any) -> Any:
    page.context.add_cookies([owner_cookie(site, SECRET)])
    return page


@pytest.fixture
def look_at(width_of: Any) -> Callable[[Any, str, str], None]:
    """A page fits its window and has no barrier, in both schemes."""

    def look(page: Any, address: str, name: str) -> None:
        for width in WIDTHS:
            assert width_of(page, address, f"owner-{name}", width) <= width
        assert barriers_in_both_schemes(page) == {"light": [], "dark": []}

    return look


@pytest.mark.parametrize("name", OWNERS)
def test_an_owners_page_is_in_order(site: str, owner: Any, seen: Any, look_at: Any, name: str) -> None:
    look_at(owner, site + OWNERS[name], name)
    assert (seen.errors, seen.elsewhere) == ([], [])


@pytest.mark.parametrize("name", GUESTS)
def test_a_guests_way_in_is_in_order(site: str, page: Any, seen: Any, look_at: Any, name: str) -> None:
    look_at(page, site + GUESTS[name], name)
    # the browser itself notes an answer of 403
    assert [error for error in seen.errors if "403" not in error] == []
    assert seen.elsewhere == []


def test_a_job_shows_how_far_it_is_and_is_in_order(site: str, owner: Any, seen: Any, look_at: Any) -> None:
    owner.goto(f"{site}/manage")
    owner.get_by_label("Address of a feed").fill("http://127.0.0.1:9/feed")
    owner.get_by_role("button", name="Follow").click()
    owner.wait_for_url("**/manage/job/*")
    owner.get_by_text("That did not work.").wait_for()
    look_at(owner, owner.url, "job")
    assert (seen.errors, seen.elsewhere) == ([], [])


def ask_for(owner: Any, site: str, address: str) -> None:
    owner.goto(f"{site}/manage")
    owner.get_by_label("Address of a feed").fill(address)
    owner.get_by_label("on my own network").check()
    owner.get_by_role("button", name="Follow").click()
    owner.wait_for_url("**/manage/job/*")


def test_a_job_that_runs_shows_a_bar(
    site: str, owner: Any, server: Server, seen: Any, screenshot: Any
) -> None:
    seen_running = threading.Event()

    def answer(_: Asked) -> Reply:
        seen_running.wait(LONGEST)
        return Reply(body=rss(item("1"), url=None))

    ask_for(owner, site, server.on("/slow", answer))
    bar = owner.get_by_role("progressbar")
    sync_api.expect(bar).to_be_visible()
    assert bar.bounding_box()["height"] > 5
    screenshot(owner, "owner-job-running")
    seen_running.set()
    owner.get_by_text("Followed: ").wait_for()
    assert bar.count() == 0
    assert seen.errors == []


def test_what_was_refused_is_followed_after_a_tick(site: str, owner: Any, server: Server, seen: Any) -> None:
    address = server.on("/mine", Reply(body=rss(item("mine"), url=None, title="My own"), seconds=0.5))
    owner.goto(f"{site}/manage")
    owner.get_by_label("Address of a feed").fill(address)
    owner.get_by_role("button", name="Follow").click()
    owner.get_by_text("tick that it is").wait_for()
    owner.get_by_label("on my own network").check()
    owner.get_by_role("button", name="Follow").click()
    owner.get_by_text("Followed: My own").wait_for()
    assert owner.get_by_role("button", name="Follow").count() == 0
    assert seen.errors == []


def test_the_owner_pauses_a_feed_and_sees_that_it_is(
    site: str, owner: Any, server: Server, seen: Any, look_at: Any
) -> None:
    ask_for(owner, site, server.on("/tides", Reply(body=rss(item("tide"), url=None, title="All the tides"))))
    owner.get_by_text("Followed: ").wait_for()
    owner.goto(f"{site}/manage")
    owner.get_by_role("button", name="Pause All the tides").click()
    owner.get_by_text("“All the tides” is paused").wait_for()
    look_at(owner, owner.url, "manage-paused")
    owner.get_by_role("button", name="Resume All the tides").click()
    owner.get_by_text("“All the tides” is active").wait_for()
    owner.get_by_role("button", name="Undo").click()
    owner.get_by_text("“All the tides” is paused").wait_for()
    assert seen.errors == []


def test_what_a_poll_says_while_it_is_watched_leads_to_the_feed(
    site: str, owner: Any, server: Server, seen: Any
) -> None:
    ask_for(owner, site, server.on("/ebb", Reply(body=rss(item("ebb"), url=None, title="All the ebbs"))))
    owner.get_by_text("Followed: ").wait_for()
    server.on("/ebb", Reply(500, seconds=1))
    owner.goto(f"{site}/manage")
    owner.get_by_role("button", name="Check now All the ebbs").click()
    owner.get_by_role("listitem").get_by_role("link", name="All the ebbs").click()
    sync_api.expect(owner.get_by_role("heading", level=1)).to_have_text("All the ebbs")
    assert seen.errors == []


def test_a_job_that_is_forgotten_is_in_order(site: str, owner: Any, seen: Any, look_at: Any) -> None:
    look_at(owner, f"{site}/manage/job/abc", "job-over")
    assert [error for error in seen.errors if "404" not in error] == []


def test_of_several_feeds_the_owner_follows_the_one_that_is_chosen(
    site: str, owner: Any, server: Server, seen: Any, look_at: Any
) -> None:
    names = ("posts", "comments")
    for name in names:
        server.on(f"/{name}", Reply(body=rss(item(name), url=None, title=f"All the {name} of a blog")))
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{name}">' for name in names)
    ask_for(
        owner,
        site,
        server.on("/", Reply(body=f"<!doctype html><html><head>{links}</head></html>".encode())),
    )
    owner.get_by_text("It has 2 feeds.").wait_for()
    look_at(owner, owner.url, "job-choices")
    owner.get_by_role("button", name="Follow All the posts").click()
    owner.get_by_text("Followed: All the posts").wait_for()
    owner.get_by_role("link", name="To the feed").click()
    sync_api.expect(owner.get_by_role("heading", level=1)).to_have_text("All the posts of a blog")
    assert seen.errors == []


def test_the_owner_takes_in_a_list_and_pauses_all_of_it(
    site: str, owner: Any, server: Server, seen: Any, look_at: Any
) -> None:
    addresses = [
        server.on(f"/l{n}", Reply(body=rss(item(f"l{n}"), url=None, title=f"List {n}"))) for n in range(3)
    ]
    outlines = "".join(f'<outline text="x" xmlUrl="{address}"/>' for address in addresses)
    document = f'<opml version="2.0"><body><outline text="Lists">{outlines}</outline></body></opml>'
    owner.goto(f"{site}/manage")
    owner.get_by_label("The file that another").set_input_files(
        {"name": "feeds.opml", "mimeType": "text/x-opml", "buffer": document.encode()}
    )
    owner.get_by_label("Allow addresses").check()
    owner.get_by_role("button", name="Import").click()
    owner.get_by_text("The list has 3 feeds, 3 of them new.").wait_for()
    owner.get_by_text("Done.").wait_for()
    owner.goto(f"{site}/manage?folder=Lists")
    owner.get_by_label("all 3 feeds of this list").check()
    owner.get_by_role("button", name="Pause", exact=True).click()
    owner.get_by_text("3 feeds are paused").wait_for()
    look_at(owner, owner.url, "manage-several")
    owner.get_by_label("all 3 feeds of this list").check()
    owner.get_by_role("button", name="Remove …").click()
    owner.get_by_role("button", name="Remove 3 feeds with 3 entries").wait_for()
    look_at(owner, f"{site}/manage?by=folder", "manage-by-folder")
    assert seen.errors == []
