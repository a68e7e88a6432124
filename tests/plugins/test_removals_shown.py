"""Where a reader finds that an entry was removed from its feed, and came back."""

from contextlib import closing
from pathlib import Path

import pytest

from ingest.archive.file.opening import open_archive
from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.clean.extra import MOST_OF_A_FEED, stored_extra
from tests.ingest.values import clean_entry, clean_feed
from tests.plugins.test_document import words
from tests.plugins.test_pages_reading import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")

DELETED = {
    "at:deleted-entry": {
        "@ref": "2",
        "@when": "2025-02-01T10:30:00Z",
        "#": [{"at:comment": "<Lawyers> wrote."}],
    }
}


async def history_after(path: Path, *documents: tuple[int, ...]) -> str:
    """The history page of entry 2 after these documents, one an hour; those without it say that it was deleted."""
    with closing(open_archive(path, create=True)) as db:
        for hour, days in enumerate(documents, 10):
            entries = [clean_entry(str(day), published=f"2025-01-{day:02}T00:00:00Z") for day in days]
            extra = stored_extra([] if 2 in days else [DELETED], MOST_OF_A_FEED)
            now = f"2025-02-01T{hour}:00:00Z"
            save(
                db, clean_feed(*entries, extra=extra), url="https://example.org/feed", now=now, poll=Poll(200)
            )
        [(number,)] = db.execute("SELECT id FROM entries WHERE guid = '2'").fetchall()
    site = await serve(path)
    return (
        words((await site.client.get(f"/entry/{number}/history")).text)
        .replace("&lt;", "<")
        .replace("&gt;", ">")
    )


async def test_the_history_of_an_entry_says_that_it_was_deleted_and_why(tmp_path: Path) -> None:
    said = await history_after(tmp_path / "archive.db", (3, 2, 1), (3, 1))
    assert "Its feed says that this entry was deleted, as was found on 1 Feb 2025, 11:00 UTC" in said
    assert "with the comment “ <Lawyers> wrote. ”" in said


async def test_the_history_of_an_entry_says_that_it_came_back(tmp_path: Path) -> None:
    said = await history_after(tmp_path / "archive.db", (3, 2, 1), (3, 1), (3, 2, 1))
    assert "was found on 1 Feb 2025, 11:00 UTC , and was there again on 1 Feb 2025, 12:00 UTC" in said
