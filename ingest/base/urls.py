"""URLs that stand in documents, made absolute and harmless; and the normal form by which any two are compared. Pure."""

import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import httpx2

from ingest.base.http_url import BadAddress, parse_http_url
from ingest.base.url_spelling import with_scheme

LONGEST_URL = 4000  # characters; longer ones are no addresses of pages, but data

# Controls, those of writing direction included, and halves of characters: none belongs into an address.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SCHEME_SLASHES = re.compile(r"(https?):[/\\]*", re.IGNORECASE)
_HOST = re.compile(r"""[^\s\x00-\x20"#$%&'()*+,/:;<=>?@\[\\\]^`{|}~]+|\[[0-9a-fA-F:.]+\]""")
_UNSAFE = re.compile(r'[\s"<>`\\]')
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})|([^\x00-\x7f]+)")
_UNRESERVED = re.compile(r"[A-Za-z0-9_~-]")  # RFC 3986, 2.3, without the dot, which means something in a path
_TRACKING = re.compile(
    r"(?:utm_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|igsh|mc_[ce]id|_hsenc|_hsmi|mkt_tok"
    r"|ref|ref_src|ref_url|referrer|source=rss[^=]*)(?:=|$)",
    re.IGNORECASE,
)


def web_url(given: str | None, base: str | None = None) -> str | None:
    """The http or https address that `given` is, seen from `base`; None where it is none, or is too long.

    A name and password in it are left out: an archive is passed on.
    """
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
    """What a link may lead to: a web address as in web_url, or one to write to (mailto)."""
    tidy = _CONTROLS.sub("", given or "").strip()
    if tidy[:7].lower() == "mailto:":
        mail = "mailto:" + _UNSAFE.sub(lambda unsafe: quote(unsafe[0]), tidy[7:])
        return mail if "@" in mail and len(mail) <= LONGEST_URL else None
    return web_url(tidy, base)


def url_host(url: str) -> str:
    """The host of a web address: lower case, without "www."; empty where there is none. Never raises."""
    parts = _split(_CONTROLS.sub("", url))
    return (parts.hostname or "").removeprefix("www.").rstrip(".") if parts else ""


def url_key(url: str) -> str:
    """What identifies the page at an address: what is equal here is taken for one page.

    The normal form without "www." and without parameters that only say where a visitor came from. What is no web
    address is its own key. Never raises.
    """
    tidy = _CONTROLS.sub("", url).strip()
    parts = _split(tidy)
    host = url_host(tidy)
    if parts is None or parts.scheme not in ("http", "https") or not host:
        return tidy
    port = re.search(r":0*([0-9]*)$", parts.netloc)
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _TRACKING.match(pair))
    return _normal_form(host, port[1] if port else "", parts.path, query)


def feed_key(url: str) -> str:
    """What identifies the feed at an address, however it is spelled. What cannot be asked for is its own key.

    The normal form, as an https address: "www." and each parameter may make it another feed. Never raises.
    """
    try:
        parsed, _ = parse_http_url(with_scheme(url))
    except BadAddress:  # such as a file's
        return url
    path, _, query = parsed.raw_path.decode("ascii").partition("?")
    return "https://" + _normal_form(parsed.raw_host.decode("ascii"), str(parsed.port or ""), path, query)


def same_but_for_www(one: str, other: str) -> bool:
    """Whether two addresses of feeds have one key, but for "www." before the host."""
    keys = [feed_key(url).removeprefix("https://").removeprefix("www.") for url in (one, other)]
    return keys[0] == keys[1]


def join_url(base: str, reference: str) -> str | None:
    """Where a reference leads, seen from `base` (RFC 3986, 5.2); None where either is malformed."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return None


def _normal_form(host: str, port: str, path: str, query: str) -> str:
    """The one form of a URL from which all keys follow (RFC 3986, 6.2).

    Without scheme (http and https are one), user, default port, fragment and slash at the end; the host in lower case
    and in ASCII (IDNA); escaped what must be, in upper case, and nothing else.
    """
    host = _ascii_host(host.lower())
    host = f"[{host}]" if ":" in host else host
    number = f":{port}" if port not in ("", "80", "443") else ""
    rest = path.rstrip("/") + (f"?{query}" if query else "")
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
    """As it is asked for (IDNA 2008); by the older standard where that has no name for it, such as an emoji's."""
    if host.isascii() or len(host) > 253:
        return host
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
