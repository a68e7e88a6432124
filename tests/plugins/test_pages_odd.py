"""What the reading pages make of odd archives and odd addresses: undated, dated in the future, imported from files."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from datasette.app import Datasette
from sqlite_utils import Database

from ingest.schema import migrations
from tests.ingest.pages.archives import SEEN, add_entry, add_feed
from tests.plugins.serving import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")
Fill = Callable[[Database], object]


async def served(folder: Path, fill: Fill) -> tuple[Datasette, Database]:
    db = Database(folder / "odd.db")
    migrations.apply(db)
    with db.conn:
        fill(db)
    return await serve(folder / "odd.db"), db


async def get(site: Datasette, path: str, status: int = 200) -> str:
    response = await site.client.get(path, follow_redirects=True)
    assert response.status_code == status, response.text
    return str(response.text)


def text_of(page: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


async def test_what_nobody_dated_says_when_it_was_first_seen(tmp_path: Path) -> None:
    def fill(db: Database) -> None:
        add_feed(db)
        add_entry(db, 1, SEEN)
        add_entry(db, 2, published="2024-05-17T10:00:00Z")

    site, _ = await served(tmp_path, fill)
    page = await get(site, "/entry/1")
    assert "first seen 1 Jun 2024" in text_of(page)
    assert "published_time" not in page and "datePublished" not in page
    assert "published_time" in await get(site, "/entry/2")
    for path in ("/", "/feed/1", "/feed/1?view=titles"):
        assert text_of(await get(site, path)).count("first seen") == 1
    assert (await get(site, "/feed/1/atom")).count("<published>") == 1
