"""Archives of each landed schema, made by the code of that time, are migrated with nothing lost."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.file.migrations import migrations
from ingest.archive.file.opening import open_archive
from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.clean.feed import clean
from ingest.parse.document import parse
from ingest.search.hits import search
from tests.fixtures.archives.make import NEVER, ROOT, path_of
from tests.fixtures.archives.saved import DOCUMENTS, SAVED

SCHEMAS = [schema for schema in range(1, len(migrations._migrations) + 1) if schema not in NEVER]
Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class Old:
    schema: int
    rows: Mapping[str, Rows]  # of each table, before this release opened the archive
    columns: Mapping[str, list[str]]
    db: Database  # as it is now


def restored(schema: int, path: Path) -> Path:
    assert path_of(schema).exists(), "run: python -m tests.fixtures.archives.make"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(path_of(schema).read_text(encoding="utf-8"))
    return path


@pytest.fixture(scope="module", params=SCHEMAS)
def old(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Old]:
    path = restored(request.param, tmp_path_factory.mktemp("old") / "archive.db")
    with closing(sqlite3.connect(path)) as db:
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '*_fts*'"
        tables = [name for (name,) in db.execute(names)]
        info = "SELECT name FROM pragma_table_xinfo(?)"
        columns = {table: [name for (name,) in db.execute(info, [table])] for table in tables}
        rows = {table: rows_of(db, table, columns[table]) for table in tables}
    with open_archive(path) as now:
        yield Old(request.param, rows, columns, now)


def rows_of(db: sqlite3.Connection, table: str, columns: list[str]) -> Rows:
    names = ", ".join(f'"{column}"' for column in columns)
    return db.execute(f"SELECT {names} FROM {table} ORDER BY 1, 2").fetchall()  # noqa: S608


def test_every_value_is_still_there(old: Old) -> None:
    for table, rows in old.rows.items():
        now = rows_of(old.db.conn, table, old.columns[table])
        if table == "entries" and old.schema < 15:  # m015: only a dated entry has a year
            columns = old.columns[table]
            rows = [
                without_year(row, columns) if row[columns.index("id")] == UNDATED else row for row in rows
            ]
        if table == "hubs" and old.schema < 10:  # m010: they are asked anew
            assert rows and not now
        elif table == "entries" and old.schema < 9:  # m009
            assert any("reader:sesame@" in str(row) for row in rows)
            guid = old.columns[table].index("guid")
            assert now == [
                (*row[:guid], str(row[guid]).replace("reader:sesame@", ""), *row[guid + 1 :]) for row in rows
            ]
        elif table == "_sqlite_migrations":
            assert now[: len(rows)] == rows and len(rows) == old.schema
        else:
            assert now == rows, table


UNDATED = 6  # the one entry that is not dated


def without_year(row: tuple[object, ...], columns: list[str]) -> tuple[object, ...]:
    assert row[columns.index("published")] is row[columns.index("updated")] is None
    return tuple(
        None if name in ("year", "month") else value for name, value in zip(columns, row, strict=True)
    )


# Written by hand from the documents.
SAID = {
    "SELECT url, title, site_url, language, format, folder FROM feeds ORDER BY id": [
        (
            "https://essays.example/feed.atom",
            "Essays on water",
            "https://essays.example/",
            "en",
            "atom1.0",
            "Nature",
        ),
        (
            "https://scripts.example/feed.json",
            "四季 Seasons",
            "https://scripts.example/",
            "zh",
            "json1.1",
            None,
        ),
        ("https://odd.example/rss", "Odd & ends", "https://odd.example/", None, "rss2.0", None),
    ],
    "SELECT state, failures, last_error FROM feeds ORDER BY id": [
        ("active", 0, None),
        ("active", 0, None),
        ("active", 1, "The server is overloaded."),
    ],
    "SELECT title, author, date, published, language FROM entries ORDER BY id": [
        ("Of rivers and brooks", "Ada Stone, Béla Brook", *["2024-03-01T08:00:00Z"] * 2, "en"),
        ("Of harbours", "Béla Brook", *["2024-02-01T08:00:00Z"] * 2, "en"),
        ("Of stones & sand", "Ada Stone", *["2024-01-01T08:00:00Z"] * 2, "en"),
        ("北京的春天", "王小明", *["2024-03-19T16:00:00Z"] * 2, "zh"),
        ("夏の海", None, *["2024-06-20T15:00:00Z"] * 2, "ja"),
        (None, None, "2024-07-01T00:00:00Z", None, "zh"),
        ("An address with a password", 'O’Hara, "Quote"', *["2024-01-05T09:00:00Z"] * 2, None),
        ("Without a guid", None, *["2024-01-04T10:00:00Z"] * 2, None),
        ("Of meadows", "Ada Stone", *["2024-04-01T08:00:00Z"] * 2, "en"),
    ],
    "SELECT text FROM contents ORDER BY entry": [
        ("A river begins as a brook, see stones and the encyclopedia.\nA river",),
        ("Ships rest in a harbour.",),
        ("Stones become sand: n \\to 0.",),
        ("我们在学習機械，春天来了。",),
        ("東京タワーから海が見えます。",),
        ("ฤดูหนาวในกรุงเทพ 겨울 바다 😀",),
        ("It's kept in old archives; this is not.",),
        ("An episode, of the hosts a.b.c.d.e.f.g.example: far beneath",),
        ("Where a river floods, meadows are green. Rivers",),
    ],
    "SELECT html FROM contents WHERE entry IN (2, 3, 4)": [
        ("<p>Ships rest in a harbour.</p>",),
        (
            r'<p>Stones become sand: <math alttext="n \to 0"><mrow><mi>n</mi><mo>→</mo><mn>0</mn></mrow></math>.</p>',
        ),
        ("<p>我们在学習機械，春天来了。</p>",),
    ],
    "SELECT entry, seen, replaced, title FROM revisions": [
        (1, "2024-03-02T00:00:00Z", "2024-07-03T00:00:00Z", "Of rivers"),
    ],
    "SELECT text FROM revisions": [
        ("A river begins as a spring, see stones and the encyclopedia.\nA river",),
    ],
    """
    SELECT authors.name, group_concat(entry, ' ') FROM authors JOIN entry_authors ON author = id
    GROUP BY id ORDER BY id
    """: [("Ada Stone", "1 3 9"), ("Béla Brook", "1 2"), ("王小明", "4"), ('O’Hara, "Quote"', "7")],
    "SELECT name, group_concat(entry, ' ') FROM tags JOIN entry_tags ON tag = id GROUP BY id ORDER BY id": [
        ("Geography", "1 3"),
        ("Water", "1"),
        ("季節", "4"),
        ("Grass", "9"),
    ],
    "SELECT entry, text, target, host_key FROM links ORDER BY entry, text": [
        (1, "stones", 3, "example.essays."),
        (1, "the encyclopedia", None, "org.wikipedia.en."),
        (8, "far beneath", None, "example.g.f.e.d.c.b.a."),
        (9, "Rivers", 1, "example.essays."),
    ],
    "SELECT entry, url, length FROM enclosures ORDER BY id": [
        (5, "https://scripts.example/sea.mp3", 1234),
        (8, "https://odd.example/2.mp3", 99),
    ],
    "SELECT feed, status, new, changed FROM polls ORDER BY id": [
        (1, 200, 3, 0),
        (2, 200, 3, 0),
        (3, 200, 2, 0),
        (1, 200, 1, 1),
        (3, 503, 0, 0),
    ],
    "SELECT url, feed FROM feed_addresses": [("http://essays.example/rss", 1)],
}


REMOVED_BY_ONE_DOCUMENT = 16  # that lacked an entry, in archives up to this schema; since then it takes two
REMOVED = "SELECT title, removed FROM entries WHERE removed IS NOT NULL"
FOUND_REMOVED = "SELECT sum(removed) FROM polls"


def test_it_says_what_the_documents_said(old: Old) -> None:
    assert {query: old.db.execute(query).fetchall() for query in SAID} == SAID


def test_it_says_what_was_removed(old: Old) -> None:
    at_once = old.schema <= REMOVED_BY_ONE_DOCUMENT
    assert old.db.execute(REMOVED).fetchall() == (
        [("Of harbours", "2024-07-03T00:00:00Z")] if at_once else []
    )
    assert old.db.execute(FOUND_REMOVED).fetchall() == [(int(at_once),)]


FOUND = {
    "rivers": {1, 9},
    "harbours": {2},
    "spring": set(),  # only an earlier version has it
    "機械": {4},
    "王小明": {4},
    "東京": {5},
    "กรุงเทพ": {6},
    "바다": {6},
    "tag:geography": {1, 3},
    "host:wikipedia.org": {1},
    "host:c.d.e.f.g.example": {8},
    "has:math": {3},
    "has:image": {1},
}


def test_its_entries_are_found(old: Old) -> None:
    assert {query: {hit.id for hit in search(old.db, query).hits} for query in FOUND} == FOUND


def test_it_has_the_schema_of_a_new_archive_and_is_sound(old: Old, tmp_path: Path) -> None:
    schema = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    with open_archive(tmp_path / "new.db", create=True) as new:
        assert old.db.execute(schema).fetchall() == new.execute(schema).fetchall()
    assert old.db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert old.db.execute("PRAGMA foreign_key_check").fetchall() == []
    old.db.execute(
        "INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)"
    )  # against the texts
    old.db.conn.rollback()


@pytest.mark.parametrize("schema", SCHEMAS)
def test_its_feeds_go_on_where_they_were(schema: int, tmp_path: Path) -> None:
    """The last documents once more bring nothing new, but the second look at what is missing; a new entry is found."""
    with open_archive(restored(schema, tmp_path / "archive.db")) as db:
        for name, url, content_type, _ in SAVED[1:]:
            document = clean(parse((DOCUMENTS / name).read_bytes(), content_type, url))
            saved = save(db, document, url=url, now="2025-01-01T00:00:00Z", poll=Poll(status=200))
            second_look = url == SAVED[0][1] and schema > REMOVED_BY_ONE_DOCUMENT
            assert (saved.new, saved.changed, saved.removed) == (0, 0, int(second_look))
        name, url, content_type, _ = SAVED[-1]
        body = (DOCUMENTS / name).read_bytes().replace(b"meadows", b"glaciers")
        saved = save(db, clean(parse(body, content_type, url)), url=url, now="2025-01-02T00:00:00Z")
        assert (saved.new, saved.changed) == (1, 0)
        assert [hit.title for hit in search(db, "glaciers").hits] == ["Of glaciers"]


def test_the_code_of_today_can_make_such_an_archive(tmp_path: Path) -> None:
    command = [sys.executable, ROOT / "tests" / "fixtures" / "archives" / "fill.py", tmp_path / "archive.db"]
    subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)
    with open_archive(tmp_path / "archive.db") as db:
        assert db["entries"].count and db["revisions"].count
