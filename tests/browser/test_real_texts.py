"""Real posts, as a reader sees them: LessWrong's feed as it is, and three books' worth of its posts in full."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import barriers

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

LESSWRONG = Path(__file__).parents[3] / "shared" / "feeds" / "lesswrong"
YEARS = ("2018", "2019", "2020")
pytestmark = pytest.mark.skipif(not LESSWRONG.is_dir(), reason="LessWrong's feeds are not here")


@dataclass(frozen=True)
class Book:
    year: str
    address: str
    archive: Path
    document: int

    def with_text(self, markup: str) -> str | None:
        """The page of the first entry in whose text there is some markup."""
        sql = "SELECT min(entry) FROM contents JOIN entry_documents USING (entry) WHERE document = ? AND instr(html, ?)"
        with closing(sqlite3.connect(self.archive)) as db:
            (number,) = db.execute(sql, [self.document, markup]).fetchone()
        return number and f"{self.address}/entry/{number}"


@pytest.fixture(scope="module")
def posts(serve: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    archive = tmp_path_factory.mktemp("posts") / "archive.db"
    with serve(LESSWRONG / "feed-2025-01-30.xml", archive=archive) as address:
        yield address


@pytest.fixture(scope="module")
def books(serve: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    archive = tmp_path_factory.mktemp("books") / "archive.db"
    documents = [LESSWRONG / f"lesswrong-bestof-{year}.reconstructed.rss" for year in YEARS]
    with serve(*documents, archive=archive) as address:
        yield address, archive


@pytest.fixture(scope="module", params=YEARS)
def book(request: Any, books: tuple[str, Path]) -> Book:
    return Book(request.param, *books, document=YEARS.index(request.param) + 1)


def marks(item: Any) -> str:
    """What stands before the item of a list."""
    return str(item.evaluate("item => getComputedStyle(item).listStyleType"))


def test_the_feeds_page_has_the_six_posts_in_full(posts: str, page: Any) -> None:
    page.goto(f"{posts}/feed/1?view=full")
    assert page.locator("a[data-open]").count() == 6
    for wanted, least in (("h2, h3, h4", 10), ("ul li", 12), ("blockquote", 4)):
        assert page.locator(".prose").locator(wanted).count() >= least, wanted


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("path", ["/feed/1", *(f"/entry/{number}" for number in range(1, 7))])
def test_a_post_fits_its_window(posts: str, page: Any, width_of: Any, path: str, width: int) -> None:
    assert width_of(page, posts + path, "real" + path.replace("/", "-"), width) <= width


@pytest.mark.parametrize("number", range(1, 7))
def test_a_post_is_set_as_prose(posts: str, page: Any, number: int) -> None:
    page.goto(f"{posts}/entry/{number}")
    assert page.locator(".prose > p, .prose > div > p").count() > 1
    for name in ("a", "ul", "blockquote", "h2"):
        for element in page.locator(f".prose {name}:visible").all()[:5]:
            box = element.bounding_box()
            assert box["width"] > 0 and box["height"] > 0
    assert barriers(page) == []


def test_the_items_of_a_list_are_marked(posts: str, page: Any) -> None:
    page.goto(f"{posts}/entry/1")
    items = page.locator(".prose ul > li")
    assert marks(items.first) == "disc"


def test_a_list_within_a_list_is_indented(book: Book, page: Any) -> None:
    path = book.with_text("<li><ul>")
    assert path
    page.goto(path)
    inner = page.locator(".prose li li").first
    outer = inner.locator("xpath=ancestor::li[1]")
    assert inner.bounding_box()["x"] > outer.bounding_box()["x"]
    assert marks(outer) == "none"  # it has no words of its own


def test_an_item_with_words_and_a_list_keeps_its_mark(book: Book, page: Any) -> None:
    path = book.with_text(".<ul><li")
    if path is None:
        pytest.skip("this book has no such item")
    page.goto(path)
    worded = page.locator("xpath=//*[@class='prose']//li[ul][normalize-space(text())!='']").first
    assert marks(worded) == "disc"


def test_formulas_are_formulas_that_take_room(book: Book, page: Any, width_of: Any) -> None:
    path = book.with_text("<math")
    assert path
    page.goto(path)
    formulas = page.locator(".prose math")
    assert formulas.count() > 0
    assert min(formulas.evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")) > 0
    assert formulas.first.evaluate("one => one.namespaceURI") == "http://www.w3.org/1998/Math/MathML"
    for width in (360, 1440):
        assert width_of(page, path, f"real-formulas-{book.year}", width) <= width
    assert barriers(page) == []


def test_a_footnote_leads_to_its_text_and_is_shown_in_place(book: Book, page: Any) -> None:
    path = book.with_text("fnref")
    if path is None:
        pytest.skip("this book has no footnotes")
    page.goto(path)
    link = page.locator(".prose sup a[href^='#']").first
    assert page.evaluate("id => !!document.getElementById(id)", link.get_attribute("href").split("#")[1])
    link.click()
    note = page.get_by_role("note")
    sync_api.expect(note).to_be_visible()
    assert note.inner_text().strip()
