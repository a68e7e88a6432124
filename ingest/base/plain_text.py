"""Untrusted markup to one line of plain text: titles, names, tags, descriptions. Pure."""

import html
import re

from ingest.base.html_tokens import BLOCKS, KNOWN, TAG, is_markup

# Control characters, bidirectional overrides, and invisible characters, which would keep a word from being found. Marks
# that Arabic, Hebrew, Persian, Indic scripts and emoji need stay.
_UNWANTED = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
# WHATWG HTML, 13.2.3.5, but for white space.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_SEPARATORS = re.compile(r"[\x0b\x0c\x1c-\x1f\x85]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_LONG_REFERENCE = re.compile(r"&#(?P<x>[xX]?)(?P<digits>(?<=[xX])[0-9a-fA-F]{8,}|[0-9]{8,});?")
_NO_TEXT = re.compile(r"<(script|style|noscript|template|svg)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


def one_line(markup: str | None, longest: int) -> str | None:
    """The text of untrusted markup on one line, at most `longest` characters; None where nothing remains.

    HTML's tags are removed and character references resolved, once. What only looks like a tag ("Vec<T>", "a < b"),
    or is spoken of ("How to center a <div>"), stays.
    """
    if not markup:
        return None
    markup = _UNWANTED.sub("", without_surrogates(markup[: longest * 8])).replace("<![CDATA[", " ")
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
    return html.unescape(_LONG_REFERENCE.sub(_shorter, markup))


def _shorter(reference: re.Match[str]) -> str:
    digits = reference["digits"].lstrip("0") or "0"
    return f"&#{reference['x']}{digits};" if len(digits) < 8 else "\ufffd"


def without_surrogates(text: str) -> str:
    """The text with U+FFFD for lone surrogates, which can be neither parsed nor stored."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def without_controls(text: str) -> str:
    """The text without control characters (C0, DEL, C1), and a space for those of them that separate words."""
    return _CONTROLS.sub("", _SEPARATORS.sub(" ", text))


def visible(text: str) -> str:
    """The text on one line, without control and invisible characters."""
    return " ".join(_UNWANTED.sub("", without_surrogates(text)).split())


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
