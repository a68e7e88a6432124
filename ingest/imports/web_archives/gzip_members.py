"""Decompresses a gzip file (RFC 1952) member by member, and goes on after damaged ones.

A web archive has each record in a member of its own (ISO 28500, annex D), so that damage costs one.
"""

import re
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from ingest.base.decompress import GZIP, PIECE, Inflate

GZIP_FORMAT = zlib.MAX_WBITS | 16
MOST_READ_AGAIN = 1024**3  # bytes, to find a member that begins before the place where damage was noticed
LARGEST_ANYWAY = 1024**3  # bytes unpacked: below these, no file grows too much
MOST_GROWTH = 200  # times: text that people write shrinks to a tenth, a bomb to a thousandth

_MEMBER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")  # RFC 1952, 2.3
_MAGIC = 4  # bytes of it
_OPENING = 1000  # bytes of a member, which tell what it begins with


@dataclass(frozen=True)
class GzipDamage:
    """A gap between two pieces, and why."""

    why: str
    sound: bool  # whether all before it is intact: damage within a member is noticed late


class SeekableFile(Protocol):
    """A file that is open for reading bytes."""

    def read(self, size: int, /) -> bytes: ...
    def seek(self, place: int, /) -> int: ...


class GzipMembers:
    """The members of a gzip file. After damage it goes on with the next that begins with `opening`."""

    def __init__(self, file: SeekableFile, opening: bytes) -> None:
        self._file = file
        self._opening = opening
        self._data = b""  # read, and not yet unpacked
        self._at = 0  # where in the file that begins
        self._size = 0  # unpacked
        self._again = 0
        self._starts: deque[tuple[int, int]] = deque()  # of members: where unpacked, and where in the file

    def place(self, at: int) -> tuple[int, int]:
        """Where in the file the member begins that holds an unpacked byte, and where in it that byte stands.

        To be asked in the order of the bytes.
        """
        while len(self._starts) > 1 and self._starts[1][0] <= at:
            self._starts.popleft()
        unpacked, member = self._starts[0]
        return member, at - unpacked

    def read(self) -> Iterator[bytes | GzipDamage]:
        """Its bytes, unpacked, in pieces. Raises OSError."""
        while self._fill():
            start, before = self._at, self._size
            self._starts.append((before, start))
            try:
                yield from self._member()
            except _Bomb as error:
                yield GzipDamage(str(error), sound=True)
                return
            except (_Unpacked, EOFError, zlib.error) as error:
                yield GzipDamage(str(error), sound=not isinstance(error, zlib.error) or self._size == before)
                if not self._find_next(start):
                    return

    def _fill(self) -> bool:
        if not self._data:
            self._data = self._file.read(PIECE)
        return bool(self._data)

    def _member(self) -> Iterator[bytes]:
        if not self._data.lstrip(b"\0"):  # padding, as tapes have it
            self._take(b"")
            return
        if len(self._data) < len(GZIP):
            self._data += self._file.read(PIECE)
        if not self._data.startswith(GZIP):
            raise _Unpacked("what stands there is not compressed")
        inflate = Inflate(GZIP_FORMAT)
        while not inflate.eof:
            if not self._fill():
                raise EOFError("it ends in the middle of a record")
            piece = inflate.decompress(self._data, PIECE)
            while piece:
                self._size += len(piece)
                self._check_growth()
                yield piece
                piece = b"" if inflate.eof or inflate.needs_input else inflate.decompress(b"", PIECE)
            self._take(inflate.unused_data)

    def _take(self, rest: bytes) -> None:
        self._at += len(self._data) - len(rest)
        self._data = rest

    def _check_growth(self) -> None:
        if self._size > LARGEST_ANYWAY and self._size > MOST_GROWTH * (self._at + PIECE):
            raise _Bomb(f"it grows to more than {MOST_GROWTH} times its size, as a trap does")

    def _find_next(self, start: int) -> bool:
        """Go to the next member. A damaged one may seem to go on into the next, so the search begins at its start."""
        after = start + 1
        if self._again > MOST_READ_AGAIN:
            after = max(after, self._at)
        self._again += max(self._at - after, 0)
        self._file.seek(after)
        window, at = b"", after
        while piece := self._file.read(PIECE):
            window += piece
            for found in _MEMBER.finditer(window):
                if self._is_member(at + found.start()):
                    self._at, self._data = at + found.start(), b""
                    self._file.seek(self._at)
                    return True
            rest = window[1 - _MAGIC :]
            at, window = at + len(window) - len(rest), rest
            self._file.seek(at + len(window))
        return False

    def _is_member(self, at: int) -> bool:
        self._file.seek(at)
        try:
            begins = Inflate(GZIP_FORMAT).decompress(self._file.read(_OPENING), len(self._opening))
        except zlib.error:
            return False
        return begins == self._opening


class _Unpacked(Exception):
    """There are other bytes between two members. The message is a piece of a sentence."""


class _Bomb(Exception):
    """What is unpacked has grown too much. The message is a piece of a sentence."""
