"""A user journey: from home to a search, a facet, an entry, its history and back, by mouse and by keys alone."""

from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

TITLE = "Seven inches"
MOST_TABS = 150


def on(page: Any, heading: str) -> None:
    sync_api.expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def tab_to(page: Any, link: Any) -> None:
    """Press Tab until a link has the focus, and follow it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    else:
        pytest.fail("no key leads there")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def facet(page: Any) -> Any:
    return page.locator("#by-feed ~ .bars a", has_text="Low Water Notebook")


def test_by_mouse(address: str, page: Any) -> None:
    page.goto(address)
    page.locator("input[name=q]").first.fill("inches")
    page.get_by_role("button", name="Search").first.click()
    facet(page).click()
    page.locator(".hits").get_by_role("link", name=TITLE, exact=True).click()
    on(page, TITLE)
    page.get_by_role("link", name="earlier version").click()
    on(page, "History")
    page.get_by_role("link", name=f"← {TITLE}").click()
    on(page, TITLE)
    page.locator(".masthead .name").click()
    assert page.url == f"{address}/"


def test_by_keys_alone(address: str, page: Any) -> None:
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("inches")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=inches*")
    tab_to(page, facet(page))
    tab_to(page, page.locator(".hits").get_by_role("link", name=TITLE, exact=True))
    on(page, TITLE)
    tab_to(page, page.get_by_role("link", name="earlier version"))
    on(page, "History")
    tab_to(page, page.get_by_role("link", name=f"← {TITLE}"))
    on(page, TITLE)
    page.keyboard.press("h")
    page.wait_for_url(f"{address}/")
