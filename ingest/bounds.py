"""HTML that can be parsed in a time in proportion to its length. Pure.

HTML's rules make a parser look through all open elements at many tags, and repeat unclosed `<b>` and its like in each
paragraph: a few kilobytes can keep it busy for minutes. So the tags are looked at first. What nests no deeper than
people write stays as it is; of anything else only paragraphs, links and images are kept.
"""

import re
from collections.abc import Iterator

from ingest.lines import whole
from ingest.tags import ATTRIBUTE, BLOCKS, FORMATTING, RAW, TAG, VOID

LONGEST_HTML = 8_000_000  # characters
DEEPEST = 500  # open elements; browsers stop at about as many
_MOST_ATTRIBUTES = 200
_CUT = "<p>[The rest is left out: it was too long.]</p>"

_LONG_DATA = re.compile(r"""\bdata:[^\s"'<>()]{1000,}""", re.IGNORECASE)

_OF_A_FONT = re.compile(r"(?:^|[\s/\"'])(?:color|face|size)(?![^\s/=])", re.IGNORECASE)
_UNQUOTED_AT_END = re.compile(r"=[\t\n\f\r ]*[^\t\n\f\r \"'][^\t\n\f\r ]*\Z")
_NAMELESS = "?"  # an element that no end tag is taken to end

# WHATWG HTML, 13.2.4.2 (The stack of open elements) and 13.2.6.4.7 (In body). Where parsers differ, the sets are such
# that rather too many elements are taken for open than too few.
_SCOPES = frozenset(
    "annotation-xml applet caption desc foreignobject html marquee mi mn mo ms mtext object select table td"
    " template th title".split()
) | {_NAMELESS}
_SPECIAL = (BLOCKS | RAW | _SCOPES | {"button", "noscript"}) - {"dialog", "legend", "option", "optgroup"}
_ROWS = frozenset("caption colgroup tbody td tfoot th thead tr".split())
_END_PARAGRAPH = frozenset(
    "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer form h1"
    " h2 h3 h4 h5 h6 header hgroup hr li listing main menu nav ol p plaintext pre search section summary table ul"
    " xmp".split()
)
_END_ALL_WITHIN = _END_PARAGRAPH - {"form", "hr", "xmp"} | {"applet", "button", "marquee", "object", "select"}
_IGNORED = frozenset({"body", "frame", "frameset", "head", "html"})  # within a body
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_FOREIGN = frozenset({"math", "svg"})
_INTEGRATION = frozenset("annotation-xml desc foreignobject mi mn mo ms mtext title".split())
# These end any formula or image (SVG) that they stand in.
_BREAK_OUT = frozenset(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu"
    " meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var".split()
)


def bounded(html: str) -> str:
    """The HTML, or, where it is too much of something, as much as can be parsed."""
    html = _cut(whole(html)).replace("<![CDATA[", " ")
    return html if _is_usual(html) else _flat(html)


def _cut(html: str) -> str:
    if len(html) <= LONGEST_HTML:
        return html
    html = _LONG_DATA.sub("data:,", html)
    if len(html) <= LONGEST_HTML:
        return html
    html = html[:LONGEST_HTML]
    start = html.rfind("<", LONGEST_HTML - 10_000)
    return (html[:start] if start > html.rfind(">") else html) + _CUT


def _tags(html: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each complete tag, and what of the text after it is no markup, since it is a script's or the like."""
    position = 0
    while tag := TAG.search(html, position):
        position = tag.end()
        if not tag["name"]:
            continue
        if not tag["close"]:
            return
        name, raw = tag["name"].lower(), ""
        if name in RAW and not tag["slash"]:
            end = re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE).search(html, position)
            raw = html[position : end.start() if end else len(html)]
            position += len(raw)
        yield tag, raw


def _is_usual(html: str) -> bool:
    """Whether elements are nested, and repeated, as little as in what people write."""
    if html.count("<") < 1000 and len(html) < 50_000:
        return True
    still_open = _Open()
    work, most = 0, 1_000_000 + 20 * len(html)
    for tag, raw in _tags(html):
        attributes = tag["attributes"]
        if len(attributes) > 2000 and len(ATTRIBUTE.findall(attributes)) > _MOST_ATTRIBUTES:
            return False
        name = tag["name"].lower()
        if tag["slash"]:
            still_open.end(name)
        else:
            still_open.start(name, attributes)
        if raw:
            if "<!--" in raw and "<script" in raw.lower():  # after which a script may not end where it seems to
                return False
            for inner in TAG.finditer(raw):  # within an image (SVG) these are tags
                if inner["name"] and not inner["slash"]:
                    still_open.start_unseen()
        work += still_open.weight()
        if still_open.depth() > DEEPEST or work > most:
            return False
    return True


class _Open:
    """The elements that are open after some tags: at least as many as a parser has, give or take a few that it adds."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._formatting: list[tuple[str, int, int]] = []  # with the length of the tag, and how many scopes it is in
        self._formatting_length = 0

    def depth(self) -> int:
        return len(self.names) + len(self._formatting)

    def weight(self) -> int:
        """What a parser may have to go through at a tag."""
        return len(self.names) + self._formatting_length

    def start(self, name: str, attributes: str = "") -> None:
        foreign = self._in_foreign()
        if foreign and (name in _BREAK_OUT or (name == "font" and _OF_A_FONT.search(attributes))):
            self._break_out()
            foreign = False
        complete = attributes.endswith("/") and not _UNQUOTED_AT_END.search(attributes)
        if foreign and complete:
            return
        if not foreign:
            if name in ("li", "dd", "dt"):
                self._end_item(("li",) if name == "li" else ("dd", "dt"))
            if name in _END_PARAGRAPH:
                self._pop("p", _SCOPES | _FOREIGN | {"button"})
            self._end_its_like(name)
            if name in VOID or name in RAW or name in _IGNORED or (complete and name in _FOREIGN):
                return
            if name in _ROWS and "table" not in self.names:
                return
        self.names.append(name)
        if name in FORMATTING and not foreign:
            length = len(name) + len(attributes)
            self._formatting.append((name, length, self._scopes()))
            self._formatting_length += length

    def _end_its_like(self, name: str) -> None:
        """End what a start tag ends, since one of its kind cannot stand in another."""
        last = self.names[-1] if self.names else ""
        if (name in _HEADINGS and last in _HEADINGS) or name == last == "option":
            self.names.pop()
        elif name in _ROWS:
            self._end_cells(name)
        elif name == "table":
            self._pop(name, frozenset({"caption", "td", "template", "th", _NAMELESS}))
        elif name == "button":
            self._pop(name, _SCOPES)
        elif name == "a":
            self._end_formatting(name)

    def start_unseen(self) -> None:
        """A tag within what is text to HTML, but not within an image (SVG)."""
        self.names.append(_NAMELESS)

    def end(self, name: str) -> None:
        if name in FORMATTING:
            self._end_formatting(name)
        elif name == "table" or name in _ROWS:
            if "table" in self.names:
                self._pop(name, frozenset({"table", "template"}) - {name})
        elif name == "form":
            self._remove(name, _SCOPES)
        elif name == "li":
            self._pop(name, _SCOPES | {"ol", "ul"})
        elif name in _HEADINGS:
            self._pop(next((open_ for open_ in reversed(self.names) if open_ in _HEADINGS), name), _SCOPES)
        else:
            self._pop(name, _SCOPES if name in _END_ALL_WITHIN else _SPECIAL - {name})

    def _pop(self, name: str, barriers: frozenset[str]) -> None:
        """End the innermost element of a name, and all in it, unless a barrier stands before it."""
        for index in range(len(self.names) - 1, -1, -1):
            if self.names[index] == name:
                del self.names[index:]
                return
            if self.names[index] in barriers:
                return

    def _remove(self, name: str, barriers: frozenset[str]) -> None:
        """End the innermost element of a name, but not what is in it."""
        for index in range(len(self.names) - 1, -1, -1):
            if self.names[index] == name:
                del self.names[index]
                return
            if self.names[index] in barriers:
                return

    def _end_formatting(self, name: str) -> None:
        self._remove(name, _SCOPES)
        for index in range(len(self._formatting) - 1, -1, -1):
            started, length, scopes = self._formatting[index]
            if started == name:
                if scopes == self._scopes():
                    del self._formatting[index]
                    self._formatting_length -= length
                return

    def _end_item(self, names: tuple[str, ...]) -> None:
        for index in range(len(self.names) - 1, -1, -1):
            if self.names[index] in names:
                del self.names[index:]
                return
            if (
                self.names[index] in _SPECIAL - {"address", "div", "p"}
                or self.names[index] in _FOREIGN
            ):
                return

    def _end_cells(self, name: str) -> None:
        """A row ends the row before it, and a cell the cell before it, with all that is in them."""
        outer = {"td": ("tr", "table"), "th": ("tr", "table"), "tr": ("tbody", "thead", "tfoot", "table")}
        for index in range(len(self.names) - 1, -1, -1):
            if self.names[index] in outer.get(name, ("table",)):
                del self.names[index + 1 :]
                return
            if self.names[index] in _FOREIGN or self.names[index] in ("table", "template"):
                return

    def _in_foreign(self) -> bool:
        """Whether a tag is one of a formula or an image (SVG) now."""
        inner = next((name for name in reversed(self.names) if name in _FOREIGN or name in _INTEGRATION), "")
        return inner in _FOREIGN

    def _break_out(self) -> None:
        for index in range(len(self.names) - 1, -1, -1):
            if self.names[index] in _INTEGRATION:
                return
            if self.names[index] in _FOREIGN:
                self.names[index:] = [_NAMELESS] * (len(self.names) - index)
                return

    def _scopes(self) -> int:
        return sum(name in _SCOPES for name in self.names)


def _flat(html: str) -> str:
    """The HTML without nesting: its paragraphs, links and images."""
    pieces: list[str] = []
    end, in_link, in_paragraph = 0, False, False
    for tag, raw in _tags(html):
        text = re.sub(r"<(?:!--.*?(?:--!?>|\Z)|[!?/][^>]*>?)", "", html[end : tag.start()], flags=re.DOTALL)
        pieces.append(text.replace("<", "&lt;"))
        in_paragraph = in_paragraph and not text.strip()
        end = tag.end() + len(raw)
        name = tag["name"].lower()
        if in_link and (name == "a" or name in BLOCKS):
            pieces.append("</a>")
            in_link = False
        if name in BLOCKS and not in_paragraph:
            pieces.append("\n<p>")
            in_paragraph = True
        elif name in ("a", "br", "img") and not tag["slash"] and len(tag[0]) < 10_000:
            pieces.append(tag[0])
            in_link = in_link or name == "a"
            in_paragraph = False
    return "".join(pieces) + re.sub(r"<.*", "", html[end:], flags=re.DOTALL)
