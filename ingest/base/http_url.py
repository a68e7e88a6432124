"""http and https URLs as they are requested, redirects, and which of them a secret may be sent to. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2

LONGEST_ADDRESS = 8000  # characters; RFC 9110, 4.1 asks for that much at least

PERMANENT = {301, 308}
REDIRECTS = {301, 302, 303, 307, 308}

_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", re.IGNORECASE)
_IPV6 = re.compile(r"[0-9a-f:.]+(?:%[a-z0-9._-]+)?", re.IGNORECASE)


class BadAddress(ValueError):
    """The address cannot be asked for. The message is for people."""


@dataclass(frozen=True)
class Redirect:
    """A redirect that was followed."""

    status: int
    to: str  # without credentials


def parse_http_url(url: str) -> tuple[httpx2.URL, tuple[str, str] | None]:
    """Parse an http or https URL as it is requested, and the user's name and password that it carried.

    What is requested has neither credentials nor fragment, and no dot at the end of its host. Raises BadAddress.
    """
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
    """Whether this is an address that can be asked for: what a feed is to be followed at."""
    try:
        parse_http_url(url)
    except BadAddress:
        return False
    return True


def redirect_target(url: httpx2.URL, location: str) -> httpx2.URL:
    """Where a redirect's Location leads. Credentials in it are untrusted, and dropped. Raises BadAddress."""
    try:
        target = url.join(location)
    except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
        raise BadAddress("It redirects to an address that is not well-formed.") from error
    return parse_http_url(str(target))[0]


def keeps_secrets(before: httpx2.URL, after: httpx2.URL) -> bool:
    """Whether a secret for one URL may be sent to another: of the same origin (RFC 6454), or its upgrade to https."""
    if before.raw_host != after.raw_host:
        return False
    ports = (_port(before), _port(after))
    same = before.scheme == after.scheme and ports[0] == ports[1]
    upgrade = before.scheme == "http" and after.scheme == "https" and ports == (80, 443)
    return same or upgrade


def shares_secrets(before: str, after: str) -> bool:
    """As `keeps_secrets`, of addresses as they are stored."""
    try:
        return keeps_secrets(parse_http_url(before)[0], parse_http_url(after)[0])
    except BadAddress:  # such as a file's
        return False


def _port(url: httpx2.URL) -> int:
    return url.port or {"http": 80, "https": 443}[url.scheme]


def moved_to(start: str, redirects: Sequence[Redirect]) -> str | None:
    """The address that the redirects say is the new one for good: as far as 301 and 308 lead before any other.

    Never from https to http: a redirect is followed there, but the feed goes on being asked for under https.
    """
    here = start
    for redirect in redirects:
        downgrade = here.startswith("https:") and redirect.to.startswith("http:")
        if redirect.status not in PERMANENT or downgrade:
            break
        here = redirect.to
    return here if here != start else None
