"""Lines of code that only a style sheet parts, and the numbers beside them. Pure."""

import re

from selectolax.lexbor import LexborNode

from ingest.clean.html_writer import classes
from ingest.clean.rewriting.inline_styles import is_line

_LINE = frozenset(
    "line code-line codeline cl token-line view-line highlight-line hljs-line code__line ec-line"
    " CodeMirror-line".split()
)
_NUMBERS = frozenset(
    "gutter lineno linenos line-numbers line-number linenumber linenumbers lnt lntd ln rouge-gutter code-gutter gl"
    " hljs-ln-numbers hljs-ln-line blob-num line-num linenodiv lines-number ec-gutter code-line-number".split()
)
LINE_CLASSES = _LINE | _NUMBERS  # of what is more than its tag says
_ONLY_NUMBERS = re.compile(r"\s*[0-9][0-9\s]*")
_NEAR = 6  # elements, up to the <pre> or <code>
_DEEPEST_NUMBERS = 3


def line_break(node: LexborNode) -> str:
    """What parts a line of code from the next one: a line feed, or a `<br>`; "" where there is something already."""
    following = node.next
    if following is None or not following.is_element_node or following.tag == "br":
        return ""
    if not (is_line(node) or not _LINE.isdisjoint(classes(node))) or _ends_a_line(node):
        return ""
    within = _code_around(node)
    return {"pre": "\n", "code": "<br>"}.get(within, "")


def only_numbers_lines(node: LexborNode) -> bool:
    """Whether an element beside code holds the numbers of its lines and nothing else."""
    if _NUMBERS.isdisjoint(classes(node)):
        return False
    text = _text(node, _DEEPEST_NUMBERS)
    return text is not None and _ONLY_NUMBERS.fullmatch(text) is not None


def _code_around(node: LexborNode) -> str:
    found, parent = "", node.parent
    for _ in range(_NEAR):
        if parent is None or found == "pre":
            break
        found = parent.tag or "" if parent.tag in ("pre", "code") else found
        parent = parent.parent
    return found


def _ends_a_line(node: LexborNode) -> bool:
    last = node.last_child
    for _ in range(_NEAR):
        if last is None:
            return False
        if last.is_text_node:
            return (last.text_content or "").endswith("\n")
        if last.tag == "br":
            return True
        last = last.last_child
    return False


def _text(node: LexborNode, deepest: int) -> str | None:
    """The text of an element; None where it is nested deeper than that."""
    pieces, child = [], node.first_child
    while child is not None:
        if child.is_text_node:
            pieces.append(child.text_content or "")
        elif child.is_element_node:
            inner = _text(child, deepest - 1) if deepest else None
            if inner is None:
                return None
            pieces.append(f" {inner} ")
        child = child.next
    return "".join(pieces)
