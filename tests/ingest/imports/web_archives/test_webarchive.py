"""Web archives as they are found: compressed in all ways, cut, damaged, or made as traps."""

import gzip
import io
import os
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ingest.base.advice import Problem
from ingest.imports import saved
from ingest.imports.documents import documents
from ingest.imports.saved import Document
from ingest.imports.web_archives import gzip_members, warc
from ingest.imports.web_archives.warc_records import LONGEST_HEADER
from tests.ingest.documents_written_here import item, rss

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SAMPLES = Path(__file__).parents[5] / "shared" / "cases" / "60-web-archives"
FEED = rss(item("1"))


def warc_record(
    address: str | None = "https://a.example/feed",
    body: bytes = FEED,
    *,
    http: dict[str, str] | None = None,
    warc: dict[str, str] | None = None,
    kind: str = "response",
    packed: bool = False,
) -> bytes:
    """A record as warcio writes it."""
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=packed)
    headers = StatusAndHeaders(
        "200 OK", list(({"Content-Type": "text/xml"} | (http or {})).items()), protocol="HTTP/1.1"
    )
    record = writer.create_warc_record(
        address, kind, payload=io.BytesIO(body), http_headers=headers, warc_headers_dict=warc or {}
    )
    writer.write_record(record)
    return stream.getvalue()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Document | Problem]]:
    """What `documents` makes of an archive of these records."""

    def read(*records: bytes, name: str = "crawl.warc") -> list[Document | Problem]:
        path = tmp_path / name
        path.write_bytes(b"".join(records))
        return list(documents([path]))

    return read


Read = Callable[..., list[Document | Problem]]


def found(results: list[Document | Problem]) -> list[str]:
    """The addresses of the documents, and what is said of the rest."""
    return [one.address if isinstance(one, Document) else one.why for one in results]


def raw_deflate(data: bytes) -> bytes:
    return zlib.compress(data)[2:-4]


def in_chunks(data: bytes) -> bytes:
    return b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in (data[:7], data[7:])) + b"0\r\n\r\n"


ENCODED: dict[str, tuple[dict[str, str], Callable[[bytes], bytes]]] = {
    "gzip": ({"Content-Encoding": "gzip"}, gzip.compress),
    "deflate": ({"Content-Encoding": "deflate"}, zlib.compress),
    "raw deflate": ({"Content-Encoding": "deflate"}, raw_deflate),
    "brotli": ({"Content-Encoding": "br"}, brotli.compress),
    "zstd": ({"Content-Encoding": "zstd"}, zstd.compress),
    "undone already": ({"Content-Encoding": "br", "Transfer-Encoding": "chunked"}, bytes),
    "gzip that is not declared": ({}, gzip.compress),
    "no compression": ({"Content-Encoding": "none"}, bytes),
    "chunks": ({"Transfer-Encoding": "chunked"}, in_chunks),
    "chunks of brotli": (
        {"Content-Encoding": "br", "Transfer-Encoding": "Chunked"},
        lambda data: in_chunks(brotli.compress(data)),
    ),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("form", ENCODED)
def test_a_body_is_read_however_it_was_sent(read: Read, form: str, packed: bool) -> None:
    http, encode = ENCODED[form]
    [document] = read(warc_record(body=encode(FEED), http=http, packed=packed))
    assert isinstance(document, Document)
    assert document.body == FEED


@pytest.mark.parametrize(
    "encoding, body, why",
    [
        ("gzip", gzip.compress(FEED)[:-30], "It ended in the middle of its compressed data."),
        ("br", b"\x1b" + os.urandom(1) * 200, "Its br compression is damaged."),
        ("lzma", FEED, "compression that was not asked for"),
        ("gzip, br", FEED, "compressed more than once"),
    ],
)
def test_a_body_that_cannot_be_decompressed_is_named_and_the_rest_is_read(
    read: Read, encoding: str, body: bytes, why: str
) -> None:
    results = read(
        warc_record("https://a.example/1", body, http={"Content-Encoding": encoding}),
        warc_record("https://a.example/2"),
    )
    assert found(results)[-1] == "https://a.example/2"
    [problem] = [one for one in results if isinstance(one, Problem)]
    assert problem.name.endswith("https://a.example/1")
    assert why in problem.why


def test_a_body_that_grows_too_large_is_named_before_it_fills_the_memory(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "LARGEST_DOCUMENT", 1_000_000)
    body = brotli.compress(bytes(200_000_000), quality=1)
    archive = warc_record("https://a.example/1", body, http={"Content-Encoding": "br"}), warc_record()
    tracemalloc.start()
    try:
        results = read(*archive)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert found(results) == [saved.DOCUMENT_TOO_LARGE, "https://a.example/feed"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_record_that_is_too_large_is_passed_over_and_named(
    read: Read, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr(saved, "LARGEST_DOCUMENT", 1_000_000)
    large = warc_record("https://a.example/1", os.urandom(1_500_000), packed=packed)
    film = warc_record(
        "https://a.example/2", bytes(3_000_000), http={"Content-Type": "video/mp4"}, packed=packed
    )
    assert found(read(large, film, warc_record(packed=packed))) == [
        saved.DOCUMENT_TOO_LARGE,
        "https://a.example/feed",
    ]


def test_a_record_without_an_address_is_named_and_the_rest_is_read(read: Read) -> None:
    without = warc_record().replace(b"WARC-Target-URI: https://a.example/feed\r\n", b"")
    first, problem, last = read(
        warc_record("https://a.example/1"), without, warc_record("https://a.example/2")
    )
    assert isinstance(problem, Problem)
    assert "does not say which address" in problem.why
    assert "the record at byte" in problem.name
    assert found([first, last]) == ["https://a.example/1", "https://a.example/2"]


def test_an_address_may_stand_in_angle_brackets_as_wget_wrote_it(read: Read) -> None:
    assert found(read(warc_record().replace(b"https://a.example/feed\r", b"<https://a.example/feed>\r"))) == [
        "https://a.example/feed"
    ]


@pytest.mark.parametrize("kind", ["resource", "conversion", "revisit", "request", "metadata", "x-own"])
def test_records_of_other_kinds_are_passed_over(read: Read, kind: str) -> None:
    other = warc_record().replace(b"WARC-Type: response", b"WARC-Type: " + kind.encode())
    assert found(read(other, warc_record("https://a.example/2"))) == ["https://a.example/2"]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("of", ["warc", "http"])
def test_a_header_of_megabytes_is_refused_at_once_and_the_rest_is_read(
    read: Read, of: str, packed: bool
) -> None:
    long = {"X-Long": "a" * 20_000_000}
    results = read(
        warc_record("https://a.example/1", packed=packed, **{of: long}), warc_record(packed=packed)
    )
    [problem, document] = found(results)
    assert f"header is longer than {LONGEST_HEADER // 1024} kB" in problem
    assert document == "https://a.example/feed"


@pytest.mark.parametrize("length", [b"9999", b"99999999999", b"1", b"-5", b"many", b""])
def test_a_wrong_length_costs_its_record_alone(read: Read, length: bytes) -> None:
    wrong = warc_record("https://a.example/1")
    start = wrong.index(b"Content-Length: ", wrong.index(b"WARC-Type")) + len(b"Content-Length: ")
    wrong = wrong[:start] + length + wrong[wrong.index(b"\r", start) :]
    first, problem, last = found(
        read(warc_record("https://a.example/0"), wrong, warc_record("https://a.example/2"))
    )
    assert (first, last) == ("https://a.example/0", "https://a.example/2")
    assert "Content-Length" in problem


def test_a_trap_that_grows_without_end_is_given_up(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gzip_members, "LARGEST_ANYWAY", 10_000_000)
    trap = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
    results = found(read(gzip.compress(trap + bytes(100_000_000)), name="crawl.warc.gz"))
    assert "as a trap does" in results[-1]


def test_many_damaged_places_are_summed_up(read: Read) -> None:
    results = found(read(*[b"WARC/1.0\r\nA: b\r\n\r\n"] * 1000, warc_record()))
    assert "https://a.example/feed" in results
    assert "980 more places" in results[-1]
    assert len(results) == warc.MOST_DAMAGES + 2


def test_many_records_that_each_claim_the_whole_archive_are_read_in_one_pass(read: Read) -> None:
    claim = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 60000000\r\n\r\n"
    assert "https://a.example/feed" in found(read(claim * 200_000, warc_record()))


@pytest.mark.parametrize(
    "name, documents_and_problems",
    [
        ("bad-address.warc", (0, 1)),
        ("warc-escape.warc", (1, 0)),
        ("warc-escape2.warc", (1, 1)),
        ("warc-no-target.warc", (2, 1)),
        ("warc-valid-brotli.warc", (3, 0)),
    ],
)
def test_what_breaking_it_found(name: str, documents_and_problems: tuple[int, int]) -> None:
    if not (path := SAMPLES / name).exists():
        pytest.skip(f"there is no {path}")
    results = list(documents([path]))
    counts = [sum(isinstance(one, kind) for one in results) for kind in (Document, Problem)]
    assert tuple(counts) == documents_and_problems


COUNT = 5
BODIES = [rss(item(str(number), text="Words. " * 40 * number)) for number in range(COUNT)]


def archive_of(packed: bool) -> list[bytes]:
    return [
        warc_record(f"https://a.example/{number}", body, packed=packed) for number, body in enumerate(BODIES)
    ]


ARCHIVES = {packed: archive_of(packed) for packed in (False, True)}

damages = st.one_of(
    st.binary(min_size=1, max_size=40),  # in the place of as many
    st.just(b""),
    st.sampled_from([b"\r\n", b"WARC/1.0\r\n", b"\x1f\x8b\x08\x00", b"\x00" * 300, b"\x1b]0;x\x07"]),
    st.sampled_from(
        [piece[start:end] for piece in ARCHIVES[True] for start, end in ((0, 40), (20, 90), (-30, None))]
    ),
)


def read_bytes(archive: bytes, packed: bool = True) -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("crawl.warc.gz" if packed else "crawl.warc")
        path.write_bytes(archive)
        return {one.address: one.body for one in documents([path]) if isinstance(one, Document)}


@given(
    packed=st.booleans(),
    which=st.integers(0, COUNT - 1),
    where=st.integers(0, 3000),
    removed=st.integers(0, 300),
    inserted=damages,
)
def test_damage_to_one_record_costs_no_other(
    packed: bool, which: int, where: int, removed: int, inserted: bytes
) -> None:
    records = list(ARCHIVES[packed])
    where %= len(records[which])
    if which == 0:
        where = max(where, 10)  # what a file begins with says what it is
    records[which] = records[which][:where] + inserted + records[which][where:][removed:]
    read = read_bytes(b"".join(records), packed)
    kept = {f"https://a.example/{number}": body for number, body in enumerate(BODIES) if number != which}
    assert kept.items() <= read.items()


@given(where=st.integers(0, 10_000), packed=st.booleans())
def test_a_cut_costs_what_stands_behind_it(where: int, packed: bool) -> None:
    archive = b"".join(ARCHIVES[packed])[:where]
    complete = [number for number in range(COUNT) if len(b"".join(ARCHIVES[packed][: number + 1])) <= where]
    read = read_bytes(archive)
    for number in complete:
        assert read[f"https://a.example/{number}"] == BODIES[number]


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.binary(min_size=1, max_size=3)), max_size=30), st.booleans()
)
def test_no_damage_is_too_much(flips: list[tuple[int, bytes]], whole: bool) -> None:
    archive = bytearray(b"".join(ARCHIVES[True]) if not whole else gzip.compress(b"".join(ARCHIVES[False])))
    for where, flip in flips:
        place = where % len(archive)
        archive[place : place + len(flip)] = flip
    read_bytes(bytes(archive))


def test_of_a_file_that_is_compressed_as_a_whole_what_stands_before_the_damage_is_read() -> None:
    plain = b"".join(
        warc_record(f"https://a.example/{n}", os.urandom(50_000).hex().encode()) for n in range(5)
    )
    archive = bytearray(gzip.compress(plain))
    archive[len(archive) // 2 :] = b"damage" * 1000
    assert set(read_bytes(bytes(archive))) == {"https://a.example/0", "https://a.example/1"}


@pytest.mark.parametrize("packed", [False, True])
def test_a_web_archive_is_known_by_its_name_where_its_beginning_is_damaged(packed: bool) -> None:
    archive = b"\0\0\0" + b"".join(ARCHIVES[packed])[3:]
    assert set(read_bytes(archive, packed)) == {f"https://a.example/{number}" for number in range(1, COUNT)}
