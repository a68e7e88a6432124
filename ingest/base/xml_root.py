"""The outermost element of an XML text, found without a parser, in texts that no parser would take. Pure."""

import re

_QUOTE_OR_BRACKET = re.compile(r"\"[^\"]*\"|'[^']*'|<!--(?:.*?-->|.*)|[\[\]>]", re.DOTALL)
_PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
TAG_NAME = re.compile(r"<([A-Za-z_][\w.:-]*)")
_FEED_NAMES = frozenset({"rss", "rdf", "feed", "channel"})
_ENTRY_ROOT = re.compile(r"<(?:[\w.-]+:)?entry\s[^<>]{0,2000}(?:www\.w3\.org/2005/Atom|purl\.org/atom/ns#)")
_FEED_ROOT = re.compile(r"<(?:rss|feed|[\w.-]+:(?:feed|RDF)|RDF)[\s>]")
_WRAPPED = re.compile(r"<(rss\s[^<>]{0,2000}\bversion|feed\s[^<>]{0,2000}\bxmlns)")
_WRAPPED_WITHIN = 100_000  # characters


def root(text: str) -> str:
    """The name of the outermost element with its prefix, "" where there is none."""
    match = TAG_NAME.match(text, _start(text))
    return match[1] if match else ""


def is_feed_root(name: str) -> bool:
    """Whether the outermost element of RSS, RDF or Atom has this name, whatever its prefix and case."""
    return name.rpartition(":")[2].lower() in _FEED_NAMES


def is_atom_entry(text: str) -> bool:
    """Whether a document is an Atom entry document (RFC 4287, 2)."""
    return _ENTRY_ROOT.match(text, _start(text)) is not None


def trim_to_root(text: str) -> str:
    """The document without what the server printed before and after it, such as a PHP warning."""
    if _FEED_ROOT.match(text, _start(text)) or not (later := _WRAPPED.search(text[:_WRAPPED_WITHIN])):
        return text
    closing = f"</{later[1].split()[0]}>"
    end = text.rfind(closing)
    return text[later.start() : end + len(closing)] if end >= 0 else text[later.start() :]


def _start(text: str) -> int:
    """The index at which the outermost element begins, after declarations, comments and document type."""
    position = skip_prologue(text, 0)
    if text[position : position + 9].upper() == "<!DOCTYPE":
        position = skip_prologue(text, doctype_end(text, position))
    return position


def skip_prologue(text: str, position: int) -> int:
    """The index behind the XML declaration, processing instructions and comments that begin at `position`."""
    match = _PROLOGUE.match(text, position)
    return match.end() if match else position


def doctype_end(text: str, start: int) -> int:
    """The index behind a document type declaration: the first `>` outside of quotes and internal subset ends it."""
    depth = 0
    for match in _QUOTE_OR_BRACKET.finditer(text, start):
        if match[0] == ">" and depth <= 0:
            return match.end()
        depth += {"[": 1, "]": -1}.get(match[0], 0)
    return len(text)
