import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pages.document import (
    MissingBytes,
    ShownDocument,
    load_body,
    load_document,
    load_version_documents,
)
from ingest.pages.history import load_earlier, load_history
from tests.ingest.pages.kept import (
    AT,
    BEFORE,
    BODIES,
    DURING,
    FORMER,
    OLD,
    PRESENT,
    PRUNED,
    READING,
    archive_of_documents,
)

DOCUMENT = ShownDocument(12, 1, "", None, "", AT[1], "0" * 64, 1, None, "poll", None, None, True)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = archive_of_documents(tmp_path_factory.mktemp("kept") / "archive.db")
    with closing(sqlite3.connect(path)) as connection:
        yield connection


@pytest.fixture
def older() -> Iterator[sqlite3.Connection]:
    """The tables of an archive of a release that kept no documents."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE feeds (id INTEGER PRIMARY KEY, url TEXT, title TEXT)")
        connection.execute("CREATE TABLE revisions (id INTEGER PRIMARY KEY, entry INTEGER)")
        yield connection


def test_a_document_is_known_by_its_number_with_its_bytes(kept: sqlite3.Connection) -> None:
    document = load_document(kept, 2)
    assert document and (document.at, document.size, document.is_kept) == (AT[2], len(BODIES[2]), True)
    assert load_body(kept, 2) == BODIES[2]
    assert document.sha256 == hashlib.sha256(BODIES[2]).hexdigest()
    assert load_document(kept, 99) is None


def test_of_a_document_whose_bytes_are_not_kept_the_reason_is_a_sentence(kept: sqlite3.Connection) -> None:
    document, body = load_document(kept, PRUNED), load_body(kept, PRUNED)
    assert document and not document.is_kept
    assert isinstance(body, MissingBytes) and body.why.endswith(".")


@pytest.mark.parametrize(
    ("says_something", "why"), [(True, "were not to be kept"), (False, "were freed since")]
)
def test_a_document_that_said_a_version_first_or_last_cannot_have_been_freed(
    tmp_path: Path, says_something: bool, why: str
) -> None:
    with closing(sqlite3.connect(archive_of_documents(tmp_path / "archive.db"))) as connection:
        if not says_something:
            connection.execute("UPDATE entry_documents SET last_document = 3")
        body = load_body(connection, PRUNED)
    assert isinstance(body, MissingBytes) and why in body.why


def test_the_documents_that_said_each_version_are_the_first_and_the_last(kept: sqlite3.Connection) -> None:
    said_by = load_version_documents(kept, PRESENT, [OLD, FORMER])
    assert said_by is not None
    assert {version: (said.first.id, said.last.id) for version, said in said_by.items()} == {
        None: (3, 4),
        FORMER: (1, 2),
    }
    assert load_version_documents(kept, BEFORE) == {}


def test_a_former_reading_is_not_among_the_edits_of_an_entry(kept: sqlite3.Connection) -> None:
    history = load_history(kept, PRESENT)
    assert history
    assert [version.revision for version in history.versions] == [None, FORMER, OLD]
    assert [(version.seen, version.replaced) for version in history.versions] == [
        (AT[3], None),
        (AT[1], AT[3]),
        ("2025-01-01T00:00:00Z", AT[1]),
    ]
    assert [(reading.revision, reading.replaced) for reading in history.readings] == [(READING, AT[4])]
    assert [row[0] for row in kept.execute(history.sql)] == [None, FORMER, OLD]


@pytest.mark.parametrize(("revision", "is_reading"), [(FORMER, False), (READING, True)])
def test_an_earlier_version_says_whether_it_is_a_former_reading(
    kept: sqlite3.Connection, revision: int, is_reading: bool
) -> None:
    earlier = load_earlier(kept, PRESENT, revision)
    assert earlier and earlier.is_reading is is_reading


def test_the_documents_of_versions_are_found_by_an_index(kept: sqlite3.Connection) -> None:
    asked: list[str] = []
    kept.set_trace_callback(asked.append)
    load_version_documents(kept, DURING, [1])
    kept.set_trace_callback(None)
    plans = [str(kept.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()) for sql in asked if "documents" in sql]
    assert plans and not [
        plan for plan in plans if "SCAN documents" in plan or "SCAN entry_documents" in plan
    ]


def test_an_archive_of_a_release_that_kept_none_has_none(older: sqlite3.Connection) -> None:
    assert load_document(older, 1) is None
    assert load_version_documents(older, 1, [1]) is None


@pytest.mark.parametrize(
    ("title", "host", "body", "name"),
    [
        ("Ebb & Flöw", "example.org", b"<rss/>", "ebb-flow-12.xml"),
        ("潮汐", "tides.example", b' \r\n{"a": 1}', "tides-example-12.json"),
        (None, "", b"plain", "document-12.txt"),
        ("../../etc/passwd", "", b"\xef\xbb\xbf<?xml?>", "etc-passwd-12.xml"),
        ('a"; filename="b.exe\r\nX: y', "", b"\xff\xfe<\0r\0s\0s\0", "a-filename-b-exe-x-y-12.xml"),
        ("Page", "", b"<?xml?>\n<!DOCTYPE HTML><script>", "page-12.txt"),
        ("Empty", "", b"", "empty-12.txt"),
        ("long " * 100, "", b"", f"{'long-' * 12}12.txt"),
    ],
)
def test_its_bytes_are_saved_under_a_name_that_tells_the_feed_and_what_they_are(
    title: str | None, host: str, body: bytes, name: str
) -> None:
    assert replace(DOCUMENT, title=title, host=host).file_name(body) == name


@given(st.text(), st.binary())
def test_whatever_the_feed_is_called_the_name_is_plain(title: str, body: bytes) -> None:
    name = replace(DOCUMENT, title=title).file_name(body)
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.") and len(name) < 80 and name[0].isalnum()


def test_the_folder_is_found_where_the_archive_is_a_link(kept: sqlite3.Connection, tmp_path: Path) -> None:
    [(path,)] = kept.execute("SELECT file FROM pragma_database_list").fetchall()
    (tmp_path / "linked.db").symlink_to(path)
    with closing(sqlite3.connect(tmp_path / "linked.db")) as connection:
        assert load_body(connection, 1) == BODIES[1]
