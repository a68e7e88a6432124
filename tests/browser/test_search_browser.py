"""The search page in a real browser: suggestions, facets on a phone and beside the results, keys, no scripts."""

from typing import Any

import pytest

from tests.browser.conftest import barriers

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

FOUND = "/search?q=the"


def test_on_a_phone_results_come_first_and_facets_are_folded_away(address: str, page: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(address + FOUND)
    assert not page.locator(".filters .side").is_visible()
    assert page.locator(".hits li").first.is_visible()
    assert page.locator(".hits li").first.bounding_box()["y"] < 500
    page.locator(".filters > summary").click()
    assert page.locator(".filters .bars a").first.is_visible()


def test_on_a_wide_screen_facets_stand_beside_the_results(address: str, page: Any) -> None:
    page.goto(address + FOUND)
    facets, first = page.locator(".filters .side").bounding_box(), page.locator(".hits").bounding_box()
    assert facets["x"] + facets["width"] < first["x"]
    assert facets["height"] > 100
    assert not page.locator(".filters > summary").is_visible()


def test_a_facet_narrows_the_search_and_widens_it_again(address: str, page: Any) -> None:
    page.goto(address + FOUND)
    before = page.locator(".listhead .meta").inner_text()
    page.locator("#by-year ~ .bars a").last.click()
    assert "after:" in page.locator("#q").input_value()
    assert page.locator(".listhead .meta").inner_text() != before
    page.locator("#by-year ~ .bars a[aria-current]").click()
    assert page.locator("#q").input_value() == "the"
    assert page.locator(".listhead .meta").inner_text() == before


def test_operators_and_names_are_suggested_as_one_types(address: str, page: Any) -> None:
    page.goto(address + "/search")
    page.locator("#q").press_sequentially("au")
    option = page.get_by_role("option").first
    option.wait_for()
    assert page.locator("#q").get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert option.get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    assert page.locator("#q").input_value() == "author:"
    name = page.get_by_role("option").first
    name.wait_for()
    name.click()
    assert page.locator("#q").input_value().startswith("author:")
    assert len(page.locator("#q").input_value()) > len("author:")
    assert not page.locator("#suggestions").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=author*")
    assert page.locator(".hits li").count() > 0


def test_escape_closes_the_suggestions_and_keeps_what_was_typed(address: str, page: Any) -> None:
    page.goto(address + "/search")
    page.locator("#q").press_sequentially("ha")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Escape")
    assert not page.locator("#suggestions").is_visible()
    assert page.locator("#q").input_value() == "ha"


def test_suggestions_have_no_barrier(address: str, page: Any) -> None:
    page.goto(address + "/search")
    page.locator("#q").press_sequentially("tag:")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert barriers(page) == []


def test_from_the_box_to_an_entry_by_keyboard_alone(address: str, page: Any) -> None:
    page.goto(address + "/search")
    page.keyboard.press("/")
    page.keyboard.type("the")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=the*")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/entry/*")


def test_queries_are_compared_from_the_form(address: str, page: Any) -> None:
    page.goto(address + FOUND)
    page.locator(".over-time summary").first.click()
    page.get_by_label("Compare with").fill("reading")
    page.get_by_role("button", name="Compare").click()
    assert page.locator("#q").input_value() == "the vs reading"
    assert page.locator(".lines polyline").first.is_visible()


def test_without_scripts_everything_can_be_searched_and_narrowed(address: str, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(address + "/search")
    page.locator("#q").fill("the")
    page.locator("#q").press("Enter")
    page.locator(".filters > summary").click()
    page.locator(".filters .bars a").first.click()
    assert page.locator(".hits li").count() > 0
    context.close()
