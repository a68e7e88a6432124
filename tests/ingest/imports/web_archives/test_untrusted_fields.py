"""The fields of Feedsette's in a web archive, of which anybody may have written any value."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.archive.documents.warc.pack import pack
from ingest.archive.file.opening import open_archive
from ingest.base.http_url import is_fetchable
from ingest.base.models import ReceivedDocument
from ingest.base.printable import printable_line
from ingest.base.urls import LONGEST_URL, without_folders
from ingest.imports.web_archives.captured import exchange
from ingest.imports.web_archives.kept_fields import archive_id, kept_fields
from tests.ingest.documents_written_here import item, rss
from tests.ingest.imports.importing_here import take_in, warc_records_of

DIGEST = "sha256:" + "0123456789abcdef" * 4
WORDS = (
    "http: https: file: javascript: // / user:pass@ a.example .. %2F %00 %0D%0A \u202e \udcff ?a=b #c [ ] :99999 < > "
    "feed.xml ä"
)
PIECES = st.lists(st.sampled_from([*WORDS.split(), "\r\n", " "]) | st.text(max_size=5), max_size=10).map(
    "".join
)


def fields(feed: str | None = None, digest: str | None = None):
    return kept_fields({"Feedsette-Feed": feed, "Feedsette-Digest": digest}.get, None)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://a.example/feed", "https://a.example/feed"),
        ("<https://a.example/feed>", "https://a.example/feed"),
        ("https://user:pass@a.example/feed", "https://a.example/feed"),
        ("file:///feed.xml", "file:///feed.xml"),
        ("file:///home/somebody/feed%201.xml", "file:///feed%201.xml"),
        ("file:///..%2F..%2Fetc%2Fpasswd", "file:///passwd"),
        ("file:///", None),
        ("file:///..", None),
        ("javascript:alert(1)", None),
        ("ftp://a.example/feed", None),
        ("https://", None),
        ("file:///home/me/feed.xml#0123456789ab", "file:///feed.xml#0123456789ab"),
        ("file:///feed.xml#x", "file:///feed.xml%23x"),
        ("feed", None),
        ("", None),
        (None, None),
        ("https://a.example/a\xadb\ue000", "https://a.example/a%C2%ADb%EE%80%80"),
        ("https://a.example/?\u200b" + "a" * (LONGEST_URL - 25), None),
        ("file:///\ud800.xml", None),
        ("https://a.example/" + "a" * LONGEST_URL, None),
        ("file:///" + "ä" * LONGEST_URL, None),
    ],
)
def test_a_feed_is_at_a_web_address_or_in_a_file_without_folders(
    given: str | None, expected: str | None
) -> None:
    assert fields(feed=given).feed_url == expected


@pytest.mark.parametrize(
    ("given", "is_one"),
    [
        (DIGEST, True),
        (f" {DIGEST} ", True),
        (DIGEST.upper(), False),
        (DIGEST[:-1], False),
        ("sha1:AB", False),
        (f"{DIGEST}\n{DIGEST}", False),
    ],
)
def test_a_digest_is_64_hexadecimal_digits(given: str, is_one: bool) -> None:
    assert fields(digest=given).sha256 == (DIGEST.removeprefix("sha256:") if is_one else None)


@given(PIECES)
def test_whatever_is_said_of_a_feed_its_address_is_one_that_may_be_stored_and_shown(value: str) -> None:
    url = fields(feed=value).feed_url
    if url is not None:
        assert url.isprintable() and len(url) <= LONGEST_URL
        assert is_fetchable(url) or re.fullmatch(r"file:///[^/#]+(#[0-9a-f]{12})?", url)
        name = url.partition("#")[0]
        assert not url.startswith("file:") or without_folders(name) == name


@given(st.binary(max_size=200))
def test_whatever_a_warcinfo_says_the_number_of_an_archive_is_a_number(block: bytes) -> None:
    assert archive_id(block) is None
    assert archive_id(block + b"\r\nisPartOf: " + b"0a" * 16 + b"\r\n") == "0a" * 16


LINES = (
    b"HTTP/1.1 200 OK|Cookie: secret|AUTHORIZATION : secret|X-Api-Key:secret|Set-Cookie: secret|"
    b"transfer-encoding: chunked| folded|\tsecret||\xff:\0"
)
HEAD = st.lists(st.sampled_from(LINES.split(b"|")) | st.binary(max_size=8), max_size=8).map(b"\r\n".join)


@given(HEAD, HEAD)
def test_whatever_a_request_and_a_response_hold_the_heads_end_and_have_no_secret_header(
    request: bytes, head: bytes
) -> None:
    head = b"HTTP/1.1 200 OK\r\n" + head
    assert exchange(request, head, b"").request is None
    http = exchange(b"GET / HTTP/1.1\r\n" + request, head, b"")
    assert http.request is not None
    assert re.search(rb"\r?\n\r?\n\Z", http.request)
    assert re.search(rb"\r?\n\r?\n", http.response)
    assert not re.search(rb"(?im)^(cookie|authorization|x-api-key)[ \t]*:", http.request)
    assert not re.search(rb"(?im)^transfer-encoding[ \t]*:", http.response)


def one_line(value: str) -> bytes:
    return re.sub(r"[\r\n\0]", "", value).encode(
        "utf-8", "surrogateescape" if "\udcff" in value else "replace"
    )


@given(PIECES, PIECES, PIECES, st.sampled_from(["resource", "response", "revisit"]))
def test_whatever_the_fields_say_an_import_ends_with_documents_or_words(
    feed: str, address: str, digest: str, kind: str
) -> None:
    body = rss(item("1"))
    block = b"HTTP/1.1 200 OK\r\n\r\n" + body if kind == "response" else body
    record = (
        b"WARC/1.1\r\nWARC-Type: %s\r\nFeedsette-Feed: %s\r\nWARC-Target-URI: %s\r\nFeedsette-Digest: %s\r\n"
        b"Content-Length: %d\r\n\r\n%s\r\n\r\n"
    ) % (kind.encode(), one_line(feed), one_line(address), one_line(digest), len(block), block)
    with TemporaryDirectory() as name, open_archive(Path(name, "archive.db"), create=True) as db:
        path = Path(name, "a.warc")
        path.write_bytes(record)
        for result in take_in(db, path):
            assert result.saved or result.problem
        for url, final_url in db.execute("SELECT url, final_url FROM documents"):
            assert (printable_line(url), printable_line(final_url)) == (url, final_url)
            assert not url.startswith("file:") or url.count("/") == 3
            [kept] = [record for record in warc_records_of(db) if record.kind == kind]
            assert kept.block.endswith(body)


def test_a_digest_that_is_not_the_bodys_cannot_stand_for_another_body(db, tmp_path: Path) -> None:
    """A revisit that names it gets no body."""
    document = pack(
        ReceivedDocument(rss(item("1")), "2024-01-01T00:00:00Z", "file:///a.xml", "import"), "file:///a.xml"
    )
    revisit = (
        "WARC/1.1\r\nWARC-Type: revisit\r\nWARC-Target-URI: file:///a.xml\r\n"
        f"Feedsette-Digest: {DIGEST}\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    )
    (tmp_path / "a.warc.gz").write_bytes(document.record)
    (tmp_path / "b.warc").write_bytes(revisit.encode())
    results = take_in(db, tmp_path / "a.warc.gz", tmp_path / "b.warc")
    assert [bool(result.saved) for result in results] == [True, False]
