"""The reading pages in a real browser: how they look, what keys do, and that everything works without scripts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

# Entries are numbered as the samples are imported: what stands below and among PAGES is to be these.
TITLES = {
    "/entry/24": "Seven inches",
    "/entry/59": "أسماء النجوم",
    "/entry/62": "The next eighty-four years",
}


@pytest.mark.parametrize("path", TITLES)
def test_an_entry_of_the_samples_has_the_number_that_is_meant(address: str, page: Any, path: str) -> None:
    page.goto(address + path)
    sync_api.expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[path])


def test_an_icon_that_is_gone_leaves_its_place_to_a_letter(serve: Any, page: Any, tmp_path: Path) -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Gulls",
        "icon": "https://gone.example/icon.png",
        "items": [{"id": "1", "content_text": "A gull."}],
    }
    (tmp_path / "feed.json").write_text(json.dumps(feed))
    with serve(tmp_path / "feed.json", archive=tmp_path / "archive.db") as address:
        with page.expect_request("https://gone.example/icon.png"):
            page.goto(f"{address}/feed/1")
        sync_api.expect(page.locator(".tile img")).to_have_count(0)
        assert page.locator(".tile").first.inner_text().strip() == "G"


def weight(page: Any) -> int:
    """Bytes of a page and what it loads, without images."""
    loaded = page.evaluate(
        """["navigation", "resource"].flatMap(type => performance.getEntriesByType(type))
            .map(one => [one.initiatorType, one.encodedBodySize])"""
    )
    assert len(loaded) > 1
    return sum(size for kind, size in loaded if kind != "img")


def test_the_first_page_is_light_and_loads_nothing_from_elsewhere(address: str, page: Any, seen: Any) -> None:
    page.goto(address, wait_until="load")
    assert seen.elsewhere == []
    assert weight(page) < 100_000


def test_the_first_page_is_light_where_there_are_many_feeds_and_years(
    serve: Any, page: Any, tmp_path: Path
) -> None:
    for number in range(30):
        items = [
            {
                "id": f"{month}",
                "url": f"https://feed{number}.example/posts/{month}",
                "title": f"The title of an ordinary entry, number {month}",
                "date_published": f"{2017 + month // 12}-{month % 12 + 1:02}-{number % 28 + 1:02}T10:00:00Z",
                "content_html": f"<p>{'An ordinary sentence with ordinary words in it. ' * 6}</p>",
                "authors": [{"name": "Ann Author"}],
            }
            for month in range(118)
        ]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": f"An ordinary feed, number {number}"}
        feed["icon"] = f"https://feed{number}.example/icon.png"
        (tmp_path / f"{number}.json").write_text(json.dumps({**feed, "items": items}))
    with serve(*tmp_path.glob("*.json"), archive=tmp_path / "archive.db") as address:
        page.goto(address, wait_until="load")
        assert "3,540" in page.locator(".holdings").inner_text()
        assert weight(page) < 100_000


@pytest.mark.parametrize("path", ["/", "/feed/2", "/entry/24", "/search?q=harbour"])
@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_moves_while_a_page_comes_in(address: str, page: Any, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address + path, wait_until="load")
    moved = page.evaluate(
        """() => new Promise(done => {
            let sum = 0;
            new PerformanceObserver(list => { for (const shift of list.getEntries()) sum += shift.value; })
                .observe({type: "layout-shift", buffered: true});
            setTimeout(() => done(sum), 300);
        })"""
    )
    assert moved < 0.1


def test_the_copy_button_puts_the_address_on_the_clipboard(address: str, page: Any) -> None:
    page.goto(f"{address}/feed/2")
    page.get_by_role("button", name="Copy").click()
    sync_api.expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "https://notebook.example.net/feed.atom"


def test_from_home_to_an_entry_to_its_history_and_back_by_mouse(address: str, page: Any) -> None:
    page.goto(address)
    page.locator(".news").get_by_role("link", name="Low Water Notebook").first.click()
    page.get_by_role("link", name="titles only").click()
    page.get_by_role("link", name="Seven inches", exact=True).click()
    page.get_by_role("link", name="earlier version").click()
    sync_api.expect(page.get_by_role("heading", level=1)).to_have_text("History")
    page.get_by_role("link", name="← Seven inches").click()
    page.locator(".masthead .name").click()
    assert page.url == f"{address}/"


def test_from_home_to_an_entry_and_its_neighbours_by_keys_alone(address: str, page: Any) -> None:
    page.goto(address)
    titles = page.locator("a[data-open]").all_text_contents()
    for key in "jjk":
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.textContent") == titles[0]
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/entry/*")
    sync_api.expect(page.get_by_role("heading", level=1)).to_have_text(titles[1])
    with page.expect_navigation():
        page.keyboard.press("p")
    sync_api.expect(page.get_by_role("heading", level=1)).not_to_have_text(titles[1])
    page.keyboard.press("h")
    page.wait_for_url(f"{address}/")


def test_a_slash_leads_to_the_search_box_and_a_question_mark_to_help(address: str, page: Any) -> None:
    page.goto(address)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("j/?")
    assert page.input_value("#q") == "j/?"
    page.keyboard.press("Escape")
    page.locator("main").focus()
    page.keyboard.press("?")
    sync_api.expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    sync_api.expect(page.get_by_role("dialog")).to_be_hidden()


def test_single_keys_can_be_switched_off_and_stay_off(address: str, page: Any) -> None:
    page.goto(address)
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_label("Single keys are shortcuts").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.press("?")
    sync_api.expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_theme_can_be_switched_and_is_remembered(address: str, page: Any) -> None:
    page.goto(address)
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Theme").click(click_count=2, delay=20)
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    page.goto(f"{address}/feed/1")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_times_are_in_the_readers_zone_and_in_utc_without_scripts(
    address: str, page: Any, unscripted: Any
) -> None:
    page.goto(f"{address}/entry/62")
    sync_api.expect(page.locator("article time[data-local]").first).to_have_text("18 Apr 2026, 02:00")
    unscripted.goto(f"{address}/entry/62")
    sync_api.expect(unscripted.locator("article time[data-local]").first).to_have_text(
        "18 Apr 2026, 06:00 UTC"
    )


@pytest.fixture
def unscripted(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_scripts_nothing_is_offered_that_needs_them(address: str, unscripted: Any) -> None:
    unscripted.goto(f"{address}/feed/2")
    sync_api.expect(unscripted.get_by_role("button", name="Copy")).to_be_hidden()
    sync_api.expect(unscripted.get_by_role("button", name="Theme")).to_be_hidden()
    sync_api.expect(unscripted.get_by_role("link", name="Older →")).to_be_visible()


def test_a_footnote_is_shown_in_place_and_put_away_again(address: str, page: Any) -> None:
    page.goto(f"{address}/entry/4")
    link = page.locator(".prose sup a, .prose [role=doc-noteref]").first
    link.click()
    note = page.get_by_role("note")
    sync_api.expect(note).to_be_visible()
    assert note.inner_text().strip()
    link.click()
    sync_api.expect(note).to_be_hidden()


def test_arabic_is_set_from_right_to_left(address: str, page: Any) -> None:
    page.goto(f"{address}/entry/59")
    for selector in ("h1", ".prose"):
        assert page.locator(selector).evaluate("element => getComputedStyle(element).direction") == "rtl"


def test_on_paper_there_is_the_text_and_nothing_around_it(address: str, page: Any) -> None:
    page.goto(f"{address}/entry/24")
    page.emulate_media(media="print")
    sync_api.expect(page.locator(".prose")).to_be_visible()
    for selector in (".masthead", ".actions", ".after", ".colophon"):
        sync_api.expect(page.locator(selector)).to_be_hidden()


@pytest.mark.parametrize("path", TITLES)
def test_on_a_telephone_an_entry_begins_within_the_first_half_of_the_screen(
    address: str, page: Any, path: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address + path)
    begins = page.locator(".prose, .enclosure").first.bounding_box()["y"]
    assert begins <= 844 / 2


def test_source_author_date_and_reading_time_are_one_line(address: str, page: Any) -> None:
    page.goto(f"{address}/entry/24")
    line = page.locator("article > header > .meta").first
    assert line.inner_text().split("\n") == [
        "Low Water Notebook",
        "Ines Valadares",
        "29 Jan 2023",
        "5 min to read",
    ]
    tops = line.locator("> *").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert len(set(tops)) == 1
