"""What home shows on the first screen, and its chart by mouse and by keys."""

from typing import Any
from urllib.request import urlopen

import pytest

from tests.browser.conftest import IS_OLD

pytestmark = pytest.mark.skipif(not IS_OLD, reason="the same HTML on either version")
MOST_BYTES = 60_000
ENTRIES = ".news [data-item]"


def bottoms(page: Any) -> list[float]:
    found: list[float] = page.eval_on_selector_all(
        ENTRIES, "items => items.map(item => item.getBoundingClientRect().bottom)"
    )
    return found


@pytest.mark.parametrize(("width", "height", "entries"), [(390, 844, 1), (1280, 800, 3)])
def test_what_is_new_is_on_the_first_screen(
    address: str, page: Any, width: int, height: int, entries: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    assert bottoms(page)[entries - 1] <= height


def test_home_is_small(address: str) -> None:
    with urlopen(address, timeout=30) as response:
        assert len(response.read()) < MOST_BYTES


def test_a_bar_says_its_number_where_it_has_the_focus_and_leads_to_its_entries(
    address: str, page: Any
) -> None:
    page.goto(address)
    bars = page.locator("[data-bars] a")
    last = bars.last
    last.focus()
    page.keyboard.press("ArrowLeft")
    focused = page.locator("[data-bars] a:focus")
    label = focused.locator("title").text_content()
    assert label != last.locator("title").text_content()
    assert focused.locator("text").evaluate("text => getComputedStyle(text).visibility") == "visible"
    assert last.locator("text").evaluate("text => getComputedStyle(text).visibility") == "hidden"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    number = label.rpartition(": ")[2]
    assert page.locator(".listhead .meta span").first.text_content().startswith(f"{number} ")


def test_the_bars_are_one_stop_of_the_tabulator_key(address: str, page: Any) -> None:
    page.goto(address)
    assert page.locator("[data-bars] a").count() > 2
    assert page.locator("[data-bars] a:not([tabindex='-1'])").count() == 1
    page.locator("[data-bars] a").last.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    assert page.locator("[data-bars] a:focus").count() == 0
    assert page.locator("[data-bars] a:not([tabindex='-1'])").count() == 1


def test_the_line_in_the_middle_stands_as_high_as_its_number(address: str, page: Any) -> None:
    page.goto(address)
    over, drawn = page.locator(".strip .over").bounding_box(), page.locator(".strip .drawn").bounding_box()
    assert abs(over["y"] - drawn["y"]) < 2 and abs(over["height"] - drawn["height"]) < 3
