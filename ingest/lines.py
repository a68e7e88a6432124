"""A stranger's markup as one line of plain text: titles, names, tags, descriptions. Pure."""

import html
import re

from ingest.tags import BLOCKS, KNOWN, TAG

# Controls; halves of characters; what overrides the direction of writing; and what is invisible and would keep a word
# from being found. Marks that Arabic, Hebrew, Persian, Indic scripts and emoji need stay.
_UNWANTED = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
_HALVES = re.compile(r"[\ud800-\udfff]")
_NO_TEXT = re.compile(r"<(script|style|noscript|template|svg)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


def one_line(markup: str | None, longest: int) -> str | None:
    """The text of a piece of markup on one line, at most `longest` characters; None where nothing remains.

    Tags that HTML knows go, and entities are resolved, once. What merely looks like a tag ("Vec<T>", "a < b") stays.
    """
    if not markup:
        return None
    markup = _UNWANTED.sub("", whole(markup[: longest * 8])).replace("<![CDATA[", " ")
    markup = _NO_TEXT.sub(" ", markup) if "<" in markup else markup
    pieces, end = [], 0
    for tag in TAG.finditer(markup):
        pieces += [html.unescape(markup[end : tag.start()]), _shown(tag)]
        end = tag.end()
    pieces.append(html.unescape(markup[end:]))
    return shortened(visible("".join(pieces)), longest) or None


def whole(text: str) -> str:
    """The text without halves of characters (surrogates), which can be neither parsed nor stored."""
    return text if text.isascii() else _HALVES.sub("\ufffd", text)


def visible(text: str) -> str:
    """The text on one line, without controls and what is invisible."""
    return " ".join(_UNWANTED.sub("", whole(text)).split())


def shortened(text: str, longest: int) -> str:
    """The text, cut with an ellipsis at the end of a word where it is longer."""
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
