"""Accessibility, status and console of every page of the sample archive, at each width, in both colour schemes."""

from typing import Any

import pytest

from tests.browser.conftest import IS_OLD, barriers_in_both_schemes

PAGES = {
    "home": "/",
    "feed": "/feed/2",
    "feed-titles": "/feed/4?view=titles",
    "entry": "/entry/24",
    "entry-short": "/entry/48",
    "entry-arabic": "/entry/59",
    "entry-audio": "/entry/62",
    "history": "/entry/24/history",
    "version": "/entry/24/version/2",
    "author": "/author/1",
    "tag": "/tag/1",
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
WIDTHS = ((320, 360), (1440,))  # each loaded once
LOOKED_AT = [name for name in PAGES if IS_OLD or name.startswith("datasette-")]


@pytest.mark.parametrize("widths", WIDTHS, ids=str)
@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_page_fits_its_window_and_has_no_barrier_of_level_a_or_aa(
    address: str, page: Any, width_of: Any, name: str, widths: tuple[int, ...]
) -> None:
    assert width_of(page, address + PAGES[name], name, widths[0]) <= widths[0]
    for width in widths[1:]:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers_in_both_schemes(page) == {"light": [], "dark": []}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_error_and_loads_nothing_but_pictures_from_elsewhere(
    address: str, page: Any, seen: Any, name: str
) -> None:
    response = page.goto(address + PAGES[name], wait_until="load")
    assert response.status == ANSWERS.get(name, 200)
    if name in ANSWERS:  # which the browser itself notes
        seen.errors = [error for error in seen.errors if "Failed to load resource" not in error]
    if not name.startswith("search"):  # where there are no pictures
        seen.errors = [error for error in seen.errors if "ERR_NAME_NOT_RESOLVED" not in error]
        seen.elsewhere = [request for request in seen.elsewhere if not request.startswith("image ")]
    assert (seen.errors, seen.elsewhere) == ([], [])
