"""Where a reader finds that the template of a feed changed, and that its guids are new again and again."""

from contextlib import closing
from pathlib import Path

import pytest

from ingest.archive.file.opening import open_archive
from tests.ingest.archive.edits.test_saving_templates import FOOTER, PLAIN, poll, posts
from tests.ingest.identity.test_saved_under_other_guids import poll as poll_posts
from tests.ingest.identity.test_saved_under_other_guids import post
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


async def test_the_page_of_a_feed_says_that_its_guids_are_new_again_and_again(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(open_archive(path, create=True)) as db:
        for number in range(4):
            poll_posts(db, post(f"random:{number}"), now=f"2025-02-0{number + 1}T10:00:00Z")
    site = await serve(path)
    page = words((await site.client.get("/feed/1")).text)
    assert "Guids new again and again: 1 entry under 3 other guids" in page
