"""Keys that are equal for guids and addresses that are only spelled otherwise. Pure."""

import re

from ingest.base.urls import is_web_url, url_key

# What servers write into addresses for one visit (Servlet 3.1, 7.1.3; PHP's session.name), and names of campaigns.
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid|sessionid)=[^/?#;]*", re.IGNORECASE)
_PASSING_PARAMETER = re.compile(
    r"(?:jsessionid|phpsessid|aspsessionid\w*|sessionid|session_id|sid|cfid|cftoken"
    r"|at_\w+|cmp|cmpid|ncid|ocid|smid|s_cid|icid|xtor|wt_mc\w*|_gl|_ga|trk|spm|mkt_\w+|ns_\w+|__twitter_impression"
    r")(?:=|$)",
    re.IGNORECASE,
)


def guid_spelling(guid: str) -> str | None:
    """A key that is equal for guids that are one address: with http or https, with or without "www." and a trailing
    slash. What stands behind it stays, as it may tell entries of a page apart. None of any other guid.
    """
    if not is_web_url(guid):
        return None
    address, mark, rest = re.fullmatch(r"([^?#]*)([?#]?)(.*)", guid, re.DOTALL).groups()  # type: ignore[union-attr]
    return f"{url_key(address)}{mark}{rest}"


def untracked_guid(guid: str) -> str | None:
    """The same without tracking parameters: of some feeds they are all that tells entries apart."""
    if not is_web_url(guid):
        return None
    address, _, fragment = guid.partition("#")
    return f"{url_key(address)}#{fragment}"


def exact_page(url: str | None) -> str | None:
    """A key that is equal for addresses that differ as guids of one spelling do."""
    return guid_spelling(url) or url if url else None


def other_spellings(guid: str) -> list[str]:
    """The guids with http for https, with or without "www.", and with or without a trailing slash."""
    found = re.fullmatch(r"(https?)://(www\.)?([^#]*?)(/?)", guid, re.IGNORECASE)
    if not found:
        return []
    spellings = [
        f"{scheme}://{www}{found[3]}{slash}"
        for scheme in ("https", "http")
        for www in ("", "www.")
        for slash in ("", "/")
    ]
    return [spelling for spelling in spellings if spelling != guid]


def page_key(url: str | None) -> str | None:
    """A key that is equal for addresses of one page: `url_key` without its sessions and campaigns as well."""
    if not url or not is_web_url(url):
        return url or None
    head, _, query = url.partition("#")[0].partition("?")
    left = "&".join(pair for pair in query.split("&") if not _PASSING_PARAMETER.match(pair))
    path = _SESSION_IN_PATH.sub("", head)
    return url_key(f"{path}?{left}" if left else path)


def path_key(url: str | None) -> str | None:
    """The page without its host, by which it is known when its site moves. None of a site's first page."""
    key = page_key(url)
    return re.sub(r"\A[^/?]*", "", key).strip("/") or None if key and is_web_url(url) else None
