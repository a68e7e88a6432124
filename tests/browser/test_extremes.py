"""The pages with extremely long or large texts and feeds."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.browser.conftest import IS_OLD, barriers

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

ENTRIES = 10_000
WORDS = 100_000
TITLES = {
    "long": "n" * 1000,
    "missing": None,
    "hebrew": "שלום לעולם, וברוכים הבאים",
    "words": "A hundred thousand words",
}
FIRST = datetime(2000, 1, 1, tzinfo=UTC)


def feed(name: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": TITLES["long"] if name == "odd" else name,
        "feed_url": f"https://{name}.example/feed.json",
        "items": items,
    }


def item(number: int, title: str | None, text: str) -> dict[str, Any]:
    moment = FIRST + timedelta(hours=number)
    named = {"title": title} if title else {}
    return {"id": str(number), "date_published": moment.isoformat(), "content_html": text, **named}


def documents() -> dict[str, dict[str, Any]]:
    paragraph = "<p>" + "All of this is but one word after another. " * 10 + "</p>"
    texts = {
        "words": "<h2>The first half</h2>"
        + paragraph * (WORDS // 90 + 1)
        + "<h2>The rest</h2><p>Little.</p><h2>The end</h2><p>It ends.</p>"
    }
    texts["hebrew"] = "<p>זה טקסט שנכתב מימין לשמאל, ויש בו יותר ממילה אחת.</p>"
    odd = [item(n, title, texts.get(kind, "<p>Short.</p>")) for n, (kind, title) in enumerate(TITLES.items())]
    many = [item(number, f"Note {number}", f"<p>Of the hour {number}.</p>") for number in range(ENTRIES)]
    return {"odd": feed("odd", odd), "many": feed("many", many)}


@pytest.fixture(scope="module")
def extremes(serve: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("extremes")
    files = []
    for number, (name, document) in enumerate(documents().items()):
        files.append(folder / f"{number}-{name}.json")
        files[-1].write_text(json.dumps(document), encoding="utf-8")
    with serve(*files, archive=folder / "archive.db") as address:
        yield address


PAGES = {
    "home": "/",
    "long": "/entry/1",
    "missing": "/entry/2",
    "hebrew": "/entry/3",
    "words": "/entry/4",
    "odd-feed": "/feed/1",
    "odd-titles": "/feed/1?view=titles",
    "many": "/feed/2",
    "many-titles": "/feed/2?view=titles",
    "search": "/search?q=short",
    "table": "/archive/entries?feed=1",
}
LOOKED_AT = PAGES if IS_OLD else ["table"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_telephone_and_a_wide_window(
    extremes: str, page: Any, seen: Any, width_of: Any, name: str
) -> None:
    for width in (360, 1440):
        assert width_of(page, extremes + PAGES[name], f"extreme-{name}", width) <= width
    assert seen.errors == []


@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_page_has_no_barrier_of_level_a_or_aa(extremes: str, page: Any, name: str) -> None:
    page.goto(extremes + PAGES[name])
    assert barriers(page) == []


def test_all_words_of_a_long_entry_are_there_to_its_end(extremes: str, page: Any) -> None:
    page.goto(extremes + PAGES["words"])
    assert len(page.locator(".prose").text_content().split()) > WORDS
    page.get_by_role("link", name="The end").first.click()
    sync_api.expect(page.get_by_role("heading", name="The end")).to_be_in_viewport()


def test_the_oldest_of_ten_thousand_entries_is_reached_by_its_year(extremes: str, page: Any) -> None:
    page.goto(f"{extremes}/feed/2?view=titles&period=2000-01")
    while page.locator("a.button[rel=next]").count():
        page.locator("a.button[rel=next]").click()
        page.wait_for_load_state()
    assert page.locator("a[data-open]").last.text_content() == "Note 0"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_an_entry_without_a_title_is_named_by_its_text(extremes: str, page: Any) -> None:
    page.goto(extremes + PAGES["missing"])
    assert page.title() == f"Short. · {TITLES['long']}"
    assert page.get_by_role("heading", level=1).text_content().strip() == "Short."


@pytest.mark.parametrize("path", ["/entry/3", "/feed/1", "/feed/1?view=titles", "/search?q=שלום"])
def test_a_title_from_right_to_left_stands_where_its_text_begins(extremes: str, page: Any, path: str) -> None:
    page.goto(extremes + path)
    heading = page.locator("main :is(h1, h2, h3)").filter(has_text=re.compile("^\\s*שלום לעולם")).last
    style = "element => [getComputedStyle(element).direction, getComputedStyle(element).textAlign]"
    assert heading.evaluate(style) == ["rtl", "start"]


def test_a_text_from_right_to_left_is_set_so(extremes: str, page: Any) -> None:
    page.goto(extremes + PAGES["hebrew"])
    assert page.locator(".prose").evaluate("element => getComputedStyle(element).direction") == "rtl"


@pytest.mark.parametrize("path", ["/entry/1", "/feed/1", "/feed/1?view=titles", "/search?q=short"])
def test_a_title_of_a_thousand_characters_leaves_room_for_what_it_is_of(
    extremes: str, page: Any, path: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(extremes + path)
    heights = page.locator("main :is(h1, h2, h3).long").evaluate_all(
        "all => all.map(one => one.offsetHeight)"
    )
    assert heights and max(heights) < 900
