"""Importing the WARC folder of an archive of Feedsette's, another's or one's own."""

import gzip
import shutil
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.documents.warc.folder import folder_of
from ingest.archive.documents.warc.pack import (
    OriginalRecord,
    pack,
    request_record,
    revisit_record,
    warcinfo_record,
)
from ingest.archive.file.opening import open_archive
from ingest.base.models import HttpExchange, ReceivedDocument
from ingest.base.urls import folderless_feed
from ingest.imports.documents import documents
from tests.ingest.documents_written_here import item, rss
from tests.ingest.imports.importing_here import NOW, folder_bytes, take_in, warc_records_of
from tests.ingest.imports.test_known_documents import captures
from tests.ingest.imports.web_archives.test_webarchive import warc_record

FEED = rss(item("1"), url=None)
OTHER = rss(item("1"), item("2"), url=None)
FEED_URL, CDN = "https://blog.example/feed", "https://cdn.example/feed.xml"
REQUEST = b"GET /feed HTTP/1.1\r\nHost: blog.example\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"  # some servers say so of feeds


def received(
    body: bytes = FEED, day: int = 1, head: bytes = HEAD, sent: bytes | None = None
) -> ReceivedDocument:
    http = HttpExchange(REQUEST, head, body if sent is None else sent)
    return ReceivedDocument(
        body, f"2024-01-{day:02}T00:00:00Z", FEED_URL, "poll", CDN, "text/html", http=http
    )


def record(
    document: ReceivedDocument, feed_url: str = FEED_URL, original: ReceivedDocument | None = None
) -> bytes:
    """The records of a document, or of its revisit."""
    packed = pack(document, feed_url)
    if original is None:
        return request_record(packed) + packed.record
    return request_record(packed) + revisit_record(
        packed, OriginalRecord("<urn:uuid:1>", CDN, original.at, "sha256:0")
    )


def kept_rows(db: Database) -> list[tuple[object, ...]]:
    return db.execute(
        """
        SELECT feeds.url, at, sha256, documents.url, final_url, content_type FROM documents
        JOIN feeds ON feeds.id = feed ORDER BY at, documents.id
        """
    ).fetchall()


def feeds_with_guids(db: Database) -> list[tuple[str, str]]:
    return db.execute(
        "SELECT feeds.url, guid FROM entries JOIN feeds ON feeds.id = feed ORDER BY feeds.url, guid"
    ).fetchall()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "other.warc"
    folder.mkdir()
    return folder


@pytest.fixture
def other(tmp_path: Path) -> Database:
    """Another archive."""
    (tmp_path / "elsewhere").mkdir()
    return open_archive(tmp_path / "elsewhere" / "other.db", create=True)


def problems(db: Database, *paths: Path) -> list[str]:
    return [result.problem for result in take_in(db, *paths) if result.problem]


def test_a_document_comes_with_its_time_to_the_feed_for_which_it_was_kept(db: Database, folder: Path) -> None:
    document = received()
    (folder / "a.warc.gz").write_bytes(record(document))
    assert problems(db, folder) == []
    assert kept_rows(db) == [(FEED_URL, document.at, document.sha256, FEED_URL, CDN, "text/html")]
    assert db.execute("SELECT first_seen FROM entries").fetchall() == [(document.at,)]


def test_the_records_are_the_same_afterwards(db: Database, folder: Path) -> None:
    body = gzip.compress(FEED)
    head = b"HTTP/1.1 200 Fine\r\ncontent-type: text/xml\r\nContent-Encoding: gzip\r\nX:\xff\r\n\r\n"
    (folder / "a.warc.gz").write_bytes(record(received(head=head, sent=body)))
    take_in(db, folder)
    _, request, response = warc_records_of(db)
    assert (request.block, response.block) == (REQUEST, head + body)
    assert response.fields["Feedsette-Feed"] == FEED_URL


def test_the_feed_that_is_named_for_the_import_comes_first(db: Database, folder: Path) -> None:
    (folder / "a.warc.gz").write_bytes(record(received()))
    take_in(db, folder, feed="https://mine.example/feed")
    assert [row[0] for row in kept_rows(db)] == ["https://mine.example/feed"]


@pytest.mark.parametrize(
    "names", [("1.warc.gz", "2.warc.gz"), ("2.warc.gz", "1.warc.gz"), ("1.warc.gz", "1.warc.gz")]
)
def test_a_revisit_has_the_body_of_another_record_wherever_in_the_folder(
    db: Database, folder: Path, names: tuple[str, str]
) -> None:
    first, other, back = received(), received(OTHER, 2), received(day=3)
    with (folder / names[0]).open("ab") as file:
        file.write(record(first) + record(other))
    with (folder / names[1]).open("ab") as file:
        file.write(record(back, original=first))
    assert problems(db, folder) == []
    assert [row[1:3] for row in kept_rows(db)] == [
        (document.at, document.sha256) for document in (first, other, back)
    ]


def test_a_revisit_is_read_from_files_that_were_unpacked_or_packed_as_one(db: Database, folder: Path) -> None:
    first, back = received(), received(day=3)
    archive = gzip.decompress(record(first) + record(received(OTHER, 2)) + record(back, original=first))
    (folder / "a.warc").write_bytes(archive)
    (folder / "b.warc.gz").write_bytes(gzip.compress(archive))
    results = take_in(db, folder)
    assert [result.problem for result in results] == [None] * 6
    assert len(kept_rows(db)) == 3


def test_a_revisit_of_another_feed_has_its_own_head(db: Database, folder: Path) -> None:
    first = received(head=b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", sent=gzip.compress(FEED))
    again = received(day=2, head=b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
    (folder / "a.warc.gz").write_bytes(
        record(first) + record(again, "https://b.example/feed", original=first)
    )
    take_in(db, folder)
    assert [(row[0], row[5]) for row in kept_rows(db)] == [
        (FEED_URL, None),
        ("https://b.example/feed", "text/xml"),
    ]


def test_a_revisit_whose_body_is_nowhere_is_named(db: Database, folder: Path) -> None:
    (folder / "a.warc.gz").write_bytes(record(received(), original=received()) + record(received(OTHER)))
    [problem] = problems(db, folder)
    assert "stand in another record" in problem and "Import the whole folder" in problem
    assert len(kept_rows(db)) == 1


def test_a_body_that_is_not_the_one_that_was_kept_is_named_and_left_out(db: Database, folder: Path) -> None:
    plain = gzip.decompress(pack(received(), FEED_URL).record)
    (folder / "a.warc").write_bytes(plain.replace(b"Some text", b"Fake text"))
    [problem] = problems(db, folder)
    assert "not those that were kept" in problem
    assert kept_rows(db) == []


def test_another_archives_folder_gives_the_same_feeds_times_and_bytes(
    db: Database, other: Database, tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / "a.xml").write_bytes(rss(item("1")))
    (saved / "b.xml").write_bytes(rss(item("1"), url=None))
    take_in(other, saved, captures(tmp_path / "c.warc", (FEED, 1), (OTHER, 2), (FEED, 3)))
    take_in(other, saved / "b.xml", feed="https://mirror.example/feed")
    assert problems(db, folder_of(other)) == []
    expected = [(folderless_feed(str(feed)), *more) for feed, *more in kept_rows(other)]
    assert sorted(map(str, kept_rows(db))) == sorted(map(str, expected))
    assert all(result.known for result in take_in(db, folder_of(other)))


def test_ones_own_folder_holds_nothing_new_and_nothing_is_written(db: Database, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(rss(item("1"), url=None))
    take_in(db, tmp_path / "feed.xml", captures(tmp_path / "c.warc", (FEED, 1), (OTHER, 2), (FEED, 3)))
    before = list(db.conn.iterdump()), folder_bytes(db)
    assert all(result.known for result in take_in(db, folder_of(db)))
    assert (list(db.conn.iterdump()), folder_bytes(db)) == before


def test_what_is_unnamed_in_ones_own_folder_is_taken_up(db: Database, tmp_path: Path) -> None:
    """As where an older copy of the archive was put back beside its folder."""
    path = tmp_path / "feed.xml"
    path.write_bytes(rss(item("1"), url=None))
    take_in(db, path)
    db.execute("VACUUM INTO ?", [str(tmp_path / "older.db")])
    path.write_bytes(rss(item("2"), url=None))
    take_in(db, path, captures(tmp_path / "c.warc", (FEED, 1), (OTHER, 2), (FEED, 3)))
    (tmp_path / "back").mkdir()
    shutil.copytree(folder_of(db), tmp_path / "back" / "archive.warc")
    shutil.move(tmp_path / "older.db", tmp_path / "back" / "archive.db")
    with open_archive(tmp_path / "back" / "archive.db") as back:
        assert problems(back, folder_of(back)) == []
        assert kept_rows(back) == kept_rows(db)
        assert all(result.known for result in take_in(back, folder_of(back)))


def test_files_of_the_same_name_stay_two_feeds_in_ones_own_folder(db: Database, tmp_path: Path) -> None:
    for name, guid in (("a", "1"), ("b", "2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "feed.xml").write_bytes(rss(item(guid), url=None))
    take_in(db, tmp_path / "a" / "feed.xml", tmp_path / "b" / "feed.xml")
    assert all(result.known for result in take_in(db, folder_of(db)))
    assert db.execute("SELECT count(*) FROM feeds").fetchone() == (2,)


def test_files_of_the_same_name_stay_two_feeds_from_archive_to_archive(
    db: Database, other: Database, tmp_path: Path
) -> None:
    for name, guid in (("a", "1"), ("b", "2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "feed.xml").write_bytes(rss(item(guid), url=None))
        take_in(other, tmp_path / name / "feed.xml")
    assert problems(db, folder_of(other)) == []
    assert [len(row) for row in feeds_with_guids(db)] == [2, 2]
    (tmp_path / "third").mkdir()
    third = open_archive(tmp_path / "third" / "third.db", create=True)
    assert problems(third, folder_of(db)) == []
    assert feeds_with_guids(third) == feeds_with_guids(db)


def test_another_archives_feed_of_a_file_is_not_one_of_ours_with_that_name(
    db: Database, other: Database, tmp_path: Path
) -> None:
    for name, archive, guid in (("mine", db, "1"), ("theirs", other, "2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "feed.xml").write_bytes(rss(item(guid), url=None))
        take_in(archive, tmp_path / name / "feed.xml")
    take_in(db, folder_of(other))
    assert [url for (url,) in db.execute("SELECT url FROM feeds ORDER BY id")] == [
        (tmp_path / "mine" / "feed.xml").as_uri(),
        folderless_feed((tmp_path / "theirs" / "feed.xml").as_uri()),
    ]


def test_what_is_written_to_a_web_archive_while_it_is_imported_is_not_read(
    db: Database, folder: Path
) -> None:
    """Here each document that is taken in brings another, as if the import wrote to what it reads."""
    path = folder / "a.warc.gz"
    path.write_bytes(record(received()))
    results = []
    for document in documents([folder]):
        results.append(document)
        with path.open("ab") as file:
            file.write(record(received(OTHER, len(results) + 1)))
    assert len(results) == 1


def test_a_folder_whose_file_is_cut_off_gives_what_stands_before(db: Database, folder: Path) -> None:
    whole = warcinfo_record("a.warc.gz", "0" * 32, NOW) + record(received()) + record(received(OTHER, 2))
    (folder / "a.warc.gz").write_bytes(whole[:-20])
    [problem] = problems(db, folder)
    assert "the web archive is cut off or damaged at byte" in problem
    assert len(kept_rows(db)) == 1


def test_a_header_of_a_megabyte_is_named_and_the_rest_is_taken(db: Database, folder: Path) -> None:
    long = received(head=b"HTTP/1.1 200 OK\r\nX-Long: %s\r\n\r\n" % (b"a" * 1_000_000))
    (folder / "a.warc.gz").write_bytes(record(long) + record(received(OTHER, 2)))
    [problem] = problems(db, folder)
    assert problem == "its HTTP header is longer than 256 kB. It was left out."
    assert len(kept_rows(db)) == 1


def test_a_missing_folder_is_named(db: Database, tmp_path: Path) -> None:
    assert problems(db, tmp_path / "archive.warc") == ["there is no such file or folder. Check its name."]


def test_records_of_other_tools_go_as_ever_beside_those_that_feedsette_kept(
    db: Database, folder: Path
) -> None:
    (folder / "a.warc.gz").write_bytes(
        record(received())
        + warc_record("https://a.example/page", http={"Content-Type": "text/html"}, packed=True)
        + warc_record("https://a.example/feed", packed=True)
    )
    assert problems(db, folder) == []
    assert [row[0] for row in kept_rows(db)] == [FEED_URL, "https://blog.example.org/feed.xml"]


def test_files_without_a_time_have_none_in_the_folder_that_keeps_them_either(tmp_path: Path) -> None:
    archives = []
    for name, paths in (("one", ["1.xml", "2.xml", "3.xml"]), ("two", ["one.warc"])):
        with open_archive(tmp_path / f"{name}.db", create=True) as db:
            for text, path in zip(["before", "after", "before"], paths, strict=False):
                if path.endswith(".xml"):
                    (tmp_path / path).write_bytes(rss(item("1", text), title=path))
            for path in paths:
                take_in(db, tmp_path / path, feed=None if path == "one.warc" else "https://a.example/feed")
            archives.append(
                db.execute("SELECT text FROM contents").fetchall()
                + db.execute("SELECT text, kind FROM revisions ORDER BY id").fetchall()
            )
    assert archives[0] == archives[1]
