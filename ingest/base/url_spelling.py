"""URLs from what a person typed, and whether a URL is spelled like a feed's. Pure."""

import re

from ingest.base.http_url import BadAddress, parse_http_url

# Pseudo-schemes of browsers and podcast apps, before an address or instead of its scheme.
_PREFIX = re.compile(r"(?:feeds?|itpc|pcast|podcast):(?://)?(?=.)", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://|[a-z][a-z0-9+-]*:(?!\d)", re.IGNORECASE)
_CREDENTIALS = re.compile(r"^((?:[a-z][a-z0-9+.-]*:)*)//[^/?#]*@", re.IGNORECASE)

_FEED_PATH = re.compile(
    r"(?:^|/)(?:feeds?|rss2?|atom|rdf)(?:/|$)"
    r"|(?:^|[/._-])(?:feeds?|rss2?|atom|rdf|index)\.(?:xml|json|rdf|rss|atom|php|aspx?)$"
    r"|\.(?:rss|atom|rdf)$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(r"(?:^|&)(?:feed|format|type|output)=(?:feed|rss|atom|rdf)", re.IGNORECASE)


def typed_url(text: str) -> tuple[str, tuple[str, str] | None]:
    """The URL to request for an address that a person typed, and the user name and password that it carried.

    Without http or https it is taken for https: "example.com/feed", "feed://example.com/feed". Raises BadAddress.
    """
    if not text.strip():
        raise BadAddress("The address is empty.")
    url, credentials = parse_http_url(with_scheme(text))
    return str(url), credentials


def typed_url_over_http(text: str) -> str | None:
    """The http URL to try after that of `typed_url`; None where the address names a scheme. Raises BadAddress."""
    if (plain := with_scheme(text, "http")) == with_scheme(text):
        return None
    return str(parse_http_url(plain)[0])


def with_scheme(text: str, scheme: str = "https") -> str:
    """The text with `scheme` where it has none, or one of feed readers' ("feed:", "feed://")."""
    text = _PREFIX.sub("", text.strip(), count=1)
    if text.startswith("//"):
        return f"{scheme}:{text}"
    return f"{scheme}://{text}" if text and not _SCHEME.match(text) else text


def without_credentials(url: str) -> str:
    """The URL, otherwise unchanged, without user name and password."""
    return _CREDENTIALS.sub(r"\1//", url, count=1)


def looks_like_feed(url: str) -> bool:
    """Whether a URL has the path or query of most feeds' ("/feed/", "rss.xml", "?format=atom"); only a heuristic."""
    path, _, query = re.sub(r"^[a-z]+://[^/?#]*", "", url.partition("#")[0], flags=re.IGNORECASE).partition(
        "?"
    )
    return bool(_FEED_PATH.search(path) or _FEED_QUERY.search(query))
