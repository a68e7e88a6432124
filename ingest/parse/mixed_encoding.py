"""Decode a document of two encodings: UTF-8, and a single-byte one. Pure.

Programs that put together a page or a feed from several sources write what each has, and declare one. Text in a
single-byte encoding is hardly ever valid UTF-8, but it may be by chance ("Spaß“" and "é »" are in windows-1252), or
because it is about that ("Ã©"). So each run of bytes is judged by itself, then by its line or element, then by the
document.
"""

import re
from dataclasses import dataclass
from typing import Literal

_RUN = re.compile(rb"[\x80-\xff]+")
_LINE_OR_ELEMENT = re.compile(rb"[<>\r\n]")
_SEQUENCE = (
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}"
    rb"|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_SEVERAL = re.compile(rb"(?:" + _SEQUENCE + rb"){2,}")
# One character alone: of Latin, Cyrillic, punctuation or emoji, whose bytes in another encoding are not what stands in
# texts ("Ã©", "â€™").
_ONE = re.compile(
    rb"\xc2[\xa0-\xbf]|[\xc3-\xc5\xd0\xd1][\x80-\xbf]|\xe2[\x80-\x86\x9c\x9d][\x80-\xbf]"
    rb"|\xef(?:\xbb\xbf|\xbf\xbd)|\xf0\x9f[\x80-\xbf]{2}"
)
_LETTERS = b"abcdefghijklmnopqrstuvwxyz"

_Kind = Literal["utf-8", "likely", "other"]


@dataclass
class _Evidence:
    utf8: int = 0
    other: int = 0

    def add(self, kind: _Kind) -> None:
        self.utf8 += kind == "utf-8"
        self.other += kind == "other"


@dataclass(frozen=True)
class _Part:
    """A run of bytes beyond ASCII."""

    start: int
    end: int
    kind: _Kind
    line: _Evidence  # shared by the runs of a line


def decode_mixed(body: bytes, encoding: str) -> str | None:
    """The text, where a part of the body is UTF-8 and the rest in `encoding`, a single-byte one; None where none is."""
    document, parts = _judged(body)
    if not document.utf8:
        return None
    pieces, end = [], 0
    for part in parts:
        run = body[part.start : part.end]
        line = part.line if part.line.utf8 != part.line.other else document
        is_utf8 = part.kind == "utf-8" or (part.kind == "likely" and line.utf8 > line.other)
        pieces += [
            body[end : part.start].decode("ascii"),
            run.decode("utf-8") if is_utf8 else _strays(run, encoding, line.utf8 > line.other * 4),
        ]
        end = part.end
    return "".join([*pieces, body[end:].decode("ascii")])


def without_utf8(body: bytes) -> bytes:
    """The body without the runs of bytes that are UTF-8 in any case, to see in what encoding the rest is."""
    _, parts = _judged(body)
    pieces, end = [], 0
    for part in parts:
        if part.kind == "utf-8":
            pieces.append(body[end : part.start])
            end = part.end
    return b"".join([*pieces, body[end:]]) if pieces else body


def _judged(body: bytes) -> tuple[_Evidence, list[_Part]]:
    document, line, parts, end = _Evidence(), _Evidence(), [], 0
    for run in _RUN.finditer(body):
        if _LINE_OR_ELEMENT.search(body, end, run.start()):
            line = _Evidence()
        end = run.end()
        kind = _kind(run[0], body[run.start() - 1 : run.start()], body[end : end + 1])
        line.add(kind)
        document.add(kind)
        parts.append(_Part(run.start(), end, kind, line))
    return document, parts


def _kind(run: bytes, before: bytes, after: bytes) -> _Kind:
    if _SEVERAL.fullmatch(run):
        return "utf-8"
    if _ONE.fullmatch(run):  # within a word it is no example of such a character
        return "utf-8" if (before and before in _LETTERS) or (after and after in _LETTERS) else "likely"
    return "other"


def _strays(run: bytes, encoding: str, mostly_utf8: bool) -> str:
    """A run that is not valid UTF-8: where nearly all of its line is, only the bytes that are not are in `encoding`."""
    if not mostly_utf8:
        return run.decode(encoding, "replace")
    escaped = run.decode("utf-8", "surrogateescape")
    return re.sub(
        "[\udc80-\udcff]+",
        lambda stray: stray[0].encode("utf-8", "surrogateescape").decode(encoding, "replace"),
        escaped,
    )
