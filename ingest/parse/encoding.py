"""Detect the character encoding of a document, and decode it.

The byte order mark decides, else what the bytes can be: a text that is valid UTF-8 is UTF-8, whatever a header or the
XML declaration claims, since nothing else looks like it by chance. Then HTTP, the declaration, and a guess, where a
charset that cannot decode the whole text is passed over. Labels mean what browsers take them for (WHATWG Encoding).
"""

import codecs
import re
from collections.abc import Iterator

import webencodings
from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"^\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']\s*([\w.:-]{1,40})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
# What servers say of everything, so that a document's own word is better.
_SERVERS_DEFAULTS = {"windows-1252"}
# What browsers mean by the East Asian labels is more than what Python does. Two bytes that are a character in these can
# be one of UTF-8 by chance, as long as all of UTF-8's take two.
_EAST_ASIAN = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "euc_jp": "euc_jp",
}
_LONGER_THAN_TWO = re.compile(rb"[\xe0-\xf4][\x80-\xbf]{2}")
# Says nothing of bytes that it does not have, though browsers take it for windows-1252.
_ASCII = {"us-ascii", "ascii", "ansi_x3.4-1968", "iso646-us"}
# By which ISO-2022-JP enters its double-byte sets: nothing else has them, and no label says so better.
_JAPANESE_ESCAPES = (b"\x1b$B", b"\x1b$@", b"\x1b(J")
_GUESSED_FROM = 200_000  # bytes
# Not characters of XML 1.0 (2.2), nor of any use elsewhere.
_NO_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text, without a byte order mark and without characters that XML does not know. Never fails."""
    return _NO_CHARACTERS.sub("", _decode(body, content_type).removeprefix("\ufeff"))


def _decode(body: bytes, content_type: str | None) -> str:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if wide := _wide(body):
        return body.decode(wide, "replace")
    said = list(_said(body, content_type))
    escaped = body.isascii() and any(escape in body for escape in _JAPANESE_ESCAPES)
    if escaped and (text := _strictly(body, "iso2022_jp")) is not None:
        return text
    if (text := _strictly(body, "utf-8")) is not None and not _by_chance(body, text, said):
        return text
    for encoding in said:
        if (text := _strictly(body, encoding)) is not None:
            return text
    return _mended(body) or _nearly(body, said) or _guessed(body) or body.decode("cp1252", "replace")


def _wide(body: bytes) -> str | None:
    """UTF-16 without a byte order mark shows in how its first character is written: `<` or `{`."""
    if body[:1] in (b"<", b"{") and body[1:2] == b"\0":
        return "utf-16-le"
    if body[:1] == b"\0" and body[1:2] in (b"<", b"{"):
        return "utf-16-be"
    return None


def _said(body: bytes, content_type: str | None) -> Iterator[str]:
    """What HTTP and the document say, the more trustworthy first, as names that Python knows."""
    http = _CHARSET.search(content_type or "")
    declared = _DECLARED.match(body)
    names = [http[1] if http else "", declared[1].decode("ascii", "replace") if declared else ""]
    names = [name for name in names if name.lower() not in _ASCII or body.isascii()]
    known = [encoding for name in names if (encoding := webencodings.lookup(name))]
    for encoding in sorted(known, key=lambda encoding: encoding.name in _SERVERS_DEFAULTS):
        yield _EAST_ASIAN.get(encoding.codec_info.name, encoding.codec_info.name)


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (UnicodeError, LookupError, ValueError):
        return None


def _by_chance(body: bytes, text: str, said: list[str]) -> bool:
    """Whether a text that is valid UTF-8 is more likely what is said of it."""
    if not said or said[0] not in _EAST_ASIAN.values():
        return False
    return not _LONGER_THAN_TWO.search(body) and _strictly(body, said[0]) is not None


def _mended(body: bytes) -> str | None:
    """UTF-8 with some bytes of another encoding in it, which are taken for the commonest of them, windows-1252."""
    text = body.decode("utf-8", "surrogateescape")
    strays = sum("\udc80" <= character <= "\udcff" for character in text)
    characters = sum(character > "\x7f" for character in text) - strays
    if strays * 4 > characters:
        return None
    return re.sub("[\udc80-\udcff]", lambda stray: _as_windows(ord(stray[0]) - 0xDC00), text)


def _as_windows(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "replace")


def _nearly(body: bytes, said: list[str]) -> str | None:
    """What is said, where but a few characters are damaged."""
    for encoding in said:
        text = body.decode(encoding, "replace")
        if text.count("\ufffd") * 20 < sum(character > "\x7f" for character in text):
            return text
    return None


def _guessed(body: bytes) -> str | None:
    best = from_bytes(body[:_GUESSED_FROM]).best()
    return body.decode(best.encoding, "replace") if best else None
