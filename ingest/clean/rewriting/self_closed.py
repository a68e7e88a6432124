"""Write out the end tags of elements that XHTML leaves to "/>", which HTML reads as open to the end. Pure.

By HTML's rules (WHATWG HTML, 13.2.5) `<iframe/>` is a start tag alone, and takes all that follows for its own. The same
rules read `<br></br>` as two line breaks.
"""

import re
from collections.abc import Iterator

from ingest.base.html_tokens import ATTRIBUTE, FORMATTING, RAW, TAG, VOID

_BREAK = re.compile(r"(<br(?=[\s/>])[^<>]*>)\s*</br\s*>", re.IGNORECASE)
# What hides all that is within, and what would make all that follows bold, small, or a link.
_HIDING = RAW | frozenset(
    "applet audio button canvas datalist map noscript object option optgroup select svg template video".split()
)
_MENDED = (
    _HIDING
    | FORMATTING
    | frozenset("abbr bdi bdo cite del dfn ins kbd label mark q samp span sub sup var".split())
)
_SELF_CLOSED = re.compile(rf"<(?:{'|'.join(sorted(_MENDED))})(?=[\s/])", re.IGNORECASE)
# As XHTML writes them, and nearly all others too.
_VOID_CLOSED = re.compile(rf"<(?:{'|'.join(sorted(VOID))})(?=[\s/])[^<>]*+(?<=/)>", re.IGNORECASE)
_TAG_IN_TAG = re.compile(r"<[a-zA-Z][^<>]*<")  # `<script src="x"<br />` is one tag, which closes itself


def complete(attributes: str) -> bool:
    """Whether the attributes of a start tag end in the "/" of a self-closed element, not of an unquoted value."""
    if not attributes.endswith("/"):
        return False
    end = max((one.end() for one in ATTRIBUTE.finditer(attributes)), default=0)
    return end < len(attributes)


def with_end_tags(html: str) -> str:
    """The HTML with an end tag behind each self-closed element that is not void, and one `<br>` for `<br></br>`."""
    if "</br" in html.lower():
        html = _BREAK.sub(r"\1", html)
    closed = html.count("/>")
    if not closed or (len(_VOID_CLOSED.findall(html)) == closed and not _TAG_IN_TAG.search(html)):
        return html
    if not _SELF_CLOSED.search(html):
        return html
    return "".join(_written(html, list(_tags(html))))


def _tags(html: str) -> Iterator[re.Match[str]]:
    """The tags of elements to be mended, without what stands within scripts and the like."""
    position = 0
    while tag := TAG.search(html, position):
        position = tag.end()
        name = (tag["name"] or "").lower()
        if name not in _MENDED or not tag["close"]:
            continue
        yield tag
        if name in RAW and not tag["slash"] and not complete(tag["attributes"]):
            end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, position)
            position = end.start() if end else len(html)


def _written(html: str, tags: list[re.Match[str]]) -> Iterator[str]:
    position = 0
    opened: dict[str, int] = {}
    ends = _ended_next(tags)
    for tag, ended in zip(tags, ends, strict=True):
        name = tag["name"].lower()
        if tag["slash"]:
            opened[name] = opened.get(name, 0) - 1
        elif not complete(tag["attributes"]) or (ended and opened.get(name, 0) <= 0 and name not in _HIDING):
            opened[name] = opened.get(name, 0) + 1
        else:
            yield html[position : tag.end()] if name != "plaintext" else html[position : tag.start()]
            yield f"</{name}>" if name not in ("plaintext", "svg") else ""
            position = tag.end()
    yield html[position:]


def _ended_next(tags: list[re.Match[str]]) -> list[bool]:
    """Of each tag, whether the next tag of the same name is an end tag."""
    following: dict[str, bool] = {}
    found = []
    for tag in reversed(tags):
        name = tag["name"].lower()
        found.append(following.get(name, False))
        following[name] = bool(tag["slash"])
    return found[::-1]
