"""The outermost element of an XML text, found without a parser, in texts that no parser would take. Pure."""

import re

_QUOTE_OR_BRACKET = re.compile(r"\"[^\"]*\"|'[^']*'|<!--(?:.*?-->|.*)|[\[\]>]", re.DOTALL)
_PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
TAG_NAME = re.compile(r"<([A-Za-z_][\w.:-]*)")
_FEED_ROOT = re.compile(r"<(?:rss|feed|[\w.-]+:(?:feed|RDF)|RDF)[\s>]")
_WRAPPED = re.compile(r"<(rss\s[^<>]{0,2000}\bversion|feed\s[^<>]{0,2000}\bxmlns)")
_WRAPPED_WITHIN = 100_000  # characters


def root(text: str) -> str:
    """The name of the outermost element, "" where there is none."""
    match = TAG_NAME.match(text, _start(text))
    return match[1] if match else ""


def trim_to_root(text: str) -> str:
    """Without what a server printed around the document, such as a warning of PHP's before it."""
    if _FEED_ROOT.match(text, _start(text)) or not (later := _WRAPPED.search(text[:_WRAPPED_WITHIN])):
        return text
    closing = f"</{later[1].split()[0]}>"
    end = text.rfind(closing)
    return text[later.start() : end + len(closing)] if end >= 0 else text[later.start() :]


def _start(text: str) -> int:
    """Where the outermost element begins, after declarations, comments and document type."""
    place = skip_prologue(text, 0)
    if text[place : place + 9].upper() == "<!DOCTYPE":
        place = skip_prologue(text, doctype_end(text, place))
    return place


def skip_prologue(text: str, place: int) -> int:
    """Where the XML declaration and comments at a place end."""
    match = _PROLOGUE.match(text, place)
    return match.end() if match else place


def doctype_end(text: str, start: int) -> int:
    """Where a document type declaration ends: after the first `>` outside of quotes and of its internal subset."""
    depth = 0
    for match in _QUOTE_OR_BRACKET.finditer(text, start):
        if match[0] == ">" and depth <= 0:
            return match.end()
        depth += {"[": 1, "]": -1}.get(match[0], 0)
    return len(text)
