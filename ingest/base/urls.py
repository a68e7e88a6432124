"""URLs of untrusted documents made absolute and safe, and keys by which URLs are compared (RFC 3986, 6.2). Pure."""

import hashlib
import re
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from ingest.base.http_url import BadAddress, parse_http_url
from ingest.base.url_spelling import with_scheme, without_credentials

LONGEST_URL = 4000  # characters; longer ones are data rather than addresses

# Control characters, bidirectional ones included, and surrogates: none belongs into a URL.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SCHEME_SLASHES = re.compile(r"(https?):[/\\]*", re.IGNORECASE)
_HOST = re.compile(r"""[^\s\x00-\x20"#$%&'()*+,/:;<=>?@\[\\\]^`{|}~]+|\[[0-9a-fA-F:.]+\]""")
_OTHER_SCHEME = re.compile(r"magnet:(?=\S)|[a-z][a-z0-9+]+:(?=\S+\Z)", re.IGNORECASE)
# What browsers run or read from the reader's own machine, and prefixes of other addresses.
_RUNNING = frozenset(
    "about blob chrome data file filesystem intent jar javascript livescript mocha mhtml res resource vbscript "
    "view-source wyciwyg x-javascript".split()
)
_PLAIN = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?:[/?#]|$)")
# What is absolute and in normal spelling already, which nearly all URLs are.
_SPELT_WELL = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:/(?!/)[\w.~%!$&'()*+,;=:@/-]*+)?(?:\?[\w.~%!$&'()*+,;=:@/?-]++)?"
    r"(?:#[\w.~%!$&'()*+,;=:@/?-]++)?",
    re.ASCII,
)
# What joining to any base leaves as it is: nothing in it is empty.
_ABSOLUTE = re.compile(
    r"https?://[a-zA-Z0-9.-]+(?::[0-9]+)?(?:/[^\s;?#\[\]]*+)?(?:\?[^\s#\[\]]++)?(?:#[^\s\[\]]++)?"
)
# Normal but for their ends.
_USUAL_PAGE = re.compile(
    r"https?://([a-z0-9.-]*[a-z0-9-])((?:/[\w.~%!$&'()*+,;=:@/-]*)?)(?:\?([\w.~%!$&'()*+,;=:@/?-]*))?(?:#[!-~]*)?",
    re.ASCII,
)
_USUAL_HOST = re.compile(r"https?://(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*+)(?:[/?#]|\Z)")
_USUAL_FEED = re.compile(
    r"https?://((?:[a-z0-9-]{1,60}\.)+[a-z]{2,60})((?:/(?:[\w.~!$&'()*+,;=:@/-]|%[0-9a-fA-F]{2})*)?)"
    r"((?:\?(?:[\w.~=&/:@,;+-]|%[0-9a-fA-F]{2})+)?)(?:#[\w.~/:-]*)?",
    re.ASCII,
)
_DOT_SEGMENT = re.compile(r"/\.\.?(?:[/?#]|$)")
_SHORT = 200
_SOME_BASE = "https://example.org/"
_UNSAFE = re.compile(r'[\s"<>`\\]')
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})|([^\x00-\x7f]+)")
_FOLDERLESS_FEED = re.compile(r"file:///[^/#]*#[0-9a-f]{12}")
_UNRESERVED = re.compile(r"[A-Za-z0-9_~-]")  # RFC 3986, 2.3, without the dot, which means something in a path
_TRACKING = re.compile(
    r"(?:utm_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|igsh|mc_[ce]id|_hsenc|_hsmi|mkt_tok"
    r"|ref|ref_src|ref_url|referrer|source=rss[^=]*)(?:=|$)",
    re.IGNORECASE,
)


def web_url(given: str | None, base: str | None = None) -> str | None:
    """The absolute http or https URL of `given`, relative to `base`; None where it is none, or too long.

    Credentials in it are removed, since an archive may be published.
    """
    if given and len(given) <= LONGEST_URL and _SPELT_WELL.fullmatch(given):
        return given
    tidy = _CONTROLS.sub("", (given or "")[: 2 * LONGEST_URL]).strip()
    if not tidy or len(tidy) > LONGEST_URL:
        return None
    parts = _split(_absolute(tidy, base))
    if parts is None or parts.scheme not in ("http", "https"):
        return None
    netloc = parts.netloc.rpartition("@")[2].lower()
    host, port = re.fullmatch(r"(.*?)(:[0-9]*)?", netloc, re.DOTALL).groups(default="")  # type: ignore[union-attr]
    if not _HOST.fullmatch(host) or len(port) > 6 or int(port[1:] or 1) not in range(1, 65536):
        return None
    rest = parts._replace(scheme="", netloc="").geturl()
    rest = _UNSAFE.sub(lambda unsafe: quote(unsafe[0]), rest)
    rest = rest if rest.startswith(("/", "?", "#")) or not rest else f"/{rest}"
    url = f"{parts.scheme}://{host}{port if port != ':' else ''}{rest}"
    return url if len(url) <= LONGEST_URL else None


def link_url(given: str | None, base: str | None = None) -> str | None:
    """The URL of a link: as `web_url`, or a mailto URL."""
    if given and len(given) <= LONGEST_URL and _SPELT_WELL.fullmatch(given):
        return given
    tidy = _CONTROLS.sub("", given or "").strip()
    if tidy[:7].lower() == "mailto:":
        mail = "mailto:" + _UNSAFE.sub(lambda unsafe: quote(unsafe[0]), tidy[7:])
        return mail if "@" in mail and len(mail) <= LONGEST_URL else None
    return web_url(tidy, base)


def kept_url(given: str | None, base: str | None = None) -> str | None:
    """As `web_url`, or the address of another scheme (magnet, ftp, gemini, mailto …), which is kept as text.

    None of a scheme that browsers run (javascript, data …). Only http, https and mailto may be made a link.
    """
    if given and len(given) <= LONGEST_URL and _SPELT_WELL.fullmatch(given):
        return given
    tidy = _CONTROLS.sub("", (given or "")[: 2 * LONGEST_URL]).strip()
    found = _OTHER_SCHEME.match(tidy)
    scheme = found[0].lower() if found else ""
    if scheme in ("", "http:", "https:"):
        return web_url(tidy, base)
    if scheme[:-1] in _RUNNING:
        return None
    url = without_credentials(scheme + tidy[len(scheme) :])
    url = _UNSAFE.sub(lambda unsafe: quote(unsafe[0]), url)
    return url if len(url) <= LONGEST_URL else None


def may_be_kept(given: str, web: bool = False) -> bool:
    """Whether `kept_url` (with `web`: `web_url`) has an address for it, where there is a base for one that needs it."""
    if len(given) < 1000 and _PLAIN.match(given):
        return True
    return bool(web_url(given, _SOME_BASE) if web else kept_url(given, _SOME_BASE))


def is_web_url(url: str | None) -> bool:
    """Whether a stored address is one of the web, so that it may be loaded or asked for."""
    return bool(url) and str(url)[:8].lower().startswith(("http://", "https://"))


def is_clickable(url: str | None) -> bool:
    """Whether a stored address may be made a link."""
    return is_web_url(url) or str(url or "")[:7].lower() == "mailto:"


def url_host(url: str) -> str:
    """The host of a URL: lower case, without "www."; "" where there is none. Never raises."""
    usual = _USUAL_HOST.match(url)
    return usual[1] if usual else _host_of_any(url)


def _host_of_any(url: str) -> str:
    parts = _split(_CONTROLS.sub("", url))
    return (parts.hostname or "").removeprefix("www.").rstrip(".") if parts else ""


def url_key(url: str) -> str:
    """A key that is equal for URLs of the same page: the normal form without "www." and tracking parameters.

    What is no http or https URL is its own key. Never raises.
    """
    usual = _USUAL_PAGE.fullmatch(url)
    if not usual:
        return _key_of_any_page(url)
    key = usual[1].removeprefix("www.") + usual[2].rstrip("/") + _own_query(usual[3] or "")
    return _ESCAPE.sub(_normal_escape, key) if "%" in key else key


def _key_of_any_page(url: str) -> str:
    tidy = _CONTROLS.sub("", url).strip()
    parts = _split(tidy)
    host = url_host(tidy)
    if parts is None or parts.scheme not in ("http", "https") or not host:
        return tidy
    port = re.search(r":0*([0-9]*)$", parts.netloc)
    return _normal_form(host, port[1] if port else "", parts.path, _own_query(parts.query))


def _own_query(query: str) -> str:
    """The query with its question mark, and without tracking parameters; "" where nothing is left."""
    own = "&".join(pair for pair in query.split("&") if pair and not _TRACKING.match(pair)) if query else ""
    return f"?{own}" if own else ""


_PLAIN_HOST = re.compile(r"[a-z0-9.-]+")
_MOST_PARTS = 8


def host_key(host: str) -> str | None:
    """The host's last eight parts from its end, "org.example.www.", by which those beneath it stand together.

    None of an unusual one, of which the database makes it itself (migration 17).
    """
    if not _PLAIN_HOST.fullmatch(host):
        return None
    return ".".join(host.split(".")[: -_MOST_PARTS - 1 : -1]) + "."


def feed_key(url: str) -> str:
    """A key that is equal for URLs of the same feed: the normal form as an https URL.

    It keeps "www." and all parameters, which may make it another feed. What cannot be requested is its own key. Never
    raises.
    """
    if url.startswith("file:///"):
        return url
    usual = len(url) < LONGEST_URL and _USUAL_FEED.fullmatch(url)
    if not usual or len(usual[1]) > _SHORT or _DOT_SEGMENT.search(url):
        return _key_of_any_feed(url)
    key = f"https://{usual[1]}{usual[2].rstrip('/')}{usual[3]}"
    return _ESCAPE.sub(_normal_escape, key) if "%" in key else key


@lru_cache(1000)  # each document's several times
def _key_of_any_feed(url: str) -> str:
    try:
        parsed, _ = parse_http_url(with_scheme(url))
    except BadAddress:  # such as a file's
        return url
    path, mark, query = parsed.raw_path.decode("ascii").partition("?")
    host, port = parsed.raw_host.decode("ascii"), str(parsed.port or "")
    return "https://" + _normal_form(host, port, path, mark + query if query else "")


def without_folders(file_url: str) -> str | None:
    """`file:///NAME` of the address of a file; None where that has no name that a file may have, or is too long."""
    path = unquote(file_url.partition(":")[2], errors="surrogateescape")
    name = path.rpartition("/")[2]
    if name in ("", ".", ".."):
        return None
    try:
        url = PurePosixPath("/", name).as_uri()
    except UnicodeEncodeError:  # half of a character
        return None
    return url if len(url) <= LONGEST_URL else None


@lru_cache(1000)  # each document's several times
def folderless_feed(url: str) -> str:
    """The address of a feed as it is kept with its documents, which may be passed on: `file:///NAME#HASH` of a file's.

    The hash of the whole address keeps files of the same name in different folders apart. What has one stays as it is,
    as does any other address.
    """
    if not url.startswith("file:") or _FOLDERLESS_FEED.fullmatch(url):
        return url
    digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{without_folders(url) or 'file:///'}#{digest[:12]}"


def same_but_for_www(one: str, other: str) -> bool:
    """Whether two URLs of feeds have the same `feed_key`, but for "www." before the host."""
    keys = [feed_key(url).removeprefix("https://").removeprefix("www.") for url in (one, other)]
    return keys[0] == keys[1]


def join_url(base: str, reference: str) -> str | None:
    """The absolute URL of a reference relative to `base` (RFC 3986, 5.2); None where either is malformed."""
    if _ABSOLUTE.fullmatch(reference):
        return reference
    try:
        return urljoin(base, reference)
    except ValueError:
        return None


def anchor_prefixes(guid: str) -> tuple[str, str]:
    """What the ids of an entry's body begin with, and those of its summary, so that they are unique on a page."""
    body, summary = (
        hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8] for name in (guid, f"{guid} summary")
    )
    return f"e{body}-", f"e{summary}-"


def _normal_form(host: str, port: str, path: str, query: str) -> str:
    """The normal form of a URL, of which all keys are made (RFC 3986, 6.2).

    Without scheme (http and https are equal), user, default port, fragment and trailing slash; the host in lower-case
    ASCII (IDNA); percent-encoding in upper case, and only where it is needed.
    """
    host = _ascii_host(host.lower())
    host = f"[{host}]" if ":" in host else host
    number = f":{port}" if port not in ("", "80", "443") else ""
    rest = path.rstrip("/") + query
    return host + number + _ESCAPE.sub(_normal_escape, rest)


def _absolute(given: str, base: str | None) -> str:
    if schemed := _SCHEME_SLASHES.match(given):
        return f"{schemed[1].lower()}://{given[schemed.end() :]}"
    path = re.match(r"[^?#]*", given)
    head = path[0] if path else ""
    given = head.replace("\\", "/") + given[len(head) :]  # as browsers read it
    if not base:
        return f"https:{given}" if given.startswith("//") else given
    return join_url(base, given) or ""


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.hostname
    except ValueError:  # brackets, or characters that look like a delimiter
        return None
    return parts


def _ascii_host(host: str) -> str:
    """The host as it is requested (IDNA 2008), or by IDNA 2003 where that does not allow it, such as an emoji."""
    if host.isascii() or len(host) > 253:
        return host
    import httpx2  # for few hosts: most commands would load it for nothing

    try:
        return httpx2.URL(scheme="https", host=host).raw_host.decode("ascii")
    except (httpx2.InvalidURL, UnicodeError):
        pass
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def _normal_escape(found: re.Match[str]) -> str:
    if found[2]:
        return quote(found[2], errors="replace")
    character = chr(int(found[1], 16))
    return character if _UNRESERVED.fullmatch(character) else found[0].upper()
