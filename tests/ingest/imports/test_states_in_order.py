"""Documents that have a time of their own are the states of a feed: an import has the history that the polls had."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

import ingest.follow.find
import ingest.poll.update
from ingest.archive.documents.warc.folder import folder_of
from ingest.archive.file.opening import open_archive
from ingest.archive.save import save_reread
from ingest.archive.saving.outcome import Reread
from ingest.base.models import NO_READER, READER
from ingest.cli.commands import main
from ingest.workers.parse_pool import parse_and_clean
from tests.ingest.documents_written_here import item, rss
from tests.ingest.imports.importing_here import NOW, take_in
from tests.ingest.imports.test_known_documents import captures
from tests.server import Reply, Server


def document(*texts: str) -> bytes:
    return rss(*(item(str(number), text) for number, text in enumerate(texts, 1)), url=None)


STATES = {
    "back and forth": [document(text) for text in ("A", "B", "A", "z", "A")],
    "the same bytes twice": [document(text) for text in ("A", "A", "B", "B", "A")],
    "two versions in one": [
        rss(item("1", "A"), item("1", "B"), url=None),
        document("A"),
        rss(item("1", "B"), item("1", "A"), url=None),
        document("B"),
    ],
    "several entries": [document("A", "c"), document("B", "c"), document("A", "d", "e"), document("A", "c")],
}


@pytest.fixture
def hours_later_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each poll is hours after the one before."""

    class Clock:
        count = itertools.count()

        @classmethod
        def now(cls, _: object) -> datetime:
            return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=next(cls.count))

    for module in (ingest.poll.update, ingest.follow.find):
        monkeypatch.setattr(module, "datetime", Clock)


@pytest.fixture
def polled(server: Server, tmp_path: Path) -> Iterator[Database]:
    """An archive whose feed is to be polled."""
    with open_archive(tmp_path / "polled.db", create=True) as db:
        yield db


def poll(db: Database, server: Server, bodies: list[bytes]) -> None:
    archive = str(tmp_path_of(db))
    for number, body in enumerate(bodies):
        url = server.on("/feed", Reply(body=body))
        arguments = ["update", archive, "--all"] if number else ["add", archive, "--allow-private", url]
        result: Result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output


def tmp_path_of(db: Database) -> Path:
    return folder_of(db).with_suffix(".db")


def history(db: Database) -> list[list[Any]]:
    """What the archive says of its entries, by documents as they came."""
    documents = dict(db.execute("SELECT id, at || ' ' || sha256 FROM documents").fetchall())
    queries = (
        "SELECT seen, replaced, title, text, kind, entry, document, last_document FROM revisions ORDER BY id",
        "SELECT id, guid, title, text, first_seen FROM entries JOIN contents ON entry = id ORDER BY id",
        "SELECT reader, entry, document, last_document, read_from FROM entry_documents ORDER BY entry",
        "SELECT feeds.url, at, sha256 FROM documents JOIN feeds ON feeds.id = feed ORDER BY at",
    )
    found = [db.execute(query).fetchall() for query in queries]
    found[0] = [(*row[:6], *map(documents.get, row[6:])) for row in found[0]]
    found[2] = [(*row[:2], *map(documents.get, row[2:])) for row in found[2]]
    return found


@pytest.mark.parametrize("bodies", STATES.values(), ids=STATES)
@pytest.mark.usefixtures("hours_later_each_time")
def test_the_folder_of_an_archive_gives_the_history_that_its_polls_had(
    db: Database, polled: Database, server: Server, bodies: list[bytes]
) -> None:
    poll(polled, server, bodies)
    assert [result.problem for result in take_in(db, folder_of(polled)) if result.problem] == []
    assert history(db) == history(polled)
    before = list(db.conn.iterdump())
    take_in(db, folder_of(polled))
    assert list(db.conn.iterdump()) == before


def edits(db: Database) -> list[tuple[str, str]]:
    return db.execute("SELECT text, replaced FROM revisions WHERE kind = 'edit' ORDER BY seen, id").fetchall()


def texts(db: Database) -> list[str]:
    return [text for (text,) in db.execute("SELECT text FROM contents ORDER BY entry")]


def day(number: int) -> str:
    return f"2020-01-{number:02}T00:00:00Z"


def test_captures_that_go_back_to_an_earlier_text_are_edits(db: Database, tmp_path: Path) -> None:
    a, b, z = document("A"), document("B"), document("z")
    take_in(db, captures(tmp_path / "c.warc", (a, 1), (b, 2), (a, 3), (z, 4), (a, 5)))
    assert texts(db) == ["A"]
    assert edits(db) == [("A", day(2)), ("B", day(3)), ("A", day(4)), ("z", day(5))]


def test_a_capture_from_between_two_that_say_the_same_is_not_the_present_text(
    db: Database, tmp_path: Path
) -> None:
    a, other_a, b = document("A"), document("A") + b"\n", document("B")
    take_in(db, captures(tmp_path / "c.warc", (a, 1), (other_a, 5)), captures(tmp_path / "d.warc", (b, 3)))
    assert texts(db) == ["A"]
    assert [text for text, _ in edits(db)] == ["B"]


def test_a_file_without_a_time_is_of_any(db: Database, tmp_path: Path) -> None:
    for name, body in (("1", document("A")), ("2", document("B")), ("3", document("A") + b"\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "feed.xml").write_bytes(body)
        take_in(db, tmp_path / name / "feed.xml", feed="https://a.example/feed")
    assert texts(db) == ["B"]
    assert [text for text, _ in edits(db)] == ["A"]


@pytest.fixture
def taken_up(db: Database, tmp_path: Path) -> Database:
    """An archive whose documents, but for the first, were found in its files, as after an older copy was put back."""
    take_in(db, captures(tmp_path / "c.warc", (document("A"), 1)))
    for number, text in enumerate("BAzA", 2):
        db.execute(
            """
            INSERT INTO documents (feed, at, sha256, bytes, url, final_url, came, reader)
            VALUES (1, ?, ?, 9, 'u', 'u', 'poll', ?)
            """,
            (day(number), text, NO_READER),
        )
    return db


def test_what_was_taken_up_is_read_as_the_states_that_it_had(taken_up: Database) -> None:
    made = []
    for number, text in enumerate("BAzA", 2):
        body = rss(item("1", text), *([item("2")] if number == 3 else []), url=None)
        feed = parse_and_clean(body, None, "https://a.example/feed")
        made.append(save_reread(taken_up, 1, number, feed, READER))
    assert made == [
        Reread(edited={1}),
        Reread(new={"2"}, edited={1}),
        Reread(edited={1}),
        Reread(edited={1}),
    ]
    assert texts(taken_up)[0] == "A"
    assert edits(taken_up) == [("A", day(2)), ("B", day(3)), ("A", day(4)), ("z", day(5))]
    assert taken_up.execute("SELECT count(*) FROM revisions WHERE kind = 'reading'").fetchone() == (0,)
    assert taken_up.execute("SELECT first_seen FROM entries ORDER BY id").fetchall() == [(day(1),), (day(3),)]


def test_a_file_with_the_bytes_of_what_was_not_read_yet_is_read_with_its_row_and_gives_it_bytes(
    db: Database, tmp_path: Path
) -> None:
    (tmp_path / "feed.xml").write_bytes(rss(item("1")))
    take_in(db, tmp_path / "feed.xml")
    db.execute("UPDATE documents SET reader = ?, own_url = NULL, file = NULL, offset = NULL", (NO_READER,))
    db.execute("DELETE FROM entries")
    take_in(db, tmp_path / "feed.xml", at="2026-09-01T00:00:00Z")
    assert db.execute("SELECT reader, at, file IS NOT NULL FROM documents").fetchall() == [(READER, NOW, 1)]
    assert db.execute("SELECT first_seen FROM entries").fetchall() == [(NOW,)]
