"""The lists of the navigation in a real browser: filtered as one types, on a telephone, without scripts."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from ingest.archive.file.opening import open_archive
from tests.browser.conftest import Seen, barriers_in_both_schemes

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

SAMPLE = Path(__file__).parents[2] / "ingest" / "imports" / "samples" / "2-blog-2026-03.atom"
AT = "2024-01-01T00:00:00Z"
NAMES = ("News", "News/Science", 'Say "tide"', "🎉 party", "أخبار", None)
Serve = Callable[..., AbstractContextManager[str]]


def write_feeds(path: Path, number: int) -> None:
    """An archive of so many feeds in folders, with three entries each, and a tag and an author for each entry."""
    numbers = range(1, number + 1)
    with open_archive(path, create=True) as db, db.atomic():
        db.table("feeds").insert_all(
            {
                "id": n,
                "url": f"https://{n}.example/feed",
                "title": f"Feed {n:03} of those that have a title of some length",
                "folder": NAMES[n % len(NAMES)],
                "state": "active" if n % 3 else "paused",
                "failures": int(n % 7 == 0),
                "added": AT,
            }
            for n in numbers
        )
        entry = {"first_seen": AT, "last_seen": AT, "fingerprint": "", "words": 3}
        db.table("entries").insert_all(
            {
                **entry,
                "id": 3 * n + i,
                "feed": n,
                "guid": str(i),
                "title": f"Entry {n}.{i}",
                "date": f"2024-0{i + 1}-05",
            }
            for n in numbers
            for i in range(3)
        )
        for kind in ("tag", "author"):
            db.table(f"{kind}s").insert_all({"id": n, "name": f"name {n}"} for n in numbers)
            db.table(f"entry_{kind}s").insert_all({"entry": 3 * n, kind: n} for n in numbers)


@pytest.fixture(scope="module")
def many(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """500 feeds."""
    archive = tmp_path_factory.mktemp("many") / "feeds.db"
    write_feeds(archive, 499)
    with serve(SAMPLE, archive=archive) as address:
        yield address


def test_feeds_are_filtered_as_one_types(many: str, page: Any, seen: Seen) -> None:
    page.goto(f"{many}/feeds")
    rows = page.locator(".feed-rows li")
    assert rows.count() == 500
    page.locator("#filter").press_sequentially("feed 49")
    sync_api.expect(rows).to_have_count(10)
    assert page.url.endswith("/feeds?q=feed+49")
    assert page.locator("#filter").input_value() == "feed 49"
    sync_api.expect(page.locator("[data-status]")).to_contain_text("10 feeds with “feed 49”")
    with page.expect_navigation():
        page.locator(".sorts a", has_text="Entries").click()
    assert "q=feed+49" in page.url and rows.count() == 10
    page.locator("#filter").fill("")
    sync_api.expect(rows).to_have_count(500)
    assert "q=" not in page.url and seen.errors == []


@pytest.mark.parametrize("path", ["tags", "authors"])
def test_what_is_on_other_pages_is_found_as_one_types(many: str, page: Any, path: str) -> None:
    page.goto(f"{many}/{path}?page=3")
    page.locator("#filter").press_sequentially("name 42")
    sync_api.expect(page.locator(".name-rows li")).to_have_count(11)
    page.keyboard.press("Enter")
    sync_api.expect(page.locator(".name-rows li")).to_have_count(11)
    assert page.url.endswith(f"/{path}?q=name+42")


def test_without_scripts_a_button_filters(many: str, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{many}/feeds?sort=entries")
    page.locator("#filter").fill("feed 49")
    page.get_by_role("button", name="Filter").click()
    assert page.locator(".feed-rows li").count() == 10
    assert "sort=entries" in page.url
    context.close()


def test_the_rows_are_reached_by_keys(many: str, page: Any) -> None:
    page.goto(f"{many}/feeds")
    for key in "jjo":
        page.keyboard.press(key)
    page.wait_for_url("**/feed/*")


def test_forty_feeds_fit_a_telephone(serve: Serve, tmp_path: Path, page: Any) -> None:
    write_feeds(tmp_path / "forty.db", 39)
    with serve(SAMPLE, archive=tmp_path / "forty.db") as address:
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{address}/feeds")
        assert page.locator(".feed-rows li").count() == 40
        height = page.evaluate("document.documentElement.scrollHeight")
        assert height < 4000
        page.set_viewport_size({"width": 360, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("folder", [name for name in NAMES if name])
def test_a_folder_of_any_name_is_reached_from_the_feeds(many: str, page: Any, folder: str) -> None:
    page.goto(f"{many}/feeds")
    page.locator("h2.folder a").get_by_text(folder, exact=True).click()
    assert page.locator("h1").inner_text() == folder
    assert page.locator(".entries li").count() == 50
    with page.expect_response(lambda response: "/atom" in response.url) as answer:
        page.evaluate("fetch(document.querySelector('link[type=\"application/atom+xml\"]').href)")
    assert answer.value.status == 200


@pytest.mark.parametrize("path", ["feeds", "folder/News", "tags", "entries"])
@pytest.mark.parametrize("width", [360, 1440])
def test_a_list_has_no_barrier_and_fits(many: str, page: Any, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{many}/{path}{'?q=feed+49' if path == 'feeds' else ''}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers_in_both_schemes(page) == {"light": [], "dark": []}
