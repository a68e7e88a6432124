"""Detect the character encoding of a document, and decode it.

In this order: a byte order mark; UTF-8 where the bytes are valid UTF-8, since other encodings hardly ever are; the
charset of the HTTP header and that of the XML declaration, if they can decode the whole document; detection. What of a
document in a single-byte encoding is UTF-8 is read as such. Labels mean what they do in browsers (WHATWG Encoding).
"""

import codecs
import re
from collections.abc import Iterator

import webencodings

from ingest.base.plain_text import may_have, with_meant_characters
from ingest.parse.latin_pages import latin_page
from ingest.parse.mixed_encoding import decode_mixed, without_utf8

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"^\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']\s*([\w.:-]{1,40})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
# Servers' defaults, which they send with everything: the XML declaration is tried first.
_SERVER_DEFAULTS = {"windows-1252"}
# Codecs for East Asian labels: browsers decode a superset of Python's codec of that name. Two-byte characters of these
# may be valid two-byte UTF-8 by chance.
_EAST_ASIAN = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "euc_jp": "euc_jp",
}
# What detection says of the same: characters that the others lack are not what it goes by.
_DETECTED_AS = {"shift_jis_2004": "cp932", "shift_jisx0213": "cp932", "euc_jis_2004": "euc_jp", **_EAST_ASIAN}
_SINGLE_BYTE = re.compile(r"cp125\d|iso8859-\d+|koi8-[ru]|mac-[\w-]+|cp874|cp866|tis-620|hp-roman8|cp\d{3}")
# Encodings in which lower case letters of one are upper case letters of the other.
_CYRILLIC = {"cp1251": "koi8-r", "koi8-r": "cp1251", "koi8-u": "cp1251"}
_COMMON_CYRILLIC = re.compile("[оеаинтср]", re.IGNORECASE)
_UPPER_CYRILLIC, _LOWER_CYRILLIC = re.compile("[А-ЯЁ]"), re.compile("[а-яё]")
_LONGER_THAN_TWO = re.compile(rb"[\xe0-\xf4][\x80-\xbf]{2}")
# Labels that are ignored where there are other bytes, though browsers take them for windows-1252.
_ASCII = {"us-ascii", "ascii", "ansi_x3.4-1968", "iso646-us"}
# Escape sequences of ISO-2022-JP, which no other encoding has.
_JAPANESE_ESCAPES = (b"\x1b$B", b"\x1b$@", b"\x1b(J")
_NOT_ASCII, _NOT_ASCII_RUN = re.compile(rb"[\x80-\xff]"), re.compile(rb"[\x80-\xff]+")
_DETECTED_FROM = 200_000  # bytes
# CESU-8 (Unicode Technical Report 26), which some databases call UTF-8: a surrogate pair, each of three bytes.
_CESU_PAIR = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_CESU_HALF = re.compile("\udced[\udca0-\udcbf][\udc80-\udcbf]")  # as surrogateescape has it
# Not allowed in XML 1.0 (2.2), and useless elsewhere.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text, without byte order mark and without characters that XML forbids. Never raises."""
    text = _decode(body, content_type).removeprefix("\ufeff")
    text = with_meant_characters(text)
    return _FORBIDDEN.sub("", text) if may_have(text, _FORBIDDEN) else text


def _decode(body: bytes, content_type: str | None) -> str:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if wide := _utf16_without_bom(body):
        return body.decode(wide, "replace")
    declared = list(_declared_encodings(body, content_type))
    escaped = body.isascii() and any(escape in body for escape in _JAPANESE_ESCAPES)
    if escaped and (text := _decode_strictly(body, "iso2022_jp")) is not None:
        return text
    if (text := _utf8(body)) is not None and not _is_utf8_by_chance(body, text, declared):
        return text
    for encoding in declared:
        if (text := _declared(body, encoding)) is not None:
            return text
    return (
        _utf8_with_strays(body)
        or _nearly_declared(body, declared)
        or _detected(body)
        or body.decode("cp1252", "replace")
    )


def _utf16_without_bom(body: bytes) -> str | None:
    """UTF-16 without a byte order mark, recognised by its first character, `<` or `{`."""
    if body[:1] in (b"<", b"{") and body[1:2] == b"\0":
        return "utf-16-le"
    if body[:1] == b"\0" and body[1:2] in (b"<", b"{"):
        return "utf-16-be"
    return None


def _declared_encodings(body: bytes, content_type: str | None) -> Iterator[str]:
    """The encodings declared by HTTP and by the document, the more trustworthy first, as names of Python codecs."""
    http = _CHARSET.search(content_type or "")
    declared = _DECLARED.match(body)
    names = [http[1] if http else "", declared[1].decode("ascii", "replace") if declared else ""]
    names = [name for name in names if name.lower() not in _ASCII or body.isascii()]
    known = [encoding for name in names if (encoding := webencodings.lookup(name))]
    for encoding in sorted(known, key=lambda encoding: encoding.name in _SERVER_DEFAULTS):
        yield _EAST_ASIAN.get(encoding.codec_info.name, encoding.codec_info.name)


def _decode_strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (UnicodeError, LookupError, ValueError):
        return None


def _utf8(body: bytes) -> str | None:
    text = _decode_strictly(body, "utf-8")
    return text if text is not None else _decode_strictly(_without_cesu(body), "utf-8")


def _without_cesu(body: bytes) -> bytes:
    return _CESU_PAIR.sub(
        lambda pair: (
            pair[0]
            .decode("utf-8", "surrogatepass")
            .encode("utf-16", "surrogatepass")
            .decode("utf-16")
            .encode()
        ),
        body,
    )


def _declared(body: bytes, encoding: str) -> str | None:
    """The text in a declared encoding, with what is UTF-8 in it; None where other bytes are in it."""
    if _SINGLE_BYTE.fullmatch(encoding) and (mixed := decode_mixed(body, encoding)) is not None:
        return mixed
    text = _decode_strictly(body, encoding)
    if text is not None and (other := _CYRILLIC.get(encoding)) and _is_case_swapped(text):
        meant = _decode_strictly(body, other)
        if meant is not None and _common(meant) > _common(text) * 1.5:
            return meant
    return text


def _is_case_swapped(text: str) -> bool:
    return len(_UPPER_CYRILLIC.findall(text)) > 2 * len(_LOWER_CYRILLIC.findall(text))


def _common(text: str) -> int:
    return len(_COMMON_CYRILLIC.findall(text))


def _is_utf8_by_chance(body: bytes, text: str, declared: list[str]) -> bool:
    """Whether valid UTF-8 is more likely in the declared encoding, an East Asian one."""
    if not declared or declared[0] not in _EAST_ASIAN.values():
        return False
    return not _LONGER_THAN_TWO.search(body) and _decode_strictly(body, declared[0]) is not None


def _utf8_with_strays(body: bytes) -> str | None:
    """UTF-8 with a few stray bytes, which are decoded as windows-1252; None where they are more than a few."""
    text = _without_cesu(body).decode("utf-8", "surrogateescape")
    text = _CESU_HALF.sub("\ufffd", text)
    strays = sum("\udc80" <= character <= "\udcff" for character in text)
    characters = sum(character > "\x7f" for character in text) - strays
    if strays * 4 > characters:
        return None
    return re.sub("[\udc80-\udcff]", lambda stray: _as_windows(ord(stray[0]) - 0xDC00), text)


def _as_windows(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "replace")


def _nearly_declared(body: bytes, declared: list[str]) -> str | None:
    """The text in a declared encoding with a few undecodable bytes; None where they are more than a few."""
    for encoding in declared:
        text = body.decode(encoding, "replace")
        if text.count("\ufffd") * 20 < sum(character > "\x7f" for character in text):
            return text
    return None


def _detected(body: bytes) -> str | None:
    rest = without_utf8(body)
    if page := latin_page(rest[:_DETECTED_FROM]):
        return decode_mixed(body, page) or body.decode(page, "replace")
    # Of a few accents in a part of a document nothing can be told.
    if rest is not body and len(_NOT_ASCII.findall(rest)) * 2 < 3 * len(_NOT_ASCII_RUN.findall(rest)):
        return decode_mixed(body, "cp1252")
    from charset_normalizer import from_bytes  # which takes as long to load as all of this package

    best = from_bytes(rest[:_DETECTED_FROM]).best()
    if best is None:
        return None
    encoding = codecs.lookup(best.encoding).name
    mixed = decode_mixed(body, encoding) if _SINGLE_BYTE.fullmatch(encoding) else None
    usual = _decode_strictly(body, _DETECTED_AS.get(encoding, encoding))
    return mixed or usual or body.decode(encoding, "replace")
