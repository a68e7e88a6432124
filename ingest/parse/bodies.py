"""Which of an entry's texts is its body, judged by their words, and what the others say besides. Pure.

Elements do not tell: a description may be the whole article, a teaser, or a line for a card, as may a summary.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ingest.base.plain_text import unescape

_NO_WORDS = re.compile(
    r"<(script|style)\b.*?(?:</\1|\Z)|<!--.*?(?:-->|\Z)|</?[a-z][^<>]*+>?|https?://[^\s<>\"']++",
    re.DOTALL | re.IGNORECASE,
)
_GAP = re.compile(r"[\W_]+")
_MARKUP = re.compile(r"<(?!(?:p|br)\b)[a-z]", re.IGNORECASE)  # more than what plain text becomes
_SHOWN = re.compile(
    r"<(?P<name>a|img|iframe|embed|video|audio|source)\b[^<>]*?\s(?:href|src)\s*+=\s*+"
    r"""(?:"(?P<double>[^"<>]*+)"|'(?P<single>[^'<>]*+)'|(?P<bare>[^\s"'<>]++))[^<>]*+>?""",
    re.IGNORECASE,
)
_LINK_END = re.compile(r"</a\s*>|<a\b", re.IGNORECASE)
_PIXEL = re.compile(r"""\s(?:width|height)\s*+=\s*+["']?[01](?:px)?["'\s/>]""", re.IGNORECASE)
_ADDRESS_START = re.compile(r"(?:https?:)?//(?:www\.)?", re.IGNORECASE)
# What blogs put behind the beginning of a post: WordPress' line, and the link to the rest.
_THE_POST = re.compile(r"The post\b.{1,700}?\b(?:appeared first on|first appeared on)\b.{1,300}", re.DOTALL)
_THE_REST = re.compile(
    r"\W{0,9}(?:(?:continue|keep) reading|read (?:more|on\b|the (?:rest|full|whole)|full)|more\b|view (?:more|full)"
    r"|weiterlesen|mehr\b|lire la suite|leer más|seguir leyendo|ler mais|continua a leggere|leggi tutto|lees verder"
    r"|читать|続きを読む|阅读全文|閱讀全文).{0,300}",
    re.DOTALL | re.IGNORECASE,
)
_LONGEST_BEHIND = 3000  # characters
_NEARLY = 0.9  # of the size: as full, where only one of two texts has markup
_WORTH = 40  # letters that a picture or link of a short text is worth
_SURE = 20  # letters that are no part of another text by chance


@dataclass(frozen=True)
class Text:
    """One of the texts of an entry, as untrusted HTML."""

    html: str
    base: str | None = None  # URL
    language: str | None = None
    rank: Literal["own", "media"] = "own"  # "media": of a file, which counts where the entry has no text of its own


def choose_texts(texts: Sequence[Text]) -> tuple[Text | None, str]:
    """The body, which is the fullest text, and the HTML of what the others say that is not in it."""
    given = [text for text in texts if text.html.strip()]
    given = [text for text in given if text.rank == "own"] or given
    if len(given) < 2:
        return (given[0] if given else None), ""
    candidates = [_Candidate(text) for text in {text.html: text for text in reversed(given)}.values()][::-1]
    body = _fullest(candidates)
    kept, said = [body], {}
    for other in sorted(candidates, key=lambda one: -len(one.letters)):
        if other is not body and (new := _not_in(other, kept)):
            kept.append(other)
            said[id(other)] = new
    return body.text, "\n".join(said[id(one)] for one in candidates if id(one) in said)


class _Candidate:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.html = text.html

    @cached_property
    def letters(self) -> str:
        return _letters(self.html)

    @cached_property
    def addresses(self) -> str:
        return unescape(self.html)

    @cached_property
    def has_markup(self) -> bool:
        return _MARKUP.search(self.html) is not None

    @cached_property
    def shows(self) -> bool:
        return any(not _PIXEL.search(shown[0]) for shown in _SHOWN.finditer(self.html))


def _letters(html: str) -> str:
    """The letters and digits of the words: white space, punctuation, tags and addresses do not count."""
    return _GAP.sub("", unescape(_NO_WORDS.sub(" ", html))).lower()


def _fullest(candidates: Sequence[_Candidate]) -> _Candidate:
    fullest = max(candidates, key=lambda one: len(one.letters))
    if fullest.has_markup and (fullest.letters or fullest.shows):
        return fullest
    least = len(fullest.letters) * _NEARLY
    marked = [one for one in candidates if one.has_markup and (one.letters or one.shows)]
    as_full = [one for one in marked if len(one.letters) + _WORTH * one.shows >= least]
    return max(as_full, key=lambda one: len(one.letters), default=fullest)


def _not_in(other: _Candidate, kept: Sequence[_Candidate]) -> str:
    """The whole of a text whose words are in none of those that are kept; else the links and pictures that are not."""
    html = other.html
    for _ in range(3):
        for text in kept:
            if _is_within(html, text):
                return "\n".join(_shown_by_it_alone(html, kept))
        shorter = _without_behind(html)
        if shorter == html:
            break
        html = shorter
    return other.html


def _is_within(html: str, text: _Candidate) -> bool:
    letters = _letters(html)
    if len(letters) >= _SURE:
        return letters in text.letters
    if text.letters.startswith(letters):
        return True
    words, within = (_GAP.sub(" ", unescape(_NO_WORDS.sub(" ", one))).strip() for one in (html, text.html))
    return f" {words.lower()} " in f" {within.lower()} "


def _without_behind(html: str) -> str:
    """The HTML without a line that is no part of the post, such as "Read more", at its end."""
    first = max(len(html) - _LONGEST_BEHIND, 0)
    for mark, form in (("The post", _THE_POST), ("<a ", _THE_REST)):
        start = html.rfind(mark, first)
        if start >= 0 and form.fullmatch(" ".join(unescape(_NO_WORDS.sub(" ", html[start:])).split())):
            return html[:start]
    return html


def _shown_by_it_alone(html: str, kept: Sequence[_Candidate]) -> Iterator[str]:
    """The pictures, players and links of HTML whose addresses none of the texts has."""
    for shown in _SHOWN.finditer(html):
        address = unescape(shown["double"] or shown["single"] or shown["bare"] or "").strip()
        start = _ADDRESS_START.match(address)
        rest = address[start.end() :] if start else address
        if not rest or _PIXEL.search(shown[0]) or any(rest.rstrip("/") in one.addresses for one in kept):
            continue
        yield _whole(shown, html)


def _whole(shown: re.Match[str], html: str) -> str:
    name = shown["name"].lower()
    if name in ("img", "embed", "source"):
        return shown[0] if name != "source" else f"<video>{shown[0]}</video>"
    end = _LINK_END.search(html, shown.end()) if name == "a" else None
    return f"{shown[0]}{html[shown.end() : end.start()] if end else ''}</{name}>"
