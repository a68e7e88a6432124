"""An archive of another release: it is left as it is, and its pages say what to do."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.empty_archive import empty_archive
from tests.ingest.archive.file.test_old_archives import restored
from tests.plugins.serving import serve

PAGES = [
    "/",
    "/feed/1",
    "/entry/1",
    "/entry/1/history",
    "/health",
    "/search?q=the",
    "/tag/1",
    "/author/1",
    "/manage",
]
TABLES = ["/archive", "/archive/entries", "/archive/entries/1", "/archive/feeds"]


def dump(archive: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as db:
        return [line for line in db.iterdump() if "_fts" not in line]


@pytest.mark.parametrize("schema", [5, 11, 16])
async def test_every_page_of_an_older_archive_names_the_command(tmp_path: Path, schema: int) -> None:
    archive = restored(schema, tmp_path / "search.db")
    before = dump(archive)
    site = await serve(archive)
    site.root_enabled = True
    owner = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    for path in [*PAGES, *TABLES]:
        answer = await site.client.get(path, cookies=owner)
        assert answer.status_code in ((200, 503) if path in PAGES else (200,)), path
        assert "<code>feedsette feeds search.db</code>" in answer.text, path
    assert dump(archive) == before


async def test_programs_are_told_so_where_a_page_of_theirs_fails(tmp_path: Path) -> None:
    site = await serve(restored(5, tmp_path / "search.db"))
    answer = await site.client.get("/search.json?q=has:chapters")
    assert answer.status_code == 503
    assert "made by another release" in answer.json()["error"]


async def test_it_is_said_no_more_once_the_command_ran(tmp_path: Path) -> None:
    from ingest.archive.file.opening import read_archive

    archive = restored(13, tmp_path / "search.db")
    site = await serve(archive)
    assert "feedsette feeds search.db" in (await site.client.get("/feed/1")).text
    read_archive(archive).close()
    page = (await site.client.get("/feed/1")).text
    assert "feedsette feeds search.db" not in page


async def test_a_newer_archive_asks_for_another_feedsette(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    empty_archive(archive).close()
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute("INSERT INTO _sqlite_migrations VALUES (999, 'feedsette', 'm999', '2030')")
    page = (await (await serve(archive)).client.get("/")).text
    assert re.search("<code>pip install --upgrade feedsette</code>", page)
