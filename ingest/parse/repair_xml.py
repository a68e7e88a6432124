"""Repair XML before parsing: refuse entity attacks, escape stray ampersands, close truncated documents. Pure."""

import re
from collections import deque
from dataclasses import dataclass
from html.entities import html5

from ingest.base.html_tokens import VOID
from ingest.base.urls import join_url
from ingest.base.xml_root import TAG_NAME, doctype_end, root, skip_prologue
from ingest.parse.common import kept_before_damage

_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*>")
_ENTITY = re.compile(
    r"<!ENTITY\s+(%\s+)?([\w.-]+)\s+(?:(SYSTEM|PUBLIC)\b[^>]*|\"([^\"]*)\"\s*|'([^']*)'\s*)>"
)
# Every branch consumes what it begins with, so that this takes linear time.
_CDATA_COMMENT_OR_TAG = re.compile(
    r"<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*)"
    r"|<[A-Za-z_](?:[^\"'<>]|\"[^\"]*+(?:\"|$)|'[^']*+(?:'|$))*+|[^<]+|</?",
    re.DOTALL,
)
_REFERENCE = re.compile(r"&(#?[\w.-]+;)?")
_ITEM = re.compile(r"<(/?)(?:[\w.-]+:)?(?:item|entry)(?=[\s/>])[^<>]*>")
_XHTML = re.compile(r"<(?:[\w.-]+:)?(?:content|summary)(?=\s)[^<>]*+>\s*+<(?:[\w.-]+:)?div(?=\s)[^<>]*+>")
_BASE = re.compile(r"\sxml:base\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_END_OF_FIELD = re.compile(
    r"</(?:[\w.-]+:)?(?:title|description|encoded|summary|content|item|entry)\s*>|<(?:[\w.-]+:)?(?:item|entry)[\s>]"
)
_ENTRY = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)\b")
_CDATA_OR_COMMENT = re.compile(r"<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*)", re.DOTALL)

_XML = {"lt;", "gt;", "amp;", "quot;", "apos;"}
_LONGEST_ENTITY = 64  # characters of a replacement text, in legitimate documents
_MOST_EXPANSION = 1_000_000  # characters
_NEVER_CLOSED = VOID - {
    "link",
    "source",
}  # void elements of unescaped HTML; these two are also elements of feeds
_DEEPEST = 1000  # nested elements: feedparser keeps state for each
_MOST_ATTRIBUTES = 500  # of one tag: feedparser takes time quadratic in their number


class Refused(ValueError):
    """The document looks like an attack on XML parsers. The message says which."""


@dataclass(frozen=True)
class Truncation:
    """How a document was repaired that is truncated, or has an unclosed CDATA section or comment."""

    complete: int  # entries before the truncation
    cut_off: bool  # whether it is within another entry
    unclosed: bool = False  # whether a CDATA section or comment was closed instead


def damage_of(truncation: Truncation | None) -> str | None:
    """What to say to the user of a document that was mended so."""
    if truncation is None:
        return None
    if truncation.unclosed:
        return "a passage in it (CDATA or comment) has no end, which was guessed. Tell its publisher."
    where = "in the middle of an entry" if truncation.cut_off else "before its end"
    return f"it stops {where}. {kept_before_damage(truncation.complete)}"


def repair(text: str) -> tuple[str, Truncation | None]:
    """XML of the same content without XML declaration and doctype, and how it was truncated, if so. Raises Refused."""
    text = _DECLARATION.sub("", text.lstrip(), count=1)
    text, entities = _without_doctype(text)
    text, unclosed = _close_passage(text)
    text = _XHTML.sub(_lift_base, _resolve_references(text, entities))
    text, truncation = _close_truncated(text)
    return text, truncation or unclosed


def _close_passage(text: str) -> tuple[str, Truncation | None]:
    """Close an unclosed CDATA section or comment of a document that is not truncated, at the end of its element."""
    if not text.rstrip().endswith(f"</{root(text)}>"):
        return text, None
    passages = deque(_CDATA_OR_COMMENT.finditer(text), maxlen=1)
    last = passages[0] if passages else None
    if last is None or last[0].endswith(("]]>", "-->")):
        return text, None
    end = _END_OF_FIELD.search(text, last.start())
    if end is None:
        return text, None
    mark = "]]>" if last[0].startswith("<![") else "-->"
    return text[: end.start()] + mark + text[end.start() :], Truncation(0, False, unclosed=True)


def _lift_base(found: re.Match[str]) -> str:
    """Move xml:base from XHTML's outermost div to the element around it, since feedparser drops the div."""
    content, close, div = found[0].partition(">")
    if not (inner := _BASE.search(div)):
        return found[0]
    base, outer = inner[1] or inner[2] or "", _BASE.search(content)
    if outer:
        joined = join_url(outer[1] or outer[2] or "", base)
        base = base if joined is None else joined
        content = _BASE.sub("", content, count=1)
    base = base.replace('"', "%22")
    return f'{content} xml:base="{base}"{close}{_BASE.sub("", div, count=1)}'


def _without_doctype(text: str) -> tuple[str, dict[str, str]]:
    """The text without its doctype, and the entities that this declared. Raises Refused."""
    start = skip_prologue(text, 0)
    if text[start : start + 9].upper() != "<!DOCTYPE":
        return text, {}
    end = doctype_end(text, start)
    entities = {}
    for parameter, name, external, *values in _ENTITY.findall(text[start:end]):
        value = values[0] or values[1]
        if external == "SYSTEM" and not parameter:
            raise Refused(f"it declares an entity (“{name}”) that would read another file.")
        if parameter or external:  # the character entities of XHTML, which html5 has
            continue
        if len(value) > _LONGEST_ENTITY or "<" in value or re.search("[&%](?!#)", value):
            raise Refused(
                f"it declares an entity (“{name}”) made of others, or very long, as attacks on readers do."
            )
        entities[name + ";"] = value
    return text[:start] + text[end:], entities


def _resolve_references(text: str, entities: dict[str, str]) -> str:
    """Replace HTML's and declared entities by their text and escape bare `&`, outside of CDATA. Raises Refused."""
    expanded = 0

    def mend(reference: re.Match[str]) -> str:
        nonlocal expanded
        name = reference[1]
        if not name:
            return "&amp;"
        if name in _XML:
            return reference[0]
        if name in entities:
            expanded += len(entities[name])
            if expanded > _MOST_EXPANSION:
                raise Refused("its entities make it more than a megabyte longer, as attacks on readers do.")
            return entities[name]
        if name[0] == "#":
            return reference[0] if _is_character(name[1:-1]) else ""
        return _escaped(html5[name]) if name in html5 else "&amp;" + name

    depth = 0

    def piece(part: re.Match[str]) -> str:
        nonlocal depth
        if part[0].startswith("<!"):
            return part[0]
        if part[0] == "</":
            depth = max(depth - 1, 0)
        elif (
            (opened := TAG_NAME.match(part[0]))
            and opened[1] not in _NEVER_CLOSED
            and not part[0].endswith("/")
        ):
            depth = 0 if _ENTRY.match(part[0]) else depth + 1  # entries of some feeds have unclosed elements
            if depth > _DEEPEST:
                raise Refused(f"its elements are nested more than {_DEEPEST:,} deep.")
        if part[0][0] == "<" and part[0].count("=") > _MOST_ATTRIBUTES < len(re.findall("=[\"']", part[0])):
            raise Refused(f"one of its tags has more than {_MOST_ATTRIBUTES} attributes.")
        return _REFERENCE.sub(mend, part[0]) if "&" in part[0] else part[0]

    return _CDATA_COMMENT_OR_TAG.sub(piece, text)


def _is_character(number: str) -> bool:
    """Whether a numeric reference is to a character that XML 1.0 (2.2) allows."""
    digits, base = (number[1:], 16) if number[:1] in ("x", "X") else (number, 10)
    if len(digits) > 8 or number[:1] == "X":
        return False
    try:
        code = int(digits, base)
    except ValueError:
        return False
    return (
        code in (9, 10, 13)
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or 0x10000 <= code <= 0x10FFFF
    )


def _escaped(characters: str) -> str:
    return characters.replace("&", "&amp;").replace("<", "&lt;")


def _close_truncated(text: str) -> tuple[str, Truncation | None]:
    """Close a truncated document after its last complete entry."""
    name = root(text)
    if name.split(":")[-1] not in ("rss", "feed", "RDF") or text.rstrip().endswith(f"</{name}>"):
        return text, None
    # Without CDATA and comments, and of the same length.
    bare = _CDATA_OR_COMMENT.sub(lambda hidden: " " * len(hidden[0]), text)
    if bare.rfind(f"</{name}") >= 0:
        return text, None
    complete, end, begun = 0, -1, -1
    for match in _ITEM.finditer(bare):
        if match[0].endswith("/>"):
            continue
        if match[1]:
            complete, end, begun = complete + 1, match.end(), -1
        elif begun < 0:
            begun = match.start()
    kept = text[:end] if end >= 0 else text[:begun] if begun >= 0 else text[: _last_whole_tag(bare)]
    channel = "</channel>" if _is_open(bare[: len(kept)], "channel") else ""
    return f"{kept}{channel}</{name}>", Truncation(complete, begun >= 0)


def _last_whole_tag(bare: str) -> int:
    return bare.rfind(">") + 1


def _is_open(bare: str, name: str) -> bool:
    return len(re.findall(rf"<{name}[\s>]", bare)) > bare.count(f"</{name}")
