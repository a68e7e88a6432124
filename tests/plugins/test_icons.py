"""The kept icons of feeds, as they are served and shown."""

from pathlib import Path

import pytest
from datasette.app import Datasette

from tests.empty_archive import empty_archive
from tests.ingest.pages.archives import SEEN, add_entry, add_feed
from tests.plugins.serving import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")

PNG = b"\x89PNG\r\n\x1a\n"


async def served(
    folder: Path, type: object = "image/png", data: object = PNG, drop: bool = False
) -> Datasette:
    db = empty_archive(folder / "archive.db")
    add_feed(db, icon_url="https://elsewhere.example/i.png")
    add_entry(db, 1)
    if drop:
        db.execute("DROP TABLE icons")
    else:
        db.table("icons").insert({"feed": 1, "type": type, "bytes": data, "fetched": SEEN})
    db.close()
    return await serve(folder / "archive.db")


async def test_an_icon_is_served_so_that_nothing_runs(tmp_path: Path) -> None:
    answer = await (await served(tmp_path)).client.get("/feed/1/icon")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "image/png", PNG)
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("type", ["image/svg+xml", "text/html", None, 7, b"image/png"])
async def test_what_another_program_wrote_is_served_as_no_other_type(tmp_path: Path, type: object) -> None:
    assert (await (await served(tmp_path, type)).client.get("/feed/1/icon")).status_code == 404


async def test_a_feed_without_one_has_none(tmp_path: Path) -> None:
    site = await served(tmp_path, None, None)
    assert (await site.client.get("/feed/1/icon")).status_code == 404
    assert (await site.client.get("/feed/9/icon")).status_code == 404
    assert 'src="https://elsewhere.example/i.png"' in (await site.client.get("/feed/1")).text


@pytest.mark.parametrize("path", ["/feed/1", "/feeds", "/archive/entries"])
async def test_the_kept_one_is_shown_in_place_of_the_one_elsewhere(tmp_path: Path, path: str) -> None:
    page = (await (await served(tmp_path)).client.get(path)).text
    assert 'src="/feed/1/icon"' in page and "https://elsewhere.example/i.png" not in page


@pytest.mark.parametrize("path", ["/feed/1", "/feeds", "/archive/entries"])
async def test_an_archive_of_before_shows_the_one_elsewhere(tmp_path: Path, path: str) -> None:
    site = await served(tmp_path, drop=True)
    assert 'src="https://elsewhere.example/i.png"' in (await site.client.get(path)).text
    assert (await site.client.get("/feed/1/icon")).status_code == 404
