"""Link footnotes whose links a feed has lost, where it is certain which is which. Pure.

ForumMagnum's feeds leave of each note a list with nothing but "^", and the note behind it; others a list at the end
whose items begin with "^". The references are left as [1], [2] … or as superscripts.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.base.html_tokens import TAG, VOID

_BEGINS = re.compile(r">\s*+\^")  # what is not the mark of a note stands within words
_MARK = re.compile(r"<([uo]l)\b[^<>]*>\s*<li\b[^<>]*>\s*\^\s*</li>\s*</\1>\s*", re.IGNORECASE)
_LIST_END = re.compile(r"</([uo]l)>\s*\Z", re.IGNORECASE)
_LIST_START = re.compile(r"<[uo]l\b[^<>]*>", re.IGNORECASE)
_ITEM_END = re.compile(r"</li>", re.IGNORECASE)
_CARET = re.compile(
    r"\s*<li\b[^<>]*>\s*((?:<(?:p|div|sup|strong|b|span)\b[^<>]*>\s*){0,5})(?:\^|<a>\s*\^\s*</a>)\s*(?=\S)",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\[([1-9][0-9]{0,2})\]")
_SUPERSCRIPT = re.compile(r"<sup>\s*\[?([1-9][0-9]{0,2})\]?\s*</sup>", re.IGNORECASE)
_LINKED = re.compile(r"""\b(?:id|name)\s*=\s*["']?fn|\brole\s*=\s*["']?doc-""", re.IGNORECASE)
_NO_REFERENCES = frozenset("a code kbd math pre samp script style svg textarea".split())
_SECTION = '<ol class="footnote-section footnotes" role="doc-endnotes">'


def link_footnotes(html: str) -> str:
    """The HTML of a body; with links from references to notes and back, where both are there, each once, in order."""
    if "^" not in html or not _BEGINS.search(html) or _LINKED.search(html):
        return html
    start, notes = _notes_behind_marks(html)
    if not notes:
        start, notes = _notes_of_a_list(html)
    if not notes or not all(_is_balanced(note) for note in notes):
        return html
    before = html[:start]
    references = _references(before, "".join(notes), len(notes))
    if not references:
        return html
    return _with_links(before, references) + _section(notes)


def _notes_behind_marks(html: str) -> tuple[int, list[str]]:
    """Where the notes begin, and their HTML: each behind a list of "^" alone."""
    marks = list(_MARK.finditer(html))
    ends = [*(mark.start() for mark in marks), len(html)]
    notes = [html[mark.end() : end].strip() for mark, end in zip(marks, ends[1:], strict=True)]
    return (ends[0], notes) if all(notes) else (0, [])


def _notes_of_a_list(html: str) -> tuple[int, list[str]]:
    """The same of a list at the end, whose items begin with "^"."""
    end = _LIST_END.search(html, max(html.rfind("</"), 0))
    starts = list(_LIST_START.finditer(html)) if end else []
    if end is None or not starts:
        return 0, []
    *items, rest = _ITEM_END.split(html[starts[-1].end() : end.start()])
    carets = [_CARET.match(item) for item in items]
    if rest.strip() or not all(carets):
        return 0, []
    notes = [
        found[1] + item[found.end() :].strip() for found, item in zip(carets, items, strict=True) if found
    ]
    return starts[-1].start(), notes


def _references(before: str, notes: str, count: int) -> list[re.Match[str]]:
    """The references, if there is exactly one to each note, in their order, and none elsewhere."""
    brackets = list(_in_text(before))
    expected = [str(number) for number in range(1, count + 1)]
    if brackets:
        found = [one for one in brackets if one is not None]
        elsewhere = len(found) < len(brackets) or any(_in_text(notes))
        return found if not elsewhere and [one[1] for one in found] == expected else []
    superscripts = list(_SUPERSCRIPT.finditer(before))
    return superscripts if [one[1] for one in superscripts] == expected else []


def _in_text(html: str) -> Iterator[re.Match[str] | None]:
    """The numbers in brackets that stand in text; None for one within a link or code. Not those in superscripts."""
    within: Counter[str] = Counter()
    tags = [*TAG.finditer(html), None]
    position = 0
    for tag in tags:
        for found in _BRACKETS.finditer(html, position, tag.start() if tag else len(html)):
            if within["sup"] <= 0:
                yield None if any(within[name] > 0 for name in _NO_REFERENCES) else found
        if tag:
            position = tag.end()
            name = (tag["name"] or "").lower()
            within[name] += -1 if tag["slash"] else 1


def _with_links(html: str, references: Sequence[re.Match[str]]) -> str:
    pieces, position = [], 0
    for found in references:
        number = found[1]
        pieces.append(html[position : found.start()])
        pieces.append(
            f'<span class="footnote-reference" role="doc-noteref" id="fnref-{number}">'
            f'<sup><a href="#fn-{number}">[{number}]</a></sup></span>'
        )
        position = found.end()
    return "".join([*pieces, html[position:]])


def _section(notes: Sequence[str]) -> str:
    items = (
        f'<li class="footnote-item" id="fn-{number}"><span class="footnote-back-link"><sup>'
        f'<a href="#fnref-{number}">^</a></sup></span><div class="footnote-content">{note}</div></li>'
        for number, note in enumerate(notes, 1)
    )
    return f"{_SECTION}{''.join(items)}</ol>"


def _is_balanced(html: str) -> bool:
    """Whether each element that is opened is closed, in order."""
    opened: list[str] = []
    for tag in TAG.finditer(html):
        name = (tag["name"] or "").lower()
        if not name or name in VOID or (tag["attributes"].endswith("/") and not tag["slash"]):
            continue
        if not tag["slash"]:
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return not opened
