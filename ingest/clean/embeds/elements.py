"""Elements that scripts fill with a player or a post of another site: what their attributes say it is. Pure.

A new one is a line: the name of the element or a class of it (with a dot), the attribute, and the page's address, in
which {} is its value.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from ingest.base.plain_text import unescape, visible
from ingest.base.urls import url_host, url_key, web_url
from ingest.clean.embeds.pages import page_of, place_of, script_page
from ingest.clean.html_writer import ElementSaid, classes, escaped, previous_element, start_tag

_YOUTUBE = "https://www.youtube.com/watch?v={}"
_ELEMENTS: tuple[tuple[str, str, str], ...] = (
    ("lite-youtube", "videoid", _YOUTUBE),
    ("lite-youtube", "video-id", _YOUTUBE),
    ("youtube-video", "videoid", _YOUTUBE),
    ("amp-youtube", "data-videoid", _YOUTUBE),
    ("*", "data-youtube-id", _YOUTUBE),
    ("*", "data-youtube-video-id", _YOUTUBE),
    ("*", "data-youtube", _YOUTUBE),
    ("*", "data-yt-id", _YOUTUBE),
    ("*", "data-ytid", _YOUTUBE),
    (".youtube", "data-id", _YOUTUBE),
    (".youtube", "data-embed", _YOUTUBE),
    (".youtube", "data-video-id", _YOUTUBE),
    (".youtube-player", "data-id", _YOUTUBE),
    ("lite-vimeo", "videoid", "https://vimeo.com/{}"),
    ("amp-vimeo", "data-videoid", "https://vimeo.com/{}"),
    ("*", "data-vimeo-id", "https://vimeo.com/{}"),
    ("amp-dailymotion", "data-videoid", "https://www.dailymotion.com/video/{}"),
    ("amp-instagram", "data-shortcode", "https://www.instagram.com/p/{}/"),
    ("amp-twitter", "data-tweetid", "https://twitter.com/i/status/{}"),
    ("amp-gist", "data-gistid", "https://gist.github.com/{}"),
    ("amp-facebook", "data-href", "{}"),
    ("amp-tiktok", "data-src", "{}"),
    (".twitter-tweet", "data-tweet-id", "https://twitter.com/i/status/{}"),
    ("twitter-widget", "data-tweet-id", "https://twitter.com/i/status/{}"),
    (".instagram-media", "data-instgrm-permalink", "{}"),
    (".tiktok-embed", "cite", "{}"),
    (".fb-post", "data-href", "{}"),
    (".fb-video", "data-href", "{}"),
    (".fb-comment-embed", "data-href", "{}"),
    (".bluesky-embed", "data-bluesky-uri", "{}"),
    (".mastodon-embed", "data-embed-url", "{}"),
    (".text-post-media", "data-text-post-permalink", "{}"),  # Threads
    (".reddit-embed-bq", "cite", "{}"),
    (".imgur-embed-pub", "data-id", "https://imgur.com/{}"),
    (".flourish-embed", "data-src", "https://public.flourish.studio/{}/"),
    (".infogram-embed", "data-id", "https://infogram.com/{}"),
    (".wp-block-embed__placeholder", "data-url", "{}"),
    (".gist", "data-gist", "https://gist.github.com/{}"),
    ("*", "data-gist-id", "https://gist.github.com/{}"),
    ("*", "data-telegram-post", "https://t.me/{}"),
    (".strava-embed-placeholder", "data-embed-id", "https://www.strava.com/activities/{}"),
)
_BY_ATTRIBUTE = {attribute for _, attribute, _ in _ELEMENTS}
TELLING_ATTRIBUTES = frozenset(
    {"data-attrs", *_BY_ATTRIBUTE}
)  # an element without them is filled by no script
_VALUE = re.compile(r"[\w@][\w@./-]{0,100}")
_AT = re.compile(r"at://([\w.:-]{1,200})/app\.bsky\.feed\.post/(\w{1,50})")
_AT_START = re.compile(r"(?:https?:)?//", re.IGNORECASE)
# The link that a frame has for readers without frames.
_FALLBACK = re.compile(
    r"""<a\s[^<>]{0,1000}?href\s*=\s*["']?([^"'\s<>]{1,2000})[^<>]*>([^<>]{1,500})</a>""", re.IGNORECASE
)
# Substack's, whose attribute data-attrs says in JSON what they show
_WIDGETS = (
    "digest-post-embed embedded-post-wrap embedded-publication-wrap native-video-embed native-audio-embed comment"
    " poll-embed tweet youtube-wrap vimeo-wrap spotify-wrap soundcloud-wrap bluesky-wrap instagram file-embed-wrapper"
    " apple-podcast-container install-substack-app-embed community-chat twitter-embed directMessage recipe-embed"
    " github-gist latex-rendered image-link-expand"
).split()
_SUBSCRIBE = ("subscription-widget-wrap", "subscription-widget-wrap-editor")
_FILLED = frozenset({*_WIDGETS, *_SUBSCRIBE})
_SOME_PAGE = "https://example.org/"
_LONGEST_JSON = 100_000  # characters
_LONGEST_LABEL = 200
_LONGEST_WORDS = 2000
_MOST_LOOKED_AT = 500  # nodes within an element
_LABELS = ("title", "playlabel", "aria-label")
_WORDS = ("full_text", "title", "name", "body", "caption", "text")
_ADDRESSES = ("canonical_url", "url", "permalink_url", "permalink", "postUrl", "base_url", "src")


class Embedded(NamedTuple):
    """What an element shows: the page, words that say what it is, and whether the element's content stays."""

    url: str
    label: str = ""

    @property
    def link(self) -> str:
        return link_to(self.url, self.label)


def link_to(url: str, label: str) -> str:
    """A link to what was embedded: its title, or the name of its site."""
    label = visible(label)[:_LONGEST_LABEL] or f"Embedded: {urlsplit(url).hostname}"
    return f" {start_tag('a', [('href', url)])}{escaped(label)}</a> "


def frame(node: ElementSaid, base: str | None) -> Embedded | None:
    """What an `<iframe>`, `<embed>` or `<object>` shows; also where a consent manager took its address away."""
    url = next((url for value in _frame_addresses(node) if (url := web_url(value, base))), None)
    if url is None:
        return None
    page, label = page_of(url), node.attributes.get("title") or ""
    words, address = _fallback(node, base) if node.tag in ("iframe", "amp-iframe") else ("", None)
    if address and url_host(url).endswith("bandcamp.com"):  # its frames alone do not say which page they play
        page = address
    return Embedded(page, label or place_of(url) or words)


def filled_by_script(node: LexborNode, base: str | None) -> Embedded | None:
    """What an element shows that a script fills; None for any other, or where it has such a link already."""
    attributes = node.attributes
    if node.tag == "script":
        return _script(node, base)
    if "data-attrs" in attributes and (found := _widget(node, base)):
        return found
    for attribute in attributes:
        url = _named(node, attribute, base) if attribute in _BY_ATTRIBUTE else None
        if url and not _has_link(node, url):
            label = next((value for name in _LABELS if (value := attributes.get(name))), "")
            return Embedded(url, label)
    return None


def may_be_filled(node: ElementSaid) -> bool:
    """Whether a script may fill an element, by its attributes."""
    said = TELLING_ATTRIBUTES.intersection(node.attributes)
    if node.tag == "script":
        address = web_url(node.attributes.get("src"), _SOME_PAGE)
        return bool(said) or (address is not None and script_page(address) is not None)
    if "data-attrs" in said and not _FILLED.isdisjoint(classes(node)):
        return True
    return any(_page_template(node, attribute) for attribute in said)


def repeats_a_link(node: LexborNode, url: str) -> bool:
    """Whether the element before has the link already, as WordPress puts a quotation before its frame."""
    before = previous_element(node)
    return before is not None and before.tag == "blockquote" and _has_link(before, url)


def _named(node: LexborNode, attribute: str, base: str | None) -> str | None:
    template = _page_template(node, attribute)
    if template is None:
        return None
    value = (node.attributes[attribute] or "").strip()
    if post := _AT.match(value):
        return f"https://bsky.app/profile/{post[1]}/post/{post[2]}"
    if _AT_START.match(value):
        url = web_url(value, base)
        return page_of(url) if url else None
    return web_url(template.format(value)) if _VALUE.fullmatch(value) and template != "{}" else None


def _page_template(node: ElementSaid, attribute: str) -> str | None:
    names = {"*", node.tag or "", *(f".{name}" for name in classes(node))}
    return next((page for name, key, page in _ELEMENTS if key == attribute and name in names), None)


def _script(node: LexborNode, base: str | None) -> Embedded | None:
    if post := node.attributes.get("data-telegram-post"):
        url = web_url(f"https://t.me/{post}") if _VALUE.fullmatch(post) else None
        return Embedded(url) if url else None
    address = web_url(node.attributes.get("src"), base)
    page = script_page(address) if address else None
    return Embedded(page) if page else None


def _widget(node: LexborNode, base: str | None) -> Embedded | None:
    names = classes(node)
    subscribe = not set(names).isdisjoint(_SUBSCRIBE)
    if not subscribe and set(names).isdisjoint(_WIDGETS):
        return None
    said = _json(node.attributes.get("data-attrs"))
    address = _video(said, names) or next(_said_addresses(said, base), None)
    if address is None or _has_link(node, address) or (not subscribe and _has(node, "iframe")):
        return None
    words = next((said[key] for key in _WORDS if isinstance(said.get(key), str) and said[key].strip()), "")
    return Embedded(page_of(address), words)


def _video(said: dict[str, Any], names: list[str]) -> str | None:
    video = str(said.get("videoId") or "")
    site = "https://www.youtube.com/watch?v=" if "youtube-wrap" in names else "https://vimeo.com/"
    return site + video if _VALUE.fullmatch(video) else None


def _said_addresses(said: dict[str, Any], base: str | None) -> Iterator[str]:
    for key in _ADDRESSES:
        if isinstance(said.get(key), str) and (url := web_url(said[key], base)):
            yield url


def _json(text: str | None) -> dict[str, Any]:
    try:
        said = json.loads((text or "")[:_LONGEST_JSON])
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _frame_addresses(node: ElementSaid) -> Iterator[str]:
    attributes = node.attributes
    if node.tag == "object" and isinstance(node, LexborNode):
        yield attributes.get("data") or ""
        yield from _parameters(node)
        return
    lazy = [
        value or "" for name, value in attributes.items() if name.startswith("data-") and name.endswith("src")
    ]
    yield from (value for value in (attributes.get("src") or "", *lazy) if value)
    for name, value in attributes.items():
        if name.startswith("data-") and _AT_START.match(value or ""):
            yield value or ""


def _parameters(node: LexborNode) -> Iterator[str]:
    child = node.first_child
    while child is not None:
        if child.tag == "param" and (child.attributes.get("name") or "").lower() in ("movie", "src", "url"):
            yield child.attributes.get("value") or ""
        child = child.next


def _fallback(node: ElementSaid, base: str | None) -> tuple[str, str | None]:
    """The words and the address of the link that a frame has for readers without frames."""
    found = _FALLBACK.search(unescape(node.text()[:_LONGEST_WORDS]))
    return (visible(found[2]), web_url(found[1], base)) if found else ("", None)


def _has_link(node: LexborNode, url: str) -> bool:
    """Whether an element has a link to a page already, whatever parameters that has."""
    key = url_key(url.partition("?")[0]) if "?v=" not in url else url_key(url)
    links = (one.attributes.get("href") or "" for one in _within(node) if one.tag == "a")
    return any(url_key(link).startswith(key) for link in links)


def _has(node: LexborNode, tag: str) -> bool:
    return any(one.tag == tag for one in _within(node))


def _within(node: LexborNode) -> Iterator[LexborNode]:
    return islice(node.traverse(), _MOST_LOOKED_AT)
