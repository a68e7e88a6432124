"""Say what a document is instead of a feed. Pure, and without a parser."""

import re

from ingest.base.xml_root import is_atom_entry, is_feed_root, root, trim_to_root

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a]")
_HTML = frozenset("p br div span h1 h2 h3 ul ol table head body b i a img".split())
_PIECE = "it is a piece of HTML, not a feed. Look on the page that it is from for the address of its feed."
_CHECK = "Check that it is the right file."
_SHORT = 200_000  # bytes
_PLAIN = re.compile(
    rb"[\t\n\r -~\x80-\xf4]*"
)  # no control characters, so that no other encoding is seen than UTF-8


def plainly_no_feed(body: bytes) -> str | None:
    """What a short text is that is no feed, as `parse` says it; None of a feed, and where only that can tell."""
    if len(body) > _SHORT or not _PLAIN.fullmatch(body) or body.startswith(b"\xef\xbb\xbf"):
        return None
    try:
        text = trim_to_root(body.decode().strip())
    except UnicodeDecodeError:
        return None
    name = root(text)
    if text.startswith("{") or is_feed_root(name) or is_atom_entry(text):
        return None
    return what_it_is(body, text, name.rpartition(":")[2].lower())


def what_it_is(body: bytes, text: str, name: str) -> str:
    """A sentence on a document that is none, with its text and the name of its outermost element in lower case."""
    if not body.strip():
        return "it is empty. If it was downloaded, try again."
    if name == "opml":
        return "it is a list of feeds (OPML), not a feed. To follow them: feedsette add ARCHIVE FILE"
    if name in ("urlset", "sitemapindex"):
        return "it is a site map, not a feed. Look on the site for its feed."
    if name == "html" or re.search(r"<!doctype html|<html\b|<head\b|<body\b", text[:5000], re.IGNORECASE):
        return "it is an HTML page, not a feed. Look on that page for the address of its feed."
    if name in _HTML:
        return _PIECE
    if name and text.startswith("<"):
        return f"it is XML, but no feed: its outermost element is <{root(text)[:40]}>. {_CHECK}"
    if text.startswith(("{", "[")):
        return (
            "it is JSON, but no JSON Feed, which has a “version” that begins with https://jsonfeed.org/version/1, "
            f"or it stops before that. {_CHECK}"
        )
    if text.startswith(("<?xml", "<!DOCTYPE", "<rss", "<feed", "<rdf")):
        return "it stops before anything of a feed. Download it again."
    if _BINARY.search(body[:2000]):
        return f"it is binary data, not a feed. {_CHECK}"
    if "<" in text[:2000] and re.search(r"<(?:p|br|a|div|b|i|em|strong|h\d)\b", text[:5000], re.IGNORECASE):
        return _PIECE
    return f"it is text, but neither XML nor JSON, so it is no feed. {_CHECK}"
