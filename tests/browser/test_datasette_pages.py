"""Datasette's own pages with our cells, facets and styles, in a real browser."""

from typing import Any

import pytest


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_the_rows_come_first_and_facets_are_folded_away(
    address: str, chromium: Any, scripts: bool
) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=scripts, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{address}/sample/entries")
    within = 740 if scripts else 740 * 1.5  # of the filters, which a script folds
    assert page.locator(".rows-and-columns tbody tr").first.bounding_box()["y"] < within
    assert page.locator("form.filters").is_visible() is not scripts
    assert not page.locator(".facet-results").is_visible()
    page.locator(".facets-fold > summary").click()
    assert page.locator(".facet-results a").first.is_visible()
    context.close()


def test_on_a_wide_screen_facets_are_there_at_once(address: str, page: Any) -> None:
    page.goto(f"{address}/sample/entries")
    assert page.locator(".facet-results a").first.is_visible()
    assert not page.locator(".facets-fold > summary").is_visible()


def test_on_a_wide_screen_the_rows_begin_on_the_first_screen_beside_the_facets(
    address: str, page: Any
) -> None:
    page.goto(f"{address}/sample/entries")
    row, facets = (
        page.locator(one).first.bounding_box() for one in (".rows-and-columns tbody tr", ".facet-results")
    )
    assert row["y"] < 900 - 200
    assert facets["x"] + facets["width"] <= row["x"]


def test_what_the_columns_mean_is_folded_away_until_asked_for(address: str, page: Any) -> None:
    page.goto(f"{address}/sample/entries")
    assert not page.get_by_text("Number of the entry", exact=True).is_visible()
    page.get_by_text("What the columns mean").click()
    assert page.get_by_text("Number of the entry", exact=True).is_visible()


def test_names_and_numbers_stay_a_table_on_a_phone(address: str, page: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}/sample/tags_by_use")
    cells = page.locator(".rows-and-columns tbody tr").first.locator("td:visible")
    assert cells.count() == 3  # not the number of the tag, for which the name is a link
    assert len({cell.bounding_box()["y"] for cell in cells.all()}) == 1


def test_from_the_table_of_entries_to_a_tag_and_an_entry_by_mouse(address: str, page: Any) -> None:
    page.goto(address)
    page.get_by_role("navigation").get_by_role("link", name="Entries", exact=True).first.click()
    page.locator("#facet-tags a[data-facet-value]").first.click()
    page.locator("td.col-title > a").first.click()
    page.wait_for_url("**/entry/*")


@pytest.mark.parametrize(("label", "page_of"), [("Feeds", "feed"), ("Tags", "tag"), ("Authors", "author")])
def test_the_ways_of_every_page_lead_on_to_pages_of_ours(
    address: str, page: Any, label: str, page_of: str
) -> None:
    page.goto(address)
    page.get_by_role("navigation").get_by_role("link", name=label, exact=True).first.click()
    page.locator(f".rows-and-columns td a[href^='/{page_of}/']").first.click()
    page.wait_for_url(f"**/{page_of}/*")


def test_the_first_key_leads_past_the_header(address: str, page: Any) -> None:
    page.goto(f"{address}/sample/entries")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focus = page.locator(":focus")
    assert focus.evaluate("element => element.closest('[role=main]') !== null")


def test_the_archive_is_searched_from_a_table(address: str, page: Any) -> None:
    page.goto(f"{address}/sample/entries")
    page.get_by_role("searchbox", name="Search the archive").fill("the")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=the")


def _by_mouse(page: Any, link: Any) -> None:
    link.click()


def _by_keyboard(page: Any, link: Any) -> None:
    """Tab until the link has the focus, as a reader does."""
    wanted = link.element_handle()
    for _ in range(200):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
    pytest.fail("The link cannot be reached by keyboard.")


@pytest.mark.parametrize("follow", [_by_mouse, _by_keyboard])
def test_from_home_to_a_search_to_a_facet_to_an_entry_to_its_history_and_back(
    address: str, page: Any, follow: Any
) -> None:
    page.goto(address)
    page.keyboard.press("/") if follow is _by_keyboard else page.locator("#q").click()
    page.keyboard.type("is:edited")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=is*")
    follow(page, page.locator(".filters .bars a").first)
    page.wait_for_load_state()
    assert page.locator("#q").input_value() != "is:edited"
    found = page.url
    follow(page, page.locator(".hits li a[data-open]").first)
    page.wait_for_url("**/entry/*")
    entry = page.url
    follow(page, page.get_by_role("link", name="earlier version").first)
    page.wait_for_url("**/history")
    follow(page, page.get_by_role("link", name="← "))
    page.wait_for_url(entry)
    page.go_back()
    page.go_back()
    page.go_back()
    page.wait_for_url(found)


def test_the_theme_that_was_chosen_holds_on_datasettes_pages_too(address: str, page: Any) -> None:
    turned = "getComputedStyle(document.documentElement).filter != 'none'"
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/sample/entries")
    assert page.evaluate(turned)
    page.goto(address)
    page.get_by_role("button", name="Theme").click()
    page.goto(f"{address}/sample/entries")
    assert not page.evaluate(turned)
    page.emulate_media(color_scheme="light")
    page.goto(address)
    page.get_by_role("button", name="Theme: light").click()
    page.goto(f"{address}/sample/entries")
    assert page.evaluate(turned)
