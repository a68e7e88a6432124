"""Accessibility, status and console of every page of the sample archive, at each width, in both colour schemes."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.conftest import IS_OLD, Window, barriers_in_both_schemes

PAGES = {
    "home": "/",
    "on-this-day": "/on-this-day?day=05-17",
    "feed": "/feed/2",
    "feed-titles": "/feed/4?view=titles",
    "entry": "/entry/24",
    "entry-short": "/entry/48",
    "entry-arabic": "/entry/59",
    "entry-audio": "/entry/62",
    "history": "/entry/24/history",
    "version": "/entry/24/version/1",
    "author": "/author/1",
    "tag": "/tag/1",
    "entries": "/entries",
    "feeds": "/feeds",
    "tags": "/tags",
    "authors": "/authors",
    "queries": "/queries",
    "search": "/search",
    "search-found": "/search?q=the",
    "search-narrowed": "/search?q=the+after:2020+has:math",
    "search-compared": "/search?q=the+vs+of+vs+reading",
    "search-nothing": "/search?q=zzzzqq+lang:xx+the",
    "search-odd": "/search?q=colour:red+%22unbalanced+" + "long" * 200,
    "datasette-entries": "/sample/entries",
    "datasette-entries-faceted": "/sample/entries?_facet_many=hosts&_facet_time=year",
    "datasette-entries-nothing": "/sample/entries?_tag=nothing",
    "datasette-feeds": "/sample/feeds",
    "datasette-feeds-at-a-glance": "/sample/feed_overview",
    "datasette-contents": "/sample/contents",
    "datasette-edited": "/sample/edited_entries",
    "datasette-database": "/sample",
    "datasette-query": "/sample/tags_by_use",
    "datasette-documents": "/sample/documents",
    "datasette-documents-of-a-feed": "/sample/documents_of_feed?feed=2",
    "datasette-document": "/sample/documents/1",
    "datasette-row": "/sample/entries/23",
    "datasette-feed-row": "/sample/feeds/2",
    "datasette-sql": "/sample?sql=select+title+from+entries",
    "health": "/health",
    "missing-entry": "/entry/999999",
    "missing-page": "/no-such-page",
    "closed": "/manage",
}
ANSWERS = {"missing-entry": 404, "missing-page": 404, "closed": 403}
LOOKED_AT = [name for name in PAGES if IS_OLD or name.startswith("datasette-")]
PHONE, DESK = 320, 1440


@dataclass(frozen=True)
class Opened:
    name: str
    window: Window
    status: int


# A page is loaded on either once, for all that is seen of it there: scripts fold what a telephone has no room for.
@pytest.fixture(scope="module", params=LOOKED_AT)
def phone(request: Any, address: str, window: Window) -> Opened:
    name = request.param
    return Opened(name, window, window.open(address + PAGES[name], PHONE))


@pytest.fixture(scope="module", params=PAGES)
def desk(request: Any, address: str, window: Window) -> Opened:
    name = request.param
    return Opened(name, window, window.open(address + PAGES[name], DESK))


def test_a_page_fits_a_telephone(phone: Opened, screenshot: Any) -> None:
    assert phone.window.content_width(PHONE) <= PHONE
    screenshot(phone.window.page, f"{phone.name}-{PHONE}")
    assert phone.window.content_width(360) <= 360


def test_a_page_has_no_barrier_of_level_a_or_aa_on_a_telephone(phone: Opened) -> None:
    phone.window.content_width(360)
    assert barriers_in_both_schemes(phone.window.page) == {"light": [], "dark": []}


def test_a_page_has_no_error_and_loads_nothing_but_pictures_from_elsewhere(desk: Opened) -> None:
    assert desk.status == ANSWERS.get(desk.name, 200)
    errors, elsewhere = desk.window.seen.errors, desk.window.seen.elsewhere
    if desk.name in ANSWERS:  # which the browser itself notes
        errors = [error for error in errors if "Failed to load resource" not in error]
    if not desk.name.startswith("search"):  # where there are no pictures
        errors = [error for error in errors if "ERR_NAME_NOT_RESOLVED" not in error]
        elsewhere = [request for request in elsewhere if not request.startswith("image ")]
    assert (errors, elsewhere) == ([], [])


@pytest.mark.parametrize("desk", LOOKED_AT, indirect=True)
def test_a_page_fits_a_wide_window(desk: Opened, screenshot: Any) -> None:
    assert desk.window.content_width(DESK) <= DESK
    screenshot(desk.window.page, f"{desk.name}-{DESK}")


@pytest.mark.parametrize("desk", LOOKED_AT, indirect=True)
def test_a_page_has_no_barrier_of_level_a_or_aa_in_a_wide_window(desk: Opened) -> None:
    assert barriers_in_both_schemes(desk.window.page) == {"light": [], "dark": []}
