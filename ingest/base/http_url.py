"""http and https URLs parsed for a request, redirects, and to which URLs a secret may be sent. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    import httpx2  # where an address is parsed: most commands would load it for nothing

LONGEST_ADDRESS = 8000  # characters; RFC 9110, 4.1 asks for that much at least

PERMANENT = {301, 308}
REDIRECTS = {301, 302, 303, 307, 308}

_ASCII = "".join(map(chr, range(128)))

_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", re.IGNORECASE)
_IPV6 = re.compile(r"[0-9a-f:.]+(?:%[a-z0-9._-]+)?", re.IGNORECASE)
_USUAL = re.compile(
    r"https?://(?:localhost|(?:[a-z0-9-]{1,60}\.)+[a-z]{2,60})(?::[1-9][0-9]{0,3})?(?:[/?][A-Za-z0-9._~/?=&:,@!+-]*)?"
)
_SHORT = 200  # characters


class BadAddress(ValueError):
    """The URL cannot be requested. The message is for the user."""


@dataclass(frozen=True)
class Redirect:
    """A redirect that was followed."""

    status: int
    to: str  # without credentials


def parse_http_url(url: str) -> "tuple[httpx2.URL, tuple[str, str] | None]":
    """The URL to request, and the user name and password that `url` carried.

    The former has neither credentials nor fragment, and no dot at the end of its host. Raises BadAddress.
    """
    import httpx2

    if len(url) > LONGEST_ADDRESS:
        raise BadAddress(f"The address is longer than {LONGEST_ADDRESS:,} characters.")
    try:
        parsed = httpx2.URL(url.strip())
    except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
        raise BadAddress("The address is not well-formed.") from error
    if parsed.scheme not in ("http", "https"):
        raise BadAddress(
            f"Only http and https are fetched, not {parsed.scheme[:20] or 'an address without either'}."
        )
    host = parsed.raw_host.decode("ascii").removesuffix(".")
    if not (_IPV6.fullmatch(host) if ":" in host else len(host) <= 253 and _NAME.fullmatch(host)):
        raise BadAddress("The address names no host that could exist.")
    if parsed.port is not None and not 0 < parsed.port < 65536:
        raise BadAddress("The address has a port that does not exist.")
    credentials = (parsed.username, parsed.password) if parsed.userinfo else None
    return parsed.copy_with(host=host, userinfo=b"", fragment=None), credentials


def is_fetchable(url: str) -> bool:
    """Whether this is an http or https URL that can be requested."""
    return bool(len(url) < _SHORT and _USUAL.fullmatch(url)) or _is_parsed(url)


def _is_parsed(url: str) -> bool:
    try:
        parse_http_url(url)
    except BadAddress:
        return False
    return True


def redirect_target(url: "httpx2.URL", location: str) -> "httpx2.URL":
    """The URL of a redirect's Location header, without the credentials that it may carry. Raises BadAddress.

    `location` is the header decoded as Latin-1, whatever its bytes are.
    """
    import httpx2

    try:
        target = url.join(_of_header(location))
    except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
        raise BadAddress("It redirects to an address that is not well-formed.") from error
    return parse_http_url(str(target))[0]


def _of_header(value: str) -> str:
    """The address in a header: servers send UTF-8 without percent-encoding, or bytes of a path in any encoding."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeEncodeError:  # it was text already
        return value
    except UnicodeDecodeError:
        return quote(value.encode("latin-1"), safe=_ASCII)


def keeps_secrets(before: "httpx2.URL", after: "httpx2.URL") -> bool:
    """Whether a secret for `before` may be sent to `after`: the same origin (RFC 6454), or its upgrade to https."""
    if before.raw_host != after.raw_host:
        return False
    ports = (_port(before), _port(after))
    same = before.scheme == after.scheme and ports[0] == ports[1]
    upgrade = before.scheme == "http" and after.scheme == "https" and ports == (80, 443)
    return same or upgrade


def shares_secrets(before: str, after: str) -> bool:
    """As `keeps_secrets`, for feeds' addresses as the archive has them."""
    try:
        return keeps_secrets(parse_http_url(before)[0], parse_http_url(after)[0])
    except BadAddress:  # such as a file's
        return False


def _port(url: "httpx2.URL") -> int:
    return url.port or {"http": 80, "https": 443}[url.scheme]


def moved_to(start: str, redirects: Sequence[Redirect]) -> str | None:
    """The permanent new address by a chain of redirects: the target of its leading 301s and 308s, None without one.

    It never changes from https to http: such a redirect is followed, but the feed keeps its https address.
    """
    here = start
    for redirect in redirects:
        downgrade = here.startswith("https:") and redirect.to.startswith("http:")
        if redirect.status not in PERMANENT or downgrade:
            break
        here = redirect.to
    return here if here != start else None
