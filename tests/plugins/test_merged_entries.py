"""The pages of entries and feeds that were merged into others."""

from contextlib import closing
from pathlib import Path

import pytest

from ingest.archive.feed_changes.merge import merge_feeds, plan_feed_merge
from ingest.archive.file.opening import open_archive
from ingest.archive.identity.merge import merge_entries
from ingest.archive.save import save
from tests.ingest.identity.test_saved_under_other_guids import poll, post
from tests.ingest.values import LATER, NOW, clean_feed
from tests.plugins.test_pages_reading import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_number_of_an_entry_that_was_merged_leads_to_the_other(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(open_archive(path, create=True)) as db:
        poll(db, post("a", 1), post("b", 2), now=NOW)
        merge_entries(db, 1, 2, LATER)
    site = await serve(path)
    response = await site.client.get("/entry/2")
    assert (response.status_code, response.headers["location"]) == (302, "/entry/1")
    assert (await site.client.get("/entry/3")).status_code == 404


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/feed/1", "/feed/2"),
        ("/feed/1?view=titles", "/feed/2?view=titles"),
        ("/feed/1/atom", "/feed/2/atom"),
        ("/entry/1", "/entry/2"),
        ("/entry/1/history", "/entry/2/history"),
        ("/entry/1.bib", "/entry/2.bib"),
    ],
)
async def test_the_number_of_a_feed_that_was_merged_leads_to_the_other(
    tmp_path: Path, path: str, place: str
) -> None:
    archive = tmp_path / "archive.db"
    with closing(open_archive(archive, create=True)) as db:
        for number in (1, 2):
            save(db, clean_feed(post("a", 1)), url=f"https://{number}.example/feed", now=NOW)
        merge_feeds(db, plan_feed_merge(db, 2, 1), LATER)
    site = await serve(archive)
    response = await site.client.get(path)
    assert (response.status_code, response.headers["location"]) == (302, place)
