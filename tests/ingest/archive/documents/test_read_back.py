"""Bytes that are kept are read back exactly, or it is said why they cannot be."""

import gzip
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator

from ingest.archive.documents.read_back import BytesMissing, document_body
from ingest.base.decompress import zstd
from ingest.base.received import HttpExchange, ReceivedDocument
from tests.ingest.archive.documents.independent_reader import check_rows, plain_records
from tests.ingest.archive.documents.received_here import (
    REQUEST,
    URL,
    archive_with_feed,
    from_file,
    keep,
    polled,
    warc_files,
)
from tests.unprivileged import AS_ANYBODY, needs_permissions


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    with closing(archive_with_feed(path)) as db:
        yield db


def answered(head: bytes, sent: bytes, body: bytes) -> ReceivedDocument:
    return replace(polled(body), http=HttpExchange(REQUEST, head, sent))


def check_by_warcio(path: Path) -> None:
    command = [str(Path(sys.executable).with_name("warcio")), "check", *map(str, warc_files(path))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    "document",
    [
        polled(b"<rss/>"),
        polled(b"<rss/>", encoding="gzip"),
        polled(b""),
        polled(b"\r\n\r\n<rss/>"),
        polled(b"<rss/>", more="X-Wörter: ja\r\n".encode("latin-1")),
        polled(b"<rss/>", more=b"X-Long: " + b"a" * 1_000_000 + b"\r\n"),
        polled(b"<rss/>", more=b" folded\r\nno colon\r\n"),
        polled(b"<rss/>", url="https://bücher.example/a b\r\nWARC-Type: warcinfo\r\n?q=ü"),
        polled(os.urandom(32_000_000)),
        from_file(b"<rss/>"),
        from_file(b"<rss/>", name="a\nb\r\nc \udcff.xml"),
        replace(from_file(b"<rss/>"), content_type="text/xml\r\nWARC-Type: warcinfo"),
    ],
    ids=range(12),
)
def test_a_document_is_read_back_and_passes_two_readers(
    db: Database, path: Path, document: ReceivedDocument
) -> None:
    number = keep(db, document)
    assert document_body(db.conn, path, number) == document.body
    assert check_rows(path) == [document.body]
    check_by_warcio(path)
    if document.http:
        response = plain_records(warc_files(path)[0])[-1]
        assert (response.head, response.body) == (document.http.response, document.http.body)


@pytest.mark.parametrize(
    ("name", "compress"),
    [
        (b"gzip", gzip.compress),
        (b"br", brotli.compress),
        (b"zstd", zstd.compress),
        (b"x-gzip", gzip.compress),
        (b"gzip", bytes),
    ],
)
def test_a_body_is_decoded_as_when_it_was_received(
    db: Database, path: Path, name: bytes, compress: Callable[[bytes], bytes]
) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding:" + name + b"\r\n\r\n"
    number = keep(db, answered(head, compress(b"<rss/>"), b"<rss/>"))
    assert document_body(db.conn, path, number) == b"<rss/>"


def test_a_body_whose_compression_is_cut_off_is_what_could_be_read_of_it(db: Database, path: Path) -> None:
    body = os.urandom(200_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    number = keep(db, answered(head, gzip.compress(body)[:-8], body))
    assert document_body(db.conn, path, number) == body


def test_a_revisit_is_read_from_the_record_that_has_the_body(db: Database, path: Path) -> None:
    keep(db, polled(b"<rss/>", encoding="gzip"))
    again = keep(db, polled(b"<rss/>"))
    assert document_body(db.conn, path, again) == b"<rss/>"
    check_by_warcio(path)


HEADS = st.lists(st.binary(max_size=20) | st.sampled_from([b"", b" ", b"\r", b"A: b"]), max_size=6).map(
    b"\n".join
)


@given(
    request=st.none() | HEADS,
    head=HEADS.filter(lambda head: b"encoding" not in head.lower()),
    body=st.binary(max_size=200),
    url=st.text(st.characters(), max_size=30),
    name=st.none() | st.text(st.characters(), max_size=30),
    content_type=st.none() | st.text(st.characters(), max_size=30),
    by_http=st.booleans(),
)
def test_whatever_was_received_is_read_back_and_sound(
    tmp_path_factory: pytest.TempPathFactory,
    request: bytes | None,
    head: bytes,
    body: bytes,
    url: str,
    name: str | None,
    content_type: str | None,
    by_http: bool,
) -> None:
    path = tmp_path_factory.mktemp("any") / "archive.db"
    http = HttpExchange(request, head, body) if by_http else None
    url = f"https://{url}" if by_http else url
    document = ReceivedDocument(body, "2026-11-29T10:00:00Z", url, "import", None, content_type, name, http)
    with closing(archive_with_feed(path)) as db:
        number = keep(db, document)
        assert document_body(db.conn, path, number) == body
    assert check_rows(path) == [body]
    with warc_files(path)[0].open("rb") as file:
        for record in ArchiveIterator(file, check_digests=True):
            record.raw_stream.read()
            assert record.digest_checker.passed is not False


def why(db: Database, path: Path, number: int = 1) -> str:
    with pytest.raises(BytesMissing) as raised:
        document_body(db.conn, path, number)
    return str(raised.value)


def test_what_was_not_kept_is_said(db: Database, path: Path) -> None:
    keep(db, polled(b"<rss/>"), keep_bytes=False)
    assert why(db, path) == "The bytes of this document are not kept: they never were, or were freed since."
    assert why(db, path, 7) == "There is no document 7."


def test_a_document_without_bytes_is_read_from_another_with_the_same(db: Database, path: Path) -> None:
    number = keep(db, polled(b"<rss/>"), keep_bytes=False)
    keep(db, polled(b"<rss/>"))
    assert document_body(db.conn, path, number) == b"<rss/>"


def test_a_folder_or_file_that_is_missing_is_named(db: Database, path: Path) -> None:
    keep(db, polled(b"<rss/>"))
    [file] = warc_files(path)
    moved = file.rename(path.with_name("moved"))
    assert why(db, path) == f"{file.name} in archive.warc is missing. Put it back from a backup."
    file.parent.rmdir()
    assert why(db, path).startswith("The folder archive.warc is missing")
    assert "Put it back beside the archive." in why(db, path)
    file.parent.mkdir()
    moved.rename(file)
    assert document_body(db.conn, path, 1) == b"<rss/>"


@pytest.mark.parametrize("at", [100, -100])
def test_a_file_that_is_cut_off_is_named(db: Database, path: Path, at: int) -> None:
    keep(db, polled(os.urandom(300)))
    [file] = warc_files(path)
    os.truncate(file, at % file.stat().st_size)
    assert f"{file.name} in archive.warc is damaged where this document stands" in why(db, path)


def test_damage_anywhere_in_the_record_gives_no_wrong_bytes(db: Database, path: Path) -> None:
    body = os.urandom(300)
    keep(db, polled(body))
    [file] = warc_files(path)
    [(offset, length)] = db.execute("SELECT offset, length FROM documents")
    data = bytearray(file.read_bytes())
    for place in range(offset, offset + length, 7):
        data[place] ^= 0x55
        file.write_bytes(data)
        data[place] ^= 0x55
        try:
            assert document_body(db.conn, path, 1) == body
        except BytesMissing as error:
            assert file.name in str(error)


def test_a_file_of_another_archive_in_its_place_gives_no_wrong_bytes(db: Database, path: Path) -> None:
    keep(db, polled(b"mine 1"))
    other = path.with_name("other.db")
    with closing(archive_with_feed(other)) as second:
        keep(second, polled(b"theirs"))
    [file], [theirs] = warc_files(path), warc_files(other)
    file.write_bytes(theirs.read_bytes())
    assert f"{file.name} in archive.warc" in why(db, path)


def test_a_bomb_in_the_place_of_a_document_is_not_unpacked(db: Database, path: Path) -> None:
    keep(db, polled(b"x" * 1000))
    with closing(archive_with_feed(path.with_name("bomb.db"))) as second:
        keep(second, polled(bytes(1_000_000)))
    [file], [theirs] = warc_files(path), warc_files(path.with_name("bomb.db"))
    file.write_bytes(theirs.read_bytes())
    db.execute("UPDATE documents SET offset = ?", [plain_records(theirs)[-1].offset])
    assert "has other bytes" in why(db, path)


def test_a_pipe_in_the_place_of_a_file_does_not_block(db: Database, path: Path) -> None:
    keep(db, polled(b"<rss/>"))
    [file] = warc_files(path)
    file.unlink()
    os.mkfifo(file)
    assert "cannot be read: it is neither a file nor a folder." in why(db, path)


@needs_permissions
def test_a_folder_that_is_read_only_is_read_and_cannot_be_written_to(db: Database, path: Path) -> None:
    keep(db, polled(b"<rss/>"))
    folder = path.with_name("archive.warc")
    folder.chmod(0o500)
    warc_files(path)[0].chmod(0o400)
    program = """
import os, sys
from pathlib import Path
from sqlite_utils import Database
from ingest.archive.documents.read_back import document_body
from ingest.archive.file.errors import ArchiveError
from tests.ingest.archive.documents.received_here import keep, polled
db = Database(sys.argv[1])
print(document_body(db.conn, Path(sys.argv[1]), 1))
try:
    keep(db, polled(b"2"))
except ArchiveError as error:
    print(error)
"""
    command = [*AS_ANYBODY, sys.executable, "-c", program, str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    folder.chmod(0o700)
    assert said[0] == "b'<rss/>'"
    assert "Permission denied" in said[1]
    assert str(folder) in said[1]
    assert said[1].endswith("or keep no documents: --keep-documents none")


def test_the_address_of_the_feed_stands_in_the_record(db: Database, path: Path) -> None:
    keep(db, polled(b"<rss/>"))
    assert plain_records(warc_files(path)[0])[-1].fields["Feedsette-Feed"] == URL
