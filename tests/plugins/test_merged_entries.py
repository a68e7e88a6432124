"""The page of an entry that was merged into another."""

from contextlib import closing
from pathlib import Path

import pytest

from ingest.archive.file.opening import open_archive
from ingest.archive.identity.merge import merge_entries
from tests.ingest.identity.test_saved_under_other_guids import poll, post
from tests.ingest.values import LATER, NOW
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
