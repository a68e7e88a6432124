"""Values of any type, as other programs may write into an archive: no page of ours fails (500)."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from shutil import copyfile

import pytest
from sqlite_utils import Database

from ingest.web import cache
from tests.plugins.serving import serve
from tests.plugins.test_interrupted import PATHS

pytestmark = pytest.mark.asyncio(loop_scope="session")

ODD = {
    "empty": "",
    "a word": "word",
    "markup": "<b>&",
    "no calendar's date": "2024-99-99T99:99:99Z",
    "a year of five digits": "12024-01-01T00:00:00Z",
    "JSON": "[1, {}]",
    "a negative number": -1,
    "a fraction": 0.5,
    "a large number": 2**62,
    "infinite": float("inf"),
    "bytes": b"\xff\x00",
    "a NUL": "a\0b",
    "nothing": None,
}
# What joins the tables: pages would find nothing without.
KEYS = {"id", "entry", "feed", "author", "tag", "revision"}
COLUMNS = [
    (table, column)
    for table, columns in {
        "feeds": "url title own_title site_url description icon_url language format folder added last_polled"
        " next_poll failures last_error schedule note failing_since",
        "entries": "title author date url excerpt words language published posted updated first_seen last_seen"
        " removed comments_url image_url guid external_url license duration season episode comments latitude"
        " longitude published_text",
        "contents": "html text summary summary_text",
        "revisions": "seen replaced title url author html text other",
        "authors": "name",
        "tags": "name",
        "links": "url host text",
        "enclosures": "url type length",
        "media": "kind url type length start duration width height title description credit language",
        "sources": "title url",
        "entry_credits": "role",
        "extra": "json left_out",
        "polls": "at status bytes ms new changed error",
        "documents": "at sha256 bytes content_type url final_url own_url name reader error file offset length",
    }.items()
    for column in columns.split()
]


def spoil(path: Path, value: object, columns: list[tuple[str, str]]) -> None:
    db = Database(path)
    db.execute("PRAGMA synchronous = OFF")
    for table, column in columns:
        unique = " WHERE id = 1" if (table, column) in UNIQUE else ""
        with suppress(sqlite3.IntegrityError, sqlite3.OperationalError), db.conn:
            db.execute(f"UPDATE {table} SET {column} = ?{unique}", [value])  # noqa: S608 - of constants
    db.close()


UNIQUE = {("feeds", "url"), ("authors", "name"), ("tags", "name"), ("entries", "guid")}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
async def test_no_page_fails_on_odd_values(archive: Path, tmp_path: Path, value: object) -> None:
    cache._caches.clear()
    copyfile(archive, tmp_path / "archive.db")
    spoil(tmp_path / "archive.db", value, COLUMNS)
    site = await serve(tmp_path / "archive.db")
    cookies = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    failed = []
    for path in PATHS:
        answer = await site.client.get(path, cookies=cookies)
        told = answer.status_code == 503 and "could not be read" in answer.text  # a sum beyond all numbers
        if not told and answer.status_code not in (200, 302, 404, 410):
            failed.append(f"{answer.status_code} {path}")
    assert failed == []
