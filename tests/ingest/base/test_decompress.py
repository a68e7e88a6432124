import contextlib
import gzip
import sys
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.decompress import MEMBERS, PIECE, CannotDecompress, Decompressor

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Weather</title></channel></rss>'

Compress = Callable[[bytes], bytes]


def raw_deflate(data: bytes) -> bytes:
    return zlib.compress(data)[2:-4]


FORMS: dict[str, tuple[str, Compress]] = {
    "plain": ("", bytes),
    "gzip": ("gzip", gzip.compress),
    "zlib": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "brotli": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
}


def decompress(encoding: str, *chunks: bytes) -> bytes:
    decompressor = Decompressor(encoding)
    pieces = [piece for chunk in chunks for piece in decompressor.feed(chunk)]
    return b"".join([*pieces, *decompressor.finish()])


@pytest.mark.parametrize("form", FORMS)
@given(data=st.binary(max_size=2000), cut=st.integers(0, 200))
def test_what_was_compressed_comes_out_as_it_was_however_it_is_cut(form: str, data: bytes, cut: int) -> None:
    encoding, compress = FORMS[form]
    sent = compress(FEED + data)
    chunks = [sent[i : i + cut + 1] for i in range(0, len(sent), cut + 1)]
    assert decompress(encoding, *chunks) == FEED + data


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP", "gzip, identity", "gzip, gzip"])
def test_an_encoding_is_known_by_its_names(encoding: str) -> None:
    assert decompress(encoding, gzip.compress(FEED)) == FEED


@pytest.mark.parametrize(("encoding", "compress"), [("gzip", gzip.compress), ("zstd", zstd.compress)])
def test_several_members_are_one_body(encoding: str, compress: Compress) -> None:
    assert decompress(encoding, compress(FEED) + compress(b"more"), compress(b"!")) == FEED + b"more!"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_plain_feed_under_a_compressions_label_is_read_as_it_is(encoding: str) -> None:
    assert decompress(encoding, FEED[:3], FEED[3:]) == FEED


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate", "br", "zstd"])
def test_an_empty_body_is_empty(encoding: str) -> None:
    assert decompress(encoding) == b""


def test_what_follows_a_gzip_body_and_is_none_is_ignored() -> None:
    assert decompress("gzip", gzip.compress(FEED) + b"\0\0\0", b"and so on") == FEED


@pytest.mark.parametrize("form", ["gzip", "zlib", "brotli", "zstd"])
def test_a_body_that_stops_in_the_middle_is_an_error(form: str) -> None:
    encoding, compress = FORMS[form]
    with pytest.raises(CannotDecompress, match="middle"):
        decompress(encoding, compress(FEED)[:-5])


@pytest.mark.parametrize(
    ("encoding", "magic"), [("gzip", b"\x1f\x8b\x08"), ("br", b"\xff"), ("zstd", b"\x28\xb5")]
)
def test_a_damaged_body_is_an_error(encoding: str, magic: bytes) -> None:
    with pytest.raises(CannotDecompress, match="damaged"):
        decompress(encoding, magic + b"\xff" * 100)


def test_an_encoding_that_was_not_asked_for_is_an_error() -> None:
    with pytest.raises(CannotDecompress, match="not asked for"):
        Decompressor("compress")


def test_a_body_compressed_twice_is_an_error() -> None:
    with pytest.raises(CannotDecompress, match="more than once"):
        Decompressor("gzip, br")


@pytest.mark.parametrize(("encoding", "compress"), [("gzip", gzip.compress), ("zstd", zstd.compress)])
def test_a_body_of_thousands_of_empty_members_is_an_error(encoding: str, compress: Compress) -> None:
    with pytest.raises(CannotDecompress, match="parts"):
        decompress(encoding, compress(b"") * (MEMBERS + 1))


@pytest.mark.parametrize(
    "encoding", ["none", "None", "UTF-8", "identity", "binary", "text/xml", "gzip, utf-8"]
)
def test_what_is_no_compression_is_none(encoding: str) -> None:
    sent = gzip.compress(FEED) if "gzip" in encoding else FEED
    assert decompress(encoding, sent) == FEED


def twice(data: bytes) -> bytes:
    return gzip.compress(gzip.compress(data))


def guessed(encoding: str, *chunks: bytes) -> tuple[bytes, str | None]:
    """What comes out, and what the header should have said."""
    decompressor = Decompressor(encoding, guess=True)
    pieces = [piece for chunk in chunks for piece in decompressor.feed(chunk)]
    return b"".join([*pieces, *decompressor.finish()]), decompressor.found


@pytest.mark.parametrize(
    ("encoding", "compress", "found"),
    [
        ("", bytes, None),
        ("", gzip.compress, "gzip"),
        ("", twice, "gzip, gzip"),
        ("identity", gzip.compress, "gzip"),
        ("none", gzip.compress, "gzip"),
        ("utf-8", bytes, ""),
        ("gzip", bytes, None),
        ("gzip", gzip.compress, None),
        ("gzip", twice, "gzip, gzip"),
        ("br", gzip.compress, "gzip"),
        ("br", brotli.compress, None),
        ("zstd", zstd.compress, None),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_gzip_is_recognised_whatever_is_declared(
    encoding: str, compress: Compress, found: str | None, size: int
) -> None:
    sent = compress(FEED)
    chunks = [sent[i : i + size] for i in range(0, len(sent), size)]
    assert guessed(encoding, *chunks) == (FEED, found)
    header = encoding if found is None else found
    assert decompress(header, *chunks) == FEED  # as it is read back


def test_gzip_that_nobody_declares_is_left_alone_where_it_is_not_to_be_guessed() -> None:
    assert decompress("", gzip.compress(FEED)) == gzip.compress(FEED)


def test_of_gzip_within_gzip_three_are_opened() -> None:
    assert guessed("", gzip.compress(gzip.compress(twice(FEED)))) == (gzip.compress(FEED), "gzip, gzip, gzip")


@pytest.mark.parametrize("compress", [gzip.compress, twice])
def test_undeclared_gzip_that_stops_in_the_middle_is_an_error(compress: Compress) -> None:
    with pytest.raises(CannotDecompress, match="middle"):
        guessed("", compress(FEED)[:-5])


def test_a_plain_body_is_known_to_be_plain_as_it_comes() -> None:
    decompressor = Decompressor("", guess=True)
    assert not decompressor.is_plain
    assert list(decompressor.feed(FEED)) == [FEED]
    assert decompressor.is_plain


def test_a_bomb_within_a_bomb_comes_out_in_pieces() -> None:
    bomb = twice(bytes(50_000_000))
    tracemalloc.start()
    try:
        sizes = [len(piece) for piece in Decompressor("", guess=True).feed(bomb)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(sizes) == 50_000_000
    assert peak < 2_000_000


@pytest.mark.parametrize("form", ["gzip", "zlib", "raw deflate", "brotli", "zstd"])
def test_a_bomb_comes_out_in_pieces(form: str) -> None:
    encoding, compress = FORMS[form]
    bomb = compress(bytes(50_000_000))
    tracemalloc.start()
    try:
        decompressor = Decompressor(encoding)
        sizes = [len(piece) for piece in decompressor.feed(bomb)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(sizes) == 50_000_000
    assert max(sizes) <= 2 * PIECE
    assert peak < 2_000_000


@given(st.sampled_from(["", "gzip", "deflate", "br", "zstd"]), st.binary(max_size=300))
def test_nonsense_never_raises_anything_else(encoding: str, data: bytes) -> None:
    for body in (data, b"\x1f\x8b\x08" + data):
        with contextlib.suppress(CannotDecompress):
            decompress(encoding, body)
        with contextlib.suppress(CannotDecompress):
            guessed(encoding, body)
