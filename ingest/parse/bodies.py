"""Which of an entry's texts is its body, judged by their words, and what the others say besides. Pure.

Elements do not tell: a description may be the whole article, a teaser, or a line for a card, as may a summary.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from html import escape
from itertools import pairwise
from typing import Literal, NamedTuple

from ingest.base.plain_text import unescape

_NO_WORDS = re.compile(
    r"<(script|style)\b.*?(?:</\1|\Z)|<!--.*?(?:-->|\Z)|</?[a-z][^<>]*+>?|https?://[^\s<>\"']++",
    re.DOTALL | re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^\s<>\"']++", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*+>?", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.:!?…](?=\s)|[。！？]")
_GAP = re.compile(r"[\W_]+")
_ASCII = bytes(range(128))
_ASCII_GAPS = bytes(code for code in range(128) if not chr(code).isalnum())
_MANY_SIGNS = 30
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
_LINKED = re.compile(r"<(a|figcaption)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_LONGEST_BEHIND = 3000  # characters
_NEARLY = 0.9  # of the letters: as full, where only one of two texts has markup
_TWO_WORDS = 10  # letters, as above, of short texts
_THE_SAME = 0.98  # of the letters: the same text, of which one has more pictures, links and paragraphs
_WORTH = 40  # letters that the pictures or links of a short text are worth, or that it stands in the body's element
_PLAIN_WORTH = 200  # letters, as the latter, against plain text: a teaser or an editor's deck is one of fewer
_MUCH = 1.5  # times the letters, besides
_MOST_LOOKED_FOR = 200  # addresses, in the whole of a text
_SURE = 20  # letters that are no part of another text by chance


class Text(NamedTuple):
    """One of the texts of an entry, as untrusted HTML."""

    html: str
    base: str | None = None  # URL
    language: str | None = None
    rank: Literal["own", "media"] = (
        "own"  # "media": of a file, which counts where the entry has no text of its own
    )
    for_body: bool = False  # of an element that is for the body, which decides unless another is much fuller
    plain: bool = False  # written without markup, as teasers are


def choose_texts(texts: Sequence[Text]) -> tuple[Text | None, str]:
    """The body, which is the fullest text, and the HTML of what the others say that is not in it.

    Texts of elements that are for the body stand first, which decides where nothing else does.
    """
    given = [text for text in texts if text.html.strip()]
    given = [text for text in given if text.rank == "own"] or given
    if len(given) < 2:
        return (given[0] if given else None), ""
    candidates = [_Candidate(text) for text in {text.html: text for text in reversed(given)}.values()][::-1]
    body = _fullest(candidates)
    kept, said = [body], {}
    for other in sorted(candidates, key=lambda one: (-one.size, -len(one.html))):
        if other is not body and (new := _not_in(other, kept)):
            kept.append(other)
            said[id(other)] = _marked(new, other.text, body.text)
    return body.text, _below_one_another([said[id(one)] for one in candidates if id(one) in said])


def _below_one_another(texts: Sequence[str]) -> str:
    """HTML of several texts, each of which begins on a line of its own."""
    parts = list(texts[:1])
    for before, text in pairwise(texts):
        parts.append("\n" if before.endswith(">") or text.startswith("<") else "<br>\n")
        parts.append(text)
    return "".join(parts)


def _marked(html: str, text: Text, body: Text) -> str:
    """HTML with its own base URL and language, where they are not the body's."""
    base = f' xml:base="{escape(text.base)}"' if text.base and text.base != body.base else ""
    language = f' lang="{escape(text.language)}"' if text.language and text.language != body.language else ""
    return f"<div{base}{language}>{html}</div>" if base or language else html


class _Candidate:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.html = text.html

    @cached_property
    def letters(self) -> str:
        return _letters(self.html)

    @cached_property
    def size(self) -> int:
        """The number of letters of the post itself."""
        own = _without_behind(self.html)
        return len(self.letters if own == self.html else _letters(own))

    @cached_property
    def has_own_words(self) -> bool:
        """Whether it says more than a caption, a link and "Read more"."""
        if self.size > _PLAIN_WORTH:
            return True
        own = _LINKED.sub(" ", _without_behind(self.html))
        words = " ".join(unescape(_NO_WORDS.sub(" ", own)).split())
        return _GAP.sub("", words) != "" and not _THE_REST.fullmatch(words)

    @cached_property
    def unescaped(self) -> str:
        return unescape(self.html)

    @cached_property
    def addresses(self) -> set[str]:
        return {_plain_address(_address(shown)) for shown in _SHOWN.finditer(self.html)}

    @cached_property
    def has_markup(self) -> bool:
        return _MARKUP.search(self.html) is not None

    @cached_property
    def shown(self) -> int:
        """How many pictures, players and links it has."""
        return sum(1 for one in _SHOWN.finditer(self.html) if not _PIXEL.search(one[0]))


def _letters(html: str) -> str:
    """The letters and digits of the words: white space, punctuation, tags and addresses do not count."""
    text = unescape(_NO_WORDS.sub(" ", html) if "<" in html or "://" in html else html)
    return _without_gaps(text).lower()


def _without_gaps(text: str) -> str:
    """What _GAP leaves of a text, sooner: few of its signs are not ASCII, and bytes lose the others at once."""
    whole = text.encode("utf-8", "surrogatepass")
    text = whole.translate(None, _ASCII_GAPS).decode("utf-8", "surrogatepass")
    if text.isascii():
        return text
    signs = {
        sign for sign in whole.translate(None, _ASCII).decode("utf-8", "surrogatepass") if not sign.isalnum()
    }
    if len(signs) > _MANY_SIGNS:
        return _GAP.sub("", text)
    for sign in signs:
        text = text.replace(sign, "")
    return text


def _fullest(candidates: Sequence[_Candidate]) -> _Candidate:
    """The fullest text; of those that are nearly as full one with markup, and the first if it says something else."""
    candidates = _that_may_be_it(candidates)
    most = max(one.size for one in candidates)
    nearly = [one for one in candidates if one.size >= min(most * _NEARLY, most - _TWO_WORDS)]
    if not any(one.has_markup for one in nearly):
        nearly += [one for one in candidates if one.shown and one.size + _WORTH >= most * _NEARLY]
    as_full = [one for one in nearly if one.has_markup and (one.size or one.shown)] or nearly
    whole = max(one.size for one in as_full) * _THE_SAME
    fullest = max((one for one in as_full if one.size >= whole), key=lambda one: (one.shown, len(one.html)))
    first = as_full[0]
    return fullest if first.letters in fullest.letters else first


def _that_may_be_it(candidates: Sequence[_Candidate]) -> Sequence[_Candidate]:
    """The texts of elements for the body, and others that are more of the same or much fuller."""
    body = max((one for one in candidates if one.text.for_body), key=lambda one: one.size, default=None)
    if body is None or not body.has_own_words:
        return candidates
    return [one for one in candidates if one.text.for_body or _may_replace(one, body)]


def _may_replace(other: _Candidate, body: _Candidate) -> bool:
    """Whether a text that is of no element for the body may be the body nevertheless."""
    alike = other.letters[:_SURE] == body.letters[:_SURE]
    if other.letters in body.letters or (alike and other.has_markup):
        return True
    worth = _PLAIN_WORTH if other.text.plain and not alike else _WORTH
    if other.size > max(body.size + worth, body.size * _MUCH):
        return True
    return other.size >= body.size and _is_within(body.html, body.letters, other)


def _not_in(other: _Candidate, kept: Sequence[_Candidate]) -> str:
    """The whole of a text whose words are in none of those that are kept; else the links and pictures that are not."""
    html = other.html
    for _ in range(3):
        letters = other.letters if html is other.html else _letters(html)
        for text in kept:
            if _is_within(html, letters, text):
                return "\n".join(_shown_by_it_alone(html, kept))
        shorter = _without_behind(html)
        if shorter == html:
            break
        html = shorter
    return other.html


def _is_within(html: str, letters: str, text: _Candidate) -> bool:
    """Whether a text has the words of HTML, whose letters these are."""
    if letters in text.letters and (len(letters) >= _SURE or text.letters.startswith(letters)):
        return True
    if len(letters) >= _SURE:
        return _sentences_are_within(html, text.letters)
    words, within = (_GAP.sub(" ", unescape(_NO_WORDS.sub(" ", one))).strip() for one in (html, text.html))
    return f" {words.lower()} " in f" {within.lower()} "


def _sentences_are_within(html: str, letters: str) -> bool:
    """Whether the letters have all sentences in their order: excerpts leave out headings and code between."""
    position = 0
    for sentence in _SENTENCE_END.split(unescape(_NO_WORDS.sub(" ", html))):
        own = _GAP.sub("", sentence).lower()
        position = letters.find(own, position)
        if position < 0:
            return False
        position += len(own)
    return True


def _without_behind(html: str) -> str:
    """The HTML without a line that is no part of the post, such as "Read more", at its end."""
    first = max(len(html) - _LONGEST_BEHIND, 0)
    for mark, form in (("The post", _THE_POST), ("<a ", _THE_REST)):
        start = html.rfind(mark, first)
        if start >= 0 and form.fullmatch(" ".join(unescape(_NO_WORDS.sub(" ", html[start:])).split())):
            return html[:start]
    return html


def _shown_by_it_alone(html: str, kept: Sequence[_Candidate]) -> Iterator[str]:
    """The pictures, players and links of HTML, and the addresses in its text, that none of the texts has."""
    looked_for = 0
    for shown in itertools.chain(_SHOWN.finditer(html), _ADDRESS.finditer(_TAG.sub(" ", html))):
        address = _plain_address(_address(shown) if shown.re is _SHOWN else shown[0].rstrip(".,;:!?)"))
        if not address or any(address in one.addresses for one in kept):
            continue
        looked_for += 1
        if looked_for < _MOST_LOOKED_FOR and any(address in one.unescaped for one in kept):
            continue
        if shown.re is _ADDRESS:
            yield f"<p>{shown[0]}</p>"
        elif not _PIXEL.search(shown[0]):
            yield _whole(shown, html)


def _address(shown: re.Match[str]) -> str:
    return shown["double"] or shown["single"] or shown["bare"] or ""


def _plain_address(address: str) -> str:
    """An address as it is looked for: without scheme, "www." and the last slash."""
    address = unescape(address).strip()
    start = _ADDRESS_START.match(address)
    return (address[start.end() :] if start else address).rstrip("/")


def _whole(shown: re.Match[str], html: str) -> str:
    name = shown["name"].lower()
    if name in ("img", "embed", "source"):
        return shown[0] if name != "source" else f"<video>{shown[0]}</video>"
    end = _LINK_END.search(html, shown.end()) if name == "a" else None
    return f"{shown[0]}{html[shown.end() : end.start()] if end else ''}</{name}>"
