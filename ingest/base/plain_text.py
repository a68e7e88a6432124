"""Untrusted markup to one line of plain text: titles, names, tags, descriptions. Pure."""

import html
import re
from functools import cache, lru_cache

from ingest.base.html_tokens import BLOCKS, KNOWN, TAG, is_markup

# Control characters, bidirectional overrides, and invisible characters, which would keep a word from being found. Marks
# that Arabic, Hebrew, Persian, Indic scripts and emoji need stay.
_UNWANTED = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
# WHATWG HTML, 13.2.3.5, but for white space.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_SEPARATORS = re.compile(r"[\x0b\x0c\x1c-\x1f\x85]")
_CONTROL_OR_SEPARATOR = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_LONG_REFERENCE = re.compile(r"&#(?P<x>[xX]?)(?P<digits>(?<=[xX])[0-9a-fA-F]{8,}|[0-9]{8,});?")
# An emoji as its two code units of UTF-16, each of which a program wrote as a character.
_SURROGATE_PAIR = re.compile(
    r"&#(?:0{0,8}(?P<high>5[56]\d{3})|[xX]0{0,8}(?P<high_x>[dD][89abAB][0-9a-fA-F]{2}));"
    r"&#(?:0{0,8}(?P<low>5[67]\d{3})|[xX]0{0,8}(?P<low_x>[dD][c-fC-F][0-9a-fA-F]{2}));"
)
# WHATWG HTML, 13.2.5.80: what references to C1 control characters mean.
_C1 = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
_C1_CHARACTERS = re.compile("[\x80-\x9f]")
_C1_REFERENCE = re.compile(r"&#(?:0{0,8}(?P<number>1[2-5]\d)|[xX]0{0,8}(?P<hex>[89][0-9a-fA-F]));")
# A reference to a C1 control character, or the first of a surrogate pair.
_MAY_MEAN_ANOTHER = re.compile(
    r"&#(?:0{0,8}(?:1[2-5]\d|5[56]\d{3};)|[xX]0{0,8}(?:[89]|[dD][89abAB])[0-9a-fA-F])"
)
# What `visible_lines` removes or takes for a space, but for " ", a line feed and a no-break space.
_UNTIDY = re.compile(
    rf"{_UNWANTED.pattern[:-1]}\t\v\f\r\x1c-\x1f\x85\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ud800-\udfff]"
)
_ASCII = bytes(range(128))
_SHORT = 100  # characters, which are looked through one by one
_NO_TEXT = re.compile(r"<(script|style|noscript|template|svg)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


def one_line(markup: str | None, longest: int) -> str | None:
    """The text of untrusted markup on one line, at most `longest` characters; None where nothing remains.

    HTML's tags are removed and character references resolved, once. What only looks like a tag ("Vec<T>", "a < b"),
    or is spoken of ("How to center a <div>"), stays.
    """
    if not markup:
        return None
    return _short_line(markup, longest) if len(markup) < _SHORT else _one_line(markup, longest)


@lru_cache(maxsize=4096)
def _short_line(markup: str, longest: int) -> str | None:
    """The names of authors, tags and types, which a feed repeats in each entry."""
    return _one_line(markup, longest)


def _one_line(markup: str, longest: int) -> str | None:
    markup = _wanted(markup[: longest * 8]).replace("<![CDATA[", " ")
    if "<" not in markup or not is_markup(markup):
        return shortened(visible(unescape(markup)), longest) or None
    markup = _NO_TEXT.sub(" ", markup)
    pieces, end = [], 0
    for tag in TAG.finditer(markup):
        pieces += [unescape(markup[end : tag.start()]), _shown(tag)]
        end = tag.end()
    pieces.append(unescape(markup[end:]))
    return shortened(visible("".join(pieces)), longest) or None


def unescape(markup: str) -> str:
    """`html.unescape`, which alone raises ValueError where a character reference has thousands of digits."""
    if "&#" in markup:
        markup = _LONG_REFERENCE.sub(_shorter, join_surrogates(markup))
    return html.unescape(markup)


def join_surrogates(markup: str) -> str:
    """The markup with one character for two references that are its surrogate pair (`&#55357;&#56832;`)."""
    return _SURROGATE_PAIR.sub(_joined, markup) if "&#" in markup else markup


def _joined(pair: re.Match[str]) -> str:
    high = int(pair["high"]) if pair["high"] else int(pair["high_x"], 16)
    low = int(pair["low"]) if pair["low"] else int(pair["low_x"], 16)
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return pair[0]
    return chr(0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00)


def with_meant_characters(markup: str) -> str:
    """What `windows_for_controls` and `join_surrogates` make of markup, looked through once where they change none."""
    if may_have(markup, _C1_CHARACTERS) or ("&#" in markup and _MAY_MEAN_ANOTHER.search(markup)):
        return join_surrogates(windows_for_controls(markup))
    return markup


def windows_for_controls(markup: str) -> str:
    """The markup with the characters of windows-1252 for C1 control characters, and for references to them.

    Programs take the one encoding for Latin-1; nothing means those characters.
    """
    if may_have(markup, _C1_CHARACTERS):
        markup = _C1_CHARACTERS.sub(lambda control: _C1[ord(control[0])], markup)
    return _C1_REFERENCE.sub(_windows, markup) if "&#" in markup else markup


def _windows(reference: re.Match[str]) -> str:
    code = int(reference["number"]) if reference["number"] else int(reference["hex"], 16)
    return _C1.get(code, reference[0])


def _shorter(reference: re.Match[str]) -> str:
    digits = reference["digits"].lstrip("0") or "0"
    return f"&#{reference['x']}{digits};" if len(digits) < 8 else "\ufffd"


def without_surrogates(text: str) -> str:
    """The text with U+FFFD for lone surrogates, which can be neither parsed nor stored."""
    return text if text.isascii() or _can_be_encoded(text) else _SURROGATES.sub("\ufffd", text)


def _can_be_encoded(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def without_controls(text: str) -> str:
    """The text without control characters (C0, DEL, C1), and a space for those of them that separate words."""
    if not may_have(text, _CONTROL_OR_SEPARATOR):
        return text
    return _CONTROLS.sub("", _SEPARATORS.sub(" ", text))


def may_have(text: str, characters: re.Pattern[str]) -> bool:
    """Whether one of a set of characters is in a text.

    As the expression's `search` says it, but sooner: bytes are looked through at once, and most have none of them.
    """
    if len(text) < _SHORT:
        return characters.search(text) is not None
    wanted, is_ascii = _ascii_of(characters), text.isascii()
    if is_ascii and not wanted:
        return False
    whole = text.encode("utf-8", "surrogatepass")
    if wanted and len(whole.translate(None, wanted)) < len(whole):
        return True
    return not is_ascii and characters.search(_beyond_ascii(whole)) is not None


def beyond_ascii(text: str) -> str:
    """Those characters of a text that are not ASCII."""
    return _beyond_ascii(text.encode("utf-8", "surrogatepass"))


def _beyond_ascii(whole: bytes) -> str:
    return whole.translate(None, _ASCII).decode("utf-8", "surrogatepass")


@cache
def _ascii_of(characters: re.Pattern[str]) -> bytes:
    return bytes(code for code in range(128) if characters.fullmatch(chr(code)))


def visible(text: str) -> str:
    """The text on one line, without control and invisible characters."""
    return " ".join(_wanted(text).split())


def visible_lines(text: str) -> list[str]:
    """The lines of a text, each as `visible` has it, but for those of which nothing is left."""
    lines = [" ".join(line.split()) for line in _wanted(text).split("\n")]
    return [line for line in lines if line]


def visible_text(text: str) -> str:
    """The `visible_lines` of a text, as a text: sooner where it has but usual spaces, as nearly all have."""
    if may_have(text, _UNTIDY):
        return "\n".join(visible_lines(text))
    lines = text.replace("\xa0", " ").split("\n")
    tidy = [" ".join(line.split()) if "  " in line else line.strip(" ") for line in lines]
    return "\n".join(filter(None, tidy))


def _wanted(text: str) -> str:
    text = without_surrogates(text)
    return _UNWANTED.sub("", text) if may_have(text, _UNWANTED) else text


def shortened(text: str, longest: int) -> str:
    """The text, cut at the end of a word, with an ellipsis, where it is longer than `longest` characters."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    at_word, _, rest = cut.rpartition(" ")
    return (at_word if at_word and len(rest) < 40 else cut).rstrip(" ,;:–—-") + "…"


def _shown(tag: re.Match[str]) -> str:
    name = (tag["name"] or "").lower()
    if name in KNOWN:
        return " " if name in BLOCKS or name in ("br", "hr") else ""
    named_only = name and "=" not in tag["attributes"]
    return tag[0] if named_only or tag[0].startswith("<?") else ""
