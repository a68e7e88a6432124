"""Documents whose bytes the archive has: they are neither read nor kept again."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive import save
from ingest.archive.documents import keep
from ingest.archive.file.opening import lazy_archive
from ingest.imports import importing, known_documents
from ingest.workers.parse_pool import ParsePool
from ingest.workers.parsed_feed import ParsedFeed
from tests.ingest.documents_written_here import item, rss
from tests.ingest.imports.importing_here import folder_bytes, imported, take_in
from tests.ingest.imports.web_archives.test_webarchive import warc_record

FEED = rss(item("1"))
OTHER = rss(item("2"))
Parses = list[str]


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> Parses:
    """The addresses of the documents that are parsed."""
    parsed: Parses = []
    parse = ParsePool.parse

    async def counted(
        self: ParsePool, body: bytes, content_type: str | None = None, url: str | None = None
    ) -> ParsedFeed:
        parsed.append(url or "")
        return await parse(self, body, content_type, url)

    monkeypatch.setattr(ParsePool, "parse", counted)
    return parsed


def captures(
    path: Path, *bodies_and_days: tuple[bytes, int], address: str = "https://a.example/feed"
) -> Path:
    path.write_bytes(
        b"".join(
            warc_record(address, body, warc={"WARC-Date": f"2020-01-{day:02}T00:00:00Z"})
            for body, day in bodies_and_days
        )
    )
    return path


def test_two_hundred_documents_once_more_are_not_parsed_and_nothing_is_written(
    db: Database, tmp_path: Path, parses: Parses
) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    for number in range(200):
        url = f"https://blog{number}.example.org/feed.xml" if number % 2 else None
        (folder / f"{number}.xml").write_bytes(rss(item("1"), url=url, title=str(number)))
    take_in(db, folder)
    assert len(parses) == 200
    before = list(db.conn.iterdump()), folder_bytes(db)
    results = take_in(db, folder, at="2026-06-01T00:00:00Z")
    assert len(parses) == 200
    assert [(result.known, result.problem) for result in results] == [(True, None)] * 200
    assert len({result.saved.feed for result in results if result.saved}) == 200
    assert (list(db.conn.iterdump()), folder_bytes(db)) == before


@pytest.mark.parametrize("first", [b"%s", b"%s\n"])
def test_a_byte_of_white_space_makes_another_document(
    db: Database, tmp_path: Path, parses: Parses, first: bytes
) -> None:
    (tmp_path / "feed.xml").write_bytes(FEED)
    take_in(db, tmp_path / "feed.xml")
    (tmp_path / "feed.xml").write_bytes(first % FEED)
    [result] = take_in(db, tmp_path / "feed.xml")
    assert result.known is (first == b"%s")
    assert len(parses) == (1 if result.known else 2)


def test_the_same_bytes_by_another_name_or_compressed_are_known(
    db: Database, tmp_path: Path, parses: Parses
) -> None:
    (tmp_path / "a.xml").write_bytes(FEED)
    (tmp_path / "b.xml.gz").write_bytes(gzip.compress(FEED))
    assert [result.known for result in take_in(db, tmp_path / "a.xml", tmp_path / "b.xml.gz")] == [
        False,
        True,
    ]


def test_the_same_bytes_of_another_feed_are_read(db: Database, tmp_path: Path, parses: Parses) -> None:
    (tmp_path / "a.xml").write_bytes(rss(item("1"), url=None))
    (tmp_path / "b.xml").write_bytes(rss(item("1"), url=None))
    take_in(db, tmp_path / "a.xml")
    take_in(db, tmp_path / "b.xml")
    take_in(db, tmp_path / "b.xml", feed="https://a.example/feed")
    assert len(parses) == 3
    assert db.execute("SELECT count(*) FROM feeds").fetchone() == (3,)
    assert take_in(db, tmp_path / "b.xml", feed="https://A.example/feed/")[0].known


def test_a_file_that_could_not_be_read_is_read_again(db: Database, tmp_path: Path, parses: Parses) -> None:
    (tmp_path / "diary").write_bytes(b"Dear diary,")
    for _ in range(2):
        assert take_in(db, tmp_path / "diary")[0].problem
    assert len(parses) == 2


def test_what_was_deleted_with_its_feed_is_taken_in_again(
    db: Database, tmp_path: Path, parses: Parses
) -> None:
    (tmp_path / "feed.xml").write_bytes(FEED)
    take_in(db, tmp_path / "feed.xml")
    db.execute("DELETE FROM feeds")
    assert not take_in(db, tmp_path / "feed.xml")[0].known


def test_of_captures_one_is_known_whose_feed_had_these_bytes_last(
    db: Database, tmp_path: Path, parses: Parses
) -> None:
    there_and_back = captures(tmp_path / "a.warc", (FEED, 1), (FEED, 2), (OTHER, 3), (FEED, 4))
    known = [False, True, False, False]
    feed = "https://a.example/feed"
    assert [result.known for result in take_in(db, there_and_back, feed=feed)] == known
    assert [result.known for result in take_in(db, there_and_back, feed=feed)] == [True] * 4
    earlier = captures(tmp_path / "b.warc", (OTHER, 1))
    earlier.write_bytes(earlier.read_bytes().replace(b"2020-01-01", b"2019-12-31"))
    assert [result.known for result in take_in(db, earlier, feed=feed)] == [False]


def test_a_document_that_names_its_feed_relative_to_where_it_was_read_is_read_at_each_address(
    db: Database, tmp_path: Path
) -> None:
    relative = rss(item("1"), url="/feed.xml")
    for number, address in enumerate(("https://a.example/rss", "https://b.example/rss")):
        [result] = take_in(db, captures(tmp_path / f"{number}.warc", (relative, 1), address=address))
        assert not result.known
    assert db.execute("SELECT url FROM feeds ORDER BY id").fetchall() == [
        ("https://a.example/feed.xml",),
        ("https://b.example/feed.xml",),
    ]


@pytest.fixture
def newer_reader(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def upgrade() -> None:
        for module in (keep, save, importing, known_documents):
            monkeypatch.setattr(module, "READER", 1000)

    return upgrade


@pytest.mark.parametrize("as_capture", [False, True])
def test_what_another_reader_read_is_read_again_and_not_kept_again(
    db: Database, tmp_path: Path, parses: Parses, newer_reader: Callable[[], None], as_capture: bool
) -> None:
    if as_capture:
        path = captures(tmp_path / "a.warc", (FEED, 1))
    else:
        path = tmp_path / "feed.xml"
        path.write_bytes(FEED)
    take_in(db, path)
    rows, kept = db.execute("SELECT id, at, file FROM documents").fetchall(), folder_bytes(db)
    newer_reader()
    [again] = take_in(db, path, at="2027-01-01T00:00:00Z")
    assert (len(parses), again.known) == (2, False)
    assert (db.execute("SELECT id, at, file FROM documents").fetchall(), folder_bytes(db)) == (rows, kept)
    assert db.execute("SELECT reader FROM documents").fetchall() == [(1000,)]
    [third] = take_in(db, path)
    assert (len(parses), third.known) == (2, True)


def test_no_archive_is_made_to_look_whether_a_document_is_known(tmp_path: Path) -> None:
    (tmp_path / "diary").write_bytes(b"Dear diary,")
    with lazy_archive(tmp_path / "new.db") as archive:
        imported([tmp_path / "diary"], archive)
    assert not (tmp_path / "new.db").exists()


def test_what_is_wrong_with_a_known_document_is_said_each_time(
    db: Database, tmp_path: Path, parses: Parses
) -> None:
    (tmp_path / "feed.xml").write_bytes(FEED[: -len("</channel></rss>")])
    [first], [second] = take_in(db, tmp_path / "feed.xml"), take_in(db, tmp_path / "feed.xml")
    assert len(parses) == 1
    assert first.problem
    assert second.problem == first.problem
