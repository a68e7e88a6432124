"""Where a reader finds that the template of a feed changed, and that its guids are new again and again."""

from contextlib import closing
from pathlib import Path

import pytest

from ingest.archive.file.opening import open_archive
from ingest.base.models import CleanEntry
from tests.ingest.archive.edits.test_saving_templates import FOOTER, PLAIN, capture, poll, posts
from tests.ingest.archive.edits.test_saving_templates import post as post_of
from tests.ingest.identity.test_saved_under_other_guids import poll as poll_posts
from tests.ingest.identity.test_saved_under_other_guids import post
from tests.ingest.values import clean_entry
from tests.plugins.test_document import words
from tests.plugins.test_pages_reading import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_history_of_an_entry_and_the_page_of_its_feed_say_that_its_template_changed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "archive.db"
    with closing(open_archive(path, create=True)) as db:
        poll(db, posts(PLAIN), "2025-02-01T10:00:00Z")
        poll(db, posts(FOOTER), "2025-02-02T10:00:00Z")
    site = await serve(path)
    history = words((await site.client.get("/entry/1/history")).text)
    assert "never seen to change, but for its feed’s template." in history
    assert (
        "The template of its feed changed 2 Feb 2025 : “ Read us. ” came in. That edited no entry." in history
    )
    feed = words((await site.client.get("/feed/1")).text)
    assert "Template changed 2 Feb 2025 in 3 entries: “ Read us. ” came in" in feed


async def history_after(path: Path, *documents: list[CleanEntry]) -> str:
    """The history page of the first entry after these documents, one a day."""
    with closing(open_archive(path, create=True)) as db:
        for day, entries in enumerate(documents, 1):
            capture(db, entries, f"2025-02-0{day}T10:00:00Z")
    site = await serve(path)
    return words((await site.client.get("/entry/1/history")).text)


async def test_a_footer_that_came_went_and_came_again_is_shown_as_taken_out_between(tmp_path: Path) -> None:
    said = await history_after(
        tmp_path / "archive.db", posts(PLAIN), posts(FOOTER), posts(PLAIN), posts(FOOTER)
    )
    assert "white space" not in said and "stayed the same" not in said and "not kept" not in said
    present, first = said.split("First version")
    assert "with its former template: document 3" in present and "last in document 4" in present
    assert "changed 4 Feb 2025 with document 4 : “ Read us. ” came in" in present
    assert "Body 1. Read us." in present  # of which the last words are taken out
    assert "with its former template: document 1" in first and "last in document 2" in first


async def test_an_earlier_version_says_which_document_had_its_template_not_yet(tmp_path: Path) -> None:
    await history_after(tmp_path / "archive.db", posts(PLAIN), posts(FOOTER), posts("Else. {}"))
    site = await serve(tmp_path / "archive.db")
    said = words((await site.client.get("/entry/1/version/1")).text)
    assert "with its former template: document 1" in said and "last in document 2" in said


async def test_a_document_that_has_less_of_the_text_is_named_so(tmp_path: Path) -> None:
    full, nothing = post_of(1, PLAIN), clean_entry("1", text="", html="")
    said = await history_after(tmp_path / "archive.db", [full], [nothing])
    assert "never seen to change, but that its feed gives less of its text now." in said
    assert "with less text, last in document 2" in said
    assert "Since 2 Feb 2025, 10:00 UTC its feed gives less than this text" in said


async def test_the_page_of_an_entry_whose_text_is_empty_now_has_the_text_that_it_had(tmp_path: Path) -> None:
    await history_after(tmp_path / "archive.db", [post_of(1, PLAIN)], [clean_entry("1", text="", html="")])
    site = await serve(tmp_path / "archive.db")
    said = words((await site.client.get("/entry/1")).text)
    assert "Body 1." in said and "gave no text" not in said
    assert "Since 2 Feb 2025, 10:00 UTC its feed gives less than this text" in said


async def test_of_versions_that_are_folded_the_first_document_is_named(tmp_path: Path) -> None:
    dates = [[clean_entry("1", published=f"2025-01-0{day}T00:00:00Z")] for day in (1, 2)]
    said = await history_after(tmp_path / "archive.db", *dates)
    assert "document 1" in said and "last in document 2" in said and "not kept" not in said
    assert "never seen to change in what counts as an edit. Another date" in said


async def test_the_page_of_a_feed_says_that_its_guids_are_new_again_and_again(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(open_archive(path, create=True)) as db:
        for number in range(4):
            poll_posts(db, post(f"random:{number}"), now=f"2025-02-0{number + 1}T10:00:00Z")
    site = await serve(path)
    page = words((await site.client.get("/feed/1")).text)
    assert "Guids new again and again: 1 entry under 3 other guids" in page
