"""From what a person typed to the URL that is meant, and what the spelling of a URL tells. Pure."""

import re

from ingest.base.http_url import BadAddress, parse_http_url

# What browsers and podcast programs put before an address, or in the place of its scheme.
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
    """The address that someone means by `text`, to be asked for, and the name and password that it carried.

    What names neither http nor https is taken for https: "example.com/feed", "feed://example.com/feed".
    Raises BadAddress.
    """
    if not text.strip():
        raise BadAddress("The address is empty.")
    url, credentials = parse_http_url(with_scheme(text))
    return str(url), credentials


def typed_url_over_http(text: str) -> str | None:
    """The address that `text` may mean as well as what `typed_url` makes of it, where it names neither scheme."""
    if (plain := with_scheme(text, "http")) == with_scheme(text):
        return None
    return str(parse_http_url(plain)[0])


def with_scheme(text: str, scheme: str = "https") -> str:
    """The URL of what someone typed that may lack a scheme, or have a feed reader's ("feed:"): it gets this one."""
    text = _PREFIX.sub("", text.strip(), count=1)
    if text.startswith("//"):
        return f"{scheme}:{text}"
    return f"{scheme}://{text}" if text and not _SCHEME.match(text) else text


def without_credentials(url: str) -> str:
    """The address as it is spelled, but for the user's name and password, if it has any."""
    return _CREDENTIALS.sub(r"\1//", url, count=1)


def looks_like_feed(url: str) -> bool:
    """Whether an address is spelled as those of feeds are. It may be something else even so."""
    path, _, query = re.sub(r"^[a-z]+://[^/?#]*", "", url.partition("#")[0], flags=re.IGNORECASE).partition(
        "?"
    )
    return bool(_FEED_PATH.search(path) or _FEED_QUERY.search(query))
