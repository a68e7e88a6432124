"""What is kept of an imported document: its row, and its record."""

import gzip
import hashlib
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.base.urls import folderless_feed
from tests.ingest.documents_written_here import item, rss
from tests.ingest.imports.importing_here import NOW, take_in, warc_records_of
from tests.ingest.imports.web_archives.test_webarchive import in_chunks, warc_record

FEED = rss(item("1"))
OWN = "https://blog.example.org/feed.xml"


def rows(db: Database, columns: str) -> list[tuple[object, ...]]:
    return db.execute(f"SELECT {columns} FROM documents ORDER BY id").fetchall()  # noqa: S608


def the_record(db: Database, kind: str):
    [record] = [record for record in warc_records_of(db) if record.kind == kind]
    return record


def test_a_file_is_kept_as_a_resource_of_its_name_without_folders(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "my feeds" / "über 1.xml"
    path.parent.mkdir()
    path.write_bytes(FEED)
    take_in(db, path)
    url = "file:///%C3%BCber%201.xml"
    assert rows(db, "at, sha256, bytes, content_type, url, final_url, own_url, came, name, error") == [
        (
            NOW, hashlib.sha256(FEED).hexdigest(), len(FEED), None, url, url, OWN, "import", "über 1.xml", None,
        )
    ]  # fmt: skip
    record = the_record(db, "resource")
    assert record.block == FEED
    assert record.fields["WARC-Target-URI"] == url
    assert record.fields["WARC-Date"] == NOW
    assert record.fields["Feedsette-Feed"] == OWN


def test_no_folder_is_told_of_a_feed_that_has_no_address_but_its_file(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "private things" / "feed.xml"
    path.parent.mkdir()
    path.write_bytes(rss(item("1"), url=None))
    take_in(db, path)
    assert db.execute("SELECT url FROM feeds").fetchall() == [(path.as_uri(),)]
    record = the_record(db, "resource")
    assert record.fields["Feedsette-Feed"] == folderless_feed(path.as_uri())
    assert record.fields["WARC-Target-URI"] == "file:///feed.xml"
    assert "private" not in str(record.fields) + str(rows(db, "*"))


def test_of_a_file_that_is_compressed_the_document_in_it_is_kept(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml.gz"
    path.write_bytes(gzip.compress(FEED))
    take_in(db, path)
    assert rows(db, "sha256, bytes, name") == [(hashlib.sha256(FEED).hexdigest(), len(FEED), "feed.xml.gz")]
    assert the_record(db, "resource").block == FEED


@pytest.mark.parametrize("name", ["two\nlines\t.xml", "\x1b[31mred.xml", "\u202elmx.deef", "\udcff.xml"])
def test_a_name_that_could_not_be_printed_is_kept_printable(db: Database, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FEED)
    take_in(db, tmp_path / name)
    [(kept, url)] = rows(db, "name, url")
    assert "\ufffd" in kept and kept.isprintable()
    assert url.isascii() and url.isprintable()
    assert the_record(db, "resource").fields["WARC-Target-URI"] == url


def test_a_response_is_kept_as_it_was_captured(db: Database, tmp_path: Path) -> None:
    body = gzip.compress(FEED)
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(
        warc_record(
            "https://user:pass@cdn.example/feed?a=b",
            body,
            http={"Content-Encoding": "gzip", "X-Odd": "a  b"},
            warc={"WARC-Date": "2020-02-02T02:02:02Z"},
            packed=True,
        )
    )
    take_in(db, path)
    url = "https://cdn.example/feed?a=b"
    assert rows(db, "at, sha256, content_type, url, final_url, name, came") == [
        (
            "2020-02-02T02:02:02Z",
            hashlib.sha256(FEED).hexdigest(),
            "text/xml",
            url,
            url,
            "crawl.warc.gz",
            "import",
        )
    ]
    record = the_record(db, "response")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: gzip\r\nX-Odd: a  b\r\n\r\n"
    assert record.block == head + body
    assert record.body == FEED
    assert (record.fields["WARC-Date"], record.fields["WARC-Target-URI"]) == ("2020-02-02T02:02:02Z", url)


def test_a_response_without_a_time_counts_as_received_now(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc"
    path.write_bytes(warc_record(warc={"WARC-Date": "someday"}))
    take_in(db, path)
    assert rows(db, "at") == [(NOW,)]


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_what_was_in_chunks_is_kept_without_them(db: Database, tmp_path: Path, encoding: str | None) -> None:
    body = gzip.compress(FEED) if encoding else FEED
    http = {"Transfer-Encoding": "chunked"} | ({"Content-Encoding": encoding} if encoding else {})
    path = tmp_path / "crawl.warc"
    path.write_bytes(warc_record(body=in_chunks(body), http=http))
    take_in(db, path)
    record = the_record(db, "response")
    assert b"X-Archive-Orig-Transfer-Encoding: chunked" in record.head
    assert (record.block[-len(body) :], record.body) == (body, FEED)


def test_of_a_body_whose_compression_is_cut_off_what_was_read_is_kept(db: Database, tmp_path: Path) -> None:
    whole = rss(*[item(str(number)) for number in range(500)])
    path = tmp_path / "crawl.warc"
    path.write_bytes(warc_record(body=gzip.compress(whole)[:-200], http={"Content-Encoding": "gzip"}))
    results = take_in(db, path)
    assert any("ended in the middle" in (result.problem or "") for result in results)
    [(sha256,)] = rows(db, "sha256")
    record = the_record(db, "response")
    assert hashlib.sha256(record.body).hexdigest() == sha256
    assert b"X-Archive-Orig-Content-Encoding: gzip" in record.head


def test_the_request_that_stands_before_a_response_is_kept_without_its_secrets(
    db: Database, tmp_path: Path
) -> None:
    response = warc_record(http={"Set-Cookie": "id=secret"}, warc={"WARC-Record-ID": "<urn:uuid:1>"})
    asked = (
        b"GET /feed HTTP/1.1\r\nHost: a.example\r\nAuthorization: Basic secret\r\nCookie: id=secret\r\n\r\n"
    )
    request = (
        b"WARC/1.0\r\nWARC-Type: request\r\nWARC-Concurrent-To: <urn:uuid:1>\r\n"
        b"WARC-Target-URI: https://a.example/feed\r\nContent-Type: application/http;msgtype=request\r\n"
        b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(asked), asked)
    )
    path = tmp_path / "crawl.warc"
    path.write_bytes(request + response)
    take_in(db, path)
    assert the_record(db, "request").block == b"GET /feed HTTP/1.1\r\nHost: a.example\r\n\r\n"
    assert b"secret" not in the_record(db, "response").block


def test_a_request_of_another_response_is_not_taken(db: Database, tmp_path: Path) -> None:
    asked = b"GET /other HTTP/1.1\r\n\r\n"
    request = (
        b"WARC/1.0\r\nWARC-Type: request\r\nWARC-Concurrent-To: <urn:uuid:2>\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
        % (len(asked), asked)
    )
    path = tmp_path / "crawl.warc"
    path.write_bytes(request + warc_record(warc={"WARC-Record-ID": "<urn:uuid:1>"}))
    take_in(db, path)
    assert [record.kind for record in warc_records_of(db)] == ["warcinfo", "response"]


def test_a_resource_that_may_be_a_feed_is_taken_from_another_tools_archive(
    db: Database, tmp_path: Path
) -> None:
    def resource(address: str, content_type: str, body: bytes = FEED) -> bytes:
        return (
            (
                f"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2020-02-02T02:02:02Z\r\n"
                f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
            ).encode()
            + body
            + b"\r\n\r\n"
        )

    path = tmp_path / "crawl.warc"
    path.write_bytes(
        resource("metadata://gnu.org/software/wget/warc/wget.log", "text/plain")
        + resource("https://a.example/picture", "image/png")
        + resource("https://a.example/feed", "application/atom+xml")
    )
    assert [result.problem for result in take_in(db, path)] == [None]
    assert rows(db, "url, at, content_type") == [
        ("https://a.example/feed", "2020-02-02T02:02:02Z", "application/atom+xml")
    ]


def test_what_is_no_feed_is_not_kept(db: Database, tmp_path: Path) -> None:
    (tmp_path / "diary").write_bytes(b"Dear diary,")
    [result] = take_in(db, tmp_path / "diary")
    assert result.problem
    assert rows(db, "*") == []


def test_a_document_of_32_mb_is_kept(db: Database, tmp_path: Path) -> None:
    large = rss(item("1")).replace(b"</channel>", b" " * 32_000_000 + b"</channel>")
    (tmp_path / "feed.xml").write_bytes(large)
    take_in(db, tmp_path / "feed.xml")
    assert rows(db, "bytes") == [(len(large),)]
    assert the_record(db, "resource").block == large
