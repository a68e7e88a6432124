"""Streaming decompression of Content-Encoding, in bounded pieces, so that the caller can stop a decompression bomb.

gzip and deflate of RFC 9110, brotli of RFC 7932, zstd of RFC 8878 with the window that RFC 9659 allows. Servers also
send gzip that they do not declare, declare what they do not send, and take the header for that of a charset.
"""

import re
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ACCEPT_ENCODING = "gzip, br, zstd, deflate"

PIECE = 64 * 1024  # bytes; brotli may go over it by half
MEMBERS = 1000  # of a gzip or zstd body, at most: each costs time, however little it holds
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"  # magic bytes of a member

# How an uncompressed feed begins, which some servers label as compressed.
_PLAIN = re.compile(rb"\s*(?:<[?!]|<(?:rss|feed|rdf|html)\b|\{\s*\")", re.IGNORECASE)
_OPENING = 16  # bytes that are needed to recognise it
_GZIP_OPENING = GZIP + b"\x08"  # RFC 1952, 2.3
_CODINGS = frozenset({"gzip", "deflate", "br", "zstd"})
# Registered, or in use, and not asked for. What else stands in the header ("none", "UTF-8") is no compression.
_UNKNOWN = frozenset(
    "aes128gcm bzip2 compress dcb dcz exi lz4 lzma pack200-gzip sdch snappy xz xpress".split()
)
_MOST_LAYERS = 3  # of gzip within gzip


class CannotDecompress(ValueError):
    """The body is damaged, or its Content-Encoding is not supported. The message is for the user."""


class Decompressor:
    """Decompresses a body in one Content-Encoding: `feed` it each chunk, then `finish`. Both yield pieces of PIECE."""

    def __init__(self, encoding: str, guess: bool = False) -> None:
        """`encoding` is the header's value, "" where there is none. Raises CannotDecompress.

        With `guess` gzip is recognised as well where it is not declared, also within gzip.
        """
        said = [name.strip().lower().removeprefix("x-") for name in encoding.split(",")]
        if _UNKNOWN & set(said):
            raise CannotDecompress("The server sent it in a compression that was not asked for.")
        names = [name for name in said if name in _CODINGS]
        if len(set(names)) > 1:
            raise CannotDecompress("The server sent it compressed more than once, which nothing needs.")
        self._said = ", ".join(name for name in said if name not in ("", "identity"))
        names = names[:_MOST_LAYERS]
        more = _MOST_LAYERS - len(names) if guess and set(names) <= {"gzip"} else 0
        self._layers = [_Layer(name, guess) for name in names] + [_Layer("", True) for _ in range(more)]

    @property
    def is_plain(self) -> bool:
        """Whether what comes out is what goes in, as far as is known: at first it may not be."""
        return not self._layers or self._layers[0].is_plain

    @property
    def found(self) -> str | None:
        """What the header should have said, after all was read; None where `encoding` does for reading it again."""
        found = ", ".join(layer.name for layer in self._layers if layer.name)
        return None if found == self._said else found

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Raises CannotDecompress, here and at each piece."""
        return self._feed(data, 0)

    def finish(self) -> Iterator[bytes]:
        """Raises CannotDecompress where the body stopped in the middle."""
        for depth, layer in enumerate(self._layers):
            for piece in layer.finish():
                yield from self._feed(piece, depth + 1)

    def _feed(self, data: bytes, depth: int) -> Iterator[bytes]:
        if depth == len(self._layers):
            yield data
            return
        for piece in self._layers[depth].feed(data):
            yield from self._feed(piece, depth + 1)


class _Layer:
    """One compression of a body, which may turn out to be another, or none."""

    def __init__(self, name: str, guess: bool) -> None:
        self.name = name
        self.is_plain = False  # which shows in its first bytes
        self._guess = guess
        self._opening = b""
        self._body: _Members | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self.is_plain:
            yield data
        elif self._body:
            yield from self._undo(self._body, data)
        else:
            self._opening += data
            if len(self._opening) >= _OPENING:
                yield from self._begin()

    def finish(self) -> Iterator[bytes]:
        if self._opening:
            yield from self._begin()
        if self._body and not self._body.complete:
            raise CannotDecompress("It ended in the middle of its compressed data.")

    def _begin(self) -> Iterator[bytes]:
        opening, self._opening = self._opening, b""
        if self._guess and opening.startswith(_GZIP_OPENING):
            self.name = "gzip"
        if not self.name or _PLAIN.match(opening) or (self.name == "gzip" and not opening.startswith(GZIP)):
            self.is_plain = True
            yield opening
        else:
            self._body = _open(self.name, opening)
            yield from self._undo(self._body, opening)

    def _undo(self, body: "_Members", data: bytes) -> Iterator[bytes]:
        try:
            yield from body.feed(data)
        except (zlib.error, brotli.error, zstd.ZstdError) as error:
            raise CannotDecompress(f"Its {self.name} compression is damaged.") from error


class _Stream(Protocol):
    """What the standard library's decompressors have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class Inflate:
    """zlib, with output in bounded pieces."""

    def __init__(self, window_bits: int) -> None:
        self._inflate = zlib.decompressobj(window_bits)
        self._full = False

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def needs_input(self) -> bool:
        return not self._full and not self._inflate.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        piece = self._inflate.decompress(self._inflate.unconsumed_tail + data, max_length)
        self._full = len(piece) == max_length  # zlib may hold more back
        return piece


class _Brotli:
    unused_data = b""

    def __init__(self) -> None:
        self._brotli = brotli.Decompressor()
        self._full = False

    @property
    def eof(self) -> bool:
        return bool(self._brotli.is_finished())

    @property
    def needs_input(self) -> bool:
        return not self._full and bool(self._brotli.can_accept_more_data())

    def decompress(self, data: bytes, max_length: int) -> bytes:
        piece: bytes = self._brotli.process(data, output_buffer_limit=max_length)
        self._full = len(piece) >= max_length  # it may say that it can accept more, and hold much back
        return piece


class _Members:
    """One compressed stream, or several in a row that each begin with `magic`. Trailing bytes are ignored."""

    def __init__(self, open_stream: Callable[[], _Stream], magic: bytes = b"") -> None:
        self._open_stream = open_stream
        self._magic = magic
        self._stream = open_stream()
        self._count = 1
        self._behind = b""  # bytes after the last stream, which may be the beginning of another's magic

    @property
    def complete(self) -> bool:
        return self._stream.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        data, self._behind = self._behind + data, b""
        while data:
            if self._stream.eof:
                if not self._magic or not data.startswith(self._magic):
                    self._behind = data[: len(self._magic)]
                    return
                self._next()
            yield self._stream.decompress(data, PIECE)
            while not self._stream.eof and not self._stream.needs_input:
                yield self._stream.decompress(b"", PIECE)
            data = self._stream.unused_data if self._stream.eof else b""

    def _next(self) -> None:
        self._count += 1
        if self._count > MEMBERS:
            raise CannotDecompress(f"Its compressed data is cut into more than {MEMBERS:,} parts.")
        self._stream = self._open_stream()


def _open(name: str, opening: bytes) -> _Members:
    if name == "gzip":
        return _Members(lambda: Inflate(zlib.MAX_WBITS | 16), GZIP)
    if name == "zstd":
        return _Members(_zstd, ZSTD)
    if name == "br":
        return _Members(_Brotli)
    # "deflate" means zlib's format, but not to every server. RFC 1950: method 8, a first pair of bytes that 31 divides.
    is_zlib = opening[0] & 0x0F == 8 and int.from_bytes(opening[:2], "big") % 31 == 0
    return _Members(lambda: Inflate(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS))


def _zstd() -> zstd.ZstdDecompressor:
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: 23})
