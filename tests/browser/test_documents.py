"""Documents in a browser: saved and never shown, and what pages say of those that are kept and that are not."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from ingest.imports.sample_feeds import SAMPLES
from tests.browser.conftest import IS_OLD, barriers_in_both_schemes, content_width
from tests.ingest.pages.kept import BODIES, DURING, PRESENT, PRUNED, READING, archive_of_documents

PAGES = {
    "history": (f"/entry/{PRESENT}/history", 200),
    "history-from-before": (f"/entry/{DURING}/history", 200),
    "version-former-reading": (f"/entry/{PRESENT}/version/{READING}", 200),
    "entry": (f"/entry/{DURING}", 200),
    "feed": ("/feed/1", 200),
    "missing": (f"/document/{PRUNED}", 410),
}


@pytest.fixture(scope="module")
def kept(
    serve: Callable[..., AbstractContextManager[str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    archive = archive_of_documents(tmp_path_factory.mktemp("kept") / "archive.db")
    db = Database(archive)
    with db.conn:
        why = "It begins like a feed, but holds none of the elements of one, or stops before them."
        db.execute("UPDATE documents SET error = ? WHERE id = 2", [why])
    db.close()
    with serve(SAMPLES / "4-links.json", archive=archive) as address:
        yield address


@pytest.mark.skipif(not IS_OLD, reason="our pages are the same HTML on either version")
@pytest.mark.parametrize("widths", [(320, 360), (1440,)], ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_its_window_and_has_no_barrier(
    kept: str, page: Any, width_of: Any, name: str, widths: tuple[int, ...]
) -> None:
    assert width_of(page, kept + PAGES[name][0], f"documents-{name}", widths[0]) <= widths[0]
    assert content_width(page, widths[-1]) <= widths[-1]
    assert barriers_in_both_schemes(page) == {"light": [], "dark": []}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_error_and_loads_nothing_from_elsewhere(
    kept: str, page: Any, seen: Any, name: str
) -> None:
    path, status = PAGES[name]
    assert page.goto(kept + path, wait_until="load").status == status
    errors = [error for error in seen.errors if status == 200 or "Failed to load resource" not in error]
    assert (errors, seen.elsewhere) == ([], [])


def test_a_document_that_is_a_page_with_a_script_is_saved_and_not_shown(kept: str, page: Any) -> None:
    page.goto(f"{kept}/entry/{PRESENT}/history")
    with page.expect_download() as saved:
        page.locator("a[href='/document/2']").click()
    assert saved.value.suggested_filename == "ebb-flow-2.txt"
    assert Path(saved.value.path()).read_bytes() == BODIES[2]
    assert page.url == f"{kept}/entry/{PRESENT}/history"
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("width", [390, 1280])
def test_the_table_of_documents_fits_its_window_with_low_rows(
    kept: str, page: Any, screenshot: Any, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{kept}/archive/documents")
    screenshot(page, f"documents-table-{width}")
    table = page.locator(".table-wrapper")
    assert table.evaluate("element => element.scrollWidth <= element.clientWidth")
    rows = page.locator(".rows-and-columns tbody tr")
    assert rows.count() == 4 + 1  # and that of 4-links.json
    assert max(rows.nth(i).bounding_box()["height"] for i in range(rows.count())) < 150


def test_a_digest_is_short_to_the_eye_and_whole_when_it_is_copied(kept: str, page: Any) -> None:
    page.goto(f"{kept}/entry/{DURING}/history")
    digest = page.locator("code.digest").first
    assert digest.bounding_box()["width"] < 150
    digest.click()
    assert page.evaluate("getSelection().toString()") == digest.get_attribute("title")
    assert len(digest.get_attribute("title")) == 64
