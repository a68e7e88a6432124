"""Truncate and balance untrusted HTML, so that it can be parsed in linear time. Pure.

By HTML's rules a parser searches all open elements at many tags, and repeats an unclosed `<b>` in each paragraph that
follows: a few kilobytes can take it minutes. So in a long document the implied end tags are written out first, roughly
by the same rules, and elements that are nested deeper than DEEPEST_HTML lose their tags.
"""

import re
from collections import Counter
from collections.abc import Iterator

from ingest.base.html_tokens import ATTRIBUTE, BLOCKS, FORMATTING, RAW, TAG, VOID
from ingest.base.plain_text import join_surrogates, without_surrogates
from ingest.clean.pictures.drawings import drawing_of_words
from ingest.clean.rewriting.self_closed import complete, with_end_tags

LONGEST_BODY = 8_000_000  # characters
DEEPEST_HTML = 500  # open elements; browsers have a similar limit
_DEEPEST_TEXT = DEEPEST_HTML + 50  # for links and other inline elements in them
_MOST_TAGS = 300_000
_SHORT = 1000  # tags, below which HTML is left as it is
_LONGEST_TAG = 5000  # characters, of elements that a parser may repeat
_MOST_ATTRIBUTES = 200
_LONGEST_FALLBACK = 2000  # characters, of what a frame has for readers without frames
_MOST_WITHIN = 7  # blocks in a `<b>` that an end tag closes (13.2.6.4.7, the adoption agency algorithm)
_CUT = "<p>[The rest is left out: it was too long.]</p>"

_LONG_DATA = re.compile(r"""\bdata:[^\s"'<>()]{1000,}""", re.IGNORECASE)

# WHATWG HTML, 13.2.4.2 (The stack of open elements) and 13.2.6.4.7 (In body)
_SCOPES = frozenset("applet caption marquee object select table td template th".split())
_ROWS = frozenset("caption colgroup tbody td tfoot th thead tr".split())
_ENDED_BY = {
    **dict.fromkeys(("td", "th"), ({"td", "th"}, {"table", "template", "tr"})),
    "tr": ({"tr"}, {"table", "template"}),
    **dict.fromkeys(
        ("caption", "colgroup", "tbody", "tfoot", "thead"),
        ({"caption", "colgroup", "tbody", "tfoot", "thead", "tr"}, {"table", "template"}),
    ),
}
_SPECIAL = (BLOCKS | _SCOPES | {"button", "noscript"}) - {"dialog", "legend", "optgroup", "option"}
_END_PARAGRAPH = _SPECIAL - _SCOPES - _ROWS - {"body", "button", "noscript"} | {"dialog", "hr", "table"}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_IGNORED = frozenset({"body", "frame", "frameset", "head", "html", "plaintext"})
_MATHS = frozenset(
    "annotation annotation-xml maction math menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom"
    " mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none"
    " semantics".split()
)
_HOLDS_HTML = frozenset("annotation-xml mi mn mo ms mtext".split())
# These end MathML and SVG that they occur in (13.2.6.5).
_BREAK_OUT = frozenset(
    "b big blockquote body br center code dd div dl dt em embed font h1 h2 h3 h4 h5 h6 head hr i img li listing menu"
    " meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var".split()
)


def bounded(html: str) -> str:
    """The HTML, truncated to LONGEST_BODY characters and nested at most DEEPEST_HTML deep, with implied end tags."""
    html = with_end_tags(join_surrogates(_cut(without_surrogates(html))).replace("<![CDATA[", " "))
    if html.count("<") < _SHORT and len(html) < 50 * _SHORT:
        return html
    return "".join(_Balance().write(html))


def _cut(html: str) -> str:
    if len(html) <= LONGEST_BODY:
        return html
    html = _LONG_DATA.sub("data:,", html)
    if len(html) <= LONGEST_BODY:
        return html
    html = html[:LONGEST_BODY]
    start = html.rfind("<", LONGEST_BODY - 10_000)
    return (html[:start] if start > html.rfind(">") else html) + _CUT


class _Balance:
    """Writes HTML with explicit end tags where a parser would imply them."""

    def __init__(self) -> None:
        self.open: list[tuple[str, str]] = []  # names, and the start tags
        self.names: Counter[str] = Counter()  # how many of each are open
        self.tags = 0
        self.repeated = 0  # characters
        self.most_repeated = 0

    def write(self, html: str) -> Iterator[str]:
        position, self.most_repeated = 0, len(html) // 4
        while tag := TAG.search(html, position):
            start = tag.start()
            if position < start:
                yield html[position:start].replace("<", "&lt;")
            position = tag.end()
            slash, name, attributes, close = tag.group("slash", "name", "attributes", "close")
            if not name:
                continue
            if not close:
                return
            name = name.lower()
            self.tags += 1
            if self.tags > _MOST_TAGS:
                continue
            if slash:
                yield from self._end(name)
            elif name == "svg":
                position = _end_of_svg(html, position, complete(attributes))
                yield drawing_of_words(html[start:position])
            elif name in RAW:
                raw = _raw(html, name, position)
                position += len(raw)
                if self._formula() is None:
                    yield from self._raw_element(name, tag, raw)
            else:
                yield from self._start(name, tag, attributes)
        yield html[position:].replace("<", "&lt;")

    def _start(self, name: str, tag: re.Match[str], attributes: str) -> Iterator[str]:
        formula = self._formula()
        if formula is not None and name in _BREAK_OUT:
            yield from self._close_through(formula)
            formula = None
        elif formula is not None and (name not in _MATHS or name == "math"):
            return
        closed = attributes.endswith("/") and complete(attributes)
        if closed and name == "math":
            return
        reopened: list[tuple[str, str]] = []
        index, keep = self._ended_by(name)
        if index is not None:
            reopened = (
                [one for one in self.open[index:] if one[0] in FORMATTING and one[0] != name] if keep else []
            )
            yield from self._close_through(index)
        if name in _IGNORED or (name in _ROWS and self._find({"table"}, frozenset()) is None):
            return
        written = _written(name, tag) if attributes else tag[0]
        if name in VOID or (closed and self._is_foreign(formula)):
            yield written
        elif len(self.open) < (DEEPEST_HTML if name in _SPECIAL and name != "p" else _DEEPEST_TEXT):
            yield from self._open(name, written)
        for formatting in reopened:
            self.repeated += len(formatting[1])
            if self.repeated < self.most_repeated and len(self.open) < _DEEPEST_TEXT:
                yield from self._open(*formatting)

    def _formula(self) -> int | None:
        if not self.names["math"]:
            return None
        return next((index for index, (name, _) in enumerate(self.open) if name == "math"), None)

    def _is_foreign(self, formula: int | None) -> bool:
        return formula is not None and all(name not in _HOLDS_HTML for name, _ in self.open[formula:])

    def _open(self, name: str, written: str) -> Iterator[str]:
        self.open.append((name, written))
        self.names[name] += 1
        yield written

    def _raw_element(self, name: str, tag: re.Match[str], raw: str) -> Iterator[str]:
        """Elements without markup in them: only those are kept that `rewrite` uses (formulas, iframes, plain text)."""
        if name in ("script", "xmp"):
            yield f"{_written(name, tag)}{raw}</{name}>"
        elif name == "iframe":
            yield f"{_written(name, tag)}{raw[:_LONGEST_FALLBACK]}</iframe>"

    def _end(self, name: str) -> Iterator[str]:
        if self.open and self.open[-1][0] == name:
            self.open.pop()
            self.names[name] -= 1
            yield f"</{name}>"
        elif name == "br":  # parsed as <br>
            yield "<br>"
        elif name in FORMATTING:
            index = self._find({name}, _SCOPES)
            if index is None:
                return
            within = sum(open_ in _SPECIAL for open_, _ in self.open[index:])
            if within > _MOST_WITHIN:
                yield from self._close_through(index)
            else:
                del self.open[index]
                self.names[name] -= 1
                yield f"</{name}>"
        elif name == "table" or name in _ROWS:
            yield from self._close_through(self._find({name}, {"table", "template"} - {name}))
        elif name in _HEADINGS:
            yield from self._close_through(self._find(_HEADINGS, _SCOPES))
        else:
            barriers = _SCOPES if name in _SPECIAL or name == "dialog" else _SPECIAL
            yield from self._close_through(
                self._find({name}, barriers | {"ol", "ul"} if name == "li" else barriers)
            )

    def _ended_by(self, name: str) -> tuple[int | None, bool]:
        """The index of the outermost element that a start tag closes, and whether formatting elements are reopened."""
        if name in ("li", "dd", "dt"):
            same = {"li"} if name == "li" else {"dd", "dt"}
            item = self._find(same, _SPECIAL - {"address", "div", "p"})
            if item is not None:
                return item, True
        if name in _END_PARAGRAPH:
            paragraph = self._find({"p"}, _SPECIAL)
            if paragraph is not None:
                return paragraph, True
        if name in _ENDED_BY:
            return self._outermost(*_ENDED_BY[name]), False
        if name == "a":
            return self._find({"a"}, _SPECIAL), True
        last = self.open[-1][0] if self.open else ""
        if name == last == "option" or (name in _HEADINGS and last in _HEADINGS):
            return len(self.open) - 1, False
        return None, False

    def _find(self, names: set[str] | frozenset[str], barriers: set[str] | frozenset[str]) -> int | None:
        """The index of the innermost open element of these names, unless a barrier is open within it."""
        if not any(self.names[name] for name in names):
            return None
        for index in range(len(self.open) - 1, -1, -1):
            name = self.open[index][0]
            if name in names:
                return index
            if name in barriers:
                return None
        return None

    def _outermost(self, names: set[str], barriers: set[str]) -> int | None:
        found = None
        if not any(self.names[name] for name in names):
            return None
        for index in range(len(self.open) - 1, -1, -1):
            name = self.open[index][0]
            if name in barriers:
                return found
            if name in names:
                found = index
        return None

    def _close_through(self, index: int | None) -> Iterator[str]:
        while index is not None and len(self.open) > index:
            name, _ = self.open.pop()
            self.names[name] -= 1
            yield f"</{name}>"


def _written(name: str, tag: re.Match[str]) -> str:
    """The start tag, without its attributes where these are too many, or too long for a repeated element."""
    attributes = tag["attributes"]
    if len(attributes) > _LONGEST_TAG and name in FORMATTING:
        return f"<{name}>"
    if len(attributes) > 2 * _MOST_ATTRIBUTES and len(ATTRIBUTE.findall(attributes)) > _MOST_ATTRIBUTES:
        return f"<{name}>"
    return str(tag[0])


def _raw(html: str, name: str, position: int) -> str:
    end = re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE).search(html, position)
    return html[position : end.start() if end else len(html)]


def _end_of_svg(html: str, position: int, closed: bool) -> int:
    """The index behind an SVG image, of which only the words are kept."""
    nested, foreign = 0 if closed else 1, 0
    while nested and (tag := TAG.search(html, position)):
        name = (tag["name"] or "").lower()
        if name in _BREAK_OUT and not tag["slash"] and not foreign:
            return tag.start()
        position = tag.end()
        if not tag["attributes"] or not tag["attributes"].endswith("/"):
            step = -1 if tag["slash"] else 1
            nested += step if name == "svg" else 0
            foreign = max(foreign + step, 0) if name == "foreignobject" else foreign
    return position if not nested else len(html)
