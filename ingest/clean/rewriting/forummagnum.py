"""Markup of ForumMagnum, the software of LessWrong and its sister sites, in their feeds. Pure.

It is recognised by itself, not by host names, since the same software runs under many.
"""

import re
from datetime import datetime
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from ingest.base.plain_text import unescape
from ingest.clean.html_writer import NodeMarkup, classes, escaped, next_element, previous_element, start_tag
from ingest.clean.rewriting.footnotes import link_footnotes

_BREAK = r"(?:\s*<br\s*/?>)"
_PUBLISHED_ON = re.compile(
    rf"\s*Published on ([A-Z][a-z]+ \d{{1,2}}, \d{{4}} \d{{1,2}}:\d\d [AP]M) (?:GMT|UTC){_BREAK}{{1,2}}\s*"
)
_DISCUSS = re.compile(rf'{_BREAK}{{2}}\s*<a href="([^"<>]*#comments)"[^<>]*>Discuss</a>\s*\Z')
_SPOILERS = frozenset({"spoilers", "spoiler", "spoiler-v2"})
BLOCK_CLASSES = _SPOILERS | {
    "detailsBlock",
    "detailsBlockTitle",
    "llm-content-block",
}  # of blocks that are rewritten
_LONGEST_DISCUSS = 2500  # characters


class Unwrapped(NamedTuple):
    """A post without what the feed adds before and after it."""

    html: str
    posted: str | None  # as in ingest.base.models, to the minute
    comments_url: str | None


def unwrap(post: str) -> Unwrapped:
    """Remove "Published on … GMT" before a post and the link "Discuss" after it, and return their date and URL.

    Footnotes whose links the feed has lost are linked again.
    """
    posted = comments_url = None
    if (before := _PUBLISHED_ON.match(post)) and (posted := _time(before[1])):
        post = post[before.end() :]
    last = max(len(post) - _LONGEST_DISCUSS, 0)
    if post.find(">Discuss</a>", last) >= 0 and (behind := _DISCUSS.search(post, last)):
        comments_url = unescape(behind[1])
        post = post[: behind.start()]
    return Unwrapped(link_footnotes(post), posted, comments_url)


def _time(text: str) -> str | None:
    try:
        return datetime.strptime(text, "%B %d, %Y %I:%M %p").strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return None


def block_markup(node: LexborNode) -> NodeMarkup | None:
    """Standard HTML for a block that needs the site's style sheet or script; None for any other node.

    Spoilers and collapsible sections become <details>; a language model's words become a captioned <figure>.
    """
    names = classes(node)
    if _is_spoiler(node, names):
        return _spoiler(node)
    if "detailsBlock" in names and node.tag == "div":
        return NodeMarkup("<details>", node, "</details>")
    if "detailsBlockTitle" in names and node.tag != "summary":
        return NodeMarkup("<summary>", node, "</summary>")
    if "llm-content-block" in names:
        return _language_model(node)
    return None


def _is_spoiler(node: LexborNode, names: list[str]) -> bool:
    return node.tag in ("div", "p", "blockquote") and not _SPOILERS.isdisjoint(names)


def _spoiler(node: LexborNode) -> NodeMarkup:
    """Consecutive spoiler paragraphs are one <details>: the first opens it, and the last closes it."""
    start = end = ""
    if node.tag == "p":
        start, end = "<p>", "</p>"
    before, after = previous_element(node), next_element(node)
    if before is None or not _is_spoiler(before, classes(before)):
        start = f'<details class="spoiler"><summary>Spoiler</summary>{start}'
    if after is None or not _is_spoiler(after, classes(after)):
        end = f"{end}</details>"
    return NodeMarkup(start, node, end)


def _language_model(node: LexborNode) -> NodeMarkup:
    model = (node.attributes.get("data-model-name") or "").strip()
    label = escaped(f"Language model: {model}" if model else "Language model")
    return NodeMarkup(
        start_tag("figure", [("class", "llm")]) + f"<figcaption>{label}</figcaption><blockquote>",
        node,
        "</blockquote></figure>",
    )
