"""Sites whose feed URLs follow from the URLs of their pages, without a request. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import httpx2

from ingest.base.http_url import BadAddress, parse_http_url
from ingest.base.url_spelling import looks_like_feed, with_scheme


def known_feeds(url: str) -> tuple[str, ...]:
    """The feeds of a page whose site makes their addresses from its own; the main one first.

    Empty where the site is none of those, where the address is a feed's already, and where only the page itself
    says which feed is its (YouTube's handles).
    """
    try:
        page, _ = parse_http_url(with_scheme(url))
    except BadAddress:
        return ()
    if looks_like_feed(str(page)):
        return ()
    host = page.raw_host.decode("ascii").removeprefix("www.").removeprefix("m.")
    parts = [part for part in page.raw_path.decode("ascii").partition("?")[0].split("/") if part]
    for site, feeds in _SITES.items():
        if found := re.fullmatch(rf"(?:(.+)\.)?{site}", host):
            return tuple(feeds(found[1] or "", parts, page.params))
    return tuple(_mastodon(page, parts))


# Each takes what stands before the site's name in the host, the parts of the path, and the query.


def _youtube(_: str, parts: Sequence[str], query: Mapping[str, str]) -> Iterable[str]:
    feed = "https://www.youtube.com/feeds/videos.xml"
    match parts:
        case ["channel", name, *_] if re.fullmatch(r"UC[\w-]{22}", name):
            yield f"{feed}?channel_id={name}"
        case ["user", name, *_]:
            yield f"{feed}?user={name}"
        case ["playlist" | "watch"] if re.fullmatch(r"(?:PL|UU|FL|OL)[\w-]{8,}", query.get("list", "")):
            yield f"{feed}?playlist_id={query['list']}"


def _reddit(_: str, parts: Sequence[str], __: Mapping[str, str]) -> Iterable[str]:
    match parts:
        case []:
            yield "https://www.reddit.com/.rss"
        case ["r" | "u" | "user", _, *_]:
            yield f"https://www.reddit.com/{'/'.join(parts)}/.rss"


_GITHUBS_OWN = {
    *("about", "apps", "codespaces", "collections", "contact", "enterprise", "events", "explore", "features"),
    *(
        "issues",
        "login",
        "marketplace",
        "new",
        "notifications",
        "orgs",
        "pricing",
        "pulls",
        "search",
        "security",
    ),
    *("settings", "signup", "site", "sponsors", "stars", "topics", "trending"),
}


def _github(sub: str, parts: Sequence[str], _: Mapping[str, str]) -> Iterable[str]:
    if sub or not parts or parts[0] in _GITHUBS_OWN:
        return
    owner = f"https://github.com/{parts[0]}"
    repository = f"{owner}/{parts[1].removesuffix('.git')}" if parts[1:] else ""
    match parts[1:]:
        case []:
            yield f"{owner}.atom"
        case [_, "releases" | "tags" | "wiki" | "discussions" as section, *_]:
            yield f"{repository}/{section}.atom"
        case [_, "commits", *branch] if branch:
            yield f"{repository}/commits/{'/'.join(branch)}.atom"
        case [_, "tree", branch, *_]:
            yield f"{repository}/commits/{branch}.atom"
        case [_, *section]:
            kinds = ("commits",) if section == ["commits"] else ("releases", "commits", "tags")
            yield from (f"{repository}/{kind}.atom" for kind in kinds)


def _substack(sub: str, parts: Sequence[str], _: Mapping[str, str]) -> Iterable[str]:
    match sub, parts:
        case "open", ["pub", name, *_]:
            yield f"https://{name}.substack.com/feed"
        case (("" | "open"), _):
            return
        case _:
            yield f"https://{sub}.substack.com/feed"


def _medium(sub: str, parts: Sequence[str], _: Mapping[str, str]) -> Iterable[str]:
    match parts:
        case _ if sub:
            yield f"https://{sub}.medium.com/feed"
        case ["tag", name, *_]:
            yield f"https://medium.com/feed/tag/{name}"
        case ["about" | "creators" | "m" | "me" | "membership" | "p" | "plans" | "search" | "topics", *_]:
            return
        case [name, *_]:  # a person's, with @, or a publication's
            yield f"https://medium.com/feed/{name}"


def _wordpress(sub: str, _: Sequence[str], __: Mapping[str, str]) -> Iterable[str]:
    if sub:
        yield f"https://{sub}.wordpress.com/feed/"


def _blogger(sub: str, _: Sequence[str], __: Mapping[str, str]) -> Iterable[str]:
    if sub:  # of whichever country: each leads to the same blog
        yield f"https://{sub}.blogspot.com/feeds/posts/default"


def _mastodon(page: httpx2.URL, parts: Sequence[str]) -> Iterable[str]:
    """Its servers have names of their own: its profiles are known by their path alone."""
    if parts and re.fullmatch(r"@\w[\w.-]*", parts[0]):
        yield str(page.copy_with(raw_path=f"/{parts[0]}.rss".encode()))


_Feeds = Callable[[str, Sequence[str], Mapping[str, str]], Iterable[str]]
_SITES: dict[str, _Feeds] = {
    r"youtube\.com": _youtube,
    r"reddit\.com": _reddit,
    r"github\.com": _github,
    r"substack\.com": _substack,
    r"medium\.com": _medium,
    r"wordpress\.com": _wordpress,
    r"blogspot\.[a-z.]+": _blogger,
}
